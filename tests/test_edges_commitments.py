"""Verdicts exactly at their limits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability.commitments import commitment_statuses
from reliability.commitments.tools import ToolsChanged, ToolSpan, tools_changed
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    chance_pace,
    count_pace,
    judge_availability,
    judge_change,
    judge_level,
    with_recording,
)
from reliability.formatting import NO_BREAK
from reliability.settings import Organisation, Settings
from reliability.settings.periods import Window
from reliability.statistics.intervals import Interval
from tests.promises_by_hand import QUIET, Goal, judged, promise
from tests.test_commitments_others import answers, requests
from tests.warehouse_by_hand import by_hand


@pytest.mark.parametrize(
    ("chance", "elapsed", "word"),
    [
        (0.80, 0.25, Verdict.ON_PACE),
        (0.79, 0.25, Verdict.TOO_CLOSE),
        (0.21, 0.25, Verdict.TOO_CLOSE),
        (0.20, 0.25, Verdict.OFF_PACE),
        (0.80, 0.24, Verdict.TOO_EARLY),
        (None, 0.90, Verdict.TOO_EARLY),
    ],
)
def test_a_chance_at_the_limits_of_likely_unlikely_and_early(chance, elapsed, word):
    assert chance_pace(chance, elapsed).verdict == word


def test_a_count_is_missed_only_above_what_is_allowed():
    assert count_pace(4, 4, 0.5, 0.5).verdict == Verdict.TOO_CLOSE
    assert count_pace(5, 4, 0.5, 0.5).verdict == Verdict.MISSED_ALREADY


@pytest.mark.parametrize(
    ("worst", "best", "share", "word"),
    [
        (0.9995, 0.9995, 0.9995, Verdict.MET),
        (0.9994, 0.9996, 0.9995, Verdict.MET_ON_MEASURED),
        (0.9993, 0.9995, 0.9994, Verdict.MISSED_ON_MEASURED),
        (0.9993, 0.9994, 0.99935, Verdict.MISSED),
        (None, None, None, Verdict.NO_DATA),
    ],
)
def test_availability_exactly_at_the_objective_is_met(worst, best, share, word):
    assert judge_availability(worst, best, share, 0.9995).verdict == word


def test_one_in_five_not_recorded_still_counts():
    met = Judgement(Verdict.MET)
    assert with_recording(met, 1, 5) == met
    assert with_recording(met, 21, 100).verdict == Verdict.NOT_RECORDED
    assert with_recording(met, 0, 0) == met


@pytest.mark.parametrize(
    ("figure", "interval", "word"),
    [
        (0.6, (0.4, 0.9), Verdict.MET),  # the target itself reaches it
        (0.6, (0.4, 1.0), Verdict.MET_IN_NOISE),  # an interval that ends at no change holds it
        (0.7, (0.6, 1.0), Verdict.NOT_MET_IN_NOISE),  # one that begins at the target holds it too
        (0.7, (0.61, 1.0), Verdict.MISSED),
        (1.2, (1.0, 1.4), Verdict.MISSED),  # no worse beyond doubt: no change is inside
        (1.2, (1.01, 1.4), Verdict.WORSE),
    ],
)
def test_a_change_whose_interval_ends_at_no_change_or_at_the_target(figure, interval, word):
    assert judge_change(figure, Interval(*interval), 0.6).verdict == word


def test_a_target_inside_the_interval_as_its_end_is_beyond_doubt():
    assert judge_change(0.5, Interval(0.4, 0.6), 0.6).beyond_doubt
    assert not judge_change(0.5, Interval(0.4, 0.61), 0.6).beyond_doubt


@pytest.mark.parametrize(
    ("reached", "interval", "lower", "word"),
    [
        (True, (0.5, 0.9), False, Verdict.MET_IN_NOISE),
        (True, (0.51, 0.9), False, Verdict.MET),
        (False, (0.2, 0.5), False, Verdict.NOT_MET_IN_NOISE),
        (False, (0.2, 0.49), False, Verdict.MISSED),
        (True, (0.2, 0.5), True, Verdict.MET_IN_NOISE),
        (True, (0.2, 0.49), True, Verdict.MET),
        (False, (0.5, 0.9), True, Verdict.NOT_MET_IN_NOISE),
        (False, (0.51, 0.9), True, Verdict.MISSED),
    ],
)
def test_a_level_at_the_end_of_the_interval_is_not_beyond_chance(reached, interval, lower, word):
    found = judge_level(reached, Interval(*interval), 0.5, lower_is_better=lower, enough=True)
    assert found.verdict == word


SECOND = timedelta(seconds=1)
AT = datetime(2025, 1, 1, tzinfo=UTC)


def changed(first: datetime, last: datetime) -> ToolsChanged:
    """What changed with a second tool beside one that speaks all year, each silent for a day at most."""
    year = Window(AT, AT + timedelta(days=364))
    always = ToolSpan("jira", 90, AT - timedelta(days=9), year.end + timedelta(days=9), 1)
    return tools_changed([always, ToolSpan("pager", 60, first, last, 1)], year, "UTC")


def test_a_tool_begins_or_ends_inside_a_time_only_between_its_ends_and_after_its_silence():
    day, end = timedelta(days=1), AT + timedelta(days=364)
    whole = (AT, end)
    assert changed(*whole) == ToolsChanged()
    # From the very end on it is of another time.
    assert changed(end, end + 9 * day) == ToolsChanged()
    assert changed(end - SECOND, end + 9 * day).warnings == ("the records of pager begin on 30 Dec 2025",)
    # One that was last heard at the very start was there.
    assert changed(AT - 9 * day, AT).warnings == ("the records of pager end on 1 Jan 2025",)
    assert changed(AT - 9 * day, AT - SECOND) == ToolsChanged()
    # A day of silence is nothing.
    assert changed(AT + day, end - day) == ToolsChanged()
    assert changed(AT + day + SECOND, end).warnings == ("the records of pager begin on 2 Jan 2025",)
    assert changed(AT, end - day - SECOND).warnings == ("the records of pager end on 29 Dec 2025",)


def test_a_rise_of_one_point_is_a_rise(tmp_path):
    rows = [*answers(0, 0, 180, 100, 50, 100), *answers(2000, 180, 90, 100, 50, 100)]
    found = judged(tmp_path, promise("nps", Goal(change_points=1)), nps_responses=rows)
    assert "a true 1-point rise will be confirmed" in found.power


def test_how_often_a_rise_of_eight_points_is_confirmed_by_hand(tmp_path):
    # 100 promoters and 100 detractors of 250, 3/4 more of each in 253: variance 0.7964 / 253. Half as many answers are
    # expected: 3 times that, a standard error of 9.72 points. Sure from 15.99 on: 0.82 errors above a true 8, 21 in 100.
    rows = [*answers(0, 0, 180, 100, 50, 100), *answers(2000, 180, 90, 50, 25, 50)]
    found = judged(tmp_path, promise("nps", Goal(change_points=8)), nps_responses=rows)
    assert found.power.replace(NO_BREAK, " ") == (
        "With about 125 answers per 90 days, a true 8-point rise will be confirmed 21 times in 100."
    )


def test_the_requests_of_all_promises_are_read_at_once(tmp_path):
    rows = requests("/a", {200: 100}, range(240))
    running = [
        replace(promise("availability", Goal(at_least=0.9995), days), id=f"p{days}") for days in (90, 120)
    ]
    known = Settings(organisation=Organisation(time_zone="UTC"), commitments=tuple(running))
    with by_hand(tmp_path, {"as_of": "2025-08-14", **QUIET}, availability=rows) as store:
        asked, run = [], store.run
        store.run = lambda name, params=None: asked.append(name) or run(name, params)
        assert len(commitment_statuses(store, known, datetime(2025, 8, 14, tzinfo=UTC))) == 2
    assert asked.count("commitments/availability_daily") == 1
