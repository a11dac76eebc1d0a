"""Jira: a resolve date counts only when the resolution or the status says so."""

from collections import Counter
from pathlib import Path

import pytest

from reliability.settings import Severity
from tests.build_folder import build_folder, table
from tests.mapped import Row, mapped, read, source


def _cloud() -> dict[str | int | None, Row]:
    return {row["incident_id"]: row for row in mapped("jira_issues", "cloud_all_fields.csv")}


def test_an_incident_of_a_cloud_export_is_read_whole() -> None:
    assert _cloud()["OPS-1"] == {
        "incident_id": "OPS-1",
        "title": "Checkout is down",
        "service": "checkout-api",
        "severity_text": "Sev-1",
        "status": "resolved",
        "kind": "incident",
        "opened_at": "25/Feb/26 10:17 PM",
        "acknowledged_at": "2026-02-25 22:25:58.679",
        "resolved_at": "26/Feb/26 1:40 AM",
        "closed_at": "26/Feb/26 1:40 AM",
        "updated_at": "26/Feb/26 1:42 AM",
        "recorded_at": "25/Feb/26 10:17 PM",
        "root_cause": "Connection pool too small",
        "problem_id": "OPS-90",
        "source_line": 2,
    }


def test_the_severity_is_its_own_field_or_else_the_priority() -> None:
    rows = _cloud()
    assert (rows["OPS-1"]["severity_text"], rows["OPS-2"]["severity_text"]) == ("Sev-1", "Medium")


@pytest.mark.parametrize(
    "extra",
    [
        "Custom field (Severity),Custom field (Severity Level),Custom field (Severity)",
        "Custom field (Severity),Custom field (Severity),Custom field (Severity Level)",
        "Severity,Severity,Custom field (Incident Severity)",
    ],
)
def test_the_severity_is_read_from_whichever_of_its_fields_a_row_fills(tmp_path: Path, extra: str) -> None:
    head = f"Summary,Issue key,Issue Type,Status,Priority,Created,Team,{extra}"
    rows = [f"a,OPS-{n},Incident,Open,Normal,0{n}/Jul/25 1:00 AM,Pay,{cells}" for n, cells in enumerate(
        ("Sev 1,,", ",Sev 2,", ",,Sev 3", ",,"), 1
    )]  # fmt: skip
    built = build_folder(tmp_path, {"jira.csv": table(head, *rows)})
    assert built.rows("select incident_id, severity_text, team from incidents order by 1") == [
        ("OPS-1", "Sev 1", "Pay"), ("OPS-2", "Sev 2", "Pay"), ("OPS-3", "Sev 3", "Pay"), ("OPS-4", "Normal", "Pay"),
    ]  # fmt: skip


def test_the_service_is_the_first_component_or_else_an_affected_service_with_a_name() -> None:
    rows = _cloud()
    assert (rows["OPS-1"]["service"], rows["OPS-3"]["service"]) == ("checkout-api", "search")
    assert "service" not in rows["OPS-4"]


def test_a_duplicate_link_names_the_incident_it_repeats_and_the_resolution_merges_it() -> None:
    rows = _cloud()
    assert (rows["OPS-2"]["status"], rows["OPS-2"]["repeat_of"]) == ("resolved", "OPS-1")
    assert "merged_into" not in rows["OPS-2"]
    assert (rows["OPS-3"]["status"], rows["OPS-3"]["merged_into"]) == ("merged", "OPS-2")
    assert rows["OPS-4"]["repeat_of"] == "OPS-3"


def test_a_resolve_date_on_an_open_issue_does_not_resolve_it() -> None:
    row = _cloud()["OPS-4"]
    assert row["status"] == "open"
    assert {"resolved_at", "closed_at"}.isdisjoint(row)


def test_giving_up_closes_an_incident_without_a_recovery() -> None:
    row = _cloud()["OPS-6"]
    assert (row["status"], row["closed_at"]) == ("closed", "02/Mar/26 9:00 AM")
    assert "resolved_at" not in row


def test_what_is_no_incident_is_marked_with_the_reason() -> None:
    rows = _cloud()
    assert rows["OPS-5"]["status"] == "declined"
    assert rows["OPS-7"]["kind"] == "request"
    assert rows["OPS-90"]["excluded_reason"] == "a problem record, not an incident"
    assert rows["OPS-91"]["excluded_reason"] == "a work item (task), not an incident"


def test_a_server_export_without_keys_and_types_is_read_by_issue_id() -> None:
    rows = mapped("jira_issues", "server_subset.csv")
    assert [(row["incident_id"], row["status"], row.get("resolved_at")) for row in rows[:2]] == [
        ("13404344", "resolved", "20/Jul/22 20:51"),
        ("13404345", "open", None),
    ]
    assert rows[2]["status"] == "declined"
    assert [row["source_line"] for row in rows] == [2, 4, 5]


def test_a_real_tracker_is_split_by_how_its_issues_ended(real_exports: Path) -> None:
    chosen, rows = read(source(real_exports, "gitbugs-jira/hadoop_bugs.csv.gz"))
    assert chosen is not None and len(rows) == 2_503
    assert Counter(row["status"] for row in rows) == {
        "resolved": 1_374
        + 41
        + 3
        + 2
        + 2
        + 1,  # Fixed, Done, Implemented, Workaround, Resolved, Pending Closed
        "closed": 55 + 2 + 3 + 3,  # Won't Fix, Won't Do, Later, Information Provided
        "merged": 151,
        "declined": 31 + 26 + 16 + 8 + 6,  # Invalid, Not A Problem, Cannot Reproduce, Not A Bug, Works for Me
        "cancelled": 9,  # Abandoned
        "open": 684 + 41 + 30 + 15,  # Open, Patch Available, In Progress, Reopened
    }
    assert Counter(row["severity_text"] for row in rows) == {
        "Blocker": 76,
        "Critical": 86,
        "Major": 1_738,
        "Minor": 539,
        "Trivial": 64,
    }
    assert not any(row["resolved_at"] for row in rows if row["status"] in ("open", "closed"))


@pytest.mark.parametrize("language", ["german", "french", "spanish", "portuguese", "japanese"])
def test_an_export_in_another_language_is_read(language: str) -> None:
    first = mapped("jira_issues", f"{language}.csv")[0]
    assert (first["incident_id"], first["kind"]) == ("OPS-1", "incident")
    assert first["status"] in ("resolved", "closed")
    assert "01:40" in str(first["resolved_at"]) and "22:17" in str(first["opened_at"])
    assert Severity().level(str(first["severity_text"])) == 1


def test_resolutions_and_types_are_read_in_german_and_an_open_issue_in_japanese() -> None:
    _, duplicate, task = mapped("jira_issues", "german.csv")
    assert duplicate["status"] == "merged"
    assert task["excluded_reason"] == "a work item (task), not an incident"
    assert mapped("jira_issues", "japanese.csv")[1]["status"] == "open"
