"""A point of a chart opens exactly the records it stands for: its step is the window its figure was asked about."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reliability.charts import figure
from reliability.model import Chart, Filters
from reliability.queries import query
from reliability.settings.periods import quarter
from reliability.ui import drawer
from reliability.ui.customers import page as customers
from reliability.ui.customers import score
from reliability.ui.gates import history
from reliability.ui.incidents import charts as incidents
from reliability.ui.plot import Clicked
from reliability.ui.promises import drawer as promise_drawer
from reliability.ui.promises import page as promises
from reliability.ui.view import View
from reliability.warehouse.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def workspace(sample_dir: Path) -> Workspace:
    return open_workspace(sample_dir)


def seen(workspace: Workspace, period: str) -> View:
    return View(workspace, quarter(period, workspace.settings, workspace.as_of), "previous", Filters())


def clicks(chart: Chart, zone: str) -> list[Clicked]:
    """A click on every point of a chart that can be clicked."""
    traces = [trace for trace in figure(chart, "app", zone)["data"] if "customdata" in trace]
    return [Clicked(chart.id, *key) for trace in traces for key in trace["customdata"]]


def counted(rows: Iterable[dict[str, Any]]) -> int:
    return sum(row["contributes"] is not None for row in rows)


def shown_charts(view: View) -> Sequence[Chart]:
    found = customers.read(view)
    return [
        *view.review.charts,
        *history.charts(view),
        incidents.weekly(view),
        incidents.control(view).chart,
        *incidents.clocks(view),
        *(score.chart_of(found, view, grain)[0] for grain in score.GRAINS),
    ]


@pytest.mark.parametrize("period", ["2025-Q4", "2025-Q3"])
def test_the_rows_of_each_points_step_are_as_many_as_it_rests_on(workspace: Workspace, period: str) -> None:
    view = seen(workspace, period)
    for chart in shown_charts(view):
        drawn = {point.at.isoformat(): point for line in chart.lines for point in line.points}
        keys = clicks(chart, view.zone)
        # A first step that is cut is not drawn.
        assert len(drawn) - 1 <= len(keys) > 1
        for key in keys:
            point = drawn[key.start]
            step = {"start": datetime.fromisoformat(key.start), "end": datetime.fromisoformat(key.end)}
            rows = view.scope.run(query(chart.query).rows, **step).rows
            assert counted(rows) == point.n, (chart.id, key)


@pytest.mark.slow
@pytest.mark.parametrize("period", ["2025-Q4", "2025-Q3"])
def test_a_point_of_a_path_opens_what_it_rests_on_as_known_then(
    workspace: Workspace, period: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = seen(workspace, period)
    opened: list[int] = []

    def records(name: str, of: View, key: str, what: str, **window: Any) -> None:
        opened.append(counted(of.scope.run(name, **window).rows))

    monkeypatch.setattr(drawer, "_records", records)
    monkeypatch.setattr(drawer, "_drawer", lambda heading, body: body())
    compared = 0
    for one in promises.standings(view):
        # The points of an availability count requests, its rows are intervals.
        if one.chart is None or one.commitment.kpi in ("availability", "root_cause_capacity_share"):
            continue
        points = one.chart.lines[0].points
        for point, key in zip(points, clicks(one.chart, view.zone), strict=True):
            promise_drawer.open_point(key, [one], view)
            assert opened.pop() == point.n, (one.chart.id, key)
            compared += 1
    assert compared > 100
