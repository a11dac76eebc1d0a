"""The review queue without a browser: what it shows, what it never shows, and what becomes of a decision."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import WarehouseError
from reliability.journal import Journal
from reliability.repeats import Suggestion
from reliability.repeats import decisions as repeats
from reliability.repeats.decisions import Decision
from reliability.ui.chronic import queue_pair as pairs
from reliability.ui.chronic.queue_history import words
from reliability.warehouse import current, open_store
from tests.build_folder import build_folder, table
from tests.shown import pieces
from tests.test_gates_page import read
from tests.warehouse_by_hand import figures, params

TITLE = "Checkout times out while <b>paying</b> by card"
HEADER = "incident_id,opened_at,title,service,severity,problem_id,root_cause,customers_affected"
EXPORT = table(
    HEADER,
    f"A,2025-06-20T08:00:00Z,{TITLE},checkout,P2,,Connection pool exhausted,40",
    f"B,2025-07-09T08:00:00Z,{TITLE},checkout,P2,,Connection pool exhausted,",
    "P1,2025-07-01T08:00:00Z,Search index lags behind,search,P3,PRB1,,",
    "P2,2025-07-11T08:00:00Z,Nightly ledger export failed,ledger,P3,PRB1,,",
    "P3,2025-07-21T08:00:00Z,Mail delivery stalls,mail,P3,PRB1,,",
    "Q1,2025-08-10T08:00:00Z,Login page blank,identity,P3,PRB2,,",
    "Q2,2025-08-20T08:00:00Z,Reports show zeroes,reports,P3,PRB2,,",
    "end,2025-11-17T08:00:00Z,Something else,other,P4,,,",
)
Q3 = params("2025-07-01", "2025-10-01", as_of="2025-11-17 08:00")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small organisation: B looks like the return of A; PRB1 and PRB2 came back twice and once."""
    settings = '[organisation]\nname = "Small"\ntime_zone = "UTC"\n'
    build_folder(tmp_path / "data", {"incidents.csv": EXPORT}, settings)
    return tmp_path / "data"


def script(issue: str) -> None:
    """The page, as Streamlit runs it."""
    from reliability.ui.chronic import queue as repeat_queue
    from reliability.ui.view import open_view

    seen = open_view()
    if issue:
        repeat_queue.issue_actions(issue, seen)
    else:
        repeat_queue.show(seen)


