"""ServiceNow: lists, event logs and label exports; the resolve time is only what the state allows."""

from collections import Counter
from pathlib import Path

from tests.mapped import mapped, read, source


def test_an_untouched_default_list_has_no_resolve_time_and_none_is_made_up() -> None:
    rows = mapped("servicenow_incident", "default_list.csv")
    assert rows[0] == {
        "incident_id": "INC0070001",
        "title": 'Mail is slow\nsince this morning, "again"',
        "service": "Software",
        "team": "Service Desk",
        "severity_text": "3 - Moderate",
        "status": "closed",
        "kind": "incident",
        "opened_at": "2025-04-01 08:00:00",
        "updated_at": "2025-04-06 07:00:00",
        "exported_at": "2025-04-06 07:00:00",
        "source_line": 2,
    }
    assert all({"resolved_at", "closed_at"}.isdisjoint(row) for row in rows)


def test_states_of_a_list_are_told_apart_and_a_literal_null_is_no_title() -> None:
    rows = mapped("servicenow_incident", "default_list.csv")
    assert [row["status"] for row in rows] == ["closed", "open", "cancelled", "open", "open"]
    assert "title" not in rows[1]


def test_records_of_other_types_in_the_list_are_left_out_with_the_reason() -> None:
    reasons = {
        row["incident_id"]: row.get("excluded_reason")
        for row in mapped("servicenow_incident", "default_list.csv")
    }
    assert reasons["PRB0040001"] == "a problem record, not an incident"
    assert reasons["RITM0010001"] == "a request, not an incident"
    assert reasons["INC0070001"] is None


def test_an_event_log_gives_every_update_with_its_own_time_and_severity() -> None:
    rows = [
        row for row in mapped("servicenow_incident", "event_log.csv") if row["incident_id"] == "INC0000001"
    ]
    assert [(row["exported_at"], row["severity_text"], row["status"]) for row in rows] == [
        ("29/2/2016 01:23", "2 - High", "open"),
        ("29/2/2016 02:00", "1 - Critical", "open"),
        ("5/3/2016 12:00", "3 - Moderate", "closed"),
    ]


def test_final_times_that_a_log_repeats_on_earlier_updates_do_not_resolve_them() -> None:
    rows = mapped("servicenow_incident", "event_log.csv")
    assert [row.get("resolved_at") for row in rows[:3]] == [None, None, "29/2/2016 11:29"]
    assert [row.get("closed_at") for row in rows[:3]] == [None, None, "5/3/2016 12:00"]


def test_an_incident_closed_without_a_resolve_time_stays_without_one() -> None:
    row = mapped("servicenow_incident", "event_log.csv")[-1]
    assert (row["status"], row["closed_at"]) == ("closed", "6/3/2016 10:00")
    assert "resolved_at" not in row


def test_double_blanks_in_a_problem_id_do_not_make_two_problems() -> None:
    rows = mapped("servicenow_incident", "event_log.csv")
    assert {row.get("problem_id") for row in rows} == {None, "Problem ID 2"}


def test_the_service_is_the_configuration_item_or_else_the_category() -> None:
    rows = mapped("servicenow_incident", "event_log.csv")
    assert [row["service"] for row in rows] == ["Category 55"] * 3 + ["server-7"] * 2


def test_a_label_export_reads_like_the_one_with_field_names() -> None:
    resolved, duplicate, change = mapped("servicenow_incident_labels", "incident.csv")
    assert (resolved["status"], resolved["resolved_at"]) == ("resolved", "2025-05-01 10:00:00")
    assert (resolved["opened_at"], resolved["recorded_at"]) == ("2025-05-01 08:00:00", "2025-05-01 08:03:00")
    assert resolved["problem_id"] == "PRB0040001"
    assert (duplicate["status"], duplicate["merged_into"]) == ("merged", "INC0080001")
    assert change["excluded_reason"] == "a change request, not an incident"


def test_a_real_list_of_97_incidents_is_read_whole(real_exports: Path) -> None:
    chosen, rows = read(source(real_exports, "servicenow-list-export-sample/incident.csv"))
    assert chosen is not None and len(rows) == 97
    assert Counter(row["severity_text"] for row in rows) == {"4 - Low": 62, "3 - Moderate": 34, "2 - High": 1}
    assert Counter(row["status"] for row in rows) == {"closed": 51, "resolved": 41, "open": 5}
    assert {row["resolved_at"] for row in rows} == {None}
    assert {row["title"] for row in rows} == {None}


def test_a_real_last_state_export_keeps_what_was_closed_without_a_resolve_time(real_exports: Path) -> None:
    chosen, rows = read(source(real_exports, "uci-servicenow/incidents_last_state.csv.gz"))
    assert chosen is not None and len(rows) == 24_918
    assert {row["status"] for row in rows} == {"closed"}
    assert sum(row["resolved_at"] is None for row in rows) == 1_556
    assert Counter(row["severity_text"] for row in rows) == {
        "1 - Critical": 270,
        "2 - High": 408,
        "3 - Moderate": 23_466,
        "4 - Low": 774,
    }
    problems = Counter(row["problem_id"] for row in rows if row["problem_id"])
    assert (problems.total(), len(problems), sum(n > 1 for n in problems.values())) == (380, 244, 35)


def test_a_list_without_an_opening_is_dated_by_when_its_rows_were_created() -> None:
    resolved, new = mapped("servicenow_incident", "created_list.csv")
    assert (resolved["opened_at"], resolved["recorded_at"]) == ("13/10/2025 11:32:36", "13/10/2025 11:32:36")
    assert (resolved["external_ids"], resolved["status"]) == ("PXY123", "resolved")
    assert "resolved_at" not in resolved and "external_ids" not in new


def test_an_event_log_says_when_a_row_was_entered_apart_from_when_it_was_opened(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(
        "number,incident_state,opened_at,sys_created_at\nINC0000001,New,29/2/2016 01:16,29/2/2016 01:23\n",
        encoding="utf-8",
    )
    chosen, (row,) = read(source(tmp_path, "log.csv"))
    assert chosen is not None and chosen.name == "servicenow_incident"
    assert (row["opened_at"], row["recorded_at"]) == ("29/2/2016 01:16", "29/2/2016 01:23")
