"""Facts: which severity counts, the clocks, the repeats, and what an earlier `as_of` must not see."""

from pathlib import Path
from typing import Any

import pytest

from reliability.queries import Store
from tests.warehouse_by_hand import by_hand, instant


def facts(store: Store, *columns: str) -> dict[str, Any]:
    """Incident id -> value of one column, or tuple of several, in fact_incidents."""
    cursor = store._connection.cursor()  # type: ignore[union-attr]
    rows = cursor.execute(f"select incident_id, {', '.join(columns)} from fact_incidents").fetchall()
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows}


def seen(store: Store, as_of: str, *columns: str, **filters: list[str]) -> dict[str, Any]:
    """Incident id -> columns of incidents_in over the whole history as known at `as_of`."""
    cursor = store._connection.cursor()  # type: ignore[union-attr]
    rows = cursor.execute(
        f"select incident_id, {', '.join(columns)} from incidents_in("
        "'2000-01-01'::timestamptz, '2100-01-01'::timestamptz, $as_of, $services, $teams)",
        {"as_of": instant(as_of), "services": filters.get("services"), "teams": filters.get("teams")},
    ).fetchall()
    return {row[0]: row[1] if len(row) == 2 else row[1:] for row in rows}


SEVERITIES = [
    {"incident_id": "lowered", "severity": 3, "severity_highest": 1, "opened_at": "2025-07-01"},
    {"incident_id": "raised", "severity": 1, "severity_first": 2, "opened_at": "2025-07-01"},
    {"incident_id": "steady", "severity": 2, "severity_highest": 2, "opened_at": "2025-07-01"},
    {"incident_id": "untold", "severity": 2, "opened_at": "2025-07-01"},
    {"incident_id": "unknown", "severity": None, "opened_at": "2025-07-01"},
    {"incident_id": "exported twice", "severity": 4, "opened_at": "2025-07-01"},
]
VERSIONS = [
    {"source": "hand", "incident_id": "exported twice", "severity": 2, "exported_at": "2025-07-03"},
    {"source": "hand", "incident_id": "exported twice", "severity": 3, "exported_at": "2025-07-02"},
    {"source": "other tool", "incident_id": "untold", "severity": 1, "exported_at": "2025-07-02"},
]


def test_the_gravest_severity_an_incident_ever_had_counts(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=SEVERITIES, incident_versions=VERSIONS) as store:
        counted = facts(store, "severity_counted")
    assert counted == {
        "lowered": 1, "raised": 1, "steady": 2, "untold": 2, "unknown": None, "exported twice": 2,
    }  # fmt: skip


def test_the_last_severity_counts_where_the_settings_say_so(tmp_path: Path) -> None:
    with by_hand(
        tmp_path, {"severity_rule": "final"}, incidents=SEVERITIES, incident_versions=VERSIONS
    ) as store:
        counted = facts(store, "severity_counted")
    assert counted == {
        "lowered": 3, "raised": 1, "steady": 2, "untold": 2, "unknown": None, "exported twice": 4,
    }  # fmt: skip


def test_a_severity_is_reclassified_only_where_a_history_is_told(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=SEVERITIES, incident_versions=VERSIONS) as store:
        changed = facts(store, "is_reclassified")
        first = facts(store, "severity_first")
    assert changed == {
        "lowered": True, "raised": True, "steady": False, "untold": None, "unknown": None, "exported twice": True,
    }  # fmt: skip
    assert first["exported twice"] == 3


