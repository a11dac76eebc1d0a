"""Definitions: every figure in words, with its SQL, its source fields and what it leaves out, read from the queries."""

import re
from collections.abc import Mapping, Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.model import NO_DATA
from reliability.queries.figures import Figure, figures
from reliability.review.cards import text_of
from reliability.schema import TABLES
from reliability.ui import empty, text
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

_OF_ENDINGS = (
    "incident_id",
    "opened_at",
    "resolved_at",
    "status",
    "problem_id",
    "repeat_of",
    "service",
    "team",
)

# What the facts make of the canonical columns: a column of the facts -> the columns it comes from.
_THROUGH_FACTS = {
    **dict.fromkeys(
        ("openings_in", "opening_tallies_in", "repeats_in", "repeat_tallies_in", "postmortems_due_in"),
        ("incident_id", "opened_at", "kind", "service", "team", "merged_into"),
    ),
    "recoveries_in": (
        "incident_id",
        "opened_at",
        "kind",
        "service",
        "team",
        "merged_into",
        "started_at",
        "detected_at",
        "resolved_at",
        "closed_at",
        "status",
    ),
    "engagements_in": (
        "incident_id",
        "opened_at",
        "kind",
        "service",
        "team",
        "merged_into",
        "detected_at",
        "acknowledged_at",
        "engaged_at",
    ),
    "detections_in": (
        "incident_id",
        "opened_at",
        "kind",
        "service",
        "team",
        "merged_into",
        "started_at",
        "detected_at",
    ),
    "answers_in": ("response_id", "responded_at", "score"),
    "requests_in": ("endpoint", "service", "interval_start", "interval_end", "good", "total"),
    "core_changes_in": (
        "change_id",
        "service",
        "team",
        "merged_at",
        "released_at",
        "slo_impact_statement",
        "reliability_signoff_at",
        "reliability_signoff_by",
    ),
    "severity_counted": ("severity", "severity_text", "severity_highest"),
    "is_reclassified": ("severity", "severity_first", "severity_highest"),
    "is_open": ("resolved_at", "closed_at", "status"),
    "is_repeat": ("repeat_of", "problem_id", "repeat_flag"),
    "is_escalated": ("escalated_to_engineering_at", "escalated_to_executive_at"),
    "escalated_engineering_at": ("escalated_to_engineering_at",),
    "escalated_executive_at": ("escalated_to_executive_at",),
    "declared_in": _OF_ENDINGS,
    "worked_in": (*_OF_ENDINGS, "kind", "title", "released_at", "expected_repeat_change"),
}


def headline() -> None:
    """Say what the page is."""
    st.html(
        '<h1 class="rl-headline">Every figure, in words and in SQL</h1><p class="rl-reason">Read from the queries '
        "themselves: changing one file in <code>queries/kpis/</code> changes the figure and its definition.</p>"
    )


def matching(search: str, known: Mapping[str, Figure]) -> list[Figure]:
    """Return the figures in which every word of the search occurs: name, title, definition or SQL."""
    words = search.lower().split()
    return [
        f
        for f in known.values()
        if all(
            word in f"{f.query.name} {' '.join(f.query.header.values())} {f.query.sql}".lower()
            for word in words
        )
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
    found = matching(search or "", figures())
    if asked and asked not in figures():
        empty.note(f"No definition {text.title(asked, 40)} is known.")
    if asked:
        found.sort(key=lambda f: f.id != asked)
    if not found:
        empty.note("No definition has these words.", concern=False)
    for f in found:
        with st.expander(
            f"**{text.markdown(f.title)}**", expanded=f.id == asked, key=f"kpi-{f.id}", on_change="rerun"
        ) as box:
            if box.open:
                entry(f, view)
    tables()


def entry(figure: Figure, view: View | None) -> None:
    """Show one figure: definition, what it leaves out, the value now, source fields, SQL."""
    asked = figure.query
    unit = text.html(_UNITS.get(figure.unit, figure.unit))
    facts = [f"<p>{text.prose(asked.definition)}</p>"]
    facts += [f"<p><b>Leaves out</b> {text.prose(asked.leaves_out)}.</p>"] if asked.leaves_out else []
    facts += [f"<p><b>Unit</b> {unit}. {_BETTER.get(figure.better, '')}</p>"]
    if view is not None:
        now = view.scope.kpi(figure.id)
        value = text_of(now) if now.status != NO_DATA else "no data"
        facts.append(
            f"<p><b>{text.html(view.period.label)}</b> {text.html(value)}, based on {fmt.count(now.n)} records"
            f"{f', {fmt.count(now.open)} still open' if now.open else ''}</p>"
        )
    facts.append(f"<p><b>Source fields</b> {_fields(figure)}</p>")
    st.html(f'<div class="rl rl-definition">{"".join(facts)}</div>')
    st.code(figure.query.sql, language="sql", wrap_lines=True)
    behind = figure.rows or "none"
    st.caption(f"{figure.query.where} · records behind it: queries/{behind}.sql · id: {figure.id}")


def _fields(figure: Figure) -> str:
    """Return the canonical tables a figure needs and the columns that reach it, also through the facts."""
    sql = re.sub(r"--[^\n]*", "", figure.query.sql)
    words = set(re.findall(r"\w+", sql))
    reached = words.union(*(set(columns) for fact, columns in _THROUGH_FACTS.items() if fact in words))
    said = []
    for name in figure.tables:
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
                '<div class="rl-scroll" tabindex="0"><table class="rl rl-table"><thead><tr>'
                "<th>Column</th><th>Kind</th><th>Needed</th>"
                f"</tr></thead><tbody>{lines}</tbody></table></div>"
            )
