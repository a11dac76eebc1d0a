"""A switch of theme while a page is open: nobody runs the script then, and what is drawn follows all the same."""

import pytest
from playwright.sync_api import expect

from reliability.charts.palette import DARK, LIGHT, Palette
from tests.browser import test_pages
from tests.test_theme import contrast

CHARTS = ".rl-plot"
# Every painted part of every chart, as the browser paints it now: its element, which side of it, its colour, its words.
PAINTED = """charts => charts.flatMap(chart => [...chart.querySelectorAll('svg.main-svg *')].flatMap(part => {
    const look = getComputedStyle(part);
    const seen = side => look[side].startsWith('rgb(') && look[side + 'Opacity'] !== '0' && look.opacity !== '0';
    return ['fill', 'stroke'].filter(seen)
      .map(side => [part.tagName, side, look[side], part.tagName === 'text' ? part.textContent : '']);
  }))"""
# Between them they draw every kind of chart; Incidents is below, by Streamlit's own menu.
PAGES = ["/", "/chronic-issues", "/customers"]
_PATIENCE_MS = 30_000


def hexadecimal(colour: str) -> str:
    """Return `rgb(1, 2, 3)` as #010203."""
    return "#" + "".join(
        f"{int(part):02X}" for part in colour.removeprefix("rgb(").removesuffix(")").split(",")
    )


def painted(visitor, dark: bool) -> list[list[str]]:
    """Return what every chart of the page is painted with, once the page has the scheme."""
    until_scheme(visitor, dark)
    charts = visitor.page.locator(CHARTS)
    charts.first.wait_for()
    for chart in charts.all():  # a chart is drawn when it comes near
        chart.scroll_into_view_if_needed()
    expect(visitor.page.locator(f"{CHARTS}:not(:has(.main-svg text))")).to_have_count(0, timeout=_PATIENCE_MS)
    # One that has another colour to take is not shown until it has it.
    expect(visitor.page.locator(f'{CHARTS}[style*="opacity"]')).to_have_count(0, timeout=_PATIENCE_MS)
    return charts.evaluate_all(PAINTED)


def until_scheme(visitor, dark: bool) -> None:
    page = test_pages.DARK if dark else test_pages.LIGHT
    expect(visitor.page.get_by_test_id("stApp")).to_have_css("background-color", page, timeout=_PATIENCE_MS)


def words_can_be_read(parts: list[list[str]], palette: Palette) -> None:
    """Hold that every word of a chart has ink of the theme that reads well on its page."""
    inks = {hexadecimal(colour) for _, side, colour, words in parts if words.strip() and side == "fill"}
    assert inks
    assert inks <= {
        palette.text,
        palette.muted,
        palette.good,
        palette.noise,
        palette.concern,
        palette.unknown,
    }
    assert [ink for ink in inks if contrast(ink, palette.page) < 4.5] == []


@pytest.mark.parametrize("path", PAGES)
def test_open_charts_take_the_colours_of_the_theme_that_is_switched_to(visitor, path):
    visitor.open(path)
    light = painted(visitor, dark=False)
    words_can_be_read(light, LIGHT)
    visitor.page.emulate_media(color_scheme="dark")
    switched = painted(visitor, dark=True)
    words_can_be_read(switched, DARK)
    visitor.open(path)
    assert painted(visitor, dark=True) == switched
    visitor.page.emulate_media(color_scheme="light")
    assert painted(visitor, dark=False) == light


def test_charts_and_what_a_point_says_follow_the_menus_own_choice_of_theme(visitor):
    visitor.open("/incidents")
    light = painted(visitor, dark=False)
    visitor.page.locator("[data-testid=stMainMenu] button").click()
    visitor.page.get_by_test_id("stMainMenuItem-theme-Dark").click()
    visitor.page.keyboard.press("Escape")
    words_can_be_read(painted(visitor, dark=True), DARK)
    point = visitor.page.locator(f"{CHARTS} .point").last
    point.scroll_into_view_if_needed()
    point.hover(force=True)
    said = visitor.page.locator(".hoverlayer .hovertext")
    expect(said.locator("text").first).to_have_css("fill", _rgb(DARK.text))
    expect(said.locator("path").first).to_have_css("fill", _rgb(DARK.page))
    visitor.page.locator("[data-testid=stMainMenu] button").click()
    visitor.page.get_by_test_id("stMainMenuItem-theme-Light").click()
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".hoverlayer .hovertext")).to_have_count(0)
    assert painted(visitor, dark=False) == light


def test_a_drawer_that_is_open_follows_a_switch_of_theme(visitor):
    visitor.open("/?promise=availability")
    dialog = visitor.page.get_by_role("dialog")
    words = dialog.locator(".rl").first
    words.wait_for()
    for dark, palette in ((False, LIGHT), (True, DARK), (False, LIGHT)):
        visitor.page.emulate_media(color_scheme="dark" if dark else "light")
        until_scheme(visitor, dark)
        expect(words).to_have_css("color", _rgb(palette.text), timeout=_PATIENCE_MS)


def _rgb(colour: str) -> str:
    return f"rgb({', '.join(str(part) for part in bytes.fromhex(colour[1:]))})"
