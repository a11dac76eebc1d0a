"""Accounting: every staged row becomes kept, superseded, excluded or set aside; only the kept ones stay.

Works on one canonical table at a time, where it lies in the new warehouse. The queries it runs (queries/build,
queries/checks) read `staged_<table>` (every readable row with its `row_id`) and `staged` (the same under general
names); what looks for copies also `left_rows` (what is decided so far), `valid` (the rows that may have copies) and
`superseded`. Of a small export nearly all the time is planning: what a file does not need is not asked.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from reliability.queries import FOLDER, read_query
from reliability.schema import TABLES, Table
from reliability.settings import Settings
from reliability.settings.severity_phrases import kind_of
from reliability.warehouse.columns import events_of, kept_types, passing_types
from reliability.warehouse.macros import define_for
from reliability.warehouse.numberings import tell_apart
from reliability.warehouse.outages import find_same_outages, take_over
from reliability.warehouse.sql import build_query, run_file

BUILD = FOLDER / "build"
SET_ASIDE, EXCLUDED, SUPERSEDED = "set aside", "excluded", "superseded"


@dataclass
class Account:
    """What became of the mapped rows of one file. reasons: (disposition, reason) -> rows. Instants are UTC.

    numbering: what to say where its ids are numbers of its own, "" elsewhere.
    """

    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    exported_at: datetime | None = None
    newest_at: datetime | None = None
    passed_over: int = 0
    passed_over_newest: datetime | None = None
    numbering: str = ""


def account(
    con: duckdb.DuckDBPyConnection,
    name: str,
    files: dict[int, str],
    settings: Settings,
    may_have_twins: bool,
    is_alone: bool,
) -> dict[int, Account]:
    """Decide about every staged row of table `name`; fill `warehouse.left_out` and finish `warehouse.<name>`.

    files: file number -> name of every source staged into it. may_have_twins: whether one incident may have two rows,
    from two tools or because people said so. is_alone: whether no other file has rows, so that its days need not be
    kept in `all_days`. Returns an Account per file number.
    """
    table = TABLES[name]
    accounts = {number: Account() for number in files}
    _staged_views(con, table)
    for number, said in tell_apart(con, table, files).items():
        accounts[number].numbering = said
    gone = set_aside = _set_aside(con, [BUILD / "unusable.sql", *checks(name)])
    exported, said_kinds = _exported(con, table)
    excluded = BUILD / ("excluded_incidents.sql" if name == "incidents" else "excluded.sql")
    kinds = _kinds(said_kinds, settings) if name == "incidents" else []
    left_out = run_file(con, excluded, "create or replace table excluded_rows as ", exclude_kinds=kinds)
    decided = ["left_rows"] * bool(set_aside) + ["excluded_rows"] * bool(left_out)
    _date_files(con, table, accounts, decided, is_alone)
    for number, exported_at in exported.items():
        accounts[number].exported_at = exported_at or accounts[number].newest_at
    _list_files(con, files, accounts)
    if has_copies := _has_copies(con, bool(set_aside)):
        _valid_view(con)
        run_file(con, BUILD / "superseded.sql", "create or replace table superseded as ")
        gone += _count(
            con.execute("insert into left_rows select row_id, 'superseded', reason, detail from superseded")
        )
    if left_out:
        gone += _count(
            con.execute(
                "insert into left_rows select row_id, 'excluded', reason, detail from excluded_rows "
                "anti join left_rows using (row_id)"
            )
        )
    has_twins = name == "incidents" and may_have_twins and find_same_outages(con)
    if name == "incidents":
        run_file(con, BUILD / "severity_words.sql", "insert into warehouse.severity_words by name ")
    if gone or has_twins:
        if name == "incidents":
            _hand_down(con, has_copies)
            if has_twins:
                take_over(con)
        _tell(con, table, accounts)
        con.execute(f'delete from warehouse."{name}" where rowid in (select row_id from left_rows)')
    _finish(con, table, any(found.newest_at for found in accounts.values()))
    return accounts


def _kinds(said: Iterable[str], settings: Settings) -> list[str]:
    """The words of incidents' kinds that the settings leave out: "onderhoud" is maintenance as well."""
    left_out = settings.incidents.exclude_kinds
    return [*left_out, *(word for word in said if word not in left_out and kind_of(word) in left_out)]


