"""Charts of scores: intervals as bars, answers below, hollow where too few or to date, gaps where nobody answered."""

from datetime import UTC, datetime

import pytest

from reliability.charts import estimates
from reliability.charts.palette import PALETTES
from reliability.model import Chart, Line, Point

PAGE = PALETTES["light"].page


def month(n: int, value: float | None, answers: int, partial: bool = False) -> Point:
    low, high = (None, None) if value is None else (value - 12, value + 8)
    return Point(datetime(2025, n, 1, tzinfo=UTC), value, low, high, answers, partial)


def drawn(*points: Point) -> dict:
    chart = Chart("nps", "t", "s", "points", "points", (Line("", points),))
    return estimates.steps(chart, "light", "UTC", 300, 15)


def marks(spec: dict) -> dict:
    (found,) = [trace for trace in spec["data"] if trace["mode"] == "markers"]
    return found


def test_each_point_carries_its_interval_and_its_answers():
    spec = drawn(month(1, 30, 300), month(2, 20, 1200))
    bars = marks(spec)["error_y"]
    assert (bars["array"], bars["arrayminus"], bars["symmetric"]) == ([8, 8], [12, 12], False)
    assert not [trace for trace in spec["data"] if trace.get("fill")]
    assert [a["text"] for a in spec["layout"]["annotations"]] == ["300", "1\u202f200"]


def test_too_few_answers_are_a_hollow_diamond_and_say_so():
    spec = drawn(month(1, 30, 300), month(2, 20, 14), month(3, 25, 15))
    found = marks(spec)
    assert found["marker"]["symbol"] == ["circle", "diamond", "circle"]
    assert [colour == PAGE for colour in found["marker"]["color"]] == [False, True, False]
    assert "too few to tell" in found["hovertext"][1] and "too few" not in found["hovertext"][2]


def test_a_running_month_is_hollow_and_says_to_date():
    found = marks(drawn(month(1, 30, 300), month(2, 20, 100, partial=True)))
    assert [colour == PAGE for colour in found["marker"]["color"]] == [False, True]
    assert "to date" in found["hovertext"][1]


def test_a_month_without_answers_is_a_gap_never_a_zero():
    spec = drawn(month(1, 30, 300), month(2, None, 0), month(3, 25, 200))
    found = marks(spec)
    assert found["y"] == [30, None, 25]
    assert found["error_y"]["array"][1] == 0
    assert [a["text"] for a in spec["layout"]["annotations"]] == ["300", "200"]
    assert all(trace["connectgaps"] is False for trace in spec["data"] if trace["mode"] == "lines")


def test_the_bar_of_one_answer_ends_at_the_score_itself():
    # One promoter: the interval lies around +25 and ends below the +100 that is shown.
    lone = Point(datetime(2025, 1, 1, tzinfo=UTC), 100, -36, 87, 1)
    bars = marks(drawn(lone, month(2, 20, 100)))["error_y"]
    assert (bars["array"][0], bars["arrayminus"][0]) == (0, 136)


def test_groups_stand_side_by_side_around_zero():
    def estimate(value: float | None, sure: bool = True) -> estimates.Estimate:
        ends = (None, None) if value is None else (value - 5, value + 5)
        return estimates.Estimate(value, *ends, ("words",), sure)

    spec = estimates.groups(
        ["not hit\n10 answers", "once"],
        [("in", [estimate(-8), estimate(3, sure=False)]), ("after", [estimate(None), estimate(1)])],
        "light",
        250,
    )
    first, second = spec["data"]
    assert first["x"] == pytest.approx([-0.13, 0.87]) and second["x"] == pytest.approx([0.13, 1.13])
    assert (first["text"], second["text"]) == (["−8", "+3"], ["", "+1"])
    assert [colour == PAGE for colour in first["marker"]["color"]] == [False, True]
    assert second["y"] == [None, 1]
    assert spec["layout"]["xaxis"]["ticktext"] == ["not hit<br>10 answers", "once"]
    low, high = spec["layout"]["yaxis"]["range"]
    assert low < -13 and high > 8
    assert [shape["y0"] for shape in spec["layout"]["shapes"]] == [0]
