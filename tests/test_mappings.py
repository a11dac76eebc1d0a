"""Mapping an unknown export by hand: the guesses, the trial, what is kept in the data folder, and the Data page."""

import json
import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.errors import ExportError, ReliabilityError
from reliability.exports import sources
from reliability.journal import Journal
from reliability.mappings import (
    Cell,
    LeaveOut,
    Place,
    Spec,
    columns_of,
    remove,
    save,
    saved,
    suggest,
    try_out,
)
from reliability.schema import TABLES
from reliability.settings import Organisation, Settings, load_settings
from reliability.warehouse import build, open_store
from reliability.warehouse.formats import BUILT_IN, formats
from reliability.warehouse.recognition import recognise
from tests.build_folder import rebuild
from tests.named import give_name
from tests.sample import sample_copy
from tests.test_ui import said

pytestmark = pytest.mark.slow

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


def spec(title: str = "Our board", table: str = "incidents", picked=PICKED, **more) -> Spec:
    return Spec(title, table, {name: Cell(Place(column)) for name, column in picked.items()}, **more)


BERLIN = Settings(organisation=Organisation(time_zone="Europe/Berlin"))


@pytest.fixture
def board(tmp_path: Path) -> Path:
    """A data folder with one export that nobody knows."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "our board.csv").write_text(BOARD, encoding="utf-8")
    return tmp_path


def source(data_dir: Path):
    return next(s for s in sources(data_dir / "exports") if s.name == "our board.csv")


# Trials


def test_an_exports_columns_come_with_values_that_differ(board: Path) -> None:
    found = columns_of(source(board)).offered
    assert list(found)[:2] == ['Card "no"', "Summary"]
    assert found["State"].seen.examples == ("Open", "Done")
    assert found["Squad"].seen.examples == ("Payments", "Search", "Mail")


def test_a_trial_tells_what_the_build_would_make_of_it_and_leaves_nothing(board: Path) -> None:
    before = sorted(board.rglob("*"))
    found = try_out(source(board), BERLIN, spec(zone="Europe/Berlin"))
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
        try_out(source(board), BERLIN, spec(picked={"incident_id": 'Card "no"'}))
    with pytest.raises(ExportError, match="no time zone 'Berlin'"):
        try_out(source(board), BERLIN, spec(zone="Berlin"))


def test_an_export_that_a_format_knows_needs_no_mapping(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    known = "incident_id,opened_at,severity\nI1,2025-01-01T00:00:00Z,P1\n"
    (tmp_path / "exports" / "our board.csv").write_text(known, encoding="utf-8")
    picked = {"incident_id": "incident_id", "opened_at": "opened_at"}
    with pytest.raises(ExportError, match="already known as|fits both"):
        try_out(source(tmp_path), BERLIN, spec(picked=picked))


# What a mapping can say


def data_with(folder: Path, name: str, text: str) -> Path:
    (folder / "exports").mkdir(exist_ok=True)
    (folder / "exports" / name).write_text(text, encoding="utf-8")
    return folder


def tried(folder: Path, said: Spec):
    (one,) = sources(folder / "exports")
    return try_out(one, Settings(), said)


def cells(**said: Cell | str) -> dict[str, Cell]:
    return {name: Cell(Place(c)) if isinstance(c, str) else c for name, c in said.items()}


@pytest.mark.parametrize(
    ("text", "unit", "minutes"),
    [
        ("1.5", "hours", 90), ("1,5", "hours", 90), ("90 min", "minutes", 90), ("0.25", "days", 360), ("30", "seconds", 0.5),
        ("1:30", "clock", 90), ("26:05:30", "clock", 1565.5), ("1 h 30 min", "clock", 90), ("PT1H30M", "clock", 90),
        ("P1DT2H", "clock", 1560), ("2 days 3 hours", "clock", 3060), ("45 Minuten", "clock", 45), ("20 sec", "clock", 1 / 3),
    ],
)  # fmt: skip
def test_a_length_of_time_stands_for_the_end(tmp_path: Path, text: str, unit: str, minutes: float) -> None:
    data = data_with(tmp_path, "t.csv", f'key,began,took\nA1,2025-07-01 10:00:00,"{text}"\n')
    took = Cell(Place("took"), unit=unit)
    (row,) = tried(
        data, Spec("T", "incidents", cells(incident_id="key", opened_at="began", resolved_at=took))
    ).rows
    assert (row["resolved_at"] - row["opened_at"]).total_seconds() == pytest.approx(minutes * 60)


@pytest.mark.parametrize("day", ["2025-07-01", "2025-07-01 00:00:00", "01.07.2025"])
@pytest.mark.parametrize("clock", ["09:05", "9:05", "09:05:00", "9h05", "1899-12-31 09:05:00", "9:05 AM"])
def test_a_date_and_its_time_of_day_stand_in_two_columns(tmp_path: Path, day: str, clock: str) -> None:
    data = data_with(tmp_path, "t.csv", f"key,day,hour\nA1,{day},{clock}\nA2,13.07.2025,\n")
    opened = Cell(Place("day"), Place("hour"))
    found = tried(data, Spec("T", "incidents", cells(incident_id="key", opened_at=opened), date_order="dmy"))
    assert [r["opened_at"] for r in found.rows] == [
        datetime(2025, 7, 1, 9, 5, tzinfo=UTC), datetime(2025, 7, 13, tzinfo=UTC),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "start", "end"),
    [
        ("July 3, 2025 9:30 AM → 10:10 AM (UTC)", (3, 9, 30), (3, 10, 10)),
        ("July 3, 2025 11:30 PM (UTC) → July 4, 2025 12:10 AM (UTC)", (3, 23, 30), (4, 0, 10)),
        ("July 3, 2025 9:30 AM → 10:10 AM (GMT+2)", (3, 7, 30), (3, 8, 10)),
        ("July 3, 2025 11:30 – 12:10 PM", (3, 11, 30), (3, 12, 10)),
        ("July 3, 2025 2:30 – 3:10 PM", (3, 14, 30), (3, 15, 10)),
        ("2025-07-03 09:30 - 10:10", (3, 9, 30), (3, 10, 10)),
        ("2025-07-03T09:30:00Z/2025-07-03T10:10:00Z", (3, 9, 30), (3, 10, 10)),
        ("3. Juli 2025 9:30 bis 3. Juli 2025 10:10", (3, 9, 30), (3, 10, 10)),
        # An end without a day may be after midnight.
        ("2025-07-03 23:40 - 00:20", (3, 23, 40), (4, 0, 20)),
        ("July 3, 2025 11:40 PM → 12:20 AM (GMT+2)", (3, 21, 40), (3, 22, 20)),
    ],
)
def test_a_start_and_an_end_stand_in_one_cell(tmp_path: Path, cell: str, start, end) -> None:
    text = f'Name,When,Severity\nMail down,"{cell}",SEV-1\nStill open,"{re.split(r" (?:→|–|-|bis) |/", cell)[0]}",SEV-2\n'
    data_with(tmp_path, "our board.csv", text)
    columns = columns_of(source(tmp_path))
    assert "When" not in columns.offered
    guessed = suggest(columns, "our board.csv", "incidents")
    times = {name: cell.place.label for name, cell in guessed.cells.items() if name.endswith("_at")}
    assert times == {"opened_at": "When (start)", "resolved_at": "When (end)"}
    first, still_open = sorted(
        try_out(source(tmp_path), Settings(), guessed).rows, key=lambda row: row["severity"]
    )
    assert first["opened_at"] == datetime(2025, 7, *start, tzinfo=UTC)
    assert first["resolved_at"] == datetime(2025, 7, *end, tzinfo=UTC)
    assert still_open["resolved_at"] is None
    save(tmp_path, guessed)
    assert [one.spec for one in saved(tmp_path)] == [guessed]


def test_a_dash_between_a_day_and_a_time_of_day_is_no_range(tmp_path: Path) -> None:
    data_with(
        tmp_path, "our board.csv", "Name,When\nMail,Aug 30 2024 - 13:30 PDT\nWeb,Aug 31 2024 - 13:30 PDT\n"
    )
    assert list(columns_of(source(tmp_path)).offered) == ["Name", "When"]


def test_an_end_beside_the_date_of_the_start_may_be_after_midnight(tmp_path: Path) -> None:
    clocks = [("23:50", "0:20"), ("10:00", "11:30"), ("11:45 PM", "12:15 AM"), ("9h05", "9h10"),
              ("1899-12-30 09:00:00", "1899-12-30 10:00:00"), ("10:00", "")]  # fmt: skip
    rows = "".join(f"A{i},2025-07-14,{start},{end}\n" for i, (start, end) in enumerate(clocks))
    data = data_with(tmp_path, "t.csv", f"key,day,from,to\n{rows}")
    day = Place("day")
    said = cells(incident_id="key", opened_at=Cell(day, Place("from")), resolved_at=Cell(day, Place("to")))
    built = tried(data, Spec("T", "incidents", said))
    assert built.report.kept == 6
    took = [
        row["resolved_at"] and (row["resolved_at"] - row["opened_at"]).total_seconds() / 60
        for row in built.rows
    ]
    assert took == [30, 90, 30, 5, 60]


@pytest.mark.parametrize("dash", ["-", " - ", "–", " bis "])
def test_hours_beside_a_day_are_a_start_and_an_end_that_may_be_after_midnight(
    tmp_path: Path, dash: str
) -> None:
    rows = f"13.07.2025,23:40{dash}00:20,Mail\n14.07.2025,9:00{dash}10:15,Web\n"
    data_with(tmp_path, "our board.csv", f"Datum,Zeit,Titel\n{rows}")
    guessed = suggest(columns_of(source(tmp_path)), "our board.csv", "incidents")
    when = {
        name: [place.label for place in guessed.cells[name].places] for name in ("opened_at", "resolved_at")
    }
    assert when == {"opened_at": ["Datum", "Zeit (start)"], "resolved_at": ["Datum", "Zeit (end)"]}
    found = try_out(source(tmp_path), Settings(), guessed).rows
    said = {row["title"]: (row["opened_at"], row["resolved_at"]) for row in found}
    assert said == {
        "Mail": (datetime(2025, 7, 13, 23, 40, tzinfo=UTC), datetime(2025, 7, 14, 0, 20, tzinfo=UTC)),
        "Web": (datetime(2025, 7, 14, 9, tzinfo=UTC), datetime(2025, 7, 14, 10, 15, tzinfo=UTC)),
    }


def test_hours_without_a_day_anywhere_are_no_date_and_the_form_asks_for_one(tmp_path: Path) -> None:
    data_with(tmp_path, "our board.csv", "Zeit,Titel,Severity\n23:40-00:20,Mail,P1\n9:00-10:15,Web,P2\n")
    guessed = suggest(columns_of(source(tmp_path)), "our board.csv", "incidents")
    assert "opened_at" not in guessed.cells
    with pytest.raises(ExportError, match="no column is chosen for 'opened_at'"):
        try_out(source(tmp_path), Settings(), guessed)


def test_rows_are_left_out_by_what_they_hold_each_with_its_reason(tmp_path: Path) -> None:
    text = "key,began,what,kind\nA1,2025-07-01,x,real\nA2,2025-07-02,a DRILL,real\nA3,soon,x,test\nTotal,,,\n"
    rules = (
        LeaveOut(Place("what"), "contains", ("drill",)),
        LeaveOut(Place("kind"), "is", ("Test", "demo")),
        LeaveOut(Place("began"), "is blank"),
    )
    said = Spec("T", "incidents", cells(incident_id="key", opened_at="began"), leave_out=rules)
    found = tried(data_with(tmp_path, "t.csv", text), said)
    assert (found.report.kept, found.report.excluded, found.report.set_aside) == (1, 3, 0)
    assert [(r["line"], r["reason"]) for r in found.left_out] == [
        (3, "what contains drill"), (4, "kind is Test or demo"), (5, "began is blank"),
    ]  # fmt: skip


def test_rows_without_an_id_are_each_one_and_the_same_in_a_later_export(tmp_path: Path) -> None:
    rows = "Acme,2025-07-01,9\nAcme,2025-07-01,9\nBeta,2025-07-02,3\n"
    data_with(tmp_path, "july.csv", f"who,day,nps\n{rows}")
    data_with(tmp_path, "to august.csv", f"who,day,nps\n{rows}Beta,2025-08-02,3\n")
    said = Spec("T", "nps_responses", cells(responded_at="day", score="nps", account_id="who"), each_row=True)
    save(tmp_path, said)
    report = build(tmp_path, Settings())
    assert sum(f.kept for f in report.files) == 4
    assert sum(f.superseded for f in report.files) == 3


def test_a_row_without_an_id_that_is_closed_later_is_one_incident(tmp_path: Path) -> None:
    header = "What,When,End,Level,State\n"
    data_with(
        tmp_path, "july.csv", header + "Mail,2025-07-01 09:00,,P3,Open\nWeb,2025-07-01 09:00,,P2,Open\n"
    )
    picked = {
        "title": "What",
        "opened_at": "When",
        "resolved_at": "End",
        "severity": "Level",
        "status": "State",
    }
    save(tmp_path, spec(picked=picked, each_row=True))
    later = "Web,2025-07-01 09:00,,P2,Open\nMail,2025-07-01 09:00,2025-07-02 09:00,P1,Done\n"
    data_with(tmp_path, "later.csv", header + later)
    built = rebuild(tmp_path)
    assert built.rows("select title, severity, resolved_at is not null from incidents order by all") == [
        ("Mail", 1, True), ("Web", 2, False),
    ]  # fmt: skip


def test_a_value_inside_a_list_is_told_by_the_name_of_its_element(tmp_path: Path) -> None:
    text = """[{"id": "a", "milestones": [{"type": "began", "at": "2025-07-01T10:00:00Z"},
        {"type": "it's over", "at": "2025-07-01T11:00:00Z"}], "level": {"of": {"a/b": "P1"}}},
        {"id": "b", "milestones": [{"type": "began", "at": "2025-07-02T10:00:00Z"}], "level": null}]"""
    data = data_with(tmp_path, "t.json", text)
    (one,) = sources(data / "exports")
    offered = columns_of(one).offered
    assert {"milestones[type=began].at", "milestones[type=it's over].at", "level.of.a/b"} <= set(offered)
    said = Spec("T", "incidents", {
        "incident_id": Cell(Place("id")),
        "opened_at": Cell(offered["milestones[type=began].at"].place),
        "resolved_at": Cell(offered["milestones[type=it's over].at"].place),
        "severity": Cell(offered["level.of.a/b"].place),
    })  # fmt: skip
    rows = tried(data, said).rows
    assert [(r["severity"], r["resolved_at"] is not None) for r in rows] == [(1, True), (None, False)]
    assert rows[0]["resolved_at"] == datetime(2025, 7, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("worst", "rising", "levels"),
    [(1, False, [1, 2, 3]), (3, True, [3, 2, 1]), (5, True, [5, 4, 3]), (0, False, [2, 3, 4])],
)
def test_a_severity_in_numbers_counts_from_the_end_that_is_worst(
    tmp_path: Path, worst, rising, levels
) -> None:
    text = "key,began,bad\nA1,2025-07-01,1\nA2,2025-07-02,2\nA3,2025-07-03,3\n"
    bad = Cell(Place("bad"), worst=worst, rising=rising)
    found = tried(data_with(tmp_path, "t.csv", text),
                  Spec("T", "incidents", cells(incident_id="key", opened_at="began", severity=bad)))  # fmt: skip
    assert [r["severity"] for r in found.rows] == levels


def test_day_or_month_first_is_said_by_the_mapping(tmp_path: Path) -> None:
    data = data_with(tmp_path, "t.csv", "key,began\nA1,03.11.2025\n")
    said = cells(incident_id="key", opened_at="began")
    with pytest.raises(ExportError, match="fits both"):
        tried(data, Spec("T", "incidents", said))
    for order, expected in (("dmy", (11, 3)), ("mdy", (3, 11))):
        (row,) = tried(data, Spec("T", "incidents", said, date_order=order)).rows
        assert (row["opened_at"].month, row["opened_at"].day) == expected


def test_names_and_values_full_of_quotes_stay_names_and_values(tmp_path: Path) -> None:
    odd = "a\"b'c -- d"
    text = 'key,began,"a""b\'c -- d"\nA1,2025-07-01,"x\'); drop table raw; --"\nA2,2025-07-02,y\n'
    rules = (LeaveOut(Place(odd), "is", ("x'); drop table raw; --",)),)
    said = Spec("T", "incidents", cells(incident_id="key", opened_at="began", title=odd), leave_out=rules)
    found = tried(data_with(tmp_path, "t.csv", text), said)
    assert (found.report.kept, found.report.excluded) == (1, 1)


@pytest.mark.parametrize("table", TABLES)
def test_every_table_can_be_mapped_by_hand(tmp_path: Path, table: str) -> None:
    picked = {column: f"Their {column}" for column in TABLES[table].columns}
    data = data_with(
        tmp_path, "t.csv", ",".join(picked.values()) + "\n" + ",".join("1" for _ in picked) + "\n"
    )
    save(data, spec("Own", table, picked))
    (file,) = build(data, Settings()).files
    assert (file.format, file.table, file.rows_read) == ("own", table, 1)


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"picked": {}}, "no column is chosen"),
        ({"picked": {**PICKED, "mood": "Mood"}}, "has no column 'mood'"),
        ({"date_order": "ymd"}, "date order is 'ymd'"),
        ({"leave_out": (LeaveOut(Place("State"), "is"),)}, "no value is given"),
    ],
)
def test_a_mapping_that_cannot_work_says_what_to_choose(tmp_path: Path, said, problem: str) -> None:
    with pytest.raises(ExportError, match=problem):
        save(tmp_path, spec(**said))
    assert not (tmp_path / "mappings").exists()


def test_a_file_that_a_format_reads_wrongly_is_corrected_and_others_of_it_are_not(tmp_path: Path) -> None:
    text = (
        "incident_id,opened_at,end_time,priority,service\nI1,2025-07-01T10:00:00Z,2025-07-01T11:00:00Z,P1,a\n"
    )
    data_with(tmp_path, "inc.csv", text)
    data_with(tmp_path, "usual.csv", "incident_id,opened_at,severity\nU1,2025-07-01T10:00:00Z,P2\n")
    columns = columns_of(next(s for s in sources(tmp_path / "exports") if s.name == "inc.csv"))
    guessed = suggest(columns, "inc.csv")
    said = Spec("Theirs", "incidents", guessed.cells, instead_of="canonical_incidents", header=columns.header)
    save(tmp_path, said)
    report = build(tmp_path, Settings())
    assert {f.file: f.format for f in report.files} == {
        "inc.csv": "theirs",
        "usual.csv": "canonical_incidents",
    }
    store = open_store(tmp_path)
    assert store.run("lists/severity_lengths").rows[0] == {
        "word": "P1",
        "incidents": 1,
        "median_minutes": 60.0,
    }
    store.close()


def first_try(data_dir: Path, name: str, text: str):
    """What the first suggestion for a file keeps of it."""
    data_with(data_dir, name, text)
    (one,) = sources(data_dir / "exports")
    said = suggest(columns_of(one), name)
    return said, try_out(one, Settings(), said)


def test_stages_under_keys_of_any_name_are_told_apart_and_the_first_is_the_opening(tmp_path: Path) -> None:
    stages = [("Detected", "10:00"), ("Fix deployed", "11:30"), ("Resolved", "12:00")]
    text = json.dumps(
        [
            {
                "ref": f"INC-{day}",
                "service": {"link": f"https://x.example/{day}", "display_value": "Pay"},
                "sev": "SEV-1",
                "timeline": [{"stage": name, "ts": f"2025-08-{day:02}T{at}:00Z"} for name, at in stages],
            }
            for day in range(1, 9)
        ]
    )
    said, tried = first_try(tmp_path, "incs.json", text)
    assert said.cells["opened_at"].place.label == "timeline[stage=Detected].ts"
    assert "url" not in said.cells, "it is the service's address"
    link = {"url": Cell(Place("service", ("link",)))}
    own = next(s for s in sources(tmp_path / "exports") if s.name == "incs.json")
    tried = try_out(own, Settings(), Spec(said.title, said.table, {**said.cells, **link}))
    assert tried.report.kept == tried.dated == 8
    row = tried.rows[0]
    assert (row["opened_at"], row["resolved_at"]) == (
        datetime(2025, 8, 1, 10, tzinfo=UTC),
        datetime(2025, 8, 1, 12, tzinfo=UTC),
    )
    # A cell that is read inside is still called by its name.
    assert row["service"] == "Pay"


def test_references_that_python_wrote_are_guessed_by_their_names(tmp_path: Path) -> None:
    rows = [
        f"""INC{n:04},2025-05-{n:02} 09:00,"{{'value': '{n % 4}', 'display_value': '{n % 4 + 1} - High'}}","""
        f""""{{'link': 'https://i/{n}', 'display_value': 'Billing'}}\""""
        for n in range(1, 12)
    ]
    said, tried = first_try(
        tmp_path, "sn.csv", "\n".join(["incident,opened,priority,affected service", *rows])
    )
    assert said.cells["severity"].place.label.startswith("priority")
    assert said.cells["service"].place.label.startswith("affected service")
    assert tried.rows[0]["service"] == "Billing" and tried.rows[0]["severity"] == 2


