"""Charts: what is drawn, where labels go, which ticks an axis has. Figures are read as the dicts they are."""

import math
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import plotly.graph_objects as go
import pytest

from reliability.charts import bars, figure, labels
from reliability.charts.axes import time_ticks, value_axis
from reliability.charts.palette import CATEGORY_ROLES, DARK, IN_APP, LIGHT
from reliability.charts.sparkline import sparkline
from reliability.model import GOOD, Band, Chart, Level, Line, Mark, Point
from tests import fake_review

NBSP = "\N{NO-BREAK SPACE}"
MONDAY = datetime(2025, 9, 1, tzinfo=UTC)


def chart(
    values, kind="points", unit="incidents", step=timedelta(weeks=1), partial_last=False, **more
) -> Chart:
    points = tuple(
        Point(
            MONDAY + step * i,
            value,
            partial=partial_last and i == len(values) - 1,
            until=MONDAY + step * (i + 1),
        )
        for i, value in enumerate(values)
    )
    return Chart("c", "Title", "Subtitle", kind, unit, (Line(more.pop("label", ""), points),), **more)


def texts(spec: dict) -> list[str]:
    return [a["text"] for a in spec["layout"]["annotations"]]


def marked(spec: dict) -> dict:
    """The trace that carries the points one can click."""
    return next(t for t in spec["data"] if "customdata" in t)


@pytest.mark.parametrize("theme", ["light", "dark", "app"])
@pytest.mark.parametrize("shown", fake_review.review().charts, ids=lambda c: c.id)
def test_every_figure_is_one_the_drawing_library_accepts(shown: Chart, theme: str) -> None:
    go.Figure(figure(shown, theme, "Europe/Berlin"))


def test_all_charts_of_a_row_have_one_height() -> None:
    heights = {figure(c, "light")["layout"]["height"] for c in fake_review.review().charts}
    assert len(heights) == 1


def test_no_chart_has_a_legend_a_box_or_vertical_grid_lines() -> None:
    for shown in fake_review.review().charts:
        layout = figure(shown, "light")["layout"]
        assert layout["showlegend"] is False
        assert layout["xaxis"]["showgrid"] is False
        assert layout["xaxis"]["showline"] is False
        assert layout["yaxis"]["showline"] is False


def test_a_chart_without_a_point_can_be_drawn() -> None:
    go.Figure(figure(chart([]), "light"))
    go.Figure(figure(Chart("c", "", "", "line", "minutes", (), scale="log"), "dark"))


def test_a_chart_with_only_missing_figures_or_a_single_point_can_be_drawn() -> None:
    go.Figure(figure(chart([None, None]), "light"))
    go.Figure(figure(chart([3]), "light"))
    go.Figure(figure(chart([0, 0, 0], kind="columns"), "light"))


def test_a_click_tells_the_step_of_its_point_and_its_line() -> None:
    spec = figure(chart([1, 2, 3], label="P1s"), "light")
    assert marked(spec)["customdata"][0] == ["2025-09-01T00:00:00+00:00", "2025-09-08T00:00:00+00:00", "P1s"]
    assert marked(spec)["customdata"][2] == ["2025-09-15T00:00:00+00:00", "2025-09-22T00:00:00+00:00", "P1s"]


def test_a_click_on_a_step_that_was_cut_tells_where_it_was_cut() -> None:
    instant = Point(MONDAY, 1)
    cut = Point(MONDAY + timedelta(weeks=1), 2, n=2, partial=True, until=MONDAY + timedelta(weeks=1, days=2))
    spec = figure(Chart("c", "", "", "points", "incidents", (Line("", (instant, cut)),)), "light")
    assert [key[:2] for key in marked(spec)["customdata"]] == [
        ["2025-09-01T00:00:00+00:00", "2025-09-01T00:00:00+00:00"],
        ["2025-09-08T00:00:00+00:00", "2025-09-10T00:00:00+00:00"],
    ]


def test_points_are_placed_in_the_organisations_zone() -> None:
    assert marked(figure(chart([1, 2]), "light", "Asia/Tokyo"))["x"][0] == "2025-09-01T09:00:00"


def test_a_partial_last_point_is_hollow_reached_by_a_dashed_line_and_says_to_date() -> None:
    spec = figure(chart([30, 31, 33], kind="line", unit="points", label="+33", partial_last=True), "light")
    marker = marked(spec)["marker"]
    assert marker["color"][-1] == LIGHT.page
    assert marker["line"]["color"][-1] == LIGHT.text
    assert any(t.get("line", {}).get("dash") for t in spec["data"])
    assert "<b>+33</b><br>to date" in texts(spec)
    assert "to date" in marked(spec)["hovertext"][-1]


