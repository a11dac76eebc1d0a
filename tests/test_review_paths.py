"""Glide paths of promises: the allowance, the way to it, and what is read off the chart. Values worked out by hand."""

from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reliability.commitments import commitment_status
from reliability.commitments.coverage import Covered, Gap
from reliability.commitments.evidence import Evidence
from reliability.model import Chart, Filters
from reliability.review import past, paths
from reliability.review.scope import Scope
from reliability.settings import Commitment, Goal, Organisation, Settings
from reliability.settings.periods import Window, quarter_of
from reliability.statistics.intervals import wilson
from tests.promises_by_hand import LATER, QUIET, counts, durations, late_record, promise
from tests.test_commitments_holding import issues
from tests.warehouse_by_hand import by_hand, params

START = datetime(2025, 6, 30, tzinfo=UTC)
FEWER = promise("p1_incidents", Goal(change=-0.40))


@contextmanager
def seen(folder: Path, commitment: Commitment, as_of: str = LATER, **tables):
    settings = Settings(organisation=Organisation(time_zone="UTC"), commitments=(commitment,))
    at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with by_hand(folder, {"as_of": as_of, **QUIET}, **tables) as store:
        scope = Scope(store, settings, quarter_of(at, settings, at), Filters())
        yield scope, commitment_status(commitment, Evidence(store, settings, at))


def drawn(folder: Path, commitment: Commitment, as_of: str = LATER, **tables) -> Chart:
    with seen(folder, commitment, as_of, **tables) as (scope, status):
        chart = paths.path(commitment, status, scope)
    assert chart is not None
    return chart


def line(chart: Chart, role: str):
    return next(line for line in chart.lines if line.role == role)


def test_a_count_is_added_up_against_the_straight_line_to_its_allowance(tmp_path: Path) -> None:
    # 60 P1s in 180 days are 30 in 90; 40 % fewer are 18. One P1 each 7.5 days: 6 in 45 days, where the path is at 9.
    chart = drawn(tmp_path, FEWER, "2025-08-14", incidents=counts(60, 12))
    assert chart.title == "3 under the path, 12 of 18 left"
    main, goal, was = line(chart, "main"), line(chart, "goal"), line(chart, "was")
    assert (main.points[0].value, main.points[-1].value) == (0.0, 6.0)
    assert [(p.at - START, p.value) for p in goal.points] == [(timedelta(0), 0.0), (timedelta(days=90), 18.0)]
    assert was.points[-1].value == pytest.approx(30.0)
    assert [mark.label for mark in chart.marks] == ["as of 14 Aug", "deadline 27 Sep"]
    assert chart.query == "kpis/p1_incidents"


def test_a_passed_allowance_names_the_day(tmp_path: Path) -> None:
    # 15 in 90 days before, so 9 are allowed; the tenth of 12 comes 71.25 days after 30 June.
    chart = drawn(tmp_path, FEWER, incidents=counts(30, 12))
    assert chart.title == "The allowance of 9 was passed by 9 Sep 2025"
    assert [mark.label for mark in chart.marks] == ["deadline 27 Sep"]


def test_a_finished_count_says_what_was_left(tmp_path: Path) -> None:
    assert (
        drawn(tmp_path, FEWER, incidents=counts(60, 12)).title
        == "6 of the 18 allowed were left at the deadline"
    )
    assert drawn(tmp_path, FEWER, incidents=counts(60, 18)).title == "All 18 allowed were used, none beyond"


def test_a_rate_by_the_deadline_allows_more_at_first(tmp_path: Path) -> None:
    # The rate falls from 1 to 0.6 in a straight line: 0.8 of 30 in all, and 0.45 of 30 by half time.
    bending = replace(FEWER, shape="rate by deadline")
    with seen(tmp_path, bending, "2025-08-14", incidents=counts(60, 12)) as (_, status):
        assert status.allowed == 24
        assert paths.planned(bending, status, 0.5) == pytest.approx(13.5)
        assert paths.planned(bending, status, 1.0) == pytest.approx(24.0)


