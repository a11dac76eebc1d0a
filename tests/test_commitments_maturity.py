"""After a window's last day no word is final until late records have come: duties, censuses, counts to reach."""

from datetime import date, timedelta
from typing import Any

import pytest

from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.review.buckets import Bucket, bucket_of
from tests.claims import CLAIM, sentences
from tests.promises_by_hand import ZERO, Goal, judged, late_record, promise, spread

# The promise runs to 27 September; a week later, on 5 October, its word is final where no source says how late it is.
SOON, FINAL = "2025-10-02", "2025-10-05"
DAY = "5 Oct 2025"


def work(now: int, before: int | None = None) -> list[dict[str, Any]]:
    """Points for root causes, of 100, in a sprint of the window, and in one of the baseline."""
    sprints = [
        ("S2", date(2025, 7, 1), now),
        *([("S1", date(2025, 3, 1), before)] if before is not None else []),
    ]
    return [
        {
            "sprint": name,
            "starts_on": day,
            "ends_on": day + timedelta(days=13),
            "work_type": kind,
            "done_points": points,
        }
        for name, day, part in sprints
        for kind, points in (("root_cause", part), ("feature", 100 - part))
    ]


@pytest.mark.parametrize(
    ("points", "early", "final"),
    [(61, "reached so far, final on 5 Oct 2025", "met"), (48, "short so far, final on 5 Oct 2025", "missed")],
)
def test_a_census_is_final_once_late_records_have_come(tmp_path, points: int, early: str, final: str) -> None:
    capacity = promise("root_cause_capacity_share", Goal(at_least=0.6), baseline=None)
    soon = judged(tmp_path, capacity, SOON, sprint_work=work(points))
    assert soon.verdict_text == early
    assert plain(soon.sentence) == f"{points} % so far, promised at least 60 %. Final on {DAY}."
    (tmp_path / "later").mkdir()
    later = judged(tmp_path / "later", capacity, FINAL, sprint_work=work(points))
    assert later.verdict_text == final
    assert plain(later.sentence) == f"{points} %, promised at least 60 %."


@pytest.mark.parametrize(
    ("now", "early", "said"),
    [
        (60, "reached so far, final on 5 Oct 2025", "Reached: up 50 %, promised 20 %; 40 % then, 60 % now."),
        (
            44,
            "short so far, final on 5 Oct 2025",
            "Not reached: up 10 %, promised 20 %; 40 % then, 44 % now.",
        ),
    ],
)
def test_a_census_promised_as_a_change_speaks_of_no_chance(tmp_path, now: int, early: str, said: str) -> None:
    more = promise("root_cause_capacity_share", Goal(change=0.2))
    soon = judged(tmp_path, more, SOON, sprint_work=work(now, 40))
    assert soon.verdict_text == early
    assert plain(soon.sentence).endswith(f"so far, promised 20 %: 40 % then, {now} % now. Final on {DAY}.")
    (tmp_path / "later").mkdir()
    found = judged(tmp_path / "later", more, FINAL, sprint_work=work(now, 40))
    assert plain(found.sentence) == said
    assert found.interval is None
    for text in sentences(found):
        assert "chance" not in text and "luck" not in text and not CLAIM.search(text)


def duty(hours: list[float | None]) -> dict[str, list[dict[str, Any]]]:
    """Sev1s of the window with a postmortem so many hours after recovery; None: none."""
    rows = spread(500, len(hours), 180, 260)
    written = [
        {"incident_id": row["incident_id"], "published_at": row["resolved_at"] + timedelta(hours=took)}
        for row, took in zip(rows, hours, strict=True)
        if took is not None
    ]
    known = [{"incident_id": "old", "published_at": ZERO}]
    return {
        "incidents": [*spread(0, 1, 0, 1, severity=4), *rows, *late_record()],
        "postmortems": [*known, *written],
    }


@pytest.mark.parametrize(
    ("hours", "early", "said", "final"),
    [
        ([10, 20], Verdict.REACHED_SO_FAR, f"2 of 2 on time so far. Final on {DAY}.", Verdict.MET),
        # One that was published in time may be exported later.
        (
            [10, None],
            Verdict.SHORT_SO_FAR,
            f"1 of 2 on time so far; 1 missing: I501. Final on {DAY}.",
            Verdict.NOT_MET,
        ),
        # One that was late stays late.
        ([10, 100], Verdict.NOT_MET, "1 of 2 on time; 1 late: I501.", Verdict.NOT_MET),
    ],
)
def test_a_duty_is_final_once_late_records_have_come(
    tmp_path, hours: list[float | None], early: Verdict, said: str, final: Verdict
) -> None:
    of = promise("postmortem_on_time_share", Goal(at_least=1.0), baseline=None)
    soon = judged(tmp_path, of, SOON, **duty(hours))
    assert (soon.verdict, plain(soon.sentence)) == (early, said)
    (tmp_path / "later").mkdir()
    assert judged(tmp_path / "later", of, FINAL, **duty(hours)).verdict is final


def test_a_count_to_reach_is_reached_for_good_and_short_only_so_far(tmp_path) -> None:
    rows = [*spread(500, 20, 180, 270), *late_record()]
    short = promise("incidents", Goal(at_least=25), baseline=None)
    soon = judged(tmp_path, short, SOON, incidents=rows)
    assert soon.verdict_text == f"short so far, final on {DAY}"
    assert plain(soon.sentence) == f"20 so far, promised at least 25. Final on {DAY}."
    assert bucket_of(soon.verdict) is Bucket.SHORT
    (tmp_path / "later").mkdir()
    assert judged(tmp_path / "later", short, FINAL, incidents=rows).verdict is Verdict.MISSED
    (tmp_path / "reached").mkdir()
    reached = judged(
        tmp_path / "reached", promise("incidents", Goal(at_least=20), baseline=None), SOON, incidents=rows
    )
    assert reached.verdict is Verdict.MET  # what is still to be recorded can only add to it


def test_no_other_word_of_a_window_that_is_over_claims_more_before_it_is_final(tmp_path) -> None:
    level = promise("p1_incidents", Goal(at_most=5), baseline=None)
    rows = [*spread(500, 20, 180, 270), *late_record()]
    assert judged(tmp_path, level, SOON, incidents=rows).verdict_text == f"over so far, final on {DAY}"
