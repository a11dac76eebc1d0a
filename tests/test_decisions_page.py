"""The Decisions page without a browser: questions, the forms, what became of it, the agenda, roles, the review."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from reliability.access.identity import Identity
from reliability.decisions import DONE, Decision, decide, decisions, follow
from reliability.errors import RightsError
from reliability.gates.waivers import grant
from reliability.journal import Journal
from reliability.model import Question
from reliability.queries.gates import all_gates
from reliability.review.agenda import agenda
from reliability.settings import load_settings
from reliability.ui import visitor
from tests.conftest import ROOT
from tests.test_gates_page import press, read
from tests.test_roles_pages import VIEWER, signed_in

__all__ = ["signed_in"]
AS_OF = datetime.fromisoformat("2025-11-17T08:00:00+00:00")


def taken(folder, **other):
    said: dict[str, Any] = {
        "question": "Availability: missed. What changes now?",
        "chosen": "Freeze features",
        "owner": "VP Engineering",
        "due": date(2025, 11, 10),
        "decided_on": date(2025, 9, 1),
        "about": "availability",
        "who": "Ana Writer",
        **other,
    }
    return decide(Journal(folder), load_settings(folder), AS_OF, **said)


def field(app: Any, label: str, which: int = 0) -> Any:
    kinds = (*app.text_input, *app.radio, *app.selectbox, *app.date_input)
    return [one for one in kinds if one.label == label][which]


def test_before_anything_was_decided_the_page_says_so_and_asks_every_question(open_page):
    shown = read(open_page("decisions"))
    assert "4\N{NO-BREAK SPACE}questions to decide; nothing has been decided yet" in shown
    assert "The record is empty" in shown
    assert "did it work?" not in shown
    for title in ("Availability: missed. What changes now?", "Runbooks: not met."):
        assert title in shown
    assert './gates?change=CHG-2833"' in shown and './incidents?incident=IR-00584"' in shown


def test_a_question_is_decided_on_the_page_and_the_next_click_writes_nothing(open_page, own_sample):
    app = open_page("decisions", own_sample)
    press(app, "Write it down", 1)
    assert "the choice is missing" in read(app)
    field(app, "What was chosen").set_value("freeze")
    press(app, "Write it down", 1)
    assert "your name is missing" in read(app)
    assert decisions(Journal(own_sample)) == ()
    field(app, "Your name", 1).set_value("Ana Writer")
    press(app, "Write it down", 1)
    (one,) = decisions(Journal(own_sample))
    assert (one.about, one.option, one.chosen, one.owner) == (
        "availability",
        "freeze",
        "Freeze features",
        "VP Engineering",
    )
    assert (one.due, one.decided_on, one.quarter, one.by) == (
        date(2025, 11, 24),
        date(2025, 11, 17),
        "2025-Q4",
        "Ana Writer",
    )
    shown = read(app)
    assert "3\N{NO-BREAK SPACE}questions to decide; 1\N{NO-BREAK SPACE}decision open" in shown
    assert "too early to tell" in shown
    assert "Ana Writer" not in shown
    assert not [f for f in app.text_input if f.label == "Your name" and f.value]
    press(app, "Write it down", 1)
    assert len(decisions(Journal(own_sample))) == 1


def test_a_decision_on_nothing_else_is_recorded_in_its_own_words(open_page, own_sample):
    app = open_page("decisions", own_sample)
    field(app, "What had to be decided").set_value("Who leads <b>support</b>?")
    field(app, "What was decided").set_value(":material/delete: a *rota*")
    field(app, "Owner").set_value("VP Support")
    field(app, "Your name").set_value("Ana")
    press(app, "Write it down")
    (one,) = decisions(Journal(own_sample))
    assert (one.question, one.chosen, one.about, one.option) == (
        "Who leads <b>support</b>?",
        ":material/delete: a *rota*",
        "",
        "",
    )
    pages = [str(element.proto.body) for element in app.get("html")]
    assert any("Who leads &lt;b&gt;support&lt;/b&gt;?" in page for page in pages)
    assert not any("<b>support" in page for page in pages)
    (confirmed,) = app.toast
    assert ":material/" not in confirmed.value and "\\*rota\\*" in confirmed.value
    assert "on no promise: nothing to measure" in read(app)


def test_open_decisions_come_first_and_what_became_of_one_is_written(open_page, own_sample):
    one = taken(own_sample)
    app = open_page("decisions", own_sample)
    shown = read(app)
    assert shown.index("Open: did it work?") < shown.index("To decide now") < shown.index("The record")
    assert "7\N{NO-BREAK SPACE}days late" in shown
    assert "in the 77\N{NO-BREAK SPACE}days before" in shown, "1 September to 17 November"
    press(app, "Write it down", 0)
    assert "what became of it is missing" in read(app)
    field(app, "It is").set_value(DONE)
    field(app, "Your name").set_value("Bo")
    press(app, "Write it down", 0)
    (now,) = decisions(Journal(own_sample))
    assert (now.id, now.state, now.steps[0].by) == (one.id, DONE, "Bo")
    assert "every decision is done or dropped" in read(app)


def test_the_presenters_view_has_no_forms(open_page, own_sample):
    taken(own_sample)
    app = open_page("decisions", own_sample, present="1")
    assert not app.button and not app.text_input
    assert "Freeze features" in read(app)


def test_the_presenters_view_has_a_clock_over_the_parts_of_the_agenda(open_page):
    pages = [str(element.proto.body) for element in open_page("decisions", present="1").get("html")]
    assert sum('class="rl rl-clock"' in page for page in pages) == 1
    parts = re.findall(r'data-starts="(\d+)" data-minutes="(\d+)"', "".join(pages))
    clock = 0
    for starts, minutes in parts:
        assert int(starts) == clock
        clock += int(minutes)
    assert f"The meeting takes {clock} minutes" in "".join(pages)
    usual = [str(element.proto.body) for element in open_page("decisions").get("html")]
    assert not any('role="timer"' in page for page in usual)


def test_an_incident_and_a_change_link_to_what_was_decided_on_them(open_page, own_sample):
    heading = "What was decided on it"
    assert heading not in read(open_page("incidents", own_sample, incident="IR-00584"))
    assert heading not in read(open_page("gates", own_sample, change="CHG-2833"))
    taken(own_sample, chosen="Split the pool", named=("IR-00584",))
    taken(own_sample, chosen="Roll CHG-2833 back", about="")
    incident = read(open_page("incidents", own_sample, incident="IR-00584"))
    assert heading in incident and "Split the pool" in incident and "Roll CHG" not in incident
    assert './decisions"' in incident
    change = read(open_page("gates", own_sample, change="CHG-2833"))
    assert heading in change and "Roll CHG-2833 back" in change and "Split the pool" not in change


def test_a_promise_links_to_what_was_decided_on_it(open_page, own_sample):
    heading = "What was decided on it"
    assert heading not in read(open_page("commitments", own_sample, promise="availability"))
    taken(own_sample, chosen="Split the pool", about="availability")
    taken(own_sample, chosen="Roll CHG-2833 back", about="alerts")
    promise = read(open_page("commitments", own_sample, promise="availability"))
    assert heading in promise and "Split the pool" in promise and "Roll CHG" not in promise
    assert './decisions"' in promise
    # And back: the decision names its promise.
    assert "promise=availability" in read(open_page("decisions", own_sample))


def test_a_question_keeps_the_records_that_it_names(open_page, own_sample):
    app = open_page("decisions", own_sample)
    field(app, "What was chosen").set_value("freeze")
    field(app, "Your name", 1).set_value("Ana")
    press(app, "Write it down", 1)
    (one,) = decisions(Journal(own_sample))
    assert set(one.named) == {"IR-00521", "IR-00519"}, "the two that spent the budget"
    assert one.concerns("IR-00521") and not one.concerns("IR-0052")


def test_a_viewer_reads_why_the_form_is_not_theirs_and_who_has_it(signed_in, open_page):
    folder = signed_in(VIEWER)
    shown = read(open_page("decisions", folder))
    assert (
        "Recording a decision needs the role contributor. Those who have it: group:sre or root@example.com."
        in shown
    )
    assert "Write it down" not in shown


def test_a_contributor_is_named_by_the_sign_in(signed_in, open_page):
    folder = signed_in(Identity("bob@example.com", ("sre",)))
    app = open_page("decisions", folder)
    field(app, "What was chosen").set_value("freeze")
    press(app, "Write it down", 1)
    assert [d.by for d in decisions(Journal(folder))] == ["bob@example.com"]


def test_who_lost_the_role_meanwhile_writes_nothing(signed_in, open_page, monkeypatch):
    folder = signed_in(Identity("bob@example.com", ("sre",)))
    app = open_page("decisions", folder)
    field(app, "What was chosen").set_value("freeze")
    monkeypatch.setattr(visitor, "note_lack", lambda right, doing: False)
    monkeypatch.setattr(visitor, "present", lambda: VIEWER)
    press(app, "Write it down", 1)
    assert decisions(Journal(folder)) == ()
    with pytest.raises(RightsError):
        visitor.require("contribute", "recording a decision")


def test_the_review_asks_questions_and_shows_what_was_decided_on_them(open_page, own_sample):
    before = read(open_page("", own_sample))
    assert "Availability: missed. What changes now?" in before
    assert "42\N{NO-BREAK SPACE}days from 18 Aug 2025" in before
    taken(own_sample)
    after = read(open_page("", own_sample))
    assert "42\N{NO-BREAK SPACE}days from 18 Aug 2025" not in after
    assert "decided 1 Sept 2025, open" in after or "decided 1 Sep 2025, open" in after


def test_the_review_shows_what_excuses_and_decisions_of_the_past_did(open_page, own_sample):
    assert "excused" not in read(open_page("", own_sample))
    settings = load_settings(own_sample)
    grant(
        Journal(own_sample), settings, datetime.fromisoformat("2025-09-01T08:00:00+00:00"), all_gates().values(),
        gate="runbook_missing", scope="all", target="", reason="being written", approver="VP",
        until=date(2025, 9, 30), who="Ana Writer",
    )  # fmt: skip
    one = taken(own_sample, option="anew", chosen="Accept, promise anew", quarter="2025-Q3")
    follow(Journal(own_sample), settings, AS_OF, one.id, state=DONE, who="Ana Writer")
    for page in ("", "decisions"):
        shown = read(open_page(page, own_sample)).replace("\N{NO-BREAK SPACE}", " ")
        assert "excused once, 1 ran out; 30 days from 1 Sep 2025: " in shown
        assert "decided 1 Sep 2025, done; " in shown


QUESTION = Question("p", "P1s: missed. What changes now?", "", (), "VP", date(2025, 11, 24), "concern")
OPEN = Decision("D-1", "Q", "A", "VP", date(2025, 11, 20), date(2025, 9, 1), "open", "Ana", AS_OF)


@pytest.mark.parametrize(("questions", "standing"), [(0, 0), (1, 0), (0, 1), (0, 9), (2, 6), (9, 2)])
def test_at_least_half_of_the_meeting_looks_ahead(questions, standing):
    settings = load_settings(ROOT / "data")
    parts = agenda([QUESTION] * questions, [OPEN] * standing, settings, date(2025, 11, 17), "Mixed quarter.")
    assert sum(p.minutes for p in parts if p.forward) * 2 >= sum(p.minutes for p in parts)
    assert [p.starts for p in parts] == [sum(p.minutes for p in parts[:n]) for n in range(len(parts))]
    assert len(parts) == 2 + questions + bool(standing)


def test_what_comes_next_is_in_the_order_of_its_days():
    settings = load_settings(ROOT / "data")
    done = replace(OPEN, state=DONE, due=date(2025, 11, 18))
    about = agenda([], [OPEN, done], settings, date(2025, 11, 17), "")[-1].about
    assert about.replace("\N{NO-BREAK SPACE}", " ") == (
        "20 Nov 2025: 1 open decision due, the first; 24 Nov 2025: Peak trading week of our customers; "
        "13 Feb 2026: last day of “Win back the 8 NPS points lost in the bad quarter”"
    )
