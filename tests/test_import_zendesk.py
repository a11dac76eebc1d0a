"""Zendesk and Freshdesk tickets: accounts, escalations and repeats; merged tickets are not solved ones."""

from tests.mapped import mapped


def test_a_ticket_with_custom_fields_is_read_whole() -> None:
    assert mapped("zendesk_tickets", "tickets.csv")[0] == {
        "ticket_id": "5001",
        "account_id": "Umbra Ltd",
        "subject": "Checkout times out, again",
        "service": "checkout-api",
        "priority": "urgent",
        "status": "resolved",
        "created_at": "2025-09-01 08:05",
        "solved_at": "2025-09-01 11:30",
        "updated_at": "2025-09-01 12:00",
        "incident_id": "PABC001",
        "problem_id": "PROB 7",
        "repeat_flag": "true",
        "escalated_to_engineering_at": "2025-09-01 09:00",
        "escalated_to_executive_at": "2025-09-01 10:00",
        "source_line": 2,
    }


def test_a_merged_ticket_is_left_out() -> None:
    row = mapped("zendesk_tickets", "tickets.csv")[1]
    assert (row["status"], row["excluded_reason"]) == ("merged", "merged into another ticket")
    assert row["repeat_flag"] == "false"


def test_a_pending_ticket_is_not_solved_whatever_the_solve_column_says() -> None:
    row = mapped("zendesk_tickets", "tickets.csv")[2]
    assert row["status"] == "open"
    assert {"solved_at", "service", "repeat_flag"}.isdisjoint(row)


def test_a_freshdesk_ticket_is_read_with_words_or_codes() -> None:
    closed, pending = mapped("freshdesk_tickets", "tickets.csv")
    assert (closed["status"], closed["solved_at"], closed["repeat_flag"]) == (
        "closed",
        "2025-10-01 09:30:00",
        "true",
    )
    assert closed["account_id"] == "Umbra Ltd"
    assert pending["status"] == "open"
    assert "solved_at" not in pending
