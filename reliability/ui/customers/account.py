"""The story of one account: its incidents in time with its answers beside them, its issues, its tickets."""

from collections import Counter
from datetime import datetime
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.money import money
from reliability.review.scope import YEAR
from reliability.ui import empty, filters, panels, tables, text
from reliability.ui.customers import comments, letter, links
from reliability.ui.customers.accounts import open_account
from reliability.ui.customers.page import seen_at
from reliability.ui.view import View

_SHOWN_TICKETS = (
    "ticket_id", "subject", "service", "priority", "created_at", "solved_at", "incident_id",
    "escalated_to_engineering_at", "escalated_to_executive_at",
)  # fmt: skip
_MOST_ISSUES = 8
_MOST_MET = 5000
_MOST_MOMENTS = 25
_FEW_TICKETS = 7


def story(view: View) -> bool:
    """Show the account that the address names, in place of the page; tell whether there was one."""
    account_id = str(st.query_params.get("account", "")).strip()
    if not account_id:
        return False
    at = seen_at(view)
    found = view.scope.run("lists/account_detail", account_id=account_id, as_of=at).rows
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if st.button("All customers", icon=":material/arrow_back:", type="tertiary", key="all-customers"):
            open_account("")
        if found:
            letter.offer(account_id, view)
    if not found:
        said = f"No account {text.title(account_id, 40)} is known"
        st.html(f'<h1 class="rl-headline">{text.html(said)}</h1>')
        empty.note("No incident, ticket, answer or list of accounts names it by this date.", concern=False)
        return True
    account = found[0]
    window = {"account_id": account_id, "start": at - YEAR, "end": at, "as_of": at}
    hits = view.scope.run("lists/account_incidents", **window, limit=_MOST_MET).rows
    answers = view.scope.run("lists/customers/account_answers", **window, limit=_MOST_MET).rows
    tickets = view.scope.run("lists/customers/account_tickets", **window, limit=_MOST_MET).rows
    _headline(account, hits, answers, at, view)
    left, right = st.columns([2, 1], gap="small")
    with left, st.container(border=True, key="account-course"):
        _course(account_id, hits, answers, view)
    with right:
        _issues(hits, view)
        _tickets(tickets, view)
    return True


def _headline(
    account: dict[str, Any],
    hits: list[dict[str, Any]],
    answers: list[dict[str, Any]],
    at: datetime,
    view: View,
) -> None:
    name = account["name"] or account["account_id"]
    p1 = sum(hit["severity"] == 1 for hit in hits)
    among = fmt.p1_among(p1, sum(hit["severity"] is None for hit in hits), len(hits))
    said = f"{text.title(name, 60)}: hit by {fmt.plural(len(hits), 'incident')}, {among}"
    if not hits:
        said = f"{text.title(name, 60)}: no incident is known to have hit it"
    since = f" in the twelve months to {fmt.day(at, view.zone)}"
    facts = [
        account["segment"] or "segment not recorded",
        f"{money(account['annual_value'], view.currency)} a year"
        if account["annual_value"] is not None
        else "value a year not recorded",
        _last_answer(answers, account, view),
    ]
    if chosen := filters.active(view.filters):
        facts.append(f"only {', '.join(chosen)}")
    st.html(
        f'<h1 class="rl-headline">{text.html(said + since)}</h1>'
        f'<p class="rl-reason">{text.html(" · ".join(facts))}</p>'
    )


def _last_answer(answers: list[dict[str, Any]], account: dict[str, Any], view: View) -> str:
    if account["last_score"] is None:
        return "no scored answer"
    last = f"last score {account['last_score']} on {fmt.day(account['last_answered_at'], view.zone)}"
    return f"{last}, first of these months {answers[-1]['score']}" if len(answers) > 1 else last


