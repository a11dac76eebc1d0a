"""The chronic issues, costliest first: one row each, which opens its story."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.ui import empty, filters, tables, text
from reliability.ui.chronic import Chronic, amount, state_html
from reliability.ui.view import View

_MOST = 20
_KEY, _ORDER, _SHOWN = "issue", "order", "issues-shown"
# How the list can be ordered: the name in the URL, its words, and what is sorted by; the largest comes first.
ORDERS: dict[str, tuple[str, Callable[[dict[str, Any]], float]]] = {
    "cost": ("customer hours", lambda i: i["year_customer_hours"] or 0),
    "returns": ("times back", lambda i: i["year_repeats"]),
    "time": ("time broken", lambda i: i["year_minutes"] or 0),
    "customers": ("customers hit", lambda i: i["year_customers"] or 0),
    "escalations": ("escalations", lambda i: i["year_escalated"]),
    "value": ("annual value", lambda i: i["annual_value"] or 0),
    "newest": ("last seen", lambda i: -(i["days_since_last"] or 0)),
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


def choose(view: View) -> str | None:
    """Offer every chronic issue, whatever the filters; return the one whose story is asked for. The URL holds it."""
    known = {row["issue_id"]: row for row in _everything(view)}
    # An issue in a link that no export holds must not stop the page.
    if st.session_state.get(_KEY) not in known:
        st.session_state.pop(_KEY, None)
    return st.selectbox(
        "Open the story of a problem",
        list(known),
        index=None,
        format_func=lambda key: _label(known, key),
        key=_KEY,
        bind="query-params",
        placeholder="Open the story of a problem",
        label_visibility="collapsed",
    )


def one(issue_id: str, view: View) -> dict[str, Any]:
    """Return one chronic issue as it stands, whatever the filters. Raises StopIteration when there is none."""
    return next(row for row in _everything(view) if row["issue_id"] == issue_id)


def _everything(view: View) -> list[dict[str, Any]]:
    from reliability.ui.chronic import seen_at

    whole = {"services": None, "teams": None, "severities": None, "as_of": seen_at(view)}
    return view.run("lists/chronic_issues", **whole).rows


def _label(known: dict[str, dict[str, Any]], key: str) -> str:
    row = known.get(key)
    return f"{text.title(row['title'] or 'without a title', 60)} · {key}" if row else str(key)


def open_issue(issue_id: str | None) -> None:
    """Open the story of an issue, or none. For `on_click`."""
    st.session_state[_KEY] = issue_id


def show(found: Chronic, view: View) -> None:
    """Show every chronic issue as one row: state, how often, what it cost; the row opens its story."""
    with st.container(border=True, key="chronic-issues"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.html(_heading(found, view), width="stretch")
            order = st.selectbox(
                "Order by",
                list(ORDERS),
                format_func=lambda key: f"Most {ORDERS[key][0]}" if key != "newest" else "Last seen",
                key=_ORDER,
                bind="query-params",
                label_visibility="collapsed",
                filter_mode=None,
                width=190,
            )
        if not found.issues:
            nothing(view)
            return
        ranked = sorted(found.issues, key=ORDERS.get(order, ORDERS["cost"])[1], reverse=True)
        heads = "".join(f"<span>{name}</span>" for name in _HEADS)
        st.html(f'<div class="rl rl-issue rl-issue-head" aria-hidden="true">{heads}</div>')
        most = st.session_state.get(_SHOWN, _MOST)
        with st.container(gap=None, key="issue-rows"):
            for issue in ranked[:most]:
                _row(issue)
        if len(ranked) > most:
            st.button(
                f"{fmt.count(len(ranked) - most)} more",
                type="tertiary",
                key="more-issues",
                on_click=_more,
                args=(most,),
            )
        tables.download("chronic issues", lambda: list(found.issues))


def _more(shown: int) -> None:
    st.session_state[_SHOWN] = shown + 4 * _MOST


def nothing(view: View) -> None:
    """Say why there is no chronic issue: no export tells repeats, the filters leave none, or nothing came back."""
    tells = any(r["table_name"] == "repeats" and r["records"] for r in view.run("lists/data_range"))
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
    knows = any(issue["year_customer_hours"] is not None for issue in found.issues)
    weighed = (
        "Customer hours: customers hit × how long, added up over the incidents of the year"
        if knows
        else "No incident says how many customers it hit: ordered by how long things were broken in the year"
    )
    last = fmt.day(found.seen_at, view.zone)
    return (
        '<div class="rl"><p class="rl-finding">What each problem costs</p>'
        f'<p class="rl-subtitle">{weighed} to {last} · choose a problem for its story</p></div>'
    )


def _row(issue: dict[str, Any]) -> None:
    name = text.title(issue["title"] or "without a title", 80)
    with st.container(gap=None, key=f"issue-{text.key(issue['issue_id'])}"):
        st.button(
            text.markdown(f"Story of {name}"),
            key=f"pick-{issue['issue_id']}",
            type="tertiary",
            on_click=open_issue,
            args=(issue["issue_id"],),
        )
        st.html(row_html(issue, name))


def row_html(issue: dict[str, Any], name: str) -> str:
    """Return one issue as a row of HTML."""
    about = " · ".join(part for part in (issue["service"], issue["issue_id"]) if part)
    trend = {"more often": "more than", "less often": "fewer than", "as often": "as many as"}[issue["trend"]]
    halves = f"{fmt.count(issue['recent_half'])} in 6 months, {trend} before"
    back = f"{fmt.count(issue['year_repeats'])} {bars(issue['months'])}<br><span class='rl-faint'>{halves}</span>"
    cells = (
        ("", f"<b>{text.html(name)}</b><br><span class='rl-faint'>{text.html(about)}</span>"),
        ("", state_html(issue)),
        ("Times back", back),
        ("Customer hours", _number(issue["year_customer_hours"])),
        ("Customers", _number(issue["year_customers"])),
        ("Time broken", text.html(fmt.duration(issue["year_minutes"])) if issue["year_minutes"] else fmt.MISSING),
        ("Escalated", fmt.count(issue["year_escalated"])),
        ("Value a year", f"{amount(issue['annual_value'])}<br><span class='rl-faint'>{_accounts(issue)}</span>"),
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
    drawn = "".join(f'<i style="height:{max(8, 100 * count / highest):.0f}%"></i>' for count in counts)
    said = ", ".join(str(count) for count in counts)
    return f'<span class="rl-bars" role="img" aria-label="Incidents in twelve steps of a year: {said}">{drawn}</span>'
