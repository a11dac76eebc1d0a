"""Trials: what a mapping would make of an export, found by building a warehouse of that export alone."""

import os
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import ExportError
from reliability.exports import ExportSource, sources
from reliability.mappings.saved import save
from reliability.mappings.spec import Spec
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.warehouse import FileReport, build, current, open_store

SHOWN = 5
_PER_REASON = 3


@dataclass(frozen=True)
class Trial:
    """What would become of the rows. rows: the first kept ones, only their mapped columns.

    dated: kept rows that say when; None for a table whose rows have no date. left_out: rows that would not count, the
    first few of each reason: line, disposition, reason, detail. severities: per word of the file the incidents with
    it and their median minutes to recover (lists/severity_lengths); [] for other tables.
    """

    report: FileReport
    rows: list[dict[str, Any]]
    dated: int | None
    left_out: list[dict[str, Any]]
    severities: list[dict[str, Any]]


def try_out(source: ExportSource, settings: Settings, spec: Spec) -> Trial:
    """Build a warehouse of one export with one mapping in a scratch folder, as the real one would be built.

    Raises ExportError for a choice that cannot work and for an export that cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="mapping-") as scratch:
        root = Path(scratch)
        own = root / "exports" / source.name.split("!")[0]
        own.parent.mkdir(parents=True)
        try:
            os.link(source.path.resolve(), own)
        except OSError:
            shutil.copyfile(source.path, own)
        name = save(root, spec)
        _only(root, source)
        # The organisation's own choice of a format for this file would pass the mapping over.
        plain = replace(settings, exports=tuple(replace(rule, format=None) for rule in settings.exports))
        report = next((f for f in build(root, plain).files if f.file == source.name), None)
        if report is None or _is_refused(report, name):
            problem = report.problem if report else "it is no longer there"
            raise ExportError(problem, source.name, "Choose other columns.")
        if report.format != name:
            what = f"its header is already known as '{report.format_title}'"
            raise ExportError(what, source.name, "Rebuild: it needs no mapping.")
        return _outcome(root, report, spec)


def _is_refused(report: FileReport, name: str) -> bool:
    """Whether a file was refused whole; where it was read and no row counts, the outcome says why, row by row."""
    row_by_row = report.format == name and report.reasons and report.problem not in report.reasons
    return bool(
        report.problem and not report.kept and report.set_aside == report.rows_read and not row_by_row
    )


def _outcome(root: Path, report: FileReport, spec: Spec) -> Trial:
    published = current(root)
    assert published is not None
    table = TABLES[spec.table]
    with duckdb.connect(str(published.path), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        # A workbook is tried whole; only the rows of this sheet are shown.
        file = duckdb.ColumnExpression("source_file")
        kept = con.table(spec.table).filter(file == duckdb.ConstantExpression(report.file))
        own = [*table.required[:1], *spec.cells] if spec.each_row else list(spec.cells)
        rows = _records(kept.select(*(duckdb.ColumnExpression(c) for c in dict.fromkeys(own))).limit(SHOWN))
        when = table.happened_at
        dated = None
        if when:
            said = kept.filter(duckdb.ColumnExpression(when).isnotnull()).aggregate("count(*)").fetchall()
            dated = said[0][0]
    store = open_store(root)
    try:
        severities = store.run("lists/severity_lengths").rows if spec.table == "incidents" else []
        aside = store.run("lists/left_out_examples", {"limit": _PER_REASON}).rows
    finally:
        store.close()
    return Trial(report, rows, dated, aside, severities)


def _only(root: Path, source: ExportSource) -> None:
    """Hold that the scratch folder shows the same source, of an archive or workbook with several tables too."""
    if source.name not in {s.name for s in sources(root / "exports")}:
        raise ExportError("it is no longer there", source.name, "Reload the page.")


def _records(relation: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    names = relation.columns
    return [dict(zip(names, row, strict=True)) for row in relation.fetchall()]
