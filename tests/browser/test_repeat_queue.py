"""The review queue in a real browser: decided by keyboard, its effect told before, undone, and kept by new exports."""

import re

import pytest

from reliability.journal import Journal
from reliability.repeats import decisions as repeats
from reliability.settings import load_settings
from reliability.ui.navigation import FOLDER
from reliability.warehouse import build, open_store
from tests.warehouse_by_hand import figures, params

pytestmark = pytest.mark.skipif(
    not (FOLDER / "chronic_issues.py").exists(), reason="there is no page to show it"
)

PATH = "/chronic-issues?quarter=2025-Q3"
QUARTER = params("2025-07-01", "2025-10-01", as_of="2025-11-17 08:00", time_zone="Europe/Berlin")


def effect(visitor) -> tuple[int, int]:
    """The figures told: before, and if confirmed."""
    said = visitor.page.locator(".st-key-repeat-queue .rl-after").inner_text()
    found = re.fullmatch(
        r"Repeats in 2025 Q3: (\d+) → (\d+)(, escalated ones: \d+ → \d+)? if confirmed", said
    )
    assert found, said
    return int(found[1]), int(found[2])


def say_name(visitor, name: str) -> None:
    box = visitor.page.locator(".st-key-repeat-who input")
    box.fill(name)
    box.press("Enter")
    # The field is gone: the next key is a key of the queue, not a letter of the name.
    visitor.page.get_by_role("button", name=f"Deciding as {name}").wait_for()
    visitor.wait()


def press(visitor, key: str, said: str) -> None:
    """Press a key and wait until the page says what it did."""
    visitor.page.keyboard.press(key)
    visitor.page.locator(".st-key-repeat-last", has_text=said).wait_for()
    visitor.wait()


def counted(folder) -> float | None:
    store = open_store(folder)
    try:
        return figures(store, "repeat_incidents", QUARTER)["value"]
    finally:
        store.close()


def test_a_suggestion_is_confirmed_undone_and_rejected_by_keyboard(visitors, serve, own_sample):
    before = counted(own_sample)
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open(PATH)
        assert visitor.page.get_by_role("button", name=re.compile("^Confirm")).is_disabled()
        say_name(visitor, "Ana")
        told = effect(visitor)
        assert told == (before, before + 1)
        question = visitor.page.get_by_text(re.compile(r"^Is \S+ the return of \S+\?")).inner_text()
        incident, partner = re.match(r"Is (\S+) the return of (\S+)\?", question).groups()

        press(visitor, "y", f"{incident} confirmed as the return of {partner}, by Ana")
        assert counted(own_sample) == told[1]
        assert visitor.page.get_by_text(f"Is {incident} the return of").count() == 0, (
            "the next one is in focus"
        )
        assert effect(visitor)[0] == told[1]
        (decision,) = repeats.decisions(Journal(own_sample))
        assert (decision.action, decision.who, decision.subject) == ("confirm", "Ana", incident)

        press(visitor, "u", "Taken back")
        assert counted(own_sample) == before
        assert visitor.page.get_by_text(f"Is {incident} the return of {partner}?").count() == 1

        press(visitor, "n", f"{incident} rejected as the return of {partner}")
        assert counted(own_sample) == before
        assert visitor.page.get_by_text(f"Is {incident} the return of {partner}?").count() == 0


def test_on_a_phone_the_queue_is_stacked_rows_and_a_tap_brings_one_into_focus(visitors, server):
    phone = visitors(server, width=390, height=844)
    phone.open(PATH)
    say_name(phone, "Ana")
    assert not phone.page.locator(".st-key-opens-table-repeat-queue").is_visible()
    assert not phone.page.get_by_text("Keys: Y confirm").is_visible(), "a phone has no keys"
    row = phone.page.locator("[class*=st-key-repeat-stack-]").nth(2)
    incident = row.locator("b").inner_text()
    # The whole row is the button, also where its words stand.
    row.scroll_into_view_if_needed()
    row.click()
    phone.page.get_by_text(f"Is {incident} the return of").wait_for()
    phone.wait()
    assert phone.page.get_by_role("button", name="Deciding as Ana").count() == 1, "the name is kept"
    assert phone.page.locator("[class*=st-key-repeat-stack-] b", has_text=incident).count() == 0
    assert phone.overflow() == 0


def test_a_skipped_one_comes_back_last_and_the_same_as_asks_for_an_issue(visitors, serve, own_sample):
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open(PATH)
        say_name(visitor, "Ana")
        first = visitor.page.get_by_text(re.compile(r"^Is \S+ the return of")).inner_text()
        visitor.page.keyboard.press("k")
        visitor.page.get_by_text("1 skipped").wait_for()
        visitor.wait()
        assert visitor.page.get_by_text(re.compile(r"^Is \S+ the return of")).inner_text() != first

        visitor.page.keyboard.press("s")
        box = visitor.page.get_by_role("combobox", name="It is the return of")
        box.click()
        box.fill("PRB")
        visitor.page.get_by_role("option").first.click()
        button = visitor.page.get_by_role("button", name="It is the same")
        button.wait_for()
        visitor.wait()
        assert re.search(
            r"Repeats in 2025 Q3(: \d+ → \d+| stay \d+)",
            visitor.page.locator(".st-key-repeat-same-form").inner_text(),
        )
        button.click()
        visitor.page.locator(".st-key-repeat-last", has_text="said to be the same as").wait_for()
        visitor.wait()
        assert [d.action for d in repeats.decisions(Journal(own_sample))] == ["same as"]


def test_a_confirmation_survives_a_new_export_and_shows_in_the_history(visitors, serve, own_sample):
    before = counted(own_sample)
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open(PATH)
        say_name(visitor, "Ana")
        press(visitor, "y", "confirmed as the return of")
        lines = ["incident_id,opened_at,title,service,severity"]
        lines.append("NEW-1,2025-08-01T08:00:00Z,Something else entirely,search,P3")
        (own_sample / "exports" / "more.csv").write_text("\n".join(lines), encoding="utf-8")
        build(own_sample, load_settings(own_sample), decisions=lambda: repeats.rows_of(own_sample))
        assert counted(own_sample) == before + 1
        visitor.open(PATH)
        shown = visitor.page.locator(".st-key-repeat-history").inner_text()
        assert "1 decision about repeats stands" in shown.replace("\N{NO-BREAK SPACE}", " ")
        assert "is the return of" in shown and "counts" in shown and "Ana" not in shown
