"""A first run in a real browser: one unknown export, mapped without editing a file; then another is added and taken back."""

import os
from pathlib import Path

from reliability.journal import Journal
from reliability.settings import load_settings
from reliability.warehouse import build

ANSWERS = "Company_ID,Data_Received,NPS_Score\n" + "".join(
    f"{100 + day % 5},{day}/05/2023,{score}\n"
    for day, score in zip(range(1, 29), [10, 9, 8, 6, 0, 3] * 5, strict=False)
)
SHOTS = os.environ.get("SCREENSHOTS")


def shot(visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


def test_an_unknown_export_alone_is_mapped_on_the_first_run_and_reviewed(serve, visitors, tmp_path):
    data = tmp_path / "data"
    (data / "exports").mkdir(parents=True)
    (data / "exports" / "nps.csv").write_text(ANSWERS, encoding="utf-8")
    build(data, load_settings(data))
    with serve(data) as server:
        laptop, phone, dark = visitors(server), visitors(server, 390, 844), visitors(server, dark=True)
        for name, one in (("laptop", laptop), ("phone", phone), ("dark", dark)):
            one.open("/")
            one.page.wait_for_url("**/data")  # opened by itself: there is nothing to review yet
            one.page.get_by_text("known by its contents").wait_for()
            one.wait()
            assert one.overflow() == 0
            shot(one, f"first-{name}")
        page = laptop.page
        page.get_by_role("button", name="Try it").click()
        page.get_by_text("28 of 28").wait_for()
        shot(laptop, "first-tried")
        page.get_by_placeholder("Your name").fill("Ana")
        page.get_by_placeholder("Your name").press("Enter")
        page.get_by_role("button", name="Writing as Ana").wait_for()
        laptop.wait()
        shot(laptop, "first-named")
        page.get_by_role("button", name="Save and rebuild").click()
        page.get_by_text("Every export is recognised.").wait_for()
        laptop.wait()
        more = {"name": "README.csv", "mimeType": "text/csv",
                "buffer": ANSWERS.replace("28/05", "29/05").encode()}  # fmt: skip
        page.locator("input[type=file]").set_input_files(more)
        page.get_by_role("button", name="See what changes").click()
        page.get_by_text("1 new").wait_for()
        shot(laptop, "preview")
        assert not (data / "exports" / "README.csv").exists()
        page.get_by_role("button", name="Add and rebuild").click()
        page.get_by_role("button", name="Undo: added README.csv").wait_for()
        laptop.wait()
        shot(laptop, "added")
        assert (data / "exports" / "README.csv").is_file()
        page.get_by_role("button", name="Undo: added README.csv").click()
        page.get_by_text("1 export, 28").first.wait_for()
        laptop.wait()
        assert not (data / "exports" / "README.csv").exists()
        laptop.open("/")
        headline = page.locator("h1.rl-headline").inner_text().replace("\N{NO-BREAK SPACE}", " ")
        assert "2023 Q2" in headline, headline
        for one in (laptop, phone, dark):
            assert one.problems() == []
            one.page.goto("about:blank")  # the server goes away
    assert [(e.who, e.kind) for e in Journal(data).entries() if e.kind != "build"] == [
        ("Ana", "mapping"), ("Ana", "export"), ("Ana", "export"),
    ], "asked once for all of it"  # fmt: skip
    assert [p.name for p in (data / "mappings").iterdir()] == ["nps.sql"]
