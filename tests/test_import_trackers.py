"""Issue trackers as sources: labels become severity, service and team; how an issue was closed says whether it recovered."""

import json
from pathlib import Path

import pytest

from tests.build_folder import build_folder, table
from tests.mapped import Row, mapped, read, source


def _by_id(format_name: str, file: str, key: str = "incident_id") -> dict[str | int | None, Row]:
    return {row[key]: row for row in mapped(format_name, file)}


def test_labels_of_a_github_issue_name_its_severity_its_service_and_its_team() -> None:
    issue = _by_id("github_issues", "gh.json")["11"]
    assert (issue["severity_text"], issue["service"], issue["team"]) == (
        "severity/critical",
        "checkout",
        "payments",
    )
    assert (issue["status"], issue["resolved_at"]) == ("resolved", "2025-07-01T11:00:00Z")


def test_how_a_github_issue_was_closed_says_whether_it_recovered() -> None:
    issues = _by_id("github_issues", "gh.json")
    assert [issues[n]["status"] for n in ("12", "13", "15")] == ["merged", "closed", "open"]
    assert all("resolved_at" not in issues[n] for n in ("12", "13", "15"))
    assert issues["15"]["severity_text"] == "high"


def test_issues_without_a_label_of_incidents_are_left_out_where_others_have_one() -> None:
    issues = _by_id("github_issues", "gh.json")
    assert issues["14"]["excluded_reason"] == "an issue without an incident label"
    assert [n for n, issue in issues.items() if "excluded_reason" in issue] == ["14"]


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ("bug,severity:1", None),
        ("severity::critical", None),
        ("sev-2,bug", None),
        ("production incident", None),
        ("incident,postmortem", None),
        ("bug,priority:1", "an issue without an incident label"),
        ("severity-discussion", "an issue without an incident label"),
        ("non-incident", "an issue without an incident label"),
        ("postmortem", "a postmortem or an action item, not an incident"),
        ("incident-postmortem", "a postmortem or an action item, not an incident"),
        ("incident,action item", "a postmortem or an action item, not an incident"),
        ("incident-action-item", "a postmortem or an action item, not an incident"),
        ("sev1,type: action-item", "a postmortem or an action item, not an incident"),
    ],
)
def test_a_label_of_severity_makes_an_incident_and_what_came_after_one_is_none(
    tmp_path: Path, labels: str, reason: str | None
) -> None:
    other = {
        "number": 1,
        "title": "Down",
        "state": "open",
        "labels": ["incident"],
        "createdAt": "2025-07-01T10:00:00Z",
    }
    objects = [other, {**other, "number": 2, "labels": [{"name": n} for n in labels.split(",")]}]
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "issues.json").write_text(json.dumps(objects))
    _, rows = read(source(tmp_path / "exports", "issues.json"))
    assert [row["excluded_reason"] for row in rows] == [None, reason]


def test_where_no_issue_has_a_label_of_incidents_action_items_are_left_out_all_the_same(
    tmp_path: Path,
) -> None:
    header = "Issue ID,URL,Title,State,Created At (UTC),Closed At (UTC),Labels"
    rows = [f"{n},u,t,Open,2025-07-01 10:00:00,,{label}" for n, label in enumerate(("bug", "action item"))]
    (tmp_path / "issues.csv").write_text("\n".join((header, *rows, "")))
    _, found = read(source(tmp_path, "issues.csv"))
    assert [row["excluded_reason"] is None for row in found] == [True, False]


def test_a_pull_request_in_the_list_of_issues_is_no_incident() -> None:
    issues = _by_id("github_issues", "rest.json")
    assert issues["21"]["url"] == "https://github.example/21"
    assert "excluded_reason" not in issues["21"]
    assert issues["22"]["excluded_reason"] == "a pull request, not an incident"


def test_the_site_of_an_upptime_issue_is_its_service() -> None:
    down, slow, other = mapped("upptime_issues", "issues.json")
    assert (down["service"], down["resolved_at"]) == ("Shop API", "2025-07-01T10:20:00Z")
    assert "severity_text" not in down
    assert (slow["service"], slow["severity_text"], slow["status"]) == (
        "Shop",
        "degraded performance",
        "open",
    )
    assert other["excluded_reason"] == "an issue that is not of a site"


