"""Filters: what a link chose is shown and can be taken off, what it names in vain is said, nothing left is designed."""

from typing import Any

import pytest

from tests.shown import charts
from tests.test_review_page import pieces

NONE_LEFT = {"service": ["identity"], "team": ["Payments"]}  # no incident of identity belongs to that team


def buttons_that_open(app: Any) -> list[str]:
    """The words on the buttons behind which the filters are."""
    return [words for block in blocks(app.main) if (words := opener(block.proto))]


def opener(proto: Any) -> str:
    return str(proto.popover.label) if any(field.name == "popover" for field, _ in proto.ListFields()) else ""


def blocks(block: Any) -> list[Any]:
    """Every container within a container."""
    inner = [child for child in getattr(block, "children", {}).values() if hasattr(child, "children")]
    return [found for child in inner for found in (child, *blocks(child))]


def chips(app: Any) -> list[str]:
    return [button.label for button in app.button if (button.key or "").startswith("chip-")]


def said(app: Any) -> str:
    return "\n".join(pieces(app))


def test_buttons_and_chips_show_what_a_link_chose_and_a_chip_takes_it_off(open_page) -> None:
    app = open_page("incidents", service=["identity", "search"], team=["Payments"], severity=["1"])
    labels = buttons_that_open(app)
    assert [label for label in labels if label.startswith("All ")] == []
    assert "identity and search" in labels and "Payments" in labels and "P1" in labels
    assert chips(app) == ["identity", "search", "Payments", "P1"]
    assert "promises are for the whole company" in said(app)
    next(button for button in app.button if button.label == "search").click().run()
    assert chips(app) == ["identity", "Payments", "P1"]
    assert app.session_state["service"] == ["identity"]


@pytest.mark.parametrize("named", ["2025-Q3", "2025 Q3"])
def test_folded_filters_name_the_quarter_of_the_link_from_the_first_moment(open_page, named: str) -> None:
    app = open_page("incidents", quarter=named)
    assert app.toggle(key="fold").label == "2025 Q3 · filters"
    app.selectbox(key="quarter").select_index(0).run()
    assert app.toggle(key="fold").label == "2025 Q4 · filters"


def test_without_filters_there_are_no_chips(open_page) -> None:
    app = open_page("incidents")
    assert chips(app) == []
    assert "whole company" not in said(app)


def test_what_a_link_names_in_vain_is_said_until_something_is_chosen(open_page) -> None:
    app = open_page("incidents", quarter="2031-Q1", service=["nope", "search"], severity=["9"])
    line = next(part for part in pieces(app) if "The link names" in part)
    assert "quarter “2031-Q1”, service “nope” and severity “9”" in line
    assert "showing 2025 Q4 with service search" in line
    app.selectbox(key="quarter").select_index(1).run()
    assert "The link names" not in said(app)


@pytest.mark.parametrize(
    ("page", "named"), [("incidents", "incident"), ("customers", "account"), ("", "promise")]
)
def test_a_record_that_a_link_names_in_vain_is_said_as_text(open_page, page: str, named: str) -> None:
    shown = said(open_page(page, **{named: "nope<b>"}))
    assert "nope&lt;b&gt;" in shown and "nope<b>" not in shown


def test_a_link_that_names_only_what_there_is_says_nothing(open_page) -> None:
    app = open_page("incidents", quarter="2025-Q3", service=["search"], severity=["1"], compare="year_before")
    assert "The link names" not in said(app)


@pytest.mark.parametrize("page", ["", "incidents", "chronic_issues", "work"])
def test_under_a_filter_no_card_is_judged_and_nothing_left_blames_no_export(open_page, page: str) -> None:
    app = open_page(page, **NONE_LEFT)
    cards = [part for part in pieces(app) if 'class="rl rl-card"' in part]
    assert len(cards) >= (4 if page in ("", "work") else 0)
    assert not any("rl-verdict" in card or "fills this" in card for card in cards)
    for chart in charts(app):
        drawn = [trace.get("y") for trace in chart.figure["data"]]
        assert "mean 0.0" not in chart.text and "limit 0" not in chart.text, drawn


def test_charts_of_nothing_say_so_with_the_filters(open_page) -> None:
    shown = said(open_page("incidents", **NONE_LEFT))
    assert (
        "No incident in 2025 Q4, nor in the rest of the twelve months shown, with service identity" in shown
    )
    assert "stands out" not in shown and "is not recorded" not in shown, "nothing left is no gap of an export"
    assert "needs an export" not in shown + said(open_page("", **NONE_LEFT))


def test_a_table_does_not_repeat_in_every_row_what_the_filter_says_once(open_page) -> None:
    def heads(**chosen: list[str]) -> list[str]:
        app = open_page("incidents", quarter="2025-Q3", **chosen)
        return next(list(frame.value.columns) for frame in app.dataframe if "Incident" in frame.value)

    every = heads()
    assert {"Service", "Team", "Severity"} <= set(every)
    one = heads(service=["search"], severity=["P2"])
    assert one == [head for head in every if head not in ("Service", "Severity")]
    assert heads(service=["search", "identity"]) == every


def test_a_name_that_reads_as_markdown_is_offered_as_text() -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from reliability.ui import filters

        filters._choice("team", ["Payments", "Identity"])
        filters._choice("service", ["search", ":material/delete: *ops*"])

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert [group.label for group in app.get("button_group")] == ["Teams"]
    assert [box.label for box in app.multiselect] == ["Services"], "pills would show an icon in its place"


@pytest.mark.parametrize("page", ["", "incidents", "chronic_issues", "customers", "gates", "work"])
def test_that_nothing_is_left_is_said_once_a_page(open_page, page: str) -> None:
    app = open_page(page, **NONE_LEFT)
    assert not app.exception
    assert len([button for button in app.button if button.label == "Clear filters"]) == 1
    assert said(app).count("Nothing matches") == (0 if page == "gates" else 1)


def test_a_quarter_without_an_incident_shows_the_charts_of_its_year(open_page) -> None:
    app = open_page("incidents", quarter="2025-Q4", service=["checkout-api"], severity=["1"])
    assert "No incident in 2025 Q4 with service checkout-api, severity P1" in said(app)
    assert said(app).count("Nothing matches") == 1 and "nor in the rest" not in said(app)
    assert len(charts(app)) == 5


def test_a_review_names_the_charts_that_a_filter_leaves_nothing_of_beside_those_it_draws(open_page) -> None:
    app = open_page("", **NONE_LEFT)
    assert (
        "Nothing to draw with service identity, team Payments: P1 incidents · Median time to recover, P1"
        in said(app)
    )
    assert len(charts(app)) == 1, "NPS, which no filter narrows"
