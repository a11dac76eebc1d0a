"""What stands beside the verdict on a count, by hand."""

from datetime import UTC, datetime

import pytest

from reliability.commitments.observed import Counts
from reliability.commitments.opinions import linking_moved, other_severities, second_opinions
from reliability.commitments.verdict import Judgement, Verdict
from reliability.formatting import plain
from tests.frames_by_hand import ALWAYS, framed
from tests.promises_by_hand import Goal, promise

# 90 days against 180: half as many are as many.
P1 = framed(promise("p1_incidents", Goal(change=-0.4)), {"incidents": ALWAYS})
REPEATS = framed(promise("repeat_incidents", Goal(change=-0.4)), {"repeats": ALWAYS})
MET = Judgement(Verdict.MET)


def counts(value: int, **more: int | None) -> Counts:
    return Counts({"value": value, **more}, ())


def said(frame, now: Counts, before: Counts, phi: float = 1.0) -> tuple[str, ...]:
    return tuple(map(plain, second_opinions(frame, now, before, phi, [], None, MET)))


def test_p1s_stand_among_p1s_and_p2s():
    assert said(P1, counts(6, p2=18), counts(20, p2=60)) == (
        "P1s and P2s together: 24, 40 in as many days of the baseline",
        "P1s among P1s and P2s: 25 %, 25 % in the baseline",
    )
    assert said(P1, counts(6), counts(20)) == ()


@pytest.mark.parametrize(
    ("now", "before"),
    [(counts(0, p2=0), counts(20, p2=60)), (counts(6, p2=18), counts(0, p2=0))],
    ids=["none now", "none before"],
)
def test_a_share_of_nothing_is_not_said(now, before):
    assert len(said(P1, now, before)) == 1


def test_a_p2_of_either_time_makes_a_share_of_it():
    assert said(P1, counts(0, p2=2), counts(20, p2=0))[1] == (
        "P1s among P1s and P2s: 0 %, 100 % in the baseline"
    )


def test_a_share_of_its_own_stands_beside_where_both_times_have_it():
    now, before = counts(3, repeats=3, incidents=12), counts(12, repeats=12, incidents=24)
    (only,) = said(REPEATS, now, before)
    assert only == "25 % of incidents are repeats, 50 % in the baseline"
    assert said(REPEATS, now, counts(0, repeats=0, incidents=0)) == ()


@pytest.mark.parametrize(("linked", "moved"), [(8, False), (11, True), (1, True), (4, False)])
def test_links_moved_when_their_share_did(linked, moved):
    # 6 of 20 before: ten points more or fewer are no more than ten points.
    now, before = counts(3, linked=linked, incidents=20), counts(3, linked=6, incidents=20)
    assert linking_moved(REPEATS, now, before) is moved


def test_links_cannot_move_where_nobody_says_how_many_there_are():
    known, silent = counts(3, linked=20, incidents=20), counts(3, incidents=20)
    none = counts(3, linked=0, incidents=20)
    assert linking_moved(REPEATS, known, none)
    assert not linking_moved(REPEATS, known, silent) and not linking_moved(REPEATS, silent, known)
    assert not linking_moved(P1, known, none)  # no repeats are counted there


def test_other_severities_are_judged_where_the_baseline_holds_some():
    now, before = (
        counts(4, by_last_severity=2, by_first_severity=9),
        counts(40, by_last_severity=40, by_first_severity=0),
    )
    found = other_severities(P1, now, before, 0.6, 1.0)
    assert [(k, judged and judged.verdict) for _, k, judged in found] == [(2, Verdict.MET), (9, None)]
    running = framed(P1.commitment, {"incidents": ALWAYS}, as_of=datetime(2025, 8, 1, tzinfo=UTC))
    assert [judged for *_, judged in other_severities(running, now, before, 0.6, 1.0)] == [None, None]
