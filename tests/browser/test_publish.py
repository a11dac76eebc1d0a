"""A review that is kept, published and compared with today in a real browser: the files say what was frozen."""

from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.journal import Journal
from reliability.review.frozen import frozen_reviews


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
