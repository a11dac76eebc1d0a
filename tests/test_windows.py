"""The windows of a promise laid over what the data cover, exactly at their limits; no warehouse is needed for that."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from reliability.commitments.coverage import Gap
from reliability.commitments.tools import ToolSpan
from reliability.commitments.verdict import Verdict
from reliability.commitments.windows import frame_of
from reliability.settings import Baseline, Goal, Organisation, Settings, Span
from tests.frames_by_hand import ALWAYS, LATER, Known, framed
from tests.promises_by_hand import START, ZERO, promise

DAY = timedelta(days=1)

P1 = promise("p1_incidents", Goal(change=-0.4))
NPS = promise("nps", Goal(change_points=8))
BAD = "baseline chosen after a bad quarter"


def baseline_of(days: int) -> Baseline:
    return Baseline(START - timedelta(days=days), START)


@pytest.mark.parametrize(
    ("length", "bad", "warned"),
    [
        (60, 30, False),  # half of it is not most of it
        (60, 31, True),
        (179, 179, True),
        (180, 180, False),  # half a year is no quarter somebody picked
    ],
)
def test_a_short_baseline_that_lies_mostly_in_an_incident_window_is_said(length, bad, warned):
    of = replace(P1, baseline=baseline_of(length))
    found = framed(of, {"incidents": ALWAYS}, Span(START - timedelta(days=bad), START))
    assert (BAD in found.warnings) is warned


def test_two_incident_windows_add_up_and_only_inside_the_baseline():
    of = replace(P1, baseline=baseline_of(60))
    early = Span(START - timedelta(days=90), START - timedelta(days=45))  # 15 days of it inside
    late = Span(START - timedelta(days=15), START + timedelta(days=30))  # 15 days of it inside
    assert BAD not in framed(of, {"incidents": ALWAYS}, early, late).warnings
    longer = replace(late, start=late.start - DAY)
    assert BAD in framed(of, {"incidents": ALWAYS}, early, longer).warnings


def test_records_may_begin_two_weeks_into_a_baseline():
    first = ZERO + 14 * DAY
    within = framed(P1, {"incidents": replace(ALWAYS, first=first)})
    assert within.baseline is not None and within.baseline.start == ZERO and not within.warnings
    later = framed(P1, {"incidents": replace(ALWAYS, first=first + timedelta(hours=1))})
    assert later.baseline is not None and later.baseline.start == first
    assert later.warnings == ("the baseline begins on 15 Jan 2025, where the data do",)


def test_records_that_begin_with_the_window_leave_a_change_without_a_baseline():
    (start,) = {framed(P1, {"incidents": ALWAYS}).window.start}
    nothing = framed(P1, {"incidents": replace(ALWAYS, first=start)})
    assert (nothing.baseline, nothing.absent) == (None, Verdict.NO_DATA)
    limit = promise("p1_incidents", Goal(at_most=5))
    assert framed(limit, {"incidents": replace(ALWAYS, first=start)}).absent is None
    assert framed(limit, {}).absent is Verdict.NO_DATA


def test_it_begins_after_its_first_instant():
    start = framed(P1, {"incidents": ALWAYS}).window.start
    assert framed(P1, {"incidents": ALWAYS}, as_of=start).absent is Verdict.NOT_BEGUN
    assert framed(P1, {"incidents": ALWAYS}, as_of=start + timedelta(microseconds=1)).absent is None


def test_records_stop_when_they_are_silent_for_more_than_two_weeks():
    end = framed(P1, {"incidents": ALWAYS}).window.end
    assert framed(P1, {"incidents": replace(ALWAYS, last=end - 14 * DAY)}).stale_since is None
    last = end - 14 * DAY - timedelta(seconds=1)
    stopped = framed(P1, {"incidents": replace(ALWAYS, last=last)})
    assert (stopped.stale_since, stopped.stale_of) == (last, "incidents")


def test_what_stops_is_named_once_and_only_that():
    end = framed(P1, {"incidents": ALWAYS}).window.end
    last = end - 30 * DAY
    repeats = promise("repeat_incidents", Goal(change=-0.4))
    assert repeats.kpi and framed(repeats, {"repeats": replace(ALWAYS, last=last)}).stale_of == "incidents"
    two = promise("alert_actionable_share", Goal(at_least=0.5), baseline=None)
    assert framed(two, {"alerts": replace(ALWAYS, last=last)}).stale_of == "alerts"


def test_a_tenth_of_a_window_may_lie_in_a_gap():
    end = framed(P1, {"incidents": ALWAYS}).window.end
    nine = Gap(end - 9 * DAY, end, "a.csv", "b.csv")
    assert framed(P1, {"incidents": replace(ALWAYS, gaps=(nine,))}).gap == ""
    more = replace(nine, start=nine.start - timedelta(hours=1))
    found = framed(P1, {"incidents": replace(ALWAYS, gaps=(more,))})
    assert found.gap.startswith("No export covers 18 Sep 2025 to 28 Sep 2025, 10")
    assert "of the window (between a.csv and b.csv)" in found.gap and not found.gap_in_baseline
    same = replace(more, before="a.csv")
    assert "(inside a.csv)" in framed(P1, {"incidents": replace(ALWAYS, gaps=(same,))}).gap


def test_a_gap_in_the_baseline_forbids_a_change_and_leaves_a_limit_alone():
    gap = Gap(ZERO + 20 * DAY, ZERO + 60 * DAY, "a.csv", "b.csv")
    covered = {"incidents": replace(ALWAYS, gaps=(gap,))}
    change = framed(P1, covered)
    assert change.gap_in_baseline and "of the baseline" in change.gap
    limit = framed(promise("p1_incidents", Goal(at_most=5)), covered)
    assert (limit.gap, limit.gap_in_baseline, limit.baseline) == ("", False, None)
    assert limit.warnings == ("the baseline has a gap: judged by the limit alone",)


def test_tools_are_compared_where_something_can_be_said():
    pager = ToolSpan("pager", 60, ZERO + 100 * DAY, LATER, 1.0)
    always = ToolSpan("jira", 90, ZERO - 400 * DAY, LATER, 1.0)
    covered = {"incidents": replace(ALWAYS, tools=(always, pager))}
    assert framed(P1, covered).tools.material == ("those of pager begin on 11 Apr 2025",)
    unbegun = framed(P1, covered, as_of=framed(P1, covered).window.start)
    assert (unbegun.tools.material, unbegun.tools.warnings) == ((), ())


def test_answers_without_a_date_are_counted_where_answers_are_missing():
    settings = Settings(Organisation(time_zone="UTC"), commitments=(NPS,))
    assert frame_of(NPS, Known(settings, undated_answers=7)).undated == 7
    assert frame_of(NPS, Known(settings, LATER, {"nps_responses": ALWAYS}, undated_answers=7)).undated == 0
    assert frame_of(P1, Known(settings, undated_answers=7)).undated == 0


def test_it_is_final_at_midnight_after_what_is_late_has_arrived():
    final = framed(P1, {"incidents": ALWAYS})
    assert final.final_at == datetime(2025, 10, 12, tzinfo=UTC)  # 28 September and 14 days
    before = framed(P1, {"incidents": ALWAYS}, as_of=datetime(2025, 10, 11, 23, 59, tzinfo=UTC))
    assert before.immature and not before.final
    at = framed(P1, {"incidents": ALWAYS}, as_of=datetime(2025, 10, 12, tzinfo=UTC))
    assert at.final and not at.immature


def test_a_chance_is_said_from_a_quarter_of_the_window_on():
    early = date(2025, 6, 30) + timedelta(days=22)
    at = datetime(early.year, early.month, early.day, 12, tzinfo=UTC)  # 22.5 of 90 days
    assert framed(P1, {"incidents": ALWAYS}, as_of=at).has_chance
    assert not framed(P1, {"incidents": ALWAYS}, as_of=at - timedelta(hours=1)).has_chance
    assert not framed(P1, {"incidents": ALWAYS}).has_chance  # it is over


def test_a_median_is_read_in_two_earlier_years_and_in_what_follows_them():
    # The window is 30 June to 28 September 2025, 90 days; a year is 52 weeks, 364 days.
    found = framed(promise("time_to_recover_median", Goal(change=-0.3)), {"incidents": ALWAYS})
    starts = [window.start for window in found.windows()]
    window, baseline = datetime(2025, 6, 30, tzinfo=UTC), ZERO
    assert starts == [
        window,
        baseline,
        window - 364 * DAY,
        window - 728 * DAY,
        window - 274 * DAY,
        window - 638 * DAY,
    ]
    assert [w.end - w.start for w in found.windows()][4:] == [274 * DAY, 274 * DAY]
