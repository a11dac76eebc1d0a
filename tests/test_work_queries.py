"""The queries behind the Reliability work page, on rows written by hand."""

from pathlib import Path
from typing import Any

from tests.warehouse_by_hand import by_hand, instant, params

QUARTER = params("2025-07-01", "2025-10-01", as_of="2025-10-01", core_services=["api", "login"])


def incident(name: str, opened: str, **more: Any) -> dict[str, Any]:
    return {
        "incident_id": name,
        "opened_at": opened,
        "service": "api",
        "severity": 1,
        "status": "closed",
        **more,
    }


def test_planned_and_done_points_stand_beside_the_shares_of_a_sprint(tmp_path: Path) -> None:
    work = [
        {"sprint": "S1", "starts_on": "2025-07-07", "ends_on": "2025-07-18", "team": "blue", **kind}
        for kind in (
            {"work_type": "root_cause", "planned_points": 6, "done_points": 5},
            {"work_type": "feature", "planned_points": 4, "done_points": 3},
            {"work_type": "spike", "planned_points": 2, "done_points": None},
        )
    ]
    with by_hand(tmp_path, sprint_work=work) as store:
        row = store.run("charts/capacity_by_sprint", QUARTER).one()
    assert (row["planned_points"], row["done_points"], row["planned_share"]) == (12, 8, 0.5)
    assert (row["root_cause"], row["feature"], row["unlabelled"]) == (5, 3, 2)
    assert row["value"] == 0.5


def test_a_sprint_without_root_cause_work_has_a_share_of_zero(tmp_path: Path) -> None:
    work = {"sprint": "S1", "starts_on": "2025-07-07", "ends_on": "2025-07-18", "team": "blue"}
    with by_hand(tmp_path, sprint_work=[{**work, "work_type": "feature", "planned_points": 4}]) as store:
        row = store.run("charts/capacity_by_sprint", QUARTER).one()
    assert (row["value"], row["planned_share"]) == (0, 0)
    assert [row[kind] for kind in ("root_cause", "feature", "other", "unlabelled")] == [0, 4, 0, 0]
    with by_hand(tmp_path, sprint_work=[{**work, "work_type": "root_cause", "planned_points": 4}]) as store:
        row = store.run("charts/capacity_by_sprint", QUARTER).one()
    assert [row[kind] for kind in ("root_cause", "feature", "other", "unlabelled")] == [4, 0, 0, 0]


def test_a_timeline_holds_every_moment_once_and_nothing_of_later(tmp_path: Path) -> None:
    with by_hand(
        tmp_path,
        incidents=[
            incident("A", "2025-07-05 10:00", started_at="2025-07-05 09:50", resolved_at="2025-07-05 12:00",
                     closed_at="2025-07-09 12:00"),
            incident("B", "2025-07-05 10:00"),
        ],
        alerts=[
            {"alert_id": "1", "fired_at": "2025-07-05 09:55", "title": "Burn rate", "incident_id": "A"},
            {"alert_id": "2", "fired_at": "2025-07-05 09:58", "title": "Errors", "incident_id": "A"},
            {"alert_id": "3", "fired_at": "2025-07-05 09:58", "title": "Other", "incident_id": "B"},
        ],
        tickets=[
            {"ticket_id": "T1", "created_at": "2025-07-05 10:30", "incident_id": "A"},
            {"ticket_id": "T2", "created_at": "2025-07-05 10:20", "incident_id": "A",
             "escalated_to_executive_at": "2025-07-05 11:00"},
        ],
    ) as store:  # fmt: skip
        seen = {"incident_id": "A", "as_of": instant("2025-07-06")}
        moments = store.run("lists/work/incident_timeline", seen).rows
    assert [(f"{m['at']:%H:%M}", m["what"], m["detail"]) for m in moments] == [
        ("09:50", "Started", None),
        ("09:55", "First alert", "Burn rate"),
        ("09:58", "Alert", "Errors"),
        ("10:00", "Opened", None),
        ("10:20", "First support ticket", "2 tickets in all"),
        ("11:00", "Escalated to an executive", "ticket T2"),
        ("12:00", "Resolved", None),
    ]


