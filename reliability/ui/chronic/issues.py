"""The chronic issues, costliest first: one row each, which opens its story."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.money import money
from reliability.queries import query
from reliability.ui import empty, filters, tables, text
from reliability.ui.chronic.page import MOST, Chronic, asked, seen_day, state_html
from reliability.ui.view import View

_KEY, _ORDER, _SHOWN = "issue", "order", "issues-shown"
_COST = "cost"
# How the list can be ordered: the name in the URL and for the query, and its words; the largest comes first.
ORDERS = {
    _COST: "customer hours",
    "returns": "times back",
    "time": "time broken",
    "customers": "customers hit",
    "escalations": "escalations",
    "value": "annual value",
    "newest": "last seen",
}
_HEADS = (
    "Problem",
    "State",
    "Times back",
    "Customer hours",
    "Customers",
    "Time broken",
    "Escalated",
    "Value a year",
)


def toolbar(view: View) -> str | None:
    """Offer the box that finds a problem, beside it the order of the list or the way back to it.

    Return the issue whose story is asked for, None for the list. The URL holds what is asked; the filters do not
    matter. The box is drawn before anything that depends on it: only then is a step Back in it.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="issues-top"):
        st.text_input(
            "Find a problem",
            key=_KEY,
            bind="query-params",
            type="search",
            icon=":material/search:",
            placeholder="Id, service or words of a title",
            label_visibility="collapsed",
            width=280,
        )
        if _asked() and _one(_asked(), view):
            st.button(
                "All problems",
                icon=":material/arrow_back:",
                key="close-issue",
                on_click=open_issue,
                args=("",),
            )
            return _asked()
        st.selectbox(
            "Order by",
            list(ORDERS),
            format_func=lambda key: f"Most {ORDERS[key]}" if key != "newest" else "Last seen",
            key=_ORDER,
            bind="query-params",
            label_visibility="collapsed",
            filter_mode=None,
            width=200,
        )
    return None


def _asked() -> str:
    return str(st.session_state.get(_KEY) or "").strip()


def _wanted(view: View, most: int | None) -> list[dict[str, Any]]:
    """Return the issues whose id, title, service or team hold every word asked for, in the chosen order."""
    order = st.session_state.get(_ORDER, "")
    chosen = {
        "search": " ".join(_asked().lower().split()) or None,
        "order_by": order if order in ORDERS and order != _COST else None,
    }
    return view.scope.run("lists/chronic_issues", **asked(view, **chosen, limit=most)).rows


def one(issue_id: str, view: View) -> dict[str, Any]:
    """Return one chronic issue as it stands, whatever the filters. Raises IndexError when there is none."""
    return _one(issue_id, view)[0]


def _one(issue_id: str, view: View) -> list[dict[str, Any]]:
    whole = {"services": None, "teams": None, "severities": None}
    return view.scope.run("lists/chronic_issues", **asked(view, **whole, issue_id=issue_id)).rows


def open_issue(issue_id: str) -> None:
    """Open the story of an issue, or none with "". For `on_click`."""
    st.session_state[_KEY] = issue_id


def show(found: Chronic, view: View) -> None:
    """Show every chronic issue as one row: state, how often, what it cost; the row opens its story."""
    with st.container(border=True, key="chronic-issues"):
        st.html(_heading(found, view))
        if not found.issues:
            nothing(view)
            return
        most = st.session_state.get(_SHOWN, MOST)
        if not (ranked := _wanted(view, most)):
            empty.note("No problem is called that.", concern=False)
            return
        heads = "".join(f"<span>{name}</span>" for name in _HEADS)
        with st.container(gap=None, key="issue-rows"):
            st.html(f'<div class="rl rl-issue rl-issue-head" aria-hidden="true">{heads}</div>')
            for issue in ranked:
                _row(issue, view.currency)
        if (rest := ranked[0]["found"] - most) > 0:
            st.button(
                f"{fmt.count(rest)} more",
                type="tertiary",
                key="more-issues",
                on_click=_more,
                args=(most,),
            )
        tables.download("chronic issues", lambda: _without_totals(_every(view)), view.zone)


