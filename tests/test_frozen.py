"""Frozen reviews: kept whole or not at all, read as they were presented, and enough to make them again."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.access.identity import Identity
from reliability.cli.main import main
from reliability.errors import JournalError, ReliabilityError
from reliability.journal import Journal
from reliability.model import Filters
from reliability.review.compose import compose
from reliability.review.frozen import KIND, VERSION, FrozenReview, Kept, find, freeze, frozen_reviews, newest
from reliability.review.frozen.contents import Contents
from reliability.serialise import exact, read
from reliability.settings import load_settings
from reliability.ui import visitor
from reliability.warehouse import build
from reliability.warehouse.digests import Running, digest_of
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder
from tests.conftest import ROOT
from tests.small_disk import fill as fill_disk
from tests.small_disk import small_disk
from tests.test_gates_page import press
from tests.test_gates_page import read as read_page

VERSION_1 = ROOT / "tests" / "fixtures" / "frozen" / "version_1.json"


def review_of(folder: Path, filters: Filters | None = None) -> Any:
    workspace = open_workspace(folder)
    try:
        return compose(workspace.store, workspace.settings, filters=filters)
    finally:
        workspace.store.close()


def frozen_of(folder: Path, note: str = "", filters: Filters | None = None) -> FrozenReview:
    workspace = open_workspace(folder)
    try:
        made = compose(workspace.store, workspace.settings, filters=filters)
        return freeze(workspace, made, "Kim", note)
    finally:
        workspace.store.close()


def unfinished(folder: Path) -> list[str]:
    return [path.name for path in (folder / "frozen").glob("*.part")]


def _kept(path: Path) -> Kept:
    return Kept(path.name, path.stat().st_size, digest_of(path))


@pytest.fixture
def small(tmp_path):
    """A small built folder of one test's own: two incidents in the quarter, one before, three answers."""
    files = {
        "desk.csv": "incident_id,opened_at,resolved_at,severity,status\n"
        "A,2025-07-01T08:00:00Z,2025-07-01T09:30:00Z,1,resolved\n"
        "B,2025-10-02T08:00:00Z,2025-10-02T08:40:00Z,1,resolved\n"
        "C,2025-10-20T08:00:00Z,,2,open\n",
        "answers.csv": "response_id,responded_at,score\n1,2025-10-01,9\n2,2025-10-02,3\n3,2025-10-03,10\n",
    }
    return build_folder(tmp_path / "small", files, '[organisation]\nname = "Small"\n').folder


# Values, there and back.


@dataclass(frozen=True)
class Inner:
    at: datetime
    high: float | None = None


@dataclass(frozen=True)
class Outer:
    inner: tuple[Inner, ...]
    rows: tuple[dict, ...]
    counts: dict[str, int]
    pairs: tuple[tuple[str, int], ...] = ()
    added_later: str = "not said then"


def test_nothing_is_lost_on_the_way_to_json_and_back():
    value = Outer(
        (Inner(datetime(2025, 8, 18, 9, tzinfo=UTC), float("inf")), Inner(datetime(2025, 8, 19, tzinfo=UTC))),
        (
            {
                "at": datetime(2025, 8, 18, tzinfo=UTC),
                "on": date(2025, 8, 18),
                "n": 0,
                "none": None,
                "word": "inf",
            },
        ),
        {"drill": 3},
        (("incidents: drill", 3),),
    )
    text = json.dumps(exact(value), allow_nan=False)
    assert read(Outer, json.loads(text)) == value


