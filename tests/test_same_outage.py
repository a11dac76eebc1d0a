"""One outage in two tools counts once: joined by what each tool calls the other's incident."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reliability.formatting import plain
from reliability.warehouse import open_store
from reliability.warehouse.doubts import all_doubts
from tests.build_folder import Built, build_folder, table
from tests.test_warehouse_accounting import hold_the_books

JIRA = "Summary,Issue key,Issue Type,Status,Priority,Resolution,Created,Resolved,Component/s"
SERVICENOW = "number,opened_at,short_description,priority,state,resolved_at,correlation_id,cmdb_ci"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def paged(number: int, opened: str, *names: str, priority: str | None = "P2", **more: Any) -> dict[str, Any]:
    return {
        "id": f"PX{number}",
        "incident_number": number,
        "title": f"Checkout down {number}",
        "status": "resolved",
        "urgency": "high",
        "created_at": f"2025-07-{opened}:00Z",
        "resolved_at": f"2025-07-{opened[:2]}T23:00:00Z",
        "service": {"summary": "Checkout"},
        "escalation_policy": {"summary": "Default"},
        "priority": {"summary": priority} if priority else None,
        "external_references": [{"external_id": name} for name in names],
        **more,
    }


def pagerduty(*incidents: dict[str, Any]) -> str:
    return json.dumps({"incidents": incidents})


def issue(number: int, created: str, priority: str = "Highest") -> str:
    return f"Cannot pay,OPS-{number},Incident,Done,{priority},Done,{created},{created[:9]} 11:30 PM,Payments"


def kept(built: Built) -> list[tuple[Any, ...]]:
    hold_the_books(built)
    return built.rows("select source, incident_id from fact_incidents order by all")


def test_an_outage_that_one_tool_says_another_has_counts_once_as_the_row_that_opened_first(
    tmp_path: Path,
) -> None:
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(paged(1, "04T10:00", "OPS-26"), paged(2, "11T10:00")),
            "jira.csv": table(JIRA, issue(26, "04/Jul/25 10:05 AM"), issue(27, "11/Jul/25 10:05 AM")),
        },
    )
    assert kept(built) == [("jira", "OPS-27"), ("pagerduty", "PX1"), ("pagerduty", "PX2")]
    assert built.file("jira.csv").superseded == 1
    assert built.rows(
        "select source_file, source_line, disposition, reason, row_key, detail from left_out"
    ) == [
        (
            "jira.csv",
            2,
            "superseded",
            "the same outage in another tool",
            "OPS-26",
            "counted as PX1 of pagerduty, line 1 of pd.json",
        )
    ]


def test_the_row_that_stays_has_what_it_lacks_from_the_other_and_the_graver_level(tmp_path: Path) -> None:
    unsaid = paged(3, "20T10:00", "OPS-3", priority=None, resolved_at=None, status="triggered")
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(paged(1, "04T10:00", "OPS-1"), unsaid),
            "jira.csv": table(JIRA, issue(1, "04/Jul/25 10:05 AM"), issue(3, "20/Jul/25 10:05 AM", "Low")),
        },
    )
    assert built.rows(
        "select incident_id, title, service, severity, severity_text, is_reclassified, resolved_at, external_ids "
        "from fact_incidents order by 1"
    ) == [
        ("PX1", "Checkout down 1", "Checkout", 1, "Highest", None, utc(2025, 7, 4, 23), "OPS-1"),
        ("PX3", "Checkout down 3", "Checkout", 4, "Low", None, utc(2025, 7, 20, 23, 30), "OPS-3"),
    ]


def test_three_tools_in_a_chain_and_an_address_for_a_name_are_one_outage(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(paged(1, "04T10:10", "https://acme.example/browse/OPS-1?focus=2")),
            "jira.csv": table(JIRA, issue(1, "04/Jul/25 10:15 AM")),
            "now.csv": table(
                SERVICENOW, "INC0000001,2025-07-04 10:00:00,Cannot pay,1 - Critical,Resolved,,PX1,Checkout"
            ),
        },
    )
    assert kept(built) == [("servicenow", "INC0000001")]


def test_an_address_that_is_another_tools_own_ties_them_whatever_it_ends_in(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(
                paged(1, "04T10:00", "https://github.example/acme/shop/issues/41#comment-2"),
                paged(2, "11T10:00", "https://github.example/acme/other/issues/42"),
            ),
            "issues.json": json.dumps(
                [
                    {
                        "number": number,
                        "title": "Checkout down",
                        "state": "CLOSED",
                        "labels": [{"name": "incident"}],
                        "createdAt": f"2025-07-{day}T12:00:00Z",
                        "closedAt": f"2025-07-{day}T14:00:00Z",
                        "url": f"https://github.example/acme/shop/issues/{number}",
                    }
                    for number, day in ((41, "06"), (42, "11"))
                ]
            ),
        },
    )
    assert kept(built) == [("github", "acme/shop#42"), ("pagerduty", "PX1"), ("pagerduty", "PX2")]


def test_a_ticket_that_gathers_the_outages_of_a_month_takes_only_the_nearest(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(*(paged(n, f"{n:02}T10:00", "OPS-1") for n in (2, 9, 16))),
            "jira.csv": table(JIRA, issue(1, "09/Jul/25 11:00 AM")),
        },
    )
    assert kept(built) == [("pagerduty", "PX16"), ("pagerduty", "PX2"), ("pagerduty", "PX9")]


def test_a_name_that_two_tools_know_joins_nothing_and_a_bare_number_only_within_a_day(tmp_path: Path) -> None:
    own = "incident_id,opened_at,status,severity,external_ids"
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(paged(1, "04T10:00", "X-1")),
            "jira.csv": table(JIRA, issue(1, "04/Jul/25 10:05 AM").replace("OPS-1", "X-1")),
            "own.csv": table(
                own,
                "X-1,2025-07-04 10:00:00,resolved,P1,",
                "7,2025-07-06 10:00:00,resolved,P1,",
                "8,2025-07-20 10:00:00,resolved,P1,",
            ),
            "more.json": pagerduty(paged(7, "06T12:00", "7"), paged(8, "30T10:00", "8")),
        },
    )
    assert kept(built) == [
        ("canonical", "7"),
        ("canonical", "8"),
        ("canonical", "X-1"),
        ("jira", "X-1"),
        ("pagerduty", "PX1"),
        ("pagerduty", "PX8"),
    ]


def test_what_names_the_row_that_went_names_the_one_that_stays_and_nothing_comes_to_be_twice(
    tmp_path: Path,
) -> None:
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(paged(1, "04T10:00", "OPS-1"), paged(2, "11T10:00", "OPS-2")),
            "jira.csv": table(JIRA, issue(1, "04/Jul/25 10:05 AM"), issue(2, "11/Jul/25 10:05 AM")),
            "postmortems.csv": table("incident_id,published_at,owner", "OPS-1,2025-07-06 10:00:00,Ann"),
            "hit.csv": table("incident_id,account_id", "OPS-1,acme", "PX1,acme", "OPS-2,acme"),
            "tickets.csv": table(
                "ticket_id,created_at,incident_id,account_id", "T-1,2025-07-04 11:00:00,OPS-1,acme"
            ),
        },
    )
    hold_the_books(built)
    assert built.rows("select incident_id from postmortems") == [("PX1",)]
    assert built.rows("select incident_id from tickets") == [("PX1",)]
    assert built.rows("select incident_id from incident_accounts order by all") == [
        ("OPS-1",),
        ("PX1",),
        ("PX2",),
    ]


def test_a_row_that_does_not_count_stands_for_nothing(tmp_path: Path) -> None:
    resolved_by_merge = {"type": "merge_resolve_reason", "incident": {"id": "PX9"}}
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(paged(1, "04T10:00", "OPS-1", resolve_reason=resolved_by_merge)),
            "jira.csv": table(JIRA, issue(1, "04/Jul/25 10:05 AM")),
        },
    )
    assert kept(built) == [("jira", "OPS-1")]


def doubts(built: Built) -> dict[str, str]:
    store = open_store(built.folder)
    try:
        return {file: plain(said) for file, said in all_doubts(store)}
    finally:
        store.close()


def test_outages_that_no_tool_ties_together_are_a_warning_that_names_how_many(tmp_path: Path) -> None:
    days = (4, 7, 11, 15, 18, 22)
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(
                *(paged(day, f"{day:02}T10:00", service={"summary": "payments"}) for day in days)
            ),
            "jira.csv": table(JIRA, *(issue(day, f"{day:02}/Jul/25 10:05 AM") for day in [*days, 26, 29])),
        },
    )
    assert len(kept(built)) == 14
    assert doubts(built) == {
        "jira.csv": "6 of 8 incidents look like one of pagerduty (same service, at most 15 minutes later) and may count "
        "twice: decide on the Chronic issues page which are one outage, or map what the other tool calls them to external_ids."
    }


def test_what_chance_gives_as_often_is_no_warning(tmp_path: Path) -> None:
    # Something every day at ten in both: a day later they meet as often.
    days = range(1, 29)
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(
                *(paged(day, f"{day:02}T10:00", service={"summary": "payments"}) for day in days)
            ),
            "jira.csv": table(JIRA, *(issue(day, f"{day:02}/Jul/25 10:05 AM") for day in days)),
        },
    )
    assert doubts(built) == {}


def test_other_services_or_half_an_hour_later_are_other_outages(tmp_path: Path) -> None:
    days = (4, 7, 11, 15, 18, 22)
    built = build_folder(
        tmp_path,
        {
            "pd.json": pagerduty(
                *(paged(day, f"{day:02}T10:00", service={"summary": "payments"}) for day in days)
            ),
            "late.csv": table(JIRA, *(issue(day, f"{day:02}/Jul/25 10:30 AM") for day in days)),
            "other.csv": table(
                JIRA,
                *(issue(30 + day, f"{day:02}/Jul/25 10:05 AM").replace("Payments", "Login") for day in days),
            ),
        },
    )
    assert doubts(built) == {}
