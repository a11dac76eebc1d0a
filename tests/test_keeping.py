"""The chance that a running figure ends on the side of its goal: against integration, simulation, and how it came out."""

import math
from datetime import timedelta

import numpy as np
import pytest
from scipy import integrate, stats

from reliability.commitments.verdict import Verdict
from reliability.statistics.keeping import chance_of_mean, chance_of_share, to_come
from reliability.statistics.pace import brier
from tests.promises_by_hand import ZERO, Goal, durations, incident, judged, late_record, promise, spread

MINUTE = timedelta(minutes=1)
HALF_WAY = "2025-08-14"  # day 225 of a promise from day 180 to day 270


def integrated(needed: int, rest: int, yes: int, decided: int) -> float:
    """At least so many of the rest, by integrating the binomial over what the share may be (Jeffreys' prior)."""
    believed = stats.beta(yes + 0.5, decided - yes + 0.5)
    found, _ = integrate.quad(lambda p: stats.binom.sf(needed - 1, rest, p) * believed.pdf(p), 0, 1)
    return float(found)


@pytest.mark.parametrize(("yes", "decided", "rest"), [(6, 8, 8), (3, 10, 10), (9, 20, 7)])
def test_a_share_ends_above_a_level_as_often_as_integration_says(yes: int, decided: int, rest: int) -> None:
    needed = math.ceil((decided + rest) / 2) - yes
    chance = chance_of_share(yes, decided, rest, 0.5, lower_is_better=False)
    assert chance == pytest.approx(integrated(needed, rest, yes, decided), abs=1e-6)
    # At most a half is the same of the others.
    other = chance_of_share(decided - yes, decided, rest, 0.5, lower_is_better=True)
    assert other == pytest.approx(chance)


def test_with_nothing_to_come_it_is_a_fact() -> None:
    assert chance_of_share(5, 10, 0, 0.5, lower_is_better=False) == 1
    assert chance_of_share(4, 10, 0, 0.5, lower_is_better=False) == 0
    assert chance_of_share(3, 10, 0, 0.3, lower_is_better=True) == 1
    assert chance_of_mean(7, 10, 0, 1, 7, lower_is_better=True) == 1
    assert chance_of_mean(7, 10, 0, 1, 7.1, lower_is_better=False) == 0
    assert to_come(12, 0.75) == 4
    assert to_come(12, 1) == 0


def test_what_can_no_longer_be_reached_has_no_chance() -> None:
    assert chance_of_share(0, 30, 10, 0.5, lower_is_better=False) == 0
    assert chance_of_share(30, 30, 10, 0.5, lower_is_better=False) == pytest.approx(1)


def test_clustered_records_say_less() -> None:
    alone = chance_of_share(60, 100, 100, 0.5, lower_is_better=False)
    together = chance_of_share(60, 100, 100, 0.5, lower_is_better=False, clustering=5)
    assert 0.5 < together < alone < 1


def test_numbers_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="a share needs"):
        chance_of_share(5, 4, 1, 0.5, lower_is_better=True)


def test_a_mean_ends_below_a_level_as_often_as_drawn() -> None:
    # 12 values with mean 10 and deviation 3, 6 to come, at most 10.5: the true mean and deviation drawn as they may be.
    generator, n, rest = np.random.default_rng(1), 12, 6
    deviation = 3 * np.sqrt((n - 1) / generator.chisquare(n - 1, 200_000))
    true = generator.normal(10, deviation / math.sqrt(n))
    end = (n * 10 + rest * generator.normal(true, deviation / math.sqrt(rest))) / (n + rest)
    chance = chance_of_mean(10, n, rest, 3 / math.sqrt(n), 10.5, lower_is_better=True, freedom=n - 1)
    assert chance == pytest.approx((end <= 10.5).mean(), abs=0.005)
    assert chance_of_mean(-10, n, rest, 3 / math.sqrt(n), -10.5, lower_is_better=False, freedom=n - 1) == (
        pytest.approx(chance)
    )


