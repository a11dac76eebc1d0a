"""Request logs counted again, row by row, with the standard library: what a roll-up must come to."""

import csv
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

Counts = dict[tuple[str, str, str], tuple[int, int]]
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
TWICE, NEVER = "a local time that happens twice", "a local time that never happens"


def rows_of(path: Path) -> list[dict[str, object] | None]:
    """The rows of a log file; None for a line that is torn."""
    if path.suffix == ".parquet":
        return [*pq.read_table(path).to_pylist()]
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    found: list[dict[str, object] | None] = []
    if path.suffix == ".csv":
        header, *body = lines
        names = next(csv.reader([header]))
        for line in body:
            cells = next(csv.reader([line]))
            found.append(dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None)
        return found
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            found.append(None)
    return found


def instant(value: object, zone: str) -> tuple[datetime | None, str]:
    """(UTC, why there is none)."""
    if isinstance(value, datetime):
        return value.astimezone(UTC), ""
    text = str(value)
    if not _ISO.fullmatch(text):
        return None, "no readable time"
    moment = datetime.fromisoformat(text.replace(" ", "T"))
    if moment.tzinfo:
        return moment.astimezone(UTC), ""
    first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first, ""
    # In the autumn fold 0 is the earlier instant, in the spring (the hour that is left out) the later one.
    return None, TWICE if first < second else NEVER


def recount(paths: list[Path], zone: str = "UTC", minutes: int = 60) -> tuple[Counts, Counter[str]]:
    """(endpoint, service, interval start) -> (good, valid); and how many rows were left out, by reason."""
    counts: Counter[tuple[str, str, str, bool]] = Counter()
    left_out: Counter[str] = Counter()
    seen: set[object] = set()
    newest = datetime(2000, 1, 1, tzinfo=UTC)
    for path in sorted(paths):
        received = path.stat().st_mtime
        for row in rows_of(path):
            if row is None:
                left_out["unreadable line"] += 1
                continue
            is_again = row["request_id"] in seen
            seen.add(row["request_id"])
            moment, problem = instant(row["ts"], zone)
            if moment is None:
                left_out[problem] += 1
                continue
            seconds = int(moment.timestamp()) // (60 * minutes) * 60 * minutes
            if moment.year < 2000:
                left_out["clock behind"] += 1
            elif is_again:
                left_out["doubled"] += 1
            elif seconds > received:
                left_out["clock ahead"] += 1
            else:
                newest = max(newest, moment)
                start = datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                counts[str(row["endpoint"]), str(row["service"]), start, int(str(row["status"])) < 500] += 1
    found: Counts = {}
    services: dict[str, set[str]] = {}
    for endpoint, service, _, _ in counts:
        services.setdefault(endpoint, set()).add(service)
    for endpoint, service, start, _ in counts:
        end = datetime.fromisoformat(start).timestamp() + 60 * minutes
        if end <= int(newest.timestamp()) + 1:
            good, bad = (counts[endpoint, service, start, fate] for fate in (True, False))
            # Names that several services share carry the name of theirs.
            called = f"{service} {endpoint}" if len(services[endpoint]) > 1 else endpoint
            found[called, service, start] = (good, good + bad)
    return found, left_out


def written_counts(path: Path) -> Counts:
    """The same of an export that was rolled up."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["endpoint"], row["service"], row["interval_start"]): (int(row["good"]), int(row["total"]))
            for row in csv.DictReader(file)
        }
