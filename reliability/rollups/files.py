"""The files of a raw log: where they are, how each is written, and by what its content is known again."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pyarrow as pa
import pyarrow.fs as pafs
import pyarrow.parquet as pq

from reliability.errors import RollupError
from reliability.rollups.model import (
    CSV,
    JSON,
    LOCAL_TIMESTAMPS,
    NUMBERS,
    PARQUET,
    TEXTS,
    TIMESTAMPS,
    Column,
    Layout,
    LogFile,
)

_FORMATS = {".parquet": PARQUET, ".csv": CSV, ".tsv": CSV, ".json": JSON, ".jsonl": JSON, ".ndjson": JSON}
_PACKED = (".gz", ".zst")
_HEAD = 1 << 20
_SAMPLE = 1 << 16
_DELIMITERS = ",;\t|"


class NoLogError(RollupError):
    """An address that can be asked and holds no log."""


def is_remote(uri: str) -> bool:
    return "://" in uri and not uri.startswith("file://")


def local_path(uri: str) -> str:
    """A path as the operating system writes it, of a path or a file:// URI."""
    return unquote(urlparse(uri).path) if uri.startswith("file://") else uri


def format_of(path: str) -> str:
    """The format that a file's name says, "" for none that can be read."""
    name = path.lower()
    for ending in _PACKED:
        name = name.removesuffix(ending)
    found = next((kind for ending, kind in _FORMATS.items() if name.endswith(ending)), "")
    return "" if found == PARQUET and name != path.lower() else found


def log_files(uri: str) -> list[LogFile]:
    """Every log file that a URI names, in name order: a file, a folder with all below it, or a glob.

    Hidden files, and those that begin with "_" as Spark's own do, are none. Raises NoLogError when
    there is none, RollupError when it cannot be asked.
    """
    try:
        found = _remote_files(uri) if is_remote(uri) else _local_files(local_path(uri))
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RollupError(_first_line(error), uri, "Check the address, and who may read it.") from error
    if not found:
        raise NoLogError(
            "there is no log there", uri, "Name files, a folder or a glob of .parquet, .csv or .jsonl."
        )
    return sorted(found, key=lambda file: file.path)


def _is_log(name: str) -> bool:
    return bool(format_of(name)) and not any(part.startswith((".", "_")) for part in name.split("/"))


def _local_files(place: str) -> list[LogFile]:
    base = Path(place)
    if has_magic(place) and not base.exists():
        anchor = Path(base.anchor) if base.is_absolute() else Path()
        pattern = str(base.relative_to(base.anchor)) if base.is_absolute() else place
        paths = [(path, path.name) for path in anchor.glob(pattern) if path.is_file()]
        paths += [
            (path, path.relative_to(top).as_posix())
            for top in anchor.glob(pattern)
            if top.is_dir()
            for path in top.rglob("*")
            if path.is_file()
        ]
    elif base.is_dir():
        paths = [(path, path.relative_to(base).as_posix()) for path in base.rglob("*") if path.is_file()]
    else:
        paths = [(base, base.name)] if base.exists() else []
    found = {}
    for path, name in paths:
        if _is_log(name):
            stat = path.stat()
            found[str(path.resolve())] = LogFile(str(path.resolve()), stat.st_size, stat.st_mtime)
    return list(found.values())


def _remote_files(uri: str) -> list[LogFile]:
    scheme, _, rest = uri.partition("://")
    fixed = rest
    if has_magic(rest):
        parts = rest.split("/")
        fixed = "/".join(parts[: next(n for n, part in enumerate(parts) if has_magic(part))])
    store, base = pafs.FileSystem.from_uri(f"{scheme}://{fixed}")
    info = store.get_file_info(base)
    entries = (
        [info]
        if info.type == pafs.FileType.File
        else store.get_file_info(pafs.FileSelector(base, recursive=True, allow_not_found=True))
    )
    host = rest[: rest.index(base)] if base and base in rest else ""
    found = []
    for entry in entries:
        if entry.type != pafs.FileType.File or not _is_log(
            entry.path.removeprefix(base).lstrip("/") or entry.base_name
        ):
            continue
        if has_magic(rest) and not fnmatchcase(
            host + entry.path, rest if "**" not in rest else rest.replace("**/", "*")
        ):
            continue
        modified = entry.mtime.timestamp() if entry.mtime else 0.0
        found.append(LogFile(f"{scheme}://{host}{entry.path}", entry.size, modified))
    return found


