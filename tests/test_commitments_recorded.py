"""More than a fifth of the records without what a figure needs means "cannot tell: not recorded", whatever it needs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.commitments import CommitmentStatus
from reliability.commitments.verdict import Verdict
from tests.promises_by_hand import ZERO, Goal, Rows, incident, judged, late_record, promise, spread

MEAN = "escalation_to_engineering_hours_mean"
FIRST = incident(1, ZERO, severity=3)
LAST_TICKET = {"ticket_id": "last", "created_at": datetime(2025, 11, 30, tzinfo=UTC)}


def repeats(first: int, n: int, day: float, hours: float | None, ticket: bool = True) -> dict[str, Rows]:
    """Repeats of the 90 days from a day on; hours: until engineering was asked, None for never."""
    rows = spread(first, n, day, day + 90, minutes=500, repeat_of="I1", problem_id="P1")
    tickets: Rows = []
    for row in rows if ticket else ():
        at = row["opened_at"]
        asked = {} if hours is None else {"escalated_to_engineering_at": at + timedelta(hours=hours)}
        tickets.append(
            {
                "ticket_id": f"T{row['incident_id']}",
                "incident_id": row["incident_id"],
                "created_at": at,
                **asked,
            }
        )
    return {"incidents": rows, "tickets": tickets}


def together(*parts: dict[str, Rows]) -> dict[str, Rows]:
    rows = [row for part in parts for row in part["incidents"]]
    tickets = [row for part in parts for row in part["tickets"]]
    return {"incidents": [FIRST, *rows, *late_record()], "tickets": [*tickets, LAST_TICKET]}


def test_one_that_was_escalated_beside_nine_that_never_were_is_not_no_data(tmp_path: Path) -> None:
    tables = together(repeats(500, 1, 180, 5.0), repeats(600, 9, 180, None))
    found = judged(tmp_path, promise(MEAN, Goal(at_most=8), baseline=None), **tables)
    assert (found.verdict, found.sentence) == (Verdict.NOT_RECORDED, "9 of 10 records do not say it.")
    one = judged(
        tmp_path, promise(MEAN, Goal(at_most=8), baseline=None), **together(repeats(500, 1, 180, 5.0))
    )
    assert (one.verdict, one.sentence) == (Verdict.NO_DATA, "Too few values.")


def test_a_mean_whose_baseline_says_nothing_is_not_no_data(tmp_path: Path) -> None:
    tables = together(repeats(100, 9, 60, None), repeats(500, 10, 180, 5.0))
    found = judged(tmp_path, promise(MEAN, Goal(change=-0.3)), **tables)
    assert found.verdict is Verdict.NOT_RECORDED
    assert found.sentence == "None of 9 records of the baseline says it."


def test_a_share_whose_baseline_says_nothing_is_not_no_data(tmp_path: Path) -> None:
    def fired(first: int, day: int, actionable: bool | None) -> Rows:
        return [
            {"alert_id": f"L{first + i}", "fired_at": ZERO + timedelta(days=day + 3 * i), "actionable": actionable}
            for i in range(20)
        ]  # fmt: skip

    rise = promise("alert_actionable_share", Goal(change=0.5))
    last = [{"alert_id": "last", "fired_at": ZERO + timedelta(days=333), "actionable": True}]
    found = judged(tmp_path, rise, alerts=[*fired(0, 60, None), *fired(100, 190, True), *last])
    assert found.verdict is Verdict.NOT_RECORDED
    assert found.sentence == "None of 20 records of the baseline says it."
    none = judged(tmp_path, rise, alerts=[*fired(100, 190, True), *last, {**last[0], "alert_id": "first", "fired_at": ZERO - timedelta(days=1)}])  # fmt: skip
    assert none.verdict is Verdict.NO_DATA


def change(name: str, day: float, **more: Any) -> dict[str, Any]:
    at = ZERO + timedelta(days=day)
    row = {"change_id": name, "merged_at": at, "service": "a", "slo_impact_statement": True}
    return {**row, "reliability_signoff_by": "Ana", **more}


def changes(silent: int) -> dict[str, Rows]:
    signed = [
        change(f"C{i}", 190 + i, reliability_signoff_at=ZERO + timedelta(days=189 + i)) for i in range(20)
    ]
    return {
        "changes": [
            change("first", -1),
            *signed,
            *(change(f"S{i}", 215 + i) for i in range(silent)),
            change("last", 333),
        ]
    }


def reclassified(silent: int) -> dict[str, Rows]:
    known = spread(500, 20, 180, 270, severity=2, severity_first=2)
    return {"incidents": [FIRST, *known, *spread(700, silent, 180, 270), *late_record()]}


def without_problem(silent: int) -> dict[str, Rows]:
    rows = [row | {"problem_id": f"P{i}"} for i, row in enumerate(spread(500, 20, 185, 270, repeat_of="I1"))]
    more = spread(700, silent, 185, 270, repeat_of="I500")
    return {
        "incidents": [FIRST, *rows, *more, *late_record()],
        "runbooks": [{"problem_id": f"P{i}", "updated_at": ZERO} for i in range(20)],
    }


def one_tool_that_tells_nothing(silent: int) -> dict[str, Rows]:
    told = spread(500, 20, 180, 270, problem_id="P1")
    other = [{**row, "source": "mute"} for row in spread(700, silent, 180, 270)]
    return {"incidents": [{**FIRST, "problem_id": "P0"}, *told, *other, *late_record()]}


def engaged(silent: int) -> dict[str, Rows]:
    rows = spread(500, 20 + silent, 180, 270)
    for i, row in enumerate(rows):
        at = row["opened_at"]
        row |= {"detected_at": at, "engaged_at": at + timedelta(minutes=5)}
        if i >= 20:
            row |= {"day_only": ["detected_at", "engaged_at"]}
    return {"incidents": [FIRST, *rows, *late_record()]}


def unresolved(silent: int) -> dict[str, Rows]:
    """Postmortems in time for 20 Sev1; for others nobody knows from when on they were due."""
    rows = spread(500, 20, 180, 265)
    open_ended = [
        row | {"status": "closed", "resolved_at": None} for row in spread(700, silent, 180, 265, minutes=None)
    ]
    postmortems = [
        {
            "incident_id": row["incident_id"],
            "published_at": row["resolved_at"] + timedelta(hours=10),
            "blameless": True,
        }
        for row in rows
    ]
    old = {"incident_id": "old", "published_at": ZERO}
    return {"incidents": [FIRST, *rows, *open_ended, *late_record()], "postmortems": [*postmortems, old]}


def endings(silent: int) -> dict[str, Rows]:
    """Ten issues that came back once and stayed away; others whose second end nobody wrote down."""

    def issue(number: int, ends: bool) -> Rows:
        first = 20 + number
        again = incident(5001 + 10 * number, ZERO + timedelta(days=first + 21), problem_id=f"P{number}")
        if not ends:
            again |= {"resolved_at": None, "status": "closed"}
        return [
            incident(5000 + 10 * number, ZERO + timedelta(days=first), problem_id=f"P{number}"),
            again,
        ]

    rows = [row for number in range(20 + silent) for row in issue(number, number < 20)]
    return {"incidents": [FIRST, *rows, *late_record()]}


def no_ticket(silent: int) -> dict[str, Rows]:
    return together(repeats(500, 20, 180, 5.0), repeats(700, silent, 180, None, ticket=False))


@pytest.mark.parametrize(
    ("kpi", "goal", "reason", "tables"),
    [
        ("core_change_compliance_share", Goal(at_least=1.0), "sign off time unknown", changes),
        ("reclassified_incidents", Goal(at_most=30), "no history", reclassified),
        ("runbook_coverage_share", Goal(at_least=1.0), "no problem id", without_problem),
        ("repeat_share", Goal(at_most=0.99), "source tells no repeats", one_tool_that_tells_nothing),
        ("engaged_within_target_share", Goal(at_least=0.5), "day only", engaged),
        ("postmortem_on_time_share", Goal(at_least=1.0), "no resolve time", unresolved),
        ("permanent_endings_share", Goal(at_least=0.5), "no resolve time", endings),
    ],
)
def test_each_stamp_or_label_that_is_missing_counts(tmp_path: Path, kpi, goal, reason, tables) -> None:
    def found(silent: int) -> CommitmentStatus:
        (tmp_path / str(silent)).mkdir()
        return judged(tmp_path / str(silent), promise(kpi, goal, baseline=None), **tables(silent))

    few, many = found(5), found(6)  # 5 of 25 are a fifth, 6 of 26 more
    assert few.verdict.reached, few.sentence
    assert few.left_out.get(reason, 5) == 5
    assert many.verdict is Verdict.NOT_RECORDED, many.sentence
    assert many.left_out[reason] == 6
    assert "records" in many.sentence


def test_a_count_over_its_limit_stays_over_it_whatever_was_not_recorded(tmp_path: Path) -> None:
    known = spread(500, 20, 180, 270, severity=2, severity_first=3)
    rows = [FIRST, *known, *spread(700, 20, 180, 270), *late_record()]
    found = judged(
        tmp_path, promise("reclassified_incidents", Goal(at_most=5), baseline=None), incidents=rows
    )
    assert (found.verdict, found.n) == (Verdict.MISSED, 20)


def test_a_repeat_without_a_ticket_had_no_wait_from_support_on(tmp_path: Path) -> None:
    found = judged(tmp_path, promise(MEAN, Goal(at_most=8), baseline=None), **no_ticket(20))
    assert (found.verdict, found.left_out["no ticket"]) == (Verdict.MET, 20)


@pytest.mark.parametrize(
    ("goal", "word"), [(Goal(at_most=30), Verdict.MET), (Goal(change=-0.1), Verdict.NOT_RECORDED)]
)
def test_a_fixed_number_needs_no_baseline_that_says_it(tmp_path: Path, goal: Goal, word: Verdict) -> None:
    rows = [
        *spread(100, 30, 0, 180),
        *spread(300, 5, 0, 180, severity_first=2),
        *reclassified(0)["incidents"],
    ]
    assert judged(tmp_path, promise("reclassified_incidents", goal), incidents=rows).verdict is word
