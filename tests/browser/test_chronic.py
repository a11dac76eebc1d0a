"""The Chronic issues page in a real browser: a row opens its story, Back returns, the keyboard and a phone do too."""

from reliability.ui import text
from tests.browser.test_pages import headline, until_headline

ISSUE = "PRB0001042"


def test_a_row_opens_its_story_the_address_holds_it_and_back_returns(visitor):
    visitor.open("/chronic-issues")
    before = headline(visitor)
    assert "problems keep coming back" in before
    visitor.page.locator(f".st-key-pick-{text.digest(ISSUE)} button").click()
    until_headline(visitor, "came back 48 times")
    assert f"issue={ISSUE}" in visitor.page.url
    visitor.page.go_back()
    until_headline(visitor, "problems keep coming back")
    assert headline(visitor) == before


def test_a_row_can_be_reached_and_opened_by_keyboard(visitor):
    visitor.open("/chronic-issues")
    button = visitor.page.get_by_role("button", name="Story of Orders missing after a checkout timeout")
    button.focus()
    visitor.page.keyboard.press("Enter")
    until_headline(visitor, "came back 48 times")


def test_a_story_opens_from_its_link_on_a_phone_and_nothing_is_cut_off(visitors, server):
    phone = visitors(server, width=390, height=844)
    phone.open(f"/chronic-issues?issue={ISSUE}")
    assert "came back 48 times" in headline(phone)
    assert phone.overflow() == 0
    wide = phone.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] p, [data-testid=stMain] .js-plotly-plot,'
        + '[data-testid=stMain] button')]
        .filter(e => e.offsetParent && !e.closest('.rl-scroll') && e.getBoundingClientRect().right > 391)
        .map(e => e.innerText.slice(0, 40))"""
    )
    assert wide == []


def test_a_point_of_the_timeline_opens_its_incident(visitor):
    visitor.open(f"/chronic-issues?issue={ISSUE}")
    marks = visitor.page.locator(".st-key-story-timeline .js-plotly-plot .points path")
    marks.nth(3).click(force=True)
    drawer = visitor.page.get_by_role("dialog")
    drawer.get_by_role("link", name="The story of this problem").wait_for()
    assert "Opened" in drawer.inner_text()
