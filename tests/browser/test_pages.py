"""Every page in a real browser: deep links, filters, Back, links, drill-down, keyboard, dark, a phone, new data."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from reliability.settings import load_settings
from reliability.ui.navigation import FOLDER, SECTIONS
from reliability.warehouse import build
from tests.browser.axe import violations
from tests.browser.server import serving
from tests.sample import sample_copy

ENTRIES = [e for entries in SECTIONS.values() for e in entries if (FOLDER / f"{e.script}.py").exists()]
PATHS = [f"/{entry.url}" for entry in ENTRIES]
NAMES = [entry.script for entry in ENTRIES]
LIGHT, DARK = "rgb(255, 255, 255)", "rgb(15, 23, 32)"  # .streamlit/config.toml


def headline(visitor) -> str:
    return visitor.page.locator(".rl-headline").first.inner_text().replace("\N{NO-BREAK SPACE}", " ")


def figure(visitor, card: str) -> str:
    """The large figure of a card, without the goal beside it."""
    shown = visitor.page.locator(f"[data-card={card}] .rl-figure")
    return shown.evaluate("line => line.firstChild.textContent").strip()


def until_headline(visitor, text: str) -> None:
    visitor.page.locator(".rl-headline", has_text=text).first.wait_for()
    visitor.wait()


def choose_quarter(visitor, label: str) -> None:
    visitor.page.get_by_role("combobox", name="Quarter").click()
    visitor.page.get_by_role("option", name=label).click()


def choose_severity(visitor, label: str) -> None:
    visitor.page.locator(".st-key-choose-severity button").first.click()
    visitor.page.get_by_role("button", name=label, exact=True).click()


def background(visitor) -> str:
    return visitor.page.evaluate(
        "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
    )


def brightness(colour: str) -> float:
    return sum(float(part) for part in re.findall(r"[\d.]+", colour)[:3]) / 3


def text_brightness(visitor) -> float:
    return brightness(visitor.page.evaluate("getComputedStyle(document.querySelector('.rl-headline')).color"))


def has_shell(visitor) -> None:
    """Hold that the page stands inside the shell: navigation with every page, and the filters."""
    links = visitor.page.locator("[data-testid=stSidebarNavLink]").all_inner_texts()
    assert [text.split("\n")[-1] for text in links] == [entry.title for entry in ENTRIES]
    assert visitor.page.get_by_role("combobox", name="Quarter").is_visible()
    assert visitor.page.locator(".st-key-choose-service").is_visible()
    assert "data to 17 Nov 2025" in visitor.text.replace("\N{NO-BREAK SPACE}", " ")


# Deep links


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/incidents?quarter=2025-Q3&severity=1", "in 2025 Q3"),
        ("/definitions?kpi=nps", "Every figure"),
    ],
    ids=["incidents", "definitions"],
)
def test_a_deep_link_on_a_server_that_nobody_used_opens_the_page_inside_the_shell(
    visitors, serve, sample_dir, path, shown
):
    with serve(sample_dir) as server:
        visitor = visitors(server)
        visitor.open(path)
        has_shell(visitor)
        assert shown in headline(visitor)
        assert "Traceback" not in server.log


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_every_page_opens_from_its_link_inside_the_shell(visitor, path):
    visitor.open(path)
    has_shell(visitor)
    assert headline(visitor)
    assert visitor.overflow() == 0
    assert background(visitor) == LIGHT
    assert text_brightness(visitor) < 80
    current = visitor.page.locator("[data-testid=stSidebarNavLink][aria-current=page]")
    assert current.get_attribute("href").endswith(path)
    assert violations(visitor.page) == []


@pytest.mark.parametrize("path", PATHS, ids=NAMES)
def test_every_page_fits_a_phone_in_the_dark(visitors, server, path):
    phone = visitors(server, width=390, height=844, dark=True)
    phone.open(path)
    assert headline(phone)
    assert phone.overflow() == 0
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert background(phone) == DARK
    assert text_brightness(phone) > 200
    # Nothing is cut off at the side either, but for what scrolls inside itself.
    wide = phone.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] .rl-headline, [data-testid=stMain] .rl-reason,'
        + '[data-testid=stMain] .rl-card, [data-testid=stMain] .js-plotly-plot, [data-testid=stMain] button')]
        .filter(e => e.offsetParent && !e.closest('.rl-scroll') && e.getBoundingClientRect().right > 391)
        .map(e => e.className + ': ' + e.innerText.slice(0, 40))"""
    )
    assert wide == []
    # Tables of several columns stack their rows, so that no figure lies beyond the edge.
    sideways = phone.page.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain] .rl-scroll')]
        .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map(e => e.innerText.slice(0, 60))
        .filter(text => text)"""  # one that is folded away shows none
    )
    assert sideways == []
    assert violations(phone.page) == []


# Filters and the address


def test_filters_change_the_figure_and_the_address_and_back_restores_both(visitor):
    visitor.open("/incidents")
    until_headline(visitor, "2025 Q4")
    now, first = headline(visitor), visitor.page.url
    choose_quarter(visitor, "2025 Q3")
    until_headline(visitor, "2025 Q3")
    quarter, second = headline(visitor), visitor.page.url
    assert "quarter=2025" in second
    choose_severity(visitor, "P1")
    p1 = visitor.page.locator(".rl-headline", has_text="25 incidents in 2025 Q3, 25 of them P1")
    p1.wait_for()
    visitor.page.wait_for_url("**severity=P1**")
    visitor.page.go_back()
    p1.wait_for(state="detached")
    visitor.wait()
    assert (headline(visitor), visitor.page.url) == (quarter, second)
    visitor.page.go_back()
    until_headline(visitor, "2025 Q4")
    assert (headline(visitor), visitor.page.url) == (now, first)
    visitor.page.go_forward()
    until_headline(visitor, "2025 Q3")
    assert (headline(visitor), visitor.page.url) == (quarter, second)


def test_back_returns_to_the_page_before_with_its_filters(visitor):
    visitor.open("/incidents?quarter=2025-Q2")
    until_headline(visitor, "2025 Q2")
    before = headline(visitor)
    visitor.page.get_by_role("link", name="Definitions").click()
    until_headline(visitor, "Every figure")
    visitor.page.go_back()
    until_headline(visitor, "2025 Q2")
    assert headline(visitor) == before
    assert "/incidents?quarter=2025" in visitor.page.url


def test_filters_change_the_cards_of_the_review(visitor):
    visitor.open("/")
    # The large figure is the promise's, of its own window so far; the quarter's stands below it.
    assert figure(visitor, "p1_incidents") == "19"
    choose_quarter(visitor, "2025 Q3")
    period = visitor.page.locator("[data-card=p1_incidents] .rl-period")
    period.filter(has_text="2025 Q3: 25").wait_for()
    visitor.wait()
    assert figure(visitor, "p1_incidents") == "7"
    assert "2025 Q3" in visitor.page.url.replace("+", " ").replace("%20", " ")


def test_filters_stay_from_page_to_page(visitor):
    visitor.open("/incidents?quarter=2025-Q2")
    until_headline(visitor, "2025 Q2")
    visitor.page.get_by_role("link", name="Quarterly review").click()
    visitor.page.wait_for_selector("[data-card=p1_incidents]")
    visitor.wait()
    assert visitor.page.get_by_role("combobox", name="Quarter").input_value() == "2025 Q2"
    assert "2025" in visitor.page.url


def test_a_copied_link_opens_the_same_view_for_somebody_else(visitor, visitors, server):
    visitor.open("/incidents?quarter=2025-Q3")
    choose_severity(visitor, "P1")
    until_headline(visitor, "25 incidents in 2025 Q3")
    visitor.page.keyboard.press("Escape")
    visitor.page.locator(".st-key-link button").first.click()
    code = visitor.page.locator("[data-testid=stPopoverBody] [data-testid=stCode]").first
    link = code.inner_text().strip()
    assert link == f"{server.url}/incidents?quarter=2025-Q3&compare=previous&severity=1"
    other = visitors(server)
    other.open(link.removeprefix(server.url))
    assert headline(other) == headline(visitor)
    third = visitors(server)
    third.open(visitor.page.url.removeprefix(server.url))
    assert headline(third) == headline(visitor)


def test_nonsense_in_the_address_opens_the_current_quarter(visitor):
    visitor.open("/incidents?quarter=2025-Q9&severity=9&service=%3Cimg%20src%3Dx%3E&compare=never")
    assert "in 2025 Q4" in headline(visitor)
    assert visitor.page.locator("img[src=x]").count() == 0


# Drill-down


def test_a_card_opens_its_definition_its_records_and_their_source_lines(visitor):
    # Under a filter a card shows the quarter's figure, without a promise.
    visitor.open("/?quarter=2025-Q3&severity=1")
    visitor.page.locator("[data-card=p1_incidents] button").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.wait_for()
    visitor.wait()
    shown = dialog.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "25 records counted" in shown
    assert dialog.locator(".rl-tall th").first.text_content() == "Incident"
    assert dialog.locator(".rl-tall tr").count() > 2
    assert dialog.locator("canvas").count() == 0
    dialog.get_by_role("tab", name="SQL").click()
    dialog.get_by_text("queries/kpis/p1_incidents.sql").wait_for()
    with visitor.page.expect_download() as fetched:
        dialog.get_by_role("tab", name="Records").click()
        dialog.get_by_role("button", name="Download CSV").click()
    with Path(fetched.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(1 for row in rows if row["Counts as"]) == 25
    assert all(row["File"].startswith("incidents/") and int(row["Line"]) > 1 for row in rows)


def test_a_card_opens_its_promise_cause_first_and_the_address_holds_it(visitor):
    visitor.open("/")
    page, dialog = visitor.page, visitor.page.get_by_role("dialog")
    page.locator(".rl-tile").filter(has_text="endpoints").get_by_role("button").click()
    dialog.get_by_text("used 159 % of its error budget".replace(" %", "\N{NO-BREAK SPACE}%")).wait_for()
    assert page.url == f"{visitor.url}/?promise=availability"
    visitor.wait()
    shown = dialog.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "POST /v2/checkout: 99.920 %, promised 99.95 %" in shown
    assert shown.index("POST /v2/checkout:") < shown.index("IR-00521\n") < shown.index("Records")
    page.go_back()
    dialog.wait_for(state="detached")
    visitor.open("/?promise=availability")
    # Escape is heard wherever the focus is, in the table too.
    dialog.locator(".rl-tall").last.focus()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    page.wait_for_url(f"{visitor.url}/")
    visitor.open("/?promise=nope")
    assert "No promise nope is known" in visitor.text


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_opens_can_be_read_by_a_screen_reader_and_by_weak_eyes(visitors, server, dark):
    visitor = visitors(server, dark=dark)
    visitor.open("/")
    visitor.page.locator("[data-card=p1_incidents] button").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_text("records counted").wait_for()
    visitor.wait()
    for tab in dialog.get_by_role("tab").all():
        tab.click()
        assert violations(visitor.page) == []
    for link in ("/incidents?incident=IR-00505", "/gates?change=CHG-3303", "/customers?account=A-1004"):
        visitor.open(link)
        assert violations(visitor.page) == [], link


def test_the_keyboard_opens_and_closes_a_card(visitor):
    visitor.open("/")
    button = visitor.page.locator("[data-card=p1_incidents] button")
    button.focus()
    visitor.page.keyboard.press("Enter")
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_text("records counted").wait_for()
    visitor.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_the_keyboard_reaches_the_first_card(visitor):
    visitor.open("/")
    visitor.page.locator(".st-key-link button").first.focus()
    for _ in range(10):
        visitor.page.keyboard.press("Tab")
        card = visitor.page.evaluate("document.activeElement.closest('.rl-tile')?.dataset.card || ''")
        if card:
            break
    assert card == "p1_incidents"


def test_a_row_of_the_longest_incidents_opens_by_keyboard_and_by_any_cell(visitor):
    visitor.open("/")
    rows, dialog = visitor.page.locator(".st-key-worst tbody tr"), visitor.page.get_by_role("dialog")
    expect(rows).to_have_count(8)
    name = rows.nth(1).get_by_role("link")
    for choose in (lambda: name.press("Enter"), lambda: rows.nth(1).locator("td").nth(2).click()):
        choose()
        dialog.locator(".rl-fields").wait_for()
        assert dialog.get_by_role("heading").first.inner_text().startswith(name.inner_text())
        visitor.wait()
        visitor.page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
    with visitor.context.expect_page() as apart:
        name.click(modifiers=["ControlOrMeta"])
    assert f"incident={name.inner_text()}" in apart.value.url
    apart.value.close()
    assert dialog.count() == 0


def test_a_row_of_a_table_opens_its_record_down_to_file_and_line(visitor, server):
    visitor.open("/incidents")
    grid = visitor.page.locator(".st-key-opens-table-incidents [data-testid=stDataFrame]")
    grid.scroll_into_view_if_needed()
    dialog = visitor.page.get_by_role("dialog")
    # By keyboard: arrows move, Enter opens the row they came to, Escape closes it.
    grid.locator("canvas").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        visitor.page.keyboard.press(key)
    chosen = grid.locator("td[aria-selected=true]")
    row = chosen.locator("xpath=..").locator("td").first.text_content()
    assert chosen.get_attribute("aria-colindex") == "2"
    visitor.wait()
    assert dialog.count() == 0
    visitor.page.keyboard.press("Enter")
    dialog.locator(".rl-fields").wait_for()
    assert dialog.get_by_role("heading").first.inner_text().startswith(row)
    visitor.wait()
    visitor.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    # Cells are drawn on a canvas: the first row lies below the header, both about 35 pixels high.
    grid.locator(".dvn-scroller").click(position={"x": 240, "y": 52})
    dialog.locator(".rl-fields").wait_for()
    fields = dict(
        row.split("\t", 1)
        for row in dialog.locator(".rl-fields").inner_text().replace("\n\t", "\t").splitlines()
        if "\t" in row
    )
    source = server.data_dir / "exports" / fields["File"].strip()
    line = source.read_text(encoding="utf-8").splitlines()[int(fields["Line"]) - 1]
    name = dialog.get_by_role("heading").first.inner_text().split(":")[0]
    assert name in line


# New data, broken data


@pytest.fixture(scope="module")
def changing(sample_dir, tmp_path_factory):
    """A running server on a copy of the sample that tests write to; each leaves it as it was."""
    folder = tmp_path_factory.mktemp("changing")
    data = sample_copy(sample_dir, folder / "data")
    with serving(data, folder / "log.txt") as running:
        yield running


def test_a_new_warehouse_is_picked_up_by_the_running_app(visitors, changing):
    visitor = visitors(changing)
    visitor.open("/incidents?severity=1")
    before = int(headline(visitor).split(" ")[0])
    extra = changing.data_dir / "exports" / "incidents" / "extra.csv"
    extra.write_text(
        "incident_id,title,service,severity,opened_at\nX-1,Late one,search,P1,2025-11-16T08:00:00Z\n",
        encoding="utf-8",
    )
    build(changing.data_dir, load_settings(changing.data_dir))
    # Someone who is on the page gets it with the next choice, someone who comes gets it at once.
    choose_quarter(visitor, "2025 Q3")
    until_headline(visitor, "2025 Q3")
    choose_quarter(visitor, "2025 Q4")
    until_headline(visitor, f"{before + 1} incidents in 2025 Q4")
    other = visitors(changing)
    other.open("/incidents?severity=1&q=Late%20one")
    assert headline(other) == headline(visitor)
    extra.unlink()
    build(changing.data_dir, load_settings(changing.data_dir))
    other.open("/incidents?severity=1")
    assert headline(other).startswith(f"{before} incidents")


@pytest.mark.parametrize("path", ["/", "/definitions"])
def test_a_broken_review_toml_is_told_in_a_card_until_it_is_mended(visitors, changing, path):
    settings = changing.data_dir / "review.toml"
    sound = settings.read_bytes()
    visitor = visitors(changing)
    try:
        settings.write_text('[organisation]\nnaem = "N"\n', encoding="utf-8")
        visitor.open(path)
        said = visitor.page.locator(".rl-empty").first.inner_text()
        assert "review.toml, [organisation] naem" in said
        assert "Did you mean 'name'?" in said
        assert "Traceback" not in visitor.text
        assert visitor.page.locator("[data-testid=stSidebarNavLink]").count() == len(ENTRIES)
        settings.write_text("[organisation\n", encoding="utf-8")
        visitor.open(path)
        assert "review.toml, line 1" in visitor.page.locator(".rl-empty").first.inner_text()
    finally:
        settings.write_bytes(sound)
    visitor.open(path)
    has_shell(visitor)


def test_without_a_warehouse_data_opens_first_and_every_other_page_leads_there(visitors, changing):
    kept = changing.data_dir / "warehouse"
    away = changing.data_dir / "away"
    visitor = visitors(changing, width=390, height=844)
    kept.rename(away)
    try:
        visitor.open("/incidents")
        said = visitor.page.locator(".rl-empty").first.inner_text()
        assert "Something needs fixing" in said
        assert "Traceback" not in visitor.text
        assert visitor.overflow() == 0
        visitor.page.get_by_role("link", name="Go to Data").click()
        visitor.page.locator("[data-testid=stFileUploader]").first.wait_for()
        visitor.wait()
        visitor.open("/")
        visitor.page.wait_for_url("**/data")
        visitor.page.locator("[data-testid=stFileUploader]").first.wait_for()
        visitor.wait()
        assert "Something needs fixing" not in visitor.text
        assert visitor.overflow() == 0
    finally:
        shutil.rmtree(kept, ignore_errors=True)
        away.rename(kept)
    visitor.open("/")
    assert headline(visitor)


def test_on_a_phone_a_list_is_stacked_rows_and_a_row_opens(visitors, server):
    phone = visitors(server, width=390, height=844)
    phone.open("/incidents")
    rows = phone.page.locator(".st-key-opens-table-incidents .rl-phone tbody tr")
    first = rows.first
    first.scroll_into_view_if_needed()
    assert not phone.page.locator(".st-key-opens-table-incidents .stDataFrame").is_visible()
    name = first.locator("td").first.inner_text().strip()
    # What it is about and how it stands, then the rest under the names of its columns.
    heights = [
        first.locator(cell).bounding_box()["y"]
        for cell in ("td:first-child", "td.rl-first", "td[data-name=Severity]")
    ]
    assert heights == sorted(set(heights))
    first.get_by_role("link").click()
    phone.wait()
    assert name in phone.page.get_by_role("dialog").inner_text()
    assert f"incident={name}" in phone.page.url


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/?quarter=2025-Q4", ".st-key-worst .rl-scroll"),
        ("/gates?quarter=2025-Q3", ".dvn-scroller"),
        ("/chronic-issues", ".dvn-scroller"),
        ("/customers", ".dvn-scroller"),
    ],
)
def test_a_table_shows_its_last_column_whole_on_a_laptop(visitor, path, table):
    visitor.open(path)
    tables = visitor.page.locator(table)
    tables.first.wait_for()
    widths = tables.evaluate_all("all => all.map(one => [one.scrollWidth, one.clientWidth])")
    assert [pair for pair in widths if pair[0] > pair[1] + 1] == []
