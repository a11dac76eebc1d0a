"""Trials: what a mapping would make of an export, found by building a warehouse of that export alone."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import ExportError
from reliability.exports import ExportSource, sources
from reliability.mappings.saved import save
from reliability.settings import Settings
from reliability.warehouse import FileReport, build, current

EXAMPLES = 3
SHOWN = 5


@dataclass(frozen=True)
class Trial:
    """What would become of the rows. rows: the first kept ones, only their mapped columns.

    left_out: the first rows that would not count: line, reason, detail.
    """

    report: FileReport
    rows: list[dict[str, Any]]
    left_out: list[dict[str, Any]]


def columns_of(source: ExportSource) -> dict[str, list[str]]:
    """Read an export and return its columns, each with up to three different values, blanks left out.

    Raises ExportError when it cannot be read.
    """
    with duckdb.connect() as con:
        raw = source.load(con, "raw")
        table = con.table("raw")
        return {name: _examples(con, table, name) for name in raw.columns}


def _examples(con: duckdb.DuckDBPyConnection, table: duckdb.DuckDBPyRelation, name: str) -> list[str]:
    column = duckdb.ColumnExpression(name)
    filled = table.filter(column.isnotnull() & (column != duckdb.ConstantExpression("")))
    found: list[str] = []
    for (value,) in filled.select(column).limit(1000).fetchall():
        if value.strip() and value not in found:
            found.append(value)
        if len(found) == EXAMPLES:
            break
    return found


def try_out(
    source: ExportSource,
    settings: Settings,
    title: str,
    table: str,
    picked: Mapping[str, str],
    zone: str = "",
) -> Trial:
    """Build a warehouse of one export with one mapping in a scratch folder, as the real one would be built.

    picked: canonical column -> column of the export. Raises ExportError for a choice that cannot work and for an
    export that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="mapping-") as scratch:
        root = Path(scratch)
        own = root / "exports" / source.name.split("!")[0]
        own.parent.mkdir(parents=True)
        try:
            os.link(source.path.resolve(), own)
        except OSError:
            shutil.copyfile(source.path, own)
        name = save(root, title, table, picked, zone)
        _only(root, source)
        # The organisation's own choice of a format for this file would pass the mapping over.
        plain = replace(settings, exports=tuple(replace(rule, format=None) for rule in settings.exports))
        report = next((f for f in build(root, plain).files if f.file == source.name), None)
        if report is None or (report.problem and not report.recognised):
            problem = report.problem if report else "it is not there any more"
            raise ExportError(problem, source.name, "Choose other columns.")
        if report.format != name:
            what = f"its header is already known as '{report.format_title}'"
            raise ExportError(what, source.name, "Rebuild: it needs no mapping.")
        published = current(root)
        assert published is not None
        with duckdb.connect(str(published.path), read_only=True) as con:
            con.execute("set TimeZone = 'UTC'")
            shown = con.table(table).select(*(duckdb.ColumnExpression(c) for c in picked)).limit(SHOWN)
            aside = con.sql(
                "select source_line as line, disposition, reason, detail from left_out order by line"
            )
            return Trial(report, _records(shown), _records(aside.limit(SHOWN)))


def _only(root: Path, source: ExportSource) -> None:
    """Hold that the scratch folder shows the same source, of an archive or workbook with several tables too."""
    if source.name not in {s.name for s in sources(root / "exports")}:
        raise ExportError("it is not there any more", source.name, "Reload the page.")


def _records(relation: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    names = relation.columns
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]
