"""Guesses: what an unknown export's columns may be, on files as people and tools write them in several languages."""

import csv
from io import StringIO

import pytest

from reliability.guesses import guess, guess_table, is_date, meaning, profile, rows_of_tests, zone_of_name
from reliability.guesses.names import likeness
from reliability.schema import TABLES

# Made up, each in the shape of something people keep. Name, text, table, and the columns that matter.
FILES = {
    "störungen.csv": (
        "Störungsnr.;Störungsbeginn;Behoben am;Priorität;Betroffener Dienst;Kurzbeschreibung\n"
        "S-101;03.02.2025 08:10;03.02.2025 09:40;Hoch;Kasse;Kasse langsam\n"
        "S-102;17.02.2025 22:05;18.02.2025 01:00;Kritisch;Suche;Suche aus\n"
        "S-103;21.02.2025 10:00;21.02.2025 10:20;Niedrig;Kasse;Fehler beim Druck\n",
        "incidents",
        {"incident_id": "Störungsnr.", "opened_at": "Störungsbeginn", "resolved_at": "Behoben am", "severity": "Priorität"},
    ),
    "incidents_fr.csv": (
        "Numéro,Date d'ouverture,Date de résolution,Gravité,État,Application concernée\n"
        "INC1,2025-03-01 10:00,2025-03-01 11:00,Majeure,Clos,Paie\n"
        "INC2,2025-03-04 10:00,2025-03-04 12:00,Critique,Clos,Paie\n"
        "INC3,2025-03-09 10:00,,Mineure,Ouvert,Web\n",
        "incidents",
        {"incident_id": "Numéro", "opened_at": "Date d'ouverture", "resolved_at": "Date de résolution", "severity": "Gravité"},
    ),
    "encuesta.csv": (
        "Marca temporal,¿Qué probabilidad hay de que nos recomiende?,¿Por qué?,Empresa\n"
        "13/01/2025 10:00:00,9,bien,Uno\n14/01/2025 10:00:00,10,,Dos\n15/01/2025 11:00:00,3,lento,Uno\n"
        "16/01/2025 12:00:00,7,,Tres\n",
        "nps_responses",
        {"response_id": None, "responded_at": "Marca temporal", "score": "¿Qué probabilidad hay de que nos recomiende?"},
    ),
    "outages 2025.csv": (
        "Year,Outage,Went down,Came back,Sev,What\n"
        "2025,O-1,2025-01-02 10:00,2025-01-02 11:00,1,db\n2025,O-2,2025-01-05 10:00,2025-01-05 10:30,2,cache\n"
        "2025,O-3,2025-02-02 10:00,2025-02-02 12:00,3,dns\n",
        "incidents",
        {"incident_id": "Outage", "opened_at": "Went down", "severity": "Sev"},
    ),
    "pesquisa.csv": (
        "Data da resposta,Nota,Comentário,Cliente\n01/04/2025,9,ótimo,A\n15/04/2025,10,,B\n16/04/2025,2,ruim,A\n20/04/2025,8,,C\n",
        "nps_responses",
        {"response_id": None, "responded_at": "Data da resposta", "score": "Nota"},
    ),
    "log.csv": (
        "Ref,Day,Hour,Minutes down,Criticality,System\nA1,2025-05-01,10:00,45,High,Web\nA2,2025-05-03,11:30,10,Low,Mail\n"
        "A3,2025-05-09,23:10,130,High,Web\n",
        "incidents",
        {"incident_id": "Ref", "opened_at": "Day", "severity": "Criticality"},
    ),
    "インシデント.csv": (
        "インシデント番号,発生日時,復旧日時,重要度,件名\nI-1,2025/06/01 10:00,2025/06/01 11:00,高,停止\n"
        "I-2,2025/06/03 10:00,2025/06/03 11:30,中,遅延\nI-3,2025/06/05 10:00,2025/06/05 10:10,低,エラー\n",
        "incidents",
        {"incident_id": "インシデント番号", "opened_at": "発生日時", "resolved_at": "復旧日時", "severity": "重要度"},
    ),
    "feedback.csv": (
        "respondentId,surveyCompleted,npsRating,verbatim,companyName,renewalDate\n"
        "r-1,2025-07-01T10:00:00Z,9,nice,Acme,2026-01-01\nr-2,2025-07-02T10:00:00Z,4,slow,Beta,2026-02-01\n"
        "r-3,2025-07-03T10:00:00Z,10,,Acme,2026-01-01\n",
        "nps_responses",
        {"response_id": "respondentId", "responded_at": "surveyCompleted", "score": "npsRating"},
    ),
    "helpdesk.csv": (
        "Ticket #,Subject,Requester company,Created,Solved,Priority\n501,Cannot log in,Acme,2025-01-02 10:00,2025-01-02 12:00,High\n"
        "502,Slow,Beta,2025-01-03 10:00,,Low\n503,Invoice wrong,Acme,2025-01-04 09:00,2025-01-05 09:00,Normal\n",
        "tickets",
        {"ticket_id": "Ticket #", "created_at": "Created"},
    ),
    "verstoringen.csv": (
        "Meldingnummer,Aanvang,Hersteld,Prioriteit,Omschrijving\nM1,02-01-2025 10:00,02-01-2025 11:00,Hoog,web weg\n"
        "M2,14-01-2025 10:00,14-01-2025 10:30,Laag,traag\nM3,20-02-2025 10:00,20-02-2025 13:00,Hoog,mail\n",
        "incidents",
        {"incident_id": "Meldingnummer", "opened_at": "Aanvang", "resolved_at": "Hersteld", "severity": "Prioriteit"},
    ),
}  # fmt: skip


