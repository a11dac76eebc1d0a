"""Ship or hold: modes, waivers, gates that were added, and what is asked of changes that are not there."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.errors import QueryError, ReliabilityError
from reliability.gates import waivers as w
from reliability.gates import words
from reliability.gates.evaluation import evaluate, known_service, like, parameters, resolve
from reliability.gates.model import Evaluation
from reliability.journal import Journal
from reliability.queries import FOLDER, Store
from reliability.queries.gates import all_gates
from reliability.settings import Gates, Incidents, Organisation, Settings, Span
from tests.warehouse_by_hand import by_hand, instant

# What added gates say is not theirs to test.
pytestmark = pytest.mark.usefixtures("shipped_gates")

AS_OF = instant("2025-11-17 08:00")
OTHERS_OFF = dict.fromkeys(
    ("error_budget", "engagement_sla", "postmortem_overdue", "runbook_missing", "launch_freeze"), "off"
)
SETTINGS = Settings(
    organisation=Organisation(time_zone="Europe/Berlin"),
    incidents=Incidents(core_services=("api", "login")),
    gates=Gates(modes=OTHERS_OFF),
)
COMPLETE = {"slo_impact_statement": "none", "slo_impact_service": "api", "reliability_signoff_by": "Ana"}
CHANGES = [
    {"change_id": "OK-1", "title": "Complete", "service": "api", "planned_for": "2025-11-20", **COMPLETE},
    {"change_id": "NO-1", "title": "No sign-off", "service": "api", "planned_for": "2025-11-21",
     **COMPLETE, "reliability_signoff_by": None},
    {"change_id": "NO-2", "title": "Nothing", "service": "login", "planned_for": "2025-11-19"},
    {"change_id": "OLD-1", "title": "Merged and released", "service": "api", "merged_at": "2025-10-01",
     "released_at": "2025-10-02"},
    {"change_id": "OLD-2", "title": "Merged only", "service": "api", "merged_at": "2025-10-01"},
]  # fmt: skip


@pytest.fixture
def store(tmp_path: Path):
    with by_hand(tmp_path, changes=CHANGES) as opened:
        yield opened


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    folder = tmp_path / "data"
    folder.mkdir()
    return Journal(folder)


def grant(journal: Journal, settings: Settings = SETTINGS, as_of=AS_OF, **changed: Any) -> w.Waiver:
    given: dict[str, Any] = {
        "gate": "reliability_signoff",
        "scope": "change",
        "target": "NO-1",
        "reason": "Reviewed in the meeting",
        "approver": "Head of Reliability",
        "until": date(2025, 11, 30),
        "who": "ana@example.org",
    }
    return w.grant(journal, settings, as_of, all_gates().values(), **{**given, **changed})


def decisions(evaluation: Evaluation) -> dict[str, str]:
    return {d.change.change_id: d.decision for d in evaluation.decisions}


def ask(store: Store, journal: Journal, as_of=AS_OF, **more: Any) -> Evaluation:
    return evaluate(store, SETTINGS, as_of, w.waivers(journal, SETTINGS), **more)


def test_planned_changes_are_those_neither_released_nor_merged_in_the_order_they_go_out(store):
    assert decisions(evaluate(store, SETTINGS, AS_OF)) == {"NO-2": "hold", "OK-1": "ship", "NO-1": "hold"}


def test_a_merged_change_is_still_planned_while_its_day_lies_ahead(tmp_path):
    rows = [{"change_id": "A", "service": "api", "merged_at": "2025-11-16", "planned_for": "2025-11-20"}]
    with by_hand(tmp_path, changes=rows) as store:
        assert list(decisions(evaluate(store, SETTINGS, AS_OF))) == ["A"]
        assert list(decisions(evaluate(store, SETTINGS, instant("2025-11-21")))) == []
        assert list(decisions(evaluate(store, SETTINGS, instant("2025-11-15")))) == ["A"]


def test_a_named_change_is_judged_whatever_became_of_it(store):
    found = evaluate(store, SETTINGS, AS_OF, change_ids=["OLD-1", "ok-1"])
    assert decisions(found) == {"OLD-1": "hold", "OK-1": "ship"}
    old = next(d for d in found.decisions if d.change.change_id == "OLD-1")
    assert words.verdict(old) == "went out without SLO impact statement and Reliability sign-off"
    only_old = found._replace(decisions=(old,))
    assert words.headline(only_old, planned=False) == f"The change {words.verdict(old)}"


def test_a_merged_change_that_is_planned_for_a_day_ahead_still_asks(tmp_path):
    rows = [
        {"change_id": "A", "service": "api", "merged_at": "2025-11-10", "planned_for": "2025-11-20"},
        {"change_id": "B", "service": "api", "merged_at": "2025-11-10", "planned_for": "2025-11-16"},
    ]
    with by_hand(tmp_path, changes=rows) as store:
        found = evaluate(store, SETTINGS, AS_OF, change_ids=["A", "B"])
    assert {d.change.change_id: words.verdict(d).split(" ")[0] for d in found.decisions} == {
        "A": "is",
        "B": "went",
    }


def test_a_gate_blocks_warns_or_is_off_by_setting(store):
    def with_mode(mode: str) -> Evaluation:
        gates = Gates(modes={**OTHERS_OFF, "reliability_signoff": mode})
        return evaluate(store, replace(SETTINGS, gates=gates), AS_OF, change_ids=["NO-1"])

    blocked, warned, off = with_mode("block"), with_mode("warn"), with_mode("off")
    assert [e.decisions[0].decision for e in (blocked, warned, off)] == ["hold", "ship", "ship"]
    assert [len(e.decisions[0].problems) for e in (blocked, warned, off)] == [1, 1, 0]
    assert words.outcome(warned.decisions[0].problems[0]) == "warning: failed"
    assert "reliability_signoff" not in {gate.id for gate, _ in off.gates}


def test_not_being_able_to_tell_holds_a_change_as_a_failure_does(tmp_path):
    gates = Gates(modes={**OTHERS_OFF, "error_budget": "block"})
    with by_hand(tmp_path, changes=CHANGES[:1]) as store:
        found = evaluate(store, replace(SETTINGS, gates=gates), AS_OF)
    problem = found.decisions[0].problems[0]
    assert (found.decisions[0].decision, problem.state, problem.passed) == ("hold", "cannot tell", False)
    assert words.caveats(found) == ["1\N{NO-BREAK SPACE}change held because something cannot be told"]


def test_without_any_change_in_the_exports_nothing_is_allowed(tmp_path):
    with by_hand(tmp_path) as store, pytest.raises(ReliabilityError, match="no export holds changes"):
        evaluate(store, SETTINGS, AS_OF)


def test_an_unknown_change_is_refused_with_the_nearest_ones(store):
    with pytest.raises(ReliabilityError, match=r"there is no change 'OK-11'\. Did you mean OK-1"):
        evaluate(store, SETTINGS, AS_OF, change_ids=["OK-11"])
    with pytest.raises(ReliabilityError, match="Leave out --change"):
        resolve(store, "completely different")
    with pytest.raises(ReliabilityError, match="there is no change ''"):
        resolve(store, " ".strip())


def test_two_ids_that_differ_in_case_only_are_told_apart(tmp_path):
    rows = [{"change_id": "a-1"}, {"change_id": "A-1"}]
    with by_hand(tmp_path, changes=rows) as store:
        assert (resolve(store, "a-1"), resolve(store, "A-1")) == ("a-1", "A-1")


# ---------------------------------------------------------------------------------------- waivers


def test_a_waiver_lets_its_change_ship_and_no_other(store, journal):
    given = grant(journal)
    found = ask(store, journal)
    assert decisions(found) == {"NO-2": "hold", "OK-1": "ship", "NO-1": "ship"}
    problem = found.decisions[2].problems[0]
    assert (problem.passed, problem.excused, problem.waiver) == (False, True, given)
    assert words.outcome(problem) == "waived"
    assert words.why(problem) == (
        "It is not signed off for reliability yet. Waived until 30 Nov 2025: Reviewed in the meeting"
    )


def test_a_waiver_is_for_one_gate(store, journal):
    grant(journal, target="NO-2")
    found = ask(store, journal)
    assert decisions(found)["NO-2"] == "hold"
    assert {p.gate: p.holds for p in found.decisions[0].problems} == {
        "slo_impact_statement": True,
        "reliability_signoff": False,
    }


def test_an_expired_waiver_holds_again_and_says_so(store, journal):
    grant(journal)
    last_minute, over = instant("2025-11-30 22:59"), instant("2025-11-30 23:00")  # midnight in Berlin
    assert decisions(ask(store, journal, last_minute, change_ids=["NO-1"])) == {"NO-1": "ship"}
    found = ask(store, journal, over, change_ids=["NO-1"])
    assert decisions(found) == {"NO-1": "hold"}
    problem = found.decisions[0].problems[0]
    assert (
        words.why(problem)
        == "It is not signed off for reliability yet. The waiver is good until 30 Nov 2025 only."
    )
    assert words.outcome(problem) == "failed"


def test_a_waiver_has_to_last_until_the_change_goes_out(store, journal):
    # NO-1 is planned for 21 November, 00:00 UTC, which is one o'clock in Berlin.
    grant(journal, until=date(2025, 11, 20))
    found = ask(store, journal, change_ids=["NO-1"])
    assert decisions(found) == {"NO-1": "hold"}
    problem = found.decisions[0].problems[0]
    assert (problem.excused, words.waived(problem)) == (False, "The waiver is good until 20 Nov 2025 only.")
    grant(journal, until=date(2025, 11, 21))
    assert decisions(ask(store, journal, change_ids=["NO-1"])) == {"NO-1": "ship"}


def test_a_waiver_does_not_reach_back_before_it_was_given(store, journal):
    given = grant(journal)
    earlier = AS_OF - timedelta(seconds=1)
    assert given.state(earlier) == "not yet"
    assert decisions(ask(store, journal, earlier, change_ids=["NO-1"])) == {"NO-1": "hold"}


def test_a_waiver_is_active_then_expiring_then_expired(journal):
    given = grant(journal)
    assert given.state(AS_OF) == "active"
    assert given.state(given.ends_at - timedelta(days=7)) == "active"
    assert given.state(given.ends_at - timedelta(days=7) + timedelta(seconds=1)) == "expiring"
    assert given.state(given.ends_at) == "expired"


def test_a_waiver_for_a_service_or_for_everything_reaches_all_its_changes(store, journal):
    service = grant(journal, scope="service", target="api")
    assert decisions(ask(store, journal)) == {"NO-2": "hold", "OK-1": "ship", "NO-1": "ship"}
    w.withdraw(journal, service.id, "ana")
    grant(journal, scope="all", target="ignored")
    grant(journal, gate="slo_impact_statement", scope="all")
    assert set(decisions(ask(store, journal)).values()) == {"ship"}


def test_a_change_of_two_services_needs_both_excused(tmp_path, journal):
    rows = [{"change_id": "C", "service": "api, login", **COMPLETE, "slo_impact_service": "api, login"}]
    rows[0]["reliability_signoff_by"] = None
    with by_hand(tmp_path, changes=rows) as store:
        grant(journal, scope="service", target="api", until=date(2025, 12, 10))
        found = ask(store, journal)
        assert decisions(found) == {"C": "hold"}
        assert found.decisions[0].problems[0].waiver is None
        first = grant(journal, scope="service", target="login", until=date(2025, 11, 20))
        found = ask(store, journal)
        assert decisions(found) == {"C": "ship"}
        assert found.decisions[0].problems[0].waiver == first


def test_a_failure_that_names_no_service_is_excused_by_the_changes_own(tmp_path, journal):
    rows = [{"change_id": "C", "service": "mail", "kind": "feature", "essential": False}]
    settings = replace(
        SETTINGS,
        gates=Gates(modes={**OTHERS_OFF, "launch_freeze": "block"}),
        freezes=(Span(date(2025, 11, 1)),),
    )
    grant(journal, gate="launch_freeze", scope="service", target="mail")
    with by_hand(tmp_path, changes=rows) as store:
        assert decisions(evaluate(store, settings, AS_OF)) == {"C": "hold"}
        assert decisions(evaluate(store, settings, AS_OF, w.waivers(journal, settings))) == {"C": "ship"}


def test_not_being_able_to_tell_can_be_waived_too(tmp_path, journal):
    settings = replace(SETTINGS, gates=Gates(modes={**OTHERS_OFF, "error_budget": "block"}))
    grant(journal, gate="error_budget", target="OK-1")
    with by_hand(tmp_path, changes=CHANGES[:1]) as store:
        assert decisions(evaluate(store, settings, AS_OF, w.waivers(journal, settings))) == {"OK-1": "ship"}


def test_a_waiver_that_is_taken_back_holds_again_and_can_be_brought_back(store, journal):
    given = grant(journal)
    undo = w.withdraw(journal, given.id, "ben", "it was for another change")
    assert decisions(ask(store, journal))["NO-1"] == "hold"
    assert w.waivers(journal, SETTINGS) == ()
    journal.undo(undo.id, "ana")
    assert decisions(ask(store, journal))["NO-1"] == "ship"
    with pytest.raises(ReliabilityError, match="there is no waiver 99"):
        w.withdraw(journal, 99, "ana")
    newest = journal.append("decision", "x", {}, "ana").id
    with pytest.raises(ReliabilityError, match=f"there is no waiver {newest}"):
        w.withdraw(journal, newest, "ana")


def test_a_newer_waiver_takes_the_place_of_an_expired_one(store, journal):
    grant(journal, until=date(2025, 11, 18))
    later = instant("2025-11-25")
    second = grant(journal, as_of=later, until=date(2025, 12, 5))
    found = ask(store, journal, later, change_ids=["NO-1"])
    assert (decisions(found), found.decisions[0].problems[0].waiver) == ({"NO-1": "ship"}, second)


def test_the_review_lists_the_waivers_that_held_in_its_quarter(journal):
    kept = grant(journal)
    grant(journal, as_of=instant("2026-01-10"), until=date(2026, 1, 20))
    old = grant(journal, as_of=instant("2025-09-20"), until=date(2025, 9, 30))
    found = w.waivers(journal, SETTINGS)
    fourth_quarter = instant("2025-10-01T00:00:00+02:00"), instant("2026-01-01T00:00:00+01:00")
    assert w.in_force(found, *fourth_quarter) == (kept,)
    third_quarter = instant("2025-07-01T00:00:00+02:00"), fourth_quarter[0]
    assert w.in_force(found, *third_quarter) == (old,)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"gate": "reliability_sign_off"}, "there is no gate 'reliability_sign_off'. Did you mean 'reliability_signoff'?"),
        ({"scope": "team"}, "'team' is not a scope. Allowed: change, service, all."),
        ({"target": "  "}, "the change is missing"),
        ({"scope": "service", "target": ""}, "the service is missing"),
        ({"reason": ""}, "the reason is missing"),
        ({"approver": " "}, "the approver is missing"),
        ({"who": ""}, "the name is missing"),
        ({"reason": "x" * 1001}, "the reason is longer than 1000 characters"),
        ({"until": date(2025, 11, 16)}, "2025-11-16 is before 2025-11-17, the day of the data"),
        ({"until": date(2026, 2, 16)}, "2026-02-16 is too far ahead. A waiver lasts 90 days at most: until 2026-02-15."),
    ],
)  # fmt: skip
def test_a_waiver_has_to_say_everything_and_to_end(journal, changed, complaint):
    with pytest.raises(ReliabilityError) as caught:
        grant(journal, **changed)
    assert complaint in str(caught.value)
    assert journal.entries() == []


def test_a_waiver_may_end_today_and_on_its_longest_day(journal):
    assert grant(journal, until=date(2025, 11, 17)).holds(AS_OF)
    assert grant(journal, until=date(2026, 2, 15)).holds(AS_OF)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"until": "soon"},
        {"until": 5},
        {"given_at": "2025-11-17"},
        {"scope": "team"},
        {"gate": None},
        {"until": "9999-12-31"},
    ],
)
def test_an_entry_that_does_not_say_enough_excuses_nothing(store, journal, broken):
    body = {"gate": "reliability_signoff", "scope": "all", "target": "", "reason": "r", "approver": "a",
            "until": "2025-11-30", "given_at": "2025-11-17T08:00:00+00:00"}  # fmt: skip
    journal.append("waiver", "all", {**body, **broken} if broken else {}, "ana")
    assert w.waivers(journal, SETTINGS) == ()
    journal.append("waiver", "all", body, "ana")
    assert len(w.waivers(journal, SETTINGS)) == 1


def test_reason_and_approver_are_kept_as_written_with_who_wrote_them(journal):
    given = grant(journal, reason="  two\n lines ", approver=" CTO ")
    entry = journal.entries("waiver")[0]
    assert (entry.who, entry.subject, entry.id) == ("ana@example.org", "NO-1", given.id)
    assert (entry.body["reason"], entry.body["approver"]) == ("two lines", "CTO")


def test_a_service_is_known_when_a_change_touches_it(tmp_path):
    with by_hand(
        tmp_path, changes=[{"change_id": "A", "service": "api; search"}, {"change_id": "B"}]
    ) as store:
        assert known_service(store, "search") == "search"
        with pytest.raises(
            ReliabilityError, match="no change touches a service 'serch'. Did you mean 'search'?"
        ):
            known_service(store, "serch")


# ---------------------------------------------------------------------------------------- gates that were added

OWN_GATE = """-- title: No Fridays
-- definition: Nothing goes out on a Friday.
-- grain: one row per failing change
-- resolver: the calendar
-- needs: changes
-- default: {default}
-- thresholds: last_weekday 4 1..7
-- params: as_of timestamptz, change_ids varchar[], last_weekday double
-- fails late: It would go out on a {{ships_at:weekday}}.
-- columns: change_id varchar, verdict varchar, service varchar, ships_at timestamptz
select
    change_id,
    {verdict} as verdict,
    service,
    ships_at
