"""Google Cloud: the trouble begins before it is posted."""

from collections import Counter
from pathlib import Path

from tests.mapped import mapped, read, source


def test_the_clock_starts_when_the_trouble_began() -> None:
    row = mapped("gcp_incidents", "incidents.json")[0]
    assert row["opened_at"] == row["started_at"] == "2022-07-01T13:37:44+00:00"
    assert row["resolved_at"] == "2022-07-01T19:25:45+00:00"
    assert row["url"] == "https://status.cloud.google.com/incidents/TaA75H7XA1DQyM2ReK2f"


def test_the_severity_is_the_impact_word_or_else_the_severity_word() -> None:
    rows = mapped("gcp_incidents", "incidents.json")
    assert [row["severity_text"] for row in rows] == ["SERVICE_OUTAGE", "medium"]


def test_an_incident_without_an_end_is_open() -> None:
    row = mapped("gcp_incidents", "incidents.json")[1]
    assert row["status"] == "open"
    assert "resolved_at" not in row
    assert row["service"] == "Multiple Products"


def test_a_real_year_of_incidents_is_read_whole(real_exports: Path) -> None:
    chosen, rows = read(source(real_exports, "gcp-status-2022/gcp_incidents.json"))
    assert chosen is not None and len(rows) == 157
    assert Counter(row["severity_text"] for row in rows) == {
        "SERVICE_DISRUPTION": 118,
        "SERVICE_OUTAGE": 20,
        "SERVICE_INFORMATION": 19,
    }
    assert {row["status"] for row in rows} == {"resolved"}
    assert len({row["incident_id"] for row in rows}) == 157
    # 22 were posted after they had ended: the time of posting would have turned them round.
    assert all(row["opened_at"] <= row["resolved_at"] for row in rows)
