"""NPS before, in and after a window: equal lengths, the changes, and accounts hit against those that were not."""

from datetime import UTC, date, datetime
from math import sqrt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from reliability.review.nps_course import (
    AFTER,
    BEFORE,
    DURING,
    Course,
    apart,
    around,
    around_period,
    course_of,
    courses_by,
)
from reliability.settings import Settings
from reliability.settings.model import Organisation, Span
from reliability.statistics.nps import net_promoter_score, nps_change, score_of

BERLIN = Settings(organisation=Organisation(time_zone="Europe/Berlin"))
WINDOW = Span(date(2025, 5, 20), date(2025, 8, 18))


def berlin(day: int, month: int, year: int = 2025) -> datetime:
    return datetime(year, month, day, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)


def scores(promoters: int, passives: int, detractors: int):
    return net_promoter_score([10] * promoters + [7] * passives + [0] * detractors)


def test_before_and_after_are_as_many_days_as_the_window_at_the_zones_midnights():
    parts = around(WINDOW, BERLIN, berlin(1, 12))
    assert parts.days == 90
    # 90 days before 20 May is 19 February, in winter time; 90 days after 18 August is 16 November.
    assert (parts.before.start, parts.before.end) == (berlin(19, 2), berlin(20, 5))
    assert (parts.during.start, parts.during.end) == (berlin(20, 5), berlin(18, 8))
    assert (parts.after.start, parts.after.end) == (berlin(18, 8), berlin(16, 11))
    assert not any(parts.running(name) for name in (BEFORE, DURING, AFTER))


def test_what_has_not_begun_is_not_there_and_what_runs_says_so():
    assert around(WINDOW, BERLIN, berlin(20, 5)) is None
    inside = around(WINDOW, BERLIN, berlin(1, 7))
    assert list(inside.begun) == [BEFORE, DURING]
    assert inside.running(DURING) and not inside.running(BEFORE) and not inside.running(AFTER)
    later = around(WINDOW, BERLIN, berlin(1, 9))
    assert list(later.begun) == [BEFORE, DURING, AFTER] and later.running(AFTER)
    assert len(later.lists["window_starts"]) == 3


def test_a_window_without_an_end_ends_with_the_day_it_is_seen_from():
    parts = around(Span(date(2025, 5, 20)), BERLIN, datetime(2025, 5, 29, 12, tzinfo=UTC))
    assert parts.days == 10
    assert (parts.during.end, parts.before.start) == (berlin(30, 5), berlin(10, 5))
    assert list(parts.begun) == [BEFORE, DURING]


def test_a_quarter_can_stand_in_for_a_window():
    parts = around_period(berlin(1, 7), berlin(1, 10), BERLIN, berlin(1, 12))
    assert (parts.days, parts.before.start) == (92, berlin(31, 3))


def test_rows_become_a_course_and_a_part_without_a_row_has_no_answers():
    parts = around(WINDOW, BERLIN, berlin(1, 9))
    row = {
        "promoters": 3,
        "passives": 1,
        "detractors": 1,
        "n": 5,
        "accounts": 5,
        "account_spread": 3.2,
        "value": 40.0,
    }
    course = course_of([{"at": parts.during.start, **row}], parts)
    assert course.during.value == 40 and course.before.value is None and course.before.n == 0
    assert course.in_window is None and course.answers == 5
    early = course_of([], around(WINDOW, BERLIN, berlin(1, 7)))
    assert early.after is None
    groups = courses_by([{"at": parts.before.start, "who": "a", **row}, {"at": parts.during.start, "who": "b", **row}],
                        "who", parts)  # fmt: skip
    assert groups["a"].before.n == 5 and groups["b"].before.n == 0


def test_a_querys_row_gives_the_same_score_as_the_answers_themselves():
    given, accounts = [10, 9, 9, 8, 0, 3, 10, 7], ["a", "a", "b", "b", "c", "c", None, None]
    expected = net_promoter_score(given, accounts)
    # Points 1 1 1 0 -1 -1 1 0, mean 0.25: a 1.5, b 0.5, c -2.5, single 0.75 and -0.25.
    spread = 1.5**2 + 0.5**2 + 2.5**2 + 0.75**2 + 0.25**2
    row = {"value": 25.0, "n": 8, "promoters": 4, "passives": 2, "detractors": 2, "accounts": 5}
    found = score_of({**row, "account_spread": spread})
    assert found.variance == pytest.approx(expected.variance)
    assert found.variance == pytest.approx(5 / 4 * spread / 64)
    assert found.interval == pytest.approx(expected.interval)


