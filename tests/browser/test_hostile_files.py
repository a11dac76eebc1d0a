"""Files that are no exports, dropped beside a good one in a real browser: each is named, none is added, none stops it."""

from pathlib import Path

from tests.browser.test_strangers import REGISTER, headline, write_as
from tests.build_folder import build_folder, table

GOOD = table(
    "incident_id,opened_at,resolved_at,severity,service",
    "X20,2025-07-20T10:00:00Z,2025-07-20T11:00:00Z,P1,shop",
)
DROPPED = {
    "good.csv": GOOD.encode(),
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "deep.json": b"[" * 10_000 + b"]" * 10_000,
    "program.exe": b"MZ" + bytes(100),
    "page.html": b"<!DOCTYPE html><html></html>",
    "empty.csv": b"",
    "README.csv": GOOD.replace("X20", "X21").encode(),
}
NOT_ADDED = {
    "picture.csv": "it is not text",
    "deep.json": "it is nested too deeply",
    "program.exe": "a .exe file cannot be read",
    "page.html": "a .html file cannot be read",
    "empty.csv": "the file is empty",
}


def test_bad_files_are_named_and_left_out_and_the_good_ones_beside_them_count(
    visitors, serve, tmp_path: Path
) -> None:
    build_folder(tmp_path, {"register.csv": REGISTER})
    with serve(tmp_path) as server:
        visitor = visitors(server)
        visitor.open("/data")
        page = visitor.page
        page.locator("input[type=file]").set_input_files(
            [{"name": n, "mimeType": "application/octet-stream", "buffer": b} for n, b in DROPPED.items()]
        )
        page.get_by_role("button", name="See what changes").click()
        page.get_by_text("README.csv Incidents").wait_for()
        visitor.wait()
        write_as(visitor, "Ana")  # what was said of each file stays while the name is given
        for name, why in NOT_ADDED.items():
            line = page.locator("p", has=page.locator("strong", has_text=name)).inner_text()
            assert "is not added" in line and why in line, line
        page.get_by_role("button", name="Add and rebuild").click()
        page.get_by_role("button", name="Undo: added good.csv and README.csv").wait_for()
        visitor.wait()
        for name in NOT_ADDED:
            assert page.get_by_text(f"Not added: {name}").count() == 1, name
        names = sorted(path.name for path in (tmp_path / "exports").iterdir())
        assert names == ["README.csv", "good.csv", "register.csv"]
        assert "not read" not in headline(visitor)
        visitor.open("/incidents?quarter=2025-Q3")
        assert headline(visitor).startswith("10 incidents in 2025 Q3")
