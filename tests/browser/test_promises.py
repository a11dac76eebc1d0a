"""A new promise, written down in a browser: never with a day that its field does not show."""

import tomllib

from playwright.sync_api import expect


def test_a_promise_without_a_day_is_not_written_and_begins_on_the_day_shown(visitors, serve, own_sample):
    file = own_sample / "review.toml"
    before = file.read_bytes()
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open("/commitments")
        page = visitor.page
        page.get_by_role("button", name="New promise").click()
        page.get_by_role("textbox", name="What is promised").fill("Half as many P1s")
        page.keyboard.press("Tab")
        visitor.wait()
        start = page.get_by_test_id("stDateInput").filter(has_text="From")
        day = start.get_by_role("spinbutton", name="day, From")

        start.get_by_role("button", name="Clear date").click()
        page.wait_for_selector("text=Choose all days: “From”, and both of “Compared with”.")
        expect(page.get_by_role("button", name="Write it down")).to_have_count(0)
        assert file.read_bytes() == before

        visitor.wait()  # what is typed into a form that is still being drawn is lost
        start.get_by_role("spinbutton", name="year, From").press_sequentially("20251201")
        expect(day).to_have_attribute("aria-valuenow", "1")
        page.get_by_role("textbox", name="Owner").click()
        write = page.get_by_role("button", name="Write it down")
        write.wait_for()
        visitor.wait()
        page.get_by_role("textbox", name="Your name").fill("Ana")
        write.click()
        page.wait_for_selector("text=Written down: Half as many P1s")
    promises = tomllib.loads(file.read_text())["commitments"]
    (made,) = [one for one in promises if one["title"] == "Half as many P1s"]
    assert str(made["start"]) == "2025-12-01"