def _every(view: View) -> list[dict[str, Any]]:
    """All that the filters choose; asked past what is remembered: it may be long, and is wanted once."""
    return view.store.ask(query("lists/chronic_issues"), {**view.scope.parameters(), **asked(view)}).rows


def _without_totals(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "found" and not k.startswith("all_")} for row in rows]


def _more(shown: int) -> None:
    st.session_state[_SHOWN] = shown + 4 * MOST


def nothing(view: View) -> None:
    """Say why there is no chronic issue: no export records repeats, the filters leave none, or nothing came back."""
    tells = any(r["table_name"] == "repeats" and r["records"] for r in view.scope.run("lists/data_range"))
    if filters.active(view.filters) and tells:
        empty.filtered_out(view.filters, "problems that came back")
    elif tells:
        empty.note("No problem came back: no incident is a repeat of another.", concern=False)
    else:
        empty.no_data("incidents", "Which problems come back")
        empty.note(
            "The incidents that were read name no problem and no incident they repeat: fill problem_id or repeat_of.",
            concern=False,
        )


def _heading(found: Chronic, view: View) -> str:
    knows = bool(found.totals) and found.totals["all_knows_hours"]
    weighed = (
        "Customer hours: customers hit × how long, added up over the incidents of the year"
        if knows
        else "No incident says how many customers it hit: ordered by how long things were broken in the year"
    )
    return (
        '<div class="rl"><p class="rl-finding">What each problem costs</p>'
        f'<p class="rl-subtitle">{weighed} to {seen_day(view)} · bars: its incidents, '
        "trend: first half of that year → second half · choose a problem for its story</p></div>"
    )


def _row(issue: dict[str, Any], currency: str) -> None:
    name = text.title(issue["title"] or "without a title", 80)
    with st.container(gap=None, key=f"issue-{text.digest(issue['issue_id'])}"):
        st.button(
            text.markdown(f"Story of {name}"),
            key=f"pick-{text.digest(issue['issue_id'])}",
            type="tertiary",
            on_click=open_issue,
            args=(issue["issue_id"],),
        )
        st.html(row_html(issue, name, currency))


def row_html(issue: dict[str, Any], name: str, currency: str = "") -> str:
    """Return one issue as a row of HTML. currency: of its value."""
    about = " · ".join(part for part in (issue["service"], issue["issue_id"]) if part)
    halves = f"{issue['trend']}, {fmt.count(issue['earlier_half'])} → {fmt.count(issue['recent_half'])}"
    back = f"{fmt.count(issue['year_repeats'])} {bars(issue['months'])}<br><span class='rl-faint'>{halves}</span>"
    value = text.html(money(issue["annual_value"], currency))
    cells = (
        ("", f"<b>{text.html(name)}</b><br><span class='rl-faint'>{text.html(about)}</span>"),
        ("", state_html(issue)),
        ("Times back", back),
        ("Customer hours", _number(issue["year_customer_hours"])),
        ("Customers", _number(issue["year_customers"])),
        ("Time broken", text.html(fmt.duration(issue["year_minutes"])) if issue["year_minutes"] else fmt.MISSING),
        ("Escalated", fmt.count(issue["year_escalated"])),
        ("Value a year", f"{value}<br><span class='rl-faint'>{_accounts(issue)}</span>"),
    )  # fmt: skip
    spans = "".join(f'<span data-name="{label}"><span>{content}</span></span>' for label, content in cells)
    return f'<div class="rl rl-issue">{spans}</div>'


def _accounts(issue: dict[str, Any]) -> str:
    return fmt.plural(issue["accounts"], "account") if issue["accounts"] else ""


def _number(value: float | None) -> str:
    return fmt.MISSING if value is None else fmt.count(value)


def bars(counts: Sequence[int]) -> str:
    """Return twelve counts, oldest first, as small bars of HTML."""
    highest = max([*counts, 1])
    drawn = "".join(f'<i style="height:{_height(count, highest)}"></i>' for count in counts)
    said = ", ".join(str(count) for count in counts)
    return f'<span class="rl-bars" role="img" aria-label="Incidents in twelve steps of a year: {said}">{drawn}</span>'


def _height(count: int, highest: int) -> str:
    """Return a bar's height; zero is a hairline, lower than the smallest count."""
    return f"{max(15, 100 * count / highest):.0f}%" if count else "1px"
