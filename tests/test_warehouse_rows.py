"""What becomes of a row: kept, superseded, excluded or set aside, with a reason, and its values typed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.build_folder import Built, build_folder, table

INCIDENTS = "incident_id,opened_at,status,severity,title,resolved_at"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def left_out(built: Built) -> list[tuple[object, ...]]:
    return built.rows("select source_line, disposition, reason, row_key, detail from left_out order by all")


def test_a_good_row_is_kept_with_its_types_and_where_it_came_from(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "a/desk.csv": table(
                INCIDENTS, "I-1,2025-07-01T08:00:00+02:00,resolved,P2,Login,2025-07-01T07:30:00Z"
            )
        },
    )
    assert built.rows(
        "select source, incident_id, opened_at, resolved_at, severity, severity_text, title, source_file, source_line "
        "from incidents"
    ) == [("canonical", "I-1", utc(2025, 7, 1, 6), utc(2025, 7, 1, 7, 30), 2, "P2", "Login", "a/desk.csv", 2)]
    assert built.file("a/desk.csv").reasons == {}
    assert built.report.as_of == utc(2025, 7, 1, 7, 30)


def test_a_row_without_a_value_it_needs_is_set_aside(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                INCIDENTS, ",2025-07-01 08:00:00,open,P1,,", "I-2,?,open,P1,,", "I-3,NA,open,P1,,"
            )
        },
    )
    assert left_out(built) == [
        (2, "set aside", "no incident_id", None, None),
        (3, "set aside", "no opened_at", "I-2", None),
        (4, "set aside", "no opened_at", "I-3", None),
    ]
    assert built.file("desk.csv").reasons == {"no incident_id": 1, "no opened_at": 2}


def test_a_date_that_cannot_be_read_sets_its_row_aside_and_is_named(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                INCIDENTS,
                "I-1,soon,open,P1,,",
                "I-2,2025-07-01 08:00:00,resolved,P1,,2025-02-30 10:00:00",
                "I-3,2025-07-01 08:00:00,resolved,P1,,",
            )
        },
    )
    assert left_out(built) == [
        (2, "set aside", "opened_at cannot be read as a date", "I-1", "soon"),
        (3, "set aside", "resolved_at cannot be read as a date", "I-2", "2025-02-30 10:00:00"),
    ]
    assert built.rows("select incident_id, resolved_at from incidents") == [("I-3", None)]


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00Z", "1900-01-00", "1899-12-30 00:00:00", "9999-12-31", "0"]
)
def test_what_tools_write_for_no_date_is_a_blank(tmp_path: Path, text: str) -> None:
    built = build_folder(
        tmp_path,
        {"desk.csv": table(INCIDENTS, f"I-1,2025-07-01 08:00:00,closed,P1,,{text}", f"I-2,{text},open,P1,,")},
    )
    assert built.rows("select incident_id, resolved_at from incidents") == [("I-1", None)]
    assert left_out(built) == [(3, "set aside", "no opened_at", "I-2", None)]
    assert built.report.as_of == utc(2025, 7, 1, 8)


def test_numbers_are_read_as_people_and_spreadsheets_write_them(tmp_path: Path) -> None:
    header = "incident_id,opened_at,title,reopen_count,customers_affected"
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                header,
                'I-1,2025-07-01 08:00:00,a,1.0,"1,204"',
                "I-2,2025-07-01 08:00:00,a,NA,",
                "I-3,2025-07-01 08:00:00,a,1.5,3",
                "I-4,2025-07-01 08:00:00,a,some,3",
                "I-5,2025-07-01 08:00:00,a,-1,3",
            )
        },
    )
    assert built.rows("select incident_id, reopen_count, customers_affected from incidents order by 1") == [
        ("I-1", 1, 1204),
        ("I-2", None, None),
    ]
    assert left_out(built) == [
        (4, "set aside", "reopen_count is not a whole number", "I-3", "1.5"),
        (5, "set aside", "reopen_count is not a whole number", "I-4", "some"),
        (6, "set aside", "a negative count of reopenings", "I-5", "-1"),
    ]


def test_a_score_is_read_with_its_label_and_must_lie_between_0_and_10(tmp_path: Path) -> None:
    lines = ["9", "9.0", '"9"', "10 - Extremely likely", "0", "", "NA", "11", "-1", "8.5", "often"]
    built = build_folder(
        tmp_path,
        {
            "nps.csv": table(
                "response_id,score,responded_at",
                *(f"R{n},{s},2025-07-01 08:00:00" for n, s in enumerate(lines)),
            )
        },
    )
    assert built.rows("select response_id, score from nps_responses order by 1") == [
        ("R0", 9),
        ("R1", 9),
        ("R2", 9),
        ("R3", 10),
        ("R4", 0),
    ]
    assert built.file("nps.csv").reasons == {
        "no score": 2,
        "score outside 0-10": 2,
        "score is not a whole number": 2,
    }


def test_money_shares_yes_and_no_and_days_are_read(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "accounts.csv": table(
                "account_id,name,annual_value",
                'A,One,"$ 1,204.50"',
                'B,Two,"1.204,50 €"',
                "C,Three,",
                "D,Four,much",
            ),
            "roadmap.csv": table(
                "item_id,title,owner,quarter,expected_mttr_change",
                "R1,x,Ann,2025-Q3,-30 %",
                "R2,y,Ann,2025-Q3,-0.3",
            ),
            "sprints.csv": table(
                "sprint,starts_on,ends_on,team,work_type,planned_points,done_points",
                "S1,2025-07-01,2025-07-14,core,root_cause,8,5.5",
                "S2,2025-07-14,2025-07-01,core,root_cause,8,5",
                "S3,2025-07-01,2025-07-14,core,root_cause,-8,5",
            ),
            "postmortems.csv": table(
                "incident_id,published_at,blameless,actions_total,actions_done",
                "I-1,2025-07-03 10:00:00,Yes,5,3",
                "I-2,2025-07-03 10:00:00,no,5,3",
                "I-3,2025-07-03 10:00:00,perhaps,5,3",
            ),
        },
    )
    assert built.rows("select account_id, annual_value from accounts order by 1") == [
        ("A", 1204.5),
        ("B", 1204.5),
        ("C", None),
    ]
    assert built.rows("select expected_mttr_change from roadmap") == [(-0.3,), (-0.3,)]
    assert built.rows("select starts_on, ends_on, planned_points, done_points from sprint_work") == [
        (date(2025, 7, 1), date(2025, 7, 14), 8.0, 5.5)
    ]
    assert built.rows("select incident_id, blameless from postmortems order by 1") == [
        ("I-1", True),
        ("I-2", False),
    ]
    assert built.file("accounts.csv").reasons == {"annual_value is not a number": 1}
    assert built.file("postmortems.csv").reasons == {"blameless is neither yes nor no": 1}
    assert built.file("sprints.csv").reasons == {"the sprint ends before it starts": 1, "negative points": 1}


def test_counts_and_intervals_that_cannot_be_are_set_aside(tmp_path: Path) -> None:
    hour = "2025-07-01 08:00:00,2025-07-01 09:00:00"
    built = build_folder(
        tmp_path,
        {
            "availability.csv": table(
                "endpoint,service,interval_start,interval_end,good,total",
                f"/a,api,{hour},99,100",
                f"/b,api,{hour},101,100",
                f"/c,api,{hour},-1,100",
                f"/d,api,{hour},99,",
                "/e,api,2025-07-01 09:00:00,2025-07-01 09:00:00,99,100",
            ),
            "rotations.csv": table("engineer,date,hours", "Ann,2025-07-01,4", "Bob,2025-07-01,25"),
            "runbooks.csv": table(
                "service,problem_id,url,updated_at", "api,,u,2025-07-01 08:00:00", ",,u,2025-07-01 08:00:00"
            ),
        },
    )
    assert built.rows("select endpoint from availability") == [("/a",)]
    assert built.file("availability.csv").reasons == {
        "more good requests than requests": 1,
        "a negative count of requests": 1,
        "no count of requests": 1,
        "the interval does not end after it starts": 1,
    }
    assert built.file("rotations.csv").reasons == {"hours outside 0-24": 1}
    assert built.file("runbooks.csv").reasons == {"neither service nor problem": 1}


def test_texts_lose_the_blanks_around_them_but_titles_stay_as_they_are(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                "incident_id,opened_at,title,service,team,root_cause",
                'I-1,2025-07-01 08:00:00,"  a  title ", api ,\u00a0core team\u00a0, NA ',
                "I-2, 2025-07-01 08:00:00 ,None,--,?,Nothing was found",
            )
        },
    )
    assert built.rows("select title, service, team, root_cause from incidents order by incident_id") == [
        ("  a  title ", "api", "core team", None),
        (None, None, None, "Nothing was found"),
    ]


def test_an_unknown_severity_word_keeps_its_row_and_is_listed(tmp_path: Path) -> None:
    at = "2025-07-01 08:00:00"
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                INCIDENTS,
                f"A,{at},open,sev1,,",
                f"B,{at},open,1 -  CRITICAL,,",
                f"C,{at},open,purple,,",
                f"D,{at},open,,,",
            )
        },
    )
    assert built.rows("select incident_id, severity, severity_text from incidents order by 1") == [
        ("A", 1, "sev1"),
        ("B", 1, "1 -  CRITICAL"),
        ("C", None, "purple"),
        ("D", None, None),
    ]
    assert built.rows("select word, level, rows from severity_words order by 1") == [
        ("1 -  CRITICAL", 1, 1),
        ("purple", None, 1),
        ("sev1", 1, 1),
    ]


def test_the_settings_say_what_a_severity_word_means(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {"desk.csv": table(INCIDENTS, "A,2025-07-01 08:00:00,open,purple,,")},
        '[severity.words]\n2 = ["Purple"]\n',
    )
    assert built.one("select severity from incidents") == 2


@pytest.mark.parametrize(
    "kind", ["maintenance", "drill", "test", "tutorial", "scheduled", "request", "example"]
)
def test_kinds_that_no_figure_counts_are_excluded(tmp_path: Path, kind: str) -> None:
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                "incident_id,opened_at,title,kind",
                f"I-1,2025-07-01 08:00:00,x,{kind}",
                "I-2,2025-07-01 08:00:00,x,",
            )
        },
    )
    assert left_out(built) == [(2, "excluded", kind, "I-1", None)]
    assert built.one("select incident_id from incidents") == "I-2"


def test_the_settings_may_count_a_kind(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {"desk.csv": table("incident_id,opened_at,title,kind", "I-1,2025-07-01 08:00:00,x,maintenance")},
        '[incidents]\nexclude_kinds = ["drill"]\n',
    )
    assert built.one("select kind from incidents") == "maintenance"


def test_cancelled_declined_and_merged_incidents_are_excluded(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                "incident_id,opened_at,status,merged_into",
                "A,2025-07-01 08:00:00,cancelled,",
                "B,2025-07-01 08:00:00,declined,",
                "C,2025-07-01 08:00:00,merged,",
                "D,2025-07-01 08:00:00,resolved,E",
                "E,2025-07-01 09:00:00,resolved,",
            )
        },
    )
    assert left_out(built) == [
        (2, "excluded", "cancelled", "A", None),
        (3, "excluded", "declined", "B", None),
        (4, "excluded", "merged into another", "C", None),
        (5, "excluded", "merged into another", "D", "E"),
    ]


def test_an_incident_begins_when_the_first_of_those_merged_into_it_began(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "desk.csv": table(
                "incident_id,opened_at,status,merged_into",
                "A,2025-07-01 06:00:00,merged,B",
                "B,2025-07-01 07:00:00,merged,C",
                "C,2025-07-01 09:00:00,resolved,",
                "D,2025-07-01 09:00:00,merged,E",  # two that were merged into each other
                "E,2025-07-01 08:00:00,merged,D",
                "F,2025-07-01 05:00:00,resolved,",
                "G,2025-07-01 07:00:00,merged,F",
            )
        },
    )
    assert built.rows("select incident_id, opened_at from incidents order by 1") == [
        ("C", utc(2025, 7, 1, 6)),
        ("F", utc(2025, 7, 1, 5)),
    ]


def test_seconds_after_opening_stand_in_for_an_instant_that_is_not_given(tmp_path: Path) -> None:
    header = "incident_number,created_on,resolved_on,seconds_to_first_ack,seconds_to_resolve,description,service_name,urgency,id,auto_resolved,escalation_count"
    built = build_folder(
        tmp_path,
        {
            "report.csv": table(
                header,
                "1,2025-07-01T08:00:00Z,2025-07-01T09:00:00Z,90,3600,a,api,high,P1,false,0",
                "2,2025-07-01T08:00:00Z,2025-07-01T09:00:00Z,,3600,a,api,high,P2,false,0",
                "3,2025-07-01T08:00:00Z,2025-07-01T09:00:00Z,soon,3600,a,api,high,P3,false,0",
            )
        },
    )
    assert built.file("report.csv").format == "pagerduty_incidents_report"
    assert [row[0] for row in built.rows("select acknowledged_at from incidents order by incident_id")] == [
        utc(2025, 7, 1, 8, 1, 30),
        None,
    ]
    assert built.file("report.csv").reasons == {"acknowledged_seconds is not a number": 1}


@pytest.mark.parametrize(
    "word", ["ongoing", "-", "–", "n/a", "TBD", "offen", "en cours", "in corso", "devam ediyor", "対応中"]
)
def test_a_word_in_place_of_an_end_is_no_end_and_loses_no_row(tmp_path: Path, word: str) -> None:
    built = build_folder(
        tmp_path,
        {
            "inc.csv": table(
                "incident_id,opened_at,status,severity,resolved_at",
                f"A,2025-07-01 10:00,open,P1,{word}",
                "B,2025-07-02 10:00,resolved,P1,2025-07-02 11:00",
                "C,2025-07-03 10:00,resolved,P1,soonish",
            )
        },
    )
    assert built.rows("select incident_id, resolved_at is null from incidents order by 1") == [
        ("A", True),
        ("B", False),
    ]
    assert built.file("inc.csv").reasons == {"resolved_at cannot be read as a date": 1}
