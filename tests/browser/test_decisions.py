"""Deciding in a real browser: from the review to the record, and on a phone."""

from datetime import date

from playwright.sync_api import expect

from reliability.decisions import decisions
from reliability.journal import Journal


def test_a_question_of_the_review_is_decided_and_stands_on_both_pages(visitors, serve, own_sample):
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open("/")
        page = visitor.page
        page.get_by_role("link", name="Decide and record").click()
        page.wait_for_selector("text=4 questions to decide; nothing has been decided yet")
        visitor.wait()
        page.get_by_role("button", name="Record the decision").first.click()
        page.get_by_role("button", name="Write it down").click()
        page.wait_for_selector("text=the choice is missing")
        visitor.wait()
        page.locator("label", has_text="Freeze features").click()
        page.get_by_role("textbox", name="Your name").fill("Ana")
        # A day that was deleted is missing: neither the day before it nor the one first offered is written.
        due = page.get_by_test_id("stDateInput").filter(has_text="Due")
        due.get_by_role("button", name="Clear date").click()
        expect(due.get_by_role("button", name="Clear date")).to_have_count(0)
        page.get_by_role("button", name="Write it down").click()
        page.wait_for_selector("text=the day it is due is missing")
        visitor.wait()  # what is typed into a form that is still being drawn is lost
        assert list(decisions(Journal(own_sample))) == []
        due.get_by_role("spinbutton", name="year, Due").press_sequentially("20251125")
        expect(due.get_by_role("spinbutton", name="day, Due")).to_have_attribute("aria-valuenow", "25")
        page.keyboard.press("Tab")
        page.get_by_role("button", name="Write it down").click()
        page.wait_for_selector("text=3 questions to decide; 1 decision open")
        visitor.wait()
        assert page.get_by_role("button", name="Write it down").count() == 0, "the form is closed"
        assert "Ana" not in visitor.text
        (one,) = decisions(Journal(own_sample))
        assert (one.chosen, one.due, one.by) == ("Freeze features", date(2025, 11, 25), "Ana")
        phone = visitors(server, width=390, height=844)
        phone.open("/")
        assert phone.overflow() == 0
        tops = [
            phone.page.locator(selector).first.bounding_box()["y"]
            for selector in (".rl-headline", ".st-key-decide li", ".rl-tile")
        ]
        assert tops == sorted(tops), "on a phone the first decision comes before the cards"
        assert tops[1] < 844
        assert "decided 17 Nov 2025, open" in phone.text


def test_the_clock_of_the_meeting_says_what_is_on_and_what_is_left(visitor):
    visitor.open("/decisions")
    page = visitor.page
    chrome = ('[data-testid="stSidebar"]', ".st-key-topline")
    for part in chrome:
        expect(page.locator(part)).to_be_visible()
    visitor.open("/decisions?present=1")
    expect(page.get_by_role("button", name="Start the clock")).to_be_visible()
    for part in (*chrome, '[data-testid="stExpandSidebarButton"]', "form"):
        expect(page.locator(part).locator("visible=true")).to_have_count(0)
    page.get_by_role("button", name="Start the clock").click()
    page.wait_for_selector("text=/The quarter · 2:5[0-9] min left/")
    assert page.locator("tr.rl-now").count() == 1
    began = "sessionStorage.setItem('reliability-meeting-began', String(Date.now() - {} * 60000))"
    page.evaluate(began.format(4))
    page.wait_for_selector("text=/Availability.* left/")
    page.reload()
    page.wait_for_selector("text=/Availability.* left/")
    page.evaluate(began.format(120))
    page.wait_for_selector("text=/over by/")
    assert page.locator("tr.rl-now").count() == 0
    page.get_by_role("button", name="Stop the clock").click()
    page.wait_for_selector("text=Start the clock")


def test_days_are_offered_after_the_page_has_answered_something_else(visitor):
    """The browser draws a form when it is opened: long after the run that put the days into it."""
    visitor.open("/decisions")
    page = visitor.page
    page.wait_for_timeout(5500)  # longer than days are sent again to a page that was just opened
    page.get_by_test_id("stSelectbox").first.click()
    page.get_by_role("option").nth(1).click()
    visitor.wait()
    page.get_by_role("button", name="Record another decision").click()
    for label, day in (("Due", "24"), ("Decided on", "17")):
        field = page.get_by_test_id("stDateInput").filter(has_text=label)
        expect(field.get_by_role("spinbutton", name=f"day, {label}")).to_have_attribute("aria-valuenow", day)
    page.wait_for_timeout(1500)  # nobody types a day within a second
    typed = page.get_by_role("spinbutton", name="year, Due")
    typed.press_sequentially("20251201")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    visitor.wait()
    page.get_by_role("button", name="Record another decision").click()
    visitor.wait()
    field = page.get_by_role("spinbutton", name="day, Due")
    expect(field).to_have_attribute("aria-valuenow", "1")
