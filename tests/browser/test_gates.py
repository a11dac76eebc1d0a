"""A product manager with one change, in a real browser: the answer, the link, a phone, the dark, a waiver."""

from datetime import date

import pytest
from playwright.sync_api import expect

from reliability.gates.waivers import waivers
from reliability.journal import Journal
from reliability.settings import load_settings
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
        expect(page.get_by_role("button", name="Write it down")).to_have_count(0)
        assert "Waived until 1 Dec 2025: Off for customers" in visitor.text
        assert "Ana" not in visitor.text


def test_a_waiver_holds_until_the_day_that_its_field_shows_and_is_not_written_without_one(
    visitors, serve, own_sample
):
    journal = Journal(own_sample)
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open("/gates?change=CHG-3302")
        page = visitor.page
        page.get_by_role("button", name="Waive a gate").click()
        page.get_by_role("textbox", name="Why this is safe enough").fill("Off for customers")
        page.get_by_role("textbox", name="Approved by").fill("Head of Reliability")
        page.get_by_role("textbox", name="Your name").fill("Ana")
        write = page.get_by_role("button", name="Write it down")
        until = page.get_by_test_id("stDateInput").filter(has_text="Last day it holds")
        day = until.get_by_role("spinbutton", name="day, Last day it holds")

        until.get_by_role("button", name="Clear date").click()
        expect(until.get_by_role("button", name="Clear date")).to_have_count(0)
        write.click()
        page.wait_for_selector("text=“Last day it holds” is a day from 17 Nov 2025 to 15 Feb 2026.")
        visitor.wait()  # what is typed into a form that is still being drawn is lost
        assert waivers(journal, load_settings(own_sample)) == ()

        until.get_by_role("spinbutton", name="year, Last day it holds").press_sequentially("20251128")
        expect(day).to_have_attribute("aria-valuenow", "28")
        page.get_by_role("textbox", name="Your name").click()
        # A day half deleted stands there again as soon as the field is left, before anything can be sent.
        day.press("Backspace")
        day.press("Backspace")
        expect(day).not_to_have_attribute("aria-valuenow", "28")
        write.hover()
        page.mouse.down()
        expect(day).to_have_attribute("aria-valuenow", "28")
        page.mouse.up()
        page.wait_for_selector("text=Waived until 28 Nov 2025: Off for customers")
        (one,) = waivers(journal, load_settings(own_sample))
        assert one.until == date(2025, 11, 28)
