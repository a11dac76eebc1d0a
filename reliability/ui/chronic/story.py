"""The story of one chronic issue: its timeline, what was tried, who was hit, and what they said."""

from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.model import NOISE
from reliability.money import money
from reliability.review.chronic_words import ENDED, HOLDING
from reliability.ui import empty, panels, tables, text, theme
from reliability.ui.chronic import customers as chronic_customers
from reliability.ui.chronic import timeline as chronic_timeline
from reliability.ui.chronic.page import asked, seen_at, seen_day, state_html
from reliability.ui.incidents import listing as incident_list
from reliability.ui.view import View

_HISTORY_COLUMNS = (
    "opened_at", "incident_id", "title", "severity", "minutes", "state", "away_before_hours", "repeat_rule",
    "root_cause", "customers_affected", "is_escalated",
)  # fmt: skip


def show(issue: dict[str, Any], view: View) -> None:
    """Show everything known of one issue: filters choose which are listed, they do not cut a story.

    issue: of `lists/chronic_issues`.
    """
    issue_id = str(issue["issue_id"])
    of_it = {"issue_id": issue_id, "as_of": seen_at(view)}
    history = view.scope.run("lists/chronic/chronic_history", **of_it).rows
    work = view.scope.run("lists/chronic_work", **of_it).rows
    endings = view.scope.run("lists/chronic_endings", **of_it).rows
    chronic_timeline.show(issue, history, work, endings, view)
    with st.grid(2, min_column_width=320, gap="small"):
        _cost(issue, view)
        _written(issue, history, [w for w in work if w["kind"] == "postmortem"], view)
        _tried([w for w in work if w["kind"] != "postmortem"], view)
        chronic_customers.words(issue_id, view)
    chronic_customers.accounts(issue_id, view)
    _incidents(history, view)


def headline(issue: dict[str, Any], view: View) -> None:
    """Say how often the problem came back and whether it is over."""
    facts = [
        issue["issue_id"],
        issue["service"] or "no service",
        issue["team"] or "",
        fmt.plural(issue["incidents"], "incident"),
        fmt.p1_among(issue["p1"], issue["severity_unknown"], issue["incidents"]),
        f"as of {seen_day(view)}",
    ]
    st.html(
        f'<h1 class="rl-headline">{text.html(sentence(issue, view.zone))}</h1>'
        f'<p class="rl-reason">{state_html(issue).replace("<br>", " · ")} · '
        f"{text.html(' · '.join(fact for fact in facts if fact))}</p>"
    )


def sentence(issue: dict[str, Any], zone: str) -> str:
    """Return the story in a sentence. issue: of `lists/chronic_issues`."""
    name = f"“{text.title(issue['title'] or 'A problem without a title', 60)}”"
    said = f"{name} came back {fmt.plural(issue['repeats'], 'time')} since {fmt.day(issue['first_opened_at'], zone)}"
    days = fmt.plural(int(issue["held_days"] or 0), "day")
    if issue["is_open"]:
        return f"{said} and is open now"
    if issue["state"] == ENDED:
        return f"{said} and has ended: away for {days}"
    if issue["state"] == HOLDING and issue["fixed_at"] is not None:
        return f"{said}; fixed on {fmt.day(issue['fixed_at'], zone)}, it has held for {days}"
    if issue["state"] == HOLDING:
        return f"{said}; quiet for {days}, but no fix is recorded"
    return f"{said}, last {fmt.plural(int(issue['days_since_last']), 'day')} ago"


def _cost(issue: dict[str, Any], view: View) -> None:
    hours = issue["year_customer_hours"]
    finding = f"It cost {fmt.count(hours)} customer hours in a year" if hours else "What it cost in a year"
    with panels.panel("story-cost", finding, f"The year to {seen_day(view)}, all services and teams"):
        halves = f"{fmt.count(issue['recent_half'])} and {fmt.count(issue['earlier_half'])}"
        rows = [
            ("Times it came back", fmt.count(issue["year_repeats"])),
            ("Incidents, six months and the six before", halves),
            ("Customers hit, added up over incidents", _known(issue["year_customers"])),
            ("Time broken, added up over incidents", fmt.duration(issue["year_minutes"])),
            ("Incidents escalated", fmt.count(issue["year_escalated"])),
            ("Accounts hit", fmt.count(issue["accounts"]) if issue["accounts"] else fmt.MISSING),
            ("Their value a year", money(issue["annual_value"], view.currency)),
            ("Support tickets, ever", fmt.count(issue["tickets"]) if issue["tickets"] else fmt.MISSING),
        ]  # fmt: skip
        st.html(panels.table((), [(text.html(a), text.html(b)) for a, b in rows], (1,)))
        if issue["annual_value"] is None:
            empty.note("Their value needs an export with accounts (account, annual value).", concern=False)
        whole = {"services": None, "teams": None, "severities": None}
        asked_of = asked(view, **whole, issue_id=issue["issue_id"])
        panels.source("What a problem costs", ("lists/chronic_issues",), view, **asked_of)


def _known(value: int | None) -> str:
    return fmt.MISSING if value is None else fmt.count(value)


