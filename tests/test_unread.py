"""Columns that nobody reads: what the build notes of them, the date that is taken all the same, and who is told."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.settings import Settings
from reliability.warehouse import build, open_store
from reliability.warehouse.doubts import all_doubts, unread_lines
from tests.build_folder import build_folder
from tests.conftest import ROOT
from tests.test_ui import said


def data_with(folder: Path, **files: str) -> Path:
    (folder / "exports").mkdir()
    for name, text in files.items():
        (folder / "exports" / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def told(data: Path) -> tuple[dict[str, str], dict[str, str]]:
    build(data, Settings())
    store = open_store(data)
    try:
        return dict(all_doubts(store)), dict(unread_lines(store.run("lists/file_columns")))
    finally:
        store.close()


OTHER_NAMES = "incident_id,opened_at,up_again,alarm_class,service,notes\n" + "".join(
    f"I{i},2025-07-{i:02d}T10:00:00Z,2025-07-{i:02d}T11:00:00Z,P1,a,x\n" for i in range(1, 9)
)


def test_a_severity_and_an_end_that_nobody_read_are_named_with_examples(tmp_path: Path) -> None:
    doubt, unread = told(data_with(tmp_path, inc=OTHER_NAMES))
    assert doubt == {"inc.csv": "8 incidents kept, none has a severity: column alarm_class was not read."}
    assert unread == {
        "inc.csv": "not read: up_again looks like a date (2025-07-01T11:00:00Z) and alarm_class looks like a severity (P1); "
        "read: incident_id, opened_at and service."
    }
    store = open_store(tmp_path)
    rows = {row["column_name"]: row for row in store.run("lists/file_columns")}
    store.close()
    assert (
        rows["alarm_class"]["examples"] == ["P1"]
        and rows["up_again"]["examples"][0] == "2025-07-01T11:00:00Z"
    )
    assert rows["incident_id"]["read"] and not rows["notes"]["read"] and rows["notes"]["examples"] == []


def test_check_lists_columns_before_the_first_build(tmp_path: Path, capsys) -> None:
    data_with(
        tmp_path,
        odd="Ticket,Begin,Prio\nA-1,2025-01-03 10:00,1\nA-2,2025-02-04 10:00,2\n",
        inc=OTHER_NAMES,
        known="incident_id,opened_at,status,notes\nA,2025-07-01T08:00:00Z,open,x\n",
        empty="",
    )
    assert main(["check", "--data", str(tmp_path)]) == 1
    first, *columns = capsys.readouterr().out.splitlines()
    assert "there is no warehouse yet. Run `python -m reliability build`" in first
    assert columns == [
        "exports/inc.csv: not read: up_again looks like a date (2025-07-01T11:00:00Z) and alarm_class looks like a severity (P1); "
        "read: incident_id, opened_at and service.",
        "exports/odd.csv: not read: Ticket looks like an id (A-1), Begin looks like a date (2025-01-03 10:00) "
        "and Prio looks like a severity (1); read: none.",
        "exports/known.csv: read: incident_id, opened_at and status.",
    ]
    assert not (tmp_path / "warehouse").exists()


def test_the_columns_of_a_file_that_no_format_knows_are_named_too(tmp_path: Path, capsys) -> None:
    data_with(tmp_path, odd="Ticket,Begin,Prio,Notes\nA-1,2025-01-03 10:00,1,x\nA-2,2025-02-04 10:00,2,y\n")
    assert main(["build", "--data", str(tmp_path)]) == 2
    line = (
        "exports/odd.csv: not read: Ticket looks like an id (A-1), Begin looks like a date (2025-01-03 10:00) "
        "and Prio looks like a severity (1); read: none."
    )
    assert line in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("column", ["gravité", "Sev Level", "Niveau de gravité", "Schweregrad"])
def test_a_severity_of_an_own_file_is_taken_by_name_and_look_in_any_language(
    tmp_path: Path, column: str
) -> None:
    rows = "".join(f"I{i},2025-07-0{i} 10:00,a,Critical,2025-07-0{i} 11:30,2025-07-30\n" for i in range(1, 5))
    built = build_folder(
        tmp_path, {"inc.csv": f"incident_id,opened_at,service,{column},Behoben am,Urgency until\n{rows}"}
    )
    assert built.rows("select distinct severity, resolved_at - opened_at from incidents") == [
        (1, timedelta(minutes=90))
    ]


def test_an_urgency_or_a_word_that_looks_like_a_level_is_not_taken_for_the_severity(tmp_path: Path) -> None:
    rows = "".join(f"I{i},2025-07-0{i},a,High,Low\n" for i in range(1, 5))
    doubt, _ = told(data_with(tmp_path, inc=f"incident_id,opened_at,service,Dringlichkeit,Effort\n{rows}"))
    assert "none has a severity: columns Dringlichkeit and Effort were not read" in doubt["inc.csv"]


def test_incidents_that_only_say_when_they_were_closed_are_a_doubt(tmp_path: Path) -> None:
    rows = "".join(f"I{i},2025-07-0{i} 10:00,P1,2025-07-0{i} 12:00\n" for i in range(1, 5))
    doubt, _ = told(data_with(tmp_path, inc=f"incident_id,opened_at,severity,closed_at\n{rows}"))
    assert doubt == {
        "inc.csv": "4 incidents kept, none has a resolve time, only a closing, which tools set days later: where it was "
        "the end, map it as the resolve time."
    }


@pytest.mark.parametrize("column", ["mttr_minutes", "Fecha de cierre", "Cierre"])
def test_an_end_that_nobody_read_is_a_doubt_and_none_at_all_is_not(tmp_path: Path, column: str) -> None:
    value = "90" if column.endswith("minutes") else "2025-07-09 10:00"
    rows = "".join(f"I{i},2025-07-0{i} 10:00,P1,{value}\n" for i in range(1, 5))
    held = f"incident_id,opened_at,severity,{column}\n{rows}"
    doubt, _ = told(
        data_with(
            tmp_path, held=held, none=held.replace(column, "notes").replace("\nI", "\nJ").replace(value, "-")
        )
    )
    assert doubt == {"held.csv": f"4 incidents kept, none has a resolve time: column {column} was not read."}


@pytest.mark.parametrize(
    "column", ["Fecha", "Response Date", "Completed At", "Survey date", "Datum", "回答日"]
)
def test_the_one_date_of_answers_is_taken_whatever_it_is_called(tmp_path: Path, column: str) -> None:
    rows = "".join(f"{i},2025-07-{i:02d} 10:00:00,{i % 11}\n" for i in range(1, 21))
    doubt, unread = told(data_with(tmp_path, nps=f"id,{column},nps\n{rows}"))
    store = open_store(tmp_path)
    (source,) = store.run("lists/sources", {"as_of": None})
    store.close()
    assert (doubt, unread, source["lacks"], source["lacking"]) == ({}, {}, None, None)


@pytest.mark.parametrize(
    "column",
    [
        "Renewal date",
        "Birthday",
        "Customer since",
        "Follow-up planned",
        "Account created",
        "Target date",
        "更新日",
    ],
)
def test_a_date_of_something_else_is_not_taken_but_the_rows_are_said_to_have_none(
    tmp_path: Path, column: str
) -> None:
    rows = "".join(f"{i},2025-07-{i:02d},{i % 11}\n" for i in range(1, 9))
    doubt, _ = told(data_with(tmp_path, nps=f"id,{column},nps\n{rows}"))
    assert doubt["nps.csv"].startswith("8 answers kept, none has a date")


@pytest.mark.parametrize("column", ["target_date", "planned", "due", "Ship date", "When"])
def test_the_one_date_of_a_roadmap_is_no_release(tmp_path: Path, column: str) -> None:
    rows = "".join(f"R{i},2025-Q4,2025-11-{i:02d}\n" for i in range(1, 5))
    built = build_folder(tmp_path, {"roadmap.csv": f"item_id,quarter,{column}\n{rows}"})
    assert built.rows("select count(*), count(released_at) from roadmap") == [(4, 0)]


def test_columns_of_one_name_are_read_with_the_first_one(tmp_path: Path) -> None:
    header = "Summary,Issue key,Status,Created,Custom field (Severity),Custom field (Severity),Custom field (Level)"
    rows = "".join(f"a,O-{i},Open,2025-07-0{i} 10:00:00,,Sev {i},Sev {i}\n" for i in range(1, 5))
    _, unread = told(data_with(tmp_path, jira=f"{header}\n{rows}"))
    assert unread == {
        "jira.csv": "not read: Custom field (Level) looks like a severity (Sev 1); "
        "read: Summary, Issue key, Status, Created, Custom field (Severity) and Custom field (Severity)_2."
    }


def test_a_question_that_a_query_picks_by_its_words_is_read(tmp_path: Path) -> None:
    header = "#,How likely are you to recommend us?,Submit Date (UTC),Score"
    rows = "".join(f"r{i},{i},2025-07-0{i} 10:00:00,{i}\n" for i in range(1, 9))
    _, unread = told(data_with(tmp_path, form=f"{header}\n{rows}"))
    assert unread == {
        "form.csv": "not read: Score looks like a score (1); read: #, How likely are you to recommend us? and "
        "Submit Date (UTC)."
    }


def test_of_two_dates_none_is_guessed(tmp_path: Path) -> None:
    rows = "".join(f"{i},2025-07-{i:02d},2025-08-{i:02d},9\n" for i in range(1, 9))
    doubt, unread = told(data_with(tmp_path, nps=f"id,Fecha,Fecha dos,nps\n{rows}"))
    assert "none has a date: columns Fecha and Fecha dos were not read" in doubt["nps.csv"]
    assert "nps.csv" in unread


def test_two_surveys_that_use_the_same_ids_do_not_vanish_silently(tmp_path: Path) -> None:
    def answers(month: int, second: str, score: str) -> str:
        rows = "".join(f"r{i},2025-{month:02d}-{i:02d} 10:00,{score},x\n" for i in range(1, 9))
        return f"id,created_at,{second},comment\n{rows}"

    spring, autumn = answers(4, "nps", "9"), answers(9, "score", "3")
    doubt, _ = told(data_with(tmp_path, spring=spring, autumn=autumn))
    assert doubt == {
        "spring.csv": "8 rows left out, because newer ones have the same ids but another date or score: if they are not "
        "the same, map this file with an id of its own, or with each row as one, and both count."
    }
    # The same answers once more are older copies, and no doubt.
    (tmp_path / "exports" / "autumn.csv").unlink()
    (tmp_path / "exports" / "again.csv").write_text(spring, encoding="utf-8")
    assert told(tmp_path)[0] == {}


def test_a_quarter_without_severity_is_a_doubt_and_less_is_not(tmp_path: Path) -> None:
    head = "incident_id,opened_at,severity\n"
    rows = [f"I{i},2025-07-0{i}T10:00:00Z,{'' if i == 1 else 'P2'}\n" for i in range(1, 6)]
    data = data_with(tmp_path, four=head + "".join(rows[:4]), five=(head + "".join(rows)).replace("I", "J"))
    assert set(told(data)[0]) == {"four.csv"}


@pytest.mark.parametrize(("undated", "is_told"), [(3, True), (2, False)])
def test_a_quarter_without_a_date_is_a_doubt_and_less_is_not(
    tmp_path: Path, undated: int, is_told: bool
) -> None:
    days = ["" if i < undated else f"2025-07-{i + 1:02d}T10:00:00Z" for i in range(10)]
    rows = "".join(f"R{i},{day},9\n" for i, day in enumerate(days))
    doubt, _ = told(data_with(tmp_path, nps=f"response_id,responded_at,score\n{rows}"))
    assert doubt == ({"nps.csv": "10 answers kept, 7 of them have a date."} if is_told else {})


def test_a_header_that_nobody_could_confirm_is_said_beside_its_file(open_page, tmp_path: Path) -> None:
    graded = data_with(tmp_path, inc="incident_id,opened_at\nA,2025-07-01T10:00:00Z\n")
    fixtures = ROOT / "tests" / "fixtures"
    for name in ("survicate_responses", "zendesk_tickets"):
        (graded / "exports" / f"{name}.csv").write_bytes(next((fixtures / name).iterdir()).read_bytes())
    build(graded, Settings())
    rows = [line for line in said(open_page("data", data_dir=graded)).split("<tr>") if ".csv</span>" in line]
    told = {line.split(".csv<")[0].rsplit(">")[-1]: "header not confirmed" in line for line in rows}
    assert told == {"inc": False, "survicate_responses": True, "zendesk_tickets": False}


def test_build_says_what_to_do_when_nothing_usable_came_in(tmp_path: Path, capsys) -> None:
    data = data_with(tmp_path, nps="Company_ID,Data_Received,NPS_Score\n100,13/05/2023,10\n")
    assert main(["build", "--data", str(data)]) == 2
    said = capsys.readouterr().err
    assert "no export has a row that counts" in said and "map nps.csv" in said and "Data page" in said


def test_build_and_check_name_the_columns_that_were_not_read(tmp_path: Path, capsys) -> None:
    data = data_with(tmp_path, inc=OTHER_NAMES)
    assert main(["build", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert "exports/inc.csv: not read: up_again looks like a date (2025-07-01T11:00:00Z)" in said
    assert "(P1); read: incident_id, opened_at and service." in said
    assert main(["check", "--data", str(data)]) == 1
    assert "column alarm_class was not read" in capsys.readouterr().out
    assert main(["check", "--json", "--data", str(data)]) == 1
    (note,) = json.loads(capsys.readouterr().out)["notes"]
    assert (
        note.startswith("exports/inc.csv: not read: up_again")
        and "alarm_class looks like a severity (P1)" in note
    )


def test_build_says_nothing_of_the_columns_of_files_that_are_read_whole(tmp_path: Path, capsys) -> None:
    data = data_with(tmp_path, inc="incident_id,opened_at,severity\nA,2025-07-01T10:00:00Z,P1\n")
    assert main(["build", "--data", str(data)]) == 0
    assert "read:" not in capsys.readouterr().out


def test_no_example_of_a_column_that_may_name_people_is_given(tmp_path: Path, capsys) -> None:
    text = OTHER_NAMES.replace("alarm_class", "resolved_by_user")
    assert main(["build", "--data", str(data_with(tmp_path, inc=text))]) == 0
    said = capsys.readouterr().out
    assert "resolved_by_user looks like a severity (values hidden: they may name people)" in said


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400], ids=["endless", "endless below zero"])
def test_a_number_too_large_for_any_column_does_not_cost_the_file(tmp_path: Path, number: str) -> None:
    text = f"incident_id,opened_at,status,weight\nA,2025-07-01T08:00:00Z,open,{number}\nB,2025-07-02T08:00:00Z,open,1\n"
    built = build_folder(tmp_path, {"inc.csv": text})
    assert built.file("inc.csv").kept == 2
    assert built.file("inc.csv").problem == ""


def test_the_data_page_and_the_first_screen_name_an_unread_column_with_its_examples(
    tmp_path: Path, open_page
) -> None:
    data = data_with(tmp_path, inc=OTHER_NAMES)
    build(data, Settings())
    page = said(open_page("data", data_dir=data))
    rows = [line.split("</tr>")[0] for line in page.split("<tr>")[1:]]
    assert any("alarm_class" in row and "a severity" in row and "P1" in row for row in rows)
    assert "column alarm_class was not read" in said(open_page(data_dir=data))


def test_many_unread_columns_are_one_line_by_kind_with_each_behind_it(tmp_path: Path, open_page) -> None:
    head = "incident_id,opened_at,severity,alarm_class,class_before,class_after,first_heard,notes\n"
    rows = (
        f"I{i},2025-07-{i:02d}T10:00:00Z,P1,P1,P2,P3,2025-07-{i:02d}T09:50:00Z,some words\n"
        for i in range(1, 9)
    )
    build(data_with(tmp_path, inc=head + "".join(rows)), Settings())
    app = open_page("data", data_dir=tmp_path)
    (fold,) = [one for one in app.expander if "not read" in one.label]
    label = fold.label.replace("\N{NO-BREAK SPACE}", " ")
    assert label == ("4 columns not read that may matter, of 1 export: 3 look like a severity and 1 a date")
    assert not fold.proto.expanded
    behind = "".join(element.proto.body for element in fold.get("html"))
    assert all(
        name in behind for name in ("alarm_class", "class_before", "class_after", "first_heard", "09:50")
    )
    assert "<td>notes</td>" not in behind
