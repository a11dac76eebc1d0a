"""Charts as static SVG: everything lies where the axes say, in colours that follow the document."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from reliability.charts import figure
from reliability.charts.palette import DARK, LIGHT, properties
from reliability.charts.svg import svg
from reliability.model import Band, Chart, Level, Line, Mark, Point

START = datetime(2025, 1, 6, tzinfo=UTC)
SPACE = "{http://www.w3.org/2000/svg}"


def weeks(*values: float | None) -> tuple[Point, ...]:
    return tuple(Point(START + timedelta(weeks=n), value) for n, value in enumerate(values))


def chart(kind: str, *values: float | None) -> Chart:
    line = Line("P1 <per> week", weeks(*values))
    return Chart("a", "title", "subtitle", kind, "incidents", (line,), levels=(Level("goal", 2, "goal"),))


def drawn(of: Chart, theme: str = "document", width: int = 500) -> ElementTree.Element:
    return ElementTree.fromstring(svg(figure(of, theme), width, 'a "<name>"'))


def ticks(root: ElementTree.Element) -> dict[str, float]:
    """The heights of the grid's lines by what stands beside them."""
    texts = [one for one in root.iter(f"{SPACE}text") if one.get("text-anchor") == "end"]
    return {text.text or "": float(text.get("y", "0")) - 4 for text in texts}


def test_columns_stand_on_zero_and_reach_the_height_of_their_number() -> None:
    root = drawn(chart("columns", 4, 0, 2))
    bars = [one for one in root.iter(f"{SPACE}rect") if "opacity" in one.get("style", "")]
    heights = ticks(root)
    assert len(bars) == 2, "nothing is drawn for none"
    tops = [float(bar.get("y", "0")) for bar in bars]
    assert tops == pytest.approx([heights["4"], heights["2"]], abs=0.11)
    for bar, top in zip(bars, tops, strict=True):
        assert top + float(bar.get("height", "0")) == pytest.approx(heights["0"], abs=0.21)
    first, last = (float(bar.get("x", "0")) for bar in bars)
    # Three weeks of time are the plot's width: two of them lie between the first and the third column.
    assert float(bars[0].get("width", "0")) == pytest.approx((last - first) / 2 * 0.82, abs=0.2)


def test_a_line_breaks_where_a_figure_is_missing() -> None:
    root = drawn(chart("line", 1, 2, None, 3, 4))
    runs = [one.get("points", "").split() for one in root.iter(f"{SPACE}polyline")]
    assert [len(run) for run in runs] == [2, 2]
    heights = ticks(root)
    assert float(runs[0][1].split(",")[1]) == pytest.approx(heights["2"], abs=0.11)


def test_a_logarithmic_axis_puts_equal_ratios_at_equal_distances() -> None:
    of = replace(chart("line", 30, 60, 120, 240), unit="minutes", scale="log", levels=())
    places = [
        float(p.split(",")[1]) for p in next(drawn(of).iter(f"{SPACE}polyline")).get("points", "").split()
    ]
    steps = [before - after for before, after in pairwise(places)]
    assert steps[0] > 10 and steps == pytest.approx([steps[0]] * 3, abs=0.21)


def test_bands_moments_goals_and_names_are_in_it_and_stay_text() -> None:
    end = START + timedelta(weeks=3)
    band, mark = Band(START, end, "the <bad> month", "incident"), Mark(START + timedelta(weeks=1), "freeze")
    root = drawn(replace(chart("line", 1, 2, 3, 4), bands=(band,), marks=(mark,)))
    said = " ".join(one.text or "" for one in root.iter(f"{SPACE}text"))
    assert all(word in said for word in ("goal 2", "freeze", "P1 <per> week", "‹bad›", "Jan"))
    assert root.get("aria-label") == 'a "<name>"'
    assert any("var(--incident)" in one.get("style", "") for one in root.iter(f"{SPACE}rect"))
    assert any("stroke-dasharray:5,3" in one.get("style", "") for one in root.iter(f"{SPACE}line"))


def test_a_month_is_named_at_its_first_day_and_a_year_where_it_changes() -> None:
    root = drawn(chart("columns", *[1.0] * 20))
    below = [
        (one.text, float(one.get("x", "0")))
        for one in root.iter(f"{SPACE}text")
        if one.get("text-anchor") == "middle"
    ]
    assert [text for text, _ in below] == ["Feb", "2025", "Mar", "Apr", "May"]
    places = [x for text, x in below if text != "2025"]
    # 28, 31 and 30 days.
    days = [after - before for before, after in pairwise(places)]
    assert [round(day / days[0] * 28) for day in days] == [28, 31, 30]


def test_a_document_names_every_colour_and_no_theme_lacks_one() -> None:
    made = svg(figure(chart("points", 1, 2, 3), "document"), 500, "a")
    assert not re.search(r"#[0-9A-Fa-f]{3,6}\b", made)
    for name in set(re.findall(r"var\((--\w+)\)", made)):
        assert f"{name}: #" in properties(LIGHT) and f"{name}: #" in properties(DARK)
