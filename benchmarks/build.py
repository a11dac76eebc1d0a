"""Import beside the bare minimum: the same file as a table of text, then the same columns cast; and beside pandas.

    python -m benchmarks.build [--sizes 10000 1000000] [--repeats 3]

"bare" is `create table as select * from read_csv(..., all_varchar)` in a database file, and a second table with numbers
and times cast; nothing is checked, no line number kept. "least" keeps the text in memory only and writes the cast table
alone. "pandas" reads the same CSV as text and casts the same columns in memory; it writes no file. "import" is all
up to the checked tables of the warehouse; "whole build" adds facts and publishing.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd

from benchmarks.made_up import write_incidents
from benchmarks.measure import print_table, scratch, size_text, time_text
from reliability.settings import Settings
from reliability.warehouse import build

SIZES = (10_000, 1_000_000)

_TEXT_KEPT = "create table raw as select * from read_csv($csv, all_varchar = true)"
_TEXT_ASIDE = "create temporary table raw as select * from read_csv($csv, all_varchar = true)"

_CASTS = {
    "canonical": """
        create table incidents as
        select
            incident_id, title, service, team, severity[2:]::bigint as severity, status,
            opened_at::timestamptz as opened_at, started_at::timestamptz as started_at,
            detected_at::timestamptz as detected_at, acknowledged_at::timestamptz as acknowledged_at,
            engaged_at::timestamptz as engaged_at, resolved_at::timestamptz as resolved_at, problem_id,
            customers_affected::bigint as customers_affected
        from raw
    """,
    "pagerduty": """
        create table incidents as
        select
            id, description, service_name, team_name, priority_name[2:]::bigint as severity, status,
            created_at::timestamptz as opened_at, resolved_at::timestamptz as resolved_at,
            created_at::timestamptz + to_seconds(seconds_to_first_ack::bigint) as acknowledged_at,
            created_at::timestamptz + to_seconds(seconds_to_engage::bigint) as engaged_at
        from raw
    """,
}


# The same casts in pandas: columns of numbers and of times.
_NUMBERS = {
    "canonical": ("customers_affected",),
    "pagerduty": ("seconds_to_first_ack", "seconds_to_engage"),
}
_TIMES = {
    "canonical": ("opened_at", "started_at", "detected_at", "acknowledged_at", "engaged_at", "resolved_at"),
    "pagerduty": ("created_at", "resolved_at"),
}
_WORDS = {"canonical": "severity", "pagerduty": "priority_name"}


def bare(csv: Path, vendor: str, database: Path, *, keep_text: bool = True) -> float:
    """Return the seconds that the bare import of a file takes; without the text in the file unless `keep_text`."""
    database.unlink(missing_ok=True)
    begun = time.perf_counter()
    with duckdb.connect(str(database)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(_TEXT_KEPT if keep_text else _TEXT_ASIDE, {"csv": str(csv)})
        con.execute(_CASTS[vendor])
    return time.perf_counter() - begun


def by_pandas(csv: Path, vendor: str) -> float:
    """Return the seconds that pandas takes for the same text and casts, in memory."""
    begun = time.perf_counter()
    frame = pd.read_csv(csv, dtype=str)
    frame["level"] = pd.to_numeric(frame[_WORDS[vendor]].str[1:])
    for name in _NUMBERS[vendor]:
        frame[name] = pd.to_numeric(frame[name])
    for name in _TIMES[vendor]:
        frame[name] = pd.to_datetime(frame[name], format="ISO8601", utc=True)
    if vendor == "pagerduty":
        for name in _NUMBERS[vendor]:
            frame[name] = frame["created_at"] + pd.to_timedelta(frame[name], unit="s")
    return time.perf_counter() - begun


def ours(data_dir: Path, clock: Callable[[], float] = time.perf_counter) -> tuple[float, float]:
    """Return the seconds of a build up to the checked tables, and of all of it. clock: wall or processor."""
    begun = clock()
    marks: dict[str, float] = {}
    build(
        data_dir,
        Settings(),
        force=True,
        progress=lambda what, _share: marks.setdefault(what, clock() - begun),
    )
    return marks["Making the facts"], clock() - begun


def measure(incidents: int, vendor: str, repeats: int) -> dict[str, str]:
    """Return the medians of alternating runs as a row of the table."""
    with scratch() as folder:
        (folder / "exports").mkdir()
        csv = folder / "exports" / "incidents.csv"
        write_incidents(csv, incidents, vendor)
        runs = []
        for _ in range(repeats):
            floor = bare(csv, vendor, folder / "bare.duckdb")
            least = bare(csv, vendor, folder / "bare.duckdb", keep_text=False)
            runs.append((floor, least, by_pandas(csv, vendor), *ours(folder)))
        megabytes = csv.stat().st_size / 1e6
    floor, least, in_pandas, imported, built = (statistics.median(f) for f in zip(*runs, strict=True))
    return {
        "incidents": size_text(incidents),
        "export": f"{vendor}, {megabytes:.0f} MB",
        "bare": time_text(floor),
        "least": time_text(least),
        "pandas": time_text(in_pandas),
        "import": time_text(imported),
        "beside bare": f"{statistics.median(run[3] / run[0] for run in runs):.1f}",
        "beside least": f"{statistics.median(run[3] / run[1] for run in runs):.1f}",
        "whole build": time_text(built),
        "build beside bare": f"{statistics.median(run[4] / run[0] for run in runs):.1f}",
    }


def main(sizes: tuple[int, ...] = SIZES, repeats: int = 3) -> None:
    """Print the table."""
    rows = [measure(size, vendor, repeats) for size in sizes for vendor in _CASTS]
    print_table("Import", rows)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--repeats", type=int, default=3)
    chosen = options.parse_args()
    main(tuple(chosen.sizes), chosen.repeats)