def test_a_partial_column_is_hollow() -> None:
    spec = figure(chart([4, 5, 1], kind="columns", partial_last=True), "light")
    assert marked(spec)["marker"]["color"][-1] == LIGHT.page
    assert marked(spec)["marker"]["line"]["width"] == [0, 0, 1.5]


def test_a_first_point_that_the_window_cut_short_is_not_drawn() -> None:
    cut = chart([1, 5, 5])
    first = Point(cut.lines[0].points[0].at, 1, partial=True)
    spec = figure(
        Chart("c", "", "", "points", "incidents", (Line("", (first, *cut.lines[0].points[1:])),)), "light"
    )
    assert marked(spec)["y"] == [5, 5]


def test_colour_is_only_on_points_that_are_a_signal() -> None:
    points = tuple(Point(MONDAY + timedelta(weeks=i), 2, tone=GOOD if i == 1 else "") for i in range(3))
    spec = figure(Chart("c", "", "", "points", "incidents", (Line("", points),)), "dark")
    assert marked(spec)["marker"]["color"] == [DARK.muted, DARK.good, DARK.muted]


def test_the_goal_is_a_dashed_line_in_the_accent_named_with_its_value() -> None:
    spec = figure(chart([3, 2, 1], levels=(Level("goal", 1.7, "goal"),)), "light")
    line = next(s for s in spec["layout"]["shapes"] if s["type"] == "line")
    assert line["line"]["color"] == LIGHT.good
    assert line["line"]["dash"]
    assert "goal 1.7" in texts(spec)


def test_a_level_whose_label_tells_its_value_is_not_given_it_twice() -> None:
    assert "goal 1.5 a week" in texts(
        figure(chart([3, 2], levels=(Level("goal 1.5 a week", 1.5, "goal"),)), "light")
    )


def test_a_level_named_without_digits_gets_its_value_in_the_charts_unit() -> None:
    spec = figure(
        chart([110, 170], unit="minutes", kind="line", levels=(Level("goal", 118, "goal"),)), "light"
    )
    assert f"goal<br>1{NBSP}h{NBSP}58{NBSP}min" in texts(spec) or f"goal 1{NBSP}h{NBSP}58{NBSP}min" in texts(
        spec
    )


def test_bands_are_cut_to_the_chart_and_named_on_top() -> None:
    long_ago = Band(MONDAY - timedelta(days=900), MONDAY + timedelta(days=9), "baseline", "baseline")
    gone = Band(MONDAY - timedelta(days=900), MONDAY - timedelta(days=800), "gone", "baseline")
    spec = figure(chart([1, 2, 3], bands=(long_ago, gone)), "light")
    rects = [s for s in spec["layout"]["shapes"] if s["type"] == "rect"]
    assert len(rects) == 1
    assert rects[0]["x0"] >= spec["layout"]["xaxis"]["range"][0]
    assert rects[0]["fillcolor"] == LIGHT.baseline
    assert texts(spec) == ["baseline"]


def test_a_moment_outside_the_chart_is_not_drawn() -> None:
    spec = figure(chart([1, 2, 3], marks=(Mark(MONDAY + timedelta(days=9000), "later"),)), "light")
    assert spec["layout"]["shapes"] == []
    assert texts(spec) == []


def test_a_moments_line_reaches_up_to_its_word() -> None:
    spec = figure(chart([1, 2, 3], marks=(Mark(MONDAY + timedelta(days=8), "freeze"),)), "light")
    line = spec["layout"]["shapes"][0]
    assert line["x0"] == line["x1"]
    assert line["y1"] > 1


def test_notes_from_settings_cannot_put_tags_into_a_chart() -> None:
    spec = figure(chart([1, 2, 3], marks=(Mark(MONDAY + timedelta(days=8), "<a href='x'>go</a>"),)), "light")
    assert "<" not in texts(spec)[0]


def test_an_interval_is_a_pale_area_broken_where_there_is_none() -> None:
    known = [(1, 3), (1, 3), None, (2, 4), (2, 4)]
    points = tuple(
        Point(MONDAY + timedelta(weeks=i), 2, low=k[0] if k else None, high=k[1] if k else None)
        for i, k in enumerate(known)
    )
    spec = figure(Chart("c", "", "", "line", "points", (Line("", points),)), "light")
    areas = [t for t in spec["data"] if t.get("fill") == "toself"]
    assert [area["y"] for area in areas] == [[3, 3, 1, 1], [4, 4, 2, 2]]


def test_a_point_that_no_line_reaches_is_shown() -> None:
    spec = figure(chart([3, 4, None, 5, None, 6, 7], kind="line"), "light")
    assert marked(spec)["marker"]["opacity"] == [0, 0, 0, 1, 0, 0, 1]


