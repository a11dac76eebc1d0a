"""The accounts that incidents hit most, what they are worth, and the way to each one's story."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.review import customer_words
from reliability.ui import empty, panels, tables, text
from reliability.ui.customers import links
from reliability.ui.customers.page import seen_at
from reliability.ui.view import View

_SHOWN = (
    "account", "segment", "annual_value", "p1", "incidents", "impact_minutes", "tickets", "last_score",
    "last_answered_at", "change",
)  # fmt: skip
_MOST_MATCHES = 8


def show(view: View) -> None:
    """Show the accounts hit most in the period, and find any account by name."""
    at = seen_at(view)
    stake = view.scope.run("lists/accounts_at_stake", as_of=at).one()
    with st.container(border=True, key="accounts-hit"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.html(
                panels.heading(
                    customer_words.title(stake, view.period.label, view.currency),
                    f"{view.period.label} · most P1s first, then longest in all · "
                    "choose one to see its story",
                ),
                width="stretch",
            )
            _find(view)
        if not stake["accounts"]:
            _nothing(stake, view)
            return
        rows = view.scope.run("lists/accounts_hit", as_of=at, limit=tables.MOST_ROWS).rows
        tables.table(
            [{**row, "account": row["name"] or row["account_id"]} for row in _priced(rows, view.currency)],
            "table-accounts",
            view.zone,
            alt=f"Accounts hit most in {view.period.label}",
            only=[_value(view.currency) if column == "annual_value" else column for column in _SHOWN],
            opened=lambda row: open_account(row["account_id"]),
            link=lambda row: links.address(view, "customers", account=str(row["account_id"])),
            height=390,
            missing="not recorded",
        )
        for note in customer_words.notes(stake):
            empty.note(note, concern=False)
        with st.container(horizontal=True):
            tables.download(
                f"accounts hit {view.period.id}",
                lambda: _priced(
                    view.scope.run("lists/accounts_hit", as_of=at, limit=None).rows, view.currency
                ),
                view.zone,
            )
            panels.source("Accounts hit", ("lists/accounts_hit", "lists/accounts_at_stake"), view, as_of=at)


def _value(currency: str) -> str:
    """Return the column of what an account is worth, with what its numbers are in."""
    return f"annual_value, {currency}" if currency else "annual_value"


def _priced(rows: Sequence[dict[str, Any]], currency: str) -> list[dict[str, Any]]:
    return [
        {_value(currency) if column == "annual_value" else column: held for column, held in row.items()}
        for row in rows
    ]


def open_account(account_id: str) -> None:
    """Open an account's story; the address holds it. "" closes it."""
    if account_id:
        st.query_params["account"] = account_id
    elif "account" in st.query_params:
        del st.query_params["account"]
    st.rerun()


def _nothing(stake: dict[str, Any], view: View) -> None:
    if not stake["incidents"]:
        empty.filtered_out(view.filters)
    else:
        said = fmt.plural(stake["incidents"], "incident")
        empty.note(f"{said}, and no export says whom they hit.", concern=False)
        empty.no_data("incident_accounts", "Accounts hit")
        empty.note("Support tickets that name an incident and an account say it too.", concern=False)


def _find(view: View) -> None:
    with st.popover("Find an account", icon=":material/search:", key="find-account"):
        asked = st.text_input("Name or id", key="account-name", placeholder="Name or id", live=True)
        wanted = (asked or "").strip()
        if not wanted:
            return
        rows = view.scope.run("lists/account_names", search=wanted, limit=_MOST_MATCHES + 1).rows
        if not rows:
            empty.note("No account is called that.", concern=False)
        for row in rows[:_MOST_MATCHES]:
            label = f"{row['name'] or row['account_id']} · {row['segment'] or 'no segment'}"
            if st.button(
                text.markdown(label), type="tertiary", key=f"account-{text.digest(row['account_id'])}"
            ):
                open_account(row["account_id"])
        if len(rows) > _MOST_MATCHES:
            empty.note("There are more: type another word.", concern=False)
