"""Measure the gates on many planned changes at once.

    python benchmarks/gates.py [--changes 100000] [--repeats 5]

Half of the changes touch core services, a tenth lack something; incidents, availability and postmortems of two years
stand behind them. Prints the time to decide all of them, and one of them, in milliseconds.
"""

import argparse
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reliability.gates.evaluation import evaluate
from reliability.queries import Store
from reliability.settings import Settings
from reliability.settings.model import Gates, Incidents
from tests.warehouse_by_hand import create_tables, make_facts

AS_OF = datetime(2025, 11, 17, 8, tzinfo=UTC)
CORE = tuple(f"service-{number}" for number in range(10))

_ROWS = {
    "changes": """
        insert into changes by name
        select
            'CHG-' || n as change_id, 'Change number ' || n as title,
            case n % 3 when 0 then 'feature' when 1 then 'remediation' else 'other' end as kind,
            'service-' || (n % 20) as service, 'Team ' || (n % 7) as team, '2025.' || (n % 9) as release,
            timestamptz '2025-11-01' + to_seconds(n % 86400) as requested_at,
            timestamptz '2025-11-18' + to_minutes(n % 40000) as planned_for,
            if(n % 10 = 0, null, 'No effect expected.') as slo_impact_statement,
            'service-' || (n % 20) as slo_impact_service,
            if(n % 10 = 1, null, 'Reliability office') as reliability_signoff_by,
            if(n % 10 = 1, null, timestamptz '2025-11-10') as reliability_signoff_at,
            n % 4 = 0 as essential,
            'changes.csv' as source_file, n + 2 as source_line
        from range($changes) as numbers (n)
    """,
    "incidents": """
        insert into incidents by name
        select
            'I' || n as incident_id, 'service-' || (n % 20) as service, 'Team ' || (n % 7) as team,
            if(n % 9 = 0, 1, 3) as severity, 'resolved' as status,
            timestamptz '2023-11-20' + to_minutes(n * 100) as opened_at,
            timestamptz '2023-11-20' + to_minutes(n * 100 + 9) as engaged_at,
            timestamptz '2023-11-20' + to_minutes(n * 100 + 95) as resolved_at,
            'PRB' || (n % 400) as problem_id
        from range(10450) as numbers (n)
    """,
    "postmortems": """
        insert into postmortems by name
        select incident_id, resolved_at + to_hours(20) as published_at from incidents where severity = 1
    """,
    "availability": """
        insert into availability by name
        select
            '/' || s as endpoint, 'service-' || s as service,
            timestamptz '2023-11-20' + to_hours(h * 6) as interval_start,
            timestamptz '2023-11-20' + to_hours(h * 6 + 6) as interval_end,
            100000 as total, if(s = 3, 99900, 99970) as good
        from range(10) as services (s), range(2912) as hours (h)
    """,
    "runbooks": "insert into runbooks by name select 'service-' || n as service from range(19) as numbers (n)",
}


def warehouse(folder: Path, changes: int) -> Store:
    """Make a warehouse with so many planned changes and open it."""
    path = folder / "gates.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_tables(connection)
        for statement in _ROWS.values():
            connection.execute(statement, {"changes": changes} if "$changes" in statement else None)
        make_facts(connection, core_services=list(CORE))
    return Store(path, "benchmark")


def measure(changes: int, repeats: int) -> dict[str, float]:
    """Return milliseconds (median of `repeats`): "all" for every planned change, "one" for a named one."""
    settings = Settings(
        incidents=Incidents(core_services=CORE), gates=Gates(signoff_by=("Reliability office*",))
    )
    with tempfile.TemporaryDirectory() as folder:
        store = warehouse(Path(folder), changes)
        times: dict[str, list[float]] = {"all": [], "one": []}
        for _ in range(repeats + 1):
            for what, named in (("all", None), ("one", [f"CHG-{changes // 2}"])):
                begun = time.perf_counter()
                found = evaluate(store, settings, AS_OF, change_ids=named)
                times[what].append((time.perf_counter() - begun) * 1000)
                assert len(found.decisions) == (changes if named is None else 1)
        store.close()
    # The first round reads the file and the queries.
    return {what: statistics.median(found[1:]) for what, found in times.items()}


def main() -> None:
    """Print the times."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--changes", type=int, default=100_000)
    options.add_argument("--repeats", type=int, default=5)
    chosen = options.parse_args()
    found = measure(chosen.changes, chosen.repeats)
    print(f"{chosen.changes} planned changes: {found['all']:.0f} ms; one of them: {found['one']:.0f} ms")


if __name__ == "__main__":
    main()
