"""Pages on paper: Chromium prints them, another program reads what it printed."""

import re
import subprocess

import pytest
from playwright.sync_api import expect

from tests import debian

A4_PX = {"upright": (794, 1123), "lying": (1123, 794)}
MARGINS_PX = 91  # twice 12 mm


PAGES = (
    "",
    "work",
    "incidents",
    "chronic-issues",
    "gates",
    "customers",
    "commitments",
    "decisions",
    "data",
    "definitions",
)
# What a reader sees of every cell of a table on paper (a bar is drawn), and what is drawn where paper shows nothing.
CELLS = """() => [...document.querySelectorAll('[data-testid=stMain] td:not(:has(.rl-bar))')]
    .filter(cell => cell.checkVisibility()).map(cell => cell.innerText)"""
CANVASES = """() => [...document.querySelectorAll('[data-testid=stMain] canvas')]
    .filter(canvas => canvas.checkVisibility()).length"""


def printed(visitor, path, lying: bool, way: str = "-layout") -> list[str]:
    """Print the page and return the text of each sheet. way: how pdftotext follows it, `-layout` line by line."""
    visitor.page.pdf(path=str(path), format="A4", landscape=lying)
    reader = debian.needed("pdftotext", "poppler-utils")
    said = subprocess.run([reader, way, str(path), "-"], capture_output=True, text=True, check=True)
    return said.stdout.replace("\N{NO-BREAK SPACE}", " ").split("\f")[:-1]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_prints_its_tables_whole_and_says_what_it_shows(visitor, tmp_path, path):
    visitor.open(f"/{path}?quarter=2025-Q3&service=checkout-api")
    expect(visitor.page.locator(".stMain")).to_contain_text("as of")
    visitor.page.emulate_media(media="print")
    cells = [cell.strip() for cell in visitor.page.evaluate(CELLS)]
    assert visitor.page.evaluate(CANVASES) == 0
    assert [number for number, cell in enumerate(cells) if not cell] == []
    visitor.page.emulate_media(media="null")

    line = "Northwind Cloud · 2025 Q3 against the quarter before · service checkout-api · all teams · all severities · as of "
    for lying in (False, True):
        sheets = printed(visitor, tmp_path / "page.pdf", lying, "-raw")
        first, whole = " ".join(sheets[0].split()), "".join("".join(sheets).split())
        assert line in first
        assert [word for cell in cells for word in cell.split() if word not in whole] == []
        assert [n for n, sheet in enumerate(sheets, 1) if f"{n} of {len(sheets)}" not in sheet] == []
        for control in ("Download CSV", "Upload", "Give a waiver", "All teams"):
            assert control not in "".join(sheets)


def said(found) -> list[str]:
    """What stands in each element, without spaces: the reader leaves some of them out."""
    return ["".join(text.split()) for text in found.all_inner_texts()]


