"""A product manager with one change, in a real browser: the answer, the link, a phone, the dark, a waiver."""

import pytest

from tests.browser.server import ROOT

pytestmark = pytest.mark.skipif(not (ROOT / "pages" / "gates.py").exists(), reason="the page is not there")


def find(visitor, text: str) -> None:
    visitor.page.get_by_role("searchbox", name="Find a change").fill(text)


def test_words_of_a_title_lead_to_what_is_missing_and_to_a_link_that_opens_the_same(
    visitor, visitors, server
):
    visitor.open("/gates")
    assert "6 of 12 planned changes may ship" in visitor.text.replace("\N{NO-BREAK SPACE}", " ")
    find(visitor, "passkeys")
    visitor.page.wait_for_selector("text=CHG-3303 is held")
    visitor.wait()
    assert "There is no SLO impact statement for identity." in visitor.text
    assert "→ team Identity" in visitor.text
    link = visitor.page.locator("[data-testid=stCode]").first.inner_text().strip()
    assert link == f"{server.url}/gates?change=CHG-3303"
    other = visitors(server)
    other.open("/gates?change=CHG-3303")
    assert "CHG-3303 is held" in other.text


def test_a_card_opens_its_change_and_back_closes_it(visitor):
    visitor.open("/gates")
    visitor.page.get_by_role("button", name="CHG-3302").click()
    visitor.page.wait_for_selector("text=CHG-3302 is held")
    assert visitor.page.url.endswith("/gates?change=CHG-3302")
    visitor.page.go_back()
    visitor.page.wait_for_selector("text=CHG-3302 is held", state="detached")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_nothing_lies_beside_the_screen(visitors, server, dark):
    phone = visitors(server, width=390, height=844, dark=dark)
    phone.open("/gates?change=CHG-3303")
    assert phone.overflow() == 0
    line = phone.page.locator("text=→ team Identity").first.bounding_box()
    assert line is not None and line["x"] + line["width"] <= 390


def test_a_waiver_is_given_in_place(visitors, serve, own_sample):
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open("/gates?change=CHG-3302")
        page = visitor.page
        page.get_by_role("button", name="Waive a gate").click()
        page.get_by_role("button", name="Write it down").click()
        page.wait_for_selector("text=Still empty: “Why this is safe enough”")
        page.get_by_role("textbox", name="Why this is safe enough").fill("Off for customers")
        page.get_by_role("textbox", name="Approved by").fill("Head of Reliability")
        page.get_by_role("textbox", name="Your name").fill("Ana")
        page.get_by_role("button", name="Write it down").click()
        page.wait_for_selector("text=CHG-3302 may ship")
        assert "Waived until 1 Dec 2025: Off for customers" in visitor.text
        assert "Ana" not in visitor.text