def test_a_runbook_is_missing_stale_undated_or_there(tmp_path: Path) -> None:
    repeats = [
        incident(f"{problem}{n}", f"2025-07-0{n} 10:00", problem_id=problem, service=service)
        for problem, service in (("P1", "api"), ("P2", "mail"), ("P3", "mail"), ("P4", "login"))
        for n in (1, 5)
    ]
    books = [
        {"problem_id": "P2", "service": "mail", "url": "u2", "updated_at": "2024-09-30"},
        {"problem_id": "P3", "service": "mail", "url": "u3"},
        {"service": "login", "url": "old", "updated_at": "2025-01-01"},
        {"service": "login", "url": "new", "updated_at": "2025-09-01"},
        {"service": "login", "url": "later", "updated_at": "2025-10-02"},
        {"service": "web", "url": "w", "updated_at": "2023-01-01"},
    ]
    with by_hand(tmp_path, incidents=repeats, runbooks=books) as store:
        rows = store.run("lists/work/runbook_coverage", QUARTER).rows
        only_api = store.run("lists/work/runbook_coverage", {**QUARTER, "services": ["api"]}).rows
    found = [
        (r["subject"], r["problem_id"] or r["service"], r["state"], r["runbook_url"], r["repeats"])
        for r in rows
    ]
    assert found == [
        ("chronic issue", "P1", "missing", None, 1),
        ("chronic issue", "P2", "stale", "u2", 1),  # 366 days
        ("chronic issue", "P3", "undated", "u3", 1),
        ("chronic issue", "P4", "covered", "new", 1),  # the service's own runbook
        ("core service", "api", "missing", None, None),
        ("core service", "login", "covered", "new", None),
        ("other", "web", "stale", "w", None),
    ]
    assert [(r["subject"], r["state"]) for r in only_api] == [
        ("chronic issue", "missing"), ("core service", "missing"),
    ]  # fmt: skip


def test_alerts_count_hours_only_where_nothing_had_to_be_done(tmp_path: Path) -> None:
    def alert(name: str, title: str, actionable: bool | None, closed: str | None) -> dict[str, Any]:
        return {
            "alert_id": name, "title": title, "service": "api", "fired_at": "2025-07-05 10:00",
            "closed_at": closed, "actionable": actionable,
        }  # fmt: skip

    alerts = [
        alert("1", "CPU", False, "2025-07-05 12:00"),
        alert("2", "CPU", False, "2025-07-05 10:30"),
        alert("3", "CPU", True, "2025-07-05 20:00"),
        alert("4", "Errors", True, "2025-07-05 20:00"),
        alert("5", "Pod", None, "2025-07-05 20:00"),
        alert("6", "Disk", False, None),
        alert("7", "Disk", False, "2025-07-05 09:00"),
    ]
    with by_hand(tmp_path, alerts=alerts) as store:
        service = store.run("lists/work/alerts_by_service", QUARTER).one()
        worst = store.run("lists/work/worst_alerts", {**QUARTER, "limit": None}).rows
    assert (service["alerts"], service["labelled"], service["actionable"], service["share"]) == (
        7,
        6,
        2,
        2 / 6,
    )
    assert (service["noise_hours"], service["untimed"]) == (2.5, 2)
    assert service["low"] < 1 / 3 < service["high"]
    assert [(r["title"], r["alerts"], r["actionable"], r["noise_hours"]) for r in worst] == [
        ("CPU", 3, 1, 2.5), ("Disk", 2, 0, None),
    ]  # fmt: skip


def test_only_features_released_inside_a_freeze_are_listed(tmp_path: Path) -> None:
    def change(name: str, released: str | None, kind: str | None, essential: bool | None) -> dict[str, Any]:
        return {"change_id": name, "released_at": released, "kind": kind, "essential": essential}

    changes = [
        change("before", "2025-08-17 23:59:59", "feature", False),
        change("first", "2025-08-18", "Feature ", False),
        change("fix", "2025-08-20", "remediation", False),
        change("needed", "2025-08-21", "feature", True),
        change("unsaid", "2025-08-22", None, None),
        change("after", "2025-09-29", "feature", False),
        change("planned", None, "feature", False),
    ]
    freeze = {
        "freeze_starts": [instant("2025-08-18")],
        "freeze_ends": [instant("2025-09-29")],
        "freeze_notes": [""],
    }
    with by_hand(tmp_path, changes=changes) as store:
        rows = store.run("lists/work/freeze_launches", {**QUARTER, **freeze}).rows
        endless = store.run("lists/work/freeze_launches", {**QUARTER, **freeze, "freeze_ends": [None]}).rows
        none = {"freeze_starts": [], "freeze_ends": [], "freeze_notes": []}
        assert not store.run("lists/work/freeze_launches", {**QUARTER, **none}).rows
    assert [(r["change_id"], r["state"]) for r in rows] == [
        ("first", "not essential"), ("needed", "essential"), ("unsaid", "not recorded"),
    ]  # fmt: skip
    assert [r["change_id"] for r in endless][-1] == "after"