CLOCKS = [
    {
        "incident_id": "all stamps", "opened_at": "2025-07-01 10:00", "started_at": "2025-07-01 09:30",
        "detected_at": "2025-07-01 09:50", "engaged_at": "2025-07-01 10:05", "resolved_at": "2025-07-01 11:00",
    },
    {"incident_id": "opened only", "opened_at": "2025-07-01 10:00", "resolved_at": "2025-07-01 10:45:30"},
    {"incident_id": "no time", "opened_at": "2025-07-01 10:00", "resolved_at": "2025-07-01 10:00"},
    {"incident_id": "backwards", "opened_at": "2025-07-01 10:00", "resolved_at": "2025-07-01 09:59"},
    {"incident_id": "closed", "opened_at": "2025-07-01 10:00", "status": "closed"},
    {"incident_id": "closed later", "opened_at": "2025-07-01 10:00", "closed_at": "2025-07-09 10:00"},
    {"incident_id": "open", "opened_at": "2025-07-01 10:00", "status": "open"},
    {"incident_id": "reopened", "opened_at": "2025-07-01 10:00", "status": "open", "resolved_at": "2025-07-02"},
    {"incident_id": "no status", "opened_at": "2025-07-01 10:00"},
]  # fmt: skip


def test_time_to_recover_runs_from_opening_to_the_resolve_stamp(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=CLOCKS) as store:
        recovery = facts(store, "recover_state", "recover_minutes")
    assert recovery == {
        "all stamps": ("recovered", 60),
        "opened only": ("recovered", 45.5),
        "no time": ("zero length", None),
        "backwards": ("reversed times", None),
        "closed": ("no resolve time", None),
        "closed later": ("no resolve time", None),
        "open": ("open", None),
        "reopened": ("open", None),
        "no status": ("open", None),
    }


def test_an_incident_is_over_by_any_stamp_and_never_while_it_is_open(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=CLOCKS) as store:
        over = facts(store, "over_at::varchar")
    assert over == {
        "all stamps": "2025-07-01 11:00:00+00",
        "opened only": "2025-07-01 10:45:30+00",
        "no time": "2025-07-01 10:00:00+00",
        "backwards": "2025-07-01 09:59:00+00",
        "closed": "-infinity",
        "closed later": "2025-07-09 10:00:00+00",
        "open": "infinity",
        "reopened": "infinity",
        "no status": "infinity",
    }


@pytest.mark.parametrize(("clock", "minutes"), [("opened", 60), ("detected", 70), ("started", 90)])
def test_the_settings_choose_the_clock_and_opening_stands_in(
    tmp_path: Path, clock: str, minutes: float
) -> None:
    with by_hand(tmp_path, {"recovery_clock": clock}, incidents=CLOCKS) as store:
        recovery = facts(store, "recover_clock", "recover_minutes")
    assert recovery["all stamps"] == (clock, minutes)
    assert recovery["opened only"] == ("opened", 45.5)


def test_an_hour_of_clock_change_adds_nothing(tmp_path: Path) -> None:
    # Berlin, 26 October 2025: 02:30 summer time and 02:30 winter time are an hour apart.
    over_the_change = {
        "incident_id": "A", "opened_at": "2025-10-26 02:30+02:00", "resolved_at": "2025-10-26 02:30+01:00",
    }  # fmt: skip
    with by_hand(tmp_path, {"time_zone": "Europe/Berlin"}, incidents=[over_the_change]) as store:
        assert facts(store, "recover_minutes") == {"A": 60}


def test_detection_needs_both_stamps_in_order(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "both", "opened_at": "2025-07-01 10:00", "started_at": "2025-07-01 09:00",
         "detected_at": "2025-07-01 09:12"},
        {"incident_id": "start only", "opened_at": "2025-07-01 10:00", "started_at": "2025-07-01 09:00"},
        {"incident_id": "detection only", "opened_at": "2025-07-01 10:00", "detected_at": "2025-07-01 09:00"},
        {"incident_id": "backwards", "opened_at": "2025-07-01 10:00", "started_at": "2025-07-01 09:00",
         "detected_at": "2025-07-01 08:59"},
    ]  # fmt: skip
    with by_hand(tmp_path, incidents=incidents) as store:
        detected = facts(store, "detect_minutes")
    assert detected == {"both": 12, "start only": None, "detection only": None, "backwards": None}


