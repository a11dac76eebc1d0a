"""A review as presented: it says for ever what it said, comes from contents that are all there, and is whole or not there."""

import gzip
import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from reliability.cli.main import main
from reliability.errors import ReliabilityError
from reliability.formatting import count
from reliability.journal import Journal
from reliability.model import Filters
from reliability.review import frozen_document
from reliability.review.compose import compose_whole
from reliability.review.contents import Contents
from reliability.review.frozen import Frozen, freeze, frozen_review, frozen_reviews
from reliability.settings import load_settings
from reliability.ui.review import cards
from reliability.warehouse import build
from reliability.warehouse.digests import digest_of, digest_of_stream
from reliability.warehouse.workspace import Workspace, open_workspace
from tests.conftest import ROOT
from tests.small_disk import small_disk

DOCUMENTS = ROOT / "tests" / "frozen_documents"


@pytest.fixture
def workspace(own_sample: Path) -> Workspace:
    return open_workspace(own_sample)


def test_it_is_read_back_as_it_was_whatever_the_settings_say_later(workspace: Workspace) -> None:
    presented = compose_whole(workspace, "2025-Q3")
    made = freeze(workspace, "2025-Q3", "Ann", "board of October")
    settings = workspace.data_dir / "review.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
    found = frozen_review(Journal(workspace.data_dir), made.id)
    assert found.review == presented
    assert (found.quarter, found.who, found.note) == ("2025-Q3", "Ann", "board of October")
    assert found.id.startswith("2025-Q3-")
    assert "# later" not in found.texts["review.toml"]
    assert found.texts["queries/kpis/p1_incidents.sql"] == (
        ROOT / "queries" / "kpis" / "p1_incidents.sql"
    ).read_text(encoding="utf-8")


def test_the_contents_of_all_exports_come_back_byte_for_byte_and_lie_there_once(
    workspace: Workspace, tmp_path: Path
) -> None:
    made = freeze(workspace, "2025-Q3", "Ann")
    kept = Contents(workspace.data_dir)
    files = {path: path.stat().st_mtime_ns for path in kept.folder.rglob("*.gz")}
    freeze(workspace, "2025-Q3", "Bea")
    assert {path: path.stat().st_mtime_ns for path in _files(kept.folder)} == files
    freeze(workspace, "2025-Q2", "Ann")
    later = {path: path.stat().st_mtime_ns for path in _files(kept.folder)}
    assert files.items() <= later.items()
    assert len(later) == len(files) + 1, "the rows behind another quarter's figures"
    exported = {
        path.relative_to(workspace.data_dir).as_posix() for path in _files(workspace.data_dir / "exports")
    }
    assert exported <= set(made.exports)
    for name, digest in made.exports.items():
        kept.restore(digest, tmp_path / "back")
        assert (tmp_path / "back").read_bytes() == (workspace.data_dir / name).read_bytes()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_no_secret_is_part_of_it(workspace: Workspace) -> None:
    secret = "s3cr3t-of-the-provider"
    (workspace.data_dir / "access.toml").write_text(f'[oidc]\nclient_secret = "{secret}"\n')
    made = freeze(workspace, None, "Ann")
    kept = b"".join(gzip.decompress(path.read_bytes()) for path in _files(workspace.data_dir / "frozen"))
    assert secret.encode() not in kept
    assert secret not in json.dumps(made.entry.body) + json.dumps(made.texts)
    assert not any("access.toml" in name or "journal" in name for name in made.exports)


def test_a_filtered_review_says_what_it_was_narrowed_to(workspace: Workspace) -> None:
    made = freeze(workspace, "2025-Q3", "Ann", filters=Filters(services=("identity",), severities=(1,)))
    assert made.filters == ("identity", "severity 1")
    assert made.review.filters == Filters(services=("identity",), severities=(1,))


def test_what_changed_since_the_build_is_not_frozen(workspace: Workspace) -> None:
    export = next(iter(_files(workspace.data_dir / "exports")))
    with export.open("ab") as file:
        file.write(b"\n")
    with pytest.raises(ReliabilityError, match="cannot be frozen: built before .* changed"):
        freeze(workspace, None, "Ann")
    with pytest.raises(ReliabilityError, match="has changed since the warehouse was built"):
        Contents(workspace.data_dir).keep(export.relative_to(workspace.data_dir).as_posix(), "0" * 64)
    assert frozen_reviews(Journal(workspace.data_dir)) == []
    assert _files(workspace.data_dir / "frozen") == []


