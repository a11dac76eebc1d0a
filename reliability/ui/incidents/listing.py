"""The list of incidents of the period, searchable, and everything known of one of them."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.ui import drawer, empty, filters, navigation, tables, text
from reliability.ui.customers import drawer as drawer_customers
from reliability.ui.customers import links
from reliability.ui.decisions import asked as decided
from reliability.ui.view import View

_SHOWN = (
    "incident_id",
    "title",
    "service",
    "team",
    "severity",
    "opened_at",
    "recover_state",
    "recover_minutes",
    "engage_minutes",
    "detect_minutes",
    "is_repeat",
    "customers_affected",
)


def headline(view: View) -> None:
    """Say how many incidents there were, how many of them P1, and what is still open."""
    everything = view.row("incidents")
    p1 = view.row("p1_incidents")
    repeats = view.row("repeat_incidents")
    if everything["value"] is None:
        st.html(f'<h1 class="rl-headline">No export covers {text.html(view.period.label)}</h1>')
        return
    if none_left(view):
        st.html(
            f'<h1 class="rl-headline">No incident in {text.html(view.period.label + empty.with_filters())}</h1>'
        )
        return
    # The incidents of the headline are those of the chosen severities; the P1s leave out all that are unknown.
    unknown = p1["left_out_severity_unknown"] - everything["left_out_severity_unknown"]
    among = fmt.p1_among(p1["value"], unknown, everything["value"])
    said = f"{fmt.plural(everything['value'], 'incident')} in {view.period.label}, {among}"
    more = [f"{fmt.count(everything['open'])} still open"]
    if repeats["value"] is not None:
        more.append(fmt.plural(repeats["value"], "repeat"))
    if view.period.partial:
        more.append(f"data to {fmt.day(view.as_of, view.zone)}")
    st.html(
        f'<h1 class="rl-headline">{text.html(said)}</h1><p class="rl-reason">{text.html(" · ".join(more))}</p>'
    )


def none_left(view: View) -> bool:
    """Tell whether the period holds no incident that the filters leave, or none that is known."""
    return not view.row("incidents")["value"]


def nothing(view: View, year: bool) -> None:
    """Say once that no incident is left. year: nor in the twelve months that the charts show."""
    when = f"{view.period.label}, nor in the rest of the twelve months shown," if year else view.period.label
    with st.container(border=True, key="incident-list"):
        if view.row("incidents")["value"] is None:
            empty.not_covered(view.period.label, "incidents")
        else:
            empty.filtered_out(view.filters, "incident", when=when)


def show(view: View) -> None:
    """Show the incidents of the period; a cell opens the incident."""
    with st.container(border=True, key="incident-list"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.html(
                '<div class="rl"><p class="rl-finding">Every incident</p>'
                '<p class="rl-subtitle">newest first · choose one to see its moments, history and source</p></div>',
                width="stretch",
            )
            search = st.text_input(
                "Search",
                key="q",
                bind="query-params",
                placeholder="Title or id",
                width=240,
                label_visibility="collapsed",
            )
        rows = view.scope.run(
            "lists/incidents/incident_rows", search=(search or "").strip() or None, limit=tables.MOST_ROWS
        ).rows
        if not rows:
            said = "incidents that match the search" if search else "incidents"
            empty.filtered_out(view.filters, said)
            return
        tables.table(
            rows,
            "table-incidents",
            view.zone,
            alt=f"Incidents of {view.period.label}",
            only=[column for column in _SHOWN if column not in filters.repeated(view.filters)],
            opened=lambda row: open_incident(row, view),
            link=lambda row: address(row, view),
            height=430,
        )
        tables.download(
            f"incidents {view.period.id}",
            lambda: (
                view.scope.run(
                    "lists/incidents/incident_rows", search=(search or "").strip() or None, limit=None
                ).rows
            ),
            view.zone,
        )


def open_linked(view: View) -> None:
    """Open the incident that the address names (`incident=ID`), if any; closing it takes it out of the address."""
    name = str(st.query_params.get("incident", "")).strip()
    if not name:
        return
    found = view.scope.run("lists/incident_detail", incident_ids=[name]).rows
    if found:
        open_incident(found[0], view, closed=_forget)
    else:
        empty.note(f"No incident {text.title(name, 40)} is known.")


def address(row: dict[str, Any], view: View) -> str:
    """Return the address that opens an incident, in the same quarter and under the same filters."""
    return links.address(view, "incidents", incident=str(row["incident_id"]))


def _forget() -> None:
    if "incident" in st.query_params:
        del st.query_params["incident"]


def open_incident(row: dict[str, Any], view: View, closed: Callable[[], None] | None = None) -> None:
    """Open one incident: its moments, the customers it hit, what each export said of it, its tickets, its source line.

    closed: called when the visitor closes it.
    """
    name = str(row["incident_id"])
    found = view.scope.run("lists/incident_detail", incident_ids=[name]).rows
    same = [known for known in found if known["source"] == row.get("source")] or found or [row]
    history = view.scope.run("lists/incidents/incident_history", incident_id=name).rows
    tickets = view.scope.run("lists/incidents/incident_tickets", incident_id=name).rows

    def more() -> None:
        decided.on_record(name, view)
        if (
            same[0].get("issue_id")
            and view.scope.run("lists/chronic_endings", issue_id=same[0]["issue_id"]).rows
        ):
            navigation.link("chronic_issues", "The story of this problem", issue=same[0]["issue_id"])
        if len(history) > 1:
            st.html('<p class="rl-heading">What the exports said of it</p>')
            tables.table(
                history, "table-history", view.zone, alt=f"Versions of {name}", hide=("incident_id",)
            )
        if tickets:
            st.html('<p class="rl-heading">Support tickets</p>')
            tables.table(tables.without_people(tickets), "table-tickets", view.zone, alt=f"Tickets of {name}")

    drawer.open_row(same[0], view, more, closed, first=lambda: drawer_customers.show(name, view))
