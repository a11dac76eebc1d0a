"""Filling: one complete warehouse file from export sources."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from reliability.errors import WarehouseError
from reliability.exports import ExportSource
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.warehouse import small_builds, working_memory
from reliability.warehouse.accounting import EXCLUDED, SET_ASIDE, SUPERSEDED, Account, account, create_empty
from reliability.warehouse.decided import OutageDecision
from reliability.warehouse.facts import make_facts
from reliability.warehouse.formats import BUILT_IN, formats
from reliability.warehouse.inputs import EXPORTS, MAPPINGS
from reliability.warehouse.outages import refer_to_kept
from reliability.warehouse.repeat_decisions import Decided, stated_version, write_decisions
from reliability.warehouse.report import BuildReport, FileReport
from reliability.warehouse.sandbox import shut
from reliability.warehouse.severities import create_levels
from reliability.warehouse.sql import build_query
from reliability.warehouse.stacking import Stack
from reliability.warehouse.staging import Staged, bring, load
from reliability.warehouse.tables import create_tables, write_columns, write_report
from reliability.warehouse.versions import scratch_of

Progress = Callable[[str, float], None]

_READ, _CHECKED = 0.7, 0.85  # shares of the work done after these stages

DROPPED = "dropped by the import query"


def fill(
    path: Path,
    data_dir: Path,
    found: list[ExportSource],
    inputs_version: str,
    settings: Settings,
    tell: Progress,
    decisions: Sequence[Decided] = (),
) -> BuildReport:
    """Write a complete warehouse at `path`, which must not exist.

    What only the way there needs is kept in memory (and in `path`.tmp, when that is short), not in the file. No query
    reaches a file but the exports.
    Raises WarehouseError for faulty queries; duckdb.Error and OSError where the machine is at fault.
    """
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set temp_directory = $folder", {"folder": f"{path}.tmp"})
        working_memory.bound(con, sum(source.size for source in found))
        small_builds.hurry(con, found)
        # Nobody recovers a warehouse that was not finished: no log of the changes to it.
        con.execute("attach $path as warehouse (recovery_mode no_wal_writes)", {"path": str(path)})
        scratch = scratch_of(path)
        scratch.mkdir()
        shut(con, [data_dir / EXPORTS, scratch])
        create_tables(con)
        create_levels(con)
        write_decisions(con, decisions, "warehouse")
        staged = _read(con, data_dir, found, settings, tell, scratch)
        shutil.rmtree(scratch)
        accounts = _check(con, staged, settings, tell, decisions)
        _leave_out_lines(con, staged)
        reports = tuple(_report(s, accounts.get(s.number, Account()), settings) for s in staged)
        if wrong := [f for f in reports if f.unaccounted]:
            what = f"{wrong[0].rows_read} rows were read, {wrong[0].rows_read - wrong[0].unaccounted} are accounted for"
            raise WarehouseError(what, f"exports/{wrong[0].file}", "Please report it with the export.")
        as_of = settings.organisation.as_of or _newest_of_all(con, staged, accounts)
        report = BuildReport(stated_version(inputs_version, decisions), as_of, reports)
        write_report(con, report, settings, inputs_version)
        write_columns(con, staged)
        con.execute("checkpoint warehouse")
        con.execute("detach warehouse")
    tell("Making the facts", _CHECKED)
    make_facts(path, settings, as_of)
    return report


def _read(
    con: duckdb.DuckDBPyConnection,
    data_dir: Path,
    found: list[ExportSource],
    settings: Settings,
    tell: Progress,
    scratch: Path,
) -> list[Staged]:
    """Stage every source, in name order."""
    known = formats([BUILT_IN, data_dir / MAPPINGS])
    sizes = [source.size + 1 for source in found]
    staged, stack = [], Stack(con, settings)
    for number, source in enumerate(found):
        tell(f"Reading {source.name}", _READ * sum(sizes[:number]) / sum(sizes))
        read = load(con, number, source, settings, known, scratch)
        staged.append(read)
        if not read.problem and not stack.add(read):
            bring(con, read, settings)
    stack.close()
    return staged


def _check(
    con: duckdb.DuckDBPyConnection,
    staged: list[Staged],
    settings: Settings,
    tell: Progress,
    decisions: Sequence[Decided],
) -> dict[int, Account]:
    """Decide about every staged row; returns an Account per number of a source that has any."""
    is_alone = _only_file(staged) is not None
    if not is_alone:
        con.execute(
            "create table all_days "
            "(table_name varchar, part varchar, day_number bigint, instants bigint, newest timestamptz)"
        )
    are_joined = any(isinstance(row, OutageDecision) for row in decisions)
    accounts: dict[int, Account] = {}
    empty, has_twins = [], False
    for done, table in enumerate(TABLES):
        tell(f"Checking {table.replace('_', ' ')}", _READ + (_CHECKED - _READ) * done / len(TABLES))
        own = [s for s in staged if s.rows and s.format and s.format.table == table]
        if own:
            files = {s.number: s.source.name for s in own}
            # The rows of one tool are the same outage only where people said so.
            several = are_joined or len({s.format.source for s in own if s.format}) > 1
            accounts |= account(con, table, files, settings, several, is_alone)
            has_twins = has_twins or (several and table == "incidents")
        else:
            empty.append(table)
    create_empty(con, empty)
    if has_twins:
        refer_to_kept(con)
    return accounts


def _leave_out_lines(con: duckdb.DuckDBPyConnection, staged: list[Staged]) -> None:
    """List the lines that never became rows: unreadable ones, and what an import query dropped."""
    for s in staged:
        if s.refusal or s.raw is None or s.format is None:
            continue
        lines = [u.line for u in s.raw.unreadable] + s.lost_lines
        if lines:
            con.execute(
                """
                insert into warehouse.left_out
                select $table_name, $file, unnest($lines), 'set aside', unnest($reasons), null, unnest($texts)
                """,
                {
                    "table_name": s.format.table,
                    "file": s.source.name,
                    "lines": lines,
                    "reasons": [u.reason for u in s.raw.unreadable] + [DROPPED] * len(s.lost_lines),
                    "texts": [u.text for u in s.raw.unreadable] + [None] * len(s.lost_lines),
                },
            )


def _only_file(staged: Sequence[Staged]) -> Staged | None:
    """The only file that has rows to decide about; None where there are several, or none."""
    own = [s for s in staged if s.rows and s.format]
    return own[0] if len(own) == 1 else None


def _newest_of_all(
    con: duckdb.DuckDBPyConnection, staged: Sequence[Staged], accounts: Mapping[int, Account]
) -> datetime | None:
    """The newest thing that happened in any export.

    An interval of availability may end after its export was made, so its end counts only where nothing else does.
    """
    if only := _only_file(staged):
        if only.format and only.format.table != "availability":
            return accounts[only.number].newest_at
        has_others = False
    else:
        others = "select 1 from all_days where table_name <> 'availability' limit 1"
        has_others = con.execute(others).fetchone() is not None
    if not has_others:
        found = con.execute("select max(interval_end) from warehouse.availability").fetchone()
        return found[0] if found else None
    con.execute(
        "create or replace table days as select 'all' as part, * exclude (table_name, part) from all_days"
    )
    found = con.execute(build_query("newest")).fetchone()
    return found[1] if found else None


def _report(s: Staged, found: Account, settings: Settings) -> FileReport:
    """The account of one file, lines that never became rows included."""
    raw = s.raw
    rows_read = raw.records if raw else 0
    by_disposition = dict.fromkeys((SUPERSEDED, EXCLUDED, SET_ASIDE), 0)
    reasons: dict[str, int] = {}
    for (disposition, reason), rows in found.reasons.items():
        by_disposition[disposition] += rows
        reasons[reason] = reasons.get(reason, 0) + rows
    kept = s.rows - sum(by_disposition.values())
    if s.refusal:
        reasons = {s.refusal: rows_read} if rows_read else {}
        by_disposition[SET_ASIDE] = rows_read
    elif raw:
        for reason in [u.reason for u in raw.unreadable] + [DROPPED] * len(s.lost_lines):
            reasons[reason] = reasons.get(reason, 0) + 1
            by_disposition[SET_ASIDE] += 1
    return FileReport(
        file=s.source.name,
        rows_read=rows_read,
        kept=kept,
        superseded=by_disposition[SUPERSEDED],
        excluded=by_disposition[EXCLUDED],
        set_aside=by_disposition[SET_ASIDE],
        reasons=reasons,
        format=s.format.name if s.format else None,
        format_title=s.format.title if s.format else None,
        table=s.format.table if s.format else None,
        source=s.format.source if s.format else None,
        recognised=s.recognised,
        problem=s.problem
        or _nothing_left(s, rows_read, kept + by_disposition[SUPERSEDED], reasons)
        or " ".join(filter(None, (found.numbering, _passed_over(found), _code_page(s)))),
        exported_at=found.exported_at,
        newest_at=found.newest_at,
        encoding=raw.encoding if raw else "",
        delimiter=raw.delimiter if raw else "",
        bytes=s.source.size,
        retired=bool(settings.export_rule(s.source.name).retired),
    )


def _nothing_left(s: Staged, rows_read: int, known: int, reasons: dict[str, int]) -> str:
    """Why a file that was read adds nothing, "" for one that does or that others hold.

    known: its rows that are kept, here or from another file.
    """
    if not s.recognised or known:
        return ""
    if not rows_read:
        return "it has a header and no rows. Export it again with a longer period, or remove it."
    most = max(reasons, key=lambda reason: reasons[reason])
    why = most if reasons[most] == rows_read else f"{most} ({reasons[most]}), and others"
    what = "its only row does not count" if rows_read == 1 else f"none of its {rows_read} rows counts"
    return f"{what}: {why}. The Data page lists each with its reason; map the file again there if it was read wrongly."


def _code_page(s: Staged) -> str:
    """Which code page a file may be in as well as in the one that it was read in, "" where nothing is unsure."""
    if s.raw is None or not s.raw.perhaps or (s.format is not None and s.format.encoding):
        return ""
    return (
        f"its letters are read as {s.raw.encoding}, but could be {s.raw.perhaps}: check a few names, and if they are "
        "wrong set the encoding where the export is mapped, or in review.toml, [[exports]]."
    )


def _passed_over(found: Account) -> str:
    if not found.passed_over or not found.passed_over_newest:
        return ""
    rows = "1 row lies" if found.passed_over == 1 else f"{found.passed_over} rows lie"
    return (
        f"{rows} more than a year after all others (up to {found.passed_over_newest:%Y-%m-%d}): "
        "taken for a typing error, not for the end of the data."
    )
