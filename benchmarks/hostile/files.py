"""Bad days of exports that people add and of logs that are rolled up: whole or as before, on a disk that fills."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random

from benchmarks.hostile.rounds import Outcome, Rounds, Violation, disk, one_line, room_left
from reliability.errors import ExportError, RollupError
from reliability.imports import last_act, record_added, remove, undo
from reliability.rollups import roll_up, rollup
from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.settings.rollups import Rollups
from reliability.ui.data.upload import save

_FILES = 30
_HEADER = "ts,service,endpoint,status,duration_ms\n"
_MOST_ROOM = 1200  # kilobytes: more than either needs


class _Upload:
    """What the Data page gets of the browser."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self._content = content

    def getvalue(self) -> bytes:
        """The file's bytes."""
        return self._content


def exports_changed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Upload, remove and undo with any amount of room left: each is done whole and noted, or nothing happened."""
    del chance
    seen: Outcome = Counter()
    content = b"incident_id,opened_at\nA,2025-07-01 08:00:00\n" * 200
    with disk(folder / "disk", 8_000) as data:
        exports = data / "exports"
        exports.mkdir()
        for number in rounds:
            names = [f"{number}-{n}/{'x' * 40}.csv" for n in range(_FILES)]
            for name in names:
                (exports / name).parent.mkdir()
                (exports / name).write_bytes(content)
            room = number * _MOST_ROOM // rounds.times
            with room_left(data, room):
                before = _contents(exports)
                seen[
                    f"removal: {_tried(lambda names=names: remove(data, names), exports, before, names)}"
                ] += 1
                if last_act(data) is not None:
                    now = _contents(exports)
                    seen[f"undo: {_tried(lambda: undo(data), exports, now, ())}"] += 1
                now = _contents(exports)
                arrival = _Upload(f"new-{number}.csv", content)
                seen[f"upload: {_tried(lambda a=arrival: _added(data, a), exports, now, ())}"] += 1
                for path, was in before.items():
                    there = exports / path
                    moved = list((data / "removed").glob(f"*/{path}"))
                    if not any(p.is_file() and p.read_bytes() == was for p in (there, *moved)):
                        raise Violation(f"with {room} KB left {path} is gone")
            for path in list(exports.rglob("*.csv")):
                path.unlink()
    return seen


def _added(data: Path, arrival: _Upload) -> None:
    saved = save(arrival, data / "exports")
    record_added(data, [saved.path.name])


def _contents(exports: Path) -> dict[str, bytes]:
    return {p.relative_to(exports).as_posix(): p.read_bytes() for p in exports.rglob("*.csv")}


def _tried(act: Callable[[], object], exports: Path, before: dict[str, bytes], gone: Iterable[str]) -> str:
    """Do it; return what became of it. Raises Violation for what is half done."""
    try:
        act()
    except ExportError as error:
        one_line(error)
        after = _contents(exports)
        if any(after.get(name) != content for name, content in before.items()):
            raise Violation(f"a refused act changed exports: {error}") from error
        return "refused, nothing changed"
    after = _contents(exports)
    if any(name in after for name in gone):
        raise Violation("a removal that was confirmed left a file")
    return "done"


def rolled_up(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Roll up a log that grew, with any amount of room left: the export is the old one or the new one."""
    del chance
    seen: Outcome = Counter()
    asked = rollup("requests", Rollups())
    with disk(folder / "disk", 12_000) as place:
        log, to = place / "log", place / "out.csv"
        log.mkdir()
        for number in rounds:
            rows = "".join(
                f"2025-07-{1 + number % 28:02}T{hour:02}:{minute:02}:00Z,shop,/{number},200,10\n"
                for hour in range(24)
                for minute in range(0, 60, 5)
            )
            (log / f"{number:04}.csv").write_text(_HEADER + rows)
            before = _requests(to)
            with room_left(place, number * _MOST_ROOM // rounds.times):
                try:
                    roll_up(asked, str(log), to, place / "state", DuckDBEngine())
                    seen["rolled up"] += 1
                except RollupError as error:
                    one_line(error)
                    seen["refused, the export is as before"] += 1
                    if _requests(to) != before:
                        raise Violation("a refused roll-up changed the export") from error
            roll_up(asked, str(log), to, place / "state", DuckDBEngine())
            # The newest interval may not be over yet; all that are over count each request once.
            counted, written = sum(_requests(to).values()), (number + 1) * 288
            if not written - 12 <= counted <= written:
                raise Violation(f"after a full disk {counted} of {written} requests are counted")
    return seen


def _requests(to: Path) -> dict[tuple[str, ...], int]:
    if not to.exists():
        return {}
    with to.open(encoding="utf-8", newline="") as file:
        return {(row["endpoint"], row["interval_start"]): int(row["total"]) for row in csv.DictReader(file)}
