"""Customers in the drawer of an incident: the accounts it hit, the alerts that belong to it; and its own address."""

from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.money import money
from reliability.ui import empty, navigation, panels, tables, text
from reliability.ui.customers import links
from reliability.ui.view import View

_MOST = 5
_MOST_ALERTS = 20


def show(incident_id: str, view: View) -> None:
    """Show which accounts an incident hit, each one click from its story, and which alerts belong to it."""
    rows = view.scope.run("lists/customers/incident_accounts", incident_id=incident_id, limit=None).rows
    st.html(f'<p class="rl-heading">{_title(rows, view.currency)}</p>')
    if not rows:
        empty.note(
            "No account recorded. An export of the accounts each incident hit would show it, or support tickets that "
            "name the incident and the account.",
            concern=False,
        )
        navigation.link("data", "Add an export")
    else:
        st.html(_table(rows[:_MOST], view))
        if len(rows) > _MOST:
            with st.expander(f"{fmt.count(len(rows) - _MOST)} more"):
                st.html(_table(rows[_MOST : tables.MOST_ROWS], view))
    _alerts(incident_id, view)


def _title(rows: list[dict[str, Any]], currency: str) -> str:
    if not rows:
        return "Customers hit"
    valued = [row["annual_value"] for row in rows if row["annual_value"] is not None]
    value = f", worth {money(sum(valued), currency)} a year" if valued else ", value not recorded"
    return f"Customers hit: {fmt.plural(len(rows), 'account')}{value}"


def _table(rows: list[dict[str, Any]], view: View) -> str:
    head = ("Account", "Value a year", "Tickets", "Last score")
    return panels.table(head, [_account(row, view) for row in rows], (1, 2, 3))


def _account(row: dict[str, Any], view: View) -> tuple[str, ...]:
    about = [row["segment"] or "", "known by a ticket" if row["known_by"] == "ticket" else ""]
    faint = panels.faint(" · ".join(part for part in about if part))
    last = panels.faint("no answer")
    if row["last_score"] is not None:
        last = f"<b>{fmt.count(row['last_score'])}</b> {panels.faint(fmt.day(row['last_answered_at'], view.zone))}"
    return (
        f"{links.account(view, row['account_id'], row['name'])} {faint}",
        money(row["annual_value"], view.currency),
        fmt.count(row["tickets"]),
        last,
    )


def _alerts(incident_id: str, view: View) -> None:
    rows = view.scope.run(
        "lists/customers/incident_alerts", incident_id=incident_id, limit=_MOST_ALERTS + 1
    ).rows
    if not rows:
        return
    st.html('<p class="rl-heading">Alerts that belong to it</p>')
    st.html(panels.table(("Alert", "Fired", "Action needed"), [
        (
            links.link(view, text.title(row["title"] or row["alert_id"], 70), "customers",
                       alert=str(row["title"] or row["alert_id"])),
            panels.whole(fmt.instant(row["fired_at"], view.zone)),
            "not recorded" if row["actionable"] is None else "yes" if row["actionable"] else "no",
        )
        for row in rows[:_MOST_ALERTS]
    ]))  # fmt: skip
    if len(rows) > _MOST_ALERTS:
        empty.note("There are more.", concern=False)