def _runbook(issue: dict[str, Any], view: View) -> str:
    if issue["has_runbook"]:
        return f"Runbook: {panels.link(issue['runbook_url'], issue['runbook_url'] or 'there is one')}"
    recorded = any(r["table_name"] == "runbooks" and r["records"] for r in view.scope.run("lists/data_range"))
    if recorded:
        return '<span class="tone-concern" aria-hidden="true">▲</span> No runbook covers this problem.'
    return "Whether there is a runbook is not known: it needs an export with runbooks."


def _tried(work: list[dict[str, Any]], view: View) -> None:
    released = [w for w in work if w["done_at"] is not None]
    failed = sum(bool(w["came_back"]) for w in released)
    finding = (
        f"{fmt.count(failed)} of {fmt.plural(len(released), 'release')} did not end it"
        if released
        else "No released remediation is tied to it"
    )
    subtitle = "A fix names the problem or promises fewer repeats; other remediation is only for its service"
    with panels.panel("story-tried", finding, subtitle):
        if released:
            rows = [_work_row(w, view.zone) for w in reversed(released)]
            st.html(panels.table(("Released", "What", "Then"), rows))
        elif not _recorded(view, "changes", "roadmap"):
            empty.note(
                "Fixes need an export with changes (kind, service, released) or a roadmap.", concern=False
            )
        if planned := [w for w in work if w["planned_for"] is not None]:
            st.html('<p class="rl-heading rl-after">Still to come</p>')
            st.html(panels.table(("Planned", "What"), [_planned_row(w) for w in planned]))


def _written(
    issue: dict[str, Any], history: list[dict[str, Any]], postmortems: list[dict[str, Any]], view: View
) -> None:
    causes = recorded_causes(history)
    finding = f"{fmt.plural(len(causes), 'cause')} recorded so far" if causes else "No cause is recorded"
    with panels.panel(
        "story-written", finding, "Runbook, postmortems, and causes as the incidents record them"
    ):
        st.html(f'<p class="rl rl-note">{_runbook(issue, view)}</p>')
        _postmortems(postmortems, view)
        if causes:
            rows = [(panels.whole(fmt.day(at, view.zone)), text.html(c), fmt.count(n)) for at, c, n in causes]
            st.html(panels.table(("First", "Cause", "Times"), rows, (2,)))


def recorded_causes(history: list[dict[str, Any]]) -> list[tuple[Any, str, int]]:
    """Return each recorded cause once: when it was first given, the cause, how often; newest first."""
    found: dict[str, list[Any]] = {}
    for row in history:
        if row["root_cause"]:
            found.setdefault(row["root_cause"], []).append(row["opened_at"])
    return sorted(((min(at), cause, len(at)) for cause, at in found.items()), reverse=True)


def _postmortems(found: list[dict[str, Any]], view: View) -> None:
    if not found:
        said = "No postmortem of its incidents is published."
        if not _recorded(view, "postmortems"):
            said = "Postmortems are not known: they need an export with one row for each postmortem."
        empty.note(said, concern=False)
        return
    total = sum(w["actions_total"] or 0 for w in found)
    done = sum(w["actions_done"] or 0 for w in found)
    said = f"{fmt.plural(len(found), 'postmortem')}"
    if total:
        said += f", {fmt.count(done)} of {fmt.plural(total, 'action')} done"
    listed = ", ".join(panels.link(w["url"], str(w["work_id"])) for w in reversed(found))
    st.html(f'<p class="rl rl-note"><b>{text.html(said)}</b>: {listed}</p>')


def _recorded(view: View, *names: str) -> bool:
    return any(r["table_name"] in names and r["records"] for r in view.scope.run("lists/data_range"))


def _work_row(work: dict[str, Any], zone: str) -> tuple[str, ...]:
    name = f"<b>{text.html(work['work_id'])}</b> {text.html(text.title(work['title'] or '', 60))}"
    tie = f"fix: {work['tie']}" if work["is_fix"] else work["tie"]
    days = fmt.plural(int(work["days_quiet"]), "day")
    if work["came_back"]:
        then = f"back after {days}"
    else:
        look = theme.tone(NOISE)
        then = f'<span class="{look.css}"><span aria-hidden="true">{look.icon}</span> away for {days}</span>'
    return panels.whole(fmt.day(work["done_at"], zone)), f"{name}<br>{panels.faint(tie)}", then


def _planned_row(work: dict[str, Any]) -> tuple[str, ...]:
    name = f"<b>{text.html(work['work_id'])}</b> {text.html(text.title(work['title'] or '', 60))}"
    promise = "promises fewer repeats" if work["is_fix"] else "for its service"
    return panels.whole(work["planned_for"]), f"{name}<br>{panels.faint(promise)}"


def _incidents(history: list[dict[str, Any]], view: View) -> None:
    newest = [
        {
            **row,
            "away_before_hours": None
            if row["days_since_previous"] is None
            else row["days_since_previous"] * 24,
        }
        for row in reversed(history)
    ]
    with panels.panel(
        "story-incidents", "Every incident of it", "newest first · choose one to see its moments and source"
    ):
        tables.table(
            newest,
            "table-story",
            view.zone,
            alt="Incidents of this problem",
            only=_HISTORY_COLUMNS,
            opened=lambda row: incident_list.open_incident(row, view),
            link=lambda row: incident_list.address(row, view),
            height=320,
        )
        tables.download("incidents of a problem", lambda: newest, view.zone)
