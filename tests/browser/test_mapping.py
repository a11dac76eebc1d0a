"""Mapping an unknown export in a real browser: a cold deep link, a try, saving, and the rows count."""

from reliability.settings import load_settings
from reliability.warehouse import build
from tests.sample import sample_copy
from tests.test_mappings import BOARD


def test_an_unknown_export_is_mapped_from_a_link_and_counts_from_then_on(
    serve, visitors, sample_dir, tmp_path
):
    data = sample_copy(sample_dir, tmp_path / "data")
    (data / "exports" / "our board.csv").write_text(BOARD, encoding="utf-8")
    build(data, load_settings(data))
    with serve(data) as server:
        phone, visitor = visitors(server, 390, 844, True), visitors(server)
        for one in (phone, visitor):
            one.open("/data?map=our+board.csv")
            one.page.get_by_text("Checkout slow; again").wait_for()
            assert one.overflow() == 0
        visitor.page.get_by_role("button", name="Try it").click()
        visitor.page.get_by_text("rows would be kept, 1 set aside").wait_for()
        visitor.wait()
        visitor.page.get_by_placeholder("Your name").fill("Ana")
        visitor.page.get_by_placeholder("Your name").press("Enter")
        visitor.page.get_by_role("button", name="Writing as Ana").wait_for()
        visitor.wait()
        visitor.page.get_by_role("button", name="Save and rebuild").click()
        visitor.page.get_by_text("Every export is recognised.").wait_for()
        visitor.wait()
        assert "our board: Incidents: a row is an incident." in visitor.text
        assert "file not read" not in visitor.text.replace("\xa0", " ")
        for one in (phone, visitor):
            assert one.problems() == []
            one.page.goto("about:blank")  # the server goes away
    assert (data / "mappings" / "our_board.sql").is_file()