def test_what_was_not_written_yet_gets_its_default_and_what_is_gone_is_left_out():
    told = {"inner": [], "rows": [], "counts": {}, "no longer known": 1}
    assert read(Outer, told) == Outer((), (), {})


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"inner": [], "rows": []}, "counts is missing"),
        ({"inner": [{"high": 1.0}], "rows": [], "counts": {}}, r"inner\[0\].at is missing"),
        ({"inner": [], "rows": [], "counts": {"drill": "3"}}, "counts.drill"),
        ({"inner": {}, "rows": [], "counts": {}}, "inner"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(told, place):
    with pytest.raises(ValueError, match=place):
        read(Outer, told)


@pytest.mark.parametrize("size", [0, 1, (1 << 25) - 1, 1 << 25, (1 << 25) + 1])
def test_a_digest_taken_on_the_way_is_that_of_the_file(tmp_path, size):
    path = tmp_path / "export.csv"
    path.write_bytes(b"x" * size)
    digest = Running()
    for start in range(0, size, 999_983):
        digest.update(b"x" * min(999_983, size - start))
    assert digest.hexdigest() == digest_of(path)


# Freezing.


def test_a_frozen_review_is_the_one_that_was_shown(own_sample):
    shown = review_of(own_sample)
    frozen = frozen_of(own_sample, "Board meeting")
    again = find(Journal(own_sample), frozen.id)
    assert again == frozen
    assert again.review == shown
    assert (again.by, again.note, again.quarter, again.zone) == (
        "Kim",
        "Board meeting",
        "2025-Q4",
        "Europe/Berlin",
    )
    text = (ROOT / "queries" / "kpis" / "p1_incidents.sql").read_text(encoding="utf-8")
    assert again.queries["kpis/p1_incidents"] == text


def test_it_stays_as_presented_when_the_data_change_and_can_be_made_again(small, tmp_path, capsys):
    frozen = frozen_of(small)
    (small / "exports" / "desk.csv").unlink()
    build(small, load_settings(small))
    assert review_of(small).cards != frozen.review.cards
    assert find(Journal(small), frozen.id) == frozen

    again = tmp_path / "again"
    assert main(["thaw", frozen.id, "--data", str(small), "--to", str(again)]) == 0
    assert main(["build", "--data", str(again)]) == 0
    assert review_of(again) == frozen.review
    assert main(["thaw", frozen.id, "--data", str(small), "--to", str(again)]) == 2
    assert "is not an empty folder. Name a new one with --to." in capsys.readouterr().err


def test_contents_are_kept_once(small):
    frozen = frozen_of(small)
    before = {path.name: path.stat().st_mtime_ns for path in (small / "frozen").glob("*.gz")}
    assert len(before) == len({file.digest for file in frozen.files})
    name = next(file.file for file in frozen.files if file.file.endswith(".csv"))
    digest = next(file.digest for file in frozen.files if file.file == name)
    assert gzip.decompress((small / "frozen" / f"{digest}.gz").read_bytes()) == (small / name).read_bytes()
    second = frozen_of(small)
    assert second.id != frozen.id
    assert {path.name: path.stat().st_mtime_ns for path in (small / "frozen").glob("*.gz")} == before
    assert [each.id for each in frozen_reviews(Journal(small))] == [frozen.id, second.id]
    assert newest(Journal(small), "2025-Q4").id == second.id


def test_no_secret_is_kept(small):
    text = (small / "review.toml").read_text(encoding="utf-8")
    text = text.replace('name = "Small"', 'name = "Small"  # password: hunter2')
    text += (
        '\n[access]\nmode = "oidc"\nhosts = ["review.example.com"]\n[access.oidc]\n'
        'issuer = "https://login.example.com"\nclient_id = "the-client-id"\n'
        '\n[[freezes]]\nstart = 2025-12-20\nend = 2026-01-02\nnote = "https://kim:s3cret@wiki.example.com/freeze"\n'
    )
    (small / "review.toml").write_text(text, encoding="utf-8")
    (small / "access.toml").write_text('client_secret = "top-secret"\n', encoding="utf-8")
    (small / "access.toml").chmod(0o600)
    frozen = frozen_of(small)
    assert "https://wiki.example.com/freeze" in frozen.settings
    everything = (small / "journal.sqlite").read_bytes()
    everything += b"".join(gzip.decompress(p.read_bytes()) for p in (small / "frozen").glob("*.gz"))
    for secret in (b"hunter2", b"the-client-id", b"s3cret", b"top-secret"):
        assert secret not in everything


@pytest.mark.parametrize("change", ["export", "settings"])
def test_figures_from_before_a_change_are_not_frozen(small, change):
    if change == "export":
        with (small / "exports" / "desk.csv").open("a", encoding="utf-8") as export:
            export.write("\n")
    else:
        text = (small / "review.toml").read_text(encoding="utf-8")
        (small / "review.toml").write_text(text + "[targets]\nengage_minutes = 20\n")
    with pytest.raises(
        ReliabilityError, match="the figures were built before .* changed; nothing was frozen"
    ):
        frozen_of(small)
    assert Journal(small).entries() == []


def test_an_export_that_changes_meanwhile_is_noticed(tmp_path):
    (tmp_path / "a.csv").write_text("as it was read")
    kept = _kept(tmp_path / "a.csv")
    (tmp_path / "a.csv").write_text("as it is now")
    with (
        pytest.raises(JournalError, match="a.csv: changed since the figures were made; nothing was frozen"),
        Contents(tmp_path).keeping([kept]),
    ):
        pytest.fail("nothing may be written")
    assert list((tmp_path / "frozen").glob("*.*z*")) == []


def test_two_people_freeze_at_once(small):
    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda note: frozen_of(small, note), ["from Kim", "from Ann"]))
    journal = Journal(small)
    assert sorted(each.note for each in frozen_reviews(journal)) == ["from Ann", "from Kim"]
    assert journal.verify().entries == 2
    assert unfinished(small) == []
    for file in made[0].files:
        Contents(small).restore(file, small / "out")


