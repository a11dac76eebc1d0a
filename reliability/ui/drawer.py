"""Drawers: where a figure comes from, down to the file and line. They open at the right and close with Escape.

Their tables are plain: one that is drawn on a canvas keeps the Escape key for itself.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.model import Card, Chart
from reliability.publish.plain_definitions import in_words, values_in
from reliability.queries import Query, Result, catalogue, query
from reliability.queries.literals import literal
from reliability.ui import columns, empty, filters, navigation, plain, tables, text
from reliability.ui.plot import Clicked
from reliability.ui.review import cards
from reliability.ui.view import View

_TIMES = (
    ("started_at", "Started"),
    ("opened_at", "Opened"),
    ("detected_at", "Detected"),
    ("acknowledged_at", "Acknowledged"),
    ("engaged_at", "Engaged"),
    ("mitigated_at", "Mitigated"),
    ("resolved_at", "Resolved"),
    ("closed_at", "Closed"),
)


def open_card(card: Card, view: View) -> None:
    """Open a card: its verdict, its changes, its definition, the records and the SQL behind it."""

    def verdict() -> None:
        st.html(cards.whole(card))
        _changes(card)

    open_figure(card.title, card.query, view, f"card-{card.id}", verdict, card.left_out)


def open_figure(
    heading: str,
    name: str,
    view: View,
    key: str,
    before: Callable[[], None],
    left_out: dict[str, int],
    closed: Callable[[], None] | None = None,
    **window: Any,
) -> None:
    """Open a figure: `before` shows what it says, then its definition, the records and the SQL of query `name`.

    left_out: reason -> records that are not counted. closed: called when the visitor closes it. window: start and end
    when they are not those of the view.
    """

    def body() -> None:
        before()
        asked = catalogue().get(name)
        if asked is None:
            return
        definition(asked, view)
        if not asked.rows:
            _left_out(left_out)
        records, sql = st.tabs(["Records", "SQL"])
        with records:
            _records(asked.rows, view, key, what=heading, **window)
        with sql:
            show_sql(asked, view.scope.parameters(**window))
        navigation.link("definitions", "Open in Definitions", kpi=asked.id)

    _drawer(heading, body, closed=closed)


def open_point(clicked: Clicked, chart: Chart, view: View, **known: Any) -> None:
    """Open a point of a chart: the records of its step. known: as_of when the point is not as known to the view."""
    asked = catalogue().get(chart.query)
    start, end = datetime.fromisoformat(clicked.start), datetime.fromisoformat(clicked.end)
    first, last = fmt.day(start, view.zone), fmt.last_day(end, view.zone)

    def body() -> None:
        st.html(f'<p class="rl-quiet">{text.html(chart.title)}</p>')
        if asked is None:
            return
        if asked.rows:
            _records(asked.rows, view, f"point-{chart.id}", what=chart.title, start=start, end=end, **known)
        show_sql(asked, view.scope.parameters(start=start, end=end, **known))

    _drawer(f"{first} to {last}" if first != last else first, body)


def open_queries(heading: str, names: Sequence[str], view: View, **given: Any) -> None:
    """Open what a part of a page was made from: per query its definition, its rows and its SQL.

    given: values of parameters that differ from those of the chosen window.
    """

    def body() -> None:
        for name, tab in zip(names, st.tabs([query(name).title for name in names]), strict=True):
            with tab:
                definition(query(name), view)
                _records(name, view, f"made-{text.key(name)}", what=query(name).title, **given)
                with st.expander("SQL"):
                    show_sql(query(name), view.scope.parameters(**given))

    _drawer(heading, body)


def open_row(
    row: dict[str, Any],
    view: View,
    more: Callable[[], None] | None = None,
    closed: Callable[[], None] | None = None,
    first: Callable[[], None] | None = None,
) -> None:
    """Open one record: its moments in order, all its fields, and where it was read.

    more: adds to the drawer. first: adds to it before the fields. closed: called when the visitor closes it.
    """
    name = row.get("incident_id") or row.get("ticket_id") or row.get("response_id") or "Record"
    heading = f"{name}: {text.title(row['title'])}" if row.get("title") else str(name)

    def body() -> None:
        st.html(moments(row, view.zone))
        if first is not None:
            first()
        st.html(fields(row, view.zone))
        if str(row.get("url") or "").startswith(("https://", "http://")):
            st.link_button("Open in the tool", row["url"], icon=":material/open_in_new:")
        if more is not None:
            more()

    _drawer(heading, body, width="medium", closed=closed)


def _drawer(
    heading: str,
    body: Callable[[], None],
    width: Literal["small", "medium", "large"] = "large",
    closed: Callable[[], None] | None = None,
) -> None:
    def guarded() -> None:
        try:
            with plain.only():
                body()
        except ReliabilityError as error:
            empty.show_error(error)

    st.dialog(text.markdown(heading), width=width, position="right", on_dismiss=closed or "ignore")(guarded)()


def definition(asked: Query, view: View) -> None:
    """Show what a figure is, in the words of its query's header, with values for parameters and no names of columns."""
    values = values_in(view.settings)
    leaves_out = in_words(asked.leaves_out, values)
    st.html(
        f'<div class="rl rl-definition"><p>{text.html(in_words(asked.definition, values))}</p>'
        + (f"<p><b>Leaves out</b> {text.html(leaves_out)}.</p>" if leaves_out else "")
        + "</div>"
    )


