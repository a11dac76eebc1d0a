"""Over its quarters the sample's promises show every bucket and every cause that lowers a word, and where they stand."""

import math
from dataclasses import replace

import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from reliability.commitments import CommitmentStatus
from reliability.commitments.chance import false_met, one_of_many
from reliability.commitments.verdict import Cause, Verdict
from reliability.formatting import plain
from reliability.model import Filters
from reliability.queries import Store
from reliability.review.buckets import Bucket, bucket_of
from reliability.review.control import baseline_of
from reliability.review.headline import comparisons, headline, reason
from reliability.review.promises import promise_beside, promise_of, promises
from reliability.review.scope import Scope
from reliability.settings import load_settings
from reliability.settings.periods import quarter
from reliability.warehouse.workspace import known_until

QUARTERS = ("2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")
Shown = dict[str, tuple[CommitmentStatus, ...]]


def scope(store: Store, sample_dir, name: str) -> Scope:
    settings = load_settings(sample_dir)
    return Scope(store, settings, quarter(name, settings, known_until(store)), Filters())


@pytest.fixture(scope="module")
def shown(store: Store, sample_dir) -> Shown:
    return {name: promises(scope(store, sample_dir, name)) for name in QUARTERS}


def test_every_bucket_and_every_lowering_is_shown(shown: Shown) -> None:
    every = [status for found in shown.values() for status in found]
    assert {bucket_of(status.verdict) for status in every} == set(Bucket)
    lowered = [status for status in every if status.verdict is Verdict.MET_NOT_SHOWN]
    assert {cause for cause in Cause if any(str(cause) in s.verdict_text for s in lowered)} == set(Cause)


def test_one_promise_of_the_current_quarter_is_kept_without_a_doubt(shown: Shown) -> None:
    kept = [status for status in shown["2025-Q4"] if bucket_of(status.verdict) is Bucket.KEPT]
    (capacity,) = kept
    # Counted in full over two whole sprints, final, nothing undecided and no reason beside the word.
    assert (capacity.id, capacity.verdict_text, capacity.is_final, capacity.open) == (
        "capacity",
        "met",
        True,
        0,
    )
    assert capacity.value is not None
    assert capacity.value >= 0.605


def test_a_promise_stands_in_the_quarter_it_ended_in_and_in_the_next(shown: Shown) -> None:
    where = {
        name: [q for q in QUARTERS if name in {s.id for s in shown[q]}]
        for name in ("storefront-p1s", "catalog-small-incidents", "orders-holidays", "capacity")
    }
    assert where == {
        "storefront-p1s": ["2024-Q4", "2025-Q1", "2025-Q2"],  # 7 October to 4 January
        "catalog-small-incidents": ["2025-Q1", "2025-Q2"],
        "orders-holidays": ["2024-Q4", "2025-Q1", "2025-Q2"],
        "capacity": ["2025-Q3", "2025-Q4"],
    }


def test_a_promise_of_one_team_says_nothing_of_the_whole(store: Store, sample_dir, shown: Shown) -> None:
    found = shown["2025-Q1"]
    assert {s.of_part for s in found} == {True}
    assert promise_of("p1_incidents", found) is promise_beside("p1_incidents", found) is None
    seen = scope(store, sample_dir, "2025-Q1")
    assert reason(found, []) == ""
    said = headline(seen.period, found, [])
    assert not said.startswith(("Good", "Mixed", "Bad"))
    assert plain(said).endswith("Of 3 promises: 3 reached but could be luck.")
    without = replace(seen, settings=replace(seen.settings, commitments=()))
    assert baseline_of(seen) == baseline_of(without)
    whole = [replace(status, of_part=False) for status in found]
    assert "P1s" in reason(whole, [])


def false_met_of_a_count(baseline: int, days: float, length: float, target: float) -> float:
    """How often Poisson counts without a change are met: reached, and the score interval below no change. By hand."""
    was, now = (range(int(stats.poisson.ppf(1e-9, m)), int(stats.poisson.isf(1e-9, m)) + 1) for m in
                (baseline, baseline * length / days))  # fmt: skip
    met = 0.0
    for b in was:
        for k in now:
            reached = k / length <= target * b / days + 1e-9
            high = proportion_confint(k, k + b, 0.1, "wilson")[1]
            if reached and high / (1 - high) * days / length < 1:
                met += stats.poisson.pmf(b, baseline) * stats.poisson.pmf(k, baseline * length / days)
    return met


def test_how_often_at_least_one_of_the_sample_would_be_called_met_by_chance(shown: Shown) -> None:
    found = {status.id: status for status in shown["2025-Q4"] if not status.of_part}
    assert len(found) == 13
    # P1s 129 and repeat escalations 128 in 364 days, 40 % fewer in 90; a median whose goal is nearer than what is sure;
    # fixed levels that the baseline is far from: 0. A duty and what was counted in full: 0.
    alone = {
        "p1-incidents": false_met_of_a_count(129, 364, 90, 0.6),
        "repeat-escalations": false_met_of_a_count(128, 364, 90, 0.6),
        "mttr": 0.05,
    }
    for name, status in found.items():
        assert false_met(status) == pytest.approx(alone.get(name, 0.0), abs=5e-4)
    chance = 1 - math.prod(1 - rate for rate in alone.values())
    judged, product = one_of_many(found.values())
    assert (judged, product) == (7, pytest.approx(chance, abs=1e-3))
    assert round(100 * product) == 7
    # The promise on NPS runs on; once it has ended, 8 points of an error of 4 add 2.3 in 100: 9, "about 10".
    nps = found["nps"]
    low, high = nps.change_interval or (0.0, 0.0)
    error = (high - low) / 2 / stats.norm.ppf(0.95)
    ended = [*(s for s in found.values() if s.id != "nps"), replace(nps, pace="")]
    both = 1 - (1 - chance) * (1 - stats.norm.sf(8 / error))
    assert one_of_many(ended)[1] == pytest.approx(both, abs=1e-3)
    assert round(100 * both) == 9
    # One in twenty for each of 13 would be 49: what counting promises alone would say.
    assert round(100 * (1 - 0.95**13)) == 49
    assert "7 of 100" in comparisons(list(found.values()))
