"""What is chosen on a page, a point of a chart or a row of records, opens what it stands for."""

import html
import re

from tests.shown import charts, choose, pressable
from tests.test_ui import said


def test_a_point_that_is_chosen_opens_the_records_of_its_step(open_page) -> None:
    app = open_page(quarter="2025-Q3")
    (weekly,) = [chart for chart in charts(app) if "p1_incidents_weekly" in chart.key]
    keys = [key for trace in weekly.figure["data"] if "customdata" in trace for key in trace["customdata"]]
    start, end, line = keys[-2]
    choose(app, "plot-p1_incidents_weekly", [start, end, line])
    assert not app.exception
    asked = f"'start': '{start.replace('T', ' ')}'"
    assert asked in html.unescape(said(app))
    app.run()
    assert asked not in html.unescape(said(app)), "a choice opens once"


def test_what_is_no_point_opens_nothing(open_page) -> None:
    app = open_page(quarter="2025-Q3")
    before = said(app)
    for nothing in ([], ["2025-07-01T00:00:00+00:00"], None):
        choose(app, "plot-p1_incidents_weekly", nothing)
        assert not app.exception
        assert said(app) == before


def test_a_row_of_the_longest_incidents_opens_its_incident(open_page) -> None:
    app = open_page(quarter="2025-Q3")
    rows = re.findall(
        r'<tr data-press="(\d+)"><td[^>]*><a href="([^"]+)"[^>]*>([^<]+)</a>', pressable(app, "table-worst")
    )
    assert [int(place) for place, _, _ in rows] == list(range(8))
    place, address, name = rows[2]
    assert f"incident={name}" in address
    choose(app, "table-worst", place)
    assert not app.exception
    assert re.search(rf"Incident</td><td>{name}</td>", said(app))


def test_charts_are_one_element_each_and_all_that_is_drawn_goes_as_bytes(open_page) -> None:
    app = open_page()
    assert len(charts(app)) == 4 and all(chart.clickable for chart in charts(app))
    for element in app.get("bidi_component"):
        assert element.proto.WhichOneof("data") == "bytes" and element.proto.bytes