def _count(changed: duckdb.DuckDBPyConnection) -> int:
    """How many rows a statement wrote."""
    return int(changed.fetchall()[0][0])


def create_empty(con: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    """Create `warehouse.<name>` for the tables that no export has a row for: there is nothing to decide."""
    made = []
    for name in names:
        columns = ", ".join(f'"{column}" {kind}' for column, kind in kept_types(TABLES[name]).items())
        made.append(f'create or replace table warehouse."{name}" ({columns});')
    if made:
        con.execute("".join(made))


def checks(table: str) -> list[Path]:
    """The check files of a canonical table, in name order."""
    paths = sorted((FOLDER / "checks").glob("*.sql"))
    return [path for path in paths if read_query(path).header.get("table") == table]


def _staged_views(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    keys = [f"coalesce(\"{k}\"::varchar, '')" for k in table.key]
    shown = [f'"{k}"::varchar' for k in table.key if k != "source"]
    happened = f'"{table.happened_at}"' if table.happened_at else "null::timestamptz"
    score = "score" if "score" in table.columns else "null"
    title = "title" if "title" in table.columns else "null::varchar"
    updated = "updated_at" if "updated_at" in table.columns else "null::timestamptz"
    con.execute(
        f"""
        create or replace table left_rows (row_id bigint, disposition varchar, reason varchar, detail varchar);
        create or replace view "staged_{table.name}" as select rowid as row_id, * from warehouse."{table.name}";
        create or replace view staged as
        select
            row_id, source, file_number, source_line, exported_at, {updated} as updated_at, excluded_reason, problem,
            {title} as title,
            {happened} as happened_at, {score}::varchar as score,
            hash({", ".join(keys)}) as key_hash,
            concat_ws(chr(31), {", ".join(keys)}) as row_identity,
            concat_ws(' ', {", ".join(shown)}) as row_key
        from "staged_{table.name}"
        """
    )


_WITHOUT_SET_ASIDE = (
    "anti join (select row_id from left_rows where disposition = 'set aside') as set_aside using (row_id)"
)
# What does not count and cannot be read may lack its key, too: it is nobody's older copy.
_MAY_HAVE_COPIES = "staged.problem is null or staged.excluded_reason is null"


def _valid_view(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""
        create or replace view valid as
        select
            staged.* replace (coalesce(staged.exported_at, files_read.newest_at) as exported_at),
            files_read.source_file
        from staged
        inner join files_read using (file_number)
        {_WITHOUT_SET_ASIDE}
        where {_MAY_HAVE_COPIES}
        """
    )


def _set_aside(con: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> int:
    """Set aside the rows that queries name, each with the reason of the first that does; return how many rows."""
    texts = [read_query(path).sql.rstrip().removesuffix(";") for path in paths]
    define_for(con, *texts)
    named = " union all ".join(
        f"select row_id, reason, detail, {place} as place from (\n{text}\n) as named_{place}"
        for place, text in enumerate(texts)
    )
    into = "insert into left_rows select distinct on (row_id) row_id, 'set aside', reason, detail from"
    try:
        return _count(con.execute(f"{into} ({named}) as named order by place"))
    except duckdb.Error:
        # One by one, each is named when it is at fault.
        return sum(
            run_file(con, path, f"{into} (", "\n) as named anti join left_rows using (row_id)")
            for path in paths
        )


def _has_copies(con: duckdb.DuckDBPyConnection, is_any_set_aside: bool) -> bool:
    """Put the hash of every key that two rows or more have into `repeated`, with whether any of them counts.

    Tell whether there are any.
    """
    made = con.execute(
        "create or replace table repeated as "
        "select key_hash, count(*) filter (where excluded_reason is null) > 0 as is_counted "
        f"from staged {_WITHOUT_SET_ASIDE if is_any_set_aside else ''} where {_MAY_HAVE_COPIES} "
        "group by key_hash having count(*) > 1"
    )
    return _count(made) > 0


def _exported(con: duckdb.DuckDBPyConnection, table: Table) -> tuple[dict[int, datetime | None], set[str]]:
    """When the rows of each file say that they were exported, at the latest; and all kinds that they name."""
    kinds = "list(distinct kind) filter (where kind is not null)" if "kind" in table.columns else "null"
    found = con.execute(
        f'select file_number, max(exported_at), {kinds} from "staged_{table.name}" group by file_number'
    ).fetchall()
    said = {word for *_, words in found for word in words or ()}
    return {number: exported_at for number, exported_at, _ in found}, said


def _date_files(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    accounts: Mapping[int, Account],
    decided: Sequence[str],
    is_alone: bool,
) -> None:
    """Find the newest instant of every file: how fresh it is, and when rows that do not say were exported.

    decided: tables of rows that do not count.
    """
    events = ", ".join(f'"{name}"' for name in [*events_of(table), "exported_at"])
    days = f"""
        select
            file_number::varchar as part, epoch_us(instant) // 86400000000 as day_number, count(*) as instants,
            max(instant) as newest
        from (
            select row_id, file_number, greatest({events}, null::timestamptz) as instant from "staged_{table.name}"
        ) as seen
        {" ".join(f"anti join {name} using (row_id)" for name in decided)}
        where instant is not null
        group by part, day_number
        """
    newest = build_query("newest")
    if is_alone:
        newest = f"with days as materialized ({days}) select * from (\n{newest}\n)"
    else:
        con.execute(f"create or replace table days as {days}")
        con.execute("insert into all_days select $name, * from days", {"name": table.name})
    for part, newest_at, passed_over, passed_over_newest in con.execute(newest).fetchall():
        found = accounts[int(part)]
        found.newest_at, found.passed_over, found.passed_over_newest = (
            newest_at,
            passed_over,
            passed_over_newest,
        )


def _list_files(
    con: duckdb.DuckDBPyConnection, files: Mapping[int, str], accounts: Mapping[int, Account]
) -> None:
    """List the files with their newest instants, for the queries that ask for both."""
    # One statement for all: a folder may hold a file a day.
    con.execute(
        """
        create or replace table files_read as
        select
            unnest($numbers::bigint[]) as file_number, unnest($names::varchar[]) as source_file,
            unnest($newest::timestamptz[]) as newest_at
        """,
        {
            "numbers": list(files),
            "names": list(files.values()),
            "newest": [accounts[number].newest_at for number in files],
        },
    )


def _hand_down(con: duckdb.DuckDBPyConnection, has_copies: bool) -> None:
    """Give incidents that stay what those that go say of them: older levels, an earlier opening, what they lack."""
    if has_copies:
        run_file(con, BUILD / "incident_versions.sql", "insert into warehouse.incident_versions by name ")
        run_file(
            con,
            BUILD / "severity_history.sql",
            """
            update warehouse.incidents as kept
            set
                severity_highest = least(severity, kept.severity_highest, history.severity_highest),
                severity_first = coalesce(kept.severity_first, history.severity_first)
            from (
            """,
            "\n) as history where kept.rowid = history.row_id",
        )
    run_file(
        con,
        BUILD / "merged_openings.sql",
        "update warehouse.incidents as kept set opened_at = least(kept.opened_at, merged.opened_at) from (",
        "\n) as merged where kept.source = merged.source and kept.incident_id = merged.incident_id",
    )


def _finish(con: duckdb.DuckDBPyConnection, table: Table, is_any_dated: bool) -> None:
    """Say when the rows were exported that do not, and drop what only the decisions needed."""
    dated = f"""
        update warehouse."{table.name}" as kept set exported_at = files_read.newest_at
        from files_read
        where
            kept.file_number = files_read.file_number and kept.exported_at is null
            and files_read.newest_at is not null;
        """
    drops = [f'alter table warehouse."{table.name}" drop column "{name}";' for name in passing_types(table)]
    con.execute("".join([dated if is_any_dated else "", *drops]))


def _tell(con: duckdb.DuckDBPyConnection, table: Table, accounts: dict[int, Account]) -> None:
    """Write the rows left out where people can see them, and count them."""
    con.execute(
        """
        insert into warehouse.left_out
        select
            $name, files_read.source_file, staged.source_line, left_rows.disposition, left_rows.reason,
            nullif(staged.row_key, ''), left_rows.detail
        from left_rows
        inner join staged using (row_id)
        inner join files_read using (file_number)
        """,
        {"name": table.name},
    )
    counted = con.execute(
        """
        select staged.file_number, left_rows.disposition, left_rows.reason, count(*)
        from left_rows
        inner join staged using (row_id)
        group by all
        order by all
        """
    ).fetchall()
    for number, disposition, reason, rows in counted:
        accounts[number].reasons[disposition, reason] += rows
