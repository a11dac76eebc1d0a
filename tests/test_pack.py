"""The whole pack of one filtered review in every kind of file: what stands on every page, and what `verify` says of each.

The organisation is small and written by hand; what the sample looks like is in the tests of each kind.
"""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from pptx import Presentation
from pypdf import PdfReader

from reliability.cli.main import main
from reliability.model import Filters
from reliability.publish.any_file import KINDS, read_any
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen, freeze
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder
from tests.debian import needed
from tests.test_publish_pdf import bare, take_away

pytestmark = pytest.mark.slow

SETTINGS = """[organisation]
name = "Hand"
as_of = 2025-10-01T00:00:00Z
[[commitments]]
id = "p1s"
title = "At most 4 P1s"
kpi = "p1_incidents"
start = 2025-07-01
days = 90
goal = {at_most = 4}
[[commitments]]
id = "runbooks"
title = "A runbook for every chronic issue"
kpi = "runbook_coverage_share"
start = 2025-07-01
days = 90
goal = {at_least = 1.0}
"""
HEAD = "incident_id,opened_at,resolved_at,severity,status,service,problem_id,title\n"
ROWS = """A,2025-07-02T08:00:00Z,2025-07-02T09:00:00Z,1,resolved,api,PRB1,Pool runs dry
B,2025-07-12T08:00:00Z,2025-07-12T10:10:00Z,1,resolved,api,PRB1,Pool runs dry
C,2025-08-02T08:00:00Z,2025-08-02T11:00:00Z,1,resolved,api,PRB1,Pool runs dry
D,2025-08-12T08:00:00Z,2025-08-12T12:00:00Z,1,resolved,search,PRB2,Index late
E,2025-09-29T08:00:00Z,2025-09-29T09:00:00Z,2,resolved,api,,Slow
"""
LATE = "L,2025-09-20T08:00:00Z,2025-09-20T10:00:00Z,1,resolved,api,,Found later\n"
CHANGES = """change_id,title,planned_for,service,has_slo_impact_statement
CHG-1,New cache,2025-10-05T08:00:00Z,api,false
"""
FILTER = "For api ·"


class Pack(NamedTuple):
    folder: Path
    frozen: Frozen
    out: Path

    def file(self, suffix: str) -> Path:
        return self.out / f"review{suffix}"


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """The pack of Q3 for one service, then an incident that was found later."""
    folder = tmp_path_factory.mktemp("pack") / "data"
    build_folder(folder, {"desk.csv": HEAD + ROWS, "changes.csv": CHANGES}, SETTINGS)
    frozen = freeze(open_workspace(folder), "2025-Q3", "Ann", filters=Filters(services=("api",)))
    out = folder.parent / "out"
    out.mkdir()
    for suffix, kind in KINDS.items():
        content = kind.make(frozen, folder)
        held = content.encode() if isinstance(content, str) else content
        (out / f"review{suffix}").write_bytes(held)
    (folder / "exports" / "late.csv").write_text(HEAD + LATE, encoding="utf-8")
    assert main(["build", "--data", str(folder)]) == 0
    return Pack(folder, frozen, out)


def html_pages(file: Path) -> list[str]:
    # One page on a screen; in print its line is repeated at the foot of every sheet.
    text = file.read_text(encoding="utf-8")
    assert re.search(r"\.foot\s*\{[^}]*position:\s*fixed", text)
    return re.findall(r'<p class="stamp[^"]*">(.*?)</p>', text)


def deck_pages(file: Path) -> list[str]:
    return [
        " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for slide in Presentation(str(file)).slides
    ]


def book_pages(file: Path) -> list[str]:
    return [str(sheet["A2"].value) for sheet in openpyxl.load_workbook(file)]


def csv_pages(file: Path) -> list[str]:
    heads, *rows = file.read_text(encoding="utf-8").splitlines()
    assert heads.endswith("review id,as of,data version,filters")
    return [f"For {row.rpartition(',')[2]} · {row}" for row in rows]


def pdf_pages(file: Path) -> list[str]:
    return [bare(page.extract_text()) for page in PdfReader(file).pages]


PAGES: dict[str, Callable[[Path], list[str]]] = {
    ".html": html_pages,
    ".pptx": deck_pages,
    ".xlsx": book_pages,
    ".csv": csv_pages,
    ".pdf": pdf_pages,
}


