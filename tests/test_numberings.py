"""Sheets and files of one mapping that each count their rows from 1: nothing is lost, and a later export still replaces."""

from contextlib import closing
from pathlib import Path

import openpyxl
import pytest

from reliability.exports import sources
from reliability.journal import Journal
from reliability.mappings import Cell, Place, Spec, save, try_out
from reliability.repeats import decisions as repeats
from reliability.rulings import outages
from reliability.rulings.everything import rows_of
from reliability.settings import Settings
from reliability.warehouse import open_store
from reliability.warehouse.doubts import all_doubts
from tests.build_folder import rebuild

pytestmark = pytest.mark.slow

Rows = list[tuple[str, str, str, str]]
HEADER = ("No", "Outage", "Went down", "Level", "Same as")
TRACKER = Spec(
    "Tracker",
    "incidents",
    {
        "incident_id": Cell(Place("No")),
        "title": Cell(Place("Outage")),
        "opened_at": Cell(Place("Went down")),
        "severity": Cell(Place("Level")),
        "repeat_of": Cell(Place("Same as")),
    },
)


def numbered(month: int, count: int, first: int = 1, again: str = "") -> Rows:
    """Rows first, first + 1, ..., one a day of a month of 2025; the second repeats the first where `again` names it."""
    return [
        (str(n), f"outage {month}-{n}", f"2025-{month:02}-{n - first + 1:02} 10:00", "P1", again if n == first + 1 else "")
        for n in range(first, first + count)
    ]  # fmt: skip


def book(data_dir: Path, name: str, **sheets: Rows) -> None:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in (HEADER, *rows):
            sheet.append(row)
    (data_dir / "exports").mkdir(exist_ok=True)
    made.save(data_dir / "exports" / name)


