"""A promise before it is agreed: baseline, noise, and how often a true success would be confirmed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reliability.commitments.draft import Draft, draft
from reliability.commitments.evidence import Evidence
from reliability.settings import Baseline, Commitment, Goal, Organisation, Settings, Span
from reliability.statistics.power import count_power, median_power
from reliability.ui.promises.form import body, goal_of
from tests.promises_by_hand import counts, durations, promise
from tests.warehouse_by_hand import by_hand

FEWER = promise("p1_incidents", Goal(change=-0.40))


def drafted(
    folder: Path, commitment: Commitment, as_of: str = "2025-06-30", settings=None, **tables
) -> Draft:
    known = Settings(organisation=Organisation(time_zone="UTC"), **(settings or {}))
    at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with by_hand(folder, {"as_of": as_of}, **tables) as store:
        return draft(commitment, Evidence(store, known, at))


def test_a_count_shows_its_rate_its_noise_and_its_chance_before_it_begins(tmp_path: Path) -> None:
    # 60 in 180 days are 30 in 90; the 90 % score interval of 30 is 30 + 1.353 -+ 1.645 * sqrt(30 + 0.676): 22.2 to 40.5.
    shown = drafted(tmp_path, FEWER, incidents=counts(60, 0))
    assert shown.baseline == "60 P1s in 180\xa0days, 30 per 90\xa0days"
    assert shown.noise == "With nothing changed, 90\xa0days hold about 22 to 41."
    assert shown.goal == "At most 18 P1s in 90\xa0days."
    assert shown.chance == pytest.approx(count_power(60, 180, 90, 0.6).met)
    assert f"{round(100 * count_power(60, 180, 90, 0.6).met)} times in 100" in shown.power
    assert shown.warnings == ()


def test_a_fixed_number_is_turned_into_its_change(tmp_path: Path) -> None:
    # At most 15 where 30 are usual is half.
    shown = drafted(tmp_path, replace(FEWER, goal=Goal(at_most=15)), incidents=counts(60, 0))
    assert shown.chance == pytest.approx(count_power(60, 180, 90, 0.5).met)
    above = drafted(tmp_path, replace(FEWER, goal=Goal(at_most=40)), incidents=counts(60, 0))
    assert above.warnings == ("the goal does not ask for fewer",)
    assert above.power == ""


def test_a_median_says_what_it_rests_on(tmp_path: Path) -> None:
    minutes = [30, 60, 120, 240] * 15
    shown = drafted(
        tmp_path, promise("time_to_recover_median", Goal(change=-0.30)), incidents=durations(minutes, [])
    )
    assert shown.baseline == "Median 1\xa0h\xa030\xa0min, 60\xa0incidents with these times"
    assert shown.goal == "Median of at most 1\xa0h\xa03\xa0min."
    import numpy as np

    expected = median_power(30, 60, float(np.std(np.log(minutes), ddof=1)), 0.7)
    assert shown.chance == pytest.approx(expected)


def test_too_few_incidents_for_a_median_are_said_to_be_too_few(tmp_path: Path) -> None:
    shown = drafted(
        tmp_path, promise("time_to_recover_median", Goal(change=-0.30)), incidents=durations([60, 90] * 4, [])
    )
    assert shown.power == "With about 4 incidents in 90\xa0days this median cannot be judged."
    assert shown.chance == 0.0


def test_a_baseline_inside_the_bad_quarter_and_one_not_over_are_warned_of(tmp_path: Path) -> None:
    bad = {"incident_windows": (Span(date(2025, 4, 1), date(2025, 6, 30)),)}
    short = replace(FEWER, baseline=Baseline(date(2025, 4, 1), date(2025, 6, 30)))
    shown = drafted(tmp_path, short, "2025-06-01", bad, incidents=counts(60, 0))
    assert shown.warnings == (
        "baseline chosen after a bad quarter",
        "the baseline is known up to 1 Jun 2025 only",
    )


def test_without_data_the_baseline_is_said_to_be_missing(tmp_path: Path) -> None:
    early = replace(FEWER, baseline=Baseline(date(2020, 1, 1), date(2020, 6, 1)))
    shown = drafted(tmp_path, early, incidents=counts(60, 0))
    assert shown == Draft("No export covers the baseline.")


@pytest.mark.parametrize(
    ("kind", "number", "unit", "goal"),
    [
        ("less", 40, "incidents", Goal(change=-0.4)),
        ("more", 10, "answers", Goal(change=0.1)),
        ("points", 8, "points", Goal(change_points=8)),
        ("at most", 15, "minutes", Goal(at_most=15)),
        ("at least", 99.95, "share", Goal(at_least=0.9995)),
    ],
)
def test_goals_are_asked_for_as_people_say_them(kind: str, number: float, unit: str, goal: Goal) -> None:
    assert goal_of(kind, number, unit) == goal


def test_nothing_in_a_draft_can_hold_markup() -> None:
    assert "<img" not in body(Draft("<img>", "<img>", "<img>", "<img>", 0.5, ("<img>",)))
