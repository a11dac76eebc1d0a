"""The roadmap: promised effects beside what the figures did, and the words of noise."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scipy import stats

from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.queries import Store
from reliability.review import roadmap
from reliability.review.roadmap import AVAILABILITY, MTTR, REPEATS
from reliability.statistics.survival import Durations
from tests.warehouse_by_hand import params

RELEASE = datetime(2025, 9, 1, tzinfo=UTC)
CORE = ["checkout-api", "payments-gateway", "orders-api", "identity", "search"]


def days(good: float, count: int = 30, total: float = 10_000) -> list[dict[str, float]]:
    return [{"good": good, "total": total}] * count


def plan(**more: Any) -> dict[str, Any]:
    return {
        "item_id": "R1",
        "title": "Outbox",
        "quarter": "2025-Q3",
        "service": "orders",
        "released_at": RELEASE,
        "before_start": RELEASE - timedelta(days=60),
        "days": 60.0,
        "states_effect": True,
        "expected_mttr_change": None,
        "expected_availability_change": None,
        "expected_repeat_change": None,
        "incidents_covered": True,
        "repeats_covered": True,
        **more,
    }


# Repeats: hand counts, intervals from scipy's Wilson interval of the later share


@pytest.mark.parametrize(
    ("before", "after", "promised", "word"),
    [
        (40, 16, -0.4, roadmap.AS_PROMISED),
        (20, 11, -0.4, roadmap.AS_PROMISED_IN_NOISE),
        (60, 42, -0.4, roadmap.BETTER_SHORT),
        (30, 27, -0.4, roadmap.IN_NOISE),
        (90, 88, -0.4, roadmap.NOT_AS_PROMISED),
        (20, 45, -0.4, roadmap.WORSE),
        (4, 3, -0.4, roadmap.TOO_FEW),
        (30, 25, 0.0, roadmap.IN_NOISE),
        (40, 10, 0.0, roadmap.BETTER),
        (20, 45, 0.0, roadmap.WORSE),
        (20, 60, 0.1, roadmap.WORSE_THAN_PROMISED),
        (40, 10, 0.1, roadmap.AS_PROMISED),
    ],
)
def test_counts_of_repeats_get_the_word_of_their_interval(
    before: int, after: int, promised: float, word: str
) -> None:
    effect = roadmap.repeats_effect(promised, 60, before, after)
    share = stats.binomtest(after, before + after).proportion_ci(0.9, "wilson")
    assert effect.interval is not None
    assert effect.interval.low == pytest.approx(share.low / (1 - share.low) - 1)
    assert effect.interval.high == pytest.approx(share.high / (1 - share.high) - 1)
    assert effect.change == pytest.approx(after / before - 1)
    assert effect.word == word


def test_nothing_before_and_nothing_after_says_nothing() -> None:
    effect = roadmap.repeats_effect(-0.1, 60, 0, 0)
    assert effect.word == roadmap.TOO_FEW
    assert effect.change is None
    assert effect.interval is not None and math.isinf(effect.interval.high)


def test_less_than_a_quarter_of_ninety_days_is_too_early_whatever_the_figures() -> None:
    assert roadmap.repeats_effect(-0.4, 22, 40, 1).word == roadmap.TOO_EARLY
    assert roadmap.repeats_effect(-0.4, 22.5, 40, 1).word == roadmap.AS_PROMISED


# Time to recover


def test_a_median_that_fell_for_sure_is_as_promised() -> None:
    effect = roadmap.recovery_effect(-0.3, 60, Durations.of([100.0] * 12), Durations.of([50.0] * 9))
    assert (effect.before, effect.after, effect.change) == (100, 50, -0.5)
    assert effect.interval == pytest.approx((-0.5, -0.5))
    assert effect.word == roadmap.AS_PROMISED
    assert (effect.before_n, effect.after_n) == (12, 9)


def test_fewer_than_eight_in_a_stretch_are_too_few() -> None:
    assert roadmap.recovery_effect(-0.3, 60, Durations.of([100.0] * 12), Durations.of([1.0] * 7)).word == (
        roadmap.TOO_FEW
    )
    assert (
        roadmap.recovery_effect(-0.3, 60, Durations.of([]), Durations.of([1.0] * 9)).word == roadmap.TOO_FEW
    )


def test_open_incidents_stay_in_with_their_age() -> None:
    still = Durations.of([10.0] * 4 + [500.0] * 6, [True] * 4 + [False] * 6)
    effect = roadmap.recovery_effect(-0.3, 60, Durations.of([100.0] * 10), still)
    assert effect.after is None
    assert effect.word != roadmap.AS_PROMISED


# Availability


def test_days_without_any_spread_leave_no_doubt() -> None:
    effect = roadmap.availability_effect(0.0003, 60, days(9990), days(9995))
    assert effect.change == pytest.approx(0.0005)
    assert effect.interval == pytest.approx((0.0005, 0.0005))
    assert effect.word == roadmap.AS_PROMISED
    assert roadmap.availability_effect(0.001, 60, days(9990), days(9995)).word == roadmap.BETTER_SHORT
    assert roadmap.availability_effect(0.001, 60, days(9995), days(9990)).word == roadmap.WORSE


def test_one_bad_day_before_is_within_noise_although_the_figure_rose() -> None:
    outage = [*days(10_000, 29), {"good": 9_700, "total": 10_000}]
    effect = roadmap.availability_effect(0.0005, 60, outage, days(10_000))
    assert effect.change == pytest.approx(0.001)
    assert effect.interval is not None and effect.interval.low == 0
    assert effect.word == roadmap.AS_PROMISED_IN_NOISE


def test_a_price_that_was_announced_is_kept_when_it_is_not_exceeded() -> None:
    assert roadmap.availability_effect(-0.001, 60, days(9990), days(9985)).word == roadmap.AS_PROMISED
    assert roadmap.availability_effect(-0.0001, 60, days(9990), days(9985)).word == (
        roadmap.WORSE_THAN_PROMISED
    )


def test_requests_weigh_and_too_few_days_say_so() -> None:
    mixed = [*days(900, 14, 1000), *days(99_000, 14, 100_000)]
    effect = roadmap.availability_effect(0.0, 60, mixed, mixed)
    assert effect.before == pytest.approx((14 * 900 + 14 * 99_000) / (14 * 101_000))
    assert roadmap.availability_effect(0.1, 60, days(9990, 13), days(9995)).word == roadmap.TOO_FEW
    assert roadmap.availability_effect(0.1, 60, [], days(9995)).word == roadmap.NOT_RECORDED


# Entries


def test_an_entry_without_a_promise_is_a_gap_and_has_no_verdict() -> None:
    (entry,) = roadmap.entries([plan(states_effect=False)], [], [])
    assert not entry.states_effect
    assert {effect.word for effect in entry.effects} == {roadmap.NO_PROMISE}


def test_what_is_not_released_or_not_covered_is_not_judged() -> None:
    ahead = plan(released_at=None, before_start=None, days=None, expected_mttr_change=-0.1)
    assert roadmap.entries([ahead], [], [])[0].effect(MTTR).word == roadmap.NOT_RELEASED
    before_the_data = plan(
        expected_mttr_change=-0.1, expected_repeat_change=-0.1, expected_availability_change=0.1,
        incidents_covered=False, repeats_covered=False,
    )  # fmt: skip
    effects = roadmap.entries([before_the_data], [], [])[0].effects
    assert {effect.word for effect in effects} == {roadmap.NOT_RECORDED}


def test_clusters_of_repeats_widen_the_interval() -> None:
    def repeat(day: float) -> dict[str, Any]:
        at = RELEASE + timedelta(days=day)
        return {
            "item_id": "R1", "side": "before" if day < 0 else "after", "opened_at": at, "minutes": None,
            "has_ended": True, "is_repeat_escalation": True,
        }  # fmt: skip

    even = [repeat(-1 - 2 * n) for n in range(28)] + [repeat(1 + 4 * n) for n in range(14)]
    heaps = [repeat(-1 - 0.1 * n) for n in range(28)] + [repeat(1 + 0.1 * n) for n in range(14)]
    asked = [plan(expected_repeat_change=-0.4)]
    steady, clustered = (roadmap.entries(asked, rows, [])[0].effect(REPEATS) for rows in (even, heaps))
    assert (steady.before, steady.after) == (clustered.before, clustered.after) == (28, 14)
    assert steady.interval and clustered.interval
    assert clustered.interval.high > steady.interval.high
    assert clustered.word == roadmap.AS_PROMISED_IN_NOISE


def test_every_word_has_a_tone_and_only_concern_and_good_are_sure() -> None:
    assert roadmap.TONES[roadmap.IN_NOISE] == NOISE
    assert roadmap.TONES[roadmap.TOO_EARLY] == UNKNOWN
    assert roadmap.TONES[roadmap.AS_PROMISED] == GOOD
    assert roadmap.TONES[roadmap.WORSE] == CONCERN


def test_the_figures_beside_a_promise_are_those_of_the_kpis(store: Store) -> None:
    seen = params("2025-10-01", "2026-01-01", as_of="2025-11-17 08:00", core_services=CORE)
    names = ("lists/work/roadmap_effects", "lists/work/roadmap_incidents", "lists/work/roadmap_availability")
    found = {e.item_id: e for e in roadmap.entries(*(store.run(name, seen).rows for name in names))}
    entry = found["RM-106"]
    assert entry.released_at is not None and entry.before_start is not None
    after = {**seen, "start": entry.released_at, "end": seen["as_of"]}
    before = {**seen, "start": entry.before_start, "end": entry.released_at}
    for measure, kpi in (
        (MTTR, "time_to_recover_median"),
        (REPEATS, "repeat_escalations"),
        (AVAILABILITY, "availability"),
    ):
        effect = entry.effect(measure)
        tight = 1e-4 if measure == AVAILABILITY else 1e-9  # the interval that the release cuts is in neither
        # What was recorded of earlier incidents later counts today, as it does in the KPI.
        assert effect.before == pytest.approx(store.run(f"kpis/{kpi}", before).one()["value"], rel=tight)
        assert effect.after == pytest.approx(store.run(f"kpis/{kpi}", after).one()["value"], rel=tight)
    assert [e.item_id for e in found.values() if not e.states_effect] == [
        "RM-101", "RM-102", "RM-103", "RM-104", "RM-115", "RM-117", "RM-120",
    ]  # fmt: skip
