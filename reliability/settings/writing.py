"""Writing a new commitment into review.toml: the file as it was, every comment included, and one entry after it."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import tomlkit

from reliability.errors import SettingsError
from reliability.settings.file import FILE
from reliability.settings.loading import parse_settings
from reliability.settings.model import Commitment, Settings
from reliability.settings.rewriting import parsed, rewrite

_LONGEST_ID = 40


def add_commitment(data_dir: Path, commitment: Commitment) -> Settings:
    """Write a commitment at the end of `data_dir`/review.toml and return the settings as they are then.

    The file is replaced whole or not at all, and only after the new text has been read back: it must say what it
    said before and the new commitment. Raises SettingsError otherwise, with the file left as it was.
    """

    def added(before: str) -> tuple[str, Settings]:
        after = with_commitment(before, commitment)
        return after, _checked(before, after, commitment)

    return rewrite(data_dir, added)


def with_commitment(text: str, commitment: Commitment) -> str:
    """Return the text of a review.toml with one more commitment after all that was there."""
    newline = "\r\n" if "\r\n" in text else "\n"
    entry = entry_text(commitment).replace("\n", newline)
    if not text.strip():
        return text + entry
    return f"{text.rstrip()}{newline}{newline}{entry}"


def entry_text(commitment: Commitment) -> str:
    """Return a commitment as TOML: keys in the order people write them, what is default left out."""
    table = tomlkit.table()
    for key in ("id", "title", "kpi"):
        table.add(key, getattr(commitment, key))
    if commitment.baseline is not None:
        table.add("baseline", _inline(asdict(commitment.baseline)))
    table.add("start", commitment.start)
    table.add("days", commitment.days)
    table.add("goal", _inline({k: v for k, v in asdict(commitment.goal).items() if v is not None}))
    if commitment.shape != Commitment.shape:
        table.add("shape", commitment.shape)
    chosen = {name: list(values) for name, values in asdict(commitment.filters).items() if values}
    if chosen:
        table.add("filters", _inline(chosen))
    for key in ("owner", "note"):
        if getattr(commitment, key):
            table.add(key, getattr(commitment, key))
    entries = tomlkit.aot()
    entries.append(table)
    document = tomlkit.document()
    document.add("commitments", entries)
    return tomlkit.dumps(document)


def free_id(title: str, taken: Iterable[str]) -> str:
    """Return an id made from a title that no other commitment has: "40 % fewer P1s" -> "40-fewer-p1s"."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    base = "-".join(words)[:_LONGEST_ID].strip("-") or "promise"
    used = set(taken)
    return next(
        name for name in (base, *(f"{base}-{n}" for n in range(2, len(used) + 3))) if name not in used
    )


def _inline(values: dict[str, Any]) -> Any:
    table = tomlkit.inline_table()
    table.update(values)
    return table


def _checked(before: str, after: str, commitment: Commitment) -> Settings:
    """Read the new text back. Raises SettingsError when it is not the old content and the new commitment."""
    old = parsed(before)
    if isinstance(old.get("commitments"), list) and "[[commitments]]" not in before:
        raise SettingsError(
            "the commitments are written as one list",
            FILE,
            "Write each of them below its own [[commitments]].",
        )
    try:
        new = tomllib.loads(after.lstrip("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the commitment could not be added: {error}", FILE, "Add it by hand.") from error
    settings, problems = parse_settings(new)
    if problems:
        raise problems[0]
    kept = {**new, "commitments": new["commitments"][:-1]}
    if kept != {**old, "commitments": old.get("commitments", [])} or settings.commitments[-1] != commitment:
        raise SettingsError("the commitment could not be added", FILE, "Add it by hand; nothing was written.")
    return settings