from changes_at($as_of, $change_ids)
where isodow(ships_at) > $last_weekday
"""


def own_gate(folder: Path, text: str = OWN_GATE, default: str = "block", verdict: str = "'late'") -> Path:
    queries = folder / "queries"
    (queries / "gates").mkdir(parents=True)
    (queries / "gates" / "no_fridays.sql").write_text(text.format(default=default, verdict=verdict))
    return queries


def test_a_gate_is_added_by_adding_a_file(store, tmp_path):
    found = evaluate(store, SETTINGS, AS_OF, folder=own_gate(tmp_path))
    # 21 November 2025 is a Friday.
    assert decisions(found) == {"NO-2": "ship", "OK-1": "ship", "NO-1": "hold"}
    problem = found.decisions[2].problems[0]
    assert (problem.title, problem.reason, problem.resolver) == (
        "No Fridays",
        "It would go out on a Friday.",
        "the calendar",
    )


def test_a_named_change_that_passes_hears_what_was_measured(store, tmp_path):
    text = OWN_GATE.replace(
        "-- fails late", "-- passes early: It goes out on a {{ships_at:weekday}}.\n-- fails late"
    )
    found = evaluate(
        store, SETTINGS, AS_OF, change_ids=["NO-1"], folder=own_gate(tmp_path, text, verdict="'early'")
    )
    (result,) = found.results(found.decisions[0])
    assert (result.state, result.reason) == ("passed", "It goes out on a Friday.")


def test_its_threshold_comes_from_the_settings(store, tmp_path):
    settings = replace(SETTINGS, gates=Gates(thresholds={"last_weekday": 5}))
    assert not evaluate(store, settings, AS_OF, folder=own_gate(tmp_path)).held


@pytest.mark.parametrize("verdict", ["'lat'", "null", "''", "'passed'"])
def test_a_slip_in_the_verdict_is_taken_for_not_knowing(store, tmp_path, verdict):
    found = evaluate(store, SETTINGS, AS_OF, folder=own_gate(tmp_path, verdict=verdict))
    assert "has no meaning in its header" in found.held[0].problems[0].reason
    assert [(d.change.change_id, d.problems[0].state) for d in found.held] == [("NO-1", "cannot tell")]


def test_changes_that_nobody_asked_about_are_passed_over(store, tmp_path):
    text = OWN_GATE.replace(
        "from changes_at($as_of, $change_ids)\nwhere",
        "from changes_at($as_of, ['OLD-1', 'NO-1'])\nwhere $change_ids is not null or",
    )
    found = evaluate(store, SETTINGS, AS_OF, folder=own_gate(tmp_path, text))
    assert set(decisions(found)) == {"NO-2", "OK-1", "NO-1"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("-- resolver: the calendar\n", "", "the header does not say 'resolver'. Add '-- resolver: ...'."),
        ("{default}", "hold", "default is 'hold'. Write 'block' or 'warn'."),
        ("verdict varchar, ", "", "does not return 'verdict'"),
        (
            "-- fails late",
            "-- failing late",
            "the header has no key 'failing late'. Keys: cannot tell ..., columns, default,",
        ),
        ("-- fails late", "-- passes late", "the header does not say what fails. Say each verdict"),
        (
            "-- fails late",
            "-- passes late: Early.\n-- fails late",
            "the header says the verdict 'late' twice",
        ),
        (
            "{{ships_at:",
            "{{ships:",
            "'fails late' cannot be said: 'ships' is not a part; there are as_of, change_ids",
        ),
        ("{{ships_at:weekday}}", "{{last_weekday}}", "write {last_weekday:share} or {last_weekday:minutes}"),
        ("needs: changes", "needs: chnges", "needs 'chnges', which is not a table"),
        ("4 1..7", "four", "'last_weekday four' is not a threshold"),
        ("4 1..7", "9 1..7", "'last_weekday 9 1..7' is not a threshold"),
        ("thresholds: last_weekday", "thresholds: other", "does not use the threshold $other"),
    ],
)
def test_a_gate_that_does_not_say_what_it_has_to_is_refused(store, tmp_path, old, new, complaint):
    assert old in OWN_GATE
    folder = own_gate(tmp_path, OWN_GATE.replace(old, new))
    with pytest.raises(QueryError) as caught:
        evaluate(store, SETTINGS, AS_OF, folder=folder)
    assert str(caught.value).startswith("queries/gates/no_fridays.sql")
    assert complaint in str(caught.value)


def test_a_gate_that_asks_for_something_unknown_is_refused(store, tmp_path):
    text = OWN_GATE.replace("last_weekday double", "last_weekday double, moon double").replace(
        "isodow", "$moon is null and isodow"
    )
    with pytest.raises(QueryError, match=r"needs a value for \$moon"):
        evaluate(store, SETTINGS, AS_OF, folder=own_gate(tmp_path, text))


# ---------------------------------------------------------------------------------------- what gates measure with


@pytest.mark.parametrize(
    ("as_of", "month", "quarter"),
    [
        ("2025-11-17 08:00", ("2025-10-01", "2025-11-01"), ("2025-10-01", "2026-01-01")),
        ("2026-01-01 00:00", ("2025-12-01", "2026-01-01"), ("2026-01-01", "2026-04-01")),
        ("2025-03-31 23:59", ("2025-02-01", "2025-03-01"), ("2025-01-01", "2025-04-01")),
    ],
)
def test_the_last_full_month_and_the_current_quarter(as_of, month, quarter):
    found = parameters(Settings(), instant(as_of))
    assert (found["month_start"], found["month_end"]) == tuple(map(instant, month))
    assert (found["quarter_start"], found["quarter_end"]) == tuple(map(instant, quarter))


def test_every_parameter_a_gate_declares_has_a_value():
    known = {*parameters(Settings(), AS_OF), "change_ids"}
    for gate in all_gates().values():
        assert set(gate.query.parameters) <= known, gate.id


@pytest.mark.parametrize(
    ("name", "pattern"), [(" Ana ", "ana"), ("Office*", "office%"), ("100%_a\\b", "100\\%\\_a\\\\b")]
)
def test_names_with_a_star_become_patterns(name, pattern):
    assert like(name) == pattern


# ---------------------------------------------------------------------------------------- words


def test_the_headline_says_how_many_may_ship_and_what_holds_the_others(store, journal):
    found = ask(store, journal)
    assert words.headline(found) == (
        "1 of 3\N{NO-BREAK SPACE}planned changes may ship; 2 are held: Reliability sign-off (2)"
        " and SLO impact statement (1)"
    )
    one = ask(store, journal, change_ids=["OK-1"])
    assert words.headline(one, planned=False) == "The only change may ship"
    none = one._replace(decisions=())
    assert words.headline(none) == "No change is planned"
    held = ask(store, journal, change_ids=["NO-1", "NO-2"])
    assert words.headline(held, planned=False).startswith("All 2\N{NO-BREAK SPACE}changes are held: ")


def test_a_fresh_folder_of_queries_is_read_each_time_it_is_another_one(tmp_path):
    assert set(all_gates(own_gate(tmp_path))) == {"no_fridays"}
    assert "no_fridays" not in all_gates(FOLDER)
