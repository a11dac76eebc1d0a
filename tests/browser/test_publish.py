"""A review that is kept, published and compared with today in a real browser: the files say what was frozen."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from reliability.cli.main import main
from reliability.journal import Journal
from reliability.model import Filters
from reliability.publish.page import page as page_of
from reliability.publish.stamp import stamp
from reliability.review.frozen import freeze, frozen_reviews
from reliability.warehouse.workspace import open_workspace
from tests.test_publish_pdf import bare


def test_a_review_is_kept_published_and_verified(visitors, serve, own_sample, tmp_path, capsys):
    with serve(own_sample) as server:
        visitor = visitors(server)
        visitor.open("/")
        page = visitor.page
        page.get_by_role("button", name="Keep as presented").click()
        page.get_by_role("textbox", name="For which meeting, or why").fill("board")
        page.get_by_role("textbox", name="Your name").fill("Ann")
        page.get_by_role("button", name="Keep this review").click()
        page.wait_for_selector("text=2025 Q4 as presented")
        visitor.wait()
        (kept,) = frozen_reviews(Journal(own_sample))
        assert (kept.who, kept.note) == ("Ann", "board")
        page.get_by_role("link", name="board").click()
        page.wait_for_selector("text=Publish this review")
        visitor.wait()
        with page.expect_download() as html:
            page.get_by_role("button", name="Publish").click()
        page.get_by_role("combobox", name="Kind of file").click()
        page.get_by_role("option", name="Workbook").click()
        visitor.wait()
        with page.expect_download() as workbook:
            page.get_by_role("button", name="Publish").click()
        for download, suffix in ((html.value, ".html"), (workbook.value, ".xlsx")):
            assert download.suggested_filename == f"review-{kept.id}{suffix}"
            file = tmp_path / download.suggested_filename
            download.save_as(file)
            assert main(["verify", str(file), "--data", str(own_sample)]) == 0
            assert f": 0 differ from {kept.id}, 0 restated since" in capsys.readouterr().out


HEAD = "incident_id,opened_at,severity,status,title,service,resolved_at\n"
INCIDENTS = """I-1,2025-07-02T10:00:00Z,P1,resolved,Down,api,2025-07-02T12:00:00Z
I-2,2025-08-03T10:00:00Z,P1,resolved,Down again,api,2025-08-03T11:00:00Z
I-3,2025-08-04T10:00:00Z,P1,resolved,No search,search,2025-08-04T12:00:00Z
I-4,2025-10-04T10:00:00Z,P2,resolved,Slow,search,2025-10-04T12:00:00Z
"""
LATE = "I-5,2025-09-05T10:00:00Z,P1,resolved,Found later,api,2025-09-05T12:00:00Z\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    (folder / "exports").mkdir(parents=True)
    (folder / "exports" / "incidents.csv").write_text(HEAD + INCIDENTS, encoding="utf-8")
    (folder / "review.toml").write_text(
        '[organisation]\nname = "Hand"\ntime_zone = "UTC"\n', encoding="utf-8"
    )
    assert main(["build", "--data", str(folder)]) == 0
    return folder


def test_a_filtered_review_is_kept_prints_its_filter_and_says_what_was_restated(
    visitors, serve, small, tmp_path
):
    with serve(small) as server:
        visitor = visitors(server)
        visitor.open("/?quarter=2025-Q3&service=api")
        page = visitor.page
        page.get_by_role("button", name="Keep as presented").click()
        page.get_by_role("textbox", name="Your name").fill("Ann")
        page.get_by_role("button", name="Keep this review").click()
        page.wait_for_selector("text=2025 Q3 as presented")
        visitor.wait()
        (kept,) = frozen_reviews(Journal(small))
        assert kept.filters == ("api",)
        (small / "exports" / "late.csv").write_text(HEAD + LATE, encoding="utf-8")
        assert main(["build", "--data", str(small)]) == 0
        visitor.open(f"/?review={kept.id}")
        assert "Only api." in visitor.text
        with page.expect_download() as download:
            page.get_by_role("button", name="Publish").click()
        download.value.save_as(tmp_path / "a.html")
        assert "For api · as of" in (tmp_path / "a.html").read_text(encoding="utf-8")
        page.get_by_role("button", name="Compare with today's data").click()
        page.wait_for_selector("text=presented as 2, now 3")
        visitor.wait()
        assert "P1 incidents: presented as 2, now 3 · late export +1 (I-5)" in visitor.text
        assert "late.csv is a new export" in visitor.text
        # The page Decisions says the same of the quarter's newest review.
        visitor.open("/decisions?quarter=2025-Q3")
        page.get_by_role("button", name="Compare with today's data").click()
        page.wait_for_selector("text=presented as 2, now 3")
        visitor.wait()
        assert "P1 incidents: presented as 2, now 3 · late export +1 (I-5)" in visitor.text
        assert "in the order in which they take effect" in visitor.text
        visitor.leave()


def test_the_html_file_needs_no_script_and_no_network_and_prints_its_filter_on_every_sheet(
    browser, small, tmp_path
):
    frozen = freeze(open_workspace(small), "2025-Q3", "Ann", filters=Filters(services=("api",)))
    frozen = replace(frozen, id="2025-Q3-0ff1ff0f")  # letters that a font may draw as one
    file = tmp_path / "review.html"
    file.write_text(page_of(frozen), encoding="utf-8")
    context = browser.new_context(
        java_script_enabled=False, offline=True, viewport={"width": 390, "height": 844}
    )
    try:
        tab = context.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file.as_uri())
        assert asked == [file.as_uri()]
        shown = tab.locator("body").inner_text()
        assert "P1 incidents" in shown and frozen.review.headline in shown
        tab.locator("summary", has_text="queries/kpis/p1_incidents.sql").click()
        assert "sum(n) filter" in tab.locator("details[open] pre").inner_text()
        seen = set()
        for scheme in ("light", "dark"):
            tab.emulate_media(color_scheme=scheme)
            seen.add(tab.screenshot(clip={"x": 0, "y": 0, "width": 20, "height": 20}))
        assert len(seen) == 2, "light and dark are drawn"
        tab.emulate_media(media="print")
        sheets = PdfReader(BytesIO(tab.pdf(format="A4", prefer_css_page_size=True))).pages
        assert len(sheets) > 2
        for sheet in sheets:
            assert bare(stamp(frozen)) in bare(sheet.extract_text())
    finally:
        context.close()