# Made up, in the shape of what tools write; each was guessed wrongly where a rival stood beside the right column.
RIVALS = {
    "an empty end that is named first": (
        "ID,Title,Priority,Cycle End,Created,Completed\n"
        "A-1,x,Urgent,,2025-01-02T10:00:00Z,2025-01-02T11:00:00Z\nA-2,y,Low,,2025-01-05T10:00:00Z,2025-01-05T10:30:00Z\n",
        {"resolved_at": "Completed", "opened_at": "Created", "severity": "Priority"},
    ),
    "an urgency that is always high": (
        "id,urgency,incident_severity,created_at,resolved_at\n"
        "a1,high,SEV-1,2025-01-02T10:00:00Z,2025-01-02T11:00:00Z\na2,high,SEV-3,2025-01-05T10:00:00Z,2025-01-05T10:30:00Z\n"
        "a3,high,SEV-2,2025-01-07T10:00:00Z,2025-01-07T10:30:00Z\n",
        {"severity": "incident_severity"},
    ),
    "a priority beside a severity that a custom field holds": (
        "Task ID,Task Name,List Name,Priority,Severity (drop down),Date Created,Date Done\n"
        "86c1x,db,Incidents,2,SEV1,1735812000000,1735815600000\n86c2x,web,Incidents,2,SEV2,1735912000000,1735915600000\n"
        "86c3x,dns,Incidents,2,SEV2,1736012000000,1736015600000\n",
        {"incident_id": "Task ID", "title": "Task Name", "severity": "Severity (drop down)",
         "opened_at": "Date Created", "resolved_at": "Date Done"},
    ),
    "a day of entry beside the outage's own times": (
        "Task ID,Created At,Outage start,Outage end,Sev\n1,2025-01-02,2025-01-02 10:00,2025-01-02 11:00,1\n"
        "2,2025-01-05,2025-01-05 10:00,2025-01-05 10:30,2\n",
        {"opened_at": "Outage start", "resolved_at": "Outage end"},
    ),
    "seconds since 1970": (
        "arn,creationTime,resolvedTime,impact\narn:x/1,1735812000.25,1735815600.0,1\narn:x/2,1735912000.5,1735915600.0,2\n",
        {"incident_id": "arn", "opened_at": "creationTime", "resolved_at": "resolvedTime"},
    ),
    "elements of a list, which are named by what they are": (
        "key,events[type=Detected].time,events[type=Start].time,events[type=Resolved].time,fields[name=Severity].value\n"
        "B-1,2025-01-02 10:03,2025-01-02 10:00,2025-01-02 11:00,Sev1\nB-2,2025-01-05 10:03,2025-01-05 10:00,2025-01-05 11:00,Sev2\n",
        {"opened_at": "events[type=Start].time", "detected_at": "events[type=Detected].time",
         "resolved_at": "events[type=Resolved].time", "severity": "fields[name=Severity].value"},
    ),
    "a start that is named, and a detection before it in the file": (
        "key,Detected,Start,Resolved\nB-1,2025-01-02 10:03,2025-01-02 10:00,2025-01-02 11:00\n"
        "B-2,2025-01-05 10:03,2025-01-05 10:00,2025-01-05 11:00\n",
        {"opened_at": "Start", "detected_at": "Detected", "resolved_at": "Resolved"},
    ),
}  # fmt: skip


