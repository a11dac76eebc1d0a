"""Saved mappings: the formats in the data folder's `mappings/`, written, changed and removed from the browser."""

import os
import re
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import ExportError, ReliabilityError
from reliability.mappings.spec import Spec
from reliability.mappings.writing import spec_of, text_of
from reliability.warehouse import MAPPINGS
from reliability.warehouse.format import Format
from reliability.warehouse.formats import BUILT_IN, read_format

_LONGEST = 60


@dataclass(frozen=True)
class Saved:
    """One file of the folder. problem: why it cannot be used, "" when it can; format and spec are None then.

    spec: what the form said; None also for a file that was written or changed by hand.
    """

    name: str
    format: Format | None = None
    spec: Spec | None = None
    problem: str = ""


def saved(data_dir: Path) -> list[Saved]:
    """List the mappings of a data folder in name order, faulty ones with what is wrong with them."""
    found = []
    for path in sorted((data_dir / MAPPINGS).glob("*.sql")):
        try:
            found.append(Saved(path.stem, read_format(path), spec_of(path)))
        except ReliabilityError as error:
            found.append(Saved(path.stem, problem=str(error)))
        except (OSError, UnicodeDecodeError):
            found.append(Saved(path.stem, problem="it cannot be read as UTF-8 text"))
    return found


def save(data_dir: Path, spec: Spec, replacing: str = "") -> str:
    """Write a mapping, whole or not at all, and return its name.

    replacing: the name of the saved mapping that it takes the place of; its name stays, whatever the title is now.
    Raises ExportError for a choice that cannot work, a name that is taken, and a folder that cannot be written.
    """
    name = replacing or name_of(spec.title)
    folder = data_dir / MAPPINGS
    path = folder / f"{name}.sql"
    where = f"{MAPPINGS}/{path.name}"
    text = text_of(spec, name)
    if replacing:
        _saved_path(data_dir, replacing)
    elif (BUILT_IN / path.name).exists() or path.exists():
        raise ExportError("a format of this name already exists", where, "Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".draft-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as out:
                out.write(text)
            os.chmod(draft, 0o644)
            if replacing:
                os.replace(draft, path)
            else:
                os.link(draft, path)  # fails, rather than replaces, when somebody took the name meanwhile
        finally:
            Path(draft).unlink(missing_ok=True)
    except FileExistsError as error:
        if not folder.is_dir():
            raise ExportError(
                "could not be written: it is not a folder", MAPPINGS, "Move that file away."
            ) from error
        raise ExportError("a format of this name already exists", where, "Choose another name.") from error
    except OSError as error:
        raise ExportError(f"could not be written: {error.strerror}", where, "Check the folder.") from error
    return name


def remove(data_dir: Path, name: str) -> None:
    """Remove a mapping of this name; from the next build on its exports are read as if it had never been."""
    path = _saved_path(data_dir, name)
    try:
        path.unlink()
    except OSError as error:
        where = f"{MAPPINGS}/{path.name}"
        raise ExportError(f"could not be removed: {error.strerror}", where, "Check the folder.") from error


def _saved_path(data_dir: Path, name: str) -> Path:
    path = data_dir / MAPPINGS / f"{name}.sql"
    if path.name not in {p.name for p in (data_dir / MAPPINGS).glob("*.sql")}:
        raise ExportError("there is no such mapping", f"{MAPPINGS}/{path.name}", "Reload the page.")
    return path


def name_of(title: str) -> str:
    """A file name made of a title: "Our board (old)" -> "our_board_old", "Störungen" -> "storungen".

    Raises ExportError for a title without a letter or digit.
    """
    name = "_".join(re.findall(r"[^\W_]+", "".join(map(_bare, title)).casefold()))[:_LONGEST].strip("_")
    if not name:
        raise ExportError(
            "the name has no letter or digit", f"'{title[:40]}'", "Name the tool, for example Board."
        )
    return name


def _bare(sign: str) -> str:
    """A Latin letter without its accent, any other sign as it is."""
    parts = unicodedata.normalize("NFKD", sign)
    return "".join(c for c in parts if not unicodedata.combining(c)) if parts[0].isascii() else sign
