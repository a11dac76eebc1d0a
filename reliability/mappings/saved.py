"""Saved mappings: the formats in the data folder's `mappings/`, written and removed from the browser."""

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import available_timezones

from reliability.errors import ExportError, ReliabilityError
from reliability.warehouse import MAPPINGS
from reliability.warehouse.formats import BUILT_IN, mapping, read_format

_LONGEST = 60


@dataclass(frozen=True)
class Saved:
    """One file of the folder. problem: why it cannot be used, "" when it can; title and table are "" then."""

    name: str
    title: str = ""
    table: str = ""
    definition: str = ""
    problem: str = ""


def saved(data_dir: Path) -> list[Saved]:
    """List the mappings of a data folder in name order, faulty ones with what is wrong with them."""
    found = []
    for path in sorted((data_dir / MAPPINGS).glob("*.sql")):
        try:
            chosen = read_format(path)
            found.append(Saved(path.stem, chosen.title, chosen.table, chosen.definition))
        except ReliabilityError as error:
            found.append(Saved(path.stem, problem=str(error)))
        except (OSError, UnicodeDecodeError):
            found.append(Saved(path.stem, problem="it cannot be read as UTF-8 text"))
    return found


def save(data_dir: Path, title: str, table: str, picked: Mapping[str, str], zone: str = "") -> str:
    """Write a mapping, whole or not at all, and return its name.

    picked: canonical column -> column of the export. zone: IANA zone of times without one, "" for the organisation's.
    Raises ExportError for a choice that cannot work, a name that is taken, and a folder that cannot be written.
    """
    name = _name(title)
    folder = data_dir / MAPPINGS
    path = folder / f"{name}.sql"
    where = f"{MAPPINGS}/{path.name}"
    if zone and zone not in available_timezones():
        raise ExportError(f"there is no time zone '{zone}'", where, "Write an IANA name: Europe/Berlin.")
    text = mapping(title, table, picked, source=name, zone=zone)
    if (BUILT_IN / path.name).exists() or path.exists():
        raise ExportError("there is a format of this name already", where, "Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
            os.chmod(draft, 0o644)
            os.link(draft, path)  # fails, rather than replaces, when somebody took the name meanwhile
        finally:
            os.unlink(draft)
    except FileExistsError as error:
        if not folder.is_dir():
            raise ExportError(
                "could not be written: it is no folder", MAPPINGS, "Move that file away."
            ) from error
        raise ExportError("there is a format of this name already", where, "Choose another name.") from error
    except OSError as error:
        raise ExportError(f"could not be written: {error.strerror}", where, "Check the folder.") from error
    return name


def remove(data_dir: Path, name: str) -> None:
    """Remove a mapping of this name; the exports it was for are unknown from the next build on."""
    path = data_dir / MAPPINGS / f"{name}.sql"
    if path.name not in {p.name for p in (data_dir / MAPPINGS).glob("*.sql")}:
        raise ExportError("there is no such mapping", f"{MAPPINGS}/{path.name}", "Reload the page.")
    try:
        path.unlink()
    except OSError as error:
        where = f"{MAPPINGS}/{path.name}"
        raise ExportError(f"could not be removed: {error.strerror}", where, "Check the folder.") from error


def _name(title: str) -> str:
    """A file name made of a title: "Our board (old)" -> "our_board_old"."""
    name = "_".join(re.findall(r"[a-z0-9]+", title.lower()))[:_LONGEST].strip("_")
    if not name:
        raise ExportError(
            "the name has no letter or digit", f"'{title[:40]}'", "Name the tool, for example Board."
        )
    return name
