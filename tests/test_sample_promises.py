"""Over its quarters the sample's promises show every bucket and every cause that lowers a word, and where they stand."""

from dataclasses import replace

import pytest

from reliability.commitments import CommitmentStatus
from reliability.commitments.verdict import Cause, Verdict
from reliability.formatting import plain
from reliability.model import Filters
from reliability.queries import Store
from reliability.review.buckets import Bucket, bucket_of
from reliability.review.control import baseline_of
from reliability.review.headline import headline, reason
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
