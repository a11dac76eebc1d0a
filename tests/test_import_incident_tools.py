"""Opsgenie, Splunk On-Call, incident.io, FireHydrant and Rootly."""

from tests.mapped import mapped


def test_tags_say_whether_an_opsgenie_alert_was_worth_having() -> None:
    rows = mapped("opsgenie_alerts", "alerts.json")
    assert [row.get("actionable") for row in rows] == ["true", "false", None]
    assert [row["service"] for row in rows] == ["db", "prometheus", "prometheus"]
    assert all("closed_at" not in row for row in rows)


def test_an_opsgenie_alert_table_is_read_and_its_update_time_closes_nothing() -> None:
    assert mapped("opsgenie_alerts_csv", "alerts.csv") == [
        {
            "alert_id": "a-1",
            "title": "Disk full, db-1",
            "fired_at": "2025-04-20T13:08:57Z",
            "source_line": 2,
        }
    ]


def test_a_resolved_opsgenie_incident_has_no_resolve_time() -> None:
    resolved, still_open = mapped("opsgenie_incidents", "incidents.json")
    assert (resolved["status"], resolved["severity_text"], resolved["service"]) == ("resolved", "P1", "svc-1")
    assert "resolved_at" not in resolved
    assert still_open["status"] == "open"


def test_a_splunk_on_call_incident_gives_the_first_team_and_both_stamps() -> None:
    resolved, acknowledged = mapped("splunk_oncall_incidents", "incidents.json")
    assert (resolved["team"], resolved["acknowledged_at"], resolved["resolved_at"]) == (
        "Platform",
        "2025-04-20T13:12:00Z",
        "2025-04-20T14:00:00Z",
    )
    assert (acknowledged["title"], acknowledged["status"]) == ("web-1/http", "open")


def test_the_times_of_an_incident_io_incident_come_from_its_list_of_stamps() -> None:
    row = mapped("incidentio_incidents", "incidents.json")[0]
    assert (row["incident_id"], row["status"], row["severity_text"]) == ("INC-123", "closed", "Critical")
    assert row["started_at"] == "2025-05-01T13:00:00Z"
    assert row["acknowledged_at"] == "2025-05-01T13:30:00Z"
    assert row["mitigated_at"] == "2025-05-01T14:00:00Z"
    assert row["resolved_at"] == "2025-05-01T14:30:00Z"
    assert "closed_at" not in row


def test_an_incident_io_test_and_a_merged_incident_are_marked() -> None:
    _, test, merged = mapped("incidentio_incidents", "incidents.json")
    assert test["kind"] == "test"
    assert merged["status"] == "merged"


def test_a_firehydrant_incident_with_a_finished_retrospective_is_closed() -> None:
    closed, still_open = mapped("firehydrant_incidents", "incidents.csv")
    assert (closed["status"], closed["resolved_at"]) == ("closed", "2025-05-01T14:30:00Z")
    assert still_open["status"] == "open"
    assert "resolved_at" not in still_open


def test_a_rootly_test_is_no_incident_and_a_cancelled_one_says_so() -> None:
    normal, test, cancelled = mapped("rootly_incidents", "incidents.csv")
    assert (normal["kind"], normal["severity_text"], normal["detected_at"]) == (
        "incident",
        "SEV0",
        "2025-05-01T13:02:00Z",
    )
    assert test["kind"] == "test"
    assert cancelled["status"] == "cancelled"
