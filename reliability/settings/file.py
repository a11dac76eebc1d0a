"""review.toml as a file: read, and where it is no TOML, the line that is not."""

import re
import tomllib
from pathlib import Path
from typing import Any

from reliability.errors import SettingsError

FILE = "review.toml"


def read_values(data_dir: Path) -> dict[str, Any]:
    """Return what `data_dir`/review.toml holds, as parsed; nothing where there is none.

    Raises SettingsError where it cannot be read as TOML.
    """
    if not data_dir.is_dir():
        raise SettingsError("there is no such folder", str(data_dir), "Name the data folder with --data.")
    path = data_dir / FILE
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        if path.is_symlink():
            raise SettingsError("is a link that leads nowhere", FILE, "Put the file back.") from None
        text = ""
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SettingsError("is not UTF-8 text", f"{FILE}, line {line}", "Save it as UTF-8.") from error
    except OSError as error:
        raise SettingsError(
            f"cannot be read ({error.strerror})", str(path), "Check its permissions."
        ) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(str(error), text) from error
    except RecursionError as error:
        raise SettingsError("is nested too deeply", FILE, "Nest it less deeply.") from error
    except ValueError as error:
        # A number of thousands of digits.
        raise SettingsError(f"cannot be read ({error})", FILE, "Shorten the number.") from error


def _syntax_error(message: str, text: str) -> SettingsError:
    """Put the line of a TOML error where people look for it, and quote that line."""
    found = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if not found:
        return SettingsError(message, FILE, "Fix it (the format is described at https://toml.io).")
    number = int(found[1]) if found[1] else max(1, len(text.splitlines()))
    lines = text.splitlines() or [""]
    quoted = lines[min(number, len(lines)) - 1].strip()
    what = f"{message[: found.start()]} in `{quoted}`"
    return SettingsError(what, f"{FILE}, line {number}", "Fix the line: text needs quotes, lists need [ ].")
