"""Exports made up at any size, in a second or two: what the other benchmarks read.

The values come from hashes of row numbers, so the same size gives the same bytes. Two years of history end on
2025-11-17; one incident in twenty is a P1, one in eight shares a problem, one in a thousand is still open.
"""

import shutil
from pathlib import Path

import duckdb

from reliability.sample.catalogue import FOLDER as SAMPLE

_SECONDS = 728 * 86400
"""From the first to the last instant, 2023-11-20 to 2025-11-17."""

_DRAWN_BELOW = "create macro drawn_below(ceiling, a, b) as (hash(a, b) % ceiling::ubigint)::bigint"

_DRAWN = """
    create table drawn as
    select
        n,
        to_seconds((n * $step)::bigint) + timestamp '2023-11-20' as opened_at,
        drawn_below(1000, n, 0) = 0 as is_open,
        -- Log-normal by the logistic curve: no call for every row to a generator with a state.
        (4000 * exp(ln((drawn_below(9999, n, 1) + 1) / (10000 - drawn_below(9999, n, 1))) * 0.7))::bigint
            as recover_seconds,
        (drawn_below(1800, n, 2))::bigint as engage_seconds,
        least(drawn_below(20, n, 3), 4) + 1 as severity,
        ['checkout-api', 'payments-gateway', 'orders-api', 'identity', 'search', 'mail', 'reports', 'ledger'][
            drawn_below(8, n, 4) + 1
        ] as service,
        drawn_below(12, n, 5) as team,
        if(drawn_below(8, n, 6) = 0, 'PRB' || drawn_below(($rows // 20 + 5), n, 7), null) as problem_id,
        drawn_below(11, n, 8) as score
    from range($rows) as numbers (n)
"""

_CANONICAL = """
    select
        'INC' || n as incident_id, service || ': error rate raised, case ' || n as title, service,
        'Team ' || team as team, 'P' || severity as severity, if(is_open, 'open', 'resolved') as status,
        strftime(opened_at, '%Y-%m-%dT%H:%M:%SZ') as opened_at,
        strftime(opened_at - to_seconds(engage_seconds // 3), '%Y-%m-%dT%H:%M:%SZ') as started_at,
        strftime(opened_at, '%Y-%m-%dT%H:%M:%SZ') as detected_at,
        strftime(opened_at + to_seconds(engage_seconds // 2), '%Y-%m-%dT%H:%M:%SZ') as acknowledged_at,
        strftime(opened_at + to_seconds(engage_seconds), '%Y-%m-%dT%H:%M:%SZ') as engaged_at,
        if(is_open, null, strftime(opened_at + to_seconds(recover_seconds), '%Y-%m-%dT%H:%M:%SZ')) as resolved_at,
        problem_id, drawn_below(40, n, 9) as customers_affected
    from drawn
"""

_PAGERDUTY = """
    select
        1 as assignment_count, 'false' as auto_resolved, 0 as business_hour_interruptions,
        strftime(opened_at, '%Y-%m-%dT%H:%M:%SZ') as created_at,
        service || ': error rate raised, case ' || n as description, recover_seconds as engaged_seconds,
        2 as engaged_user_count, 0 as escalation_count, 'PEP' || team as escalation_policy_id,
        'Team ' || team || ' on call' as escalation_policy_name, 'Q' || n as id, n as incident_number, 'false' as major,
        'P' || severity as priority_name,
        if(is_open, null, strftime(opened_at + to_seconds(recover_seconds), '%Y-%m-%dT%H:%M:%SZ')) as resolved_at,
        engage_seconds as seconds_to_engage, engage_seconds // 2 as seconds_to_first_ack,
        if(is_open, null, recover_seconds) as seconds_to_resolve, 'PSV' || service as service_id,
        service as service_name, if(is_open, 'acknowledged', 'resolved') as status, 'Team ' || team as team_name,
        'high' as urgency
    from drawn
"""

# Beside the incidents: an answer and a ticket per five of them, and so much availability as one company has.
_OTHERS = {
    "nps": """
        select
            'R' || n as response_id, strftime(opened_at, '%Y-%m-%dT%H:%M:%SZ') as responded_at, score,
            'A' || drawn_below(5000, n, 10) as account_id, 'enterprise' as segment
        from drawn where n % 5 = 0
    """,
    "tickets": """
        select
            'T' || n as ticket_id, 'A' || drawn_below(5000, n, 10) as account_id, 'closed' as status,
            strftime(opened_at + to_minutes(5), '%Y-%m-%dT%H:%M:%SZ') as created_at, 'INC' || n as incident_id,
            if(drawn_below(20, n, 11) = 0, 'true', 'false') as repeat_flag,
            if(drawn_below(4, n, 12) = 0, strftime(opened_at + to_hours(9), '%Y-%m-%dT%H:%M:%SZ'), null)
                as escalated_to_engineering_at
        from drawn where n % 5 = 1
    """,
    "postmortems": """
        select 'INC' || n as incident_id, strftime(opened_at + to_hours(60), '%Y-%m-%dT%H:%M:%SZ') as published_at
        from drawn where severity = 1 and drawn_below(2, n, 13) = 0
    """,
    "availability": """
        select
            '/' || e.name as endpoint, e.name as service, d.day::date as interval_start,
            d.day::date + 1 as interval_end, 1000000 - drawn_below(900, d.day, e.name) as good, 1000000 as total
        from range(timestamp '2023-11-20', timestamp '2025-11-17', interval 1 day) as d (day)
        cross join (select unnest(['checkout-api', 'payments-gateway', 'orders-api', 'identity', 'search'])) as e (name)
    """,
}


def write_incidents(path: Path, incidents: int, vendor: str = "canonical") -> None:
    """Write one CSV of so many incidents; vendor: "canonical" or "pagerduty" (the raw incidents of its analytics)."""
    with duckdb.connect() as con:
        _draw(con, incidents)
        _write(con, _PAGERDUTY if vendor == "pagerduty" else _CANONICAL, path)


def write_organisation(folder: Path, incidents: int) -> None:
    """Write a data folder: incidents, tickets, answers, postmortems, availability, and the sample's review.toml."""
    (folder / "exports").mkdir(parents=True)
    shutil.copy(SAMPLE / "review.toml", folder / "review.toml")
    with duckdb.connect() as con:
        _draw(con, incidents)
        for name, select in {"incidents": _CANONICAL, **_OTHERS}.items():
            _write(con, select, folder / "exports" / f"{name}.csv")


def _draw(con: duckdb.DuckDBPyConnection, incidents: int) -> None:
    con.execute(_DRAWN_BELOW)
    con.execute(_DRAWN, {"rows": incidents, "step": _SECONDS / incidents})


def _write(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    con.sql(select).write_csv(str(path))
