"""Status pages: maintenance is not an incident, and the last post is not the start."""

from collections import Counter
from pathlib import Path

from tests.mapped import mapped, read, source


def test_an_incident_of_the_page_is_read_whole() -> None:
    assert mapped("statuspage_incidents", "incidents.json")[0] == {
        "incident_id": "x0ljvc9m1wxj",
        "url": "https://stspg.io/x1",
        "title": "Elevated errors",
        "service": "API",
        "severity_text": "critical",
        "status": "resolved",
        "kind": "incident",
        "opened_at": "2025-08-01T12:05:00.000Z",
        "started_at": "2025-08-01T12:00:00.000Z",
        "mitigated_at": "2025-08-01T12:40:00.000Z",
        "resolved_at": "2025-08-01T13:00:00.000Z",
        "updated_at": "2025-08-02T09:00:00.000Z",
        "recorded_at": "2025-08-01T12:05:00.000Z",
        "source_line": 4,
    }


def test_an_incident_being_watched_is_open_and_its_impact_none_is_a_severity_word() -> None:
    row = mapped("statuspage_incidents", "incidents.json")[1]
    assert (row["status"], row["severity_text"]) == ("open", "none")
    assert row["mitigated_at"] == "2025-08-02T12:30:00.000-06:00"
    assert {"service", "resolved_at", "started_at"}.isdisjoint(row)


def test_maintenance_is_told_from_incidents() -> None:
    assert [row["kind"] for row in mapped("statuspage_incidents", "incidents.json")] == [
        "incident",
        "incident",
        "maintenance",
    ]
    assert [row["kind"] for row in mapped("statuspage_history", "incidents.jsonl")] == [
        "incident",
        "incident",
        "maintenance",
        "incident",
    ]


def test_the_history_starts_the_clock_at_the_start_and_not_at_the_last_post() -> None:
    row = mapped("statuspage_history", "incidents.jsonl")[0]
    assert (row["opened_at"], row["started_at"]) == ("2022-03-26T01:43:00Z", "2022-03-26T01:43:00Z")
    assert row["mitigated_at"] == "2022-03-26T02:20:00Z"
    assert row["resolved_at"] == "2022-03-26T03:35:00Z"
    assert row["service"] == "Codespaces"


def test_an_incident_posted_after_the_fact_keeps_its_resolve_time() -> None:
    row = mapped("statuspage_history", "incidents.jsonl")[1]
    assert row["opened_at"] == row["resolved_at"] == "2022-04-01T09:00:00Z"
    assert row["status"] == "resolved"
    assert "service" not in row


def test_an_incident_whose_last_post_is_no_resolve_is_open() -> None:
    row = mapped("statuspage_history", "incidents.jsonl")[3]
    assert row["status"] == "open"
    assert "resolved_at" not in row


def test_four_years_of_a_real_status_page_are_read_whole(real_exports: Path) -> None:
    chosen, rows = read(source(real_exports, "github-status/incidents.jsonl"))
    assert chosen is not None and len(rows) == 819
    assert Counter(row["kind"] for row in rows) == {"incident": 801, "maintenance": 18}
    assert Counter(row["severity_text"] for row in rows) == {
        "minor": 604,
        "major": 138,
        "none": 31,
        "critical": 28,
        "maintenance": 18,
    }
    assert sum(row["service"] is None for row in rows) == 158
    # Posted after the fact: 22 without a length, and 7 whose text names a time of impact that the stamps do not.
    assert sum(row["opened_at"] == row["resolved_at"] for row in rows) == 22 + 7
    assert {row["status"] for row in rows} == {"resolved"}
