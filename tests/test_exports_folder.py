"""Which files below a folder are exports, and how packed ones are opened."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from reliability.errors import ExportError
from reliability.exports import ExportSource, sources
from tests.exported import load

CSV = b"number,state\nINC1,open\n"


def names(folder: Path) -> list[str]:
    return [source.name for source in sources(folder)]


def workbook(*sheets: str, path: Path | io.BytesIO) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet)
        if sheet != "Empty":
            page.append(["number", "state"])
            page.append([sheet, "open"])
    book.save(path)


def refusal(source: ExportSource) -> str:
    with duckdb.connect() as con, pytest.raises(ExportError) as raised:
        source.load(con, "raw")
    return str(raised.value)


def test_sources_come_in_name_order_and_leave_out_what_is_no_export(tmp_path: Path) -> None:
    for name in ["b/z.csv", "b/a.csv", "a.jsonl", "README.txt", "SOURCE.md", "notes.md", ".hidden.csv",
                 ".git/x.csv", "~$book.xlsx", "b/Thumbs.db", "readmission.csv"]:  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(CSV)
    assert names(tmp_path) == ["a.jsonl", "b/a.csv", "b/z.csv", "readmission.csv"]


def test_an_empty_folder_has_no_sources(tmp_path: Path) -> None:
    assert sources(tmp_path) == []


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no such folder. Create it and put the exports in it."):
        sources(tmp_path / "exports")


def test_gzip_is_opened_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(CSV))
    (tmp_path / "b.csv").write_bytes(gzip.compress(CSV))
    assert names(tmp_path) == ["a.csv.gz", "b.csv"]
    assert load(tmp_path, "a.csv.gz").values == load(tmp_path, "b.csv").values == [["INC1", "open"]]


def test_members_of_an_archive_and_sheets_of_a_workbook_are_sources(tmp_path: Path) -> None:
    inner = io.BytesIO()
    workbook("March", path=inner)
    workbook("One", "Two, x!", "Empty", path=tmp_path / "book.xlsx")
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tickets.csv", CSV)
        archive.writestr("sub/nps.csv.gz", gzip.compress(CSV))
        archive.writestr("__MACOSX/._tickets.csv", b"\0\1")
        archive.writestr("README.md", b"# hello")
        archive.writestr("sub/book.xlsx", inner.getvalue())
    assert names(tmp_path) == [
        "all.zip!sub/book.xlsx!March", "all.zip!sub/nps.csv.gz", "all.zip!tickets.csv",
        "book.xlsx!One", "book.xlsx!Two, x!",
    ]  # fmt: skip
    assert load(tmp_path, "all.zip!sub/book.xlsx!March").values == [["March", "open"]]
    assert load(tmp_path, "all.zip!sub/nps.csv.gz").values == [["INC1", "open"]]
    assert load(tmp_path, "all.zip!tickets.csv").values == [["INC1", "open"]]
    assert load(tmp_path, "book.xlsx!Two, x!").values == [["Two, x!", "open"]]


def test_one_bad_archive_does_not_hide_the_other_exports(tmp_path: Path) -> None:
    good = io.BytesIO()
    with zipfile.ZipFile(good, "w") as archive:
        archive.writestr("a.csv", CSV * 1000)
    (tmp_path / "cut.zip").write_bytes(good.getvalue()[:5000])
    (tmp_path / "ok.csv").write_bytes(CSV)
    cut, ok = sources(tmp_path)
    assert ok.name == "ok.csv"
    assert refusal(cut) == (
        "cut.zip: it is a zip archive or workbook that is damaged or cut short. Download or save it again."
    )


def test_a_cut_gzip_is_refused_whole(tmp_path: Path) -> None:
    data = gzip.compress(b"".join(b"%d,%d\n" % (i, i * i) for i in range(5000)))
    (tmp_path / "a.csv.gz").write_bytes(data[:-200])
    assert (
        refusal(sources(tmp_path)[0]) == "a.csv.gz: its archive is damaged or cut short. Download it again."
    )


def test_an_archive_without_exports_and_one_inside_another_say_so(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("README.md", b"# hello")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("a.csv", CSV)
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    empty, nested = sources(tmp_path)
    assert refusal(empty).startswith("empty.zip: it is a zip archive with no export in it.")
    assert refusal(nested).startswith("outer.zip!inner.zip: it is an archive inside an archive.")


def test_a_member_under_a_password_says_so(tmp_path: Path) -> None:
    path = tmp_path / "locked.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", CSV)
    data = bytearray(path.read_bytes())
    # The flag of an encrypted member, in both places where an archive keeps it.
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert refusal(sources(tmp_path)[0]) == (
        "locked.zip!a.csv: its archive has a password or an unknown compression method. Unpack it first."
    )


def test_an_unreadable_file_is_an_error_a_person_can_act_on(tmp_path: Path) -> None:
    gone = ExportSource("gone.csv", tmp_path / "gone.csv")
    assert refusal(gone) == (
        "gone.csv: it cannot be read: No such file or directory. Check its permissions and the free space."
    )


def test_nothing_is_left_behind_in_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
    (tmp_path / "exports" / "a.csv.gz").write_bytes(gzip.compress("a,b\né,1\n".encode("latin-1")))
    assert load(tmp_path / "exports", "a.csv.gz").values == [["é", "1"]]
    assert list((tmp_path / "scratch").iterdir()) == []


@pytest.mark.parametrize(("name", "shown"), [(b"caf\xe9.csv", r"caf\xe9.csv"), (b"a\nb.csv", r"a\x0ab.csv")])
def test_a_name_that_is_no_line_of_utf_8_is_spelled_and_read(tmp_path: Path, name: bytes, shown: str) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("a,b\n1,2\n")
    assert load(tmp_path, shown).values == [["1", "2"]]
