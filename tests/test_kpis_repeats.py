"""Repeats and escalations: each repeat once, whatever the window or filter shows of the one before."""

from pathlib import Path

import pytest

from tests.warehouse_by_hand import by_hand, figures, params, scope, steps

Q3 = params("2025-07-01", "2025-10-01")
ROWS = {**Q3, "executive_hours": 6.0, "limit": 100}

INCIDENTS = [
    # The first of the problem lies in the quarter before, and in another service.
    {"incident_id": "first", "problem_id": "P", "opened_at": "2025-06-25", "service": "mail"},
    {
        "incident_id": "over the edge",
        "problem_id": "P",
        "opened_at": "2025-07-10",
        "service": "api",
        "severity": 1,
    },
    {
        "incident_id": "again",
        "problem_id": "P",
        "opened_at": "2025-07-20",
        "service": "api",
        "repeat_of": "first",
    },
    {"incident_id": "too late", "problem_id": "P", "opened_at": "2025-09-01", "service": "api"},
    {"incident_id": "flagged", "opened_at": "2025-09-02", "service": "mail", "status": "open"},
    {"incident_id": "new", "opened_at": "2025-09-03", "service": "mail"},
]
TICKETS = [
    {"ticket_id": "1", "incident_id": "over the edge", "created_at": "2025-07-10 02:00",
     "escalated_to_engineering_at": "2025-07-10 12:00", "escalated_to_executive_at": "2025-07-10 06:00"},
    {"ticket_id": "2", "incident_id": "over the edge", "created_at": "2025-07-10 01:00"},
    {"ticket_id": "3", "incident_id": "again", "created_at": "2025-07-20 03:00",
     "escalated_to_engineering_at": "2025-07-20 08:00", "escalated_to_executive_at": "2025-07-22"},
    {"ticket_id": "4", "incident_id": "flagged", "created_at": "2025-09-02 01:00", "repeat_flag": True},
    {"ticket_id": "5", "incident_id": "new", "created_at": "2025-09-03 01:00",
     "escalated_to_engineering_at": "2025-09-03 02:00"},
    {"ticket_id": "6", "created_at": "2025-09-30", "repeat_flag": True, "escalated_to_engineering_at": "2025-09-30"},
]  # fmt: skip


def test_the_one_before_may_lie_outside_the_window_and_the_filter(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=TICKETS) as store:
        quarter = figures(store, "repeat_incidents", Q3)
        api = figures(store, "repeat_incidents", {**Q3, "services": ["api"]})
        share = figures(store, "repeat_share", Q3)
    assert quarter == {
        "value": 3, "n": 3, "open": 3, "by_link": 1, "by_problem": 1, "by_ticket": 1, "by_person": 0, "linked": 3,
        "incidents": 5, "repeats": 3, "escalations": 3, "repeat_escalations": 2,
    }  # fmt: skip
    assert api["value"] == 2
    assert (share["value"], share["n"], share["numerator"], share["denominator"]) == (
        pytest.approx(0.6),
        5,
        3,
        5,
    )


def test_a_repeat_is_escalated_when_one_of_its_tickets_is(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=TICKETS) as store:
        figure = figures(store, "repeat_escalations", Q3)
        before = figures(store, "repeat_escalations", params("2025-07-01", "2025-10-01", "2025-07-20 07:59"))
    assert figure == {
        "value": 2, "n": 2, "open": 2, "repeats": 3, "escalations": 3, "by_ticket": 1, "linked": 3, "incidents": 5,
        "repeat_escalations": 2,
    }  # fmt: skip
    assert before["value"] == 1


def test_without_tickets_there_is_no_figure_for_escalations(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        assert figures(store, "repeat_incidents", Q3)["value"] == 2
        assert figures(store, "repeat_escalations", Q3)["value"] is None


def test_tickets_that_never_record_an_escalation_do_not_make_zero(tmp_path: Path) -> None:
    tickets = [{"ticket_id": "1", "incident_id": "again", "created_at": "2025-07-20"}]
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=tickets) as store:
        assert figures(store, "repeat_escalations", Q3)["value"] is None


def test_escalations_recorded_elsewhere_make_zero_a_figure(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=TICKETS) as store:
        assert figures(store, "repeat_escalations", params("2025-08-01", "2025-10-01"))["value"] == 0
        assert figures(store, "repeat_escalations", params("2024-01-01", "2024-04-01"))["value"] is None


def test_incidents_that_say_nothing_of_repeats_do_not_make_zero(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=[{"incident_id": "A", "opened_at": "2025-08-01"}]) as store:
        assert figures(store, "repeat_incidents", Q3)["value"] is None
        assert figures(store, "repeat_share", Q3)["value"] is None