def test_a_count_of_chosen_severities_is_added_up_day_by_day_with_its_own_filters(tmp_path: Path) -> None:
    chosen = replace(FEWER, kpi="incidents", filters=Filters(severities=(1,)))
    chart = drawn(tmp_path, chosen, "2025-08-14", incidents=counts(60, 12))
    # At 3.75, 11.25, 18.75, 26.25, 33.75 and 41.25 days.
    values = [p.value for p in line(chart, "main").points]
    assert (len(values), values[0], values[-1]) == (46, 0, 6)
    assert [values.index(n) for n in range(1, 7)] == [4, 12, 19, 27, 34, 42]
    assert chart.query == "kpis/incidents"


def test_a_median_goes_from_the_baseline_to_the_goal_on_a_log_scale(tmp_path: Path) -> None:
    shorter = promise("time_to_recover_median", Goal(change=-0.30))
    chart = drawn(tmp_path, shorter, incidents=durations([100] * 20, [50] * 18))
    assert chart.scale == "log"
    assert chart.title == "50\xa0min, within the goal of 1\xa0h\xa010\xa0min; so is the whole range"
    assert [p.value for p in line(chart, "goal").points] == pytest.approx([100.0, 70.0])
    assert {p.value for p in line(chart, "main").points} == {50.0}
    assert line(chart, "main").points[-1].low == 50.0
    assert line(chart, "main").points[-1].at == START + timedelta(days=90)


def test_a_running_median_is_held_against_the_path_not_the_goal(tmp_path: Path) -> None:
    # Half way on a log scale from 100 to 70 is the square root of 7000: 84 minutes.
    shorter = promise("time_to_recover_median", Goal(change=-0.30))
    chart = drawn(tmp_path, shorter, "2025-08-14", incidents=durations([100] * 20, [80] * 18))
    assert chart.title.startswith("1\xa0h\xa020\xa0min, within the path (1\xa0h\xa024\xa0min by now)")
    assert line(chart, "main").points[-1].partial


def test_the_points_of_a_median_are_those_of_its_query(store) -> None:
    from reliability.settings import load_settings
    from tests.conftest import ROOT

    settings = load_settings(ROOT / "data")
    at = datetime(2025, 10, 1, 12, tzinfo=UTC)
    scope = Scope(store, settings, quarter_of(at, settings, at), Filters())
    commitment = next(c for c in settings.commitments if c.kpi == "time_to_recover_median")
    status = commitment_status(commitment, Evidence(store, settings, at))
    chart = paths.path(commitment, status, scope)
    assert chart is not None
    for point in line(chart, "main").points:
        row = store.run(
            chart.query,
            {
                **params("2025-01-01", "2025-01-02"),
                "start": status.window.start,
                "end": point.at,
                "as_of": point.at,
            },
        ).one()
        assert (point.value, point.n) == (pytest.approx(row["value"]), row["n"])


def test_a_share_has_its_interval_and_a_level_goal(tmp_path: Path) -> None:
    in_time = promise("engaged_within_target_share", Goal(at_least=0.5))
    rows = counts(20, 10, acknowledged_at=None)
    for i, row in enumerate(rows):
        minutes = 5 if i % 2 else 60
        row["engaged_at"] = row["opened_at"] + timedelta(minutes=minutes)
    chart = drawn(tmp_path, in_time, incidents=rows)
    last = line(chart, "main").points[-1]
    assert last.value == 0.5
    assert (last.low, last.high) == pytest.approx(tuple(wilson(5, 10)))
    assert {p.value for p in line(chart, "goal").points} == {0.5}


def test_a_share_of_endings_has_the_interval_it_is_judged_by(tmp_path: Path) -> None:
    held = promise("permanent_endings_share", Goal(at_least=0.6))
    with seen(tmp_path, held, incidents=[*issues(10, 2), *late_record()]) as (scope, status):
        chart = paths.path(held, status, scope)
    assert chart is not None
    last = line(chart, "main").points[-1]
    assert last.value == pytest.approx(10 / 12)
    assert (last.low, last.high) == pytest.approx(status.interval)


def test_nothing_is_drawn_before_there_is_a_figure(tmp_path: Path) -> None:
    with seen(tmp_path, FEWER, "2025-06-01", incidents=counts(60, 0)) as (scope, status):
        assert paths.path(FEWER, status, scope) is None


