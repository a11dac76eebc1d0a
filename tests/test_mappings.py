"""Mapping an unknown export by hand: the guesses, the trial, what is kept in the data folder, and the Data page."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.errors import ExportError
from reliability.exports import sources
from reliability.mappings import columns_of, guess, guess_table, remove, save, saved, try_out
from reliability.schema import TABLES
from reliability.settings import Organisation, Settings, load_settings
from reliability.warehouse import build
from reliability.warehouse.formats import formats, recognise
from tests.test_ui import said

BOARD = """Card "no",Summary,When created,How bad,State,Done on,Squad,Assignee name
B-1,"Checkout slow; again",01/02/2025 10:00,High,Open,,Payments,Zelda Zappa
B-2,Search down,13/02/2025 11:30,P1,Done,13/02/2025 12:10,Search,Yann
B-3,Mail late,14/02/2025 09:00,Low,Done,14/02/2025 10:00,Mail,Yann
B-4,,not a date,Low,Done,14/02/2025 08:00,Mail,Yann
"""
PICKED = {
    "incident_id": 'Card "no"',
    "opened_at": "When created",
    "resolved_at": "Done on",
    "severity": "How bad",
}
BERLIN = Settings(organisation=Organisation(time_zone="Europe/Berlin"))


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A data folder with one export that nobody knows."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "our board.csv").write_text(BOARD, encoding="utf-8")
    return tmp_path


def source(data_dir: Path):
    return next(s for s in sources(data_dir / "exports") if s.name == "our board.csv")


# Guesses


@pytest.mark.parametrize(
    ("table", "examples", "expected"),
    [
        (
            "incidents",
            {"Number": ["INC1"], "Opened": ["2025-01-01 10:00:00"], "Priority": ["1 - Critical"], "State": ["Closed"],
             "Short description": ["down"], "Assignment group": ["Net"], "Business service": ["Mail"]},
            {"incident_id": "Number", "title": "Short description", "service": "Business service",
             "team": "Assignment group", "severity": "Priority", "status": "State", "opened_at": "Opened"},
        ),
        (
            "nps_responses",
            {"Respondent ID": ["12"], "Date submitted": ["2025-01-01"], "NPS score": ["9", "10"], "Company": ["ACME"]},
            {"response_id": "Respondent ID", "responded_at": "Date submitted", "score": "NPS score", "account_id": "Company"},
        ),
        # A date that is none, a score that is a word: not even under the very name.
        ("incidents", {"opened_at": ["soon"], "incident_id": ["I 1"]}, {"incident_id": "incident_id"}),
        ("nps_responses", {"score": ["good"], "response_id": ["1"]}, {"response_id": "response_id"}),
        # Whatever they are called: something like an id, something like a date.
        ("incidents", {"Text": ["a b"], "Ref.": ["X-1", "X-2"], "Zeit": ["1.2.2025"]},
         {"incident_id": "Ref.", "opened_at": "Zeit"}),
        ("incidents", {}, {}),
    ],
)  # fmt: skip
def test_columns_are_guessed_by_name_and_by_the_look_of_their_values(table, examples, expected) -> None:
    assert guess(TABLES[table], examples) == expected


def test_no_column_is_guessed_twice() -> None:
    found = guess(TABLES["incidents"], {"id": ["1"], "created": ["2025-01-01"], "name": ["a"]})
    assert len(set(found.values())) == len(found)


def test_the_table_is_guessed_by_what_it_needs() -> None:
    assert guess_table({"Respondent ID": ["12"], "NPS score": ["9"], "Comment": ["ok"]}) == "nps_responses"
    assert guess_table({"endpoint": ["/a"], "interval_start": ["2025-01-01"], "interval_end": ["2025-01-02"],
                        "good": ["1"], "total": ["2"]}) == "availability"  # fmt: skip
    assert guess_table({"id": ["2368"], "nps": ["10"], "explication": ["NA"]}) == "nps_responses"
    assert guess_table({}) == "incidents"


@pytest.mark.parametrize(
    ("file", "table", "expected"),
    [
        ("uci-servicenow/incident_event_log_head400.csv", "incidents",
         {"incident_id": "number", "opened_at": "opened_at", "resolved_at": "resolved_at", "closed_at": "closed_at"}),
        ("servicenow-list-export-sample/incident.csv", "incidents", {"incident_id": "number", "opened_at": "opened_at"}),
        ("gitbugs-jira/hadoop_bugs.csv.gz", "incidents", {"incident_id": "Issue id", "opened_at": "Created", "resolved_at": "Resolved"}),
    ],
)  # fmt: skip
def test_real_headers_are_guessed_as_their_formats_read_them(real_exports, file, table, expected) -> None:
    path = real_exports / file
    found = guess(TABLES[table], columns_of(next(s for s in sources(path.parent) if s.path == path)))
    assert expected.items() <= found.items()


# Trials


def test_an_exports_columns_come_with_values_that_differ(board: Path) -> None:
    found = columns_of(source(board))
    assert list(found)[:2] == ['Card "no"', "Summary"]
    assert found["State"] == ["Open", "Done"]
    assert found["Squad"] == ["Payments", "Search", "Mail"]


def test_a_trial_tells_what_the_build_would_make_of_it_and_leaves_nothing(board: Path) -> None:
    before = sorted(board.rglob("*"))
    found = try_out(source(board), BERLIN, "Our board", "incidents", PICKED, "Europe/Berlin")
    assert (found.report.rows_read, found.report.kept, found.report.set_aside) == (4, 3, 1)
    assert found.report.reasons == {"opened_at cannot be read as a date": 1}
    assert [(r["line"], r["detail"]) for r in found.left_out] == [(5, "not a date")]
    # 13 February 11:30 in Berlin, day first: no thirteenth month.
    assert found.rows[1] == {
        "incident_id": "B-2", "opened_at": datetime(2025, 2, 13, 10, 30, tzinfo=UTC),
        "resolved_at": datetime(2025, 2, 13, 11, 10, tzinfo=UTC), "severity": 1,
    }  # fmt: skip
    assert sorted(board.rglob("*")) == before


def test_a_choice_that_cannot_work_is_told(board: Path) -> None:
    with pytest.raises(ExportError, match="no column is chosen for 'opened_at'"):
        try_out(source(board), BERLIN, "Our board", "incidents", {"incident_id": 'Card "no"'})
    with pytest.raises(ExportError, match="no time zone 'Berlin'"):
        try_out(source(board), BERLIN, "Our board", "incidents", PICKED, "Berlin")


def test_an_export_that_a_format_knows_needs_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    known = "incident_id,opened_at,severity\nI1,2025-01-01T00:00:00Z,P1\n"
    (tmp_path / "exports" / "our board.csv").write_text(known, encoding="utf-8")
    picked = {"incident_id": "incident_id", "opened_at": "opened_at"}
    with pytest.raises(ExportError, match="already known as|fits both"):
        try_out(source(tmp_path), BERLIN, "Our board", "incidents", picked)


# Saved mappings


def test_a_saved_mapping_reads_the_export_and_the_next_one_with_its_header(board: Path) -> None:
    assert save(board, "Our board", "incidents", PICKED, "Europe/Berlin") == "our_board"
    later = BOARD.replace("B-", "C-")
    (board / "exports" / "next month.csv").write_text(later, encoding="utf-8")
    report = build(board, load_settings(board))
    assert {(f.file, f.format, f.kept, f.set_aside) for f in report.files} == {
        ("our board.csv", "our_board", 3, 1),
        ("next month.csv", "our_board", 3, 1),
    }
    assert [(m.name, m.title, m.table, m.problem) for m in saved(board)] == [
        ("our_board", "Our board", "incidents", "")
    ]


def test_no_mapping_is_overwritten_and_none_leaves_the_folder(board: Path) -> None:
    name = save(board, "../../Our: board", "incidents", PICKED)
    assert name == "our_board" and (board / "mappings" / "our_board.sql").is_file()
    for title in ("our board", "Jira issues", "***"):
        with pytest.raises(ExportError, match="of this name already|no letter or digit"):
            save(board, title, "incidents", PICKED)
    assert [p.name for p in (board / "mappings").iterdir()] == ["our_board.sql"]


def test_a_removed_mapping_makes_its_exports_unknown_again(board: Path) -> None:
    save(board, "Our board", "incidents", PICKED)
    remove(board, "our_board")
    assert build(board, load_settings(board)).unrecognised == ("our board.csv",)
    for name in ("our_board", "../review", "../exports/our board"):
        with pytest.raises(ExportError, match="no such mapping"):
            remove(board, name)


def test_a_faulty_mapping_is_listed_with_what_is_wrong(board: Path) -> None:
    (board / "mappings").mkdir()
    (board / "mappings" / "own.sql").write_text("select 1\n", encoding="utf-8")
    (board / "mappings" / "worse.sql").write_bytes(b"\xff\xfe\x00")
    assert [(m.name, bool(m.problem)) for m in saved(board)] == [("own", True), ("worse", True)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(board: Path) -> None:
    board.chmod(0o500)
    try:
        with pytest.raises(ExportError, match="could not be written"):
            save(board, "Our board", "incidents", PICKED)
    finally:
        board.chmod(0o700)


def test_a_place_that_is_no_folder_is_told(board: Path) -> None:
    (board / "mappings").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="could not be written"):
        save(board, "Our board", "incidents", PICKED)


# The page


@pytest.fixture
def with_board(sample_dir: Path, tmp_path: Path) -> Path:
    """The sample's folder with the unknown export among the others, built."""
    data = Path(shutil.copytree(sample_dir, tmp_path / "data"))
    (data / "exports" / "our board.csv").write_text(BOARD, encoding="utf-8")
    build(data, load_settings(data))
    return data


