"""A change of mix is not a change of mind: worked out by hand, from the formula, and by simulation."""

import numpy as np
import pytest

from reliability.statistics.nps import net_promoter_score
from reliability.statistics.nps_mix import mix_change


def scores(promoters: int, detractors: int, passives: int = 0):
    return net_promoter_score([10] * promoters + [7] * passives + [0] * detractors)


def total(*parts):
    ups, downs = sum(p.promoters for p in parts), sum(p.detractors for p in parts)
    return scores(ups, downs, sum(p.passives for p in parts))


def taken_apart(now: dict, was: dict):
    return mix_change(now, was, (total(*now.values()), total(*was.values())))


def test_a_change_of_mix_alone_is_no_change_of_mind():
    # Large ones stay at 0, small ones at +50; the share of the small ones falls from 80 % to 20 %.
    was = {"large": scores(20, 20), "small": scores(120, 40)}
    now = {"large": scores(80, 80), "small": scores(30, 10)}
    found = taken_apart(now, was)
    assert found.change == pytest.approx(10 - 40)
    assert found.at_one_mix.difference == pytest.approx(0)
    assert found.explained == pytest.approx(-30)
    assert found.shares == {"large": (0.2, 0.8), "small": (0.8, 0.2)}
    assert found.at_one_mix.word == "no change shown"


def test_a_change_of_mind_alone_is_explained_by_no_mix():
    was = {"large": scores(60, 40), "small": scores(80, 20)}  # +20, +60
    now = {"large": scores(50, 50), "small": scores(70, 30)}  # 0, +40
    found = taken_apart(now, was)
    assert found.change == pytest.approx(-20)
    assert found.at_one_mix.difference == pytest.approx(-20)
    assert found.explained == pytest.approx(0)


def test_both_at_once_split_without_a_rest():
    was = {"large": scores(30, 20), "small": scores(105, 45)}  # +20 of 50, +40 of 150: shares .25 .75, NPS 35
    now = {"large": scores(50, 50), "small": scores(65, 35)}  # 0 of 100, +30 of 100: shares .5 .5, NPS 15
    found = taken_apart(now, was)
    # weights (.25+.5)/2 = .375 and .625: .375 * -20 + .625 * -10 = -13.75
    assert found.change == pytest.approx(-20)
    assert found.at_one_mix.difference == pytest.approx(-13.75)
    # (.5-.25) * (20+0)/2 + (.5-.75) * (40+30)/2 = 2.5 - 8.75
    assert found.explained == pytest.approx(-6.25)

    def variance(up: int, down: int) -> float:
        n = up + down + 3
        p, d = (up + 0.75) / n, (down + 0.75) / n
        return (p + d - (p - d) ** 2) / n

    middle = 0.375 * (0 - 1000 / 53) + 0.625 * (3000 / 103 - 6000 / 153)
    reach = 164.485363 * np.sqrt(
        0.375**2 * (variance(30, 20) + variance(50, 50)) + 0.625**2 * (variance(105, 45) + variance(65, 35))
    )
    assert found.at_one_mix.interval == pytest.approx((middle - reach, middle + reach), abs=1e-3)


def test_segments_with_few_answers_are_taken_together():
    was = {"large": scores(30, 20), "tiny": scores(8, 2), "small": scores(6, 4)}
    now = {"large": scores(25, 25), "tiny": scores(2, 8), "small": scores(9, 1)}
    found = taken_apart(now, was)
    assert found.compared == ("large", None)
    # Together 14 - 6 of 20, then 11 - 9 of 20: +40, +10; weights 50/70 and 20/70.
    assert found.at_one_mix.difference == pytest.approx(50 / 70 * -20 + 20 / 70 * -30)
    assert set(found.shares) == {"large", "tiny", "small"}


def test_a_segment_that_answers_only_once_is_compared_with_others_never_alone():
    was = {"a": scores(40, 10), "b": scores(30, 20)}
    now = {"a": scores(20, 30), "b": scores(25, 25), "new": scores(60, 0)}
    found = taken_apart(now, was)
    # "new" has no answers then, and is put to the smaller of the others, so that both windows hold all answers.
    assert len(found.compared) == 2 and None in found.compared
    assert found.change == pytest.approx(found.at_one_mix.difference + found.explained)


def test_one_segment_alone_or_no_answers_say_nothing_of_the_mix():
    one = {"all": scores(30, 20)}
    assert taken_apart(one, one) is None
    few = {"a": scores(5, 5), "b": scores(5, 5)}
    assert taken_apart(few, few) is None
    assert mix_change({}, one, (scores(0, 0), scores(30, 20))) is None


@pytest.mark.slow
def test_the_change_at_one_mix_covers_the_truth_nine_times_in_ten():
    rng = np.random.default_rng(5)
    mixes = ((0.3, 0.7), (0.6, 0.4))
    minds = (((0.4, 0.3, 0.3), (0.6, 0.25, 0.15)), ((0.3, 0.3, 0.4), (0.55, 0.25, 0.2)))
    values = [[100 * (p - d) for p, _, d in mind] for mind in minds]
    inside, runs = 0, 2500
    for _ in range(runs):
        windows = []
        for mix, mind in zip(mixes, minds, strict=True):
            sizes = rng.multinomial(160, mix)
            drawn = [rng.multinomial(n, p) for n, p in zip(sizes, mind, strict=True)]
            windows.append({name: scores(u, d, n) for name, (u, n, d) in zip("ab", drawn, strict=True)})
        was, now = windows
        found = mix_change(now, was, (total(*now.values()), total(*was.values())))
        # The weights are taken as given: the truth at the weights that were drawn.
        weights = [(was[s].n / 160 + now[s].n / 160) / 2 for s in "ab"]
        truth = sum(w * (n - b) for w, n, b in zip(weights, values[1], values[0], strict=True))
        inside += truth in found.at_one_mix.interval
    assert 0.888 <= inside / runs <= 0.93
