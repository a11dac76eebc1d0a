"""The app starts, answers and draws its first page in a real browser."""

import json
import urllib.request

import pytest

from tests.browser.server import ROOT, serving

_MISSING = [
    name
    for name in ("app.py", "reliability/serve/shell.py", "data/review.toml")
    if not (ROOT / name).exists()
]
pytestmark = pytest.mark.skipif(bool(_MISSING), reason=f"not there yet: {', '.join(_MISSING)}")


def test_the_server_says_that_it_is_healthy_and_which_data_it_shows(server):
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answer:
        assert json.load(answer)["status"] == "ok"


def test_the_first_page_opens_without_an_error(visitor):
    visitor.open("/")
    assert visitor.text.strip()
    assert visitor.overflow() == 0


def test_a_laptop_shows_sentence_cards_and_the_first_decision_without_scrolling(visitor):
    visitor.open("/")

    def top(selector: str) -> float:
        return visitor.page.locator(selector).first.bounding_box()["y"]

    assert top(".rl-headline") < top(".rl-tile") < top(".st-key-decide li")
    assert top(".st-key-decide li") < 900
    assert top(".st-key-chart-p1_incidents_weekly .js-plotly-plot") < 1200
    assert top(".st-key-chart-time_to_recover_median_monthly .js-plotly-plot") < 1200


def test_when_the_server_is_gone_the_page_says_so_in_the_words_of_the_review(visitors, sample_dir, tmp_path):
    with serving(sample_dir, tmp_path / "log.txt", ready="/healthz") as server:
        visitor = visitors(server)
        visitor.open("/definitions")
    for expected in ("ERR_CONNECTION_REFUSED", "Client Error in reaching", "server is not responding"):
        visitor.expect_problem(expected)
    visitor.page.locator("[data-test-connection-state=PINGING_SERVER]").wait_for()
    box = visitor.page.locator(".stDialog")
    box.wait_for(state="attached")
    assert not box.is_visible()
    said = "app => [getComputedStyle(app, '::after').content, getComputedStyle(app, '::after').visibility]"
    words, visible = visitor.page.locator(".stApp").evaluate(said)
    assert words.startswith('"Northwind Cloud: the server of this review does not answer.')
    assert visible == "visible"


def test_the_filters_keep_clear_of_the_button_that_opens_the_sidebar(visitor):
    visitor.open("/")
    visitor.page.get_by_test_id("stSidebar").hover()
    visitor.page.locator("[data-testid=stSidebarCollapseButton] button").click()
    button = visitor.page.get_by_test_id("stExpandSidebarButton")
    button.wait_for()
    visitor.page.wait_for_timeout(500)  # it moves to its place
    edge = button.bounding_box()
    first = visitor.page.locator(".st-key-filters").bounding_box()
    assert edge["x"] + edge["width"] <= first["x"] + 1