@pytest.mark.parametrize("suffix", KINDS)
def test_every_page_says_filters_as_of_data_version_and_review(pack: Pack, suffix: str) -> None:
    frozen = pack.frozen
    assert stamp(frozen).startswith(FILTER)
    pages = PAGES[suffix](pack.file(suffix))
    assert pages
    said = (FILTER, frozen.data_version, frozen.id)
    as_of = "2025-10-01T00:00:00" if suffix == ".csv" else "as of 1 Oct 2025"
    for page in pages:
        for part in (*said, as_of):
            assert (bare(part) if suffix == ".pdf" else part) in page


@pytest.mark.parametrize("suffix", KINDS)
def test_what_was_restated_is_listed_and_is_no_failure(pack: Pack, suffix: str, capsys: Any) -> None:
    assert main(["verify", str(pack.file(suffix)), "--data", str(pack.folder)]) == 0
    said = capsys.readouterr().out
    assert f": 0 differ from {pack.frozen.id}, " in said and " 0 restated since" not in said
    lines = [" ".join(line.split()) for line in said.splitlines()]
    # Three P1s of the service, and the one that came late; what was promised counts those of all services.
    name = "card/p1_incidents/n" if suffix == ".pptx" else "card/p1_incidents/value"
    figures = dict(read_any(pack.file(suffix)).figures)
    if name in figures:
        assert any(re.fullmatch(rf"restated .*{name} 3 4", line) for line in lines)
    assert any(re.fullmatch(r"restated .*promise/p1s/figure 4 5", line) for line in lines)


def in_html(file: Path, to: Path) -> None:
    text = file.read_text(encoding="utf-8")
    old = '<span data-figure="promise/p1s/figure">4</span>'
    assert old in text
    to.write_text(text.replace(old, old.replace(">4<", ">3<")), encoding="utf-8")


def in_deck(file: Path, to: Path) -> None:
    deck = Presentation(str(file))
    shapes = [shape for slide in deck.slides for shape in slide.shapes]
    (one,) = [shape for shape in shapes if shape.name == "figure: promise/p1s/figure"]
    one.text_frame.paragraphs[0].runs[0].text = "3"
    deck.save(str(to))


def in_book(file: Path, to: Path) -> None:
    book = openpyxl.load_workbook(file)
    rows = list(book["Figures"].iter_rows())
    heads = next(row for row in rows if row[0].value == "figure id")
    (one,) = [row for row in rows if row[0].value == "promise/p1s/figure"]
    one[[cell.value for cell in heads].index("as published")].value = "3"
    book.save(to)


def in_csv(file: Path, to: Path) -> None:
    text = file.read_text(encoding="utf-8")
    (line,) = re.findall(r"(?m)^promise/p1s/figure,.*$", text)
    assert ",4," in line
    to.write_text(text.replace(line, line.replace(",4,", ",3,", 1)), encoding="utf-8")


def in_pdf(file: Path, to: Path) -> None:
    # The median of 60, 130 and 180 minutes.
    take_away("2h10min", file, to)


EDITS = {".html": in_html, ".pptx": in_deck, ".xlsx": in_book, ".csv": in_csv, ".pdf": in_pdf}


@pytest.mark.parametrize("suffix", KINDS)
def test_an_edited_figure_fails_in_every_kind_of_file(
    pack: Pack, suffix: str, tmp_path: Path, capsys: Any
) -> None:
    file = tmp_path / f"edited{suffix}"
    EDITS[suffix](pack.file(suffix), file)
    assert main(["verify", str(file), "--data", str(pack.folder)]) == 1
    said = capsys.readouterr().out
    assert f": 1 differ from {pack.frozen.id}, " in said
    (line,) = [line for line in said.splitlines() if line.startswith("differs")]
    assert suffix == ".pdf" or "promise/p1s/figure" in line


@pytest.mark.parametrize(("suffix", "filter_name"), [(".pptx", "pptx"), (".xlsx", "xlsx"), (".csv", "csv")])
def test_a_file_that_libreoffice_saved_verifies(
    pack: Pack, suffix: str, filter_name: str, tmp_path: Path, capsys: Any
) -> None:
    program = {".pptx": ("loimpress", "libreoffice-impress")}.get(suffix, ("localc", "libreoffice-calc"))
    own = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [needed(*program), "--headless", own, "--convert-to", filter_name, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(pack.file(suffix))], check=True, timeout=170, capture_output=True)
    saved = tmp_path / f"review{suffix}"
    assert saved.read_bytes() != pack.file(suffix).read_bytes()
    assert main(["verify", str(saved), "--data", str(pack.folder)]) == 0
    assert f": 0 differ from {pack.frozen.id}, " in capsys.readouterr().out
    assert {name for name, _ in read_any(saved).figures} == {
        name for name, _ in read_any(pack.file(suffix)).figures
    }


