"""One outage in two tools: the row that opened first stands for the others, knows what they know, and is referred to.

Works on the canonical tables where they lie in the new warehouse. `same_outages` (queries/build/same_outages.sql) says
which row stands for which.
"""

import duckdb

from reliability.queries import FOLDER
from reliability.schema import SEVERITY, TABLES
from reliability.warehouse.sql import run_file

_BUILD = FOLDER / "build"

# What a row keeps of its own: who it is, what it says of itself alone, and what is settled below.
_OWN = ("incident_id", "opened_at", "updated_at", "severity_text", "external_ids")

# Tables that name an incident, and the column that does.
_REFERRING = (
    ("incidents", "repeat_of"),
    ("incident_accounts", "incident_id"),
    ("tickets", "incident_id"),
    ("alerts", "incident_id"),
    ("postmortems", "incident_id"),
)


def find_same_outages(con: duckdb.DuckDBPyConnection) -> bool:
    """Find the rows that another's row stands for: they are superseded by it. Tell whether there are any."""
    if not run_file(con, _BUILD / "same_outages.sql", "create or replace table same_outages as "):
        return False
    con.execute("insert into left_rows select row_id, 'superseded', reason, detail from same_outages")
    return True


def take_over(con: duckdb.DuckDBPyConnection) -> None:
    """Give the rows that stay what they lack and the others have; of the levels of severity, the gravest."""
    columns = TABLES["incidents"].columns
    filled = [name for name, kind in columns.items() if kind != SEVERITY and name not in _OWN]
    levels = [name for name, kind in columns.items() if kind == SEVERITY]
    known = [
        f'arg_min("{name}", (opened_at, source, incident_id)) filter (where "{name}" is not null) as "{name}"'
        for name in filled
    ]
    known += [f'min("{name}") as "{name}"' for name in levels]
    con.execute(
        f"""
        update warehouse.incidents as kept
        set
            {", ".join(f'"{name}" = coalesce(kept."{name}", other."{name}")' for name in filled)},
            {", ".join(f'"{name}" = least(kept."{name}", other."{name}")' for name in levels)},
            severity_text = case
                when kept.severity is null or other.severity < kept.severity
                    then coalesce(other.severity_text, kept.severity_text)
                else kept.severity_text
            end,
            external_ids = other.names
        from (
            select
                kept_row_id,
                {", ".join(known)},
                arg_min(severity_text, (severity, opened_at, source)) filter (where severity is not null)
                    as severity_text,
                string_agg(incident_id, ', ' order by incident_id) as names
            from (
                select gone.*, same_outages.kept_row_id
                from same_outages
                inner join warehouse.incidents as gone on same_outages.row_id = gone.rowid
            ) as gone
            group by kept_row_id
        ) as other
        where kept.rowid = other.kept_row_id
        """
    )


def refer_to_kept(con: duckdb.DuckDBPyConnection) -> None:
    """Let what names a row that is gone name the one that stands for it; nothing that has its own row is touched.

    Rows that would come to be twice stay as they are. Reads `same_outages` of `find_same_outages`.
    """
    if not con.execute("select 1 from same_outages limit 1").fetchone():
        return
    con.execute(
        """
        create or replace table renamed as
        select incident_id, min(kept_incident_id) as kept_incident_id
        from same_outages
        where incident_id not in (select incident_id from warehouse.incidents)
        group by incident_id
        having count(distinct kept_incident_id) = 1
        """
    )
    if not con.execute("select 1 from renamed limit 1").fetchone():
        return
    for table, column in _REFERRING:
        others = [name for name in TABLES[table].key if name != column]
        alone = "true"
        if column in TABLES[table].key:
            same = " and ".join(f'theirs."{name}" is not distinct from own."{name}"' for name in others)
            alone = f"""
                not exists (
                    select 1 from warehouse."{table}" as theirs
                    left join renamed as also on theirs."{column}" = also.incident_id
                    where
                        coalesce(also.kept_incident_id, theirs."{column}") = renamed.kept_incident_id
                        and theirs.rowid <> own.rowid {f"and {same}" if same else ""}
                )
                """
        con.execute(
            f"""
            update warehouse."{table}" as told
            set "{column}" = found.kept_incident_id
            from (
                select own.rowid as told_row, renamed.kept_incident_id
                from warehouse."{table}" as own
                inner join renamed on own."{column}" = renamed.incident_id
                where {alone}
            ) as found
            where told.rowid = found.told_row
            """
        )
