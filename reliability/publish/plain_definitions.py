"""Definitions of queries in words for people who read no SQL: values in place of parameters."""

import re
import tempfile
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path
from typing import Any

from reliability import formatting
from reliability.errors import SettingsError
from reliability.kpis.parameters import standing
from reliability.queries.gates import all_gates
from reliability.review.frozen import Frozen
from reliability.settings import FILE, Settings, load_settings

_SENTENCE_ENDS = re.compile(r'(?<=[a-z0-9)"]\.) ')  # not after the initials of an author
_IN_BRACKETS = re.compile(r" \([^()]*`[^()]*\)")
_OF_ONE_COLUMN = re.compile(r"^`(\w)(\w*)`: ")
_PARAMETER = re.compile(r"\$(\w+)")
_WRITTEN = {"availability": formatting.availability, "engaged_share": formatting.share}


def values_of(frozen: Frozen) -> dict[str, Any]:
    """Return the values that definitions name, by the settings that a review was made from."""
    with tempfile.TemporaryDirectory(prefix="settings-") as folder:
        (Path(folder) / FILE).write_text(frozen.texts.get(FILE, ""), encoding="utf-8")
        try:
            settings = load_settings(Path(folder))
        except SettingsError:  # of a version whose settings had other keys
            return _defaults()
    return values_in(settings)


def values_in(settings: Settings) -> dict[str, Any]:
    """Return the values that definitions name, by settings."""
    return {**_defaults(), **settings.gates.thresholds, **standing(settings)}


def _defaults() -> dict[str, Any]:
    return {t.name: t.default for gate in all_gates().values() for t in gate.thresholds}


def in_words(definition: str, values: Mapping[str, Any]) -> str:
    """Return a definition without signs of SQL: "at most $engage_minutes minutes" becomes "at most 15 minutes".

    What it says of single columns, whose names stand in backticks, is left out, but for its first sentence.
    """

    def value(named: re.Match[str]) -> str:
        found = values.get(named[1])
        if not isinstance(found, int | float):
            return named[1].replace("_", " ")
        write = _WRITTEN.get(named[1], "{:g}".format)
        return write(found)

    first, *others = _SENTENCE_ENDS.split(_IN_BRACKETS.sub("", definition))
    kept = " ".join([first, *filter(None, map(_not_of_columns, others))])
    said = _PARAMETER.sub(value, kept).replace("`", "")
    return re.sub(r"\bas_of\b", "the day of the data", re.sub(r"\bNULL\b", "No figure", said))


def _not_of_columns(sentence: str) -> str:
    """Return a sentence as far as it names no column: what follows such a name is about it."""
    clauses = _OF_ONE_COLUMN.sub(lambda of: f"{of[1].upper()}{of[2]}: ", sentence).split("; ")
    kept = list(takewhile(lambda clause: "`" not in clause, clauses))
    return "; ".join(kept) if len(kept) == len(clauses) else f"{'; '.join(kept)}." if kept else ""
