"""Opsgenie, Splunk On-Call, incident.io, FireHydrant, Rootly, Better Stack and Grafana OnCall."""

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


def test_a_resolved_opsgenie_incident_without_an_end_of_impact_has_no_resolve_time() -> None:
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
    assert row["external_ids"] == "OPS-31"


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


def test_a_rootly_incident_of_the_interface_is_read_from_its_attributes() -> None:
    normal, test = mapped("rootly_incidents_api", "incidents.json")
    assert (normal["incident_id"], normal["severity_text"], normal["service"]) == ("41", "SEV1", "Checkout")
    assert (normal["started_at"], normal["resolved_at"]) == (
        "2025-07-01T10:00:00.000-07:00",
        "2025-07-01T11:00:00.000-07:00",
    )
    assert normal["external_ids"].split(", ") == [
        "OPS-9",
        "INC0010041",
        "70413a06-38d6-4c85-92b8-5ebc900d42e2",
        "58",
        "https://github.example/acme/shop/issues/41",
        "https://gitlab.example/acme/shop/-/issues/7",
    ]
    assert test["kind"] == "test"


def test_better_stack_and_rootly_share_a_header_and_are_told_apart_by_their_fields() -> None:
    resolved, still_open = mapped("betterstack_incidents", "incidents.json")
    assert (resolved["title"], resolved["service"], resolved["team"]) == (
        "Status 404",
        "Shop home page",
        "Web",
    )
    assert resolved["resolved_at"] == "2025-03-09T17:50:02.721Z"
    assert still_open["status"] == "open" and "severity_text" not in still_open


def test_the_times_of_a_firehydrant_incident_are_its_milestones() -> None:
    resolved, still_open, discarded = mapped("firehydrant_incidents_api", "incidents.json")
    stamps = ("opened_at", "detected_at", "acknowledged_at", "mitigated_at", "resolved_at", "recorded_at")
    assert [str(resolved[name])[11:16] for name in stamps] == [
        "13:00",
        "13:02",
        "13:10",
        "13:50",
        "14:00",
        "13:10",
    ]
    assert (resolved["service"], resolved["status"]) == ("Search", "resolved")
    assert (still_open["status"], discarded["status"]) == ("open", "cancelled")


def test_a_grafana_oncall_alert_group_is_an_incident_without_a_severity() -> None:
    resolved, acknowledged = mapped("grafana_oncall_alert_groups", "alert_groups.json")
    assert (resolved["status"], resolved["resolved_at"]) == ("resolved", "2025-05-19T13:37:01.429805Z")
    assert "severity_text" not in resolved
    assert acknowledged["status"] == "open"


def test_an_opsgenie_incident_ended_when_its_impact_did() -> None:
    closed, still_open = mapped("opsgenie_incidents", "impact.json")
    assert (closed["started_at"], closed["resolved_at"]) == ("2025-04-20T13:00:00Z", "2025-04-20T13:48:57Z")
    assert "resolved_at" not in still_open