def test_what_is_maintenance_in_another_language_does_not_count(tmp_path: Path) -> None:
    rows = [
        f"M{n},{n}-9-2025 10:00,{n}-9-2025 11:00,Hoog,Betalen,{'Onderhoud' if n % 6 == 0 else 'Storing'}"
        for n in range(1, 25)
    ]
    header = "Nummer,Gemeld,Opgelost,Prioriteit,Dienst,Soort"
    said, tried = first_try(tmp_path, "storingen.csv", "\n".join([header, *rows]))
    assert said.cells["kind"].place.label == "Soort"
    assert (tried.report.kept, tried.report.excluded) == (20, 4)
    assert {row["reason"] for row in tried.left_out} == {"onderhoud"}


# Saved mappings


def test_a_saved_mapping_is_changed_in_place(board: Path) -> None:
    name = save(board, spec())
    again = spec("Another title", zone="Asia/Tokyo")
    assert save(board, again, replacing=name) == name
    (one,) = saved(board)
    assert one.spec == again and one.format is not None and one.format.zone == "Asia/Tokyo"
    with pytest.raises(ExportError, match="no such mapping"):
        save(board, again, replacing="../review")


def test_a_mapping_changed_by_hand_is_not_edited_in_the_form(board: Path) -> None:
    path = board / "mappings" / f"{save(board, spec())}.sql"
    path.write_text(
        path.read_text(encoding="utf-8").replace("source_line", "source_line + 0 as source_line", 1)
    )
    (one,) = saved(board)
    assert one.format is not None and one.spec is None


