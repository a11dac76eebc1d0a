"""Where promises stand, in words: order, sentence, what is left."""

from dataclasses import replace
from datetime import UTC, datetime

from reliability.commitments import CommitmentBaseline, CommitmentStatus, CommitmentWindow
from reliability.commitments.verdict import Verdict
from reliability.model import GOOD, UNKNOWN
from reliability.review import standing
from reliability.review.buckets import Bucket, bucket_of

START, END = datetime(2025, 8, 18, tzinfo=UTC), datetime(2025, 11, 16, tzinfo=UTC)
NOW = datetime(2025, 10, 1, tzinfo=UTC)


def status(name: str, verdict: str, tone: str, **more) -> CommitmentStatus:
    base = CommitmentStatus(
        id=name,
        title=name,
        kpi="p1_incidents",
        unit="incidents",
        owner="",
        baseline=None,
        window=CommitmentWindow(START, END, 44.0, 90.0),
        value=12.0,
        n=12,
        short_title=name,
        verdict=Verdict(verdict),
        tone=tone,
    )
    return replace(base, **more)


def test_the_line_of_why_says_what_is_over_what_ends_next_and_what_has_not_begun() -> None:
    found = [status("P1s", "on pace", GOOD), status("new", "not begun", UNKNOWN)]
    assert standing.reason(found, NOW, "UTC") == "The next deadline is 15 Nov 2025 (P1s), 1 has not begun."
    assert standing.reason(found, END, "UTC") == "1 is past the deadline, 1 has not begun."


def test_what_is_left_of_an_allowance_while_the_window_runs() -> None:
    left = status("P1s", "on pace", GOOD, allowance_left=4, chance=0.43)
    assert standing.allowance(left, NOW, "UTC") == (
        "You can afford 4 more P1s up to 15 Nov; chance to keep it 43\xa0%, going on as so far"
    )
    one = replace(left, allowance_left=1, chance=None)
    assert standing.allowance(one, NOW, "UTC") == "You can afford 1 more P1 up to 15 Nov"
    none = replace(left, allowance_left=0, chance=None)
    assert standing.allowance(none, NOW, "UTC") == "None left: the next P1 up to 15 Nov breaks the promise"


def test_what_was_left_of_an_allowance_at_the_end() -> None:
    left = status("P1s", "met", GOOD, allowance_left=3)
    assert standing.allowance(left, END, "UTC") == "", "the evidence says how many of how many"
    assert standing.allowance(replace(left, allowance_left=0), END, "UTC") == ""
    assert standing.allowance(replace(left, allowance_left=-4), END, "UTC") == "4 more than allowed"


def test_the_baseline_of_a_count_is_told_per_promised_days() -> None:
    # 129 in 364 days are 31.9 in 90.
    long = CommitmentBaseline(START, END, 364.0, 129.0, 129)
    assert standing.was(status("P1s", "met", GOOD, baseline=long)) == "was 32 per 90\xa0days"
    same = CommitmentBaseline(START, END, 90.0, 36.0, 36)
    assert standing.was(status("P1s", "met", GOOD, baseline=same)) == "was 36"
    median = CommitmentBaseline(START, END, 364.0, 165.0, 124)
    recovery = status("mttr", "met", GOOD, kpi="time_to_recover_median", unit="minutes", baseline=median)
    assert standing.was(recovery) == "was 2\xa0h\xa045\xa0min"
    assert standing.was(status("P1s", "met", GOOD)) == ""


def test_promises_stand_in_the_order_of_the_buckets(store, sample_dir) -> None:
    from reliability.settings import load_settings

    settings = load_settings(sample_dir)
    at = datetime(2025, 10, 1, tzinfo=UTC)
    held = [bucket_of(s.status.verdict) for s in standing.standings(store, settings, at)]
    assert len(held) == len(settings.commitments)
    assert len(set(held)) > 1
    assert held == sorted(held, key=list(Bucket).index)
    before = datetime(2024, 10, 1, tzinfo=UTC)
    assert standing.standings(store, settings, before, ahead=False) == ()
    # Those that had ended by an instant are left away: the three of single teams before August.
    recent = standing.standings(store, settings, at, since=datetime(2025, 7, 1, tzinfo=UTC))
    assert len(recent) == len(held) - 3