ENGAGEMENT = [
    {"source": "a", "incident_id": "from detection", "opened_at": "2025-07-01 10:00",
     "detected_at": "2025-07-01 09:50", "engaged_at": "2025-07-01 10:10", "acknowledged_at": "2025-07-01 09:51"},
    {"source": "a", "incident_id": "from opening", "opened_at": "2025-07-01 10:00", "engaged_at": "2025-07-01 10:10"},
    {"source": "a", "incident_id": "acknowledged only", "opened_at": "2025-07-01 10:00",
     "acknowledged_at": "2025-07-01 10:01", "resolved_at": "2025-07-01 11:00"},
    {"source": "a", "incident_id": "waiting", "opened_at": "2025-07-01 10:00", "status": "open"},
    {"source": "a", "incident_id": "backwards", "opened_at": "2025-07-01 10:00", "engaged_at": "2025-07-01 09:00"},
    {"source": "b", "incident_id": "stands in", "opened_at": "2025-07-01 10:00", "acknowledged_at": "2025-07-01 10:04"},
    {"source": "c", "incident_id": "never told", "opened_at": "2025-07-01 10:00", "status": "open"},
]  # fmt: skip


def test_acknowledgement_stands_in_only_where_a_tool_records_no_engagement(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=ENGAGEMENT) as store:
        engaged = facts(store, "engage_stamp", "engage_state", "engage_minutes")
    assert engaged == {
        "from detection": ("engaged", "engaged", 20),
        "from opening": ("engaged", "engaged", 10),
        "acknowledged only": ("engaged", "not recorded", None),
        "waiting": ("engaged", "waiting", None),
        "backwards": ("engaged", "reversed times", None),
        "stands in": ("acknowledged", "engaged", 4),
        "never told": (None, "not recorded", None),
    }


def repeats(store: Store) -> dict[str, Any]:
    """Incident id -> (rule, partner), of repeats only."""
    found = facts(store, "repeat_rule", "repeat_partner", "is_repeat")
    assert all((rule is not None) == flagged for rule, _, flagged in found.values())
    return {incident: (rule, partner) for incident, (rule, partner, _) in found.items() if rule}


