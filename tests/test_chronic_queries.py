"""Chronic issues: what a fix is, every state and its boundaries, permanent endings, costs, and who was hit. All by hand."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.warehouse_by_hand import by_hand, figures, instant, params

Row = dict[str, Any]
NOW = "2025-12-01"


def incident(name: str, opened: str, resolved: str | None = None, problem: str = "PRB7", **more: Any) -> Row:
    """An incident of a problem, resolved within the day unless told otherwise; "open" leaves it open."""
    row = {"incident_id": name, "problem_id": problem, "service": "api", "opened_at": opened, **more}
    if resolved == "open":
        return {**row, "status": "open"}
    return {**row, "resolved_at": resolved or f"{opened[:10]} 12:00"}


def twice(*, last: str = "2025-06-10", resolved: str | None = None) -> list[Row]:
    """A chronic issue: it opened on 1 June and came back on the given day."""
    return [incident("I1", "2025-06-01 08:00"), incident("I2", f"{last} 08:00", resolved)]


def fix(released: str, title: str = "PRB7 at the root", **more: Any) -> Row:
    return {
        "change_id": f"C-{released}", "title": title, "kind": "remediation", "service": "other", "released_at": released,
        **more,
    }  # fmt: skip


def standing(folder: Path, incidents: Sequence[Row], as_of: str = NOW, **tables: Any) -> Row:
    """The only chronic issue as it stands at `as_of`."""
    with by_hand(folder, incidents=incidents, **tables) as store:
        return store.run("lists/chronic_issues", params("2025-10-01", "2026-01-01", as_of)).one()


# States: 90 agreed days, a look-back of 30


@pytest.mark.parametrize(
    ("as_of", "state", "held"),
    [
        ("2025-06-10 11:00", "recurring", None),  # still open
        ("2025-06-11 12:00", "recurring", 1),
        ("2025-07-10 12:00", "recurring", 30),  # within the look-back, to the minute
        ("2025-07-10 12:01", "holding", 30 + 1 / 1440),
        ("2025-09-08 11:59", "holding", 90 - 1 / 1440),
        ("2025-09-08 12:00", "ended", 90),  # the agreed days, to the minute
        ("2025-12-01 12:00", "ended", 174),
    ],
)
def test_without_a_fix_an_issue_is_judged_from_its_last_resolve(tmp_path, as_of, state, held):
    row = standing(tmp_path, twice(), as_of)
    assert row["state"] == state
    assert row["held_days"] == (None if held is None else pytest.approx(held))
    assert row["is_open"] == (held is None)


@pytest.mark.parametrize(
    ("as_of", "state", "held"),
    [
        ("2025-06-19 23:59", "recurring", 9 + 719 / 1440),  # the fix is not out yet
        ("2025-06-20 00:00", "holding", 0),
        ("2025-09-17 23:59", "holding", 90 - 1 / 1440),  # 99 days since the resolve, not yet 90 since the fix
        ("2025-09-18 00:00", "ended", 90),
    ],
)
def test_a_fix_starts_the_clock_again(tmp_path, as_of, state, held):
    row = standing(tmp_path, twice(), as_of, changes=[fix("2025-06-20")])
    assert (row["state"], row["held_days"]) == (state, pytest.approx(held))


def test_a_fix_released_before_the_resolve_holds_from_the_resolve(tmp_path):
    row = standing(
        tmp_path, twice(resolved="2025-06-20 12:00"), "2025-06-21 12:00", changes=[fix("2025-06-15")]
    )
    assert (row["state"], row["held_days"], row["fix_id"]) == ("holding", 1, "C-2025-06-15")


def test_a_fix_before_the_last_return_fixed_nothing(tmp_path):
    row = standing(tmp_path, twice(), "2025-06-12 12:00", changes=[fix("2025-06-09")])
    assert (row["state"], row["fixed_at"]) == ("recurring", None)
    assert (row["fixes"], row["failed_fixes"]) == (0, 0), "before the first repeat nobody knew it was chronic"


def test_what_is_released_after_it_ended_does_not_undo_the_ending(tmp_path):
    ended = [fix("2025-09-08 12:00")]
    assert standing(tmp_path, twice(), "2025-09-10", changes=ended)["state"] == "ended"
    a_minute_before = [fix("2025-09-08 11:59")]
    assert standing(tmp_path, twice(), "2025-09-10", changes=a_minute_before)["state"] == "holding"


def test_of_several_fixes_the_first_after_a_return_counts(tmp_path):
    row = standing(tmp_path, twice(), changes=[fix("2025-07-01"), fix("2025-06-20"), fix("2025-06-25")])
    assert row["fix_id"] == "C-2025-06-20"


@pytest.mark.parametrize(
    ("quiet_until", "state"),
    [("2025-09-08 11:59", "recurring"), ("2025-09-08 12:00", "reopened"), ("2025-11-01 08:00", "reopened")],
)
def test_what_comes_back_after_it_had_ended_is_reopened(tmp_path, quiet_until, state):
    again = incident("I3", quiet_until, "open")
    assert standing(tmp_path, [*twice(), again])["state"] == state
    mended = incident("I3", quiet_until, "2025-11-20 00:00")
    assert standing(tmp_path, [*twice(), mended])["state"] == state
    assert standing(tmp_path, [*twice(), mended], "2025-12-21")["state"] == "holding"


def test_a_reopened_issue_that_returns_again_is_recurring_and_may_end_again(tmp_path):
    again = [incident("I3", "2025-10-01 08:00"), incident("I4", "2025-10-11 08:00")]
    assert standing(tmp_path, [*twice(), *again], "2025-10-12")["state"] == "recurring"
    assert standing(tmp_path, [*twice(), *again], "2026-01-10")["state"] == "ended"


def test_incidents_that_overlap_are_one_spell(tmp_path):
    incidents = [
        incident("I1", "2025-06-01 08:00", "2025-06-05 12:00"),
        incident("I2", "2025-06-02 08:00", "2025-06-03 12:00"),
        incident("I3", "2025-06-05 12:00", "2025-06-06 12:00"),
        incident("I4", "2025-06-08 12:00", "2025-06-10 12:00"),
        incident("I5", "2025-06-09 12:00"),
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        rows = store.run("lists/chronic_endings", {**params("2025-01-01", NOW), "issue_id": "PRB7"}).rows
    assert [(r["incidents"], r["days_held"]) for r in rows] == [(3, 2), (2, pytest.approx(173.5))]
    assert [(r["started_at"], r["last_opened_at"], r["back_at"]) for r in rows] == [
        (instant("2025-06-01 08:00"), instant("2025-06-05 12:00"), instant("2025-06-08 12:00")),
        (instant("2025-06-08 12:00"), instant("2025-06-09 12:00"), None),
    ]


def test_what_never_came_back_is_not_chronic(tmp_path):
    alone = [incident("I1", "2025-06-01"), incident("I2", "2025-06-01", problem="PRB8")]
    with by_hand(tmp_path, incidents=alone) as store:
        assert store.run("lists/chronic_issues", params("2025-10-01", "2026-01-01", NOW)).rows == []


# What a fix is


@pytest.mark.parametrize(
    ("work", "tie", "is_fix"),
    [
        ({"title": "prb7: pool", "service": "other"}, "names the issue", True),
        ({"title": "Clean up", "service": "api"}, "same service", False),
        ({"title": "Clean up", "service": "mail, api"}, "same service", False),
        ({"title": "PRB70: pool", "service": "other"}, None, None),
        ({"title": "PRB7: pool", "service": "api", "kind": "feature"}, None, None),
        ({"title": "PRB7: pool", "service": "api", "released_at": None}, None, None),
        ({"title": None, "service": None}, None, None),
    ],
)
def test_a_change_is_a_fix_when_it_is_remediation_that_names_the_issue(tmp_path, work, tie, is_fix):
    with by_hand(tmp_path, incidents=twice(), changes=[{**fix("2025-06-20"), **work}]) as store:
        cursor = store._connection.cursor()
        found = cursor.execute("select tie, is_fix from fact_fixes").fetchall()
    assert found == ([] if tie is None else [(tie, is_fix)])


@pytest.mark.parametrize(
    ("entry", "is_fix"),
    [
        ({"expected_repeat_change": -0.2}, True),
        ({"expected_repeat_change": 0.0}, None),
        ({"expected_repeat_change": None}, None),
        ({"expected_repeat_change": -0.2, "service": "mail"}, None),
    ],
)
def test_a_roadmap_entry_is_a_fix_when_it_promises_fewer_repeats_there(tmp_path, entry, is_fix):
    row = {"item_id": "R1", "title": "Outbox", "service": "api", "released_at": "2025-06-20", **entry}
    with by_hand(tmp_path, incidents=twice(), roadmap=[row]) as store:
        cursor = store._connection.cursor()
        assert cursor.execute("select is_fix from fact_fixes").fetchall() == ([(True,)] if is_fix else [])


def test_remediation_of_the_same_service_is_measured_but_fixes_nothing_by_itself(tmp_path):
    row = standing(tmp_path, twice(), "2025-06-25", changes=[fix("2025-06-20", "Load test", service="api")])
    assert (row["state"], row["fix_id"], row["fixes"], row["failed_fixes"]) == ("recurring", None, 1, 0)


def test_remediation_that_did_not_end_it_is_counted(tmp_path):
    incidents = [*twice(), incident("I3", "2025-06-30 08:00"), incident("I4", "2025-07-30 08:00")]
    changes = [fix("2025-06-12"), fix("2025-06-15"), fix("2025-07-01"), fix("2025-08-01")]
    row = standing(tmp_path, incidents, "2025-08-10", changes=changes)
    # Three attempts (two releases before one return are one attempt), of which the last holds.
    assert (row["fixes"], row["failed_fixes"], row["state"]) == (3, 2, "holding")


# Permanent endings


ENDINGS = [
    incident("A1", "2025-01-01 08:00", problem="A"),  # before the first repeat: not counted
    incident("A2", "2025-01-11 08:00", problem="A"),  # back after 100 days less 4 hours
    incident("A3", "2025-04-21 08:00", problem="A"),  # holds to 1 December
    incident("B1", "2025-05-01 08:00", problem="B"),
    incident("B2", "2025-05-03 08:00", problem="B"),  # back after 9 days 20 hours
    incident("B3", "2025-05-13 08:00", problem="B"),  # back after 17 days 20 hours
    incident("B4", "2025-05-31 08:00", "2025-05-30 08:00", problem="B"),  # reversed times
    incident("B5", "2025-11-01 08:00", problem="B", repeat_of="B4"),  # holds for 30 days less half a day
    incident("C1", "2025-11-20 08:00", problem="C"),
    incident("C2", "2025-11-28 08:00", "open", problem="C"),
]  # fmt: skip


def test_permanent_endings_by_hand(tmp_path):
    with by_hand(tmp_path, incidents=ENDINGS) as store:
        figure = figures(store, "permanent_endings_share", params("2025-10-01", "2026-01-01", NOW))
        rows = store.run("rows/permanent_endings", params("2025-10-01", "2026-01-01", NOW)).rows
    # Counted: A2 (99.8, back), A3 (223.5), B2 (9.8, back), B3 (17.8, back), B5 (29.5). Five at risk at 9.8, four at 17.8:
    # 4/5 * 3/4 = 0.6; nothing else came back within 90 days.
    assert figure == {
        "value": pytest.approx(0.6), "n": 5, "open": 2, "came_back": 3, "issues": 2,
        "left_out_before_the_first_return": 3, "left_out_still_open": 1, "left_out_no_resolve_time": 1,
    }  # fmt: skip
    kept = {row["incident_id"]: row["contributes"] for row in rows if row["left_out"] is None}
    assert kept == {
        "A2": pytest.approx(100 - 4 / 24), "A3": pytest.approx(223.5), "B2": pytest.approx(10 - 4 / 24),
        "B3": pytest.approx(18 - 4 / 24), "B5": pytest.approx(29.5),
    }  # fmt: skip


def test_endings_are_those_of_the_year_up_to_the_windows_end(tmp_path):
    with by_hand(tmp_path, incidents=ENDINGS) as store:
        early = figures(store, "permanent_endings_share", params("2025-01-01", "2025-04-01", NOW))
        late = figures(store, "permanent_endings_share", params("2026-04-01", "2026-07-01", "2026-06-30"))
    assert (early["n"], early["value"]) == (1, 1.0)  # A2 alone: it held its 90 days, and came back later
    assert late["n"] == 1  # B5 alone; everything else was declared over more than a year before


def test_no_share_is_told_while_no_ending_is_old_enough(tmp_path):
    with by_hand(tmp_path, incidents=twice()) as store:
        young = figures(store, "permanent_endings_share", params("2025-04-01", "2025-07-01", "2025-08-01"))
        agreed = {**params("2025-04-01", "2025-07-01", "2025-08-01"), "ended_after_days": 30}
        assert (young["value"], young["n"], young["open"]) == (None, 1, 1)
        assert figures(store, "permanent_endings_share", agreed)["value"] == 1.0


def test_a_return_that_the_filter_hides_still_ends_the_ending(tmp_path):
    moved = incident("I3", "2025-06-20 08:00", service="mail", team="red")
    with by_hand(tmp_path, incidents=[*twice(), moved]) as store:
        asked = params("2025-10-01", "2026-01-01", NOW)
        for chosen in ({"services": ["api"]}, {"services": ["mail"]}, {"teams": ["red"]}):
            row = store.run("lists/chronic_issues", {**asked, **chosen}).one()
            assert (row["incidents"], row["repeats"]) == (3, 2)
            assert figures(store, "permanent_endings_share", {**asked, **chosen})["n"] == 2
        assert store.run("lists/chronic_issues", {**asked, "services": ["search"]}).rows == []
        assert store.run("lists/chronic_issues", {**asked, "severities": [1]}).rows == []


def test_what_remediation_achieved_is_counted_from_its_release(tmp_path):
    incidents = [*twice(), incident("I3", "2025-06-30 08:00")]
    changes = [fix("2025-06-12 08:00", "Load test", service="api"), fix("2025-07-02", "PRB7: the root")]
    with by_hand(tmp_path, incidents=incidents, changes=changes) as store:
        figure = figures(store, "remediation_holding_share", params("2025-10-01", "2026-01-01", NOW))
        rows = store.run("rows/remediation_holding", params("2025-10-01", "2026-01-01", NOW)).rows
    assert (figure["value"], figure["n"], figure["open"], figure["came_back"]) == (0.5, 2, 1, 1)
    assert [(r["work_id"], r["work_tie"], r["contributes"]) for r in rows] == [
        ("C-2025-07-02", "names the issue", 152), ("C-2025-06-12 08:00", "same service", 18),
    ]  # fmt: skip


def test_without_released_work_there_is_no_figure_for_it(tmp_path):
    with by_hand(tmp_path, incidents=ENDINGS) as store:
        figure = figures(store, "remediation_holding_share", params("2025-10-01", "2026-01-01", NOW))
    assert (figure["value"], figure["n"]) == (None, 0)


# What an issue costs, whom it hit, what they said


def test_costs_are_those_of_the_year_and_the_order_is_customer_hours(tmp_path):
    incidents = [
        incident("A1", "2024-06-01 00:00", problem="A", customers_affected=9999),
        incident("A2", "2024-06-02 00:00", problem="A", customers_affected=9999),
        incident("A3", "2025-11-01 00:00", "2025-11-01 02:00", problem="A", repeat_of="A2", customers_affected=10),
        incident("B1", "2025-10-01 00:00", "2025-10-01 03:00", problem="B"),  # hit two accounts, by record and ticket
        incident("B2", "2025-10-02 00:00", "2025-10-02 10:00", problem="B"),  # nobody knows whom
        incident("D1", "2025-10-01 00:00", "2025-10-04 00:00", problem="D"),
        incident("D2", "2025-10-05 00:00", "2025-10-09 00:00", problem="D"),
    ]  # fmt: skip
    tickets = [
        {"ticket_id": "1", "incident_id": "B1", "account_id": "y", "created_at": "2025-10-01",
         "escalated_to_engineering_at": "2025-10-01"},
        {"ticket_id": "2", "incident_id": "B1", "account_id": "x", "created_at": "2025-10-01"},
    ]  # fmt: skip
    with by_hand(
        tmp_path, incidents=incidents, tickets=tickets,
        incident_accounts=[{"incident_id": "B1", "account_id": "x"}],
        accounts=[{"account_id": "x", "annual_value": 100.0}, {"account_id": "y", "annual_value": 50.0}],
    ) as store:  # fmt: skip
        rows = store.run("lists/chronic_issues", params("2025-10-01", "2026-01-01", NOW)).rows
    columns = ("issue_id", "year_customer_hours", "year_customers", "year_minutes", "year_repeats", "year_escalated",
               "accounts", "annual_value")  # fmt: skip
    assert [tuple(row[c] for c in columns) for row in rows] == [
        ("A", 20, 10, 120, 1, 0, 0, None),
        ("B", 6, 2, 780, 1, 1, 2, 150),
        ("D", None, None, 10080, 1, 0, 0, None),
    ]
    assert [sum(row["months"]) for row in rows] == [1, 2, 2]
    assert rows[0]["months"] == [0] * 11 + [1] and rows[1]["trend"] == "more often"


def test_the_story_tells_work_that_came_and_work_that_will(tmp_path):
    with by_hand(
        tmp_path, incidents=[*twice(), incident("I3", "2025-06-30 08:00")],
        changes=[fix("2025-06-20 08:00"), {"change_id": "next", "kind": "remediation", "service": "api"}],
        roadmap=[
            {"item_id": "R1", "title": "Outbox", "service": "api", "released_at": "2025-07-10 08:00",
             "expected_repeat_change": -0.3},
            {"item_id": "R2", "title": "Later", "service": "api", "quarter": "2026-Q1"},
            {"item_id": "R3", "title": "Elsewhere", "service": "mail", "quarter": "2026-Q1"},
        ],
        postmortems=[{"incident_id": "I2", "published_at": "2025-06-13", "actions_total": 4, "actions_done": 3}],
    ) as store:  # fmt: skip
        asked = {**params("2025-10-01", "2026-01-01", "2025-07-20 08:00"), "issue_id": "PRB7"}
        rows = store.run("lists/chronic_work", asked).rows
    told = [
        (r["kind"], r["work_id"], r["is_fix"], r["came_back"], r["days_quiet"], r["planned_for"])
        for r in rows
    ]
    assert told == [
        ("postmortem", "I2", False, None, None, None),
        ("change", "C-2025-06-20 08:00", True, True, 10, None),
        ("roadmap", "R1", True, False, 10, None),
        ("change", "next", False, None, None, "no date"),
        ("roadmap", "R2", False, None, None, "2026-Q1"),
    ]
    assert (rows[0]["actions_done"], rows[0]["actions_total"]) == (3, 4)


def customers(folder: Path) -> Any:
    answers = [
        ("before", "2025-05-20", 9, "x", None), ("too early", "2024-05-31", 9, "x", None),
        ("after", "2025-06-05", 2, "x", "Acme Ltd here: write to ana@acme.example or +49 30 1234567. It broke again!"),
        ("again", "2025-06-06", 1, "x", "It broke again"), ("same", "2025-06-07", 1, "x", "it broke again "),
        ("late", "2025-08-30", 3, "x", "Long after"), ("untouched", "2025-06-05", 0, "z", "Not hit"),
        ("no score", "2025-06-05", 11, "x", "Out of range"),
    ]  # fmt: skip
    return by_hand(
        folder, incidents=twice(),
        incident_accounts=[{"incident_id": "I1", "account_id": "x"}],
        tickets=[{"ticket_id": "1", "incident_id": "I2", "account_id": "y", "created_at": "2025-06-10"}],
        accounts=[{"account_id": "x", "name": "Acme Ltd", "annual_value": 500.0}, {"account_id": "y", "annual_value": 900.0}],
        nps_responses=[
            {"response_id": name, "responded_at": at, "score": score, "account_id": account, "comment": comment}
            for name, at, score, account, comment in answers
        ],
    )  # fmt: skip


def test_answers_of_the_accounts_hit_are_told_before_and_after(tmp_path):
    with customers(tmp_path) as store:
        rows = store.run("lists/chronic/chronic_nps", {**params("2025-10-01", NOW), "issue_id": "PRB7"}).rows
    assert [(r["side"], r["response_id"]) for r in rows] == [
        ("before", "before"), ("after", "after"), ("after", "again"), ("after", "same"), ("after", "late"),
    ]  # fmt: skip


def test_words_are_those_soon_after_an_incident_and_name_nobody(tmp_path):
    with customers(tmp_path) as store:
        rows = store.run(
            "lists/chronic/chronic_comments", {**params("2025-10-01", NOW), "issue_id": "PRB7"}
        ).rows
    assert [(r["score"], r["comment"]) for r in rows] == [
        (1, "it broke again "), (2, "[customer] here: write to [address] or [number]. It broke again!"),
    ]  # fmt: skip


def test_accounts_hit_stand_by_their_value_with_their_last_score(tmp_path):
    with customers(tmp_path) as store:
        rows = store.run(
            "lists/chronic/chronic_accounts", {**params("2025-10-01", NOW), "issue_id": "PRB7"}
        ).rows
    assert [(r["account_id"], r["annual_value"], r["incidents"], r["last_score"]) for r in rows] == [
        ("y", 900, 1, None), ("x", 500, 1, 3),
    ]  # fmt: skip


# Escalations that run


def test_escalations_that_run_are_told_with_their_age_whenever_they_began(tmp_path):
    incidents = [
        incident("first", "2025-05-01 00:00"),
        incident("waits", "2025-05-02 00:00", "open", repeat_of="first"),
        incident("escalated", "2025-11-30 20:00", "open", repeat_of="first"),
        incident("over", "2025-11-30 20:00", repeat_of="first"),
        incident("no ticket", "2025-11-30 20:00", "open", repeat_of="first"),
    ]
    tickets = [
        {"ticket_id": "1", "incident_id": "waits", "created_at": "2025-05-03 00:00"},
        {"ticket_id": "2", "incident_id": "escalated", "created_at": "2025-11-30 21:00",
         "escalated_to_engineering_at": "2025-11-30 22:00"},
        {"ticket_id": "3", "incident_id": "over", "created_at": "2025-11-30 21:00"},
    ]  # fmt: skip
    with by_hand(tmp_path, incidents=incidents, tickets=tickets) as store:
        rows = store.run("lists/chronic/escalations_running", params("2025-10-01", "2026-01-01", NOW)).rows
    assert [(r["waits_for"], r["incident_id"], r["age_hours"]) for r in rows] == [
        ("engineering lead", "waits", 212 * 24), ("executive", "escalated", 4),
    ]  # fmt: skip
