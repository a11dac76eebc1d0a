"""Lists that pages show: filters, incidents, sources and what was left out."""

from pathlib import Path

from tests.warehouse_by_hand import by_hand, instant, params

Q3 = params("2025-07-01", "2025-10-01")


def test_the_worst_are_the_longest_and_those_that_hit_most_customers(tmp_path: Path) -> None:
    day = "2025-08-01"
    with by_hand(
        tmp_path,
        incidents=[
            {"incident_id": "short P1", "severity": 1, "opened_at": day, "resolved_at": "2025-08-01 00:10"},
            {"incident_id": "long P1", "severity": 1, "opened_at": day, "resolved_at": "2025-08-01 09:00"},
            {"incident_id": "open P1", "severity": 1, "opened_at": "2025-09-30", "customers_affected": 3},
            {"incident_id": "longest P2", "severity": 2, "opened_at": day, "resolved_at": "2025-08-09"},
            {
                "incident_id": "P2 for many",
                "severity": 2,
                "opened_at": day,
                "resolved_at": day,
                "customers_affected": 900,
            },
            {"incident_id": "P3", "severity": 3, "opened_at": day, "customers_affected": 9000},
            {"incident_id": "unknown", "opened_at": day},
        ],
    ) as store:
        worst = store.run("lists/worst_incidents", {**Q3, "limit": 2}).rows
        every = store.run("lists/worst_incidents", Q3).rows
    # What ends when it begins has no known length.
    assert [(w["incident_id"], w["minutes"], w["still_open"]) for w in worst] == [
        ("open P1", 1440, True), ("long P1", 540, False), ("P2 for many", None, False),
    ]  # fmt: skip
    assert [w["incident_id"] for w in every] == [
        "open P1",
        "long P1",
        "short P1",
        "longest P2",
        "P2 for many",
    ]
    assert worst[0]["source_file"] == "incidents.csv"
    assert worst[0]["source_line"] == 4


def test_incidents_are_searched_by_title_and_id_whatever_the_case(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[
            {"incident_id": "INC1", "title": "Timeouts at 100 %", "opened_at": "2025-08-01", "severity": 1},
            {"incident_id": "INC2", "title": None, "opened_at": "2025-08-02", "severity": 2},
        ],
    ) as store:

        def found(search: str | None, **others: object) -> list[str]:
            rows = store.run("lists/incidents/incident_rows", {**Q3, "search": search, **others})
            return [row["incident_id"] for row in rows]

        assert found(None) == found("") == ["INC2", "INC1"]
        assert found("TIMEOUT") == ["INC1"]
        assert found("100 %") == ["INC1"]
        assert found("inc2") == ["INC2"]
        assert found("_") == []
        assert found(None, severities=[2]) == ["INC2"]
        assert found(None, limit=1) == ["INC2"]


def test_an_incident_is_shown_with_what_belongs_to_it(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[
            {"incident_id": "A", "opened_at": "2025-08-01", "severity": 3, "resolved_at": "2025-08-01 01:00"}
        ],
        incident_versions=[
            {"source": "hand", "incident_id": "A", "severity": 1, "exported_at": "2025-08-01"}
        ],
        incident_accounts=[{"incident_id": "A", "account_id": "C1"}],
        tickets=[
            {"ticket_id": "1", "incident_id": "A", "account_id": "C1", "created_at": "2025-08-01"},
            {"ticket_id": "2", "incident_id": "A", "account_id": "C2", "created_at": "2025-08-02"},
        ],
        accounts=[{"account_id": "C1", "name": "Acme"}],
        alerts=[{"alert_id": "1", "incident_id": "A", "fired_at": "2025-08-01"}],
        postmortems=[{"incident_id": "A", "published_at": "2025-08-03"}],
    ) as store:
        detail = store.run("lists/incident_detail", {"incident_ids": ["A"]}).one()
        history = store.run("lists/incidents/incident_history", {"incident_id": "A"}).rows
        tickets = store.run("lists/incidents/incident_tickets", {"incident_id": "A"}).rows
        assert store.run("lists/incident_detail", {"incident_ids": ["B"]}).rows == []
    assert (detail["severity"], detail["severity_first"], detail["severity_last"]) == (1, 1, 3)
    assert (detail["tickets"], detail["accounts"], detail["alerts"]) == (2, 2, 1)
    assert detail["postmortem_published_at"] == instant("2025-08-03")
    assert [(h["severity"], h["is_current"]) for h in history] == [(1, False), (3, True)]
    assert [(t["ticket_id"], t["account"]) for t in tickets] == [("1", "Acme"), ("2", None)]