def looks(text: str):
    head, *rows = csv.reader(StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ",")
    return {name: profile([row[at] for row in rows]) for at, name in enumerate(head)}


def picked(file: str):
    text, table, wanted = FILES[file]
    columns = looks(text)
    found = guess(TABLES[table], columns)
    right = {name: found.columns.get(name) == given for name, given in wanted.items()}
    return guess_table(columns, file) == table, right, found


def test_nine_of_ten_first_guesses_are_right() -> None:
    answers = [(file, *picked(file)[:2]) for file in FILES]
    tables = [right for _, right, _ in answers]
    assert sum(tables) >= 0.9 * len(tables), answers
    for kind in ("_id", "_at", "severity", "score"):
        asked = [ok for _, _, right in answers for name, ok in right.items() if name.endswith(kind)]
        assert sum(asked) >= 0.9 * len(asked), (kind, answers)


@pytest.mark.parametrize("name", RIVALS)
def test_of_several_columns_that_could_be_one_the_right_one_is_guessed(name) -> None:
    text, wanted = RIVALS[name]
    found = guess(TABLES["incidents"], looks(text)).columns
    assert {column: found.get(column) for column in wanted} == wanted


def test_one_day_with_two_times_of_day_says_both_when_it_began_and_when_it_ended() -> None:
    found = guess(
        TABLES["incidents"],
        looks("Nr;Datum;Uhrzeit von;Uhrzeit bis\n1;02.01.2025;10:00;11:00\n2;15.01.2025;10:00;10:30\n"),
    )
    assert found.columns["opened_at"] == found.columns["resolved_at"] == "Datum"
    assert found.times == {"opened_at": "Uhrzeit von", "resolved_at": "Uhrzeit bis"}


def test_numbers_that_may_be_seconds_are_dates_only_where_the_name_says_so() -> None:
    seen = profile(["1735812000", "1735912000"])
    assert [meaning(name, seen) for name in ("openTime", "closed_at", "respondent", "incident id")] == [
        "a date", "a resolve time", "", "an id",
    ]  # fmt: skip


def test_scores_of_another_survey_in_the_same_column_are_told_apart() -> None:
    rows = "".join(f"T{i},{s},{i % 7},2025-07-{i + 1:02d}\n" for i in range(20) for s in ("NPS", "CES"))
    found = guess(TABLES["nps_responses"], looks("ticket,survey,rating,answered_at\n" + rows))
    assert found.only == ("survey", "NPS") and found.columns["score"] == "rating"
    same = rows.replace("NPS", "NPS mail").replace("CES", "in the app")
    assert guess(TABLES["nps_responses"], looks("ticket,channel,rating,answered_at\n" + same)).only is None


def test_an_answer_is_dated_by_its_end_in_every_language() -> None:
    for start, end in (
        ("Startzeit", "Fertigstellungszeit"),
        ("Heure de début", "Heure de fin"),
        ("開始時刻", "完了時刻"),
    ):
        text = f"ID,{start},{end},Empfehlung\n1,2025-07-01 10:00,2025-07-01 10:02,9\n2,2025-07-03 10:00,2025-07-03 10:02,4\n"
        assert guess(TABLES["nps_responses"], looks(text)).columns["responded_at"] == end