def test_a_saved_mapping_reads_the_export_and_the_next_one_with_its_header(board: Path) -> None:
    assert save(board, spec(zone="Europe/Berlin")) == "our_board"
    later = BOARD.replace("B-", "C-")
    (board / "exports" / "next month.csv").write_text(later, encoding="utf-8")
    report = build(board, load_settings(board))
    assert {(f.file, f.format, f.kept, f.set_aside) for f in report.files} == {
        ("our board.csv", "our_board", 3, 1),
        ("next month.csv", "our_board", 3, 1),
    }
    (one,) = saved(board)
    assert one.format is not None and (one.name, one.format.title, one.problem) == (
        "our_board",
        "Our board",
        "",
    )
    assert one.spec == spec(zone="Europe/Berlin")


def test_no_mapping_is_overwritten_and_none_leaves_the_folder(board: Path) -> None:
    name = save(board, spec("../../Our: board"))
    assert name == "our_board" and (board / "mappings" / "our_board.sql").is_file()
    for title in ("our board", "Jira issues", "***"):
        with pytest.raises(ExportError, match="of this name already|no letter or digit"):
            save(board, spec(title))
    assert [p.name for p in (board / "mappings").iterdir()] == ["our_board.sql"]


@pytest.mark.parametrize(
    ("title", "name"),
    [("Störungen é", "storungen_e"), ("障害 2025", "障害_2025"), ("Инциденты", "инциденты")],
)
def test_a_mapping_is_named_in_whatever_script_its_title_is(board: Path, title: str, name: str) -> None:
    assert save(board, spec(title)) == name
    build(board, Settings())
    store = open_store(board)
    try:
        assert store.run("lists/sources", {"as_of": None}).one()["source"] == name
    finally:
        store.close()


