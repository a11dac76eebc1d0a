"""Definitions: every figure in words, with its SQL, its source fields and what it leaves out, read from the queries."""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.kpis import from_row, kpi_queries
from reliability.queries import Query
from reliability.review.cards import text_of
from reliability.schema import TABLES
from reliability.ui import drawer, empty, text
from reliability.ui.view import View

_BETTER = {
    "lower": "Less is better.",
    "higher": "More is better.",
    "neither": "Neither more nor less is better.",
}
_UNITS = {
    "incidents": "a count of incidents",
    "minutes": "minutes",
    "hours": "hours",
    "share": "a share of one",
    "points": "points from −100 to +100",
}

# What the facts make of the canonical columns: a column of the facts -> the columns it comes from.
_THROUGH_FACTS = {
    "incidents_in": ("incident_id", "opened_at", "kind", "service", "team", "merged_into"),
    "nps_in": ("response_id", "responded_at", "score"),
    "severity_counted": ("severity", "severity_text", "severity_highest"),
    "recover_state": ("started_at", "detected_at", "resolved_at", "closed_at", "status"),
    "recover_minutes": ("started_at", "detected_at", "resolved_at"),
    "detect_minutes": ("started_at", "detected_at"),
    "engage_state": ("detected_at", "acknowledged_at", "engaged_at"),
    "engage_minutes": ("detected_at", "acknowledged_at", "engaged_at"),
    "is_repeat": ("repeat_of", "problem_id", "repeat_flag"),
    "is_escalated": ("escalated_to_engineering_at", "escalated_to_executive_at"),
    "escalated_engineering_at": ("escalated_to_engineering_at",),
    "escalated_executive_at": ("escalated_to_executive_at",),
    "endings_in": (
        "incident_id",
        "opened_at",
        "resolved_at",
        "status",
        "problem_id",
        "repeat_of",
        "service",
        "team",
    ),
    "worked_at": ("kind", "title", "service", "released_at", "expected_repeat_change"),
}


def headline() -> None:
    """Say what the page is."""
    st.html(
        '<h1 class="rl-headline">Every figure, in words and in SQL</h1><p class="rl-reason">Read from the queries '
        "themselves: changing one file in <code>queries/kpis/</code> changes the figure and its definition.</p>"
    )


def matching(search: str, queries: Mapping[str, Query]) -> list[Query]:
    """Return the queries in which every word of the search occurs: name, title, definition or SQL."""
    words = search.lower().split()
    return [
        q
        for q in queries.values()
        if all(word in f"{q.name} {' '.join(q.header.values())} {q.sql}".lower() for word in words)
    ]


def show(view: View | None) -> None:
    """Show the figures that match the search; `?kpi=` opens one."""
    asked = str(st.query_params.get("kpi", ""))
    search = st.text_input(
        "Search definitions",
        key="find",
        bind="query-params",
        placeholder="A word: repeat, open, severity, tickets …",
        width=420,
    )
    found = matching(search or "", kpi_queries())
    if asked:
        found.sort(key=lambda q: q.id != asked)
    if not found:
        empty.note("No definition has these words.", concern=False)
    for q in found:
        with st.expander(
            f"**{text.markdown(q.title)}**", expanded=q.id == asked, key=f"kpi-{q.id}", on_change="rerun"
        ) as box:
            if box.open:
                entry(q, view)
    tables()


def entry(q: Query, view: View | None) -> None:
    """Show one figure: definition, what it leaves out, the value now, source fields, SQL."""
    drawer.definition(q)
    facts = [f"<p><b>Unit</b> {text.html(_UNITS.get(q.unit, q.unit))}. {_BETTER.get(q.better, '')}</p>"]
    if view is not None:
        figure = from_row(q, view.run(q.name).one(), view.period.partial)
        value = text_of(figure) if figure.value is not None else "no data"
        facts.append(
            f"<p><b>{text.html(view.period.label)}</b> {text.html(value)}, resting on {fmt.count(figure.n)} records"
            f"{f', {fmt.count(figure.open)} still open' if figure.open else ''}</p>"
        )
    facts.append(f"<p><b>Source fields</b> {_fields(q)}</p>")
    st.html(f'<div class="rl rl-definition">{"".join(facts)}</div>')
    st.code(q.sql, language="sql", wrap_lines=True)
    st.caption(f"queries/{q.name}.sql · records behind it: queries/{q.rows or 'none'}.sql · id: {q.id}")


def _fields(q: Query) -> str:
    """Return the canonical tables a query needs and the columns that reach its figure, also through the facts."""
    sql = re.sub(r"--[^\n]*", "", q.sql)
    words = set(re.findall(r"\w+", sql))
    reached = words.union(*(set(columns) for fact, columns in _THROUGH_FACTS.items() if fact in words))
    said = []
    for name in (t.strip() for t in q.table.split(",")):
        table = TABLES.get(name)
        if table is not None:
            named = " ".join(f"<code>{column}</code>" for column in table.columns if column in reached)
            said.append(f"{text.html(name.replace('_', ' '))}: {named or 'all'}")
    return "; ".join(said) or "none"


def tables(names: Sequence[str] = tuple(TABLES)) -> None:
    """List the canonical tables, which exports are mapped to."""
    st.html('<p class="rl rl-finding rl-section">What exports are mapped to</p>')
    for name in names:
        table = TABLES[name]
        with st.expander(f"{text.markdown(name.replace('_', ' '))}: one row is {text.markdown(table.what)}"):
            lines = "".join(
                f"<tr><td><code>{column}</code></td><td>{kind}</td>"
                f"<td>{'required' if column in table.required else ''}</td></tr>"
                for column, kind in table.columns.items()
            )
            st.html(
                '<div class="rl-scroll"><table class="rl rl-table"><thead><tr><th>Column</th><th>Kind</th><th></th>'
                f"</tr></thead><tbody>{lines}</tbody></table></div>"
            )