def test_the_page_maps_an_unknown_export_and_it_counts_from_then_on(open_page, with_board: Path) -> None:
    app = open_page("data", data_dir=with_board, map="our board.csv")
    assert "1\xa0file not read" in said(app) or "1 file not read" in said(app)
    chosen = {box.label.split(" ·")[0]: box.value for box in app.selectbox}
    assert chosen["Export to map"] == "our board.csv"
    assert list(chosen.values()).count('Card "no"') == 1
    key = next(b.key for b in app.button if b.key and b.key.startswith("map-try-"))
    app.button(key=key).click().run()
    assert not app.exception
    assert "3 of 4\xa0rows would be kept, 1 set aside" in said(app)
    app.button(key=key.replace("try", "save")).click().run()
    assert not app.exception
    assert (with_board / "mappings" / "our_board.sql").is_file()
    assert "Every export is recognised." in said(app)
    assert "not read" not in said(app)


def test_nothing_can_be_saved_while_something_needed_is_missing(open_page, with_board: Path) -> None:
    app = open_page("data", data_dir=with_board, map="our board.csv")
    opened = next(b for b in app.selectbox if b.key and b.key.startswith("map-incidents-opened_at"))
    opened.set_value("—").run()
    assert "No row counts without" in said(app)
    buttons = {b.key[:8]: b for b in app.button if b.key and b.key.startswith(("map-try-", "map-save"))}
    assert all(b.disabled for b in buttons.values()) and len(buttons) == 2


