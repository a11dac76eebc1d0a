"""Chances that promises were given half way are scored once enough of them have ended."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from reliability.charts import calibration as diagram
from reliability.commitments import commitment_statuses
from reliability.scrutiny.forecasts import Scored, scored
from reliability.settings import Goal, Organisation, Settings
from reliability.statistics.pace import calibration
from reliability.warehouse.workspace import open_workspace
from tests.promises_by_hand import Commitment, late_record, promise, spread
from tests.shown import charts
from tests.test_ui import said
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
    assert (len(found.ended), found.brier, found.past) == (19, None, 20)  # a duty has no chance
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
    running = score(tmp_path, 10, 2, "2025-09-20")
    assert (running.ended, running.past) == ((), 0)
    assert score(tmp_path, 10, 2, "2025-10-01").ended == ()


def test_a_median_is_scored_by_whether_it_reached_its_goal(tmp_path: Path) -> None:
    # All take an hour, before as after: 42 minutes are promised and none of the first ten kept to them.
    found = score(tmp_path, 10, 0, others=(MEDIAN,))
    (one,) = found.ended
    assert (one.id, one.kept) == ("median", False)
    assert one.chance < 0.01


def test_forecasts_are_grouped_by_fifths_of_their_chance() -> None:
    found = calibration([0.05, 0.15, 0.2, 0.95, 1.0], [False, True, True, True, False])
    assert [(pytest.approx(g.chance), g.kept, g.of) for g in found] == [
        (0.1, 1, 2),
        (0.2, 1, 1),
        (0.975, 1, 2),
    ]
    assert found[0].interval == pytest.approx(proportion_confint(1, 2, 0.1, "wilson"))


def test_the_diagram_draws_what_came_true_against_what_was_said() -> None:
    spec = diagram.figure([diagram.Told(0.3, 0.5, 0.2, 0.8, "30 %: 2 of 4")], "light")
    line, points = spec["data"]
    assert (line["x"], line["y"]) == ([0, 1], [0, 1])
    assert (points["x"], points["y"], points["hovertext"]) == ([0.3], [0.5], ["30 %: 2 of 4"])
    assert points["error_y"]["array"] == [pytest.approx(0.3)]
    assert points["error_y"]["arrayminus"] == [pytest.approx(0.3)]


def test_definitions_say_too_few_and_draw_the_diagram_from_twenty_on(
    open_page: Callable[..., Any], own_sample: Path
) -> None:
    app = open_page("definitions")
    workspace = open_workspace(own_sample)
    found = commitment_statuses(workspace.store, workspace.settings, workspace.as_of)
    in_json = scored(workspace.store, workspace.settings, found).words
    workspace.store.close()
    assert in_json in said(app)
    assert "Too few to score the chances: 15 of 20 promises have ended." in said(app)
    assert not charts(app)
    text = (own_sample / "review.toml").read_text("utf-8")
    more = "\n".join(
        f"""[[commitments]]
id = "more-{i}"
title = "Fewer P1s"
kpi = "p1_incidents"
baseline = {{ start = 2024-08-19, end = 2025-02-17 }}
start = 2025-02-{17 + i % 10}
days = 60
goal = {{ change = -0.{20 + i % 5} }}
"""
        for i in range(20)
    )
    (own_sample / "review.toml").write_text(f"{text}\n{more}", "utf-8")
    app = open_page("definitions", data_dir=own_sample)
    assert re.search(r"The chances given half way of \d\d promises score 0\.\d\d \(Brier", said(app))
    (chart,) = charts(app)
    assert chart.figure["data"][1]["name"] == "promises"
