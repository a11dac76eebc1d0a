"""Bad days of the warehouse: the last good version serves, whatever happens to it, its pointer and its builds."""

from collections import Counter
from pathlib import Path
from random import Random

import duckdb

from benchmarks.hostile.rounds import Outcome, Rounds, Violation, disk, killed, one_line, room_left
from reliability.errors import WarehouseError
from reliability.settings import load_settings
from reliability.warehouse import build, current, open_store
from reliability.warehouse.versions import check_whole, clean

HEADER = "incident_id,opened_at,status,title\n"
_READY = (
    "from reliability.settings import load_settings\nfrom reliability.warehouse import build\n"
    "print('ready', flush=True)\n"
)
# Publishes two good versions in turn, as fast as it can, under running numbers.
_PUBLISHER = """
import shutil
from itertools import count
from reliability.warehouse import current, versions
live = current(folder)
warehouse = folder / versions.FOLDER
begin = int(live.data_version, 16) + 1
print("ready", flush=True)
for number in count(begin):
    with versions.only_builder(warehouse, 10):
        path = versions.new_path(warehouse)
        shutil.copyfile(folder / f"good-{number % 2}.duckdb", path)
        versions.publish(path, f"{number:012x}", live.inputs)
        print(number, flush=True)
        versions.tidy(warehouse, keep=versions.versions(warehouse))
"""
_MOST_ROOM = 4000  # kilobytes: more than a build of these needs
_REBUILT_EVERY = 50


def pointer_changed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Change the pointer anyhow: the very version is served, or none, in one line."""
    data = built(folder, "A")
    pointer = data / "warehouse" / "current.json"
    whole = pointer.read_bytes()
    seen: Outcome = Counter()
    for number in rounds:
        content = bytearray(whole)
        match number % 4:
            case 0:
                content[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
            case 1:
                del content[chance.randrange(len(whole)) :]
            case 2:
                at = chance.randrange(len(whole))
                content[at:at] = chance.choice([b"[" * 50_000, b"1e999", b'"\\ud800"', b"null", b"{}", b"-"])
            case 3:
                content = bytearray(
                    chance.choice([b"", b"[]", b"0", b"null", b'{"file": null}', b"\xff\xfe"])
                )
        pointer.write_bytes(content)
        seen[_served(data, ("A",))] += 1
    pointer.write_bytes(whole)
    return seen


def flipped(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Flip a byte of the warehouse: no figure is read from it, and a build makes up for it (every 50th is built)."""
    data = built(folder, "A", "B")
    seen: Outcome = Counter()
    for number in rounds:
        live = current(data)
        assert live is not None
        whole = live.path.read_bytes()
        content = bytearray(whole)
        content[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        live.path.write_bytes(content)
        try:
            open_store(data).close()
            raise Violation("a changed warehouse was opened")
        except WarehouseError as error:
            one_line(error)
        try:
            check_whole(live, every_byte=True)
            raise Violation("a changed warehouse was found whole")
        except WarehouseError:
            seen["noticed"] += 1
        if number % _REBUILT_EVERY == 0:
            if build(data, load_settings(data)).unchanged or _served(data, ("A", "B")) != "served":
                raise Violation("a build did not make up for it")
            seen["rebuilt"] += 1
        else:
            live.path.write_bytes(whole)
    return seen


def build_killed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Kill a build at a random moment: the version before or after serves, and the next start leaves nothing over."""
    data = built(folder, "A")
    seen: Outcome = Counter()
    for number in rounds:
        ids = ("A", *(f"N{number}-{n}" for n in range(number % 5 + 1)))
        before = ids_of(data)
        write_export(data, ids)
        killed(f"{_READY}build(folder, load_settings(folder))", data, chance.uniform(0, 2.5))
        found = ids_of(data)
        if found not in (before, tuple(sorted(ids))):
            raise Violation("neither the version before nor the one after serves")
        seen["the one before" if found == before else "the one after"] += 1
        _nothing_left(data)
    return seen


def publisher_killed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Kill one that publishes two good versions in turn: the last acknowledged one serves, or the next, and whole."""
    data = built(folder, "A")
    contents = (("A", "B"), ("A",))
    for number in (1, 0):
        write_export(data, contents[number])
        build(data, load_settings(data), force=True)
        live = current(data)
        assert live is not None
        (data / f"good-{number}.duckdb").write_bytes(live.path.read_bytes())
    seen: Outcome = Counter()
    first = _number(data)
    for _ in rounds:
        before = _number(data)
        said = killed(_PUBLISHER, data, chance.uniform(0, 0.25)).split()
        acknowledged = int(said[-1]) if said else before
        now = _number(data)
        if now not in (acknowledged, acknowledged + 1):
            raise Violation(f"version {acknowledged} was published, {now} serves")
        if now != first and ids_of(data) != contents[now % 2]:
            raise Violation(f"version {now} has the figures of another")
        live = current(data)
        assert live is not None
        check_whole(live, every_byte=True)
        seen["versions published, none lost"] += now - before
        _nothing_left(data)
    return seen


def full_disk(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Build with any amount of room left: the last good version serves, or the new one."""
    del chance
    seen: Outcome = Counter()
    with disk(folder / "disk", 24_000) as place:
        data = built(place, "A")
        for number in rounds:
            before, ids = ids_of(data), ("A", f"N{number}")
            write_export(data, ids)
            room = number * _MOST_ROOM // rounds.times
            with room_left(place, room):
                try:
                    build(data, load_settings(data))
                    seen["built"] += 1
                    before = tuple(sorted(ids))
                except WarehouseError as error:
                    one_line(error)
                    seen["refused, the last good version serves"] += 1
                if ids_of(data) != before:
                    raise Violation(f"with {room} KB left the wrong version serves")
    return seen


def built(folder: Path, *ids: str) -> Path:
    """Write and build a data folder with an open incident of each id; return the data folder."""
    data = folder / "data"
    write_export(data, ids)
    build(data, load_settings(data))
    return data


def write_export(data: Path, ids: tuple[str, ...]) -> None:
    """Write the one export: an open incident of each id."""
    (data / "exports").mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{name},2025-07-01 08:00:00,open,x\n" for name in ids)
    (data / "exports" / "a.csv").write_text(HEADER + rows)


def ids_of(data: Path) -> tuple[str, ...]:
    """Return the incidents that the live version serves, sorted. Raises WarehouseError when none does."""
    store = open_store(data)
    path = store.path
    store.close()
    with duckdb.connect(str(path), read_only=True) as con:
        found = con.execute("select incident_id from fact_incidents order by 1").fetchall()
    return tuple(name for (name,) in found)


def _number(data: Path) -> int:
    live = current(data)
    if live is None:
        raise Violation("no version serves")
    return int(live.data_version, 16)


def _nothing_left(data: Path) -> None:
    clean(data)
    if left := list((data / "warehouse").glob("building-*")):
        raise Violation(f"{left[0].name} was left")


def _served(data: Path, ids: tuple[str, ...]) -> str:
    try:
        if ids_of(data) != ids:
            raise Violation("other figures were served")
        return "served"
    except WarehouseError as error:
        one_line(error)
        return "refused"