def test_gitlab_knows_incidents_by_their_type_and_its_unknown_severity_gives_way_to_a_label() -> None:
    issues = _by_id("gitlab_issues", "issues.json")
    assert (issues["31"]["severity_text"], issues["31"]["team"]) == ("CRITICAL", "platform")
    assert issues["31"]["resolved_at"] == "2025-07-01T10:45:00.000Z"
    assert issues["32"]["severity_text"] == "severity::2"
    assert issues["33"]["excluded_reason"] == "an issue of another type, not an incident"


def test_a_gitlab_table_is_in_utc_and_lists_labels_in_one_cell() -> None:
    incident, other = mapped("gitlab_issues_csv", "issues.csv")
    assert (incident["severity_text"], incident["service"]) == ("priority::1", "api")
    assert other["excluded_reason"] == "an issue without an incident label"


def test_the_resolution_of_a_bugzilla_bug_says_how_it_ended() -> None:
    bugs = _by_id("bugzilla_bugs", "bugs.csv")
    assert {n: bug["status"] for n, bug in bugs.items()} == {
        "101": "resolved", "102": "closed", "103": "open", "104": "declined",
    }  # fmt: skip
    assert [n for n, bug in bugs.items() if "resolved_at" in bug] == ["101"]
    (duplicate,) = mapped("bugzilla_bugs", "rest.json")
    assert (duplicate["status"], duplicate["merged_into"]) == ("merged", "101")


def test_a_salesforce_case_is_a_ticket_of_its_account() -> None:
    closed, still_open = mapped("salesforce_cases", "report.csv")
    assert (closed["ticket_id"], closed["account_id"], closed["status"]) == (
        "00001234",
        "Umbra Ltd",
        "closed",
    )
    assert closed["solved_at"] == "7/14/2025 10:00 AM"
    assert still_open["status"] == "open" and "solved_at" not in still_open


def test_pull_requests_and_releases_are_changes_without_a_sign_off() -> None:
    merged, closed = mapped("github_pull_requests", "gh.json")
    assert (merged["kind"], merged["merged_at"]) == ("remediation", "2025-07-03T10:00:00Z")
    assert "reliability_signoff_at" not in merged
    assert closed["excluded_reason"] == "closed without a merge"
    released, draft = mapped("github_releases", "releases.json")
    assert (released["release"], released["released_at"]) == ("v1.2.0", "2025-07-05T10:00:00Z")
    assert draft["excluded_reason"] == "a draft"


def test_points_of_a_panel_end_intervals_as_long_as_the_usual_step() -> None:
    # 1751328000 s is 2025-07-01 00:00 UTC; the points are an hour apart and count what came since the one before.
    first, _, last = mapped("sli_counts", "panel.csv")
    assert (first["interval_start"], first["interval_end"]) == (
        "2025-06-30T23:00:00Z",
        "2025-07-01T00:00:00Z",
    )
    assert (first["good"], first["total"]) == ("999", "1000")
    assert (last["interval_start"], last["interval_end"]) == (
        "2025-07-01T01:00:00Z",
        "2025-07-01T02:00:00Z",
    )


def test_a_point_that_is_a_day_is_that_day_however_far_the_next_one_is() -> None:
    days = mapped("sli_counts", "days.csv")
    assert [(d["interval_start"], d["interval_end"]) for d in days] == [
        ("2025-07-01T00:00:00", "2025-07-02T00:00:00"),
        ("2025-07-04T00:00:00", "2025-07-05T00:00:00"),
        ("2025-07-07T00:00:00", "2025-07-08T00:00:00"),
    ]


def test_a_point_with_an_offset_is_the_instant_that_it_names() -> None:
    points = mapped("sli_counts", "offsets.csv")
    # 02:00+02:00, 01:00+00, 02:00 UTC, 03:00Z and 09:30+05:30 are the hours 0 to 4 of UTC.
    assert [p["interval_end"] for p in points] == [f"2025-07-01T0{hour}:00:00Z" for hour in range(5)]
    assert {p["good"]: p["interval_start"] for p in points}["11"] == "2025-07-01T00:00:00Z"


