"""Bad days of frozen reviews: what was said to be frozen is whole for ever, and a folder thaws whole or not at all."""

import shutil
from collections import Counter
from pathlib import Path
from random import Random

from benchmarks.hostile.rounds import Outcome, Rounds, Violation, damaged, disk, killed, one_line, room_left
from benchmarks.hostile.warehouse import write_export
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.publish.any_file import KINDS, read_any
from reliability.publish.verify import verify
from reliability.publish.writing import write_whole
from reliability.review.contents import FOLDER
from reliability.review.frozen import Frozen, freeze, frozen_reviews
from reliability.review.thawing import thaw
from reliability.settings import load_settings
from reliability.warehouse import build
from reliability.warehouse.workspace import open_workspace

_FREEZER = """
from reliability.review.frozen import freeze
from reliability.warehouse.workspace import open_workspace
workspace = open_workspace(folder)
print("ready", flush=True)
while True:
    print(freeze(workspace, None, "child").id, flush=True)
"""
_PUBLISHER = """
import itertools
from reliability.journal import Journal
from reliability.publish.any_file import KINDS
from reliability.publish.writing import write_whole
from reliability.review.frozen import frozen_review
packs, frozen = Path({packs!r}), frozen_review(Journal(folder), {review!r})
made = {{f"review{{suffix}}": KINDS[suffix].make_in(folder)(frozen) for suffix in {suffixes!r}}}
print("ready", flush=True)
for number in itertools.count():
    write_whole([(packs / str(number) / name, content) for name, content in made.items()])
    print(number, flush=True)
"""
_PACK = (".html", ".pptx", ".xlsx", ".csv")
_BULKY, _BULKY_BYTES = 12, 40_000
_MOST_ROOM = 1000  # kilobytes: more than a freeze of these needs


def freezer_killed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Kill one that freezes: each review it acknowledged is there and thaws byte for byte; others are whole too."""
    data = folder / "data"
    exports: dict[str, dict[str, bytes]] = {}
    acknowledged: set[str] = set()
    for number in rounds:
        _new_exports(data, chance, number)
        before = _exported(data)
        acknowledged |= set(killed(_FREEZER, data, chance.uniform(0, 2)).split())
        found = {frozen.id: frozen for frozen in frozen_reviews(Journal(data))}
        if lost := acknowledged - set(found):
            raise Violation(f"{len(lost)} acknowledged reviews are gone")
        exports |= {name: before for name in found if name not in exports}
        new = [frozen for frozen in found.values() if exports[frozen.id] is before]
        for frozen in new[:1] + new[-1:]:
            _thawed(frozen, data, folder / "again", exports[frozen.id])
    for frozen in frozen_reviews(Journal(data))[:: max(1, rounds.done // 5)]:
        _thawed(frozen, data, folder / "again", exports[frozen.id])
    return Counter(
        {
            "acknowledged reviews, all whole": len(acknowledged),
            "others, whole": len(exports) - len(acknowledged),
        }
    )


def contents_damaged(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Damage what is kept: it thaws byte for byte or not at all, and whoever freezes again makes up for it."""
    data = folder / "data"
    _new_exports(data, chance, 0)
    exports = _exported(data)
    workspace = open_workspace(data)
    frozen = freeze(workspace, None, "a")
    kept = sorted((data / FOLDER).glob("*/*.gz"))
    seen: Outcome = Counter()
    for number in rounds:
        path = chance.choice(kept)
        whole = path.read_bytes()
        path.write_bytes(damaged(whole, chance))
        try:
            _thawed(frozen, data, folder / "again", exports)
            seen["thawed byte for byte"] += 1
        except ReliabilityError as error:
            one_line(error)
            if (folder / "again").exists() and any((folder / "again").iterdir()):
                raise Violation("some of the exports were thawed") from error
            seen["refused"] += 1
        if number % 5 == 0:
            _thawed(freeze(workspace, None, "b"), data, folder / "again", exports)
            seen["made up for by freezing again"] += 1
        else:
            path.write_bytes(whole)
    return seen


