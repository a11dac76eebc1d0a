"""Rewriting review.toml: one change at a time, the file replaced whole or left as it was."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock
from filelock import Timeout as LockTimeout

from reliability.errors import SettingsError
from reliability.settings.file import FILE
from reliability.settings.model import Settings
from reliability.whole_files import replace_text

_LOCK_SECONDS = 10


def rewrite(data_dir: Path, change: Callable[[str], tuple[str, Settings]]) -> Settings:
    """Put a changed text in place of `data_dir`/review.toml and return the settings that it gives.

    change: from the text ("" without a file) to the new text and its settings; raises SettingsError to leave the file
    as it was. Raises SettingsError, too, when the file cannot be read or written.
    """
    path = (data_dir / FILE).resolve()
    try:
        with FileLock(path.with_name(f".{FILE}.lock"), timeout=_LOCK_SECONDS):
            text, settings = change(_read(path))
            replace_text(path, text)
    except LockTimeout as error:
        raise SettingsError("somebody else is writing it", FILE, "Try again in a moment.") from error
    except OSError as error:
        raise SettingsError(
            f"cannot be written ({error.strerror})", str(path), "Check its permissions."
        ) from error
    return settings


def parsed(text: str) -> dict[str, Any]:
    """Return what the text of a review.toml says. Raises SettingsError when it is no TOML."""
    try:
        return tomllib.loads(text.lstrip("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"cannot be read: {error}", FILE, "Fix it first; nothing was written.") from error


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise SettingsError("is not UTF-8 text", FILE, "Save it as UTF-8.") from error