def _open(file: LogFile) -> Any:
    if is_remote(file.path):
        store, path = pafs.FileSystem.from_uri(file.path)
        return store.open_input_file(path)
    return open(file.path, "rb")


def digest(file: LogFile) -> str:
    """Sixteen bytes that stand for a file's content: its size, and 64 KB at its head, middle and end.

    Enough to know a log again under another name, without reading it all: Parquet ends with what is in it, and no two
    logs of one length differ only elsewhere.
    """
    found = hashlib.sha256(str(file.size).encode())
    with _open(file) as opened:
        for start in sorted({0, max(0, file.size // 2 - _SAMPLE // 2), max(0, file.size - _SAMPLE)}):
            opened.seek(start)
            found.update(opened.read(min(_SAMPLE, file.size - start)))
    return found.hexdigest()[:32]


def layout_of(file: LogFile, columns: Sequence[Column], called: dict[str, str]) -> Layout:
    """How a file is written. called: our names -> the log's, as far as known; a Layout of JSON has exactly those.

    Raises RollupError when it cannot be read or lacks a column that is needed.
    """
    try:
        kind = format_of(file.path)
        if kind == PARQUET:
            layout = _parquet_layout(file)
        elif kind == CSV:
            layout = _csv_layout(file)
        else:
            layout = _json_layout(file, [called[c.name] for c in columns])
    except (OSError, EOFError, ValueError, pa.ArrowException) as error:
        raise RollupError(_first_line(error), file.path, "Deliver the file again.") from error
    return layout


def _parquet_layout(file: LogFile) -> Layout:
    with _open(file) as opened:
        schema = pq.read_schema(opened)
    return Layout(PARQUET, tuple((field.name, _kind(field.type)) for field in schema if _kind(field.type)))


def _kind(type_: pa.DataType) -> str:
    if pa.types.is_dictionary(type_):
        type_ = type_.value_type
    if pa.types.is_timestamp(type_):
        return TIMESTAMPS if type_.tz else LOCAL_TIMESTAMPS
    if pa.types.is_integer(type_) or pa.types.is_floating(type_) or pa.types.is_decimal(type_):
        return NUMBERS
    return TEXTS if pa.types.is_string(type_) or pa.types.is_large_string(type_) else ""


def _first_lines(file: LogFile) -> Any:
    with _open(file) as raw:
        opened: Any = raw
        if file.path.endswith(".gz"):
            opened = gzip.GzipFile(fileobj=raw)
        elif file.path.endswith(".zst"):
            opened = pa.CompressedInputStream(pa.PythonFile(raw), "zstd")
        head = opened.read(_HEAD)
    text = head.decode("utf-8", errors="replace").removeprefix("\ufeff")
    return [line.rstrip("\r") for line in text.split("\n") if line.strip()]


def _csv_layout(file: LogFile) -> Layout:
    lines = _first_lines(file)
    if not lines:
        return Layout(CSV)
    header = lines[0]
    delimiter = max(_DELIMITERS, key=header.count)
    names = next(csv.reader(io.StringIO(header), delimiter=delimiter))
    return Layout(CSV, tuple((name.strip(), TEXTS) for name in names), delimiter, header)


def _json_layout(file: LogFile, names: list[str]) -> Layout:
    """The columns that the first rows hold: what none of them has is taken as missing."""
    seen: set[str] = set()
    for line in _first_lines(file):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, list) and record and not seen:
            raise ValueError("it is one JSON array, not one object per line")
        if isinstance(record, dict):
            seen |= record.keys()
    return Layout(JSON, tuple((name, TEXTS) for name in names if name in seen))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
