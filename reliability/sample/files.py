"""Writing one export file: CSV or JSON from a query, and the marks that tools and people leave on files."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from reliability.sample import catalogue

BOM = "\ufeff"

# Lines that a broken-off transfer left in an export, see `damaged`.
_NOTE = "-- transfer interrupted, resumed --"


def query(name: str) -> str:
    """One of the files in sql/."""
    return (catalogue.FOLDER / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def write(
    con: duckdb.DuckDBPyConnection, name: str, path: Path, options: str = "format csv, header", **values: Any
) -> None:
    """Write the rows of query `name` to `path`; gzipped when the path ends in .gz.

    options: of DuckDB's `copy`. values: the query's parameters.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = ", compression gzip" if path.suffix == ".gz" else ""
    con.execute(f"copy ({query(name)}) to $path ({options}{packed})", {**values, "path": str(path)})


def write_records(path: Path, records: Sequence[Mapping[str, Any]], instants: Sequence[str] = ()) -> None:
    """Write small tables as CSV; columns named in `instants` hold Unix seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({key: _cell(value, key in instants) for key, value in record.items()})
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def _cell(value: Any, is_instant: bool) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if is_instant and value is not None:
        return datetime.fromtimestamp(value, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def csv_lines(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def resaved(path: Path, encoding: str = "utf-8") -> None:
    """Save a text file as a spreadsheet program on Windows does: CRLF line ends, perhaps another encoding."""
    text = path.read_bytes().decode("utf-8").replace("\r\n", "\n").replace("\n", "\r\n")
    path.write_bytes(text.encode(encoding))


def cut_off(path: Path) -> None:
    """Lose the end of the last line, as a broken download does."""
    lines = path.read_bytes().rstrip(b"\r\n").split(b"\n")
    lines[-1] = lines[-1][: len(lines[-1]) * 2 // 3]
    path.write_bytes(b"\n".join(lines))


def damaged(path: Path, mark: str) -> int:
    """Damage four lines that contain `mark` and add a stray one, near the end of a CSV; returns how many.

    A line cut in half, a quote that never closes, surplus cells, missing delimiters. The same records are
    whole in the next export, which overlaps this one.
    """
    lines = path.read_text(encoding="utf-8").split("\n")
    candidates = [number for number, line in enumerate(lines) if mark in line and '"' not in line]
    spoiled = candidates[-40::10]
    if len(spoiled) < 4:
        return 0
    first, second, third, fourth = spoiled[:4]
    lines[first] = lines[first][: len(lines[first]) // 2]
    cells = lines[second].split(",")
    cells[4] = '"' + cells[4]
    lines[second] = ",".join(cells)
    lines[third] += ",,resent"
    lines[fourth] = lines[fourth].replace(",", " ", 20)
    lines.insert(fourth + 1, _NOTE)
    path.write_text("\n".join(lines), encoding="utf-8", newline="")
    return 5
