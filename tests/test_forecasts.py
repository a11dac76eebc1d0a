"""Chances that promises were given half way are scored once enough of them have ended."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from scipy import stats

from reliability.commitments import commitment_statuses
from reliability.scrutiny.forecasts import Scored, scored
from reliability.settings import Goal, Organisation, Settings
from tests.promises_by_hand import Commitment, late_record, promise, spread
from tests.warehouse_by_hand import by_hand

FEWER = promise("p1_incidents", Goal(change=-0.4))
DUTY = replace(promise("postmortem_on_time_share", Goal(at_least=1.0), baseline=None), id="duty")
MEDIAN = replace(promise("time_to_recover_median", Goal(change=-0.3)), id="median")


def score(
    folder: Path,
    last: int,
    promises: int,
    as_of: str = "2025-12-01",
    others: tuple[Commitment, ...] = (DUTY,),
) -> Scored:
    """Score so many copies of a promise of at most 21: 10 in the first half of its window, `last` in the second."""
    rows = [*spread(0, 70, 0, 180), *spread(500, 10, 180, 225), *spread(700, last, 225, 270), *late_record()]
    copies = tuple(replace(FEWER, id=f"p{i}") for i in range(promises))
    known = Settings(Organisation(time_zone="UTC"), commitments=(*copies, *others))
    now = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with by_hand(folder, {"as_of": as_of}, incidents=rows) as store:
        return scored(store, known, commitment_statuses(store, known, now))


def test_before_twenty_have_ended_there_is_no_score(tmp_path: Path) -> None:
    found = score(tmp_path, 10, 19)
    assert (len(found.ended), found.brier) == (19, None)
    assert found.words == "Too few to score the chances: 19 of 20 promises that had one have ended."


@pytest.mark.parametrize(("last", "kept"), [(11, True), (12, False)])
def test_the_chance_half_way_is_held_against_the_end(tmp_path: Path, last: int, kept: bool) -> None:
    found = score(tmp_path, last, 20)
    # 10 in 45 days and 11 left: negative binomial, whatever came after.
    chance = stats.nbinom.cdf(11, 10.5, 0.5)
    assert {one.kept for one in found.ended} == {kept}
    assert found.ended[0].chance == pytest.approx(chance)
    assert found.brier == pytest.approx((chance - kept) ** 2)
    assert "of 20 promises score" in found.words


def test_a_promise_that_runs_or_is_not_final_has_not_ended(tmp_path: Path) -> None:
    assert score(tmp_path, 10, 2, "2025-09-20").ended == ()
    assert score(tmp_path, 10, 2, "2025-10-01").ended == ()


def test_a_median_is_scored_by_whether_it_reached_its_goal(tmp_path: Path) -> None:
    # All take an hour, before as after: 42 minutes are promised and none of the first ten kept to them.
    found = score(tmp_path, 10, 0, others=(MEDIAN,))
    (one,) = found.ended
    assert (one.id, one.kept) == ("median", False)
    assert one.chance < 0.01