@pytest.mark.parametrize(("lying", "dark"), [(False, True), (True, False)], ids=["upright", "lying"])
def test_the_review_is_a_first_sheet_of_answers_then_charts_and_tables_whole(
    visitors, server, tmp_path, lying, dark
):
    visitor = visitors(server, dark=dark)
    visitor.open("/?quarter=2025-Q3&severity=1" if dark else "/?quarter=2025-Q3")
    page = visitor.page
    titles = page.locator(".rl-tile button")
    expect(titles).to_have_count(8)
    titles = titles.all_inner_texts()
    headline = page.locator(".rl-headline").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    buckets, questions = page.locator(".rl-bucket"), page.locator(".st-key-decide .rl-ask")
    charts = page.locator(".stMain [class*=st-key-chart-] .rl-finding")
    expect(charts).to_have_count(4)
    expect(buckets).not_to_have_count(0)
    expect(questions).not_to_have_count(0)
    answers = [said(each) for each in (buckets, questions)]
    later = said(charts)
    longest = page.locator(".st-key-worst td:first-child")
    expect(longest).to_have_count(8)
    longest = longest.all_text_contents()

    sheets = printed(visitor, tmp_path / "review.pdf", lying)
    first, whole = " ".join(sheets[0].split()), " ".join(" ".join(sheets).split())
    for words in (headline, "To decide", "Northwind Cloud · 2025 Q3", "as of 17 Nov 2025, 09:00"):
        assert words in first
    assert ("severity P1" if dark else "all severities") in first
    read = ["".join(sheet.split()) for sheet in printed(visitor, tmp_path / "order.pdf", lying, "-raw")]
    assert [words for each in answers for words in each if words not in read[0]] == []
    last = max(read[0].index(words) for words in answers[1])
    assert [words for words in later if "".join(read).find(words) <= last] == []
    # A title may go round a corner.
    assert [title for title in titles if title.split()[0] not in first] == []
    assert [name for name in longest if name not in whole] == []
    assert [
        number for number, sheet in enumerate(sheets, 1) if f"{number} of {len(sheets)}" not in sheet
    ] == []
    for control in ("Definitions", "Keep as presented", "Download CSV", "How sure?"):
        assert control not in whole

    # What is drawn ends where its column ends.
    width, height = A4_PX["lying" if lying else "upright"]
    page.set_viewport_size({"width": width - MARGINS_PX, "height": height})
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    edges = page.evaluate(
        """() => [...document.querySelectorAll('.js-plotly-plot')].map(plot => [
            plot.getBoundingClientRect().width, plot.parentElement.getBoundingClientRect().right,
            ...[...plot.querySelectorAll('svg.main-svg')].map(svg => svg.getBoundingClientRect().right)])"""
    )
    assert len(edges) == 4
    for drawn, column, *drawings in edges:
        assert drawn > 0 and max(drawings) <= column + 1 and column <= width - MARGINS_PX + 1


def words_on(visitor, path) -> list[list[tuple[str, float, float, float, float]]]:
    """Print the page upright and return each sheet's words with their boxes in points: left, top, right, bottom."""
    visitor.page.pdf(path=str(path), format="A4")
    reader = debian.needed("pdftotext", "poppler-utils")
    said = subprocess.run(
        [reader, "-bbox", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout
    found = re.compile(r'<word xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">(.*?)</word>')
    return [
        [(w[5], *(float(w[i]) for i in range(1, 5))) for w in found.finditer(sheet)]
        for sheet in said.split("<page ")[1:]
    ]


def test_panels_side_by_side_are_not_printed_over_each_other(visitor, tmp_path):
    visitor.open("/work?quarter=2025-Q4")
    expect(visitor.page.locator(".st-key-roadmap .rl-finding")).to_be_visible()
    expect(visitor.page.locator(".st-key-alert-worst .rl-finding")).to_be_visible()
    over = []
    for number, words in enumerate(words_on(visitor, tmp_path / "work.pdf"), 1):
        for i, (one, left, top, right, bottom) in enumerate(words):
            for other, left2, top2, right2, bottom2 in words[i + 1 :]:
                wide, high = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
                if wide > 1 and high > 0.5 * min(bottom - top, bottom2 - top2):
                    over.append((number, one, other))
    assert over == []


def test_a_table_on_paper_follows_its_heading(visitor, tmp_path):
    visitor.open("/customers?quarter=2025-Q4")
    expect(visitor.page.locator(".st-key-accounts-hit .rl-finding")).to_be_visible()
    heads = [
        (sheet, word[2])
        for sheet, words in enumerate(words_on(visitor, tmp_path / "customers.pdf"))
        for word in words
        if word[0] in ("hit,", "Account")
    ]
    # "228 accounts hit, 161 by a P1", and right below it the table's first column.
    (sheet, title), (below, head) = heads[0], next(found for found in heads[1:])
    assert sheet == below and 0 < head - title < 60