def test_an_id_is_never_guessed_from_a_year_a_score_a_date_or_an_account() -> None:
    columns = looks(
        "Year,Customer ID,When,NPS\n2024,C1,2024-01-01,9\n2025,C2,2025-01-02,10\n2026,C3,2025-01-09,0\n"
    )
    for table in ("incidents", "nps_responses", "tickets"):
        found = guess(TABLES[table], columns)
        assert found.each_row and next(iter(TABLES[table].columns)) not in found.columns


def test_a_date_and_its_time_of_day_and_a_length_with_its_unit_are_told() -> None:
    found = picked("log.csv")[2]
    assert found.times == {"opened_at": "Hour"}
    assert (found.duration, found.unit) == ("Minutes down", "minutes")


def test_a_length_may_be_called_an_outage() -> None:
    found = guess(
        TABLES["incidents"], looks("id,created,Outage (min)\nA1,2025-01-01 10:00,90\nA2,2025-01-02 10:00,5\n")
    )
    assert (found.duration, found.unit) == ("Outage (min)", "minutes")


def test_a_length_without_a_unit_has_none() -> None:
    found = guess(
        TABLES["incidents"], looks("id,created,duration\nA1,2025-01-01 10:00,90\nA2,2025-01-02 10:00,5\n")
    )
    assert (found.duration, found.unit) == ("duration", "")


def test_answers_to_several_questions_in_one_column_are_told_apart() -> None:
    rows = "".join(f"{i}{q},{c},{a},2025-07-{i:02d} 10:00\n" for i in range(1, 9)
                   for q, c, a in ((1, "NPS", i), (2, "effort", 3), (3, "comment", "fine")))  # fmt: skip
    found = guess(TABLES["nps_responses"], looks("answer_id,category,answer_content,answered\n" + rows))
    assert found.only == ("category", "NPS") and found.columns["score"] == "answer_content"


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("Fecha", ["2025-01-01", "2025-01-02"], "a date"),
        ("end_time", ["2025-01-01 10:00"], "a resolve time"),
        ("priority", ["P1", "P2"], "a severity"),
        ("How bad", ["High", "Low", "High"], "a severity"),
        ("Rating", ["9", "3"], "a score"),
        ("State", ["Open", "Closed"], "a state"),
        ("duration_minutes", ["30", "45"], "a duration"),
        ("Month", ["Jul-25", "Aug-25"], "a date"),
        ("Monat", ["07/2025", "08/2025"], "a date"),
        ("When", ["July 3, 2025 9:30 AM → 10:10 AM (UTC)"], "a date"),
        ("IPAddress", ["84.132.20.11", "91.12.10.20"], ""),
        ("Sprint", ["Sprint-25", "Sprint-26"], ""),
        ("Notes", ["it broke", "again"], ""),
        ("updated_at", ["2025-01-01"], ""),
        ("priority", ["", None], ""),
    ],
)
def test_a_column_that_nobody_reads_is_named_when_it_matters(name, values, expected) -> None:
    assert meaning(name, profile(values)) == expected