def test_a_removed_mapping_makes_its_exports_unknown_again(board: Path) -> None:
    save(board, spec())
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
            save(board, spec())
    finally:
        board.chmod(0o700)


def test_a_place_that_is_no_folder_is_told(board: Path) -> None:
    (board / "mappings").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="could not be written"):
        save(board, spec())


# The page


@pytest.fixture
def with_board(sample_dir: Path, tmp_path: Path) -> Path:
    """The sample's folder with the unknown export among the others, built."""
    data = sample_copy(sample_dir, tmp_path / "data")
    (data / "exports" / "our board.csv").write_text(BOARD, encoding="utf-8")
    build(data, load_settings(data))
    return data


def changes(data_dir: Path) -> list[tuple[str, str, dict]]:
    """Who changed which mapping how, as the journal has it."""
    return [(e.who, e.subject, e.body) for e in Journal(data_dir).entries(kind="mapping")]


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
    assert "Your name is missing" in said(app)
    assert not (with_board / "mappings").exists()
    give_name(app)
    app.button(key=key.replace("try", "save")).click().run()
    assert not app.exception
    assert (with_board / "mappings" / "our_board.sql").is_file()
    assert changes(with_board) == [("Ana", "our_board", {"action": "added", "table": "incidents"})]
    assert "Every export is recognised." in said(app)
    assert "file not read" not in said(app).replace("\xa0", " ")