def test_chances_of_medians_come_true_about_as_often() -> None:
    generator = np.random.default_rng(45)
    told, kept = [], []
    for _ in range(3000):
        first, second = generator.lognormal(generator.normal(0, 0.7), 1.0, (2, 15))
        within = int((first <= 1).sum())
        told.append(chance_of_share(within, 15, 15, 0.5, lower_is_better=False))
        kept.append(bool(np.median(np.concatenate([first, second])) <= 1))
    chances, ends = np.array(told), np.array(kept)
    for chance in set(told):
        often = ends[chances == chance]
        assert often.mean() == pytest.approx(chance, abs=0.05 + 1.3 / math.sqrt(often.size))
    assert len(set(told)) > 10
    assert brier(told, kept) < 0.12


def test_a_running_median_has_the_chance_that_half_end_within_its_goal(tmp_path) -> None:
    faster = promise("time_to_recover_median", Goal(change=-0.3))
    # A baseline of 100 minutes; 9 of the 12 so far took less than 70, and as many are to come.
    rows = durations([90, 100, 110] * 10, [50] * 18 + [200] * 6)
    so_far = [row for row in rows if row["opened_at"] < ZERO.replace(month=8, day=14)]
    found = judged(tmp_path, faster, HALF_WAY, incidents=so_far)
    assert (found.n, found.goal_value) == (12, pytest.approx(70))
    assert found.chance == pytest.approx(integrated(0, 12, 12, 12), abs=1e-6)
    (tmp_path / "close").mkdir()
    mixed = [incident(i, ZERO.replace(month=7, day=2 + i), 50 if i % 2 else 200) for i in range(12)]
    close = judged(
        tmp_path / "close", faster, HALF_WAY, incidents=[*durations([90, 100, 110] * 10, []), *mixed]
    )
    assert close.chance == pytest.approx(integrated(6, 12, 6, 12), abs=1e-6)
    (tmp_path / "end").mkdir()
    assert judged(tmp_path / "end", faster, incidents=rows).chance is None


def test_too_few_or_too_early_has_no_chance(tmp_path) -> None:
    limit = promise("time_to_recover_median", Goal(at_most=60), baseline=None)
    seven = judged(tmp_path, limit, HALF_WAY, incidents=[*spread(0, 7, 181, 220), *late_record()])
    assert (seven.n, seven.chance) == (7, None)
    (tmp_path / "early").mkdir()
    early = judged(tmp_path / "early", limit, "2025-07-15", incidents=spread(0, 20, 180, 195))
    assert (early.n, early.chance) == (20, None)


def test_shares_and_scores_have_theirs(tmp_path) -> None:
    engaged = promise("engaged_within_target_share", Goal(at_least=0.8), baseline=None)
    p1s = [
        {**row, "detected_at": row["opened_at"], "engaged_at": row["opened_at"] + (late if i < 2 else soon)}
        for i, row in enumerate(spread(0, 10, 181, 224))
        for soon, late in [(MINUTE * 5, MINUTE * 50)]
    ]
    share = judged(tmp_path, engaged, HALF_WAY, incidents=p1s)
    # 8 of 10, ten to come: at least 8 of them.
    assert share.chance == pytest.approx(integrated(8, 10, 8, 10), abs=1e-6)
    (tmp_path / "nps").mkdir()
    answers = [
        {
            "response_id": f"R{i}",
            "responded_at": ZERO.replace(month=7, day=1 + i % 28),
            "score": 10 if i % 2 else 3,
        }
        for i in range(40)
    ]
    answers.append({"response_id": "late", "responded_at": ZERO.replace(month=11), "score": 10})
    score = judged(
        tmp_path / "nps", promise("nps", Goal(at_least=0.0), baseline=None), HALF_WAY, nps_responses=answers
    )
    assert (score.n, score.value, score.chance) == (40, 0, pytest.approx(0.5))
    assert score.verdict is Verdict.ON_PACE_IN_NOISE