def test_a_point_without_an_offset_stays_without_one_however_it_is_written(tmp_path: Path) -> None:
    times = ("2025/07/01 08:00:00", "2025-7-1 9:00:00", "2025-07-01  10:00")
    text = "Time,handler,good,total\n" + "".join(f"{at},/pay,{n},10\n" for n, at in enumerate(times))
    (tmp_path / "slash.csv").write_text(text, encoding="utf-8")
    chosen, points = read(source(tmp_path, "slash.csv"))
    assert chosen is not None and chosen.name == "sli_counts"
    ends = [p["interval_end"] for p in points]
    assert ends == ["2025-07-01T08:00:00", "2025-07-01T09:00:00", "2025-07-01T10:00:00"]


def _issue(address: str, name: str = "url") -> dict[str, object]:
    return {
        "number": 12,
        "title": "Down",
        "state": "open",
        "labels": [],
        "createdAt": "2025-07-01T10:00:00Z",
        name: address,
    }


def test_issues_with_one_number_in_two_repositories_are_two_incidents(tmp_path: Path) -> None:
    page, interface = (
        "https://github.com/shop/web/issues/12",
        "https://api.github.com/repos/shop/api/issues/12",
    )
    own = "https://git.example/api/v3/repos/shop/own/issues/12"
    files = {
        "web.json": [_issue(page)],
        "api.json": [_issue(interface)],
        "own.json": [_issue(own)],
        "both.json": [_issue(page, "html_url") | {"url": interface}],
        "none.json": [_issue("")],
    }
    built = build_folder(tmp_path, {name: json.dumps(objects) for name, objects in files.items()})
    assert built.rows("select incident_id from incidents order by 1") == [
        ("12",), ("shop/api#12",), ("shop/own#12",), ("shop/web#12",),
    ]  # fmt: skip


def test_issues_of_two_gitlab_projects_are_two_incidents(tmp_path: Path) -> None:
    header = "Issue ID,URL,Title,State,Created At (UTC),Closed At (UTC),Labels"
    row = "7,https://gitlab.com/{}/-/issues/7,t,Open,2025-07-01 10:00:00,,"
    built = build_folder(
        tmp_path, {"a.csv": table(header, row.format("shop/core/api"), row.format("shop/web"))}
    )
    assert built.rows("select incident_id from incidents order by 1") == [
        ("shop/core/api#7",),
        ("shop/web#7",),
    ]


def test_pull_requests_and_releases_of_two_repositories_are_told_apart(tmp_path: Path) -> None:
    pull = {"number": 5, "title": "t", "state": "MERGED", "mergedAt": "2025-07-03T10:00:00Z"}
    release = {"tag_name": "v1", "published_at": "2025-07-03T10:00:00Z", "draft": False}
    files = {
        f"{kind}-{repo}.json": json.dumps([{**one, "html_url": f"https://github.com/shop/{repo}/{path}"}])
        for kind, one, path in (("pull", pull, "pull/5"), ("release", release, "releases/tag/v1"))
        for repo in ("web", "api")
    }
    built = build_folder(tmp_path, files)
    assert built.rows("select change_id from changes order by 1") == [
        ("shop/api#5",), ("shop/api@v1",), ("shop/web#5",), ("shop/web@v1",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (
            "Bug ID,Summary,Status,Resolution,Opened,Last Resolved",
            "1,t,,FIXED,2025-07-01 10:00:00,2025-07-01 12:00:00",
        ),
        ("number,title,state,labels,createdAt,closedAt", "1,t,,,2025-07-01T10:00:00Z,2025-07-01T12:00:00Z"),
        ("iid,title,state,labels,created_at,closed_at", "1,t,,,2025-07-01T10:00:00Z,2025-07-01T12:00:00Z"),
        ("Summary,Issue key,Status,Created,Resolved", "t,O-1,,2025-07-01 10:00:00,2025-07-01 12:00:00"),
    ],
)
def test_an_issue_without_a_status_is_not_over(tmp_path: Path, header: str, row: str) -> None:
    built = build_folder(tmp_path, {"a.csv": table(header, row)})
    assert built.rows("select status, resolved_at, closed_at from incidents") == [("open", None, None)]