def test_every_query_behind_the_pack_is_defined_in_it(pack: Pack) -> None:
    """Also those of promises without a card, of lists, and of the gates that hold a change."""
    review = pack.frozen.review
    assert "runbook_coverage_share" not in {card.id for card in review.cards}
    wanted = {
        "kpis/p1_incidents",
        "kpis/runbook_coverage_share",
        "lists/accounts_hit",
        "lists/chronic_issues",
        "gates/slo_impact_statement",
    }
    assert {listing.id for listing in review.listings} >= {"customers", "chronic", "gates"}
    page = pack.file(".html").read_text(encoding="utf-8")
    defined = set(re.findall(r"<summary>queries/(.*?)\.sql</summary>", page))
    assert wanted <= defined
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(pack.file(".xlsx"))["Definitions"]]
    heads = next(row for row in rows if row[0] == "shown as")
    files = {row[heads.index("file")]: row[heads.index("SQL")] for row in rows[rows.index(heads) + 1 :]}
    assert {f"queries/{name}.sql" for name in wanted} <= files.keys()
    assert all("select" in str(text) for text in files.values())
    tables = [
        shape.table
        for slide in Presentation(str(pack.file(".pptx"))).slides
        for shape in slide.shapes
        if shape.name == "definitions"
    ]
    titles = {row.cells[0].text for table in tables for row in table.rows}
    assert {"Accounts hit most", "SLO impact statement"} <= titles


def test_one_command_writes_the_kinds_that_are_named_and_says_their_digests(
    pack: Pack, tmp_path: Path, capsys: Any
) -> None:
    common = ["--data", str(pack.folder), "--json"]
    out = tmp_path / "out"
    for named in (["--quarter", "2025-Q3"], ["--review", pack.frozen.id], [pack.frozen.id]):
        assert main(["publish", *named, "--out", str(out), "--formats", "html, csv", *common]) == 0
        said = json.loads(capsys.readouterr().out)
        assert (said["review_id"], said["changed"]) == (pack.frozen.id, True)
        written = {one["file"]: one["sha256"] for one in said["files"]}
        assert {Path(name).suffix for name in written} == {".html", ".csv"}
        for name, digest in written.items():
            assert hashlib.sha256(Path(name).read_bytes()).hexdigest() == digest
    assert main(["restatements", "--quarter", "2025-Q3", *common]) == 0
    assert json.loads(capsys.readouterr().out)["review_id"] == pack.frozen.id
    for command, remedy in (
        (["publish", "--quarter", "2025-Q2", "--formats", "csv"], "no review of '2025-Q2' is frozen"),
        (["publish", pack.frozen.id, "--formats", "docx"], "nothing is published as 'docx'"),
        (["publish", pack.frozen.id, "--quarter", "2025-Q3", "--formats", "csv"], "or a quarter"),
        (["restatements"], "Name a frozen review, or a quarter"),
        (["restatements", "--quarter", "2024-Q1"], "no review of '2024-Q1' is frozen"),
    ):
        assert main([*command, "--data", str(pack.folder)]) == 2
        error = capsys.readouterr().err
        assert remedy in error and len(error.strip().splitlines()) == 1


def test_a_deck_that_another_program_wrapped_and_moved_verifies(
    pack: Pack, tmp_path: Path, capsys: Any
) -> None:
    """Line breaks for blanks, blanks for no-break spaces, shapes elsewhere and in another order: no figure differs."""
    deck = Presentation(str(pack.file(".pptx")))
    wrapped = moved = 0
    for slide in deck.slides:
        for shape in slide.shapes:
            if not shape.has_text_frame:
                continue
            text = shape.text_frame.text
            other = text.replace("\N{NO-BREAK SPACE}", " ").replace(" ", "\v", 1)
            if shape.name.startswith("figure: ") and other != text:
                shape.text_frame.text = other
                wrapped += 1
            shape.left += 10_000
            moved += 1
        tree = slide.shapes._spTree
        tree.append(tree[2])
    assert wrapped > 20 and moved > 50
    file = tmp_path / "wrapped.pptx"
    deck.save(str(file))
    assert main(["verify", str(file), "--data", str(pack.folder)]) == 0
    assert f": 0 differ from {pack.frozen.id}, " in capsys.readouterr().out
