"""What customers wrote, beside the incidents that hit them shortly before; people in it are hidden by default."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.masking import mask
from reliability.ui import empty, filters, panels, tables, text
from reliability.ui.customers import links
from reliability.ui.customers.page import seen_at
from reliability.ui.view import View

KINDS = {"promoter": "Promoters", "passive": "Passives", "detractor": "Detractors"}
_PAGE = 20
_MOST_INCIDENTS = 3
_AS_WRITTEN = "as-written"


@dataclass(frozen=True)
class Shown:
    """Comments as the page shows them. hidden: how many places were masked, in how many comments (`touched`)."""

    rows: Sequence[dict[str, Any]]
    hidden: int
    touched: int


def show(view: View) -> None:
    """Show the period's comments, newest first, with a search and the incidents of the 30 days before."""
    at = seen_at(view)
    with st.container(border=True, key="comments"):
        place = st.empty()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            asked = st.text_input(
                "Search in comments", key="words", bind="query-params", placeholder="Search in comments",
                type="search", icon=":material/search:", label_visibility="collapsed", width=240,
            )  # fmt: skip
            picked = st.segmented_control(
                "Who", list(KINDS), format_func=lambda key: KINDS.get(key, str(key)), key="kind",
                bind="query-params", label_visibility="collapsed",
            )  # fmt: skip
            as_written = switch()
        wanted = (asked or "").strip()
        chosen = {"search": wanted or None, "kind": picked if picked in KINDS else None, "as_of": at}
        rows = view.scope.run("lists/customers/nps_comments", **chosen, limit=tables.MOST_ROWS).rows
        found = hidden_people(rows, as_written, wanted)
        known = _hits_known(view, at)
        place.html(panels.heading(_title(found, wanted, known), _subtitle(view)))
        if not found.rows:
            _nothing(wanted, picked, view)
            return
        st.html(masked_note(found, as_written))
        shown = _shown_now(f"{view.period.id} {wanted} {picked}")
        st.html("".join(_comment(row, view, known) for row in found.rows[:shown]))
        with st.container(horizontal=True):
            if len(found.rows) > shown:
                more = f"Show {fmt.count(min(_PAGE, len(found.rows) - shown))} more of {fmt.count(len(found.rows))}"
                st.button(more, key="more-comments", on_click=_show_more)
            tables.download(f"comments {view.period.id}", lambda: found.rows, view.zone)


def switch() -> bool:
    """Offer to show people as they were written; off unless switched on, and never part of a link."""
    return st.toggle(
        "Names as written",
        key=_AS_WRITTEN,
        help="E-mail addresses, telephone numbers, handles and the names of greetings and signatures are hidden.",
    )


def hidden_people(rows: Sequence[dict[str, Any]], as_written: bool, search: str = "") -> Shown:
    """Return rows with the people in their comments masked, unless they are wanted as written.

    search: rows whose masked comment no longer holds it are left out, so that a search does not tell who wrote.
    """
    if as_written:
        return Shown(list(rows), 0, 0)
    masked, hidden, touched = [], 0, 0
    for row in rows:
        found = mask(row["comment"])
        if search and search.lower() not in found.text.lower():
            continue
        masked.append({**row, "comment": found.text if row["comment"] is not None else None})
        hidden += found.hidden
        touched += found.hidden > 0
    return Shown(masked, hidden, touched)


def masked_note(found: Shown, as_written: bool) -> str:
    """Say in one line of HTML how many people are hidden."""
    if as_written:
        return empty.note_html("Names, addresses and numbers are shown as written.")
    if not found.hidden:
        said = "No e-mail address, telephone number, handle, greeting or signature with a name was found to hide."
    else:
        places = fmt.plural(found.hidden, "name, address or number", "names, addresses or numbers")
        said = f"{places} hidden in {fmt.plural(found.touched, 'comment')}."
    return empty.note_html(said, concern=False)


def _hits_known(view: View, at: datetime) -> bool:
    """Tell whether the exports say of any incident that could stand beside a comment whom it hit."""
    start = view.period.start - timedelta(days=30)
    return bool(view.scope.run("lists/accounts_at_stake", start=start, as_of=at).one()["tells"])


def _title(found: Shown, wanted: str, known: bool) -> str:
    number = fmt.plural(len(found.rows), "comment")
    if len(found.rows) >= tables.MOST_ROWS:
        number = f"The newest {number}"
    if wanted:
        return f"{number} with “{text.title(wanted, 40)}”"
    if not found.rows and (narrowed := empty.with_filters()):
        return f"No comment stands beside an incident{narrowed}"
    if not known:
        return f"{number}; no export says whom incidents hit"
    beside = sum(1 for row in found.rows if row["incident_ids"])
    return f"{number}, {fmt.count(beside)} of them within 30 days of an incident that hit the account"


def _subtitle(view: View) -> str:
    said = f"Comments of {view.period.label}, newest first · beside each the incidents that hit the account before"
    chosen = filters.active(view.filters)
    return f"{said} · only {', '.join(chosen)}" if chosen else said


def _nothing(wanted: str, picked: str | None, view: View) -> None:
    if wanted or picked:
        empty.note("No comment matches the search.", concern=False)
    elif not filters.active(view.filters):  # with filters the heading says it
        empty.note(f"No answer of {view.period.label} holds a comment.", concern=False)


def _comment(row: dict[str, Any], view: View, known: bool) -> str:
    who = (
        links.account(view, row["account_id"], row["account"])
        if row["account_id"]
        else panels.faint("no account")
    )
    about = " · ".join(
        part for part in (fmt.day(row["responded_at"], view.zone), row["segment"] or "") if part
    )
    return (
        f'<div class="rl rl-gate"><p>{score(row)} {who}<br>{panels.faint(about)}</p>'
        f"<p>{text.html(row['comment'])}</p><p>{_incidents(row, view) if known else ''}</p></div>"
    )


def score(row: dict[str, Any]) -> str:
    """Return the score of an answer and what it makes of the customer, as HTML: never the number alone."""
    return f"<b>{fmt.count(row['score'])}</b> {panels.faint(row['kind'])}"


def _incidents(row: dict[str, Any], view: View) -> str:
    listed = list(
        zip(
            row["incident_ids"],
            row["incident_severities"],
            row["incident_titles"],
            row["days_before"],
            strict=True,
        )
    )
    if not listed:
        return panels.faint("none recorded shortly before")
    lines = [
        f"{_severity(level)} {links.incident(view, name)} {panels.faint(_ago(days))}"
        for name, level, _, days in listed[:_MOST_INCIDENTS]
    ]
    if len(listed) > _MOST_INCIDENTS:
        lines.append(panels.faint(f"and {len(listed) - _MOST_INCIDENTS} more in the 30 days before"))
    return "<br>".join(lines)


def _severity(level: int | None) -> str:
    return f"P{level}" if level is not None else "no severity"


def _ago(days: int) -> str:
    return "the same day" if not days else f"{fmt.plural(days, 'day')} before"


def _shown_now(what: str) -> int:
    """Return how many comments are shown; another search begins at the first ones again."""
    if st.session_state.get("_comments-of") != what:
        st.session_state["_comments-of"] = what
        st.session_state["_comments-shown"] = _PAGE
    return int(st.session_state["_comments-shown"])


def _show_more() -> None:
    st.session_state["_comments-shown"] = int(st.session_state.get("_comments-shown", _PAGE)) + _PAGE
