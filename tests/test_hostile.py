"""`make hostile`, a few rounds of each of its bad days: nothing wrong, nothing lost; and it notices what is."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from random import Random

import pytest

from benchmarks.hostile import __main__ as hostile
from benchmarks.hostile import crowds, exports, frozen, journal, warehouse
from benchmarks.hostile.rounds import Rounds, Violation
from benchmarks.load.session import Answer
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.review.contents import Contents
from tests.small_disk import in_a_namespace

pytestmark = pytest.mark.slow

QUICK = {name: row for name, row in hostile.SCENARIOS.items() if row[2] <= 4 or "killed" in name}


@pytest.mark.parametrize("name", QUICK)
def test_a_bad_day_ends_without_harm(tmp_path: Path, name: str) -> None:
    scenario, _usual, _minutes = hostile.SCENARIOS[name]
    few = Rounds(1 if "killed" in name or "disk" in name else 4, 4.0)
    try:
        seen = scenario(tmp_path, Random(f"quick {name}"), few)
    except PermissionError:
        in_a_namespace()
    assert few.done >= 1
    assert seen


def test_three_hundred_mangled_exports_are_accounted_for(tmp_path: Path) -> None:
    seen = exports.mangled(tmp_path, Random("quick"), Rounds(1, 1.0), files=300)
    # That no row of the sound one beside them was lost is checked by every such build.
    assert seen.total() == 300
    assert seen["files read, whole or in part"] > 50


def test_every_way_to_mangle_gives_bytes_and_is_told_by_its_seed() -> None:
    sound = (exports.FIXTURES / "canonical_incidents" / "incidents.csv").read_bytes()
    made = [exports.mangle(sound, ".csv", Random(seed)) for seed in range(300)]
    assert made == [exports.mangle(sound, ".csv", Random(seed)) for seed in range(300)]
    assert sum(content != sound for content, _, _ in made) > 250
    assert len({way for _, _, ways in made for way in ways}) >= 12


def test_rounds_end_with_their_number_or_their_time_and_say_how_many_there_were() -> None:
    few = Rounds(3, 60.0)
    assert list(few) == [0, 1, 2] and few.done == 3
    late = Rounds(1000, 0.0)
    assert list(late) == [0] and late.done == 1


def test_a_lost_entry_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = Journal.entries
    monkeypatch.setattr(Journal, "entries", lambda self, *a: entries(self, *a)[:-1])
    with pytest.raises(Violation, match="1 acknowledged entries are gone"):
        journal.writer_killed(tmp_path, Random(1), Rounds(20, 30.0))


def test_a_file_that_costs_its_neighbours_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise ValueError("a cell that nobody thought of")

    monkeypatch.setattr("reliability.warehouse.staging.columns_of_file", failing)
    monkeypatch.setattr("tests.finds.FOLDER", tmp_path / "finds")
    told = r"a cell that nobody thought of.* cost a file .round 0: kept in \S+/build-0-1; to repeat it: \S.* -k build-0-1"
    with pytest.raises(Violation, match=told):
        exports.mangled(tmp_path, Random(1), Rounds(1, 1.0))
    names = [path.name for path in (tmp_path / "finds" / "build-0-1" / "exports").iterdir()]
    assert len(names) == exports.FILES_A_BUILD + 2 and exports.NEIGHBOUR in names


def test_a_content_that_is_not_what_was_frozen_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(self: Contents, digest: str, to: Path) -> None:
        shutil.copyfile(self.path(digest), to)

    monkeypatch.setattr(Contents, "restore", careless)
    with pytest.raises(Violation, match="thawed to other exports"):
        frozen.contents_damaged(tmp_path, Random(1), Rounds(1, 1.0))


def test_a_pack_that_is_written_file_by_file_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(files: list[tuple[Path, bytes]]) -> None:
        try:
            for to, content in files:
                to.parent.mkdir(exist_ok=True)
                to.write_bytes(content)
        except OSError as error:
            raise ReliabilityError("cannot be written", str(to), "Make room.") from error

    monkeypatch.setattr(frozen, "write_whole", careless)
    try:
        with pytest.raises(Violation, match="was left"):
            frozen.publish_on_full_disk(tmp_path, Random(1), Rounds(4, 20.0))
    except PermissionError:
        in_a_namespace()


def test_a_version_with_the_figures_of_another_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warehouse, "ids_of", lambda _data: ("A", "B", "C"))
    with pytest.raises(Violation, match="other figures were served"):
        warehouse.pointer_changed(tmp_path, Random(1), Rounds(8, 30.0))


def test_the_table_says_what_was_wrong_and_the_command_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def bad(*_: object) -> None:
        raise Violation("an entry is gone")

    monkeypatch.setattr(hostile, "SCENARIOS", {"a kill": (bad, 5, 1.0)})
    monkeypatch.setattr("sys.argv", ["hostile"])
    assert hostile.main() == 1
    assert "| a kill | 0 |  | **an entry is gone** |" in capsys.readouterr().out


def test_a_few_people_look_on_while_a_build_publishes(tmp_path: Path) -> None:
    seen = crowds.while_builds_publish(tmp_path, Random("quick"), Rounds(1, 5.0))
    assert (seen["versions published"], seen["people"]) == (1, 3)
    assert seen["answers"] >= 3


def test_a_few_people_come_and_go(tmp_path: Path) -> None:
    few = Rounds(3, 60.0)
    seen = crowds.come_and_go(tmp_path, Random("quick"), few)
    assert few.done >= 1
    assert all(megabytes > 50 for megabytes in seen.values()) and len(seen) == 2


class Server:
    """A server whose memory grows by as much with every look at it."""

    port = 0

    def __init__(self, *megabytes: float) -> None:
        self._megabytes = iter(megabytes)

    def memory_mb(self) -> float:
        return next(self._megabytes)


class Visitor:
    """Somebody whose pages answer at once, with an error where `error` says so."""

    error = ""

    def __init__(self, _port: int, seed: int) -> None:
        self.chance = Random(seed)

    async def open(self) -> Answer:
        return Answer(error=self.error)

    async def act(self, _kind: str) -> Answer:
        return Answer(error=self.error)

    async def close(self) -> None:
        pass


@pytest.fixture
def crowd(monkeypatch: pytest.MonkeyPatch) -> Callable[[Server], None]:
    """Let the crowds meet such visitors, and a server that is given."""
    monkeypatch.setattr(crowds, "Session", Visitor)
    monkeypatch.setattr(crowds, "action", lambda _session: "page")
    monkeypatch.setattr(crowds, "_PAUSE", 0.01)

    def meet(server: Server) -> None:
        monkeypatch.setattr(crowds, "running", lambda *_: nullcontext(server))

    return meet


def test_an_error_page_in_the_crowd_is_noticed(tmp_path: Path, crowd, monkeypatch) -> None:
    crowd(Server())
    monkeypatch.setattr(Visitor, "error", "the page said: no such file")
    with pytest.raises(Violation, match="no such file .3 times"):
        crowds.while_builds_publish(tmp_path, Random(1), Rounds(1, 5.0))


def test_a_build_that_publishes_nothing_is_noticed(tmp_path: Path, crowd, monkeypatch) -> None:
    crowd(Server())
    monkeypatch.setattr(crowds, "build", lambda *_a, **_k: None)
    with pytest.raises(Violation, match="published nothing"):
        crowds.while_builds_publish(tmp_path, Random(1), Rounds(1, 5.0))


@pytest.mark.parametrize(("after", "grew"), [(125.0, False), (126.0, True)])
def test_memory_that_grows_by_more_than_a_quarter_is_noticed(tmp_path: Path, crowd, after, grew) -> None:
    crowd(Server(100.0, after))
    with pytest.raises(Violation, match="memory grew from 100 to 126 MB") if grew else nullcontext():
        crowds.come_and_go(tmp_path, Random(1), Rounds(100, 60.0))


def test_every_row_is_tried_by_a_test() -> None:
    elsewhere = {"mangled exports built", "people look on while builds publish", "people come and go"}
    assert set(QUICK) | elsewhere == set(hostile.SCENARIOS)


def test_at_full_size_it_kills_a_thousand_times() -> None:
    assert sum(times for name, (_, times, _) in hostile.SCENARIOS.items() if "killed" in name) == 1000