def test_names_are_alike_whatever_their_case_accents_and_fillers() -> None:
    for name in ("Date created", "created AT", "CreatedAt", "créé", "Erstellt am", "Fecha de creación"):
        assert likeness("opened_at", name) >= 0.85, name
    assert likeness("severity", "Priorität") >= 0.9
    assert likeness("severity", "Serverity") >= 0.74
    assert likeness("severity", "Comment") == 0


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["13.01.2025", "02.01.2025"], "dmy"),
        (["01/13/2025"], "mdy"),
        (["03.11.2025"], "?"),
        (["03.03.2025"], ""),
    ],
)
def test_dates_say_their_order_or_that_they_do_not(values, expected) -> None:
    assert profile(values).date_order == expected


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("2025-07-01", True),
        (" 2025-07-01T10:00:00Z ", True),
        ("01.07.2025 10:00", True),
        ("1 Jul 2025", True),
        ("3 de julio de 2025", True),
        ("July 3, 2025", True),
        ("2025年7月3日", True),
        ("2025年7月3日10時05分", True),
        ("2025년 7월 3일 10:05", True),
        ("2025年7月3日に停止", False),
        ("20250703T100000Z", True),
        ("2025-07-01 10:00:00.000 +0200", True),
        ("2025-07-01T10:00:00+02:00[Europe/Berlin]", True),
        ("July 3, 2025 at 10:00 AM UTC", True),
        ("3 juil. 2025 à 10:00", True),
        ("called on 2025-07-01", False),
        ("2025-03-17 went bad", False),
        ("2025-03-17, see ticket 5", False),
        ("2025-03-17 10:00 went bad", False),
        ("2025-07-01-7", False),
        ("v1.2.2025b", False),
        ("2025", False),
        ("", False),
    ],
)
def test_a_text_is_a_date_when_nothing_else_is_in_it(text: str, whole: bool) -> None:
    assert is_date(text) is whole


def test_a_week_is_no_id_and_lengths_may_be_abbreviated() -> None:
    weeks = {"Week": [str(n) for n in range(1, 39)], "Would recommend": [str(n % 11) for n in range(1, 39)]}
    found = guess(TABLES["nps_responses"], {name: profile(values) for name, values in weeks.items()})
    assert found.each_row and "response_id" not in found.columns
    spells = {
        "Nr": ["1", "2"],
        "Datum": ["1.7.2025", "2.7.2025"],
        "Dauer": ["1 Std. 15 Min.", "2 Std. 5 Min."],
    }
    found = guess(TABLES["incidents"], {name: profile(values) for name, values in spells.items()})
    assert (found.duration, found.unit) == ("Dauer", "clock")


@pytest.mark.parametrize(
    "text",
    [
        "Date,Time Down,Time Up,System,Priority\n2025-07-01,10:05,11:20,Web,P1\n2025-07-03,23:50,00:20,Mail,P2\n2025-07-09,08:00,08:45,Web,P1\n",
        "Ref,Date,System,Time Up,Time Down\nA1,2025-07-01,Web,11:20,10:05\nA2,2025-07-03,Mail,00:20,23:50\nA3,2025-07-09,Web,08:45,08:00\n",
    ],
)
def test_time_down_and_time_up_are_the_start_and_the_end_in_any_order(text: str) -> None:
    columns = looks(text)
    assert guess_table(columns) == "incidents"
    found = guess(TABLES["incidents"], columns)
    assert (found.columns["opened_at"], found.columns["resolved_at"]) == ("Date", "Date")
    assert found.times == {"opened_at": "Time Down", "resolved_at": "Time Up"}
    assert not found.duration


def test_down_time_without_an_up_stays_a_length() -> None:
    columns = looks(
        "Ref,Date,Time,Downtime,Sev\nA1,2025-07-01,10:00,01:30,P1\nA2,2025-07-02,11:00,00:20,P2\n"
    )
    found = guess(TABLES["incidents"], columns)
    assert (found.duration, found.unit, found.times) == ("Downtime", "clock", {"opened_at": "Time"})


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("is_test", ["false", "true", "false"], ("true",)),
        ("Drill?", ["No", "No"], ("Yes",)),
        ("attributes.sandbox", ["0", "1"], ("1",)),
        ("Dummy record", ["", "x", ""], ("x",)),
        ("Übung", ["nein", "ja"], ("ja",)),
        ("Test passed", ["true", "false"], None),
        ("test", ["smoke", "load"], None),
        ("is_major", ["true", "false"], None),
    ],
)
def test_rows_of_tests_and_drills_are_told_by_a_column_of_yes_and_no(name, values, expected) -> None:
    assert rows_of_tests({name: profile(values)}).get(name) == expected


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Opened (ET)", "America/New_York"),
        ("Resolved [UTC]", "UTC"),
        ("closed_at_utc", "UTC"),
        ("Start CET", "Europe/Berlin"),
        ("Began (Asia/Tokyo)", "Asia/Tokyo"),
        ("Ended (UTC+2)", "Etc/GMT-2"),
        ("Time (Pacific Time)", ""),
        ("Fin et", ""),
        ("Date (dd/mm)", ""),
        ("Ticket", ""),
    ],
)
def test_the_name_of_a_column_says_its_zone(name: str, zone: str) -> None:
    assert zone_of_name(name) == zone


