"""What rolling up request logs costs: rows a second and memory, beside the bare aggregate in the same DuckDB.

python -m benchmarks.rollups --rows 10000000 30000000 100000000 --keep DIR
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from reliability.rollups import roll_up, rollup
from reliability.rollups.engines import engine_named
from reliability.sample.request_logs import write_request_logs
from reliability.settings.rollups import Requests, Rollups

_ROWS_A_FILE = 1_000_000
_MEMORY = "1GB"

_BARE = """
create table found as
select
    service, endpoint, date_trunc('hour', ts) as hour,
    count(*) as total, count(*) filter (where status < 500) as good
from read_parquet($paths)
group by all
"""


def bare(place: Path) -> None:
    """The aggregate as one would write it, without a reason for anything."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set memory_limit = $memory", {"memory": _MEMORY})
        con.execute("set preserve_insertion_order = false")
        con.execute("set temp_directory = $place", {"place": str(place / "spilled")})
        paths = sorted(map(str, (place / "log").glob("*.parquet")))
        con.execute(_BARE, {"paths": paths})


def rolled(place: Path, engine: str, find_doubled: bool) -> None:
    """A roll-up from nothing."""
    asked = rollup("requests", Rollups(Requests(find_doubled=find_doubled)))
    running = engine_named(engine, memory=_MEMORY)
    roll_up(asked, str(place / "log"), place / "out.csv", place / "state", running)


WAYS = {
    "bare": bare,
    "roll-up": lambda place: rolled(place, "duckdb", False),
    "doubled found": lambda place: rolled(place, "duckdb", True),
    "spark": lambda place: rolled(place, "spark", False),
}


def main() -> None:
    """Write logs, measure every way in a process of its own, print a line per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 3_000_000, 10_000_000])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=["bare", "roll-up", "doubled found"])
    parser.add_argument("--keep", type=Path, help="Where logs are, or are written and stay.")
    parser.add_argument("--once", nargs=2, metavar=("WAY", "PLACE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        _once(*options.once)
        return
    with tempfile.TemporaryDirectory(dir=options.keep) as scratch:
        logs = (options.keep or Path(scratch)) / "logs"
        if not logs.exists():
            files = -(-max(options.rows) // _ROWS_A_FILE)
            write_request_logs(logs, max(options.rows), files_count=files, days=files / 24)
        for rows in options.rows:
            paths = sorted(logs.glob("*.parquet"))[: -(-rows // _ROWS_A_FILE)]
            told = [f"{rows:,} rows, {sum(path.stat().st_size for path in paths) / 1e6:.0f} MB"]
            for way in options.ways:
                seconds, cpu, megabytes = _measure(way, paths, Path(scratch) / "place")
                rate = f"{rows / seconds / 1e6:.2f} M/s"
                told.append(f"{way} {seconds:.1f} s, {cpu:.1f} s of CPU ({rate}, {megabytes:.0f} MB)")
            print("; ".join(told), flush=True)


def _measure(way: str, paths: list[Path], place: Path) -> tuple[float, float, float]:
    """Wall seconds and seconds of CPU without start and imports, and the largest memory in MB."""
    shutil.rmtree(place, ignore_errors=True)
    (place / "log").mkdir(parents=True)
    for path in paths:
        (place / "log" / path.name).symlink_to(path.resolve())
    command = [sys.executable, "-m", "benchmarks.rollups", "--once", way, str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, cpu, megabytes = map(float, done.stdout.split())
    return seconds, cpu, megabytes


def _once(way: str, place: str) -> None:
    begun, used = time.perf_counter(), time.process_time()
    WAYS[way](Path(place))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - used
    print(seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