def test_values_of_columns_that_name_people_are_hidden(open_page, with_board: Path) -> None:
    app = open_page("data", data_dir=with_board, map="our board.csv")
    team = next(b for b in app.selectbox if b.key and b.key.startswith("map-incidents-team"))
    assert "01/02/2025 10:00" in said(app)
    team.set_value("Assignee name").run()
    assert "values hidden: they may name people" in said(app)
    assert "Zelda" not in said(app)


def test_a_mapping_is_removed_on_the_page(open_page, with_board: Path) -> None:
    save(with_board, "Our board", "incidents", PICKED)
    build(with_board, load_settings(with_board))
    app = open_page("data", data_dir=with_board)
    assert "Our board" in said(app)
    app.button(key=next(b.key for b in app.button if b.key and b.key.startswith("map-remove-"))).click().run()
    assert not app.exception
    assert not list((with_board / "mappings").glob("*.sql"))
    assert "not read" in said(app)


def test_a_folder_where_all_is_known_has_no_panel(open_page) -> None:
    assert "Map an unknown export" not in said(open_page("data"))


def test_the_format_of_a_mapping_is_found_by_its_header(board: Path) -> None:
    save(board, "Our board", "incidents", PICKED)
    known = formats([*_folders(board)])
    chosen = recognise(list(columns_of(source(board))), known)
    assert chosen is not None and chosen.name == "our_board"


def _folders(data_dir: Path) -> list[Path]:
    from reliability.warehouse.formats import BUILT_IN

    return [BUILT_IN, data_dir / "mappings"]