def test_tools_that_never_name_a_repeat_make_no_zero_and_stay_out_of_the_share(tmp_path: Path) -> None:
    silent = [
        {"source": "status page", "incident_id": f"S{n}", "opened_at": f"2025-08-1{n}"} for n in range(4)
    ]
    with by_hand(tmp_path, incidents=[*INCIDENTS, *silent], tickets=TICKETS) as store:
        share = figures(store, "repeat_share", Q3)
        days_of_silence = params("2025-08-01", "2025-08-20")
        silence = [
            figures(store, k, days_of_silence)["value"] for k in ("repeat_incidents", "repeat_escalations")
        ]
        july, august, _ = steps(scope(store, "2025-07-01", "2025-10-01"), "repeat_incidents")
    assert (share["value"], share["n"], share["left_out_source_tells_no_repeats"]) == (
        pytest.approx(0.6),
        5,
        4,
    )
    assert silence == [None, None]
    assert (july["value"], july["n"]) == (2, 2)
    assert (august["value"], august["n"]) == (None, 0)


def test_hours_to_engineering_run_from_the_first_ticket(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=TICKETS) as store:
        figure = figures(store, "escalation_to_engineering_hours_mean", Q3)
    # 01:00 (the earlier ticket) to 12:00 is 11 h, 03:00 to 08:00 is 5 h, each 3 h from 8: the root of 9 + 9 over 2 - 1;
    # "flagged" is open and waits
    assert figure == {
        "value": 8, "n": 2, "open": 1, "deviation": pytest.approx(18**0.5),
        "left_out_no_ticket": 0, "left_out_not_escalated": 0, "left_out_reversed_times": 0,
    }  # fmt: skip


def test_one_that_reached_engineering_at_once_waited_for_nothing(tmp_path: Path) -> None:
    at = "2025-08-01 10:00"
    repeats = [{"incident_id": f"{h}", "opened_at": at, "repeat_of": "elsewhere"} for h in (0, 3, 6)]
    tickets = [
        {"ticket_id": f"T{h}", "incident_id": f"{h}", "created_at": at,
         "escalated_to_engineering_at": f"2025-08-01 {10 + h}:00"}
        for h in (0, 3, 6)
    ]  # fmt: skip
    with by_hand(tmp_path, incidents=repeats, tickets=tickets) as store:
        spread = figures(store, "escalation_to_engineering_hours_mean", Q3)
    with by_hand(tmp_path, incidents=repeats[:1], tickets=tickets[:1]) as store:
        alone = figures(store, "escalation_to_engineering_hours_mean", Q3)
    # 3 h off, 0 and 3: the root of 18 over 2.
    assert (spread["value"], spread["n"], spread["deviation"]) == (3, 3, pytest.approx(3))
    assert (alone["value"], alone["n"], alone["left_out_reversed_times"]) == (0, 1, 0)


def test_what_cannot_be_in_the_mean_is_counted(tmp_path: Path) -> None:
    repeat = {"opened_at": "2025-08-01", "repeat_of": "elsewhere"}
    with by_hand(
        tmp_path,
        incidents=[
            {**repeat, "incident_id": "no ticket"},
            {**repeat, "incident_id": "over", "resolved_at": "2025-08-02"},
            {**repeat, "incident_id": "backwards"},
        ],
        tickets=[
            {"ticket_id": "1", "incident_id": "over", "created_at": "2025-08-01"},
            {"ticket_id": "2", "incident_id": "backwards", "created_at": "2025-08-01 10:00",
             "escalated_to_engineering_at": "2025-08-01 09:00"},
        ],
    ) as store:  # fmt: skip
        figure = figures(store, "escalation_to_engineering_hours_mean", Q3)
    assert figure == {
        "value": None, "n": 0, "open": 0, "deviation": None,
        "left_out_no_ticket": 1, "left_out_not_escalated": 1, "left_out_reversed_times": 1,
    }  # fmt: skip


def test_a_repeat_must_reach_an_executive_in_time(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=TICKETS) as store:
        figure = figures(store, "escalation_to_executive_within_target_share", Q3)
        strict = figures(
            store, "escalation_to_executive_within_target_share", {**Q3, "executive_hours": 5.99}
        )
        early = params("2025-07-01", "2025-10-01", "2025-07-10 05:00")
        young = figures(store, "escalation_to_executive_within_target_share", early)
        late = params("2025-07-15", "2025-10-01", "2025-07-20 09:00")
        waiting = figures(store, "escalation_to_executive_within_target_share", late)
    # after exactly 6 h: in time; after two days: late; "flagged" never: the duty was not done
    assert figure == {
        "value": pytest.approx(1 / 3), "n": 3, "open": 0, "numerator": 1, "denominator": 3,
        "left_out_not_recorded": 0, "left_out_reversed_times": 0,
    }  # fmt: skip
    assert strict["value"] == 0
    # five hours old
    assert (young["value"], young["n"], young["open"], young["left_out_not_recorded"]) == (None, 0, 1, 0)
    # escalated to engineering an hour ago, nine hours old, no executive: missed
    assert (waiting["value"], waiting["n"]) == (0, 1)