def test_hover_speaks_in_words() -> None:
    shown = chart([3], unit="incidents")
    point = Point(MONDAY, 1, n=1)
    from reliability.charts.series import hover

    assert hover(shown, shown.lines[0], point, "UTC") == f"<b>Week from 1 Sep 2025</b><br>1{NBSP}incident"
    line = Line("", (Point(MONDAY, 112, 90, 150, n=19), Point(MONDAY + timedelta(days=30), 1)))
    said = hover(chart([1], unit="minutes"), line, line.points[0], "UTC")
    hour = f"1{NBSP}h"
    assert said == (
        f"<b>Sep 2025</b><br>{hour}{NBSP}52{NBSP}min<br>{hour}{NBSP}30{NBSP}min to 2{NBSP}h{NBSP}30{NBSP}min"
        "<br>based on 19"
    )


# Axes


@pytest.mark.parametrize("highest", [1, 2, 3, 7, 9, 21, 48, 120, 999, 12345])
def test_count_axes_start_at_zero_and_have_few_whole_ticks(highest: int) -> None:
    axis = value_axis([0, highest], "incidents")
    assert axis.low == 0
    assert axis.high >= highest
    assert all(tick == int(tick) for tick in axis.ticks)
    assert 2 <= len(axis.ticks) <= 7


def test_shares_start_at_zero_and_end_at_all() -> None:
    axis = value_axis([0.2, 0.97], "share")
    assert (axis.low, axis.high) == (0, 1.0)
    assert axis.texts == tuple(f"{n}{NBSP}%" for n in (0, 25, 50, 75, 100))


def test_durations_on_a_log_axis_have_human_ticks() -> None:
    axis = value_axis([12, 700], "minutes", "log")
    assert axis.log
    assert f"1{NBSP}h" in axis.texts
    assert f"4{NBSP}h" in axis.texts
    assert axis.drawn(100) == pytest.approx(2)
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)
    assert 3 <= len(axis.ticks) <= 6


def test_a_narrow_log_axis_still_has_two_ticks_around_its_values() -> None:
    axis = value_axis([100, 101], "minutes", "log")
    assert len(axis.ticks) >= 2
    assert axis.low < 100 < 101 < axis.high


def test_a_log_axis_leaves_out_zero_durations_without_failing() -> None:
    axis = value_axis([0, 60], "minutes", "log")
    assert axis.low > 0


def test_a_score_axis_may_leave_zero_out_and_is_signed() -> None:
    axis = value_axis([26, 36], "points")
    assert axis.low > 0
    assert axis.texts[0].startswith("+")


def test_an_availability_axis_never_goes_past_everything() -> None:
    axis = value_axis([0.9991, 0.99999, 0.9995], "availability")
    assert axis.high <= 1
    assert axis.low > 0.99


def test_an_axis_without_values_can_be_made() -> None:
    for unit in ("incidents", "share", "minutes", "points", "availability"):
        for scale in ("linear", "log"):
            axis = value_axis([], unit, scale)
            assert axis.low < axis.high
            assert all(math.isfinite(tick) for tick in axis.ticks)


@pytest.mark.parametrize(
    ("days", "step"), [(30, 14 * 86_400_000), (90, "M1"), (365, "M2"), (730, "M3"), (4000, "M12")]
)
def test_time_axes_have_few_ticks_at_any_length(days: int, step: object) -> None:
    assert time_ticks(MONDAY, MONDAY + timedelta(days=days))["dtick"] == step


# Labels


def test_labels_that_have_room_stay_where_they_are() -> None:
    assert labels.spread([10, 60], [14, 14], 0, 100) == [10, 60]


def test_labels_move_apart_just_far_enough_in_their_order() -> None:
    placed = labels.spread([50, 52, 51], [10, 10, 10], 0, 100)
    assert placed == pytest.approx([41, 61, 51])


def test_labels_stay_inside_their_room() -> None:
    placed = labels.spread([1, 2, 99], [20, 20, 20], 0, 100)
    assert placed == pytest.approx([10, 30, 90])


def test_labels_share_a_room_that_is_too_small_evenly() -> None:
    placed = labels.spread([50, 50, 50], [20, 20, 20], 0, 30)
    assert placed == pytest.approx([5, 15, 25])


def test_end_labels_of_a_crowded_chart_do_not_overlap() -> None:
    crowded = chart(
        [112, 113],
        kind="line",
        unit="minutes",
        label="1 h 53 min",
        levels=(Level("goal", 112, "goal"), Level("mean", 114, "mean"), Level("limit", 115, "limit")),
    )
    spec = figure(crowded, "light")
    ends = sorted(
        (a["yshift"], labels.height(a["text"]))
        for a in spec["layout"]["annotations"]
        if a.get("xref") == "paper"
    )
    assert len(ends) == 4
    for (low, low_height), (high, high_height) in pairwise(ends):
        assert high - low >= (low_height + high_height) / 2 - 0.2