def test_what_refers_to_another_record_is_a_code_and_a_sentence_is_no_id() -> None:
    tickets = {
        "Ticket ID": profile(["9001", "9002", "9003"]),
        "Ticket group": profile(["Tier 2", "Network", "Tier 1"]),
        "Ticket owner": profile(["Bo", "Ann", "Cy"]),
        "Created": profile(["2025-07-01 10:00", "2025-07-02 10:00", "2025-07-03 10:00"]),
    }
    assert "incident_id" not in guess(TABLES["tickets"], tickets).columns
    history = {
        "Incident": profile(["Checkout was slow for many", "Login did not work", "Search gave no results"]),
        "Posted at": profile(["2025-07-01 10:00", "2025-07-02 10:00", "2025-07-03 10:00"]),
    }
    assert guess(TABLES["incidents"], history).each_row


def test_an_id_that_answers_to_several_questions_share_is_no_id_of_an_answer() -> None:
    asked = ["How likely are you to recommend us?", "How easy was it?"] * 6
    columns = {
        "submitted": profile([f"2025-07-{1 + n // 2:02} 10:00" for n in range(12)]),
        "question": profile(asked),
        "value": profile(["10", "5", "9", "4", "3", "5", "8", "2", "10", "5", "9", "1"]),
        "respondent": profile([f"u{n // 2}" for n in range(12)]),
    }
    shared = guess(
        TABLES["nps_responses"], {name: seen for name, seen in columns.items() if name != "answer"}
    )
    assert (shared.only, shared.each_row) == (("question", asked[0]), True)
    assert "response_id" not in shared.columns


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        # What is listed, in words: two outages of Mail are not one.
        ("Incident", ["Mail", "Checkout", "Mail", "Login"], "title"),
        ("Outage", ["Mail down", "Search slow", "Mail down", "Login"], "title"),
        ("Olay", ["Ödeme yok", "Arama yavaş", "Giriş hatası", "Ödeme yok"], "title"),
        ("Incident", ["INC-1", "INC-2", "INC-3", "INC-4"], "incident_id"),
        ("Incident", ["4711", "4712", "4713", "4714"], "incident_id"),
        ("Incident key", ["abc", "bcd", "cde", "def"], "incident_id"),
    ],
)
def test_a_column_called_incident_is_an_id_or_a_title_by_what_it_holds(name, values, expected) -> None:
    columns = {
        name: profile(values),
        "Start": profile([f"2025-07-0{n} 10:00" for n in range(1, 5)]),
        "Sev": profile(["1", "2", "1", "3"]),
    }
    found = guess(TABLES["incidents"], columns)
    assert [wanted for wanted, given in found.columns.items() if given == name] == [expected]
    assert found.each_row is (expected == "title")


@pytest.mark.parametrize(
    ("start", "close"),
    [("Açılış", "Kapanış"), ("Eröffnet", "Geschlossen"), ("Opened", "Closed"), ("Abierto", "Cerrado"), ("Ouvert", "Fermé")],
)  # fmt: skip
def test_a_closing_is_the_end_of_an_incident_where_there_is_no_other(start: str, close: str) -> None:
    rows = "".join(f"K-{n};0{n}.07.2025 10:00;0{n}.07.2025 11:00;P{n}\n" for n in (1, 2, 3))
    found = guess(TABLES["incidents"], looks(f"Nr;{start};{close};Prio\n{rows}"))
    assert (found.columns["opened_at"], found.columns["resolved_at"]) == (start, close)
    rows = "".join(f"K-{n};0{n}.07.2025 10:00;0{n}.07.2025 11:00;0{n + 1}.07.2025 11:00\n" for n in (1, 2, 3))
    both = guess(TABLES["incidents"], looks(f"Nr;{start};Resolved;{close}\n{rows}")).columns
    assert (both["resolved_at"], both["closed_at"]) == ("Resolved", close)