def test_a_support_tool_that_never_records_an_executive_says_nothing_of_the_duty(tmp_path: Path) -> None:
    # "again" and "flagged" are known to another tool, which only says when engineering was asked.
    tickets = [
        {**t, "source": "desk" if t["ticket_id"] in "12" else "mail room", "escalated_to_executive_at": at}
        for t in TICKETS
        for at in [t.get("escalated_to_executive_at") if t["ticket_id"] == "1" else None]
    ]
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=tickets) as store:
        figure = figures(store, "escalation_to_executive_within_target_share", Q3)
        rows = {r["incident_id"]: r["left_out"] for r in store.run("rows/escalation_to_executive", ROWS)}
    assert (figure["value"], figure["n"], figure["left_out_not_recorded"]) == (1, 1, 2)
    assert rows == {"over the edge": None, "again": "not recorded", "flagged": "not recorded"}


def test_a_young_repeat_is_undecided(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS, tickets=TICKETS) as store:
        four_hours_old = params("2025-07-15", "2025-10-01", "2025-07-20 08:30")
        wide = {**four_hours_old, "executive_hours": 24.0}
        figure = figures(store, "escalation_to_executive_within_target_share", wide)
    assert (figure["value"], figure["n"], figure["open"]) == (None, 0, 1)


def test_chronic_issues_are_covered_by_their_own_runbook_or_their_services(tmp_path: Path) -> None:
    def twice(problem: str | None, service: str) -> list[dict[str, object]]:
        return [
            {
                "incident_id": f"{problem}-{day}",
                "problem_id": problem,
                "service": service,
                "opened_at": f"2025-08-{day}",
            }
            for day in ("01", "02", "03")
        ]

    with by_hand(
        tmp_path,
        incidents=[
            *twice("own", "api"),
            *twice("service", "mail"),
            *twice("none", "api"),
            *twice("too new", "api"),
            {
                "incident_id": "no problem",
                "repeat_of": "own-01",
                "service": "mail",
                "opened_at": "2025-08-04",
            },
            {"incident_id": "came once", "problem_id": "once", "service": "api", "opened_at": "2025-08-04"},
        ],
        runbooks=[
            {"problem_id": "own", "updated_at": "2025-01-01"},
            {"service": "mail"},
            {"problem_id": "too new", "updated_at": "2025-12-01"},
            {"problem_id": "other", "service": "api"},
        ],
    ) as store:
        figure = figures(store, "runbook_coverage_share", Q3)
        nothing_came_back = figures(store, "runbook_coverage_share", params("2025-08-05", "2025-10-01"))
    rows = {"incidents": twice("own", "api"), "runbooks": [{"problem_id": "own", "updated_at": "2025-09-01"}]}
    with by_hand(tmp_path, **rows) as store:
        just, before = (
            figures(store, "runbook_coverage_share", params("2025-07-01", "2025-10-01", at))["value"]
            for at in ("2025-09-01", "2025-08-31 23:59:59")
        )
    assert (just, before) == (1, None)
    assert figure == {
        "value": 0.5, "n": 4, "open": 0, "numerator": 2, "denominator": 4, "left_out_no_problem_id": 1,
        "failed": ["none", "too new"],
    }  # fmt: skip
    assert nothing_came_back["value"] is None


def test_without_a_single_runbook_there_is_no_figure(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        figure = figures(store, "runbook_coverage_share", Q3)
    assert (figure["value"], figure["n"]) == (None, 1)


def test_a_chronic_issue_has_ended_only_while_it_stays_away(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[{**row, "resolved_at": "2025-09-20", "customers_affected": 5} for row in INCIDENTS],
        tickets=TICKETS,
        incident_accounts=[
            {"incident_id": "first", "account_id": "C1"},
            {"incident_id": "again", "account_id": "C1"},
        ],
    ) as store:
        thirty_days = {"ended_after_days": 30}
        now = store.run(
            "lists/chronic_issues", {**params("2025-07-01", "2025-10-01", "2025-10-19 23:00"), **thirty_days}
        ).one()
        later = store.run(
            "lists/chronic_issues", {**params("2025-07-01", "2025-10-01", "2025-10-20"), **thirty_days}
        ).one()
        history = store.run("lists/chronic/chronic_history", {**Q3, "issue_id": "P"}).rows
    assert (now["issue_id"], now["incidents"], now["repeats"], now["in_window"]) == ("P", 4, 2, 3)
    assert (now["held_days"], now["state"]) == (pytest.approx(30 - 1 / 24), "recurring"), (
        "resolved on 20 September"
    )
    assert (later["held_days"], later["state"]) == (30, "ended")
    assert (now["accounts"], now["tickets"], now["year_customers"], now["escalated"]) == (1, 3, 20, 2)
    assert [(h["incident_id"], h["days_since_previous"]) for h in history] == [
        ("first", None), ("over the edge", 15), ("again", 10), ("too late", 43),
    ]  # fmt: skip