def full_disk(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Freeze with any amount of room left, then thaw: both are done whole, or not at all and say so."""
    seen: Outcome = Counter()
    with disk(folder / "disk", 24_000) as place:
        data = place / "data"
        for number in rounds:
            _new_exports(data, chance, number)
            exports = _exported(data)
            workspace = open_workspace(data)
            before = len(frozen_reviews(Journal(data)))
            with room_left(place, number * _MOST_ROOM // rounds.times):
                try:
                    freeze(workspace, None, "a")
                    before += 1
                    seen["freeze: done"] += 1
                except ReliabilityError as error:
                    one_line(error)
                    seen["freeze: refused, nothing changed"] += 1
                found = frozen_reviews(Journal(data))
                if len(found) != before:
                    raise Violation(f"{len(found)} reviews are frozen, not {before}")
            if list((data / FOLDER).glob("*/*.part")):
                raise Violation("an unfinished content was left")
            last = freeze(workspace, None, "a")
            with room_left(place, number * _MOST_ROOM // rounds.times):
                try:
                    _thawed(last, data, place / "again", exports)
                    seen["thaw: done"] += 1
                except ReliabilityError as error:
                    one_line(error)
                    if any((place / "again").glob("*")):
                        raise Violation("some of the exports were thawed") from error
                    seen["thaw: refused, nothing written"] += 1
            shutil.rmtree(data / FOLDER)
            shutil.rmtree(place / "again", ignore_errors=True)
            Journal(data).path.unlink()
            workspace.store.close()
    return seen


def publisher_killed(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Kill one that publishes a pack into one new folder after another: each has all files, as they were frozen."""
    data, packs = folder / "data", folder / "packs"
    _new_exports(data, chance, 0)
    frozen = freeze(open_workspace(data), None, "a")
    seen: Outcome = Counter()
    for number in rounds:
        to = packs / str(number)
        to.mkdir(parents=True)
        program = _PUBLISHER.format(packs=str(to), review=frozen.id, suffixes=_PACK)
        done = killed(program, data, chance.uniform(0, 0.2)).split()
        there = {path.name: path for path in to.iterdir() if not path.name.startswith(".")}
        if lost := set(done) - set(there):
            raise Violation(f"{len(lost)} acknowledged packs are gone")
        if there:
            first = _contents(next(iter(there.values())))
            if other := [name for name, pack in there.items() if _contents(pack) != first]:
                raise Violation(f"{len(other)} packs are not whole")
            _whole_pack(next(iter(there.values())), frozen, data)
        seen["acknowledged packs, all whole"] += len(done)
        seen["others, whole"] += len(there) - len(done)
        shutil.rmtree(to)
    return seen


def publish_on_full_disk(folder: Path, chance: Random, rounds: Rounds) -> Outcome:
    """Publish a pack with any amount of room left: all of it is written, or nothing and one line says so."""
    data = folder / "data"
    _new_exports(data, chance, 0)
    frozen = freeze(open_workspace(data), None, "a")
    made = {suffix: _content(suffix, frozen, data) for suffix in _PACK}
    most = 2 * sum(map(len, made.values())) // 1024
    seen: Outcome = Counter()
    with disk(folder / "disk", 24_000) as place:
        for number in rounds:
            pack = place / "pack"
            with room_left(place, number * most // rounds.times):
                try:
                    write_whole([(pack / f"review{suffix}", content) for suffix, content in made.items()])
                    seen["published: whole"] += 1
                    if _contents(pack) != {f"review{suffix}": content for suffix, content in made.items()}:
                        raise Violation("the pack is not whole")
                except ReliabilityError as error:
                    one_line(error)
                    seen["published: refused, nothing written"] += 1
                    if left := [path.name for path in place.iterdir() if path.name != "filler"]:
                        raise Violation(f"{left} was left") from error
            shutil.rmtree(pack, ignore_errors=True)
    return seen


def _content(suffix: str, frozen: Frozen, data: Path) -> bytes:
    content = KINDS[suffix].make_in(data)(frozen)
    return content.encode() if isinstance(content, str) else content


def _contents(pack: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in pack.iterdir()}


def _whole_pack(pack: Path, frozen: Frozen, data: Path) -> None:
    """Every file of a pack is there and says every figure as it was frozen."""
    found = {path.suffix: path for path in pack.iterdir()}
    if set(found) != set(_PACK):
        raise Violation(f"{pack.name} has {sorted(found)} only")
    for path in found.values():
        published = read_any(path)
        wrong = [one.id for one in verify(published, frozen, frozen.review, data) if not one.agrees]
        if published.review_id != frozen.id or wrong:
            raise Violation(f"{path.name} says other figures: {wrong[:3]}")


def _new_exports(data: Path, chance: Random, number: int) -> None:
    """Write exports whose contents are not kept yet, and build."""
    write_export(data, ("A", f"N{number}"))
    for place in range(_BULKY):
        content = "colour,text\n" + "".join(
            f"red,{chance.randbytes(40).hex()}\n" for _ in range(_BULKY_BYTES // 85)
        )
        (data / "exports" / f"bulky-{place}.csv").write_text(content)
    build(data, load_settings(data))


def _exported(data: Path) -> dict[str, bytes]:
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for path in (data / "exports").rglob("*")
        if path.is_file()
    }


def _thawed(frozen: Frozen, data: Path, to: Path, exports: dict[str, bytes]) -> None:
    """Thaw a review and compare every byte. Raises ReliabilityError where thawing does."""
    if not frozen.review.cards:
        raise Violation(f"{frozen.id} holds no review")
    shutil.rmtree(to, ignore_errors=True)
    thaw(frozen, data, to)
    if _exported(to) != exports:
        raise Violation(f"{frozen.id} thawed to other exports")
    shutil.rmtree(to)
