"""A count beside the traffic or the changes there were: per million requests, else per change."""

from datetime import timedelta

import pytest
from scipy import stats

from reliability.commitments import CommitmentStatus
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.model import Filters
from tests.promises_by_hand import ZERO, Goal, Rows, counts, incident, judged, promise

FEWER = promise("p1_incidents", Goal(change=-0.4))
MILLION = 1_000_000


def requests(before: int, after: int, days: int = 340) -> Rows:
    """So many requests a day before the promise (day 180) and from then on, measured every day."""
    return [
        {"endpoint": "/a", "service": "a", "interval_start": ZERO + timedelta(days=day),
         "interval_end": ZERO + timedelta(days=day + 1), "good": total, "total": total}
        for day in range(days)
        for total in [before if day < 180 else after]
    ]  # fmt: skip


def changes(before: int, after: int) -> Rows:
    """So many changes in the 180 days before the promise, and in its 90; one before and one after everything."""
    at = [*(i * 180 / before for i in range(before)), *(180 + i * 90 / after for i in range(after)), -1, 300]
    return [
        {"change_id": f"C{i}", "merged_at": ZERO + timedelta(days=day), "service": "a"}
        for i, day in enumerate(at)
    ]


def per_volume(found: CommitmentStatus) -> list[str]:
    return [plain(said) for said in found.details if said.startswith("Per ")]


def test_half_the_p1s_under_half_the_traffic_are_as_many_per_million_requests(tmp_path):
    before, after = requests(2 * MILLION, MILLION), counts(80, 20)
    found = judged(tmp_path, FEWER, incidents=after, availability=before)
    assert found.verdict is Verdict.MET  # nothing is lowered
    (said,) = per_volume(found)
    # 20 in 90 million against 80 in 360 million; the share of 100 that is here, as odds times 4.
    low, high = stats.binomtest(20, 100).proportion_ci(0.9, "wilson")
    ends = [share / (1 - share) * 4 - 1 for share in (low, high)]
    assert said == (
        f"Per million requests: 0 % (90 % range {100 * ends[0]:.0f} % to {100 * ends[1]:+.0f} %); "
        "90 million requests, 180 million in as many days of the baseline"
    )


def test_where_no_requests_are_measured_changes_stand_in(tmp_path):
    found = judged(tmp_path, FEWER, incidents=counts(80, 20), changes=changes(120, 30))
    (said,) = per_volume(found)
    assert said.startswith("Per change: 0 % (")
    assert said.endswith("; 30 changes, 60 in as many days of the baseline")


@pytest.mark.parametrize(
    ("days", "why"),
    [(range(100, 340), "from the middle of the baseline on"), (range(220), "not to the end of the window"),
     ([*range(180), *range(195, 340)], "with two weeks of the window missing")],
)  # fmt: skip
def test_requests_of_a_part_say_nothing(tmp_path, days, why):
    measured = [row for day, row in enumerate(requests(MILLION, MILLION)) if day in days]
    assert per_volume(judged(tmp_path, FEWER, incidents=counts(80, 20), availability=measured)) == [], why


def test_the_requests_of_one_team_are_not_known(tmp_path):
    teams = promise("p1_incidents", Goal(change=-0.4), filters=Filters(teams=("Blue",)))
    found = judged(
        tmp_path,
        teams,
        incidents=counts(80, 20, team="Blue"),
        availability=requests(MILLION, MILLION),
    )
    assert found.n == 20
    assert per_volume(found) == []


def test_a_running_count_has_it_too(tmp_path):
    found = judged(
        tmp_path, FEWER, "2025-08-14", incidents=counts(80, 40), availability=requests(MILLION, 3 * MILLION)
    )
    (said,) = per_volume(found)
    # 20 in 45 days of 3 million against 80 in 180 of 1 million: a third as many.
    assert said.startswith("Per million requests: -67 % (")


def test_without_a_baseline_a_count_says_how_many_there_are_per_million_requests(tmp_path):
    limit = promise("p1_incidents", Goal(at_most=30), baseline=None)
    found = judged(tmp_path, limit, incidents=counts(0, 18), availability=requests(MILLION, MILLION))
    # 18 in 90 million; the exact Poisson limits of 18 are 11.6 and 26.7, the score limits 12.2 and 26.5.
    (said,) = per_volume(found)
    assert said == "Per million requests: 0.2 (90 % range 0.14 to 0.29); 90 million requests"


def test_a_limit_whose_baseline_holds_no_event_says_how_many_there_are_per_million_requests(tmp_path):
    first = incident(998, ZERO, severity=4)  # the exports begin with the baseline, and none of it is a P1
    found = judged(
        tmp_path,
        promise("p1_incidents", Goal(at_most=30)),
        incidents=[first, *counts(0, 18)],
        availability=requests(MILLION, MILLION),
    )
    assert found.n == 18
    assert found.baseline is not None
    (said,) = per_volume(found)
    assert said == "Per million requests: 0.2 (90 % range 0.14 to 0.29); 90 million requests"