def text(data_dir: Path, name: str, rows: Rows) -> None:
    (data_dir / "exports").mkdir(exist_ok=True)
    lines = [",".join(row) for row in (HEADER, *rows)]
    (data_dir / "exports" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_sheets_that_each_count_from_1_lose_nothing_and_say_so(tmp_path: Path) -> None:
    book(tmp_path, "tracker.xlsx", Q3=numbered(7, 12, again="1"), Q4=numbered(10, 14, again="1"))
    save(tmp_path, TRACKER)
    built = rebuild(tmp_path)
    assert [(f.file, f.kept, f.superseded) for f in built.report.files] == [
        ("tracker.xlsx!Q3", 12, 0), ("tracker.xlsx!Q4", 14, 0),
    ]  # fmt: skip
    assert built.rows("select incident_id, repeat_of from incidents where repeat_of is not null order by 1") == [
        ("Q3 2", "Q3 1"), ("Q4 2", "Q4 1"),
    ]  # fmt: skip
    assert "stand for other rows in Q4" in built.report.files[0].problem
    assert "'Q3 1'" in built.report.files[0].problem
    assert "stand for other rows in Q3" in built.report.files[1].problem


def test_the_try_says_so_too(tmp_path: Path) -> None:
    book(tmp_path, "tracker.xlsx", Q3=numbered(7, 12), Q4=numbered(10, 14))
    q4 = next(s for s in sources(tmp_path / "exports") if s.sheet == "Q4")
    tried = try_out(q4, Settings(), TRACKER)
    assert (tried.report.kept, "stand for other rows in Q3" in tried.report.problem) == (14, True)
    assert (tried.rows[0]["incident_id"], tried.dated) == ("Q4 1", 14)


def test_a_later_export_of_such_a_tracker_replaces_sheet_by_sheet(tmp_path: Path) -> None:
    july = numbered(7, 12)
    july[4] = ("5", "outage 7-5", "2025-07-01 10:00", "P1", "")  # a date that was corrected later
    book(tmp_path, "tracker 2025-10.xlsx", Q3=july, Q4=numbered(10, 3))
    book(tmp_path, "tracker 2025-12.xlsx", Q3=numbered(7, 12), Q4=numbered(10, 14))
    save(tmp_path, TRACKER)
    built = rebuild(tmp_path)
    assert [f.kept for f in built.report.files] == [0, 0, 12, 14]
    assert [f.superseded for f in built.report.files] == [12, 3, 0, 0]
    assert built.rows("select opened_at::date::varchar from incidents where incident_id = 'Q3 5'") == [
        ("2025-07-05",)
    ]


def test_files_that_each_count_are_named_by_the_file(tmp_path: Path) -> None:
    text(tmp_path, "q3.csv", numbered(7, 5))
    text(tmp_path, "q4.csv", numbered(10, 5))
    save(tmp_path, TRACKER)
    built = rebuild(tmp_path)
    assert built.rows("select incident_id from incidents where incident_id like '% 1' order by 1") == [
        ("q3 1",),
        ("q4 1",),
    ]
    assert sum(f.kept for f in built.report.files) == 10


@pytest.mark.parametrize(
    ("later", "kept"),
    [
        pytest.param(numbered(7, 9), 9, id="the same rows and new ones"),
        pytest.param(numbered(7, 5, first=6), 10, id="only what came since"),
        pytest.param([(str(n), *row[1:]) for n, row in enumerate(reversed(numbered(7, 9)), 1)], 9, id="numbered anew, newest first"),
        pytest.param([("5", "outage 7-5", "2025-07-20 10:00", "P1", "")], 5, id="one row, put right"),
    ],
)  # fmt: skip
def test_a_later_export_of_one_list_keeps_its_numbers(tmp_path: Path, later: Rows, kept: int) -> None:
    text(tmp_path, "a.csv", numbered(7, 5))
    text(tmp_path, "b.csv", later)
    save(tmp_path, TRACKER)
    built = rebuild(tmp_path)
    assert built.rows(
        "select count(*), count(*) filter (where contains(incident_id, ' ')) from incidents"
    ) == [(kept, 0)]
    assert not any(f.problem for f in built.report.files)


def test_ids_of_a_tool_stay_ids_whatever_their_rows_say(tmp_path: Path) -> None:
    text(tmp_path, "a.csv", [(f"INC-{n}", *row) for n, *row in numbered(7, 5)])
    text(tmp_path, "b.csv", [(f"INC-{n}", *row) for n, *row in numbered(10, 5)])
    save(tmp_path, TRACKER)
    built = rebuild(tmp_path)
    assert built.rows("select count(*), min(incident_id) from incidents") == [(5, "INC-1")]
    assert built.report.files[0].reasons == {"same id as a newer row that says otherwise": 5}


def test_decisions_about_a_number_that_is_no_id_any_more_are_named_until_they_are_taken_back(
    tmp_path: Path,
) -> None:
    def said() -> list[tuple[str, str]]:
        rebuild(tmp_path, decisions=lambda: rows_of(tmp_path))
        with closing(open_store(tmp_path)) as store:
            return [(file, line) for file, line in all_doubts(store) if "decision" in line]

    text(tmp_path, "q3.csv", numbered(7, 5))
    save(tmp_path, TRACKER)
    source = rebuild(tmp_path).one("select distinct source from incidents")
    journal = Journal(tmp_path)
    confirmed = repeats.confirm(journal, (source, "3"), (source, "1"), "Ann")
    joined = outages.not_the_same(journal, (source, "4"), ("pager", "P-1"), "Ann")
    assert said() == []

    text(tmp_path, "q4.csv", numbered(10, 5))
    ((file, line),) = said()
    assert file == "q3.csv"
    assert "2\u00a0decisions about incident “1”, “3” and “4” count for nothing" in line
    assert "decide again on the Chronic issues page, and take them back there" in line

    repeats.confirm(journal, (source, "q3 3"), (source, "q3 1"), "Ann")
    repeats.undo(journal, confirmed.id, "Ann")
    assert "1\u00a0decision about incident “4” counts for nothing" in said()[0][1]
    journal.undo(joined.id, "Ann")
    assert said() == []
