"""Bad days in numbers: `make hostile`, or `python -m benchmarks.hostile [--share 0.1] [--seed 7]`.

Journal, pointer and warehouse are damaged and cut off, their writers are killed and their disk is filled, at places and
moments drawn from a seed. What must never happen is counted: a figure or an entry that is wrong, one that was
acknowledged and is gone, a version that no longer serves, an error that is not one clear line.
Exit code 1 when there was any.

Disks are filled where a small one may be mounted; elsewhere those rows say so.
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from reliability.errors import JournalError, ReliabilityError, WarehouseError
from reliability.journal import Journal
from reliability.settings import load_settings
from reliability.warehouse import build, current, open_store
from reliability.warehouse.versions import check_whole, clean

ROOT = Path(__file__).resolve().parent.parent
HEADER = "incident_id,opened_at,status,title\n"
_JOURNAL = "from reliability.journal import Journal\nprint('ready', flush=True)\n"
_BUILD = (
    "from reliability.settings import load_settings\nfrom reliability.warehouse import build\n"
    "print('ready', flush=True)\n"
)
_MOUNTED = "no disk may be mounted here"

Outcome = Counter[str]
Scenario = Callable[[Path, random.Random, int], Outcome]


class Violation(Exception):
    """What must never happen."""


def journal_bytes(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Flip a byte of the journal: it is read as written, or refused in one line that what can be read is printed."""
    journal, written = _journal(folder, 60)
    whole = journal.path.read_bytes()
    seen: Outcome = Counter()
    for _ in range(times):
        content = bytearray(whole)
        content[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        journal.path.write_bytes(content)
        seen[_read(journal, written)] += 1
    return seen


def journal_cut(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Cut the journal off anywhere."""
    journal, written = _journal(folder, 60)
    whole = journal.path.read_bytes()
    seen: Outcome = Counter()
    for _ in range(times):
        journal.path.write_bytes(whole[: chance.randrange(len(whole))])
        seen[_read(journal, written)] += 1
    return seen


def journal_kills(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Kill a writer at a random moment: every entry it acknowledged is there, whole, and in order."""
    program = """
journal = Journal(folder)
while True:
    print(journal.append("note", "x", {"text": "y" * 3000}, "child").digest, flush=True)
"""
    acknowledged: set[str] = set()
    for _ in range(times):
        said = _killed(_JOURNAL + program, folder, chance.uniform(0, 0.3))
        acknowledged |= {line for line in said.split() if len(line) == 64}
        found = [entry.digest for entry in Journal(folder).entries()]
        if lost := acknowledged - set(found):
            raise Violation(f"{len(lost)} acknowledged entries are gone")
        Journal(folder).verify()
    return Counter({f"{len(acknowledged)} acknowledged entries, none lost": times})


def restore_kills(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Kill a restore at a random moment: the journal is the one before or the one after, never anything else."""
    other = folder / "other"
    other.mkdir()
    _, after = _journal(other, 50)
    saved = Journal(other).backup(folder / "saved.sqlite")
    journal, before = _journal(folder, 30)
    original = journal.backup(folder / "original.sqlite")
    seen: Outcome = Counter()
    for _ in range(times):
        restore = f"Journal(folder).restore(Path({str(saved)!r}))"
        _killed(_JOURNAL + restore, folder, chance.uniform(0, 0.25))
        found = [entry.digest for entry in journal.entries()]
        if found not in (before, after):
            raise Violation("the journal is neither the one before nor the one after")
        seen["the one after" if found == after else "the one before"] += 1
        journal.restore(original)
        for kept in folder.glob("journal.replaced-*"):
            kept.unlink()
    return seen


def full_disk_journal(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Write and restore with any amount of room left: done whole, or not at all and said so."""
    del chance
    other = folder / "other"
    other.mkdir()
    _, after = _journal(other, 60)
    saved = Journal(other).backup(folder / "saved.sqlite")
    seen: Outcome = Counter()
    with _disk(folder / "disk", 1024) as disk:
        journal, written = _journal(disk, 60)
        for number in range(times):
            room = number * 400 // times
            filler = _fill(disk, room)
            for act in ("append", "restore"):
                try:
                    if act == "append":
                        written.append(journal.append("note", "x", {"text": "y" * 20_000}, "a").digest)
                    else:
                        journal.restore(saved)
                        written = list(after)
                    seen[f"{act}: done"] += 1
                except JournalError as error:
                    _one_line(error)
                    seen[f"{act}: refused, nothing changed"] += 1
                if [entry.digest for entry in journal.entries()] != written:
                    raise Violation(f"{act} with {room} KB left changed what was written")
            filler.unlink()
            for kept in disk.glob("journal.replaced-*"):
                kept.unlink()
    return seen


def pointer_bytes(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Change the pointer anyhow: the very version is served, or none, in one line."""
    data = _built(folder, "A")
    pointer = data / "warehouse" / "current.json"
    whole = pointer.read_bytes()
    seen: Outcome = Counter()
    for number in range(times):
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


def warehouse_bytes(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Flip a byte of the warehouse: no figure is read from it, and a build makes up for it (every 50th is built)."""
    data = _built(folder, "A", "B")
    seen: Outcome = Counter()
    for number in range(times):
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
            _one_line(error)
        try:
            check_whole(live, every_byte=True)
            raise Violation("a changed warehouse was found whole")
        except WarehouseError:
            seen["noticed"] += 1
        if number % 50 == 0:
            if build(data, load_settings(data)).unchanged or _served(data, ("A", "B")) != "served":
                raise Violation("a build did not make up for it")
            seen["rebuilt"] += 1
        else:
            live.path.write_bytes(whole)
    return seen


def build_kills(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Kill a build at a random moment: the version before or after serves, and the next start leaves nothing over."""
    data = _built(folder, "A")
    seen: Outcome = Counter()
    for number in range(times):
        ids = ("A", *(f"N{number}-{n}" for n in range(number % 5 + 1)))
        before = _ids(data)
        _export(data, ids)
        _killed(f"{_BUILD}build(folder, load_settings(folder))", data, chance.uniform(0, 2.5))
        found = _ids(data)
        if found not in (before, tuple(sorted(ids))):
            raise Violation("neither the version before nor the one after serves")
        seen["the one before" if found == before else "the one after"] += 1
        clean(data)
        if left := list((data / "warehouse").glob("building-*")):
            raise Violation(f"{left[0].name} was left")
    return seen


def full_disk_build(folder: Path, chance: random.Random, times: int) -> Outcome:
    """Build with any amount of room left: the last good version serves, or the new one."""
    del chance
    seen: Outcome = Counter()
    with _disk(folder / "disk", 24_000) as disk:
        data = _built(disk, "A")
        for number in range(times):
            before, ids = _ids(data), ("A", f"N{number}")
            _export(data, ids)
            room = number * 4000 // times
            filler = _fill(disk, room)
            try:
                build(data, load_settings(data))
                seen["built"] += 1
                before = tuple(sorted(ids))
            except WarehouseError as error:
                _one_line(error)
                seen["refused, the last good version serves"] += 1
            if _ids(data) != before:
                raise Violation(f"with {room} KB left the wrong version serves")
            filler.unlink()
    return seen


SCENARIOS: dict[str, tuple[Scenario, int]] = {
    "a byte of the journal flipped": (journal_bytes, 600),
    "the journal cut off": (journal_cut, 300),
    "a writer of the journal killed": (journal_kills, 600),
    "a restore killed": (restore_kills, 200),
    "journal on a full disk": (full_disk_journal, 100),
    "the pointer changed": (pointer_bytes, 400),
    "a byte of the warehouse flipped": (warehouse_bytes, 300),
    "a build killed": (build_kills, 200),
    "a build on a full disk": (full_disk_build, 40),
}


def main() -> int:
    """Run every scenario and print the table of docs/reliability.md."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--share", type=float, default=1.0, help="of the usual number of times")
    chosen = options.parse_args()
    print("| what happens | times | what became of it | wrong or lost |\n|---|---:|---|---|")
    violations = 0
    for name, (scenario, usual) in SCENARIOS.items():
        times = max(3, round(usual * chosen.share))
        with tempfile.TemporaryDirectory(prefix="hostile-") as scratch:
            try:
                seen = scenario(Path(scratch), random.Random(f"{chosen.seed} {name}"), times)
                became, wrong = "; ".join(f"{what}: {n}" for what, n in sorted(seen.items())), "none"
            except Violation as error:
                became, wrong = "", f"**{error}**"
                violations += 1
            except PermissionError as error:
                became, wrong = str(error), "not tried"
        print(f"| {name} | {times} | {became} | {wrong} |", flush=True)
    return 1 if violations else 0


def _journal(folder: Path, entries: int) -> tuple[Journal, list[str]]:
    journal = Journal(folder)
    for number in range(entries):
        journal.append("note", str(number), {"text": "y" * (number * 37 % 900)}, "ana")
    return journal, [entry.digest for entry in journal.entries()]


def _read(journal: Journal, written: list[str]) -> str:
    try:
        if [entry.digest for entry in journal.entries()] != written:
            raise Violation("entries were read that nobody wrote")
        return "read as written"
    except JournalError as error:
        _one_line(error)
    try:
        found = journal.salvage()
        return "refused, in part readable" if found.entries else "refused"
    except JournalError as error:
        _one_line(error)
        return "refused"


def _one_line(error: ReliabilityError) -> None:
    if "\n" in str(error) or not error.remedy:
        raise Violation(f"an error of several lines, or that says nothing to do: {error}")


def _built(folder: Path, *ids: str) -> Path:
    data = folder / "data"
    _export(data, ids)
    build(data, load_settings(data))
    return data


def _export(data: Path, ids: tuple[str, ...]) -> None:
    (data / "exports").mkdir(parents=True, exist_ok=True)
    rows = "".join(f"{name},2025-07-01 08:00:00,open,x\n" for name in ids)
    (data / "exports" / "a.csv").write_text(HEADER + rows)


def _ids(data: Path) -> tuple[str, ...]:
    store = open_store(data)
    path = store.path
    store.close()
    with duckdb.connect(str(path), read_only=True) as con:
        return tuple(
            name for (name,) in con.execute("select incident_id from fact_incidents order by 1").fetchall()
        )


def _served(data: Path, ids: tuple[str, ...]) -> str:
    try:
        if _ids(data) != ids:
            raise Violation("other figures were served")
        return "served"
    except WarehouseError as error:
        _one_line(error)
        return "refused"


def _killed(program: str, folder: Path, seconds: float) -> str:
    """Run a program and kill it after so many seconds from when it is ready; returns what it printed."""
    prelude = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
folder = Path({str(folder)!r})
"""
    process = subprocess.Popen([sys.executable, "-c", prelude + program], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    said = process.stdout.read()
    process.stdout.close()
    process.wait()
    return said


@contextmanager
def _disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        raise PermissionError(_MOUNTED)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(folder: Path, leave_kilobytes: int) -> Path:
    path = folder / "filler"
    with path.open("wb", buffering=0) as file:
        while (left := shutil.disk_usage(folder).free - leave_kilobytes * 1024) > 0:
            try:
                file.write(b"x" * min(left, 1 << 16))
            except OSError:
                break
    return path


if __name__ == "__main__":
    sys.exit(main())
