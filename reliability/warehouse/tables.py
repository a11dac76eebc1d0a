"""Tables of a warehouse beside the canonical ones: what was read, what was left out, and when."""

from datetime import UTC, datetime

import duckdb

from reliability.settings import Settings
from reliability.warehouse.report import BuildReport, FileReport
from reliability.warehouse.staging import NOT_RECOGNISED, Staged
from reliability.warehouse.versions import LAYOUT

BUILT = {
    "files": {
        "file": "varchar",
        "format": "varchar",
        "format_title": "varchar",
        "table_name": "varchar",
        "source": "varchar",
        "exported_at": "timestamptz",
        "newest_at": "timestamptz",
        "rows_read": "bigint",
        "kept": "bigint",
        "superseded": "bigint",
        "excluded": "bigint",
        "set_aside": "bigint",
        "encoding": "varchar",
        "delimiter": "varchar",
        "bytes": "bigint",
        "recognised": "boolean",
        "problem": "varchar",
        "retired": "boolean",
    },
    "file_columns": {
        "file": "varchar",
        "position": "bigint",
        "column_name": "varchar",
        "read": "boolean",
        "looks_like": "varchar",
        "examples": "varchar[]",
    },
    "left_out": {
        "table_name": "varchar",
        "source_file": "varchar",
        "source_line": "bigint",
        "disposition": "varchar",
        "reason": "varchar",
        "row_key": "varchar",
        "detail": "varchar",
    },
    "incident_versions": {
        "source": "varchar",
        "incident_id": "varchar",
        "exported_at": "timestamptz",
        "severity": "bigint",
        "severity_text": "varchar",
        "status": "varchar",
        "resolved_at": "timestamptz",
        "source_file": "varchar",
        "source_line": "bigint",
    },
    "repeat_decisions": {
        "decision": "varchar",
        "source": "varchar",
        "incident_id": "varchar",
        "partner_source": "varchar",
        "partner_id": "varchar",
        "issue_id": "varchar",
        "effective_issue_id": "varchar",
        "entry_id": "bigint",
    },
    "quiet_spans": {
        "table_name": "varchar",
        "source": "varchar",
        "starts_at": "timestamptz",
        "ends_at": "timestamptz",
        "entry_id": "bigint",
    },
    "outage_decisions": {
        "decision": "varchar",
        "source": "varchar",
        "incident_id": "varchar",
        "partner_source": "varchar",
        "partner_id": "varchar",
        "entry_id": "bigint",
    },
    "severity_words": {"word": "varchar", "level": "bigint", "kind": "varchar", "rows": "bigint"},
    "meta": {
        "data_version": "varchar",
        "layout": "bigint",
        "as_of": "timestamptz",
        "time_zone": "varchar",
        "built_at": "timestamptz",
        "inputs_version": "varchar",
    },
}
"""Table -> column -> DuckDB type of what a build writes beside the canonical tables."""

# Columns of `files` that a report calls something else.
_ATTRIBUTES = {"table_name": "table"}


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create them, empty, in the attached `warehouse`."""
    made = []
    for table, types in BUILT.items():
        columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
        made.append(f'create table warehouse."{table}" ({columns});')
    con.execute("".join(made))


def write_columns(con: duckdb.DuckDBPyConnection, staged: list[Staged]) -> None:
    """Write which columns of every file were read into the attached `warehouse`."""
    rows = [
        (s.source.name, place, c.name, c.read, c.looks_like or None, list(c.examples))
        for s in staged
        for place, c in enumerate(s.columns, start=1)
    ]
    if rows:
        names = ("files", "places", "names", "read", "likes", "examples")
        con.execute(
            f"insert into warehouse.file_columns select {', '.join(f'unnest(${name})' for name in names)}",
            dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)),
        )


def write_report(
    con: duckdb.DuckDBPyConnection, report: BuildReport, settings: Settings, inputs_version: str
) -> None:
    """Write `files` and `meta` into the attached `warehouse`."""
    if report.files:
        # One statement for all: each takes longer than a row.
        kinds = BUILT["files"]
        con.execute(
            f"insert into warehouse.files select {', '.join(f'unnest(${n}::{kind}[])' for n, kind in kinds.items())}",
            {name: [getattr(f, _ATTRIBUTES.get(name, name)) for f in report.files] for name in kinds},
        )
    con.execute(
        "insert into warehouse.meta values (?, ?, ?, ?, ?, ?)",
        (
            report.data_version,
            LAYOUT,
            report.as_of,
            settings.organisation.time_zone,
            datetime.now(UTC),
            inputs_version,
        ),
    )


def read_report(con: duckdb.DuckDBPyConnection) -> BuildReport:
    """The report of a warehouse that was built before. Raises duckdb.Error when it does not hold one.

    The connection may be in any time zone: another reader of the file may have locked its settings.
    """
    meta = con.execute("select data_version, layout, as_of from meta").fetchone()
    if meta is None or meta[1] != LAYOUT:
        raise duckdb.CatalogException("the layout is another one")
    reasons: dict[str, dict[str, int]] = {}
    counted = "select source_file, reason, count(*) from left_out group by all order by all"
    for file, reason, rows in con.execute(counted).fetchall():
        reasons.setdefault(file, {})[reason] = rows
    files = []
    cursor = con.execute("select * from files order by file")
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        told = dict(zip(names, row, strict=True))
        told["table"] = told.pop("table_name")
        told |= {name: _utc(told[name]) for name in ("exported_at", "newest_at")}
        file = FileReport(**told, reasons=reasons.get(told["file"], {}))
        if file.set_aside and not file.reasons:
            # Refused as a whole: its rows are not listed one by one.
            file.reasons[file.problem if file.recognised else NOT_RECOGNISED] = file.set_aside
        files.append(file)
    return BuildReport(meta[0], _utc(meta[2]), tuple(files), unchanged=True)


def _utc(instant: datetime | None) -> datetime | None:
    return instant and instant.astimezone(UTC)
