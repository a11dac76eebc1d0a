"""Request logs of any size, clean or dirty: what roll-ups are tried, tested and measured on."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from reliability.errors import ReliabilityError
from reliability.sample import files
from reliability.zones import zone_names

FORMATS = ("parquet", "csv", "csv.gz", "jsonl", "jsonl.gz")
_OPTIONS = {
    "parquet": "format parquet, compression zstd",
    "csv": "format csv, header",
    "jsonl": "format json",
}
_TORN = {"csv": "2025-10-25 23:5\n", "jsonl": '{"ts": "2025-10-25 23:5\n'}


def write_request_logs(
    out: Path,
    rows: int,
    *,
    files_count: int = 24,
    start: date = date(2025, 10, 25),
    days: float = 1.0,
    kind: str = "parquet",
    dirty: bool = False,
    zone: str = "",
    seed: int = 7,
    progress: Callable[[str, float], None] | None = None,
) -> list[Path]:
    """Write a log of `rows` requests into `files_count` files below `out`, in order of time; returns them.

    kind: one of FORMATS. dirty: see sql/request_log.sql; text formats get a torn line per file as well. zone: text
    formats write the local time of this zone without an offset, as many servers do. The same seed gives the same rows.
    Raises ReliabilityError for an unknown format or a folder that is not empty.
    """
    if kind not in FORMATS:
        raise ReliabilityError(f"there is no format '{kind}'", "--format", f"Choose {', '.join(FORMATS)}.")
    if zone and zone not in zone_names():
        raise ReliabilityError(
            f"there is no time zone '{zone}'", "--zone", "Use a name such as Europe/Berlin."
        )
    if out.exists() and any(out.iterdir()):
        raise ReliabilityError("the folder is not empty", str(out), "Name a new one with --out.")
    out.mkdir(parents=True, exist_ok=True)
    begin = datetime(start.year, start.month, start.day, tzinfo=UTC).timestamp()
    plain, seconds = kind.removesuffix(".gz"), days * 86_400 / files_count
    written = []
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set memory_limit = '1GB'")
        for number in range(files_count):
            first, until = rows * number // files_count, rows * (number + 1) // files_count
            path = out / f"requests-{number:05}.{kind}"
            values = {
                "first": first,
                "rows": max(1, until - first),
                "start": begin + number * seconds,
                "seconds": seconds,
                "dirty": dirty,
                "seed": seed,
                "path": str(path),
            }
            text = files.query("request_log")
            if zone and plain != "parquet":
                values["zone"] = zone
                text = (
                    "select * replace (strftime(ts at time zone $zone, '%Y-%m-%d %H:%M:%S.%g') as ts) "
                    f"from ({text})"
                )
            elif plain != "parquet":
                text = f"select * replace (strftime(ts, '%Y-%m-%dT%H:%M:%S.%gZ') as ts) from ({text})"
            packed = ", compression gzip" if kind.endswith(".gz") else ""
            con.execute(f"copy ({text}) to $path ({_OPTIONS[plain]}{packed})", values)
            if dirty and plain in _TORN and not packed:
                with path.open("a", encoding="utf-8") as log:
                    log.write(_TORN[plain])
            written.append(path)
            if progress:
                progress("writing", (number + 1) / files_count)
    return written