def test_a_full_disk_is_one_line_and_leaves_nothing_half(workspace: Workspace) -> None:
    with small_disk(workspace.data_dir / "frozen", 64) as folder:
        with pytest.raises(ReliabilityError, match="cannot be kept: No space left on device") as raised:
            freeze(workspace, None, "Ann")
        assert "\n" not in str(raised.value)
        left = _files(folder)
        assert [path for path in left if path.suffix != ".gz"] == []
        assert frozen_reviews(Journal(workspace.data_dir)) == []


def test_two_people_freeze_at_once_and_both_are_whole(workspace: Workspace) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda who: freeze(workspace, "2025-Q3", who), ["Ann", "Bea", "Cem", "Dee"]))
    assert len({frozen.id for frozen in made}) == 4
    found = frozen_reviews(Journal(workspace.data_dir), "2025-Q3")
    assert {frozen.who for frozen in found} == {"Ann", "Bea", "Cem", "Dee"}
    assert [frozen.review.headline for frozen in found] == [made[0].review.headline] * 4
    assert not [path for path in _files(workspace.data_dir / "frozen") if path.suffix != ".gz"]


def test_two_commands_freeze_at_once_and_both_are_whole(own_sample: Path) -> None:
    command = [sys.executable, "-m", "reliability", "freeze", "--quarter=2025-Q3", f"--data={own_sample}"]
    running = [
        subprocess.Popen([*command, f"--who={who}"], cwd=ROOT, stdout=subprocess.DEVNULL)
        for who in ("Ann", "Bea")
    ]
    assert [one.wait(timeout=170) for one in running] == [0, 0]
    found = frozen_reviews(Journal(own_sample), "2025-Q3")
    assert {frozen.who for frozen in found} == {"Ann", "Bea"}
    assert found[0].review == found[1].review
    for frozen in found:
        assert frozen.rows(own_sample)
        assert all(Contents(own_sample).path(digest).exists() for digest in frozen.exports.values())
    assert not [path for path in _files(own_sample / "frozen") if path.suffix != ".gz"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from reliability.review import contents
from reliability.review.frozen import freeze
from reliability.warehouse.workspace import open_workspace
calls = 0
keep = contents.Contents.keep
def dying(self, name, digest):
    global calls
    calls += 1
    if calls == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    keep(self, name, digest)
contents.Contents.keep = dying
freeze(open_workspace(Path(sys.argv[1])), "2025-Q3", "Ann")
"""


def test_a_freeze_that_was_killed_left_no_review_and_the_next_one_is_whole(workspace: Workspace) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, str(workspace.data_dir)], cwd=ROOT, timeout=120)
    assert done.returncode < 0
    assert frozen_reviews(Journal(workspace.data_dir)) == []
    made = freeze(workspace, "2025-Q3", "Ann")
    for name, digest in made.exports.items():
        assert digest_of(workspace.data_dir / name) == digest
        assert Contents(workspace.data_dir).path(digest).exists()


def test_a_damaged_content_is_noticed(workspace: Workspace, tmp_path: Path) -> None:
    made = freeze(workspace, None, "Ann")
    digest = next(iter(made.exports.values()))
    kept = Contents(workspace.data_dir)
    kept.path(digest).write_bytes(gzip.compress(b"something else"))
    with pytest.raises(ReliabilityError, match="holds another content"):
        kept.restore(digest, tmp_path / "back")
    kept.path(digest).write_bytes(b"no gzip")
    with pytest.raises(ReliabilityError, match="is missing or damaged"):
        kept.restore(digest, tmp_path / "back")


@pytest.mark.parametrize("damage", ["flipped", "cut off", "emptied", "a folder"])
def test_freezing_again_makes_up_for_a_damaged_content(
    workspace: Workspace, tmp_path: Path, damage: str
) -> None:
    name, digest = next(iter(freeze(workspace, None, "Ann").exports.items()))
    kept = Contents(workspace.data_dir)
    path = kept.path(digest)
    whole = path.read_bytes()
    middle = len(whole) // 2
    if damage == "a folder":
        path.unlink()
        path.mkdir()
    else:
        flipped = whole[:middle] + bytes([whole[middle] ^ 0xFF]) + whole[middle + 1 :]
        path.write_bytes({"flipped": flipped, "cut off": whole[:-9], "emptied": b""}[damage])
    with pytest.raises(
        ReliabilityError,
        match="(is missing or damaged|holds another content). Restore the folder from a backup",
    ):
        kept.restore(digest, tmp_path / "back")
    kept.keep(name, digest)
    assert path.read_bytes() == whole


def test_bytes_flipped_anywhere_in_a_content_are_one_line_or_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    export = tmp_path / "exports" / "a.csv"
    export.write_text("id,title\n" + "".join(f"{n},title {n * n}\n" for n in range(300)))
    kept = Contents(tmp_path)
    digest = digest_of(export)
    kept.keep("exports/a.csv", digest)
    path = kept.path(digest)
    whole = path.read_bytes()
    refused = 0
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1 :])
        try:
            kept.restore(digest, tmp_path / "back")
        except ReliabilityError as error:
            refused += 1
            assert "\n" not in str(error) and error.where.startswith("frozen/")
        else:
            assert (tmp_path / "back").read_bytes() == export.read_bytes()
    assert refused > 0.9 * len(whole) / 7


@pytest.mark.parametrize("size", [0, 1, (1 << 25) - 1, 1 << 25, (1 << 25) + 1])
def test_the_digest_of_a_stream_is_that_of_the_file(tmp_path: Path, size: int) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"x" * size)
    with path.open("rb") as file:
        assert digest_of_stream(file) == digest_of(path)


@pytest.mark.parametrize("path", sorted(DOCUMENTS.glob("*.json")), ids=lambda path: path.stem)
def test_reviews_that_earlier_versions_wrote_are_still_read(path: Path) -> None:
    written = json.loads(path.read_text(encoding="utf-8"))
    review = frozen_document.review_of(written["version"], written["review"])
    assert review.headline == written["review"]["headline"]
    assert [card.id for card in review.cards] == [card["id"] for card in written["review"]["cards"]]
    assert review.charts[0].lines[0].points[0].at.tzinfo is not None


def test_a_review_of_the_first_version_says_all_that_it_said_then() -> None:
    written = json.loads((DOCUMENTS / "version-1.json").read_text(encoding="utf-8"))["review"]
    card = next(card for card in written["cards"] if card["judged"] and card["verdict"]["word"] == "Met")
    card["verdict"]["provisional"] = True
    review = frozen_document.review_of(1, written)
    shown = unescape(cards.body(next(one for one in review.cards if one.id == card["id"])))
    assert "Met, provisional" in shown
    for said in (card["judged"], card["goal"], card["evidence"], card["in_period"]):
        assert said and said in shown
    assert all("provisional" not in cards.body(one) for one in review.cards if one.id != card["id"])


def test_every_version_has_a_kept_document() -> None:
    kept = {json.loads(path.read_text(encoding="utf-8"))["version"] for path in DOCUMENTS.glob("*.json")}
    assert kept == set(range(1, frozen_document.VERSION + 1))


def test_a_document_of_a_newer_program_or_none_at_all_is_one_line(workspace: Workspace) -> None:
    with pytest.raises(ReliabilityError, match="newer version of this program"):
        frozen_document.review_of(frozen_document.VERSION + 1, {})
    with pytest.raises(ReliabilityError, match="cannot be read"):
        frozen_document.review_of(1, {"headline": "x"})


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main([*arguments, "--json"]) == 0
    return dict(json.loads(capsys.readouterr().out))


def test_the_command_keeps_and_lists(own_sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "--data", str(own_sample)
    made = run(capsys, "freeze", "--quarter", "2025-Q3", "--note", "board", "--who", "Ann", *said)
    assert {key: made[key] for key in ("quarter", "by", "note")} == {
        "quarter": "2025-Q3",
        "by": "Ann",
        "note": "board",
    }
    (kept,) = frozen_reviews(Journal(own_sample))
    assert (made["review_id"], made["frozen_at"]) == (
        kept.id,
        kept.at.isoformat().replace("+00:00", "Z"),
    )
    assert run(capsys, "freeze", "--list", *said)["frozen"] == [made]
    assert run(capsys, "freeze", "--list", "--quarter", "2025-Q2", *said)["frozen"] == []
    assert main(["freeze", "--quarter", "2025-Q9", *said]) == 2


# ------------------------------------------------------------------------------------------------ in the browser


def html_of(app: Any) -> str:
    return " ".join(element.body for element in app.get("html"))


def test_it_opens_as_a_page_that_changes_no_more(open_page: Any, own_sample: Path) -> None:
    made = freeze(open_workspace(own_sample), "2025-Q3", "Ann", "board <of> October")
    shutil.rmtree(own_sample / "warehouse")
    app = open_page(data_dir=own_sample, review=made.id)
    shown = html_of(app)
    assert "2025 Q3 as presented on" in shown
    assert "board &lt;of&gt; October" in shown
    assert made.review.headline.split(",")[0] in shown.replace("&nbsp;", "\N{NO-BREAK SPACE}")
    assert not app.button
    review = made.review
    assert len(review.promises) == 13 and len(review.listings) == 4
    held = [text for one in review.promises for text in (one.title, one.verdict, one.figure, one.cause)]
    held += [cell for one in review.listings for row in one.rows for cell in row]
    held += [text for one in review.listings for text in (one.title, *one.notes)]
    held += [count(number) for _, number in review.left_out]
    # What a reader sees has words in place of the table; the review itself keeps its name.
    assert "nps_responses: no score" in dict(review.left_out)
    held += [reason.removeprefix("nps_responses: ") for reason, _ in review.left_out]
    held += ["NPS responses: no score", *review.how_sure]
    assert not [text for text in held if escape(text) not in shown]


def test_a_review_of_before_those_were_kept_opens_without_them(open_page: Any, own_sample: Path) -> None:
    made = freeze(open_workspace(own_sample), "2025-Q3", "Ann")
    body = {**made.entry.body, "review": {**made.entry.body["review"], "promises": [], "listings": []}}
    entry = Journal(own_sample).append("frozen review", "2025-Q3", {**body, "id": "2025-Q3-0000abcd"}, "Ann")
    assert entry.id != made.entry.id
    shown = html_of(open_page(data_dir=own_sample, review="2025-Q3-0000abcd"))
    assert "2025 Q3 as presented on" in shown and "What was left out" in shown
    assert "as they stood when this review was kept" not in shown


def test_an_id_that_nobody_gave_is_said(open_page: Any, own_sample: Path) -> None:
    app = open_page(data_dir=own_sample, review="2025-Q3-00000000")
    assert "No frozen review is" in html_of(app)


def test_the_review_offers_to_keep_it_and_lists_what_was_kept(open_page: Any, own_sample: Path) -> None:
    app = open_page(data_dir=own_sample, quarter="2025-Q3")
    assert "2025 Q3 was not presented yet" in html_of(app)
    (note,) = [field for field in app.text_input if field.label == "For which meeting, or why"]
    note.set_value("board")
    (button,) = [button for button in app.button if button.label == "Keep this review"]
    button.click().run()
    assert "Your name is missing" in html_of(app)
    assert frozen_reviews(Journal(own_sample)) == []
    next(field for field in app.text_input if field.label == "Your name").set_value("Ann")
    next(field for field in app.text_input if field.label == "For which meeting, or why").set_value("board")
    next(button for button in app.button if button.label == "Keep this review").click().run()
    (kept,) = frozen_reviews(Journal(own_sample))
    assert (kept.quarter, kept.who, kept.note) == ("2025-Q3", "Ann", "board")
    assert "2025 Q3 as presented" in html_of(app)


def test_a_press_on_a_page_from_before_a_build_keeps_nothing(open_page: Any, own_sample: Path) -> None:
    app = open_page(data_dir=own_sample, quarter="2025-Q3")
    next(field for field in app.text_input if field.label == "Your name").set_value("Ann")
    (old,) = [button for button in app.button if button.label == "Keep this review"]
    (own_sample / "exports" / "engineering" / "changes.csv").unlink()
    build(own_sample, load_settings(own_sample))
    old.click().run()
    assert frozen_reviews(Journal(own_sample)) == []
    assert "2025 Q3 was not presented yet" in html_of(app)
    next(field for field in app.text_input if field.label == "Your name").set_value("Ann")
    next(button for button in app.button if button.label == "Keep this review").click().run()
    (kept,) = frozen_reviews(Journal(own_sample))
    assert kept.review == compose_whole(open_workspace(own_sample), "2025-Q3")


def frozen_ids(found: list[Frozen]) -> list[str]:
    return [frozen.id for frozen in found]


def test_the_newest_comes_first(workspace: Workspace) -> None:
    made = [freeze(workspace, "2025-Q3", "Ann") for _ in range(2)]
    assert frozen_ids(frozen_reviews(Journal(workspace.data_dir))) == frozen_ids(made[::-1])
