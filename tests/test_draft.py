"""A promise before it is agreed: baseline, noise, and how often a true success would be confirmed."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reliability.commitments.draft import Draft, draft
from reliability.commitments.evidence import Evidence
from reliability.formatting import plain
from reliability.queries.figures import figure
from reliability.settings import Baseline, Commitment, Goal, Organisation, Settings, Span
from reliability.statistics.power import count_power, median_power
from reliability.ui.promises.form import body, goal_of
from tests.frames_by_hand import ALWAYS, Known
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


def test_a_baseline_begins_after_its_first_instant() -> None:
    settings = Settings(organisation=Organisation(time_zone="UTC"))
    shown = draft(FEWER, Known(settings, datetime(2025, 1, 1, tzinfo=UTC), {"incidents": ALWAYS}))
    assert shown == Draft("The baseline has not begun yet.")


class Told(Known):
    """Evidence that is told a figure of the baseline: half of 100, or of 400."""

    of = 100

    def kpi(self, *_: object) -> Any:
        half = SimpleNamespace(value=0.5, n=self.of, numerator=self.of / 2, denominator=self.of)
        return half, {}


@pytest.mark.parametrize(
    ("kpi", "of", "noise"),
    [
        # The 90 % score intervals of 50 in 100 and of 200 in 400: 0.5 -+ 1.645 * sqrt(0.25 / (n + 1.645 ** 2)).
        ("engaged_within_target_share", 100, "With so few, the share is known to within 42 % to 58 %."),
        ("engaged_within_target_share", 400, "The share is known to within 46 % to 54 %."),
        ("root_cause_capacity_share", 400, "Everything is counted: the figure itself is the verdict."),
    ],
)
def test_a_share_is_known_to_within_a_range_and_what_is_counted_in_full_is_known(kpi, of, noise) -> None:
    settings = Settings(organisation=Organisation(time_zone="UTC"))
    evidence = Told(settings, coverage=dict.fromkeys(figure(kpi).covered_by, ALWAYS))
    evidence.of = of
    shown = draft(promise(kpi, Goal(at_least=0.6)), evidence)
    assert plain(shown.noise) == noise
    assert (plain(shown.baseline), plain(shown.goal)) == (f"50 %, {of} records", "At least 60 %.")


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