@pytest.fixture
def opened(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Open the queue, or with `issue` what belongs to an issue: `opened(issue="PRB1", name="Ana")`."""
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv("RELIABILITY_DATA", str(folder))

    def started(issue: str = "", name: str = "Ana", quarter: str = "2025-Q3") -> Any:
        app = AppTest.from_function(script, default_timeout=60, args=(issue,))
        app.query_params["quarter"] = quarter
        if name:
            app.session_state["_visitor-name"] = name
        app.run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return started


def press(app: Any, label: str) -> Any:
    """Press a button by its label."""
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def choose(app: Any, label: str, *values: Any) -> Any:
    """Choose in a select box, or several in a multiselect."""
    boxes = [box for box in [*app.selectbox, *app.multiselect] if box.label == label]
    box = boxes[0]
    (box.set_value(list(values)) if box in list(app.multiselect) else box.set_value(values[0])).run()
    return app


def decided(folder: Path) -> list[tuple[str, str]]:
    return [(d.action, d.who) for d in repeats.decisions(Journal(folder))]


def counted(folder: Path) -> float | None:
    store = open_store(folder)
    try:
        return figures(store, "repeat_incidents", Q3)["value"]
    finally:
        store.close()


def test_the_pair_in_focus_shows_everything_that_tells_whether_it_is_the_same(opened: Any) -> None:
    shown = read(opened())
    assert "1\N{NO-BREAK SPACE}incident of 2025 Q3 looks like the return of an earlier one" in shown
    assert "Is B the return of A? The same title · 19\N{NO-BREAK SPACE}days apart" in shown
    for part in (
        "checkout",
        "9 Jul 2025",
        "20 Jun 2025",
        "P2",
        "40\N{NO-BREAK SPACE}customers",
        "not recorded",
    ):
        assert part in shown.replace("\N{NO-BREAK SPACE}2025", " 2025").replace(
            "9\N{NO-BREAK SPACE}J", "9 J"
        ).replace("20\N{NO-BREAK SPACE}J", "20 J"), part
    assert "<mark>pool</mark>" in shown
    assert {"Open B", "Open A", "Confirm", "Reject", "Same as …", "Skip"} <= set(shown.split("\n"))
    assert "Keys: Y confirm · N reject · S same as · K skip · U undo the last decision" in shown


def test_titles_from_exports_reach_the_page_as_text(opened: Any) -> None:
    bodies = "".join(pieces(opened()))
    assert "&lt;" in bodies and "<b>paying" not in bodies


def test_the_effect_is_told_before_and_holds_after(opened: Any, folder: Path) -> None:
    app = opened()
    assert "Repeats in 2025 Q3: 3 → 4</b> if confirmed" in read(app)
    assert counted(folder) == 3
    press(app, "Confirm")
    assert counted(folder) == 4
    shown = read(app)
    assert "B confirmed as the return of A, by Ana" in shown
    assert "Nothing is left to decide about repeats in 2025 Q3" in shown
    assert decided(folder) == [("confirm", "Ana")]
    press(app, "Undo")
    assert counted(folder) == 3
    assert "Is B the return of A?" in read(app)
    assert "Taken back: B confirmed as the return of A, by Ana" in read(app)
    assert decided(folder) == []
    press(app, "Undo")
    assert "Brought back: B confirmed as the return of A, by Ana" in read(app)
    assert counted(folder) == 4


def test_nobody_decides_without_a_name(opened: Any, folder: Path) -> None:
    app = opened(name="")
    assert next(b for b in app.button if b.label == "Confirm").disabled
    assert next(b for b in app.button if b.label == "Reject").disabled
    assert "Enter your name above first" in read(app)
    app.text_input(key="repeat-who").set_value("Bert").run()
    # Once said, no field is left that the next key could be typed into.
    assert [box.key for box in app.text_input if "who" in (box.key or "")] == []
    press(app, "Deciding as Bert")
    app.text_input(key="repeat-who").set_value("Ben").run()
    press(app, "Reject")
    assert decided(folder) == [("reject", "Ben")]
    assert counted(folder) == 3


def test_what_was_skipped_can_be_looked_at_again(opened: Any, folder: Path) -> None:
    app = press(opened(), "Skip")
    assert "1\N{NO-BREAK SPACE}incident of 2025 Q3 looks like" in read(app) and "Confirm" not in read(app)
    assert "Is B the return of A?" in read(press(app, "Look at them again"))
    assert decided(folder) == []


def test_the_same_as_an_issue_shows_its_own_effect_and_is_written(opened: Any, folder: Path) -> None:
    app = press(opened(), "Same as …")
    choose(app, "It is the return of", "PRB1")
    assert "<b>Repeats in 2025 Q3: 3 → 4</b>" in read(app).split("if confirmed", 1)[1]
    press(app, "It is the same")
    assert decided(folder) == [("same as", "Ana")]
    assert counted(folder) == 4


def test_merging_and_splitting_show_their_effect_first(opened: Any, folder: Path) -> None:
    app = choose(opened("PRB1"), "It is the same problem as", "PRB2")
    # Q1 opened 20 days after P3: as one problem it is a repeat too.
    assert "Repeats in 2025 Q3: 3 → 4" in read(app)
    press(app, "Merge into PRB2")
    assert counted(folder) == 4
    press(app, "Undo")
    assert counted(folder) == 3
    app = choose(opened("PRB1"), "These are something else", ("canonical", "P2"))
    # P3 is still within 30 days of P1; P2 is alone.
    assert "Repeats in 2025 Q3: 3 → 2" in read(app)
    press(app, "Move 1\N{NO-BREAK SPACE}incident out")
    assert counted(folder) == 2
    app = choose(opened("PRB2"), "This one repeats nothing", ("canonical", "Q2"))
    assert "Repeats in 2025 Q3: 2 → 1" in read(app)
    press(app, "Not a repeat")
    assert counted(folder) == 1
    assert decided(folder) == [("split", "Ana"), ("reject", "Ana")]


def test_an_issue_cannot_lose_all_its_incidents(opened: Any) -> None:
    app = choose(opened("PRB2"), "These are something else", ("canonical", "Q1"), ("canonical", "Q2"))
    assert "nothing would stay" in read(app)


def test_when_the_figures_cannot_follow_the_decision_stays_and_the_page_says_so(
    opened: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> None:
        raise WarehouseError(
            "another build has been running for 30 s", "warehouse", "Wait for it, or end it."
        )

    app = opened()
    monkeypatch.setattr("reliability.ui.chronic.queue_acts.restate", refused)
    shown = read(press(app, "Confirm"))
    assert "It is recorded, but not yet in the figures: another build has been running" in shown
    assert "1\N{NO-BREAK SPACE}decision waits to be brought into the figures of all pages" in shown
    assert (decided(folder), counted(folder)) == ([("confirm", "Ana")], 3)
    monkeypatch.undo()
    monkeypatch.setenv("RELIABILITY_DATA", str(folder))
    press(app, "Bring them in")
    assert counted(folder) == 4
    assert "waits to be brought" not in read(app)


def test_where_restating_is_slow_decisions_are_gathered_and_brought_in_together(
    opened: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reliability.ui.chronic.queue_acts.SLOW_BYTES", 0)
    live = current(folder)
    app = press(opened(), "Confirm")
    assert current(folder) == live
    assert "1\N{NO-BREAK SPACE}decision waits" in read(app)
    app = choose(opened("PRB2"), "This one repeats nothing", ("canonical", "Q2"))
    assert "Repeats in 2025 Q3: 4 → 3" in read(app), "what waits is in the figure before"
    press(app, "Not a repeat")
    assert "2\N{NO-BREAK SPACE}decisions wait" in read(app)
    press(app, "Bring them in")
    assert counted(folder) == 3


def test_the_history_tells_when_and_what_and_who_only_when_asked(opened: Any, folder: Path) -> None:
    press(opened(name="Ana Example"), "Confirm")
    app = opened(name="")
    shown = read(app)
    assert "B is the return of A" in shown and "counts" in shown
    assert "Ana Example" not in shown
    app.toggle(key="repeat-history-who").set_value(True).run()
    assert "Ana Example" in read(app)
    assert [button.proto.label for button in app.get("download_button")] == ["Download CSV"]


def test_a_decision_of_the_history_can_be_taken_back(opened: Any, folder: Path) -> None:
    press(opened(), "Confirm")
    app = opened()
    (made,) = repeats.decisions(Journal(folder))
    choose(app, "Decision", made.digest)
    press(app, "Take it back")
    assert (decided(folder), counted(folder)) == ([], 3)
    assert "taken back" in read(app)


@pytest.mark.parametrize("button", ["Undo", "Take it back"])
def test_an_undo_on_an_old_page_does_not_hit_the_decision_that_has_its_number_since_a_restore(
    opened: Any, folder: Path, tmp_path: Path, button: str
) -> None:
    journal = Journal(folder)
    journal.append("note", "x", {}, "ana")
    saved = journal.backup(tmp_path / "saved.sqlite")
    app = opened()
    press(app, "Confirm")
    (made,) = repeats.decisions(journal)
    if button != "Undo":
        choose(app, "Decision", made.digest)
    journal.restore(saved)
    other = repeats.merge(journal, "PRB1", "PRB2", "ben")
    assert other.id == made.id
    press(app, button)
    assert [d.digest for d in repeats.decisions(journal)] == [other.digest]
    assert "is not the one that was shown" in read(app)


def test_a_quarter_without_incidents_says_so(opened: Any) -> None:
    shown = read(opened(quarter="2025-Q4"))
    assert "Nothing is left to decide about repeats in 2025 Q4" in shown


def suggestion(rule: str = "similar text", score: float = 0.3, days: float = 3.0) -> Suggestion:
    return Suggestion("pd", "B", "pd", "A", rule, score, ("pool",), days)


@pytest.mark.parametrize(
    ("rule", "score", "said"),
    [
        ("same title", 0.2, "the same title"),
        ("similar text", 0.75, "nearly the same words"),
        ("similar text", 0.5, "much in common"),
        ("similar text", 0.49, "some words in common"),
    ],
)
def test_the_likeness_is_told_in_words(rule: str, score: float, said: str) -> None:
    assert pairs.likeness(suggestion(rule, score)) == said


def test_shared_words_are_marked_whatever_their_case_and_nothing_becomes_markup() -> None:
    assert pairs.marked("Pool & <pool> of POOLS", ("pool",)) == (
        "<mark>Pool</mark> &amp; &lt;<mark>pool</mark>&gt; of <mark>POOLS</mark>"
    )
    assert pairs.marked(None, ("pool",)) == ""
    assert html.unescape(re.sub("</?mark>", "", pairs.marked('"><script>', ("script",)))) == '"><script>'


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"action": "confirm", "partner": ("pd", "A")}, "B is the return of A"),
        ({"action": "reject", "partner": ("pd", "A")}, "B is not the return of A"),
        ({"action": "reject"}, "B repeats nothing"),
        ({"action": "same as", "into": "PRB1"}, "B is the same as PRB1"),
        ({"action": "split", "issue": "PRB1", "into": "PRB1 (2)"}, "B is not of PRB1: now PRB1 (2)"),
        ({"action": "merge", "issue": "PRB1", "into": "PRB2"}, "PRB1 is the same as PRB2"),
    ],
)
def test_a_decision_is_told_as_a_sentence(parts: dict[str, Any], said: str) -> None:
    from datetime import UTC, datetime

    decision = Decision(1, datetime(2025, 1, 1, tzinfo=UTC), "Ana", incidents=(("pd", "B"),), **parts)
    assert words(decision) == said
