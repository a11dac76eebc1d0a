"""Bad days of the journal: what was acknowledged stays, and nothing is read that nobody wrote."""

from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.hostile.rounds import Outcome, Rounds, Violation, disk, killed, one_line, room_left
from reliability.errors import JournalError
from reliability.journal import Journal

_READY = "from reliability.journal import Journal\nprint('ready', flush=True)\n"
_WRITER = """
journal = Journal(folder)
while True:
    print(journal.append("note", "x", {"text": "y" * 3000}, "child").digest, flush=True)
"""
_MOST_ROOM = 400  # kilobytes: more than a write of these needs


def flipped(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Flip a byte of the journal: it is read as written, or refused in one line that what can be read is printed."""
    journal, written = _journal(folder, 60)
    whole = journal.path.read_bytes()
    seen: Outcome = Counter()
    for _ in rounds:
        content = bytearray(whole)
        content[chance.randrange(len(whole))] ^= chance.randrange(1, 256)
        journal.path.write_bytes(content)
        seen[_read(journal, written)] += 1
    return seen


def cut(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Cut the journal off anywhere."""
    journal, written = _journal(folder, 60)
    whole = journal.path.read_bytes()
    seen: Outcome = Counter()
    for _ in rounds:
        journal.path.write_bytes(whole[: chance.randrange(len(whole))])
        seen[_read(journal, written)] += 1
    return seen


def writer_killed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Kill a writer at a random moment: every entry it acknowledged is there, whole, and in order."""
    acknowledged: list[str] = []
    for _ in rounds:
        said = killed(_READY + _WRITER, folder, chance.uniform(0, 0.3))
        acknowledged += [line for line in said.split() if len(line) == 64]
        found = [entry.digest for entry in Journal(folder).entries()]
        if lost := set(acknowledged) - set(found):
            raise Violation(f"{len(lost)} acknowledged entries are gone")
        if [digest for digest in found if digest in set(acknowledged)] != acknowledged:
            raise Violation("acknowledged entries are in another order")
        Journal(folder).verify()
    return Counter({"acknowledged entries, none lost": len(acknowledged)})


def restore_killed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Kill a restore at a random moment: the journal is the one before or the one after, never anything else."""
    other = folder / "other"
    other.mkdir()
    _, after = _journal(other, 50)
    saved = Journal(other).backup(folder / "saved.sqlite")
    journal, before = _journal(folder, 30)
    original = journal.backup(folder / "original.sqlite")
    seen: Outcome = Counter()
    for _ in rounds:
        restore = f"Journal(folder).restore(Path({str(saved)!r}))"
        killed(_READY + restore, folder, chance.uniform(0, 0.25))
        found = [entry.digest for entry in journal.entries()]
        if found not in (before, after):
            raise Violation("the journal is neither the one before nor the one after")
        seen["the one after" if found == after else "the one before"] += 1
        journal.restore(original)
        _forget_replaced(folder)
    return seen


def full_disk(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Write and restore with any amount of room left: done whole, or not at all and said so."""
    del chance
    other = folder / "other"
    other.mkdir()
    _, after = _journal(other, 60)
    saved = Journal(other).backup(folder / "saved.sqlite")
    seen: Outcome = Counter()
    with disk(folder / "disk", 1024) as place:
        journal, written = _journal(place, 60)
        for number in rounds:
            room = number * _MOST_ROOM // rounds.times
            with room_left(place, room):
                for act in ("append", "restore"):
                    try:
                        if act == "append":
                            made = journal.append("note", "x", {"text": "y" * 20_000}, "a")
                            written.append(made.digest)
                        else:
                            journal.restore(saved)
                            written = list(after)
                        seen[f"{act}: done"] += 1
                    except JournalError as error:
                        one_line(error)
                        seen[f"{act}: refused, nothing changed"] += 1
                    if [entry.digest for entry in journal.entries()] != written:
                        raise Violation(f"{act} with {room} KB left changed what was written")
            _forget_replaced(place)
    return seen


def _forget_replaced(folder: Path) -> None:
    for kept in folder.glob("journal.replaced-*"):
        kept.unlink()


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
        one_line(error)
    try:
        found = journal.salvage()
        return "refused, in part readable" if found.entries else "refused"
    except JournalError as error:
        one_line(error)
        return "refused"