def test_the_clustered_variance_is_that_of_an_ordinary_regression_with_clusters():
    import statsmodels.api as sm

    rng = np.random.default_rng(3)
    accounts = rng.integers(0, 40, 300)
    given = np.where(rng.random(40)[accounts] < 0.5, rng.integers(0, 7, 300), rng.integers(7, 11, 300))
    points = np.where(given >= 9, 1.0, np.where(given >= 7, 0.0, -1.0))
    fit = sm.OLS(points, np.ones(300)).fit(
        cov_type="cluster", cov_kwds={"groups": accounts, "use_correction": False}
    )
    groups = len(set(accounts))
    found = net_promoter_score(given, [str(a) for a in accounts])
    assert found.variance == pytest.approx(fit.bse[0] ** 2 * groups / (groups - 1))


def test_the_difference_of_differences_adds_four_variances():
    hit = Course(scores(60, 20, 20), scores(40, 20, 40), None)  # +40 to 0
    others = Course(scores(50, 30, 20), scores(55, 30, 15), None)  # +30 to +40
    found = apart(hit, others, DURING)
    assert found.difference == pytest.approx(-40 - 10)

    def variance(up: int, down: int) -> float:
        p, d = (up + 0.75) / 103, (down + 0.75) / 103
        return (p + d - (p - d) ** 2) / 103

    reach = 164.485363 * sqrt(variance(60, 20) + variance(40, 40) + variance(50, 20) + variance(55, 15))
    # From 30 answers a window up the interval lies around the plain difference.
    assert found.interval == pytest.approx((-50 - reach, -50 + reach), abs=1e-3)
    assert found.word == "fell"
    assert apart(hit, others, AFTER) is None


def test_a_group_with_under_fifteen_answers_tells_nothing():
    hit = Course(scores(60, 20, 20), scores(0, 0, 14), None)
    assert (
        apart(hit, Course(scores(50, 30, 20), scores(55, 30, 15), None), DURING).word
        == "too few responses to tell"
    )
    assert nps_change(scores(0, 0, 15), scores(60, 20, 20)).word == "fell"


@pytest.mark.slow
def test_the_difference_of_differences_covers_the_truth_nine_times_in_ten():
    rng = np.random.default_rng(11)
    shares = [(0.5, 0.3, 0.2), (0.35, 0.3, 0.35), (0.55, 0.25, 0.2), (0.5, 0.3, 0.2)]
    truth = 100 * ((0.0 - 0.3) - (0.3 - 0.35))
    inside, runs = 0, 2500
    for _ in range(runs):
        before, during, others_before, others_during = (
            scores(*rng.multinomial(n, p)) for n, p in zip((40, 50, 60, 45), shares, strict=True)
        )
        found = apart(Course(before, during, None), Course(others_before, others_during, None), DURING)
        inside += truth in found.interval
    # Two standard errors of a share of 0.9 in 2,500 runs are 0.012.
    assert 0.888 <= inside / runs <= 0.93


@pytest.mark.slow
@pytest.mark.parametrize(
    ("same_accounts", "low", "high"),
    [(False, 0.875, 0.93), (True, 0.93, 1.0)],
    ids=["others answer", "the same"],
)
def test_answers_of_one_account_are_one_voice_and_the_same_accounts_twice_are_on_the_safe_side(
    same_accounts: bool, low: float, high: float
):
    # Each of 40 accounts of a group has its own mind and gives three answers a window; nothing changes.
    rng = np.random.default_rng(23)

    def minds() -> np.ndarray:
        return rng.beta(1.2, 0.9, 40)

    def window(happy: np.ndarray):
        given = np.where(rng.random((40, 3)) < happy[:, None], 10, np.where(rng.random((40, 3)) < 0.4, 7, 0))
        return net_promoter_score(given.ravel(), [str(account) for account in range(40) for _ in range(3)])

    inside, runs = 0, 1200
    for _ in range(runs):
        hit, others = minds(), minds()
        before, others_before = window(hit), window(others)
        later = (hit, others) if same_accounts else (minds(), minds())
        courses = [Course(before, window(later[0]), None), Course(others_before, window(later[1]), None)]
        inside += 0 in apart(courses[0], courses[1], DURING).interval
    assert low <= inside / runs <= high