def test_an_explicit_link_makes_a_repeat_at_any_age(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "opened_at": "2023-01-01"},
        {"incident_id": "B", "opened_at": "2025-07-01", "repeat_of": "A"},
        {"incident_id": "C", "opened_at": "2025-07-02", "repeat_of": "in no export"},
        {"incident_id": "itself", "opened_at": "2025-07-02", "repeat_of": "itself"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert repeats(store) == {"B": ("explicit link", "A"), "C": ("explicit link", "in no export")}


def test_of_two_that_link_to_each_other_only_the_later_is_the_repeat(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "opened_at": "2025-07-01", "repeat_of": "B"},
        {"incident_id": "B", "opened_at": "2025-07-02", "repeat_of": "A"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert repeats(store) == {"B": ("explicit link", "A")}


def test_a_link_stays_within_the_tool_that_made_it(tmp_path: Path) -> None:
    incidents = [
        {"source": "a", "incident_id": "7", "opened_at": "2025-07-09"},
        {"source": "b", "incident_id": "7", "opened_at": "2025-07-01"},
        {"source": "b", "incident_id": "8", "opened_at": "2025-07-02", "repeat_of": "7"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert repeats(store) == {"8": ("explicit link", "7")}


def test_a_link_to_a_merged_incident_follows_it_to_the_last(tmp_path: Path) -> None:
    merged = {"table_name": "incidents", "disposition": "excluded", "reason": "merged into another"}
    with by_hand(
        tmp_path,
        incidents=[
            {"incident_id": "A", "opened_at": "2025-06-01"},
            {"incident_id": "B", "opened_at": "2025-07-01", "repeat_of": "M1"},
            {"incident_id": "P", "opened_at": "2025-07-01", "repeat_of": "M3"},
            {"incident_id": "round", "opened_at": "2025-07-01", "repeat_of": "R1"},
        ],
        left_out=[
            {**merged, "row_key": "M1", "detail": "M2"},
            {**merged, "row_key": "M2", "detail": "A"},
            {**merged, "row_key": "M3", "detail": "P"},
            {**merged, "row_key": "R1", "detail": "R2"},
            {**merged, "row_key": "R2", "detail": "R1"},
        ],
    ) as store:
        found = repeats(store)
    assert found["B"] == ("explicit link", "A")
    assert "P" not in found, "what was merged into it is itself"
    assert found["round"][0] == "explicit link", "a circle ends, and the tool is taken at its word"


def test_a_shared_problem_makes_a_repeat_within_the_look_back(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "problem_id": "P", "opened_at": "2025-01-01 00:00"},
        {"incident_id": "30 days on", "problem_id": "P", "opened_at": "2025-01-31 00:00"},
        {"incident_id": "a second late", "problem_id": "P", "opened_at": "2025-03-02 00:00:01"},
        {"incident_id": "other problem", "problem_id": "Q", "opened_at": "2025-01-02"},
        {"incident_id": "no problem 1", "opened_at": "2025-01-02"},
        {"incident_id": "no problem 2", "opened_at": "2025-01-03"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert repeats(store) == {"30 days on": ("shared problem", "A")}
    with by_hand(tmp_path, {"repeat_look_back_days": 31}, incidents=incidents) as store:
        assert repeats(store) == {
            "30 days on": ("shared problem", "A"),
            "a second late": ("shared problem", "30 days on"),
        }


def test_the_strongest_rule_wins_and_an_incident_is_one_repeat(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[
            {"incident_id": "A", "problem_id": "P", "opened_at": "2025-01-01"},
            {"incident_id": "B", "problem_id": "P", "opened_at": "2025-01-02"},
            {"incident_id": "C", "problem_id": "P", "opened_at": "2025-01-03", "repeat_of": "A"},
            {"incident_id": "D", "opened_at": "2025-01-04"},
            {"incident_id": "E", "opened_at": "2025-01-05"},
        ],
        tickets=[
            {"ticket_id": "1", "incident_id": "C", "created_at": "2025-01-03", "repeat_flag": True},
            {"ticket_id": "2", "incident_id": "D", "created_at": "2025-01-04", "repeat_flag": True},
            {"ticket_id": "3", "incident_id": "D", "created_at": "2025-01-05", "repeat_flag": True},
            {"ticket_id": "4", "incident_id": "E", "created_at": "2025-01-05", "repeat_flag": False},
            {"ticket_id": "5", "incident_id": None, "created_at": "2025-01-05", "repeat_flag": True},
        ],
    ) as store:
        assert repeats(store) == {
            "B": ("shared problem", "A"), "C": ("explicit link", "A"), "D": ("ticket flag", None),
        }  # fmt: skip
        assert len(facts(store, "source")) == 5


def test_links_without_a_problem_id_make_an_issue(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "opened_at": "2025-01-01"},
        {"incident_id": "B", "opened_at": "2025-02-01", "repeat_of": "A"},
        {"incident_id": "C", "opened_at": "2025-03-01", "repeat_of": "B"},
        {"incident_id": "D", "opened_at": "2025-01-01", "problem_id": "P"},
        {"incident_id": "E", "opened_at": "2025-04-01", "repeat_of": "D"},
        {"incident_id": "alone", "opened_at": "2025-01-01"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        issues = facts(store, "issue_id")
    assert issues == {"A": "A", "B": "A", "C": "A", "D": "P", "E": "P", "alone": None}


def test_an_empty_list_of_core_services_means_every_service(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "opened_at": "2025-01-01", "service": "api"},
        {"incident_id": "B", "opened_at": "2025-01-01", "service": None},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert facts(store, "is_core") == {"A": True, "B": True}
    with by_hand(tmp_path, {"core_services": ["api"]}, incidents=incidents) as store:
        assert facts(store, "is_core") == {"A": True, "B": False}


def test_what_happens_after_as_of_is_not_seen(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[
            {
                "incident_id": "A", "opened_at": "2025-07-01 10:00", "engaged_at": "2025-07-01 10:30",
                "resolved_at": "2025-07-01 12:00", "status": "resolved",
            },
            {"incident_id": "B", "opened_at": "2025-07-01 10:00", "closed_at": "2025-07-01 12:00", "status": "closed"},
            {"incident_id": "later", "opened_at": "2025-07-01 11:00:01"},
        ],
        tickets=[{
            "ticket_id": "1", "incident_id": "A", "created_at": "2025-07-01 10:50", "repeat_flag": True,
            "escalated_to_engineering_at": "2025-07-01 10:55", "escalated_to_executive_at": "2025-07-01 11:30",
        }],
    ) as store:  # fmt: skip
        columns = (
            "recover_state",
            "status",
            "recover_minutes",
            "open_minutes",
            "engage_state",
            "waiting_minutes",
        )
        assert seen(store, "2025-07-01 10:20", *columns) == {
            "A": ("open", "open", None, 20, "waiting", 20),
            "B": ("open", "open", None, 20, "waiting", 20),
        }
        assert seen(store, "2025-07-01 11:00", *columns)["A"] == ("open", "open", None, 60, "engaged", None)
        assert seen(store, "2025-07-01 12:00", *columns) == {
            "A": ("recovered", "resolved", 120, None, "engaged", None),
            "B": ("no resolve time", "closed", None, None, "not recorded", None),
            "later": (
                "open",
                "open",
                None,
                pytest.approx(59 + 59 / 60),
                "waiting",
                pytest.approx(59 + 59 / 60),
            ),
        }
        flags = ("is_repeat", "repeat_rule", "is_escalated", "escalated_executive_at")
        assert seen(store, "2025-07-01 10:49", *flags)["A"] == (False, None, False, None)
        assert seen(store, "2025-07-01 10:50", *flags)["A"] == (True, "ticket flag", False, None)
        assert seen(store, "2025-07-01 11:00", *flags)["A"] == (True, "ticket flag", True, None)
        assert seen(store, "2025-07-01 11:30", *flags)["A"][3] == instant("2025-07-01 11:30")


def test_filters_let_through_what_they_list_and_nothing_unnamed(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "opened_at": "2025-07-01", "service": "api", "team": "blue"},
        {"incident_id": "B", "opened_at": "2025-07-01", "service": "mail", "team": "red"},
        {"incident_id": "C", "opened_at": "2025-07-01"},
    ]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert set(seen(store, "2025-08-01", "title")) == {"A", "B", "C"}
        assert set(seen(store, "2025-08-01", "title", services=[], teams=[])) == {"A", "B", "C"}
        assert set(seen(store, "2025-08-01", "title", services=["api", "mail"])) == {"A", "B"}
        assert set(seen(store, "2025-08-01", "title", services=["api"], teams=["red"])) == set()


def test_incidents_lie_in_order_of_opening(tmp_path: Path) -> None:
    incidents = [{"incident_id": str(day), "opened_at": f"2025-07-{day:02}"} for day in (9, 3, 27, 14)]
    with by_hand(tmp_path, incidents=incidents) as store:
        assert list(facts(store, "title")) == ["3", "9", "14", "27"]


def test_the_earliest_escalation_of_any_ticket_is_the_incidents(tmp_path: Path) -> None:
    ticket = {"incident_id": "A", "created_at": "2025-07-01 10:10"}
    with by_hand(
        tmp_path,
        incidents=[{"incident_id": "A", "opened_at": "2025-07-01 10:00"}],
        tickets=[
            {**ticket, "ticket_id": "1", "escalated_to_engineering_at": "2025-07-01 12:00",
             "escalated_to_executive_at": "2025-07-01 13:00"},
            {**ticket, "ticket_id": "2", "escalated_to_engineering_at": "2025-07-01 11:00",
             "escalated_to_executive_at": "2025-07-01 14:00"},
        ],
    ) as store:  # fmt: skip
        found = seen(store, "2025-07-02", "escalated_engineering_at", "escalated_executive_at")["A"]
    assert found == (instant("2025-07-01 11:00"), instant("2025-07-01 13:00"))
