"""Customers in a real browser: search, hostile comments, an account's address, from an incident to it and back."""

import csv
import shutil
from pathlib import Path

import pytest

from reliability.settings import load_settings
from reliability.warehouse import build
from tests.browser.server import ROOT, serving

HOSTILE = (
    "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
    "**bold** _it_ $x^2$ :material/home: :red[red] [a](javascript:alert(1)) `code` # head",
    "Dear Anna Adams, write to anna.adams@people.example. Regards, Tom Jones",
    "ends </div></p></table> of it all",
)


def headline(visitor) -> str:
    return visitor.page.locator(".rl-headline").first.inner_text().replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A server whose newest comments try to be more than text."""
    folder = tmp_path_factory.mktemp("hostile")
    data = folder / "data"
    for part in ("incidents", "customers", "nps"):
        shutil.copytree(ROOT / "data" / "exports" / part, data / "exports" / part)
    shutil.copy(ROOT / "data" / "review.toml", data)
    with (data / "exports" / "nps" / "hostile.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["response_id", "responded_at", "score", "account_id", "segment", "comment"])
        writer.writerows(
            [f"H{n}", "2025-11-17T07:00:00Z", 3, "A-1004", "<b>seg</b>", said]
            for n, said in enumerate(HOSTILE)
        )
    build(data, load_settings(data))
    with serving(data, folder / "log.txt", ready="/healthz") as running:
        yield running


def test_a_comment_is_only_ever_text(visitors, hostile):
    visitor = visitors(hostile)
    for path in ("/customers", "/customers?account=A-1004"):
        visitor.open(path)
        text = visitor.text
        for said in (HOSTILE[0], HOSTILE[1], HOSTILE[3]):
            assert " ".join(said.split()) in " ".join(text.split())
        assert visitor.page.title() != "owned"
        main = visitor.page.locator("[data-testid=stMain]")
        assert main.locator("img[src=x]").count() == 0
        assert main.locator("a[href^='javascript']").count() == 0
        assert main.locator(".katex").count() == 0
        assert "Tom" not in text and "Adams" not in text and "people.example" not in text
        assert "Regards, [name]" in text
        assert visitor.overflow() == 0


def test_names_are_shown_only_when_asked_for_and_not_by_a_link(visitors, hostile):
    visitor = visitors(hostile)
    visitor.open("/customers")
    visitor.page.locator(".st-key-as-written label").first.click()
    visitor.page.get_by_text("Regards, Tom Jones").first.wait_for()
    visitor.wait()
    other = visitors(hostile)
    other.open(visitor.page.url.removeprefix(hostile.url))
    assert "Tom Jones" not in other.text


def test_a_search_finds_words_and_the_address_holds_it(visitor, visitors, server):
    visitor.open("/customers")
    visitor.page.get_by_role("searchbox", name="Search in comments").fill("apology template")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_text("with “apology template”").wait_for()
    visitor.wait()
    assert "words=apology" in visitor.page.url
    assert "After the last outage we got an apology template" in visitor.text
    assert "Good API docs" not in visitor.text
    other = visitors(server)
    other.open(visitor.page.url.removeprefix(server.url))
    assert "with “apology template”" in other.text


def test_a_row_opens_its_account_and_back_returns(visitor):
    visitor.open("/customers")
    first = headline(visitor)
    grid = visitor.page.locator(".st-key-opens-table-accounts [data-testid=stDataFrame]")
    grid.scroll_into_view_if_needed()
    grid.locator(".dvn-scroller").click(position={"x": 40, "y": 52})
    visitor.page.get_by_text("What hit it, and what it said").wait_for()
    visitor.wait()
    assert "account=A-1253" in visitor.page.url
    assert headline(visitor).startswith("Marnholm Instruments: hit by")
    visitor.page.go_back()
    visitor.page.locator(".rl-headline", has_text="NPS fell").wait_for()
    visitor.wait()
    assert headline(visitor) == first and "account=" not in visitor.page.url


def test_from_an_incident_to_an_account_it_hit_is_one_click_and_back_another(visitor):
    visitor.open("/incidents?incident=IR-00505")
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_text("Customers hit: 26").wait_for()
    dialog.get_by_role("link", name="Dunmarrow Logistics").click()
    visitor.page.get_by_text("What hit it, and what it said").wait_for()
    visitor.wait()
    assert "/customers?account=A-1004" in visitor.page.url
    assert headline(visitor).startswith("Dunmarrow Logistics")
    visitor.page.go_back()
    dialog.get_by_text("Customers hit: 26").wait_for()
    visitor.wait()
    visitor.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    visitor.wait()
    visitor.page.wait_for_url(lambda url: "incident=" not in url, timeout=10_000, wait_until="commit")


def test_from_an_account_to_its_incident_and_from_an_alert_to_its_accounts(visitor):
    visitor.open("/customers?account=A-1004")
    visitor.page.get_by_role("link", name="IR-00505").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_text("Customers hit: 26").wait_for()
    assert "/incidents?incident=IR-00505" in visitor.page.url
    dialog.get_by_role("link", name="p99 latency of webhooks above 3 s").click()
    visitor.page.locator(".rl-headline", has_text="accounts hit").wait_for()
    visitor.wait()
    assert "Dunmarrow Logistics" in visitor.text
    visitor.page.get_by_role("button", name="All customers").click()
    visitor.page.locator(".rl-headline", has_text="NPS fell").wait_for()
    assert "alert=" not in visitor.page.url


def test_the_step_of_the_chart_is_held_by_the_address(visitor):
    visitor.open("/customers")
    visitor.page.get_by_role("radio", name="Quarter").or_(
        visitor.page.locator(".st-key-grain button", has_text="Quarter")
    ).first.click()
    visitor.page.get_by_text("No change shown from 2025 Q2 to 2025 Q3").wait_for()
    visitor.wait()
    assert "grain=Quarter" in visitor.page.url


@pytest.mark.parametrize("path", ["/customers?account=A-1004", "/customers?alert=p99%20latency%20of%20webhooks%20above%203%20s",
                                  "/incidents?incident=IR-00505", "/customers?grain=Quarter"])  # fmt: skip
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_story_fits_a_phone(visitors, server, path: str, dark: bool):
    phone = visitors(server, width=390, height=844, dark=dark)
    phone.open(path)
    assert phone.overflow() == 0
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_export_of_comments_hides_people_too(visitors, hostile):
    visitor = visitors(hostile)
    visitor.open("/customers?words=Regards")
    with visitor.page.expect_download() as fetched:
        visitor.page.locator(".st-key-comments").get_by_role("button", name="Download CSV").click()
    text = Path(fetched.value.path()).read_text(encoding="utf-8-sig")
    assert "[name]" in text and "Tom" not in text and "people.example" not in text
