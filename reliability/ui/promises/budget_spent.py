"""What spent an error budget: one table per promise on availability, the endpoint that has used most first."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.commitments.spending import EVERYDAY, NO_INCIDENT
from reliability.queries import query
from reliability.review.standing import Standing
from reliability.ui import drawer, navigation, panels, tables, text
from reliability.ui.view import View

_MOST = 8
_OTHERS = {
    EVERYDAY: ("Everyday failures", "intervals that failed no more than the objective allows"),
    NO_INCIDENT: ("No incident on record", "intervals beyond the objective while none was going on"),
}


def show(one: Standing, view: View) -> None:
    """Show what spent the budget of the promise's window. view: seen over that window."""
    objective = one.commitment.goal.at_least
    if objective is None:
        return
    rows = view.scope.run("lists/budget_spent", availability=objective).rows
    if not rows:
        return
    shown = rows[:_MOST]
    st.html(
        panels.heading(
            _finding(rows[0]),
            "failed requests, and the share of the endpoint's budget for the whole window that they are",
        )
        + panels.table(
            ("What spent the budget", "Failed", "Of budget"),
            [_row(r, view.zone, rows[0]["endpoint"]) for r in shown],
            (1, 2),
        )
    )
    more = f" · {fmt.plural(len(rows) - _MOST, 'smaller one')} more" if len(rows) > _MOST else ""
    with st.expander(f"All rows, definition and SQL{more}"):
        asked = query("lists/budget_spent")
        drawer.definition(asked, view)
        tables.table(rows, "table-budget-spent", view.zone, alt="What spent the error budget")
        drawer.show_sql(asked, view.scope.parameters(availability=objective))


def _finding(first: dict[str, Any]) -> str:
    """Say which endpoint used most: its own percentage, what it is held to, and what that is of its budget."""
    if not first["used"]:
        return "Nothing of the budget is used"
    own, objective = (fmt.availability(first[name]) for name in ("availability", "objective"))
    return f"{first['endpoint']}: {own}, promised {objective}; it used {fmt.share(first['used'])} of its error budget"


def _row(row: dict[str, Any], zone: str, named: str) -> Sequence[str]:
    """Return a row; its endpoint stands in it unless the heading has `named` it."""
    if row["incident_id"]:
        address = navigation.address("incidents", incident=str(row["incident_id"]))
        about = [f"P{row['severity']}" if row["severity"] else "", text.title(row["title"] or "", 60)]
        about.append(fmt.day(row["opened_at"], zone))
        name = f'<a href="{text.html(address)}" target="_self">{text.html(row["incident_id"])}</a>'
        what = f"{name}<br>{panels.faint(' · '.join(part for part in about if part))}"
    else:
        label, meaning = _OTHERS[row["spender"]]
        what = f"{label}<br>{panels.faint(meaning)}"
    share = fmt.share(row["budget_share"]) if row["budget_share"] is not None else "no budget"
    if row["endpoint"] != named:
        what += f"<br>{panels.faint(row['endpoint'])}"
    return what, fmt.count(row["failed"]), share
