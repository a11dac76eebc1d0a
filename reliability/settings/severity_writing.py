"""Writing the levels of severity words into review.toml: but for those words, the file as it was, comments included."""

import copy
import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from reliability.errors import SettingsError
from reliability.settings.file import FILE
from reliability.settings.loading import parse_settings
from reliability.settings.model import Settings
from reliability.settings.rewriting import parsed, rewrite
from reliability.settings.words import normal_word

LEVELS = (1, 2, 3, 4, 5)


def set_levels(data_dir: Path, levels: Mapping[str, int | None]) -> Settings:
    """Write which level (1 worst, 5 least) words mean into `data_dir`/review.toml and return the settings then.

    levels: a tool's word -> its level; None takes the word out of [severity.words], so that it means what it means
    by default. A word that is listed under another level moves. The file is replaced whole or not at all, after the
    new text has been read back. Raises SettingsError otherwise, with the file left as it was.
    """

    def written(before: str) -> tuple[str, Settings]:
        after = with_levels(before, levels)
        return after, _checked(before, after, levels)

    return rewrite(data_dir, written)


def with_levels(text: str, levels: Mapping[str, int | None]) -> str:
    """Return the text of a review.toml in which words have these levels. Raises SettingsError when it cannot be."""
    _, problems = parse_settings(parsed(text))
    if problems:
        raise problems[0]
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    newline = "\r\n" if "\r\n" in text else "\n"
    bare = text.removeprefix(mark)
    try:
        document = tomlkit.parse(bare)
        same = tomlkit.dumps(document)
        _change(document, levels)
        after = tomlkit.dumps(document)
    except TOMLKitError as error:
        raise SettingsError(f"the words could not be written: {error}", FILE, "Add them by hand.") from error
    return mark + _only_changed(bare, same, after.replace("\r\n", "\n").replace("\n", newline))


def _only_changed(text: str, same: str, after: str) -> str:
    """Return `after` with the lines of `text` wherever nothing was changed: TOML Kit moves blanks inside of braces.

    same: the text as TOML Kit writes it unchanged.
    """
    own, unchanged, changed = (t.splitlines(keepends=True) for t in (text, same, after))
    if len(own) != len(unchanged):
        return after
    lines: list[str] = []
    matched = difflib.SequenceMatcher(None, unchanged, changed, autojunk=False)
    for what, start, end, new_start, new_end in matched.get_opcodes():
        lines += own[start:end] if what == "equal" else changed[new_start:new_end]
    return "".join(lines)


def _words(values: Mapping[str, Any]) -> Any:
    return values.get("severity", {}).get("words", {})


def _change(document: Any, levels: Mapping[str, int | None]) -> None:
    """Move words between the lists of a document, plain or of tomlkit; lists and tables are made as they are needed."""
    said = {normal_word(word) for word in levels}
    listed = _words(document)
    for level in LEVELS:
        words = listed.get(str(level), [])
        for at in range(len(words) - 1, -1, -1):
            if normal_word(str(words[at])) in said:
                del words[at]
    for word, wanted in levels.items():
        if wanted is None:
            continue
        if "severity" not in document:
            document["severity"] = {}
        if "words" not in document["severity"]:
            document["severity"]["words"] = {}
        document["severity"]["words"].setdefault(str(wanted), []).append(" ".join(word.split()))


def _checked(before: str, after: str, levels: Mapping[str, int | None]) -> Settings:
    """Read the new text back. Raises SettingsError when it is not the old content with these words."""
    expected = copy.deepcopy(parsed(before))
    _change(expected, levels)
    new = parsed(after)
    settings, problems = parse_settings(new)
    if problems:
        raise problems[0]
    if new != expected:
        raise SettingsError("the words could not be written", FILE, "Add them by hand; nothing was written.")
    return settings
