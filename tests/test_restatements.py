"""What differs from what was presented, split by cause: every part as counted by hand, one at a time and all together."""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reliability.cli.main import main
from reliability.errors import QueryError, ReliabilityError
from reliability.gates import waivers
from reliability.journal import Journal
from reliability.model import Card, CardVerdict, Count, Promise
from reliability.queries import FOLDER, parse_query, query
from reliability.queries.gates import all_gates
from reliability.repeats.decisions import confirm
from reliability.restatements import Ledger, restatements
from reliability.restatements.before import Before, asked_then
from reliability.restatements.figures import as_whole_as
from reliability.restatements.model import (
    CHANGED,
    DECIDED,
    DEFINITION,
    LATE,
    ORDER,
    OUTAGE,
    PROGRAM,
    QUIET,
    REMOVED,
    SETTINGS,
    SEVERITY,
    TIME,
    WAIVED,
)
from reliability.restatements.words import IN_ORDER
from reliability.review import frozen as freezing
from reliability.review.compose import compose_whole
from reliability.review.frozen import Frozen, freeze, frozen_review
from reliability.rulings import outages, quiet, rows_of
from reliability.settings import load_settings
from reliability.ui.review import cards, restated
from reliability.warehouse import build
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, table
from tests.shown import pieces
from tests.test_gaps import NEW, OLD
from tests.test_gaps import SETTINGS as QUIET_SETTINGS
from tests.test_same_outage import JIRA, paged, pagerduty

SETTINGS_THEN = '[organisation]\nname = "Small"\nas_of = 2025-10-01T00:00:00Z\n'
HEADER = "incident_id,opened_at,resolved_at,severity,status,service,problem_id\n"
# Four P1s: 60, 120, 180 and 240 minutes to recover, a median of 150; and two P2s.
DESK = {
    "A": "A,2025-07-02T08:00:00Z,2025-07-02T09:00:00Z,1,resolved,search,PRB1",
    "B": "B,2025-07-12T08:00:00Z,2025-07-12T10:00:00Z,1,resolved,search,",
    "C": "C,2025-08-02T08:00:00Z,2025-08-02T11:00:00Z,1,resolved,search,",
    "D": "D,2025-08-12T08:00:00Z,2025-08-12T12:00:00Z,1,resolved,search,",
    "E": "E,2025-09-02T08:00:00Z,2025-09-02T09:00:00Z,2,resolved,search,",
    "F": "F,2025-09-12T08:00:00Z,2025-09-12T09:00:00Z,2,resolved,search,",
}
PAGER = (
    "L1,2025-09-20T08:00:00Z,2025-09-20T10:00:00Z,1,resolved,search,\n"
    "L2,2025-09-21T08:00:00Z,2025-09-21T10:00:00Z,1,resolved,search,\n"
)
P1S, RECOVERY, REPEATS = (
    "card/p1_incidents/value",
    "card/time_to_recover_median/value",
    "card/repeat_incidents/value",
)


def desk(**changed: str | None) -> str:
    rows = {**DESK, **changed}
    return HEADER + "".join(f"{row}\n" for row in rows.values() if row)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build_folder(tmp_path / "small", {"desk.csv": desk()}, SETTINGS_THEN).folder


@pytest.fixture
def presented(folder: Path) -> Frozen:
    return freeze(open_workspace(folder), "2025-Q3", "Ann")


def rebuilt(folder: Path) -> None:
    build(folder, load_settings(folder), decisions=lambda: rows_of(folder))


def ledger(folder: Path, presented: Frozen) -> Ledger:
    return restatements(open_workspace(folder), frozen_review(Journal(folder), presented.id))


def late(folder: Path) -> None:
    # A is there once more.
    (folder / "exports" / "pager.csv").write_text(HEADER + PAGER + DESK["A"] + "\n")