def test_what_an_object_inside_a_row_is_called_says_nothing_of_the_row() -> None:
    found = guess(
        TABLES["incidents"],
        looks(
            "key,Component.id,Component.link,Component.name,Rank.name,Rank.link,Team.name,attributes.url,started\n"
            "T1,9,https://x/c9,Mail,SEV1,https://x/r1,Net,https://x/T1,2025-07-01 10:00\n"
            "T2,8,https://x/c8,Web,SEV2,https://x/r2,Net,https://x/T2,2025-07-02 10:00\n"
            "T3,9,https://x/c9,Mail,SEV1,https://x/r1,App,https://x/T3,2025-07-03 10:00\n"
        ),
    ).columns
    assert found == {
        "incident_id": "key", "url": "attributes.url", "service": "Component.name", "team": "Team.name",
        "severity": "Rank.name", "opened_at": "started",
    }  # fmt: skip


@pytest.mark.parametrize("nothing", ["-", "–", "N/A", "offen", "noch offen", "ongoing"])
def test_where_half_have_no_end_yet_the_column_still_holds_ends(nothing: str) -> None:
    rows = "".join(
        f"K-{n};0{n}.07.2025 10:00;{f'0{n}.07.2025 11:00' if n % 2 else nothing};P{n % 3 + 1}\n"
        for n in range(1, 9)
    )
    columns = looks(f"Nr;Beginn;Behoben am;Prio\n{rows}")
    assert guess(TABLES["incidents"], columns).columns["resolved_at"] == "Behoben am"
    # A date in a sentence here and there makes no column of dates.
    notes = profile(
        ["2025-07-01 10:00", *(f"it broke, {word}" for word in ("again", "twice", "badly", "late"))]
    )
    assert not notes.is_dates


@pytest.mark.parametrize(
    ("head", "questions", "wanted"),
    [
        ("Antwort-ID,Frage,Antwort,Datum", ("Weiterempfehlung", "Zufriedenheit", "Kommentar"), "Antwort"),
        ("response_id,metric,value,submitted", ("nps", "csat", "comment"), "value"),
        ("id,pregunta,valor,fecha", ("¿Nos recomendaría?", "Esfuerzo", "Comentario"), "valor"),
    ],
)
def test_the_score_among_answers_to_several_questions_is_found_whatever_its_column_is_called(
    head: str, questions: tuple[str, str, str], wanted: str
) -> None:
    rows = "".join(
        f"{n}{k},{question},{(str(n % 11), str(n % 5), 'fine')[k]},2025-07-{n:02d} 10:00\n"
        for n in range(1, 21)
        for k, question in enumerate(questions)
    )
    columns = looks(f"{head}\n{rows}")
    assert guess_table(columns, "answers.csv") == "nps_responses"
    found = guess(TABLES["nps_responses"], columns)
    assert found.only == (head.split(",")[1], questions[0])
    assert found.columns["score"] == wanted


def test_the_one_date_that_is_left_is_when_an_incident_was_over() -> None:
    rows = "".join(f"K{n};0{n}.07.2025 10:00;0{n}.07.2025 11:00;0{n + 1}.07.2025\n" for n in range(1, 9))
    assert guess(TABLES["incidents"], looks(f"Kennung;Erfasst;Netz wieder da;Frist\n{rows}")).columns == {
        "incident_id": "Kennung", "opened_at": "Erfasst", "resolved_at": "Netz wieder da",
    }  # fmt: skip
    # Of two that it could be neither is taken.
    two = guess(TABLES["incidents"], looks(f"Kennung;Erfasst;Netz wieder da;Bericht da\n{rows}"))
    assert "resolved_at" not in two.columns
