"""Promises on endings that hold, worked out by hand on ten chronic issues."""

import math
from datetime import timedelta
from types import SimpleNamespace

import pytest

from reliability.commitments import CommitmentStatus
from reliability.commitments.holding import holding_status
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.queries.figures import figure
from reliability.settings import Goal, Organisation, Settings
from reliability.statistics.endings import Endings
from reliability.statistics.intervals import Interval, share_ratio, share_ratio_of, wilson
from tests.frames_by_hand import ALWAYS, framed
from tests.promises_by_hand import ZERO, Rows, incident, judged, late_record, promise
from tests.test_commitments_shares import Told, kpi

HOLDS = promise("permanent_endings_share", Goal(at_least=0.6))


def issues(count: int, returning: int, first_day: float = 5) -> Rows:
    """Issues that return after 21 days, are over an hour later and stay away; some return again 40 days on."""
    found = []
    for k in range(count):
        days = [first_day + k, first_day + k + 21, *([first_day + k + 61] if k < returning else [])]
        found += [
            incident(
                round(1000 * first_day) + 10 * k + n,
                ZERO + timedelta(days=day),
                problem_id=f"P{first_day}-{k}",
            )
            for n, day in enumerate(days)
        ]
    return found


def test_a_share_of_endings_is_judged_by_its_interval(tmp_path):
    found = judged(tmp_path, HOLDS, incidents=[*issues(10, 2), *late_record()])
    # Twelve endings since the first returns: two came back after 40 days less an hour, ten have held since.
    assert (found.value, found.n, found.open) == (pytest.approx(10 / 12), 12, 10)
    # Kaplan-Meier without anything cut off is the plain share; its variance on the log scale is (1 - p) / (n p) (Greenwood).
    error = math.sqrt(2 / 12 / 10) / abs(math.log(10 / 12))
    greenwood = Interval((10 / 12) ** math.exp(1.6448536 * error), (10 / 12) ** math.exp(-1.6448536 * error))
    # Two endings of the two that came back are of one issue: it moves the interval by little.
    assert tuple(found.interval) == pytest.approx(tuple(greenwood), abs=0.02)
    assert found.interval[0] < 0.6 < found.value
    assert (found.verdict, found.interval_of, found.goal_text) == (
        Verdict.MET_IN_NOISE,
        "value",
        "goal: at least 60\u00a0%",
    )
    assert plain(found.evidence).endswith("12 endings")


@pytest.mark.parametrize(
    ("count", "returning", "goal", "word"),
    [
        (30, 1, 0.6, Verdict.MET),
        (30, 28, 0.9, Verdict.MISSED),
        (6, 1, 0.6, Verdict.TOO_FEW),
    ],
)
def test_the_verdict_follows_the_endings(tmp_path, count, returning, goal, word):
    asked = promise("permanent_endings_share", Goal(at_least=goal))
    assert judged(tmp_path, asked, incidents=[*issues(count, returning), *late_record()]).verdict == word


def test_without_an_ending_that_old_there_is_no_verdict(tmp_path):
    found = judged(tmp_path, HOLDS, "2025-09-28", incidents=[*issues(10, 0, first_day=200), *late_record()])
    assert (found.value, found.verdict) == (None, Verdict.NO_DATA)
    early = judged(tmp_path, HOLDS, "2025-08-01", incidents=[*issues(10, 0, first_day=160), *late_record()])
    assert (early.value, early.verdict) == (None, Verdict.TOO_EARLY)


def test_a_share_whose_records_often_say_nothing_still_shows_its_figure_and_without_one_says_how_many(
    monkeypatch,
):
    covered = dict.fromkeys(figure(HOLDS.kpi).covered_by, ALWAYS)
    of = framed(HOLDS, covered)

    def status(value: float | None, n: int, interval: Interval | None) -> CommitmentStatus:
        told = Told(
            Settings(Organisation(time_zone="UTC")),
            coverage=covered,
            now=kpi(None, n, value=value, not_recorded=9),
        )
        monkeypatch.setattr(told, "held", lambda *_: SimpleNamespace(interval=interval))
        return holding_status(of, told)

    known = status(0.8, 20, Interval(0.6, 0.9))
    assert (known.verdict, plain(str(known.facts[0])), known.interval) == (
        Verdict.NOT_RECORDED,
        "80 %",
        (0.6, 0.9),
    )
    none = status(None, 3, None)
    assert (none.verdict, none.sentence, none.facts) == (
        Verdict.NOT_RECORDED,
        "9 of 12 records do not say it.",
        (),
    )


def test_a_change_of_the_share_has_the_interval_of_a_ratio(tmp_path):
    asked = promise("permanent_endings_share", Goal(change=0.1))
    found = judged(tmp_path, asked, incidents=[*issues(10, 6, 5), *issues(30, 0, 120), *late_record()])
    assert found.baseline.value is not None and found.ratio == pytest.approx(
        found.value / found.baseline.value
    )
    assert found.interval_of == "ratio"
    low, high = found.interval
    assert low < found.ratio < high


def test_the_ratio_of_two_shares_is_that_of_their_wilson_intervals():
    assert share_ratio_of(0.3, wilson(3, 10), 0.5, wilson(10, 20)) == share_ratio(3, 10, 10, 20)
    assert Endings.of([1, 200], [True, False]).held(90).share == 0.5