def test_what_no_export_records_of_an_incident_is_not_zero(tmp_path: Path) -> None:
    opened = [{"incident_id": name, "opened_at": "2025-08-01"} for name in "AB"]
    fired = [{"alert_id": "1", "incident_id": "B", "fired_at": "2025-08-01"}]
    with by_hand(tmp_path, incidents=opened, alerts=fired) as store:
        detail = store.run("lists/incident_detail", {"incident_ids": ["A"]}).one()
    # Alerts are recorded, and none is of this incident; tickets and accounts are in no export.
    assert (detail["tickets"], detail["accounts"], detail["alerts"]) == (None, None, 0)


def test_a_source_is_stale_when_none_of_its_files_is_fresh(tmp_path: Path) -> None:
    def file(name: str, table: str, source: str, newest: str | None) -> dict[str, object]:
        return {
            "file": name,
            "table_name": table,
            "source": source,
            "newest_at": newest,
            "rows_read": 4,
            "kept": 2,
        }

    with by_hand(
        tmp_path,
        files=[
            file("june.csv", "incidents", "pagerduty", "2025-06-30"),
            file("september.csv", "incidents", "pagerduty", "2025-09-20"),
            file("tickets.csv", "tickets", "zendesk", "2025-08-27"),  # exactly 35 days before
            file("nps.csv", "nps_responses", "delighted", "2025-08-26 23:59"),
            file("accounts.csv", "accounts", "canonical", None),
            {**file("old.csv", "incidents", "servicenow", "2024-07-24"), "retired": True},
        ],
    ) as store:
        stale = {row["file"]: row["stale"] for row in store.run("lists/sources", Q3)}
        accounting = store.run("lists/file_accounting").rows
    assert stale == {
        "june.csv": False, "september.csv": False, "tickets.csv": False, "nps.csv": True, "accounts.csv": False,
        "old.csv": False,
    }  # fmt: skip
    assert {row["unaccounted"] for row in accounting} == {2}, "4 read, 2 kept, and nobody knows of the others"


def test_rows_left_out_are_counted_by_reason_and_listed_by_line(tmp_path: Path) -> None:
    def left(file: str, line: int, reason: str, disposition: str = "excluded") -> dict[str, object]:
        return {
            "table_name": "incidents", "source_file": file, "source_line": line, "reason": reason,
            "disposition": disposition,
        }  # fmt: skip

    rows = [
        left("a.csv", 9, "drill"),
        left("a.csv", 3, "drill"),
        left("b.csv", 2, "no opening time", "set aside"),
    ]
    with by_hand(tmp_path, left_out=rows) as store:
        by_file = [(r["file"], r["reason"], r["rows"]) for r in store.run("lists/file_reasons")]
        every = {"file": None, "reason": None, "limit": None}
        listed = [(r["file"], r["line"]) for r in store.run("lists/data/left_out_rows", every)]
        drills = [
            r["line"]
            for r in store.run("lists/data/left_out_rows", {**every, "file": "a.csv", "reason": "drill"})
        ]
    assert by_file == [("a.csv", "drill", 2), ("b.csv", "no opening time", 1)]
    assert listed == [("a.csv", 3), ("a.csv", 9), ("b.csv", 2)]
    assert drills == [3, 9]


def test_filters_offer_what_the_data_hold(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[
            {"incident_id": "A", "opened_at": "2025-08-01", "service": "api", "team": "blue", "severity": 1},
            {
                "incident_id": "B",
                "opened_at": "2025-08-01",
                "service": "api",
                "severity": 2,
                "severity_highest": 1,
            },
            {"incident_id": "C", "opened_at": "2025-08-01", "service": "mail"},
        ],
    ) as store:
        options = [(o["filter"], o["value"], o["incidents"]) for o in store.run("lists/options")]
    assert options == [
        ("service", "api", 2), ("service", "mail", 1), ("severity", "1", 2), ("team", "blue", 1),
    ]  # fmt: skip


def test_the_data_range_says_what_each_table_vouches_for(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        {"time_zone": "Europe/Berlin"},
        incidents=[
            {"incident_id": "A", "opened_at": "2025-07-01", "resolved_at": "2025-09-01"},
            {"incident_id": "B", "opened_at": "2025-08-01"},
        ],
        sprint_work=[
            {"sprint": "S", "starts_on": "2025-07-01", "ends_on": "2025-07-14", "work_type": "other"}
        ],
    ) as store:
        ranges = {
            r["table_name"]: (r["records"], r["first_at"], r["last_at"])
            for r in store.run("lists/data_range")
        }
    assert ranges["incidents"] == (2, instant("2025-07-01"), instant("2025-09-01"))
    assert ranges["sprint_work"] == (1, instant("2025-06-30 22:00"), instant("2025-07-14 22:00"))
    assert ranges["tickets"] == (0, None, None)
    assert "repeats" not in ranges and "escalations" not in ranges