def test_nothing_can_be_saved_while_something_needed_is_missing(open_page, with_board: Path) -> None:
    app = open_page("data", data_dir=with_board, map="our board.csv")
    opened = next(b for b in app.selectbox if b.key and b.key.startswith("map-opened_at-incidents"))
    opened.set_value("—").run()
    assert "No row counts without" in said(app)
    buttons = {b.key[:8]: b for b in app.button if b.key and b.key.startswith(("map-try-", "map-save"))}
    assert all(b.disabled for b in buttons.values()) and len(buttons) == 2


def test_values_of_columns_that_name_people_are_hidden(open_page, with_board: Path) -> None:
    app = open_page("data", data_dir=with_board, map="our board.csv")
    team = next(b for b in app.selectbox if b.key and b.key.startswith("map-team-incidents"))
    assert "01/02/2025 10:00" in said(app)
    team.set_value("Assignee name").run()
    assert "values hidden: they may name people" in said(app)
    assert "Zelda" not in said(app)


def test_a_mapping_is_removed_on_the_page(open_page, with_board: Path) -> None:
    save(with_board, spec())
    build(with_board, load_settings(with_board))
    app = open_page("data", data_dir=with_board)
    assert "Our board" in said(app)
    give_name(app)
    app.button(key=next(b.key for b in app.button if b.key and b.key.startswith("map-remove-"))).click().run()
    assert not app.exception
    assert not list((with_board / "mappings").glob("*.sql"))
    assert changes(with_board) == [("Ana", "our_board", {"action": "removed"})]
    assert "not read" in said(app)


