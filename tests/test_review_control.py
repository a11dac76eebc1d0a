"""The control chart of P1s: which chart, which limits, which signals. Limits worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reliability.model import CONCERN, GOOD, NO_DATA, Filters
from reliability.review.control import Control, p1_control
from reliability.review.scope import Scope
from reliability.settings import Baseline, Commitment, Goal, Organisation, Settings
from reliability.settings.periods import quarter_of
from tests.promises_by_hand import incident
from tests.warehouse_by_hand import by_hand

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
TURN = date(2025, 7, 7)  # 26 weeks later
PROMISE = Commitment(
    "p1", "Fewer", "p1_incidents", TURN, 90, Goal(change=-0.4), Baseline(date(2025, 1, 6), TURN)
)


def per_week(*counts: int) -> list[dict]:
    rows = []
    for week, count in enumerate(counts):
        for i in range(count):
            at = MONDAY + timedelta(weeks=week, hours=12 + i)
            rows.append(incident(len(rows), at))
    return rows


def on_days(*days: float) -> list[dict]:
    return [incident(i, MONDAY + timedelta(days=day, hours=1)) for i, day in enumerate(days)]


def charted(folder: Path, rows: list[dict], as_of: datetime, commitments=(PROMISE,)) -> Control:
    settings = Settings(organisation=Organisation(time_zone="UTC"), commitments=commitments)
    # A record before and one after, so that the first and the last week are covered whole.
    ends = (MONDAY - timedelta(days=1), as_of - timedelta(minutes=1))
    rows = [*rows, *(incident(9000 + i, at, severity=4) for i, at in enumerate(ends))]
    with by_hand(folder, {"as_of": as_of.isoformat()}, incidents=rows) as store:
        return p1_control(Scope(store, settings, quarter_of(as_of, settings, as_of), Filters()))


def test_eight_weeks_below_the_locked_mean_are_a_signal_that_is_named(tmp_path: Path) -> None:
    # Mean 3 a week; a Poisson count of mean 3 is 9 or less in 99.89 % and 8 or less in 99.62 %.
    control = charted(tmp_path, per_week(*[3] * 26, *[1] * 8), datetime(2025, 9, 1, tzinfo=UTC))
    assert control.chart.title == "Signal: fewer P1s than the baseline explains, from 7 Jul"
    assert control.signals == ("7 Jul 2025 to 25 Aug 2025: 8 in a row below the earlier mean (a week)",)
    assert [(level.label, level.value) for level in control.chart.levels] == [
        ("mean 3.0", 3.0),
        ("limit 9", 9.0),
    ]
    tones = [p.tone for p in control.chart.lines[0].points if not p.partial]
    assert tones == [""] * 26 + [GOOD] * 8
    assert "8 in a row below" in [mark.label for mark in control.chart.marks]
    assert control.chart.query == "kpis/p1_incidents"


def test_one_week_beyond_the_limit_is_a_concern(tmp_path: Path) -> None:
    control = charted(tmp_path, per_week(*[3] * 26, 4, 10, 3, 4), datetime(2025, 8, 4, tzinfo=UTC))
    assert control.signals == ("14 Jul 2025: above the upper limit",)
    assert [p.tone for p in control.chart.lines[0].points if not p.partial][26:] == ["", CONCERN, "", ""]


def test_without_a_signal_the_title_says_what_was_looked_for(tmp_path: Path) -> None:
    control = charted(tmp_path, per_week(*[2, 4] * 13, 2, 4, 3, 4), datetime(2025, 8, 4, tzinfo=UTC))
    assert control.chart.title == "No week since 7 Jul stands out, and no 8 in a row"
    assert control.signals == ()


def test_rare_p1s_are_charted_by_the_days_between_and_the_gap_still_running_counts(tmp_path: Path) -> None:
    # Gaps of 6 and 8 days in turn: to the power 1/3.6 they are 1.645 and 1.782, mean 1.713, moving range 0.137;
    # 1.713 + 2.66 * 0.137 = 2.077, and 2.077 to the power 3.6 is 13.9 days.
    days = [0.0]
    while days[-1] < 170:
        days.append(days[-1] + (6 if len(days) % 2 else 8))
    as_of = MONDAY + timedelta(days=days[-1] + 30, hours=1)
    control = charted(tmp_path, on_days(*days), as_of)
    assert control.chart.title == "Signal: 30 days without a P1, longer than the baseline explains"
    assert control.chart.unit == "days"
    assert control.signals == ("Now: 30 days without one: unusual",)
    limit = next(level for level in control.chart.levels if level.role == "limit")
    assert limit.value == pytest.approx(13.9, abs=0.1)
    last = control.chart.lines[0].points[-1]
    assert (last.value, last.partial, last.tone) == (pytest.approx(30.0), True, GOOD)


def test_a_promise_that_has_only_just_begun_does_not_move_the_limits(tmp_path: Path) -> None:
    newer = Commitment(
        "p2", "Again", "p1_incidents", date(2025, 8, 25), 90, Goal(change=-0.4),
        Baseline(date(2025, 3, 3), date(2025, 8, 25)),
    )  # fmt: skip
    rows, at = per_week(*[3] * 26, *[1] * 8), datetime(2025, 9, 1, tzinfo=UTC)
    assert charted(tmp_path, rows, at, (PROMISE, newer)).chart.levels[0].label == "mean 3.0"


def test_without_weeks_there_is_no_chart(tmp_path: Path) -> None:
    control = charted(tmp_path, [], datetime(2025, 1, 8, tzinfo=UTC), ())
    assert control.chart.status == NO_DATA
