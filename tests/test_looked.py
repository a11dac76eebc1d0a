"""A look at chosen files before anything changes: one line for each says what it is, where, and what to do."""

import gzip
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import streamlit as st

from reliability.imports import Arrival, FigureChange, Preview
from reliability.ui.data import looked, upload
from reliability.warehouse import FileReport
from tests.build_folder import build_folder, table
from tests.test_ui import File

pytestmark = pytest.mark.slow

HEADER = "incident_id,opened_at,severity"
REGISTER = table(HEADER, *(f"X{n},2025-07-{n:02d}T10:00:00Z,P1" for n in range(1, 4)))


def book(fill: Any) -> bytes:
    made = openpyxl.Workbook()
    fill(made.active)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def stray(sheet: Any) -> None:
    """A row of cells, and one in the last place that a sheet has."""
    for row in (HEADER.split(","), ["F1", "2025-07-20T10:00:00Z", "P2"]):
        sheet.append(row)
    sheet.cell(row=1_048_576, column=16_384, value="x")


SOUND = book(lambda sheet: sheet.append(HEADER.split(",")))
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
# Each with what is said of it; never added.
REFUSED = {
    "empty.csv": (b"", "the file is empty. Export it again."),
    "mark.csv": (b"\xef\xbb\xbf", "is empty"),
    "zeros.csv": (bytes(5000), "it holds no readable text"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "it is not text"),
    "wide.csv": (
        ",".join(["incident_id", "opened_at", *(f"c{n}" for n in range(4999))]).encode() + b"\n",
        "it has 5,001 columns, and at most 5,000 are read",
    ),
    "locked.xlsx": (LOCKED, "an old .xls workbook, or one with a password"),
    "cut.xlsx": (SOUND[: len(SOUND) // 2], "a zip archive or workbook that is damaged or cut short"),
    "page.csv": (b"<!DOCTYPE html><html><body>Sign in</body></html>", "a web page"),
    "program.exe": (b"MZ\0\0", "a .exe file cannot be read. Save or export it as CSV"),
    "list": (b"a,b\n1,2\n", "a file without an ending. Rename it"),
    "empty.json": (b"[]", ""),
}
# Each with what is said of it; added if a person wants it.
KEPT = {
    "good.csv": (
        table(HEADER, "G1,2025-07-10T10:00:00Z,P1").encode(),
        "Incidents (this project's own CSV): 1 new",
    ),
    "README.csv": (table(HEADER, "G2,2025-07-11T10:00:00Z,P1").encode(), "1 new"),
    "packed.csv": (gzip.compress(table(HEADER, "G3,2025-07-12T10:00:00Z,P1").encode()), "1 new"),
    "..%2F x“y”.csv": (table(HEADER, "G4,2025-07-13T10:00:00Z,P1").encode(), "1 new"),
    "known.csv": (REGISTER.encode(), "3 superseded"),
    "head.csv": (f"{HEADER}\n".encode(), "would add nothing: it has a header and no rows"),
    "half.json": (
        b'[{"incident_id":"H1","opened_at":"2025-07-02T10:00:00Z","status":"open","t\\ud83d":"x"}]',
        "1 new",
    ),
    "odd.csv": (b"Filiale,Umsatz\nNord,3\n", "You can add it anyway, and map it then."),
}


def look(folder: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> tuple[looked.Looked, str]:
    """What is found of files, and said."""
    said: list[str] = []
    monkeypatch.setattr(looked.st, "html", said.append)
    monkeypatch.setattr(upload.empty, "show_error", lambda error: pytest.fail(str(error)))
    upload._look([File(name, content) for name, content in files.items()], "these", folder)
    which, found = st.session_state.pop("_preview")
    assert which == "these"
    looked.show(found)
    return found, said[0].replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "'")


def test_of_files_dropped_together_each_has_its_line_and_the_bad_ones_stop_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_folder(tmp_path, {"register.csv": REGISTER})
    files = {name: content for name, (content, _) in (REFUSED | KEPT).items()}
    found, said = look(tmp_path, files, monkeypatch)
    lines = {
        line.split("</strong>")[0].split("<strong>")[1]: line
        for line in said.split("<p>")
        if "<strong>" in line
    }
    for (name, (_, words)), kept in zip((REFUSED | KEPT).items(), found.names, strict=True):
        line = next(text for of, text in lines.items() if of.split("!")[0] in (kept, name))
        assert words in line, (name, line)
        assert ("is not added" in line) is (name in REFUSED), line
    assert [list(files)[at] for at in found.addable] == list(KEPT)
    assert len(found.not_added) == len(REFUSED)
    assert sorted(p.name for p in (tmp_path / "exports").iterdir()) == ["register.csv"]


def test_a_stray_cell_at_the_end_of_a_sheet_costs_nothing(tmp_path: Path, monkeypatch) -> None:
    build_folder(tmp_path, {"register.csv": REGISTER})
    _, said = look(tmp_path, {"far.xlsx": book(stray)}, monkeypatch)
    assert "1 new" in said


def test_in_an_empty_company_there_is_nothing_to_compare_with(tmp_path: Path, monkeypatch) -> None:
    good, _ = KEPT["good.csv"]
    found, said = look(tmp_path, {"good.csv": good}, monkeypatch)
    assert found.found is not None and found.found.is_first
    assert "this would be the first" in said and "would change" not in said


@pytest.mark.parametrize("name", ["odd.csv", "picture.csv"])
def test_what_cannot_be_read_changes_nothing(tmp_path: Path, monkeypatch, name: str) -> None:
    build_folder(tmp_path, {"register.csv": REGISTER})
    content, _ = (REFUSED | KEPT)[name]
    _, said = look(tmp_path, {name: content}, monkeypatch)
    assert "Nothing would change" in said


def test_a_promise_that_changes_its_word_in_several_quarters_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(looked.st, "html", said.append)
    report = FileReport("good.csv", rows_read=1, kept=1, recognised=True, format_title="Incidents")
    changes = [
        FigureChange("2025-Q3", "P1 incidents", "21", "22"),
        FigureChange("2025-Q4", "P1 incidents", "9", "10"),
        FigureChange("2025-Q3", "Fewer P1s", "kept", "missed", is_word=True),
        FigureChange("2025-Q4", "Fewer P1s", "kept", "missed", is_word=True),
    ]
    found = Preview((Arrival(report, new=1),), tuple(changes))
    looked.show(looked.Looked(("good.csv",), (), found))
    assert "2 figures would change, 1 promise would get another word" in said[0].replace(
        "\N{NO-BREAK SPACE}", " "
    )