def test_mappings_in_any_script_stand_beside_each_other_on_the_page(open_page, with_board: Path) -> None:
    for title in ("инциденты", "障害一覧"):
        save(with_board, spec(title=title))
    app = open_page("data", data_dir=with_board)
    assert len([b for b in app.button if b.key and b.key.startswith("map-remove-")]) == 2


def test_where_all_is_known_every_export_may_be_corrected(open_page) -> None:
    app = open_page("data")
    assert "Every export is recognised." in said(app)
    assert len(next(b for b in app.selectbox if b.key == "map").options) > 5


def test_the_format_of_a_mapping_is_found_by_its_header(board: Path) -> None:
    save(board, spec())
    known = formats([*_folders(board)])
    chosen = recognise(list(columns_of(source(board)).header), known)
    assert chosen is not None and chosen.name == "our_board"


def _folders(data_dir: Path) -> list[Path]:
    return [BUILT_IN, data_dir / "mappings"]


def test_a_text_taken_for_the_date_keeps_nothing_and_is_asked_about_before_it_is_saved(
    open_page, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    data_with(data, "board.csv", BOARD)
    (data / "review.toml").touch()
    build(data, load_settings(data))
    app = open_page("data", data_dir=data, map="board.csv")
    opened = next(box for box in app.selectbox if box.value == "When created")
    opened.set_value("Summary").run()
    save_key = next(b.key for b in app.button if b.key and b.key.startswith("map-save-"))
    give_name(app)
    app.button(key=save_key).click().run()
    assert not app.exception
    shown = said(app).replace("\N{NO-BREAK SPACE}", " ")
    assert "0 of 4 rows would be kept, 4 set aside" in shown
    assert "Not a single row would be kept. Choose other columns, or save it anyway." in shown
    assert not (data / "mappings").exists()
    assert [b.label for b in app.button if b.key and b.key.startswith("map-anyway-")] == ["Save it anyway"]


def test_an_export_that_cannot_be_read_at_all_is_not_called_recognised(open_page, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "picture.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    with suppress(ReliabilityError):
        build(tmp_path, load_settings(tmp_path))
    first = said(open_page("data", data_dir=tmp_path))
    assert "One export, which cannot be reviewed yet" in first
    assert "It cannot be read at all. The reason is below" in first and "picture.csv: it is not text" in first

    (exports / "good.csv").write_text("incident_id,opened_at,severity\nA,2025-07-10T10:00:00Z,P1\n")
    build(tmp_path, load_settings(tmp_path))
    assert "Every export that can be read is recognised." in said(open_page("data", data_dir=tmp_path))