def show_sql(asked: Query, params: dict[str, Any]) -> None:
    """Show a query as it runs, with the values of its parameters."""
    st.code(asked.sql, language="sql", wrap_lines=True)
    if asked.parameters:
        st.html(parameter_table(asked, params))
    st.caption(f"queries/{asked.name}.sql")


def parameter_table(asked: Query, params: dict[str, Any]) -> str:
    """Return the values of a query's parameters as HTML, each written so that SQL reads it."""
    rows = "".join(
        f"<tr><td><code>${text.html(name)}</code></td><td><code>{text.html(literal(params.get(name)))}</code></td></tr>"
        for name in asked.parameters
    )
    return (
        f'<div class="rl-scroll" tabindex="0"><table class="rl rl-table"><tbody>{rows}</tbody></table></div>'
    )


def _changes(card: Card) -> None:
    if not card.changes:
        return
    rows = "".join(
        f"<tr><td>{text.html(c.label)}</td><td class='rl-num'>{text.html(c.then_text)}</td>"
        f"<td class='rl-num'>{text.html(c.text)}</td></tr>"
        for c in card.changes
    )
    st.html(
        '<div class="rl-scroll" tabindex="0"><table class="rl rl-table"><thead><tr>'
        '<th>Compared</th><th class="rl-num">Then</th>'
        f'<th class="rl-num">Change</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _left_out(reasons: dict[str, int]) -> None:
    if reasons:
        said = ", ".join(f"{fmt.count(n)} {reason}" for reason, n in reasons.items())
        empty.note(f"Not counted this time: {said}.", concern=False)


def _records(name: str, view: View, key: str, what: str, **window: Any) -> None:
    """Show the records behind a figure, how many of them count, and offer all of them as CSV."""
    if not name:
        empty.note("There are no single records behind this figure.", concern=False)
        return
    query(name)  # a clear error when the header names a query that is not there
    result = view.scope.run(name, limit=tables.MOST_ROWS, **window)
    if not result.rows:
        if window:
            empty.note("No records in these days.", concern=False)
        else:
            empty.filtered_out(view.filters, "records")
        return
    st.html(f'<p class="rl-quiet">{counted(result)}</p>')
    tables.table(
        tables.without_people(result.rows),
        f"rows-{key}",
        view.zone,
        alt=f"Records behind {what}",
        hide=(*tables.PEOPLE, *filters.repeated(view.filters)),
    )
    tables.download(
        f"{what} {view.period.id}",
        lambda: tables.without_people(view.scope.run(name, limit=None, **window).rows),
        view.zone,
    )


def counted(result: Result) -> str:
    """Say how many records count and why others do not: "21 counted, 3 left out: 2 no resolve time, 1 open"."""
    if "contributes" not in result.columns and len(result) < tables.MOST_ROWS:
        return fmt.plural(len(result), "record")
    if len(result) >= tables.MOST_ROWS:
        return f"The first {fmt.count(tables.MOST_ROWS)} records; the CSV has all, counted and left out"
    kept = sum(1 for row in result if row["contributes"] is not None)
    reasons: dict[str, int] = {}
    for row in result:
        if row["contributes"] is None:
            reason = str(row.get("left_out") or "not counted")
            reasons[reason] = reasons.get(reason, 0) + 1
    said = f"{fmt.plural(kept, 'record')} counted"
    if reasons:
        listed = ", ".join(f"{fmt.count(n)} {text.html(r)}" for r, n in reasons.items())
        said += f", {fmt.count(len(result) - kept)} left out: {listed}"
    return said


def moments(row: dict[str, Any], zone: str) -> str:
    """Return the moments of a record in order, each with the time since the one before, as HTML.

    One that is known to the day only is a day, and no time to or from it is given.
    """
    known = sorted(
        ((row[column], label, column) for column, label in _TIMES if isinstance(row.get(column), datetime)),
        key=lambda moment: moment[0],
    )
    if not known:
        return ""
    days = row.get("day_only") or ()
    lines, before = [], None
    for at, label, column in known:
        is_day = column in days
        gap = f"+{fmt.duration((at - before).total_seconds() / 60)}" if before and not is_day else ""
        written = f"{fmt.day(at, zone)}, day only" if is_day else fmt.instant(at, zone)
        lines.append(
            f"<tr><td>{label}</td><td class='rl-nowrap'>{written}</td>"
            f"<td class='rl-num rl-faint'>{gap}</td></tr>"
        )
        before = None if is_day else at
    return f'<table class="rl rl-table rl-moments"><tbody>{"".join(lines)}</tbody></table>'


def fields(row: dict[str, Any], zone: str) -> str:
    """Return the other fields of a record as HTML; the file and line it was read from stand last."""
    shown = {name for name, _ in _TIMES} | {"title", "url", "day_only"}
    parts: Sequence[str] = [
        f"<tr><td class='rl-faint'>{text.html(columns.word(column))}</td>"
        f"<td>{text.html(columns.shown(column, row[column], zone))}</td></tr>"
        for column in columns.ordered(row)
        if column not in shown and row[column] is not None
    ]
    return f'<table class="rl rl-table rl-fields"><tbody>{"".join(parts)}</tbody></table>'
