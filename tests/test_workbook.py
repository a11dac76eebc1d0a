"""The published workbook and CSV: types are kept, nothing is run, and what was edited is named to the cell."""

import csv
import json
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from reliability.cli.main import main
from reliability.errors import ReliabilityError
from reliability.journal import Journal
from reliability.masking import PEOPLE, mask
from reliability.publish.any_file import read_any
from reliability.publish.cells import canonical, typed
from reliability.publish.csv_file import read_csv
from reliability.publish.sheets import Sheet
from reliability.publish.workbook import book_of
from reliability.review.frozen import KIND, Frozen, frozen_reviews
from tests.debian import needed


@pytest.fixture(scope="module")
def made(frozen: Frozen, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workbook")
    files = ["--workbook", str(folder / "a.xlsx"), "--csv", str(folder / "a.csv")]
    assert main(["publish", frozen.id, *files, "--data", str(data_dir)]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "a.xlsx"]
    return folder


@pytest.fixture(scope="module")
def book(made: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made / "a.xlsx")


def records(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the records of a sheet by the titles of its columns."""
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    top = next(i for i, row in enumerate(rows) if row[0] in ("figure id", "row id", "shown as"))
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def test_every_sheet_says_what_it_was_made_from(book: openpyxl.Workbook, frozen: Frozen) -> None:
    assert book.sheetnames[:4] == ["Figures", "Courses", "Definitions", "P1 incidents"]
    for sheet in book:
        said = sheet["A2"].value
        for part in (
            "For the whole company",
            "as of 17 Nov 2025, 09:00",
            frozen.data_version,
            frozen.id,
            "sample data",
        ):
            assert part in said, sheet.title


def test_numbers_are_numbers_and_times_are_the_organisations(
    book: openpyxl.Workbook, frozen: Frozen, data_dir: Path
) -> None:
    figures = {row["figure id"]: row for row in records(book["Figures"])}
    for card in frozen.review.cards:
        row = figures[f"card/{card.id}/value"]
        assert (row["as published"], row["unit"]) == (card.text, card.unit)
        assert row["number"] == pytest.approx(card.value, rel=1e-12)
        assert isinstance(row["number"], int | float)
    courses = records(book["Courses"])
    points = [point for chart in frozen.review.charts for line in chart.lines for point in line.points]
    assert [row["number"] for row in courses] == [
        pytest.approx(p.value) if p.value is not None else None for p in points
    ]
    assert [row["from"].replace(tzinfo=ZoneInfo("Europe/Berlin")) for row in courses] == [
        p.at for p in points
    ]
    # IR-00560 was opened at 19:25:29 UTC, in summer time: two hours later in Berlin.
    behind = {row["incident_id"]: row for row in records(book["P1 incidents"])}
    assert behind["IR-00560"]["opened_at"] == datetime(2025, 9, 30, 21, 25, 29)
    assert behind["IR-00560"]["severity"] == 1
    assert (
        sum(row["contributes"] or 0 for row in behind.values())
        == figures["card/p1_incidents/value"]["number"]
    )
    answers = [row["contributes"] for row in records(book["NPS"])]
    assert len(answers) == figures["card/nps/n"]["number"]
    assert sum(answers) / len(answers) * 100 == pytest.approx(figures["card/nps/value"]["number"])


def test_the_rows_name_nobody(book: openpyxl.Workbook) -> None:
    behind = [records(sheet) for sheet in book.worksheets[3:]]
    assert any("outcome" in rows[0] for rows in behind), "postmortems, which have owners"
    assert not [rows[0] for rows in behind if set(rows[0]) & set(PEOPLE)]
    comments = [row["comment"] for row in records(book["NPS"]) if row["comment"]]
    assert comments
    assert [mask(comment).text for comment in comments] == comments


def test_nothing_in_it_is_run(made: Path) -> None:
    hostile = ('=HYPERLINK("http://x","y")', "+1", "-2", "@SUM(A1)", "a\x01b", "x" * 40_000)
    sheet = Sheet("a/b: [c]" * 9, ("row id", *hostile), [("=1+1", *hostile)])
    written = openpyxl.load_workbook(book_of([sheet, sheet], "=t", "=s"))
    assert [len(name) <= 31 for name in written.sheetnames] == [True, True]
    for one in written:
        cells = [cell for row in one.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} == {"s"}
        assert all(cell.quotePrefix for cell in cells if cell.value[0] in "=+-@")
        assert "a\ufffdb" in [cell.value for cell in cells]
    with (made / "a.csv").open(encoding="utf-8", newline="") as file:
        texts = [cell for row in csv.reader(file) for cell in row]
    assert "'+26" in texts, "a score with its sign"
    assert not [text for text in texts if text.startswith(("=", "+", "@", "\t"))]


EDITS: tuple[tuple[str, str, str, Any, str], ...] = (
    ("Figures", "card/p1_incidents/value", "as published", "24", "24"),
    ("Figures", "card/nps/value", "number", 40.25, "40.25"),
    ("Figures", "card/p1_incidents/n", "number", None, ""),
    (
        "P1 incidents",
        "rows/p1_incidents/1",
        "opened_at",
        datetime(2025, 9, 30, 21, 25, 30),
        "2025-09-30 21:25:30",
    ),
    ("P1 incidents", "rows/p1_incidents/2", "service", None, ""),
)
"""Sheet, id, column, the new value, and how `verify` shows it."""


def edit(book: openpyxl.Workbook, sheet: str, figure: str, column: str, value: Any) -> str:
    """Change one cell; returns where it is."""
    rows = list(book[sheet].iter_rows())
    top = next(row for row in rows if row[0].value in ("figure id", "row id"))
    place = [cell.value for cell in top].index(column)
    (cell,) = [row[place] for row in rows if row[0].value == figure]
    cell.value = value
    return f"{sheet}!{cell.coordinate}"


@pytest.mark.parametrize("saved_by", ["openpyxl", "LibreOffice"])
def test_edited_cells_alone_differ_whichever_program_saved_them(
    saved_by: str, made: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = openpyxl.load_workbook(made / "a.xlsx")
    places = [edit(book, *change[:4]) for change in EDITS]
    file = tmp_path / "edited.xlsx"
    book.save(file)
    if saved_by == "LibreOffice":
        office = needed("localc", "libreoffice-calc")  # soffice alone may know no sheets
        own = f"-env:UserInstallation=file://{tmp_path}/profile"
        convert = [
            office,
            "--headless",
            own,
            "--convert-to",
            "xlsx",
            "--outdir",
            str(tmp_path / "saved"),
            str(file),
        ]
        subprocess.run(convert, check=True, timeout=120, capture_output=True)
        file = tmp_path / "saved" / file.name
    assert main(["verify", str(file), "--data", str(data_dir), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["figures"]
    assert len(found) > 600
    wrong = {(one["where"], one["id"].split(" (")[0], one["shown"]) for one in found if not one["agrees"]}
    expected = {(place, change[1], change[4]) for place, change in zip(places, EDITS, strict=True)}
    assert wrong == expected


def test_a_workbook_and_a_csv_agree_with_what_was_frozen(
    made: Path, data_dir: Path, frozen: Frozen, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, least in (("a.xlsx", 30_000), ("a.csv", 0)):
        assert main(["verify", str(made / name), "--data", str(data_dir)]) == 0
        said = capsys.readouterr().out
        assert f"0 differ from {frozen.id}, 0 restated since" in said
        assert len(read_any(made / name).figures) > least


def test_an_edited_line_of_csv_is_named(
    made: Path, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (made / "a.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (number,) = [n for n, line in enumerate(lines) if line.startswith("card/p1_incidents/value,")]
    lines[number] = re.sub(r",25\.0,", ",24.0,", lines[number])
    (tmp_path / "b.csv").write_text("".join(lines), encoding="utf-8")
    assert main(["verify", str(tmp_path / "b.csv"), "--data", str(data_dir)]) == 1
    said = capsys.readouterr().out
    assert "1 differ from" in said
    (line,) = [line for line in said.splitlines() if line.startswith("differs")]
    assert f"line {number + 1} " in line and "card/p1_incidents/value (number)" in line


def test_a_review_that_was_frozen_without_rows_is_published_and_says_so(
    frozen: Frozen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {name: value for name, value in frozen.entry.body.items() if name != "rows"}
    Journal(tmp_path).append(KIND, frozen.quarter, body, "Ann")
    assert frozen_reviews(Journal(tmp_path))[0].rows(tmp_path) is None
    to = tmp_path / "old.xlsx"
    assert main(["publish", frozen.id, "--workbook", str(to), "--data", str(tmp_path)]) == 0
    last = openpyxl.load_workbook(to).worksheets[-1]
    assert "did not keep the rows" in last["A3"].value


def test_rows_that_were_lost_are_one_clear_line_and_no_file(
    frozen: Frozen, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Journal(tmp_path).append(KIND, frozen.quarter, frozen.entry.body, "Ann")
    files = ["--html", "--out", str(tmp_path), "--workbook", str(tmp_path / "a.xlsx")]
    assert main(["publish", frozen.id, *files, "--data", str(tmp_path)]) == 2
    assert "is missing or damaged" in capsys.readouterr().err
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".html", ".xlsx")]


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"a,b\n1,2\n", b"\xff\xfe\x00"])
def test_a_file_that_is_none_is_one_clear_line(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReliabilityError, match="is not a published review"):
        read_any(tmp_path / name)
    with pytest.raises(ReliabilityError, match="cannot be read: No such file"):
        read_any(tmp_path / f"none-{name}")


def test_a_wrong_suffix_is_refused_before_anything_is_written(
    frozen: Frozen, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    to = tmp_path / "a.xls"
    assert main(["publish", frozen.id, "--workbook", str(to), "--data", str(data_dir)]) == 2
    assert "does not end in .xlsx" in capsys.readouterr().err
    assert not to.exists()


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        ("2025-03-30T00:30:00Z", "timestamptz", "2025-03-30 01:30:00"),
        ("2025-03-30T01:30:00Z", "timestamptz", "2025-03-30 03:30:00"),
        ("2025-10-26T23:00:00Z", "timestamptz", "2025-10-27"),
        ("2025-10-26", "date", "2025-10-26"),
        (True, "boolean", "TRUE"),
        (0.1 + 0.2, "double", "0.3"),
        (12345678901234567, "bigint", "12345678901234567"),
        (["a", "b"], "varchar[]", "a, b"),
        ("a\r\n b\u00a0c", "varchar", "a b c"),
        (None, "double", ""),
    ],
)
def test_a_cell_is_the_same_before_and_after(value: Any, kind: str, text: str) -> None:
    assert canonical(typed(value, kind, "Europe/Berlin")) == text


def test_a_csv_with_semicolons_is_read(made: Path, tmp_path: Path) -> None:
    with (made / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with (tmp_path / "b.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert read_csv(tmp_path / "b.csv").figures == read_csv(made / "a.csv").figures