def longer(folder: Path) -> None:
    # D took 300 minutes, not 240.
    text = (folder / "exports" / "desk.csv").read_text()
    (folder / "exports" / "desk.csv").write_text(text.replace("2025-08-12T12:00", "2025-08-12T13:00"))


def graver(folder: Path) -> None:
    text = (folder / "exports" / "desk.csv").read_text()
    old = DESK["E"]
    (folder / "exports" / "desk.csv").write_text(text.replace(old, old.replace(",2,resolved", ",1,resolved")))


def gone(folder: Path) -> None:
    text = (folder / "exports" / "desk.csv").read_text()
    (folder / "exports" / "desk.csv").write_text(text.replace(DESK["B"] + "\n", ""))


def decided(folder: Path) -> None:
    workspace = open_workspace(folder)
    (source,) = {row["source"] for row in workspace.store.run("lists/sources", {"as_of": workspace.as_of})}
    confirm(Journal(folder), (source, "F"), (source, "E"), "Ann")


def parts(found: Ledger, figure: str) -> dict[str, float | None]:
    one = found.of(figure)
    return {part.cause: part.effect for part in one.because} if one else {}


def rows(found: Ledger, figure: str, cause: str) -> set[tuple[str, str]]:
    one = found.of(figure)
    assert one is not None
    return {(row.id, row.what) for part in one.because if part.cause == cause for row in part.rows}


def records(found: Ledger, cause: str) -> dict[str, str]:
    return {record.id: record.what for one in found.causes if one.name == cause for record in one.records}


def check_sums(found: Ledger, folder: Path, presented: Frozen) -> None:
    """Parts lead from what was presented to what today's review shows, without a step between, in the stated order."""
    from reliability.publish.carried import carried

    then = carried(presented.review)
    workspace = open_workspace(folder)
    now = carried(compose_whole(workspace, "2025-Q3"))
    assert {one.figure for one in found.restated} >= {
        name for name in {**then, **now} if then.get(name) != now.get(name)
    }
    for one in found.restated:
        assert (one.then, one.now) == (then.get(one.figure), now.get(one.figure))
        texts = [one.then, *(part.after for part in one.because)]
        assert [part.before for part in one.because] == texts[:-1] and texts[-1] == one.now
        places = [ORDER.index(part.cause) for part in one.because]
        assert places == sorted(set(places))


def test_nothing_changed_and_nothing_was_restated(folder, presented, capsys):
    found = ledger(folder, presented)
    assert (found.restated, found.causes) == ((), ())
    assert main(["restatements", presented.id, "--data", str(folder)]) == 0
    assert capsys.readouterr().out == f"nothing of {presented.id} was restated\n"


def test_a_late_export_adds_its_p1s(folder, presented):
    late(folder)
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    assert parts(found, P1S) == {LATE: 2}
    assert rows(found, P1S, LATE) == {("L1", "added"), ("L2", "added")}
    # 60, 120, 120, 120, 180, 240: the median is 120, half an hour less.
    assert parts(found, RECOVERY) == {LATE: -30}
    assert records(found, LATE) == {
        "exports/pager.csv": "is a new export",
        "L1": "was in no export",
        "L2": "was in no export",
    }


def test_a_changed_record_moves_the_median_and_no_count(folder, presented):
    longer(folder)
    # B too: 200 minutes, not 120. Then 60, 180, 200, 300 give 190.
    path = folder / "exports" / "desk.csv"
    path.write_text(path.read_text().replace("2025-07-12T10:00:00Z", "2025-07-12T11:20:00Z"))
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    assert parts(found, P1S) == {}
    assert parts(found, RECOVERY) == {CHANGED: 40}
    assert rows(found, RECOVERY, CHANGED) == {("B", "changed"), ("D", "changed")}
    assert records(found, CHANGED)["B"] == ("resolved_at: 2025-07-12 10:00:00+00 -> 2025-07-12 11:20:00+00")


