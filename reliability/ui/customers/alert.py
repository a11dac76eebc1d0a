"""From an alert to the customers behind it: the incidents it belonged to, and the accounts these hit."""

import streamlit as st

from reliability import formatting as fmt
from reliability.money import money
from reliability.review.scope import YEAR
from reliability.ui import empty, panels, text
from reliability.ui.customers import links
from reliability.ui.customers.page import seen_at
from reliability.ui.view import View

_MOST = 50


def story(view: View) -> bool:
    """Show the customers behind the alert that the address names, in place of the page; tell whether there was one."""
    alert = str(st.query_params.get("alert", "")).strip()
    if not alert:
        return False
    at = seen_at(view)
    if st.button("All customers", icon=":material/arrow_back:", type="tertiary", key="all-customers"):
        del st.query_params["alert"]
        st.rerun()
    window = {"alert": alert, "start": at - YEAR, "end": at, "as_of": at}
    incidents = view.scope.run("lists/customers/alert_incidents", **window, limit=_MOST).rows
    accounts = view.scope.run("lists/customers/alert_accounts", **window, limit=None).rows
    name = text.title(alert, 80)
    if not incidents:
        title = f"{name}: no customer is known behind this alert"
    elif not accounts:
        title = f"{name}: {fmt.plural(len(incidents), 'incident')}, no account recorded"
    else:
        title = f"{name}: {fmt.plural(len(accounts), 'account')} hit"
    facts = (
        f"The twelve months to {fmt.day(at, view.zone)}, by the incidents that alerts of this name belong to"
    )
    st.html(f'<h1 class="rl-headline">{text.html(title)}</h1><p class="rl-reason">{text.html(facts)}</p>')
    if not incidents:
        empty.note("No alert of this name belongs to an incident in these months.", concern=False)
        return True
    with st.grid(2, min_column_width=320, gap="small"):
        with panels.panel("alert-incidents", fmt.plural(len(incidents), "incident"), "Newest first"):
            st.html(panels.table(("Incident", "Opened", "Accounts", "Value a year"), [
                (
                    f"<b>{'P' + str(row['severity']) if row['severity'] is not None else ''}</b> "
                    f"{links.incident(view, row['incident_id'])} {text.html(text.title(row['title'] or '', 60))}",
                    panels.whole(fmt.day(row["opened_at"], view.zone)),
                    fmt.count(row["accounts"]) if row["accounts"] else panels.faint("none recorded"),
                    money(row["annual_value"], view.currency) if row["accounts"] else "",
                )
                for row in incidents
            ], (2, 3)))  # fmt: skip
        with panels.panel(
            "alert-accounts", fmt.plural(len(accounts), "account"), "Most of these incidents first"
        ):
            if not accounts:
                empty.no_data("incident_accounts", "The accounts behind an alert")
                return True
            st.html(panels.table(("Account", "Value a year", "Incidents", "Last score"), [
                (
                    links.account(view, row["account_id"], row["name"]),
                    money(row["annual_value"], view.currency),
                    fmt.count(row["incidents"]),
                    fmt.count(row["last_score"]) if row["last_score"] is not None else panels.faint("no answer"),
                )
                for row in accounts[:_MOST]
            ], (1, 2, 3)))  # fmt: skip
            if len(accounts) > _MOST:
                empty.note(f"{fmt.count(len(accounts) - _MOST)} more.", concern=False)
    return True