def test_words_above_the_plot_take_a_second_row_only_when_they_meet() -> None:
    assert labels.rows([(0, 40), (50, 90)]) == [0, 0]
    assert labels.rows([(0, 40), (30, 90), (45, 60)]) == [0, 1, 0]
    assert labels.rows([(0, 40)] * 5) == [0, 1, 2, 2, 2]


def test_no_word_above_the_plot_stands_across_the_line_of_a_moment() -> None:
    # The word at 30 begins before the line at 60, and would end behind it.
    assert labels.rows([(60, 90), (0, 20), (30, 59)], [60, None, None]) == [0, 0, 0]
    assert labels.rows([(60, 90), (0, 20), (30, 70)], [60, None, None]) == [0, 0, 1]
    start = MONDAY - timedelta(days=7)
    window = Band(start, MONDAY + timedelta(days=8), "The bad quarter", "incident")
    spec = figure(
        chart([1, 2, 3, 4], bands=(window,), marks=(Mark(MONDAY + timedelta(days=8), "freeze"),)), "light"
    )
    height = {a["text"]: a["yshift"] for a in spec["layout"]["annotations"] if a.get("yref") == "paper"}
    assert height["freeze"] == 1 < height["The bad quarter"]
    (line,) = [s for s in spec["layout"]["shapes"] if s["type"] == "line" and s.get("yref") == "paper"]
    plot = spec["layout"]["height"] - spec["layout"]["margin"]["t"] - spec["layout"]["margin"]["b"]
    assert (line["y1"] - 1) * plot <= height["The bad quarter"]


def test_labels_wrap_at_ordinary_spaces_only() -> None:
    assert labels.wrap(f"goal 1{NBSP}h{NBSP}58{NBSP}min", 10) == f"goal<br>1{NBSP}h{NBSP}58{NBSP}min"


# Bars and sparklines


def test_bars_tell_their_key_and_cannot_hold_tags() -> None:
    spec = bars.ranked([bars.Bar("<b>x</b>", 5, 2, "key")], "light", "incident", "P1")
    go.Figure(spec)
    assert spec["data"][0]["customdata"] == [["key"]]
    assert "<" not in spec["layout"]["yaxis"]["ticktext"][0]
    assert [trace["x"] for trace in spec["data"]] == [[2], [3]]


def test_columns_by_hour_are_accepted_and_start_at_zero() -> None:
    spec = bars.columns([bars.Bar(f"{h:02d}", h) for h in range(24)], "app", "incident", "P1", 196, every=3)
    go.Figure(spec)
    assert spec["layout"]["yaxis"]["range"][0] == 0
    assert spec["layout"]["xaxis"]["ticktext"][:2] == ["00", "03"]


def test_a_sparkline_needs_two_figures() -> None:
    assert sparkline(()) == ""
    assert sparkline((Point(MONDAY, 3), Point(MONDAY, None))) == ""


def test_a_sparkline_keeps_gaps_and_ends_hollow_when_its_period_is_not_over() -> None:
    points = [Point(MONDAY + timedelta(days=i), v) for i, v in enumerate((1, 2, None, 4))]
    drawn = sparkline([*points, Point(MONDAY + timedelta(days=9), 5, partial=True)])
    assert drawn.count("M") == 2
    assert 'fill="none" stroke="currentColor" stroke-width="1.4"' in drawn


def test_a_flat_sparkline_runs_through_the_middle() -> None:
    assert 'd="M3.0 11.0 L79.0 11.0"' in sparkline((Point(MONDAY, 2), Point(MONDAY, 2)))


# Palette


def test_stand_ins_name_every_role_of_the_palette_once() -> None:
    assert len(set(CATEGORY_ROLES)) == 10
    assert set(CATEGORY_ROLES) | {"page", "panel"} == set(LIGHT.__dataclass_fields__)
    assert len({getattr(IN_APP, role) for role in CATEGORY_ROLES}) == 10


def test_what_data_are_compared_with_is_a_stroke_without_points_of_its_own() -> None:
    at = datetime(2025, 8, 18, tzinfo=UTC)
    goal = Line("goal 19", (Point(at, 0.0), Point(at + timedelta(days=90), 19.0)), "goal")
    counted = Line("7", (Point(at, 0.0), Point(at + timedelta(days=1), 7.0)))
    drawn = Chart("c", "t", "s", "line", "incidents", (counted, goal))
    traces = figure(drawn, "light")["data"]
    dashed = [t for t in traces if t.get("line", {}).get("dash") == "5px,3px"]
    assert [t["line"]["color"] for t in dashed] == [LIGHT.good]
    assert [t["mode"] for t in traces if "customdata" in t] == ["markers"]
    words = next(t["hovertext"] for t in traces if "hovertext" in t)
    assert words[-1] == "<b>19 Aug 2025</b><br>7\xa0incidents"
