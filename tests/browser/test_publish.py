"""A review that is kept and published in a real browser: the file that arrives says what was frozen."""

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
