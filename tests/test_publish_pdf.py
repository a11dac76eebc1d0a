"""A published PDF: what it was made from stands on every sheet, and an edited figure is found."""

import bisect
import ctypes.util
import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from reliability.cli.main import main
from reliability.publish.carried import carried
from reliability.publish.page import page as on_screen
from reliability.publish.pdf import SYSTEM
from reliability.publish.pdf_reading import read_pdf
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen
from tests import debian
from tests.conftest import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(frozen: Frozen, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not ctypes.util.find_library("pangoft2-1.0"):
        debian.install(*SYSTEM.split(), recommended=False)
    if not ctypes.util.find_library("pangoft2-1.0"):
        debian.leave_out("there is no Pango: PDF was not tested")
    file = tmp_path_factory.mktemp("pdf") / "review.pdf"
    assert main(["publish", frozen.id, "--pdf", str(file), "--data", str(data_dir)]) == 0
    return file


def bare(text: str) -> str:
    return "".join(text.split())


def test_every_sheet_is_a4_and_says_what_it_was_made_from_and_its_number(made: Path, frozen: Frozen) -> None:
    pages = PdfReader(made).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        text = bare(page.extract_text())
        assert bare(stamp(frozen)) in text
        assert f"Page{number}of{len(pages)}" in text


def test_every_carried_figure_is_read_back_from_the_sheets(made: Path, frozen: Frozen) -> None:
    review = frozen.review
    shown = {f"bucket/{bucket.name}" for bucket in review.buckets if bucket.number}
    every = carried(review)
    # The page on paper carries what the page on a screen does; other kinds of files carry more.
    named = re.findall(r'data-figure="([^"]+)"', on_screen(frozen))
    expected = {
        name: every[name] for name in map(unescape, named) if not name.startswith("bucket/") or name in shown
    }
    assert len(expected) > 190
    found = read_pdf(made).figures
    assert len(found) == len(dict(found))
    assert {name: bare(text) for name, text in found} == {name: bare(text) for name, text in expected.items()}


def test_its_charts_are_drawings_with_words_not_pictures(made: Path, frozen: Frozen) -> None:
    reader = PdfReader(made)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert text.count("The bad quarter") >= len(frozen.review.charts)
    assert not any(page.images for page in reader.pages)


def take_away(text: str, made: Path, to: Path) -> None:
    """Write the PDF again without one piece of text, where it stands first."""
    writer = PdfWriter(clone_from=made)
    page: Any = next(page for page in writer.pages if text in bare(page.extract_text()))
    content = page.get_contents().get_data()
    pieces = [match.span() for match in re.finditer(rb"\[[^\]]*\]\s*TJ|<[0-9a-fA-F]*>\s*Tj", content)]

    def read(gone: list[tuple[int, int]]) -> str:
        kept = bytearray(content)
        for start, end in gone:
            kept[start:end] = b" " * (end - start)
        stream = DecodedStreamObject()
        stream.set_data(bytes(kept))
        page[NameObject("/Contents")] = stream
        return bare(page.extract_text())

    place = bisect.bisect_left(range(len(pieces)), True, key=lambda n: text in read(pieces[n + 1 :]))
    before, after = read([]), read([pieces[place]])
    assert before.replace(text, "", 1) == after != before
    writer.write(to)


def test_a_figure_taken_from_a_sheet_is_found_by_its_page(
    made: Path, frozen: Frozen, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = next(card for card in frozen.review.cards if card.id == "time_to_recover_median")
    file = tmp_path / "edited.pdf"
    take_away(bare(card.judged), made, file)
    assert main(["verify", str(file), "--json", "--data", str(data_dir)]) == 1
    wrong = [one for one in json.loads(capsys.readouterr().out)["figures"] if not one["agrees"]]
    assert [(one["id"], one["shown"], one["where"]) for one in wrong] == [
        ("card/time_to_recover_median/judged", "", "page 2")
    ]


def test_without_its_list_or_of_another_make_it_is_one_clear_line(
    made: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed, other = tmp_path / "printed.pdf", tmp_path / "other.pdf"
    writer = PdfWriter()
    for page in PdfReader(made).pages:
        writer.add_page(page)
    writer.write(printed)
    other.write_bytes(b"%PDF-1.7\nnothing")
    for file, said in ((printed, "has no figures.json attached"), (other, "is not a published review")):
        assert main(["verify", str(file), "--data", str(data_dir)]) == 2
        shown = capsys.readouterr().err
        assert said in shown and len(shown.strip().splitlines()) == 1


def test_a_machine_without_pango_is_told_what_to_install(
    frozen: Frozen,
    data_dir: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # cffi, by which WeasyPrint loads Pango, finds nothing.
    for name in [name for name in sys.modules if name.partition(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)

    def nothing(_: object, name: str, *__: object) -> None:
        raise OSError(f"cannot load library '{name}'")

    monkeypatch.setattr("cffi.FFI.dlopen", nothing)
    file = tmp_path / "a.pdf"
    html = ["--html", "--out", str(tmp_path)]
    assert main(["publish", frozen.id, "--pdf", str(file), *html, "--data", str(data_dir)]) == 2
    said = capsys.readouterr().err
    assert "apt-get install libpango-1.0-0" in said and "cannot load library" in said
    assert list(tmp_path.iterdir()) == [], "nothing of the pack is written without the whole of it"


@pytest.mark.parametrize("file", ["Dockerfile", "docs/deploy.md"])
def test_who_runs_it_installs_what_it_loads(file: str) -> None:
    assert SYSTEM in (ROOT / file).read_text(encoding="utf-8")


def test_nothing_else_of_the_program_loads_it() -> None:
    command = "import sys, reliability.cli.main, reliability.publish.pdf; print('weasyprint' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
