"""One table among the exports, wherever it is: a file, a member of a zip archive, a sheet of a workbook."""

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

from reliability.errors import ExportError
from reliability.exports.csv_table import load_csv
from reliability.exports.encodings import TextFile, as_utf8, is_binary, read_head
from reliability.exports.raw_table import RawTable

_BLANKS = b"\xef\xbb\xbf \t\r\n"
_JSON_SUFFIXES = {".json", ".jsonl", ".ndjson"}
_OTHER_KINDS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old .xls workbook, or one with a password",
        "Save it as .xlsx without a password.",
    ),
    (b"%PDF", "a PDF", "Export the table itself as CSV, JSON or XLSX."),
    (b"PK\x03\x04", "a zip archive or workbook that is damaged or cut short", "Download or save it again."),
    (
        b"<!doctype",
        "a web page",
        "A sign-in page may have been saved instead: export it again as CSV or JSON.",
    ),
    (b"<html", "a web page", "A sign-in page may have been saved instead: export it again as CSV or JSON."),
    (b"<?xml", "XML", "Export it as CSV, JSON or XLSX."),
    (b"7z\xbc\xaf", "a 7z archive", "Unpack it, or pack it as .zip or .gz."),
    (b"Rar!", "a RAR archive", "Unpack it, or pack it as .zip or .gz."),
    (b"BZh", "a bzip2 archive", "Unpack it, or pack it as .zip or .gz."),
    (b"\xfd7zXZ", "an xz archive", "Unpack it, or pack it as .zip or .gz."),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "Unpack it, or pack it as .zip or .gz."),
)


@dataclass(frozen=True)
class ExportSource:
    """A readable table below the exports folder.

    name: path relative to the folder with `/`, then `!member` of an archive or `!sheet` of a workbook.
    path: the file on disk. members: archive members on the way to the table. sheet: "" outside of workbooks.
    problem: why nothing can be read from it, known before trying; "" mostly.
    """

    name: str
    path: Path
    members: tuple[str, ...] = ()
    sheet: str = ""
    problem: str = ""

    @property
    def refused(self) -> bool:
        """Whether it is a link that is not followed: nothing behind it is looked at."""
        return bool(self.problem) and self.path.is_symlink()

    @property
    def size(self) -> int:
        """Bytes on disk. Raises OSError."""
        return 0 if self.refused else self.path.stat().st_size

    def load(
        self, con: duckdb.DuckDBPyConnection, table: str, scratch_in: Path | None = None, page: str = ""
    ) -> RawTable:
        """Create (or replace) the DuckDB table `table` from this source; every value is text.

        scratch_in: the folder for what is unpacked on the way, by default the system's. page: the code page of lines
        that are not UTF-8, where a person has said it.
        Call it outside of a transaction: a first try may fail and would end it.
        Raises ExportError when the whole source is of no use; `table` may exist then, with anything in it.
        """
        if self.problem:
            remedy = "Put the file itself there." if self.refused else "Unpack or export it again."
            raise ExportError(self.problem, self.name, remedy)
        with tempfile.TemporaryDirectory(prefix="reliability-", dir=scratch_in) as folder:
            scratch = Path(folder)
            try:
                return self._load(con, table, self._unpacked(scratch), scratch, page)
            except OSError as error:
                what = f"it cannot be read: {error.strerror or error}"
                raise ExportError(what, self.name, "Check its permissions and the free space.") from error
            except (MemoryError, duckdb.OutOfMemoryException, duckdb.IOException, ExportError):
                raise
            except Exception as error:
                # Nobody knows all the ways a file can be damaged, and one file must not stop the others.
                first = (str(error).splitlines() or [""])[0]
                what = f"reading it failed ({type(error).__name__}: {first[:200]})"
                raise ExportError(what, self.name, "Export it again, or report it with the file.") from error

    def _load(
        self, con: duckdb.DuckDBPyConnection, table: str, path: Path, scratch: Path, page: str
    ) -> RawTable:
        # What reads the rarer kinds is imported when there is one: most organisations never have it.
        if self.sheet:
            from reliability.exports.xlsx_table import load_sheet

            return load_sheet(con, table, path, self.sheet, self.name)
        head = read_head(path)
        if head.startswith(b"PAR1"):
            from reliability.exports.parquet_table import load_parquet

            return load_parquet(con, table, path, self.name)
        start = head[:100].lstrip(_BLANKS).lower()
        for magic, kind, remedy in _OTHER_KINDS:
            if start.startswith(magic.lower()):
                raise ExportError(f"it is {kind}", self.name, remedy)
        if is_binary(head):
            raise ExportError("it is not text", self.name, "Export it as CSV, JSON, Parquet or XLSX.")
        text = as_utf8(path, scratch, page=page)
        if self._is_json(text):
            from reliability.exports.json_table import load_json

            return load_json(con, table, text, self.name, scratch)
        return load_csv(con, table, text, self.name, scratch)

    def _is_json(self, text: TextFile) -> bool:
        if Path(self.name.removesuffix(".gz")).suffix.lower() in _JSON_SUFFIXES:
            return True
        start = read_head(text.path).lstrip(_BLANKS)
        return start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b"{", b"[", b'"')

    def _unpacked(self, scratch: Path) -> Path:
        path = _plainly_named(self.path, scratch)
        for depth, member in enumerate(self.members):
            path = _extract_member(path, member, scratch / f"member{depth}", self.name)
        if read_head(path).startswith(b"\x1f\x8b"):
            path = _extract_gzip(path, scratch / "unzipped", self.name)
        return path


def _plainly_named(path: Path, scratch: Path) -> Path:
    """Return a path to the file that is UTF-8, which DuckDB insists on."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        link = scratch / "named"
        link.symlink_to(path.absolute())
        return link
    return path


def _extract_member(path: Path, member: str, target: Path, where: str) -> Path:
    def copy(out: IO[bytes]) -> None:
        with zipfile.ZipFile(path) as archive, archive.open(member) as packed:
            shutil.copyfileobj(packed, out, 1 << 20)

    return _copied(copy, target, where)


def _extract_gzip(path: Path, target: Path, where: str) -> Path:
    def copy(out: IO[bytes]) -> None:
        with gzip.open(path) as packed:
            shutil.copyfileobj(packed, out, 1 << 20)

    return _copied(copy, target, where)


def _copied(copy: Callable[[IO[bytes]], None], target: Path, where: str) -> Path:
    try:
        with target.open("wb") as out:
            copy(out)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error, KeyError) as error:
        raise ExportError("its archive is damaged or cut short", where, "Download it again.") from error
    except (RuntimeError, NotImplementedError) as error:
        raise ExportError(
            "its archive has a password or an unknown compression method", where, "Unpack it first."
        ) from error
    return target
