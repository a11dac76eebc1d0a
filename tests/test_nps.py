"""Net Promoter Score: published formula by hand, clusters against statsmodels, words."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from reliability.statistics.nps import (
    Move,
    NpsChange,
    Returning,
    answers_needed,
    difference_of_changes,
    net_promoter_score,
    nps_change,
    variance_of_one,
)

Z = 1.6448536269514722


def answers(promoters: int, passives: int, detractors: int) -> list[int]:
    return [10] * promoters + [7] * passives + [3] * detractors


def test_the_score_is_promoters_minus_detractors():
    score = net_promoter_score([10, 9, 9, 8, 7, 6, 0, 5])
    assert (score.promoters, score.passives, score.detractors) == (3, 2, 3)
    assert score.value == 0
    assert net_promoter_score(answers(50, 30, 20)).value == pytest.approx(30)


def test_scores_outside_0_to_10_and_blanks_are_rejected_and_counted():
    score = net_promoter_score([10, 11, -1, float("nan"), 9.5, 0])
    assert (score.n, score.rejected, score.value) == (2, 4, 0)


def test_no_answers_have_no_score():
    score = net_promoter_score([])
    assert score.value is None
    assert score.interval is None
    assert nps_change(score, net_promoter_score([9])) is None
    assert difference_of_changes(score, score, score, score) is None


def test_the_margin_is_the_adjusted_wald_of_rocks():
    # 50 promoters, 30 passives, 20 detractors plus 3/4, 3/2, 3/4 of three answers.
    up, down = 50.75 / 103, 20.75 / 103
    reach = 100 * Z * math.sqrt((up + down - (up - down) ** 2) / 103)
    middle = 100 * (up - down)
    assert net_promoter_score(answers(50, 30, 20)).interval == pytest.approx((middle - reach, middle + reach))


def test_the_interval_stays_within_minus_100_and_100():
    assert net_promoter_score([10] * 6).interval.high == 100
    assert net_promoter_score([0] * 6).interval.low == -100


def test_answers_of_one_account_are_not_independent():
    generator = np.random.default_rng(4)
    scores = np.repeat(generator.choice([10, 7, 2], size=30), 5)
    names = np.repeat([f"A{i}" for i in range(30)], 5).tolist()
    score = net_promoter_score(scores, names)
    points = np.where(scores == 10, 1.0, np.where(scores == 7, 0.0, -1.0))
    groups = np.repeat(np.arange(30), 5)
    fit = sm.OLS(points, np.ones(150)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    assert score.variance == pytest.approx(float(fit.cov_params()[0, 0]) * 30 / 29)
    assert score.accounts == 30
    assert score.variance > 3 * net_promoter_score(scores).variance


def test_clusters_never_narrow_the_margin():
    # Each account gives one promoter and one detractor: the account means do not vary at all.
    scores, names = [10, 0] * 10, [f"A{i // 2}" for i in range(20)]
    assert net_promoter_score(scores, names).variance == net_promoter_score(scores).variance


def test_answers_without_an_account_stand_alone():
    score = net_promoter_score([10, 9, 3, 8], [None, None, "A", "A"])
    assert score.accounts == 3
    assert (
        net_promoter_score([10, 9, 3, 8], [None] * 4).variance == net_promoter_score([10, 9, 3, 8]).variance
    )


def test_every_score_needs_an_account_or_none():
    with pytest.raises(ValueError, match="2 scores but 1 accounts"):
        net_promoter_score([9, 9], ["A"])


def test_a_change_is_the_difference_with_both_variances():
    now, was = net_promoter_score(answers(40, 30, 30)), net_promoter_score(answers(60, 25, 15))
    change = nps_change(now, was)
    reach = 100 * Z * math.sqrt(now.variance + was.variance)
    assert change.difference == pytest.approx(-35)
    assert change.interval == pytest.approx((-35 - reach, -35 + reach))
    assert change.word == "fell"
    assert nps_change(was, now).word == "rose"


def test_below_thirty_answers_the_interval_lies_around_the_adjusted_difference():
    now, was = net_promoter_score(answers(10, 9, 10)), net_promoter_score(answers(20, 5, 5))
    reach = 100 * Z * math.sqrt(now.variance + was.variance)
    # Adjusted scores: 0 / 32 and 100 * 15 / 33.
    middle = -100 * 15 / 33
    assert nps_change(now, was).interval == pytest.approx((middle - reach, middle + reach))


def panel(seed: int, accounts: int, shift: float):
    """Answers of accounts with opinions of their own, some in one window only: scores and accounts of two windows."""
    draw = np.random.default_rng(seed)
    opinion = draw.normal(7.5, 2, accounts)
    sides = []
    for move in (shift, 0.0):
        who = draw.integers(0, accounts, 3 * accounts)
        given = np.clip(np.round(opinion[who] + move + draw.normal(0, 1, who.size)), 0, 10)
        sides.append((given, [f"A{w}" for w in who]))
    return sides


def by_account(given, names):
    found = {}
    for score, name in zip(given, names, strict=True):
        n, points = found.get(name, (0, 0))
        found[name] = (n + 1, points + (1 if score >= 9 else 0 if score >= 7 else -1))
    return found


def test_accounts_that_answer_in_both_windows_are_compared_with_themselves():
    sides = panel(3, 120, -0.5)
    now, was = (net_promoter_score(*side) for side in sides)
    change = nps_change(now, was, Returning.of(*(by_account(*side) for side in sides)))
    # A regression of the points on the window, its errors clustered by account over both windows together.
    points = np.concatenate([np.where(g >= 9, 1, np.where(g >= 7, 0, -1)) for g, _ in sides])
    period = np.repeat([1.0, 0.0], [len(sides[0][0]), len(sides[1][0])])
    groups = np.unique([*sides[0][1], *sides[1][1]], return_inverse=True)[1]
    fitted = sm.OLS(points, sm.add_constant(period)).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    count = groups.max() + 1
    error = 100 * fitted.bse[1] * math.sqrt(count / (count - 1))
    assert change.difference == pytest.approx(100 * fitted.params[1])
    reach = Z * error
    assert change.interval == pytest.approx((change.difference - reach, change.difference + reach))
    alone = nps_change(now, was)
    assert reach < 0.8 * (alone.interval.high - alone.interval.low) / 2


def test_two_accounts_by_hand():
    # Points above what 20 answers of the whole give: A +4 and B -4 now, A +2 and B -2 then. Each account is thus 2 of 40
    # off; the squares add up to 0.005, times 2 / (2 - 1), and the root is 0.1: 10 points.
    sides = [
        ([10] * 14 + [0] * 6 + [10] * 10 + [0] * 10, ["A"] * 20 + ["B"] * 20),
        ([10] * 10 + [0] * 10 + [10] * 8 + [0] * 12, ["A"] * 20 + ["B"] * 20),
    ]
    change = nps_change(
        *(net_promoter_score(*side) for side in sides), Returning.of(*(by_account(*side) for side in sides))
    )
    assert change.difference == pytest.approx(30)
    assert change.interval == pytest.approx((30 - Z * 10, 30 + Z * 10))


def test_pairs_cover_nine_times_in_ten():
    held = 0
    for seed in range(400):
        sides = panel(seed, 80, 0.0)
        scores = [net_promoter_score(*side) for side in sides]
        held += 0 in nps_change(*scores, Returning.of(*(by_account(*side) for side in sides))).interval
    assert held / 400 == pytest.approx(0.90, abs=0.045)


def test_without_anybody_in_both_windows_the_variances_are_added():
    now, was = net_promoter_score(answers(40, 30, 30)), net_promoter_score(answers(60, 25, 15))
    assert nps_change(now, was, Returning.of({"A": (1, 1)}, {"B": (1, 0)})) == nps_change(now, was)


def test_answers_needed_follow_the_datas_own_variance():
    # 50 promoters and 50 detractors: an answer's variance is 1 (103 with the added three), half as much again as 0.66.
    torn = net_promoter_score(answers(50, 0, 50))
    assert variance_of_one(torn) == pytest.approx(100 * (1 - 1.5 / 103) / 103)
    assert answers_needed(8, 1.0) == math.ceil(2 * (100 * Z / 8) ** 2)
    # Ten accounts that answer ten times alike tell as much as ten answers.
    alike = net_promoter_score(answers(50, 0, 50), [f"A{i // 10}" for i in range(100)])
    assert variance_of_one(alike) == pytest.approx(10 / 9 * 10)
    assert variance_of_one(net_promoter_score([])) is None


def test_eight_points_with_a_hundred_answers_are_within_the_margin():
    change = nps_change(net_promoter_score(answers(46, 24, 30)), net_promoter_score(answers(50, 24, 26)))
    assert change.difference == pytest.approx(-8)
    assert change.word == "no change shown"
    assert change.compatible(-8)
    assert change.compatible(0)
    assert not change.compatible(-40)


def test_a_claim_outside_the_interval_is_not_compatible():
    change = nps_change(
        net_promoter_score(answers(500, 240, 260)), net_promoter_score(answers(500, 240, 260))
    )
    assert not change.compatible(-8)


def test_fewer_than_15_answers_are_too_few():
    few, many = net_promoter_score([0] * 14), net_promoter_score([10] * 15)
    assert nps_change(few, many).word == "too few responses to tell"
    assert nps_change(net_promoter_score([0] * 15), many).word == "fell"


def test_the_change_of_others_is_taken_off():
    hit_now, hit_was = net_promoter_score(answers(40, 20, 40)), net_promoter_score(answers(60, 20, 20))
    rest_now, rest_was = net_promoter_score(answers(50, 20, 30)), net_promoter_score(answers(60, 20, 20))
    change = difference_of_changes(hit_now, hit_was, rest_now, rest_was)
    assert change.difference == pytest.approx(-40 - -20)
    total = sum(s.variance for s in (hit_now, hit_was, rest_now, rest_was))
    assert change.interval.high - change.interval.low == pytest.approx(200 * Z * math.sqrt(total))


def test_about_550_answers_are_needed_for_eight_points():
    assert answers_needed(8) == pytest.approx(550, abs=15)
    with pytest.raises(ValueError, match="positive"):
        answers_needed(0)


def test_a_change_has_one_of_four_words():
    assert set(Move) == {"fell", "rose", "no change shown", "too few responses to tell"}
    assert NpsChange(5, (1, 9), True).difference == 5


scores = st.lists(st.integers(0, 10), min_size=1, max_size=60)


@given(scores, scores)
def test_swapping_the_windows_mirrors_the_change(first, second):
    there = nps_change(net_promoter_score(first), net_promoter_score(second))
    back = nps_change(net_promoter_score(second), net_promoter_score(first))
    assert there.difference == pytest.approx(-back.difference)
    assert there.interval == pytest.approx((-back.interval.high, -back.interval.low))


@given(scores, st.integers(2, 6))
def test_more_answers_narrow_the_margin(given_scores, times):
    few, many = net_promoter_score(given_scores), net_promoter_score(given_scores * times)
    assert many.variance < few.variance
    assert many.value == pytest.approx(few.value)
