"""The tables below an exports folder."""

import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from reliability.errors import ExportError
from reliability.exports.export_source import ExportSource

_BOOK = "xl/workbook.xml"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_EXPORTS = {"readme", "source", "thumbs.db", "desktop.ini"}
_NOTES = {"", "md", "txt", "rst", "html", "pdf"}


def sources(folder: Path) -> list[ExportSource]:
    """List every table below `folder` in name order; what cannot be listed is a source whose load() says why.

    Members of zip archives and sheets of workbooks are sources of their own. Hidden files, lock files of
    spreadsheet programs (`~$...`), notes (README and SOURCE without an ending of tables, *.md) are no exports.
    Raises ExportError when there is no such folder.
    """
    if not folder.is_dir():
        raise ExportError("there is no such folder", str(folder), "Create it and put the exports in it.")
    found: list[ExportSource] = []
    for path in export_files(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() and (problem := link_problem(path, folder)):
            found.append(ExportSource(_shown(name), path, problem=problem))
        else:
            found += _tables(_shown(name), path)
    return sorted(found, key=lambda source: source.name)


def export_files(folder: Path) -> list[Path]:
    """List every file below `folder` that may hold exports, links that are not followed included, in name order."""
    above = len(os.path.join(folder, ""))
    names = (entry.path for entry in _files(os.fspath(folder)))
    return sorted(Path(name) for name in names if is_export(name[above:].replace(os.sep, "/")))


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    """Every file and link below a folder. Plain scandir: each page looks whether the exports are as they were."""
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return  # what may not be listed holds no exports
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)
        elif entry.is_symlink() or entry.is_file():
            yield entry


def link_problem(path: Path, folder: Path) -> str:
    """Say why a symbolic link is not read, "" for one to a file below `folder`."""
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "it is a link that leads nowhere"
    if not target.is_relative_to(folder.resolve()):
        return "it is a link that leaves the exports folder"
    return "" if target.is_file() else "it is a link to a folder"


def _shown(name: str) -> str:
    """A file's name as text of one line: what is not UTF-8, or would break the line, is spelled `\\xe9`."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda sign: f"\\x{ord(sign[0]):02x}", text)


def is_export(name: str) -> bool:
    """Whether a file of this name, relative to the folder, is read."""
    parts = name.split("/")
    if any(part.startswith((".", "~$")) or part == "__MACOSX" for part in parts):
        return False
    stem, _, ending = parts[-1].lower().rpartition(".") if "." in parts[-1] else (parts[-1].lower(), "", "")
    return not (
        ending == "md" or parts[-1].lower() in _NOT_EXPORTS or (stem in _NOT_EXPORTS and ending in _NOTES)
    )


def _tables(name: str, path: Path) -> Iterator[ExportSource]:
    if not zipfile.is_zipfile(path):
        yield ExportSource(name, path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            if _BOOK in archive.namelist():
                yield from _sheets(name, path, path)
                return
            members = [m for m in archive.namelist() if not m.endswith("/") and is_export(m)]
            if not members:
                yield ExportSource(name, path, problem="it is a zip archive with no export in it")
            for member in members:
                yield from _member_tables(f"{name}!{member}", path, archive, member)
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        yield ExportSource(name, path, problem="it is a zip archive that is damaged")


def _member_tables(name: str, path: Path, archive: zipfile.ZipFile, member: str) -> Iterator[ExportSource]:
    try:
        with archive.open(member) as packed:
            if packed.read(4) != b"PK\x03\x04":
                yield ExportSource(name, path, (member,))
                return
            packed.seek(0)
            with zipfile.ZipFile(packed) as inner:
                is_book = _BOOK in inner.namelist()
            if is_book:
                packed.seek(0)
                yield from _sheets(name, path, packed, (member,))
            else:
                yield ExportSource(name, path, (member,), problem="it is an archive inside an archive")
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError):
        # Damaged, or locked by a password: reading it says which.
        yield ExportSource(name, path, (member,))


def _sheets(
    name: str, path: Path, book: Path | IO[bytes], members: tuple[str, ...] = ()
) -> Iterator[ExportSource]:
    from reliability.exports.xlsx_table import sheet_names

    try:
        names = sheet_names(book)
    except ValueError as error:
        yield ExportSource(name, path, members, problem=str(error))
        return
    if not names:
        yield ExportSource(name, path, members, problem="it is a workbook with nothing in it")
    for sheet in names:
        yield ExportSource(f"{name}!{sheet}", path, members, sheet)