def test_a_killed_freeze_leaves_nothing_half(small):
    killed = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from reliability.review.frozen import contents\n"
        "real, calls = os.replace, []\n"
        "def replace(source, target):\n"
        "    calls.append(target)\n"
        "    if len(calls) == 2: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    real(source, target)\n"
        "contents.os.replace = replace\n"
        "from reliability.cli.main import main\n"
        "main(['freeze', '--data', sys.argv[1]])\n"
    )
    ended = subprocess.run([sys.executable, "-c", killed, str(small)], cwd=ROOT, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    assert Journal(small).entries() == []
    assert len(unfinished(small)) == 1
    frozen = frozen_of(small)
    assert unfinished(small) == []
    assert find(Journal(small), frozen.id) == frozen


def test_a_full_disk_freezes_nothing_and_says_so(small, tmp_path):
    size = sum(path.stat().st_size for path in small.rglob("*") if path.is_file()) // 1024
    with small_disk(tmp_path / "disk", size + 8000) as disk:
        folder = Path(shutil.copytree(small, disk / "data"))
        Journal(folder).append("note", "2025-Q4", {}, "Kim")
        for leave, where in ((0, "frozen"), (200, "journal.sqlite")):
            filler = fill_disk(disk, leave)
            with pytest.raises(JournalError, match=rf"{where}: could not be written \(.*\); nothing was "):
                frozen_of(folder)
            assert [entry.kind for entry in Journal(folder).entries()] == ["note"]
            assert unfinished(folder) == []
            filler.unlink()
        frozen = frozen_of(folder)
        assert find(Journal(folder), frozen.id) == frozen


# Reading.


def put(folder: Path, subject: str, body: dict[str, Any]) -> Journal:
    journal = Journal(folder)
    journal.append(KIND, subject, body, "Kim")
    return journal


def test_a_review_of_version_1_is_read(tmp_path):
    told = json.loads(VERSION_1.read_text(encoding="utf-8"))
    assert told["body"]["version"] == 1
    frozen = find(put(tmp_path, told["subject"], told["body"]), told["subject"])
    assert (frozen.by, frozen.note, frozen.quarter) == ("Kim", "Board meeting", "2025-Q4")
    review = frozen.review
    assert review.headline.startswith("Mixed quarter so far: 7 of 13 promises kept or on pace.")
    assert [(card.id, card.text, card.judged) for card in review.cards] == [
        ("p1_incidents", "14", "19"),
        ("time_to_recover_median", "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}38\N{NO-BREAK SPACE}min",
         "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}50\N{NO-BREAK SPACE}min"),
        ("repeat_escalations", "12", "22"),
    ]  # fmt: skip
    last = review.charts[0].lines[0].points[-1]
    assert (last.at, last.value, last.n, last.partial) == (
        datetime(2025, 11, 16, 23, tzinfo=UTC),
        1.0,
        1,
        True,
    )
    assert review.worst[0]["opened_at"] == datetime(2025, 10, 23, 6, 49, 43, tzinfo=UTC)


def test_a_review_of_a_newer_version_or_one_that_was_changed_is_refused(tmp_path):
    told = json.loads(VERSION_1.read_text(encoding="utf-8"))
    newer = {**told["body"], "version": VERSION + 1}
    with pytest.raises(JournalError, match="was frozen by a newer version of this program"):
        find(put(tmp_path, "2025-Q4-newer", newer), "2025-Q4-newer")
    changed = {**told["body"], "note": "another note"}
    with pytest.raises(JournalError, match="is not as it was frozen"):
        find(put(tmp_path, told["subject"], changed), told["subject"])


def test_a_review_that_is_not_there_is_one_clear_line(tmp_path):
    with pytest.raises(ReliabilityError, match="there is no frozen review '2025-Q9'"):
        find(Journal(tmp_path), "2025-Q9")


@pytest.mark.parametrize("damage", ["gone", "cut off", "another"])
def test_contents_that_are_not_what_was_frozen_are_not_handed_out(tmp_path, damage):
    (tmp_path / "a.csv").write_text("one\n" * 1000)
    kept = _kept(tmp_path / "a.csv")
    with Contents(tmp_path).keeping([kept]):
        pass
    place = tmp_path / "frozen" / f"{kept.digest}.gz"
    if damage == "gone":
        place.unlink()
    elif damage == "cut off":
        place.write_bytes(place.read_bytes()[:-9])
    else:
        place.write_bytes(gzip.compress(b"two\n"))
    with pytest.raises(JournalError, match=f"frozen/{kept.digest}.gz: the contents of a.csv are"):
        Contents(tmp_path).restore(kept, tmp_path / "out.csv")


# The command and the page.


def test_the_command_freezes_a_quarter_with_its_filters(own_sample, capsys):
    arguments = ["freeze", "--data", str(own_sample), "--quarter", "2025-Q3", "--who", "Kim", "--json"]
    assert main([*arguments, "--note", "as presented", "--service", "checkout-api"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"quarter", "review_id", "frozen_at", "by"}
    frozen = newest(Journal(own_sample), "2025-Q3")
    assert (frozen.id, frozen.by, frozen.note) == (told["review_id"], "Kim", "as presented")
    assert frozen.review.filters == Filters(services=("checkout-api",))
    assert main([*arguments, "--service", "no-such-service"]) == 2
    assert "no export names a service 'no-such-service'" in capsys.readouterr().err
    assert len(Journal(own_sample).entries()) == 1


def test_the_page_of_a_frozen_review_is_marked_and_changes_nothing(own_sample, open_page, monkeypatch):
    frozen = frozen_of(own_sample, "Board meeting", Filters(services=("checkout-api",)))
    shown = read_page(open_page("", own_sample, review=frozen.id))
    assert "2025 Q4 as presented" in shown
    assert "service checkout-api" in shown
    assert f"data version {frozen.review.data_version}" in shown
    assert f"review {frozen.id}" in shown
    assert "Board meeting" in shown
    for card in frozen.review.cards:
        assert card.title in shown
    assert "Freeze this review" not in shown
    assert "Kim" not in shown, "no names of people on a page that is shared"
    missing = read_page(open_page("", own_sample, review="2025-Q4-nothing"))
    assert "There is no frozen review '2025-Q4-nothing'" in missing


def test_the_review_is_frozen_on_its_page(own_sample, open_page):
    app = open_page("", own_sample, quarter="2025-Q3")
    for label, said in (("Note", "Board meeting"), ("Your name", "Kim")):
        next(field for field in app.text_input if field.label == label).input(said)
    press(app, "Freeze")
    (frozen,) = frozen_reviews(Journal(own_sample))
    assert (frozen.quarter, frozen.by, frozen.note) == ("2025-Q3", "Kim", "Board meeting")
    assert [toast.value for toast in app.toast] == [f"Frozen as {frozen.id}"]


def test_who_may_not_freeze_reads_who_may(own_sample, open_page, monkeypatch):
    monkeypatch.setattr(visitor, "present", lambda: Identity("zoe@example.com"))
    shown = read_page(open_page("", own_sample))
    assert "Freezing a review needs the role administrator." in shown