def test_the_nps_path_counts_several_answers_of_an_account_as_one_voice(tmp_path: Path) -> None:
    # Two accounts say the same every week: after two weeks each has answered twice.
    answers = [
        {"response_id": f"R{n}", "responded_at": at, "score": score, "account_id": f"C{account}"}
        for n, (at, account, score) in enumerate(
            (f"2025-07-{day:02} 10:00", account, 10 if account < 8 else 0)
            for day in (1, 8)
            for account in range(16)
        )
    ]
    score = promise("nps", Goal(at_least=0))
    with seen(tmp_path, score, "2025-07-16", nps_responses=[*answers]) as (scope, status):
        chart = paths.path(score, status, scope)
    assert chart is not None
    first, second, *_ = line(chart, "main").points
    assert (first.value, first.n, second.value, second.n) == (0, 16, 0, 32)
    # 16 answers, none twice, by the adjusted Wald: 8.75 of 19 up and down, variance 17.5 / 19 / 19.
    assert second.high is not None and first.high == pytest.approx(
        164.48536 * (17.5 / 19 / 19) ** 0.5, abs=1e-3
    )
    # 32 answers of 16 accounts, each 2 from the mean 0: 16/15 * 16 * 4 / 32^2.
    assert second.high == pytest.approx(164.48536 * (16 / 15 * 64 / 1024) ** 0.5, abs=1e-3)


def test_a_promise_is_looked_at_again_at_the_end_of_every_week(tmp_path: Path) -> None:
    with seen(tmp_path, FEWER, "2025-07-20", incidents=counts(60, 12)) as (scope, _):
        looks = past.past(scope.store, scope.settings, FEWER, scope.seen_at)
    assert [look.at.date().isoformat() for look in looks] == ["2025-07-20", "2025-07-14", "2025-07-07"]
    # P1s at 3.75, 11.25 and 18.75 days.
    assert [look.figure for look in looks] == ["3", "2", "1"]
    assert {look.verdict for look in looks} == {"too early to tell"}


def test_a_long_promise_is_looked_at_less_often_and_none_before_it_begins() -> None:
    settings = Settings(organisation=Organisation(time_zone="UTC"))
    long = replace(FEWER, days=730)
    moments = past.moments(long, settings, datetime(2027, 12, 1, tzinfo=UTC))
    assert len(moments) <= past.MOST + 2
    assert past.moments(long, settings, datetime(2025, 6, 1, tzinfo=UTC)) == []


def test_a_day_of_a_tool_that_never_records_repeats_does_not_break_the_line(store) -> None:
    from reliability.settings import load_settings
    from tests.conftest import ROOT

    settings = load_settings(ROOT / "data")
    at = datetime(2025, 11, 17, 8, tzinfo=UTC)
    scope = Scope(store, settings, quarter_of(at, settings, at), Filters())
    commitment = next(c for c in settings.commitments if c.kpi == "repeat_escalations")
    status = commitment_status(commitment, Evidence(store, settings, at))
    chart = paths.path(commitment, status, scope)
    assert chart is not None
    points = line(chart, "main").points
    days = [Window(p.until - timedelta(days=1), p.until) for p in points[1:] if p.until]
    assert any(row["value"] is None for row in scope.rows("repeat_escalations", days))
    values = [p.value for p in points if p.value is not None]
    assert len(values) == len(points) and values == sorted(values)
    assert values[-1] == status.value


def test_records_speak_of_what_lies_between_the_first_and_the_last_of_them_and_in_no_gap() -> None:
    day = timedelta(days=1)
    of = Covered(START, START + 20 * day, gaps=(Gap(START + 5 * day, START + 9 * day, "a", "b"),))

    def speaks_of(first: int, days: int = 1) -> bool:
        return of.speaks_of(Window(START + first * day, START + (first + days) * day))

    assert [n for n in range(-2, 23) if speaks_of(n)] == [0, 1, 2, 3, 4, *range(9, 21)]
    assert speaks_of(0, 20) is False  # four of twenty days
    assert speaks_of(8, 10) is True  # one of ten
    assert not Covered(None, START).speaks_of(Window(START, START + day))
