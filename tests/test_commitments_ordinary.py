"""What lowers a "met" on a median, a share or a mean; and what is never lowered: NPS points, fixed levels."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from reliability import model
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.statistics.means import Sample
from tests.claims import overclaimed, title
from tests.promises_by_hand import ZERO, Baseline, Goal, Span, incident, judged, late_record, promise

# The year before, then the half year of the baseline, then 90 days from day 180.
BAD = {"incident_windows": (Span(date(2025, 1, 1), date(2025, 5, 1)),)}  # 120 of the baseline's 180 days
ALL_BAD = {"incident_windows": (Span(date(2025, 1, 1), date(2025, 6, 30)),)}
MTTR = promise("time_to_recover_median", Goal(change=-0.3))


def took(
    first: int, minutes: float, from_day: float, to_day: float, n: int = 40, **more: Any
) -> list[dict[str, Any]]:
    """P1s whose times scatter about `minutes`: from half to twice as long."""
    step = (to_day - from_day) / n
    times = minutes * np.geomspace(0.5, 2, n)
    return [
        incident(
            first + i, ZERO + timedelta(days=from_day + step * (i + 0.5)), float(times[(i * 7) % n]), **more
        )
        for i in range(n)
    ]


def test_a_median_that_only_returns_to_normal_is_not_shown_to_be_more(tmp_path) -> None:
    # Three hours in the declared window, one before and after it: against the rest of the baseline nothing changed.
    rows = [*took(0, 180, 0, 120, 80), *took(200, 60, 120, 180, 20), *took(400, 60, 180, 270), *late_record()]
    plainly = judged(tmp_path, MTTR, incidents=rows)
    assert plainly.verdict is Verdict.MET
    (tmp_path / "declared").mkdir()
    found = judged(tmp_path / "declared", MTTR, settings=BAD, incidents=rows)
    assert (found.verdict, found.tone) == (Verdict.MET_NOT_SHOWN, model.NOISE)
    assert found.verdict_text == "met, not shown to be more than a return to normal"
    assert plain(found.sentence).endswith("Without the declared incident windows it was a median of 1 h.")
    assert "not shown to be more than a return to normal" in plain(found.sentence)
    assert plain(found.clause).endswith(", not shown to be more than a return to normal")
    assert title(found).startswith("Recovery is faster since ")
    assert title(found).endswith(f"): {found.verdict_text}")
    assert not overclaimed(found)
    assert plain(found.details[0]) == "Without the declared incident windows it was a median of 1 h"
    # Shorter than in the ordinary weeks too: that is more than a return to normal.
    (tmp_path / "kept").mkdir()
    better = [
        *took(0, 180, 0, 120, 80),
        *took(200, 60, 120, 180, 20),
        *took(400, 25, 180, 270),
        *late_record(),
    ]
    assert judged(tmp_path / "kept", MTTR, settings=BAD, incidents=better).verdict is Verdict.MET


def test_with_nothing_left_the_year_before_is_asked_and_without_it_the_word_is_lowered(tmp_path) -> None:
    baseline_only = [*took(0, 180, 0, 180, 80), *took(400, 60, 180, 270), *late_record()]
    found = judged(tmp_path, MTTR, settings=ALL_BAD, incidents=baseline_only)
    assert found.verdict is Verdict.MET_NOT_SHOWN
    assert found.sentence.endswith("Nothing is left to compare with without the declared incident windows.")
    (tmp_path / "slow").mkdir()
    year = [*took(600, 180, -200, 0, 80), *baseline_only]
    assert judged(tmp_path / "slow", MTTR, settings=ALL_BAD, incidents=year).verdict is Verdict.MET
    (tmp_path / "quick").mkdir()
    year = [*took(600, 60, -200, 0, 80), *baseline_only]
    found = judged(tmp_path / "quick", MTTR, settings=ALL_BAD, incidents=year)
    # The same days a year before were quicker than the declared half year, too: both causes are named, in their order.
    assert found.verdict_text == "met, not shown to be more than a return to normal or the season"


def test_days_that_are_quicker_every_year_are_no_success(tmp_path) -> None:
    # Each year one hour in these 90 days, three in the others.
    def year(first: int, start: float) -> list[dict[str, Any]]:
        return [*took(first, 60, start, start + 90), *took(first + 100, 180, start + 90, start + 364, 120)]

    mttr = promise(
        "time_to_recover_median", Goal(change=-0.3), baseline=Baseline(date(2024, 7, 1), date(2025, 6, 30))
    )
    rows = [*year(1000, 180 - 728), *year(2000, 180 - 364), *late_record()]
    found = judged(tmp_path, mttr, incidents=[*rows, *took(400, 60, 180, 270)])
    assert found.verdict_text == "met, not shown to be more than the season"
    assert plain(found.sentence).endswith(
        "These days are quicker every year: it was a median of 1 h in them."
    )
    assert any(
        detail.startswith("Against the same 90\N{NO-BREAK SPACE}days a year earlier")
        for detail in found.details
    )
    (tmp_path / "more").mkdir()
    assert judged(tmp_path / "more", mttr, incidents=[*rows, *took(400, 25, 180, 270)]).verdict is Verdict.MET
    # Where these days are as the others, a year ago is no reason to doubt.
    (tmp_path / "none").mkdir()
    even = [*took(1000, 180, 180 - 728, 180, 320), *late_record(), *took(400, 60, 180, 270)]
    assert judged(tmp_path / "none", mttr, incidents=even).verdict is Verdict.MET


def repeats(first: int, from_day: float, to_day: float, n: int, again: int) -> list[dict[str, Any]]:
    """Incidents of which so many are the return of the one before."""
    rows = took(first, 60, from_day, to_day, n, severity=2)
    for i, row in enumerate(rows):
        row["repeat_of"] = f"I{first + i - 1}" if i and i <= again else None
    return rows


def test_a_share_that_only_returns_to_normal_is_not_shown_to_be_more(tmp_path) -> None:
    of = promise("repeat_share", Goal(change=-0.4))
    rows = [
        *repeats(0, 0, 120, 200, 150),
        *repeats(300, 120, 180, 60, 12),
        *repeats(500, 180, 270, 100, 20),
        *late_record(),
    ]
    assert judged(tmp_path, of, incidents=rows).verdict is Verdict.MET
    (tmp_path / "declared").mkdir()
    found = judged(tmp_path / "declared", of, settings=BAD, incidents=rows)
    assert found.verdict_text == "met, not shown to be more than a return to normal"
    assert plain(found.sentence).endswith("Without the declared incident windows it was 20 %.")


def escalated(first: int, hours: float, from_day: float, to_day: float, n: int) -> tuple[list, list]:
    """Repeats that support passed on after about so many hours, with their tickets."""
    rows = took(first, 500, from_day, to_day, n, severity=2)
    for row in rows:
        row["repeat_of"] = "I9999"
    tickets = [
        {
            "ticket_id": f"T{row['incident_id']}",
            "incident_id": row["incident_id"],
            "created_at": row["opened_at"],
            "escalated_to_engineering_at": row["opened_at"] + timedelta(hours=hours + i % 3 - 1),
        }
        for i, row in enumerate(rows)
    ]
    return rows, tickets


def test_a_mean_that_only_returns_to_normal_is_not_shown_to_be_more(tmp_path) -> None:
    # Twelve hours in the declared window, six before and after it.
    of = promise("escalation_to_engineering_hours_mean", Goal(change=-0.3))
    parts = [escalated(0, 12, 1, 120, 60), escalated(200, 6, 120, 180, 12), escalated(400, 6, 180, 270, 30)]
    first = incident(9999, ZERO, severity=3)
    rows = [first, *(row for found, _ in parts for row in found), *late_record()]
    tickets = [ticket for _, found in parts for ticket in found]
    tickets.append({"ticket_id": "last", "created_at": ZERO + timedelta(days=333)})
    assert judged(tmp_path, of, incidents=rows, tickets=tickets).verdict is Verdict.MET
    (tmp_path / "declared").mkdir()
    found = judged(tmp_path / "declared", of, settings=BAD, incidents=rows, tickets=tickets)
    assert found.verdict_text == "met, not shown to be more than a return to normal"
    assert plain(found.sentence).endswith("Without the declared incident windows it was 6 h.")


def test_samples_put_together_are_those_of_all_values() -> None:
    parts = [[1.0, 4.0, 2.0], [8.0, 9.0], [3.0]]
    joined = Sample.joined([Sample.of(part) for part in [*parts, []]])
    every = np.concatenate(parts)
    assert (joined.n, joined.mean) == (6, pytest.approx(every.mean()))
    assert joined.deviation == pytest.approx(every.std(ddof=1))


def test_points_won_back_from_an_incident_window_are_what_was_promised(tmp_path) -> None:
    def answers(first: int, day: float, days: float, scores: list[int]) -> list[dict[str, Any]]:
        return [
            {
                "response_id": f"R{first + i}",
                "responded_at": ZERO + timedelta(days=day + days * (i + 0.5) / len(scores)),
                "score": score,
                "account_id": f"A{first + i}",
            }
            for i, score in enumerate(scores)
        ]

    rows = [*answers(0, 0, 180, [10] * 100 + [2] * 100), *answers(2000, 180, 90, [10] * 150 + [2] * 50)]
    rows += answers(9000, 330, 1, [10])
    found = judged(tmp_path, promise("nps", Goal(change_points=8)), settings=ALL_BAD, nps_responses=rows)
    assert found.verdict is Verdict.MET


def test_a_fixed_level_claims_no_change_that_could_be_doubted(tmp_path) -> None:
    limit = promise("time_to_recover_median", Goal(at_most=120))
    rows = [*took(0, 180, 0, 180, 80), *took(400, 60, 180, 270), *late_record()]
    assert judged(tmp_path, limit, settings=ALL_BAD, incidents=rows).verdict is Verdict.MET
