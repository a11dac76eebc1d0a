"""PagerDuty: three shapes of the same incidents, none of which may take urgency for severity."""

from tests.mapped import mapped


def test_the_incidents_report_has_no_severity_and_no_status_but_the_resolve_time() -> None:
    rows = mapped("pagerduty_incidents_report", "incidents.csv")
    assert rows == [
        {
            "incident_id": "PABC001",
            "title": 'Checkout: p99 over 4 s, "timeouts"',
            "service": "checkout-api",
            "status": "resolved",
            "kind": "incident",
            "opened_at": "2025-03-01T09:00:00+01:00",
            "resolved_at": "2025-03-01T10:30:00+01:00",
            "acknowledged_seconds": "240",
            "resolved_seconds": "5400",
            "source_line": 2,
        },
        {
            "incident_id": "PABC002",
            "title": "Disk almost full",
            "service": "search",
            "status": "open",
            "kind": "incident",
            "opened_at": "2025-03-02T22:15:00+01:00",
            "source_line": 3,
        },
        # Over the night the clocks go forward: each stamp keeps its own offset, and nobody acknowledged.
        {
            "incident_id": "PABC003",
            "title": "Heartbeat missed",
            "service": "search",
            "status": "resolved",
            "kind": "incident",
            "opened_at": "2025-03-30T01:59:59+01:00",
            "resolved_at": "2025-03-30T03:04:59+02:00",
            "resolved_seconds": "300",
            "source_line": 4,
        },
    ]


def test_time_to_engage_of_the_analytics_is_not_the_effort_column_of_a_similar_name() -> None:
    resolved, acknowledged = mapped("pagerduty_analytics", "incidents_raw.json")
    assert resolved["engaged_seconds"] == "600"
    assert resolved["acknowledged_seconds"] == "180"
    assert resolved["severity_text"] == "P1"
    assert resolved["team"] == "Payments"
    assert resolved["resolved_at"] == "2025-06-02T10:00:00Z"
    assert {"engaged_seconds", "acknowledged_seconds", "severity_text"}.isdisjoint(acknowledged)


def test_an_incident_the_analytics_call_acknowledged_is_open_though_it_carries_a_resolve_time() -> None:
    row = mapped("pagerduty_analytics", "incidents_raw.json")[1]
    assert row["status"] == "open"
    assert {"resolved_at", "resolved_seconds"}.isdisjoint(row)


def test_a_merged_incident_is_merged_and_not_a_fast_resolve() -> None:
    rows = mapped("pagerduty_incidents", "incidents.json")
    assert [row["status"] for row in rows] == ["resolved", "merged", "resolved", "open"]
    assert rows[1]["merged_into"] == "PT4AAA1"
    assert "merged_into" not in rows[0]


def test_nested_service_team_and_priority_of_the_list_are_read_by_name() -> None:
    first, second, *_ = mapped("pagerduty_incidents", "incidents.json")
    assert (first["service"], first["team"], first["severity_text"]) == ("checkout-api", "Payments", "P1")
    # No priority: the urgency "high" does not take its place.
    assert {"team", "severity_text"}.isdisjoint(second)


def test_the_last_status_change_of_a_resolved_incident_is_its_resolve_time_where_none_is_given() -> None:
    *_, without_stamp, still_open = mapped("pagerduty_incidents", "incidents.json")
    assert without_stamp["resolved_at"] == "2025-07-02T10:30:00Z"
    assert "resolved_at" not in still_open


def test_external_references_are_what_other_tools_call_an_incident() -> None:
    linked, alone = mapped("pagerduty_incidents", "references.json")
    assert linked["external_ids"] == "INC0000001, OPS-26"
    assert "external_ids" not in alone