def _course(account_id: str, hits: list[dict[str, Any]], answers: list[dict[str, Any]], view: View) -> None:
    shown = comments.hidden_people(answers, _as_written(answers))
    st.html(panels.heading(
        "What hit it, and what it said",
        "Newest first · incidents on the left, scored answers on the right, each on the day it was",
    ))  # fmt: skip
    if not hits and not answers:
        empty.note("No incident and no answer in these twelve months.", concern=False)
        return
    if any(row["comment"] for row in answers):
        comments.switch()
        st.html(comments.masked_note(shown, bool(st.session_state.get("as-written"))))
    moments = [(row["opened_at"], 0, _hit(row, view), "") for row in hits]
    moments += [(row["responded_at"], 1, "", _answer(row)) for row in shown.rows]
    moments.sort(key=lambda moment: moment[:2], reverse=True)
    whole = len(moments) <= _MOST_MOMENTS or st.session_state.get("_whole-story") == account_id
    st.html("".join(_moment(*moment, view) for moment in (moments if whole else moments[:_MOST_MOMENTS])))
    if not whole:
        st.button(
            f"Show all {fmt.count(len(moments))}", key="whole-story", on_click=_show_all, args=(account_id,)
        )


def _show_all(account_id: str) -> None:
    st.session_state["_whole-story"] = account_id


def _moment(at: datetime, _: int, left: str, right: str, view: View) -> str:
    """Return one day of the story as HTML: side by side where there is room, else one below the other."""
    row = "display:flex;flex-wrap:wrap;gap:0 1rem;border-top:1px solid var(--border);padding:0.4rem 0"
    side = "flex:1 1 15rem"
    return (
        f'<div class="rl rl-table" style="{row}"><p style="flex:0 0 6.2rem">{fmt.day(at, view.zone)}</p>'
        f'<p style="{side}">{left}</p><p style="{side}">{right}</p></div>'
    )


def _as_written(answers: list[dict[str, Any]]) -> bool:
    return bool(answers) and bool(st.session_state.get("as-written"))


def _hit(row: dict[str, Any], view: View) -> str:
    level = f"P{row['severity']}" if row["severity"] is not None else "no severity"
    took = fmt.duration(row["minutes"]) if row["minutes"] is not None else "time not recorded"
    facts = [row["service"] or "no service", f"open for {took}" if row["recover_state"] == "open" else took]
    facts += ["repeat"] if row["is_repeat"] else []
    facts += ["known by a ticket"] if row["known_by"] == "ticket" else []
    return (
        f"<b>{level}</b> {links.incident(view, row['incident_id'])} {text.html(text.title(row['title'] or '', 70))}"
        f"<br>{panels.faint(' · '.join(facts))}"
    )


def _answer(row: dict[str, Any]) -> str:
    said = f"<br>{text.html(row['comment'])}" if row["comment"] else ""
    return f"{comments.score(row)}{said}"


def _issues(hits: list[dict[str, Any]], view: View) -> None:
    times = Counter(row["issue_id"] for row in hits if row["issue_id"])
    titles = {row["issue_id"]: row["title"] for row in reversed(hits)}
    again = [name for name, number in times.most_common() if number > 1]
    title = f"{fmt.plural(len(again), 'issue')} hit it more than once" if again else "No issue hit it twice"
    with panels.panel("account-issues", title, "Incidents of these months by the issue they belong to"):
        if not times:
            empty.note("No incident that hit it names an issue.", concern=False)
            return
        rows = [
            (
                f"{links.link(view, name, 'chronic_issues', issue=name)}<br>"
                f"{panels.faint(text.title(titles[name] or '', 60))}",
                fmt.count(number),
            )
            for name, number in times.most_common(_MOST_ISSUES)
        ]
        st.html(panels.table(("Issue", "Hit it"), rows, (1,)))
        if len(times) > _MOST_ISSUES:
            empty.note(f"{len(times) - _MOST_ISSUES} more.", concern=False)


def _tickets(tickets: list[dict[str, Any]], view: View) -> None:
    linked = sum(row["incident_id"] is not None for row in tickets)
    title = (
        f"{fmt.plural(len(tickets), 'ticket')}, {fmt.count(linked)} about an incident"
        if tickets
        else "No ticket"
    )
    with panels.panel("account-tickets", title, "Support tickets of these months, newest first"):
        if not tickets:
            empty.note("No ticket of this account is recorded in these months.", concern=False)
            return
        tables.table(
            tables.without_people(tickets),
            "table-account-tickets",
            view.zone,
            alt="Tickets of the account",
            only=_SHOWN_TICKETS,
            height=300 if len(tickets) > _FEW_TICKETS else "auto",
        )