def test_turns_are_counted_by_team_and_week_never_by_person(tmp_path: Path) -> None:
    turns = [
        {"engineer": "Ana", "date": "2025-07-07", "team": "blue", "hours": 4},
        {"engineer": "Ana", "date": "2025-07-09", "team": "blue", "hours": 3},
        {"engineer": "Bo", "date": "2025-07-21", "team": "blue", "hours": None},
        {"engineer": "Cy", "date": "2025-07-22", "team": None, "hours": 2},
    ]
    with by_hand(tmp_path, support_rotations=turns) as store:
        teams = store.run("lists/work/support_rotations_by_team", QUARTER).rows
        records = store.run("rows/support_rotations", {**QUARTER, "limit": None})
        weeks = store.run("charts/support_turns_weekly", {**QUARTER, "end": instant("2025-07-28")}).rows
    assert len(records) == 4 and "engineer" not in records.columns
    assert [(t["team"], t["turns"], t["engineers"], t["weeks"], t["hours"]) for t in teams] == [
        ("blue", 3, 2, 2, 7), (None, 1, 1, 1, 2),
    ]  # fmt: skip
    assert [(f"{w['at']:%d}", w["value"]) for w in weeks] == [("30", None), ("07", 2), ("14", 0), ("21", 2)]


def test_turns_held_stand_against_turns_planned(tmp_path: Path) -> None:
    turns = [
        {"engineer": "Ana", "date": "2025-07-07", "team": "blue", "planned_hours": 4, "hours": 3},
        {"engineer": "Bo", "date": "2025-07-09", "team": "blue", "planned_hours": 4, "hours": None},
        {"engineer": "Cy", "date": "2025-07-10", "team": "blue", "planned_hours": 4, "hours": 0},
        {"engineer": "Di", "date": "2025-07-11", "team": "blue", "planned_hours": None, "hours": 2},
    ]
    with by_hand(tmp_path, support_rotations=turns) as store:
        (team,) = store.run("lists/work/support_rotations_by_team", QUARTER).rows
        records = store.run("rows/support_rotations", {**QUARTER, "limit": None}).rows
        weeks = store.run("charts/support_turns_weekly", {**QUARTER, "end": instant("2025-07-14")}).rows
    told = ("turns", "planned", "planned_held", "engineers", "hours", "planned_hours")
    assert [team[name] for name in told] == [2, 3, 1, 2, 5, 12]
    assert [(f"{r['date']:%d}", r["contributes"], r["left_out"]) for r in records] == [
        ("11", 1, None), ("10", None, "planned, not held"), ("09", None, "planned, not held"), ("07", 1, None),
    ]  # fmt: skip
    assert [(f"{w['at']:%d}", w["value"]) for w in weeks] == [("30", None), ("07", 2)]


def test_a_release_is_compared_over_as_many_days_before_as_after(tmp_path: Path) -> None:
    incidents = [
        incident("too early", "2025-07-01 10:00", resolved_at="2025-07-01 11:00"),
        incident("before", "2025-08-15 10:00", resolved_at="2025-08-15 11:00"),
        incident("small", "2025-08-16 10:00", resolved_at="2025-08-16 11:00", severity=3),
        incident("after", "2025-09-02 10:00", resolved_at="2025-09-02 10:30"),
        incident("open", "2025-09-30 12:00", status="open"),
    ]
    hour = {"endpoint": "/", "service": "api", "good": 9, "total": 10}
    requests = [
        {**hour, "interval_start": "2025-08-31 22:00", "interval_end": "2025-08-31 23:00"},
        {
            **hour,
            "interval_start": "2025-08-31 23:30",
            "interval_end": "2025-09-01 00:30",
        },  # cut by the release
        {**hour, "interval_start": "2025-09-01 00:30", "interval_end": "2025-09-01 01:30"},
        {**hour, "interval_start": "2025-09-02 00:30", "interval_end": "2025-09-02 01:30", "service": "mail"},
    ]
    entries = [
        {"item_id": "R1", "released_at": "2025-09-01", "expected_mttr_change": -0.1},
        {"item_id": "R2", "released_at": "2025-01-01"},
        {"item_id": "R3", "released_at": "2025-10-05"},
    ]
    with by_hand(tmp_path, incidents=incidents, availability=requests, roadmap=entries) as store:
        plans = {row["item_id"]: row for row in store.run("lists/work/roadmap_effects", QUARTER)}
        rows = [r for r in store.run("lists/work/roadmap_incidents", QUARTER) if r["item_id"] == "R1"]
        days = [r for r in store.run("lists/work/roadmap_availability", QUARTER) if r["item_id"] == "R1"]
    first = plans["R1"]
    assert first["before_start"] == instant("2025-08-02") and first["after_end"] == instant("2025-10-01")
    assert (first["days"], first["states_effect"], first["incidents_covered"]) == (30, True, True)
    assert (plans["R2"]["days"], plans["R2"]["states_effect"]) == (90, False)
    assert plans["R3"]["released_at"] is None and plans["R3"]["days"] is None  # after as_of
    assert [(r["incident_id"], r["side"], r["minutes"], r["has_ended"]) for r in rows] == [
        ("before", "before", 60, True),
        ("after", "after", 30, True),
        ("open", "after", 12 * 60, False),
    ]
    assert [(r["side"], r["day"], r["good"], r["total"]) for r in days] == [
        ("before", -1, 9, 10), ("after", 0, 9, 10),
    ]  # fmt: skip
