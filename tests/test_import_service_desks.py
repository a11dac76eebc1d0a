"""Exports of service desks: Freshservice and ServiceDesk Plus hold incidents, Zoho Desk the tickets of customers."""

from pathlib import Path

from tests.build_folder import build_folder
from tests.mapped import FIXTURES, mapped
from tests.test_warehouse_accounting import hold_the_books


def test_an_incident_of_freshservice_is_read_whole() -> None:
    assert mapped("freshservice_tickets", "tickets.csv")[0] == {
        "incident_id": "INC-901",
        "title": "Payments down",
        "service": "pay-db-1",
        "team": "Payments",
        "severity_text": "Urgent",
        "status": "closed",
        "kind": "incident",
        "opened_at": "2025-10-01 08:00:00",
        "acknowledged_at": "2025-10-01 08:10:00",
        "resolved_at": "2025-10-01 09:30:00",
        "closed_at": "2025-10-04 09:30:00",
        "updated_at": "2025-10-04 09:30:00",
        "source_line": 2,
    }


def test_of_freshservice_requests_and_merged_tickets_are_left_out_and_codes_are_read() -> None:
    _, request, coded, merged = mapped("freshservice_tickets", "tickets.csv")
    assert request["excluded_reason"] == "a service request, not an incident"
    assert merged["excluded_reason"] == "merged into another"
    # 2 is open, whatever its resolve time says; priority 3 of four is high.
    assert (coded["status"], coded["severity_text"], coded["repeat_of"]) == ("open", "High", "INC-901")
    assert {"resolved_at", "excluded_reason"}.isdisjoint(coded)


def test_the_type_of_a_request_of_servicedesk_plus_says_whether_it_is_an_incident() -> None:
    incident, request, held, cancelled = mapped("servicedesk_plus_requests", "requests.csv")
    assert (incident["incident_id"], incident["service"], incident["severity_text"]) == (
        "70001",
        "Network",
        "P1",
    )
    assert (incident["resolved_at"], incident["closed_at"]) == (
        "Oct 1, 2025 09:30 AM",
        "Oct 3, 2025 09:30 AM",
    )
    assert request["excluded_reason"] == "a service request, not an incident"
    assert (held["status"], cancelled["status"]) == ("open", "cancelled")
    assert {"resolved_at", "acknowledged_at"}.isdisjoint(held)


def test_a_ticket_of_zoho_desk_is_of_its_account_else_of_its_contact() -> None:
    closed, still_open, duplicate = mapped("zoho_desk_tickets", "report.csv")
    assert (closed["account_id"], closed["service"], closed["status"]) == ("Umbra Ltd", "Checkout", "closed")
    assert closed["solved_at"] == "01 Sep 2025 11:30 AM"
    assert (still_open["account_id"], still_open["status"]) == ("Cy Example", "open")
    assert duplicate["excluded_reason"] == "a duplicate of another ticket"


def test_a_build_counts_their_incidents_with_their_lengths_and_no_request(tmp_path: Path) -> None:
    names = {
        "fs.csv": "freshservice_tickets/tickets.csv",
        "sdp.csv": "servicedesk_plus_requests/requests.csv",
        "zoho.csv": "zoho_desk_tickets/report.csv",
    }
    files = {name: (FIXTURES / path).read_bytes() for name, path in names.items()}
    built = build_folder(tmp_path, files, '[organisation]\nname = "Desks"\ntime_zone = "UTC"\n')
    hold_the_books(built)
    counts = {f.file: (f.kept, f.excluded, f.set_aside) for f in built.report.files}
    assert counts == {"fs.csv": (2, 2, 0), "sdp.csv": (2, 2, 0), "zoho.csv": (2, 1, 0)}
    assert built.rows(
        "select incident_id, severity, date_diff('minute', opened_at, resolved_at) from incidents order by 1"
    ) == [("70001", 1, 90), ("70003", 2, None), ("INC-901", 1, 90), ("INC-903", 2, None)]
    assert built.rows("select ticket_id, date_diff('minute', created_at, solved_at) from tickets order by 1") == [
        ("TK-1001", 150), ("TK-1002", None),
    ]  # fmt: skip


def test_a_ticket_list_of_freshdesk_stays_one_and_a_list_without_a_type_is_not_guessed_silently(
    tmp_path: Path,
) -> None:
    freshservice = (
        "Ticket ID,Subject,Status,Priority,Urgency,Created Time,Resolved Time,Requester Name\n"
        "1,a,Closed,High,High,2025-10-01 08:00:00,2025-10-01 09:00:00,Ada\n"
    )
    freshdesk = (FIXTURES / "freshdesk_tickets" / "tickets.csv").read_bytes()
    built = build_folder(tmp_path, {"desk.csv": freshdesk, "no-type.csv": freshservice})
    assert built.file("desk.csv").format == "freshdesk_tickets"
    assert built.file("no-type.csv").format is None
    assert "also needs 'Type'" in built.file("no-type.csv").problem
