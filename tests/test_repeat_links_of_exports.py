"""From an export to a counted repeat: every way in which tools say that an incident came back."""

from pathlib import Path

from tests.build_folder import build_folder, table

RULES = "select incident_id, repeat_rule, repeat_partner from fact_incidents where is_repeat order by 1"


def test_servicenow_names_repeats_by_parent_problem_and_causing_change(tmp_path: Path) -> None:
    header = "number,opened_at,state,short_description,parent_incident,parent,problem_id,caused_by,close_code"
    built = build_folder(
        tmp_path,
        {
            "list.csv": table(
                header,
                "INC1,2025-01-01 08:00:00,Closed,Mail is slow,,,PRB1,,",
                "INC2,2025-06-01 08:00:00,Closed,Mail slow,INC1,,,,",
                "INC3,2025-06-02 08:00:00,Closed,Mail slow,,INC2,,,",
                "INC4,2025-01-20 08:00:00,Closed,Queue full,,PRB1,,,",
                "INC5,2025-03-01 08:00:00,Closed,Login fails,,,,CHG9,",
                "INC6,2025-03-05 08:00:00,Closed,Search fails,,,,CHG9,",
                "INC7,2025-03-06 08:00:00,Closed,Mail slow,INC1,,,,Duplicate",
            )
        },
    )
    assert built.rows(RULES) == [
        ("INC2", "explicit link", "INC1"),
        ("INC3", "explicit link", "INC2"),
        ("INC4", "shared problem", "INC1"),
        ("INC6", "shared root cause", "INC5"),
    ]
    assert built.rows("select row_key, detail from left_out") == [("INC7", "INC1")]


def test_servicenow_with_labels_names_them_too(tmp_path: Path) -> None:
    header = "Number,Opened,Short description,State,Parent Incident,Problem,Caused by Change"
    built = build_folder(
        tmp_path,
        {
            "list.csv": table(
                header,
                "INC1,2025-01-01 08:00:00,Mail is slow,Closed,,,CHG9",
                "INC2,2025-06-01 08:00:00,Mail slow,Closed,INC1,,",
                "INC3,2025-01-05 08:00:00,Login fails,Closed,,,CHG9",
            )
        },
    )
    assert built.rows(RULES) == [("INC2", "explicit link", "INC1"), ("INC3", "shared root cause", "INC1")]


def test_jira_names_repeats_by_duplicate_and_problem_links_either_way_round(tmp_path: Path) -> None:
    header = (
        "Summary,Issue key,Status,Created,Outward issue link (Duplicate),Inward issue link (Duplicate),"
        "Inward issue link (Problem/Incident),Outward issue link (Problem/Incident),Custom field (Root cause ID)"
    )
    built = build_folder(
        tmp_path,
        {
            "jira.csv": table(
                header,
                "Checkout down,OPS-1,Done,2025-01-01 08:00,,OPS-2,OPS-90,,",
                "Checkout down,OPS-2,Done,2025-06-01 08:00,OPS-1,,,,",
                "Checkout slow,OPS-3,Done,2025-01-09 08:00,,,,OPS-90,",
                "Search down,OPS-4,Done,2025-02-01 08:00,,,,,RC-12",
                "Search slow,OPS-5,Done,2025-02-02 08:00,,,,,RC-12",
            )
        },
    )
    assert built.rows(RULES) == [
        ("OPS-2", "explicit link", "OPS-1"),
        ("OPS-3", "shared problem", "OPS-1"),
        ("OPS-5", "shared root cause", "OPS-4"),
    ]


def test_a_problem_that_zendesk_tickets_name_is_that_of_their_incidents(tmp_path: Path) -> None:
    header = "Id,Requester,Subject,Status,Priority,Created at,Updated at,Incident ID [txt],Problem ID [txt]"
    built = build_folder(
        tmp_path,
        {
            "incidents.csv": table(
                "incident_id,opened_at,title", "A,2025-07-01T08:00:00Z,x", "B,2025-07-09T08:00:00Z,y"
            ),
            "tickets.csv": table(
                header,
                "1,Ada,Slow,Solved,urgent,2025-07-01 09:00,2025-07-02 09:00,A,77",
                "2,Bo,Slow again,Solved,urgent,2025-07-09 09:00,2025-07-10 09:00,B,77",
            ),
        },
    )
    assert built.rows(RULES) == [("B", "shared problem", "A")]


def test_the_projects_own_export_may_carry_a_root_cause_id(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "incidents.csv": table(
                "incident_id,opened_at,title,root_cause,root_cause_id",
                "A,2025-07-01T08:00:00Z,x,Pool too small,RC  7",
                "B,2025-07-09T08:00:00Z,y,Pool too small,RC 7",
                "C,2025-07-10T08:00:00Z,z,Pool too small,",
            )
        },
    )
    assert built.rows(RULES) == [("B", "shared root cause", "A")]