def test_a_severity_that_was_reclassified_is_a_cause_of_its_own(folder, presented):
    graver(folder)
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    assert parts(found, P1S) == {SEVERITY: 1}
    assert rows(found, P1S, SEVERITY) == {("E", "added")}
    assert set(records(found, SEVERITY)) == {"E"}
    assert records(found, SEVERITY)["E"].startswith("severity: 2 -> 1")


def test_a_record_that_was_cancelled_since_is_a_changed_one(folder, presented):
    path = folder / "exports" / "desk.csv"
    path.write_text(path.read_text().replace(DESK["B"], DESK["B"].replace("resolved", "cancelled")))
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    assert parts(found, P1S) == {CHANGED: -1}
    assert records(found, CHANGED)["B"] == "counted, is left out now"


def test_a_repeat_that_was_decided(folder, presented):
    decided(folder)
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    assert {part.cause for one in found.restated for part in one.because} == {DECIDED}
    assert parts(found, REPEATS) == {DECIDED: 1}
    assert rows(found, REPEATS, DECIDED) == {("F", "added")}
    assert records(found, DECIDED) == {"F": "confirmed E: decided"}


def test_the_command_says_what_each_cause_did(folder, presented, capsys):
    decided(folder)
    rebuilt(folder)
    assert main(["restatements", presented.id, "--data", str(folder)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (said,) = [line.split() for line in lines if line.startswith("repeat_incidents  ")]
    assert " ".join(said) == "repeat_incidents 0 1 repeat decided +1 (F)"
    assert lines[-1] == "repeat decided: F confirmed E: decided"
    assert lines[-2] == "The causes in the order in which they take effect, each on top of those before it:"
    assert main(["restatements", presented.id, "--data", str(folder), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["order"] == list(ORDER)
    one = next(one for one in document["restated"] if one["figure"] == REPEATS)
    assert one["because"] == [
        {
            "cause": DECIDED,
            "before": one["then"],
            "after": one["now"],
            "effect": 1.0,
            "rows": [{"id": "F", "what": "added"}],
        }
    ]


def test_settings_that_read_and_settings_that_count(folder, presented):
    # P2s are called 1 from now on: two more P1s, which recovered in an hour: 60, 60, 60, 120, 180, 240 give 90.
    (folder / "review.toml").write_text(
        SETTINGS_THEN + '[severity.words]\n1 = ["1", "2"]\n2 = ["3"]\n3 = ["4"]\n'
    )
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    assert parts(found, P1S) == {SETTINGS: 2}
    assert parts(found, RECOVERY) == {SETTINGS: -60}
    assert rows(found, P1S, SETTINGS) == {("E", "added"), ("F", "added")}
    assert records(found, SETTINGS)["severity.words.1"] == "not set -> ['1', '2']"


def test_all_causes_together_add_up_one_after_the_other(folder, presented):
    for act in (decided, late, longer, graver, gone):
        act(folder)
    (folder / "review.toml").write_text(
        SETTINGS_THEN + '[severity.words]\n1 = ["1", "2"]\n2 = ["3"]\n3 = ["4"]\n'
    )
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    # 4, + L1 and L2, - B, + E; F is a P2 until the settings say otherwise.
    assert parts(found, P1S) == {LATE: 2, REMOVED: -1, SEVERITY: 1, SETTINGS: 1}
    one = found.of(P1S)
    assert one is not None
    assert (one.then, one.now, one.effect) == ("4", "7", 3)
    assert rows(found, P1S, SETTINGS) == {("F", "added")}
    assert parts(found, "left out/incidents: older copy") == {LATE: 1}
    # 150; with L1 and L2 120; without B 60, 120, 120, 180, 240: 120 still; D longer: 120 still; with E 60, 60, 120, 120,
    # 180, 300: 120 still; with F 60, 60, 60, 120, 120, 180, 300: 120 still.
    assert parts(found, RECOVERY) == {LATE: -30}
    assert parts(found, REPEATS) == {DECIDED: 1}


def test_causes_that_cancel_out_are_shown(folder, presented):
    graver(folder)
    gone(folder)
    rebuilt(folder)
    found = ledger(folder, presented)
    check_sums(found, folder, presented)
    one = found.of(P1S)
    assert one is not None
    assert (one.then, one.now, one.effect) == ("4", "4", 0)
    assert rows(found, P1S, REMOVED) == {("B", "gone")}
    assert records(found, REMOVED) == {"B": "is in no export any more"}
    assert [(part.cause, part.effect) for part in one.because] == [(REMOVED, -1), (SEVERITY, 1)]


def test_time_alone_is_named_as_that(tmp_path):
    listed = "P,2025-08-01T08:00:00Z,,1,open,search,\nQ,2025-09-02T08:00:00Z,2025-09-02T09:00:00Z,1,resolved,search,\n"
    unfinished = SETTINGS_THEN.replace("2025-10-01", "2025-09-10")
    folder = build_folder(tmp_path / "small", {"desk.csv": HEADER + listed}, unfinished).folder
    made = freeze(open_workspace(folder), "2025-Q3", "Ann")
    # R happened after the review, and one of its figures is of then.
    later = listed + "R,2025-09-20T08:00:00Z,2025-09-20T09:00:00Z,1,resolved,search,\n"
    (folder / "exports" / "desk.csv").write_text(HEADER + later)
    (folder / "review.toml").write_text(SETTINGS_THEN)
    rebuilt(folder)
    found = ledger(folder, made)
    assert parts(found, P1S) == {TIME: 1}
    assert rows(found, P1S, TIME) == {("R", "added")}
    assert records(found, TIME)["as of"].endswith("2025-10-01T00:00:00+00:00")
    assert SETTINGS not in {one.name for one in found.causes}


@pytest.fixture
def other_texts(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    real = freezing._texts

    def kept(version: str, **changed: str) -> None:
        def texts(workspace: Any) -> str:
            found = json.loads(zlib.decompress(base64.b64decode(real(workspace))))
            found |= {f"queries/kpis/{name}.sql": text for name, text in changed.items()}
            return base64.b64encode(zlib.compress(json.dumps(found).encode())).decode()

        def compose(*arguments: Any) -> Any:
            made = compose_whole(*arguments)
            cards = tuple(
                replace(card, value=9.0, text="9") if card.id == "p1_incidents" else card
                for card in made.cards
            )
            return replace(made, cards=cards)

        monkeypatch.setattr(freezing, "_texts", texts)
        monkeypatch.setattr(freezing, "compose_whole", compose)
        monkeypatch.setattr(freezing, "__version__", version)

    return kept


def test_another_definition_is_told_from_another_program(folder, other_texts):
    """A review that counted 9 P1s from the same records, where today's query and program count 4."""
    other_texts("0.0.1", p1_incidents="select 9")
    by_definition = ledger(folder, freeze(open_workspace(folder), "2025-Q3", "Ann"))
    assert parts(by_definition, P1S) == {DEFINITION: -5}
    assert "queries/kpis/p1_incidents.sql" in records(by_definition, DEFINITION)
    assert records(by_definition, DEFINITION)["version"].startswith("0.0.1 -> ")
    # Where the figure's own query is the same, it is not named.
    other_texts("0.0.1", incidents="select 1")
    by_program = ledger(folder, freeze(open_workspace(folder), "2025-Q3", "Ann"))
    assert parts(by_program, P1S) == {PROGRAM: -5}


@pytest.fixture
def graver_counted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Freeze by a query that counts P2s as P1s too, in a review that the program of then drew otherwise."""

    def prepared(version: str, shown: float | None) -> None:
        path = FOLDER / "kpis" / "p1_incidents.sql"
        today = path.read_text(encoding="utf-8")
        other = today.replace("(where severity_counted = 1) as p1,", "(where severity_counted <= 2) as p1,")
        assert other != today
        then = parse_query("kpis/p1_incidents", other)
        real = freezing._texts

        def texts(workspace: Any) -> str:
            found = json.loads(zlib.decompress(base64.b64decode(real(workspace))))
            found["queries/kpis/p1_incidents.sql"] = other
            return base64.b64encode(zlib.compress(json.dumps(found).encode())).decode()

        def compose(workspace: Any, *arguments: Any) -> Any:
            before = Before(workspace.store.path, workspace.store.data_version, {"kpis/p1_incidents": then})
            made = compose_whole(replace(workspace, store=before), *arguments)
            before.close()
            if shown is None:
                return made
            cards = tuple(
                replace(card, value=shown, text=f"{shown:g}") if card.id == "p1_incidents" else card
                for card in made.cards
            )
            return replace(made, cards=cards)

        monkeypatch.setattr(freezing, "_texts", texts)
        monkeypatch.setattr(freezing, "compose_whole", compose)
        monkeypatch.setattr(freezing, "__version__", version)

    return prepared


def test_the_review_is_made_again_by_its_own_queries(folder, graver_counted):
    """Six P1s and P2s by the query of then, four P1s by today's; the program of then showed nine of these six."""
    graver_counted("0.0.1", None)
    by_definition = ledger(folder, freeze(open_workspace(folder), "2025-Q3", "Ann"))
    assert parts(by_definition, P1S) == {DEFINITION: -2}
    assert PROGRAM not in {cause.name for cause in by_definition.causes}
    assert records(by_definition, DEFINITION) == {"queries/kpis/p1_incidents.sql": "the query is another one"}
    graver_counted("0.0.1", 9)
    by_both = ledger(folder, freeze(open_workspace(folder), "2025-Q3", "Ann"))
    assert parts(by_both, P1S) == {PROGRAM: -3, DEFINITION: -2}
    assert records(by_both, PROGRAM)["version"].startswith("0.0.1 -> ")


def test_queries_that_cannot_stand_in_are_not_run(folder):
    today = query("kpis/p1_incidents").sql
    assert asked_then({"queries/kpis/p1_incidents.sql": today}) == {}
    # What makes a warehouse is not asked of one.
    assert asked_then({"queries/facts/repeats.sql": "-- title: other\nselect 1"}) == {}
    fewer = today.replace("-- columns: window_id bigint, value double,", "-- columns: window_id bigint,")
    assert fewer != today
    with pytest.raises(QueryError, match="returns other columns"):
        asked_then({"queries/kpis/p1_incidents.sql": fewer})


def test_what_is_not_built_yet_is_one_line(folder, presented):
    late(folder)
    with pytest.raises(ReliabilityError, match=r"cannot be compared with today: built before .* changed"):
        ledger(folder, presented)


def test_contents_that_are_missing_are_one_line(folder, presented):
    late(folder)
    rebuilt(folder)
    for path in (folder / "frozen").rglob("*.gz"):
        path.unlink()
    with pytest.raises(ReliabilityError, match="is missing or damaged"):
        ledger(folder, presented)


def test_the_page_of_the_frozen_review_says_what_was_restated(folder, presented, open_page):
    decided(folder)
    rebuilt(folder)
    app = open_page(data_dir=folder, review=presented.id)
    (button,) = app.button
    assert button.label == "Compare with today's data"
    button.click().run()
    assert not app.exception
    shown = " ".join(element.body for element in app.get("html"))
    assert "<b>Repeat incidents</b>: presented as 0, now 1 · repeat decided +1 (F)" in shown
    assert "repeat decided: F confirmed E: decided" in shown
    # So does the page Decisions, whose first choice is the quarter's newest review.
    meeting = open_page("decisions", folder, quarter="2025-Q3")
    (chosen,) = [one for one in meeting.selectbox if one.label == "Review as presented"]
    assert chosen.value.id == presented.id
    next(one for one in meeting.button if one.label == "Compare with today's data").click().run()
    assert not meeting.exception
    shown = " ".join(element.body for element in meeting.get("html"))
    assert "<b>Repeat incidents</b>: presented as 0, now 1 · repeat decided +1 (F)" in shown
    assert IN_ORDER in shown
    # Today's review says it on the card.
    (card,) = [
        part for part in pieces(open_page(data_dir=folder, quarter="2025-Q3")) if "Presented as" in part
    ]
    assert "Presented as 0, now 1" in card


JULY_TICKETS = (
    "Cannot pay,OPS-26,Incident,Done,Highest,Done,04/Jul/25 10:04 AM,04/Jul/25 11:30 PM,checkout",
    "Cannot pay,OPS-27,Incident,Done,Highest,Done,11/Jul/25 10:16 AM,11/Jul/25 11:30 PM,checkout",
)


@pytest.mark.parametrize("exported_anew", [False, True])
def test_two_tools_that_were_decided_to_be_one_outage(tmp_path: Path, exported_anew: bool) -> None:
    """Two pages and two tickets; the first ticket is decided to be the first page's outage: a row more that is left out."""
    files = {
        "pd.json": pagerduty(paged(1, "04T10:00"), paged(2, "11T10:00")),
        "jira.csv": table(JIRA, *JULY_TICKETS),
    }
    folder = build_folder(tmp_path / "two", files, SETTINGS_THEN).folder
    made = freeze(open_workspace(folder), "2025-Q3", "Ann")
    outages.same(Journal(folder), ("jira", "OPS-26"), ("pagerduty", "PX1"), "Ann")
    if exported_anew:
        late_ticket = JULY_TICKETS[1].replace("OPS-27", "OPS-28").replace("11/Jul", "21/Jul")
        (folder / "exports" / "jira.csv").write_text(table(JIRA, *JULY_TICKETS, late_ticket))
    rebuilt(folder)
    found = ledger(folder, made)
    check_sums(found, folder, made)
    # The page takes the ticket's level: as many P1s as before.
    assert parts(found, P1S) == ({LATE: 1} if exported_anew else {})
    joined = "left out/incidents: the same outage in another tool"
    assert parts(found, joined) == {OUTAGE: 1}
    assert records(found, OUTAGE) == {"OPS-26": "same outage PX1: decided"}
    assert PROGRAM not in {cause.name for cause in found.causes}
    if not exported_anew:
        # Frozen with it and taken back since, it is a cause the other way.
        again = freeze(open_workspace(folder), "2025-Q3", "Ann")
        (entry,) = Journal(folder).entries(outages.KIND)
        Journal(folder).undo(entry.id, "Ben")
        rebuilt(folder)
        back = ledger(folder, again)
        assert parts(back, joined) == {OUTAGE: -1}
        assert records(back, OUTAGE) == {"OPS-26": "same outage PX1: taken back"}


def test_a_silence_that_was_called_quiet_since(tmp_path: Path) -> None:
    """A quarter that no export covered had no figure; nothing happened in it, somebody says: then it counts none."""
    folder = build_folder(tmp_path / "quiet", {"2024.csv": OLD, "2026.csv": NEW}, QUIET_SETTINGS).folder
    made = freeze(open_workspace(folder), "2025-Q2", "Ann")
    workspace = open_workspace(folder)
    one = workspace.store.run("lists/data/silences").one()
    quiet.say(Journal(folder), one["table_name"], one["source"], one["starts_at"], one["ends_at"], "Ann")
    rebuilt(folder)
    found = ledger(folder, made)
    figure = found.of(P1S)
    assert figure is not None
    assert ([part.cause for part in figure.because], figure.now) == ([QUIET], "0")
    assert figure.effect is None, "there was no figure"
    assert {cause.name for cause in found.causes} == {QUIET}
    (said,) = records(found, QUIET).values()
    assert said == "quiet 2024-12-27 to 2026-01-03: decided"


PROMISED = """
[[commitments]]
id = "p1s"
title = "At most 4 P1s"
kpi = "p1_incidents"
start = 2025-07-01
days = 90
goal = {at_most = 4}
"""
CHANGES = (
    "change_id,title,planned_for,services,has_slo_impact_statement,core\n"
    "CHG-1,New cache,2025-10-05T08:00:00Z,search,false,true\n"
)


def test_the_word_of_a_promise_comes_first_and_an_exception_is_a_cause_of_its_own(tmp_path, capsys):
    """Four P1s of four allowed; two that come late are beyond it. A gate that held is waived."""
    files = {"desk.csv": desk(), "changes.csv": CHANGES}
    folder = build_folder(tmp_path / "small", files, SETTINGS_THEN + PROMISED).folder
    made = freeze(open_workspace(folder), "2025-Q3", "Ann")
    late(folder)
    rebuilt(folder)
    workspace = open_workspace(folder)
    waivers.grant(
        Journal(folder),
        workspace.settings,
        workspace.as_of,
        all_gates().values(),
        gate="slo_impact_statement",
        scope="change",
        target="CHG-1",
        reason="agreed",
        approver="Bo",
        until=date(2025, 10, 6),
        who="Bo",
    )
    found = ledger(folder, made)
    check_sums(found, folder, made)
    word = found.of("promise/p1s/verdict")
    assert word is not None
    assert (word.then, word.now) == ("Cannot tell: the data stop early", "Over so far")
    assert [part.cause for part in word.because] == [LATE]
    assert rows(found, word.figure, LATE) == {("L1", "added"), ("L2", "added")}
    assert parts(found, "promise/p1s/n") == {LATE: 2}
    assert parts(found, "bucket/cannot tell") == {LATE: -1}
    held = found.of("list/gates/CHG-1 New cache/Held by")
    assert held is not None
    assert "SLO impact statement" in held.then and "SLO impact statement" not in held.now
    assert [part.cause for part in held.because] == [LATE, WAIVED]
    assert records(found, WAIVED) == {"CHG-1": "exception to slo_impact_statement: given"}
    # What the command tells first is the word of the promise, in words.
    assert main(["restatements", made.id, "--data", str(folder)]) == 0
    said = capsys.readouterr().out.splitlines()
    first = next(place for place, line in enumerate(said) if line.startswith("figure "))
    told = " ".join(said[first + 1].split())
    assert told == "p1s, promise Cannot tell: the data stop early Over so far late export (L1 and L2)"
    titles = {"promise/p1s": "At most 4 P1s"}
    assert (
        "<b>At most 4 P1s, promise</b>: presented as “Cannot tell: the data stop early”, now “Over so far” · late"
        in (restated.body(found, titles))
    )


def test_a_review_of_before_promises_were_kept_is_compared_by_what_it_has(presented):
    review = presented.review
    then = replace(review, promises=(), listings=(), buckets=(Count("kept", "good", 1),))
    promised = replace(review, promises=(Promise("p1s", "P1s", "kept", "good", "Met", "4", "p1_incidents"),))
    assert as_whole_as(promised, then).promises == () and as_whole_as(promised, then).listings == ()
    assert as_whole_as(promised, replace(then, buckets=())).promises == promised.promises
    assert as_whole_as(promised, promised) == promised


def test_a_card_says_the_word_it_was_presented_with_where_the_figure_is_the_same():
    then = Card("p1", "P1s", "", "ok", 4, "", "4", judged="4", verdict=CardVerdict("Met", "good"))
    now = replace(then, verdict=CardVerdict("Missed", "concern"))
    assert "Presented as “Met”" in cards.body(now, then)
    assert "Presented as 4, now 5" in cards.body(replace(now, judged="5"), then)
    assert "Presented" not in cards.body(then, then)
