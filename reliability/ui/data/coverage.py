"""What each tool covers, drawn over time; a silence that is too long can be called quiet, and that be taken back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import strips
from reliability.charts.strips import Stretch
from reliability.errors import JournalError
from reliability.journal import Journal
from reliability.rulings import quiet
from reliability.rulings.quiet import Quiet
from reliability.ui import empty, panels, plot, text
from reliability.ui.chronic import queue_acts as acts
from reliability.ui.view import View

_WORDS = {"incidents": "incidents", "tickets": "tickets", "alerts": "alerts", "nps_responses": "answers"}
_MOST = 12
_DOING = "saying that a silence was quiet"
_LEGEND = (
    ("rl-strip-records", "records"),
    ("rl-strip-none", "a week without one, counted as zero"),
    ("rl-strip-gap", "not covered: nobody knows"),
    ("rl-strip-quiet", "silent, and said to be quiet"),
    ("rl-strip-since", "nothing yet since the newest record"),
    ("rl-strip-ended", "ended: nothing for longer than it is ever silent"),
    ("", "nothing drawn: before the first record"),
)


def show(view: View) -> None:
    """Show the strips, the silences that nobody explained, and what was said of others: at once where there are any."""
    try:
        said: Sequence[Quiet] = quiet.standing_in(Journal(view.data_dir))
    except JournalError as error:
        empty.show_error(error)
        said = ()
    lost = any(row["gap_starts"] for row in view.scope.run("lists/data_range"))
    with st.expander(
        "What each tool covers, and where it is silent",
        expanded=lost or bool(said),
        key="coverage",
        on_change="rerun",
    ) as box:
        if box.open:
            _strips(said, view)


def _strips(said: Sequence[Quiet], view: View) -> None:
    rows = [row for row in view.scope.run("lists/data/source_strips") if row["starts_at"] < view.as_of]
    if not rows:
        empty.note("No export has a dated record yet.", concern=False)
        return
    silences = [row for row in view.scope.run("lists/data/silences") if row["starts_at"] < view.as_of]
    gaps = [row for row in silences if not row["is_quiet"]]
    st.html(
        panels.heading(
            _finding(gaps), "records of each tool, week by week; from its first to the newest of all"
        )
    )
    shown = stretches(rows, silences, view)
    spec = strips.figure(shown, list(dict.fromkeys(s.row for s in shown)), "app", view.zone)
    plot.draw("coverage", spec, alt=_spoken(gaps, view), clickable=False)
    st.html(_legend())
    acts.outcome_of_last(view, "quiet")
    if gaps:
        _silent(gaps, said, view)
    _said(said, silences, view)


def stretches(
    rows: Sequence[dict[str, Any]], silences: Sequence[dict[str, Any]], view: View
) -> list[Stretch]:
    """Return what is drawn: weeks with and without records, what follows the newest one, and long silences on top."""
    found = [
        _stretch(
            row,
            row["state"],
            f"{fmt.plural(row['records'], 'record')}" if row["records"] else "none: a zero",
            view,
        )
        for row in rows
    ]
    newest = {(row["table_name"], row["source"]): row for row in rows}
    for row in newest.values():
        if row["last_at"] < view.as_of:
            over = row["silence_days"] is not None and view.as_of - row["last_at"] > timedelta(
                days=row["silence_days"]
            )
            told = "nothing since, for longer than it is ever silent" if over else "nothing yet"
            since = {**row, "starts_at": row["last_at"], "ends_at": view.as_of}
            found.append(_stretch(since, strips.ENDED if over else strips.SINCE, told, view))
    for row in silences:
        state, told = (strips.QUIET, "said to be quiet") if row["is_quiet"] else (strips.GAP, "not covered")
        found.append(_stretch(row, state, told, view))
    return [s for s in found if s.start < s.end]


def _stretch(row: dict[str, Any], state: str, told: str, view: View) -> Stretch:
    name = _name(row)
    start, end = row["starts_at"], min(row["ends_at"], view.as_of)
    days = f"{fmt.day(start, view.zone)} to {fmt.day(end, view.zone)}"
    return Stretch(name, state, start, end, f"<b>{text.html(name)}</b><br>{days}<br>{text.html(told)}")


def _name(row: dict[str, Any]) -> str:
    words = _WORDS.get(row["table_name"], row["table_name"])
    return f"{row['source']} {words}" if row["source"] else words


def _finding(gaps: Sequence[dict[str, Any]]) -> str:
    if not gaps:
        return "No tool is silent for longer than chance explains"
    falls = "1 silence is" if len(gaps) == 1 else f"{fmt.count(len(gaps))} silences are"
    return f"{falls} too long to be chance: not covered, until somebody says that nothing happened"


def _spoken(gaps: Sequence[dict[str, Any]], view: View) -> str:
    listed = "; ".join(_words(row, view) for row in gaps[:_MOST])
    return f"{_finding(gaps)}. {listed}".strip()


def _words(row: dict[str, Any], view: View) -> str:
    days = (row["ends_at"] - row["starts_at"]).days
    start, end = fmt.day(row["starts_at"], view.zone), fmt.day(row["ends_at"], view.zone)
    return f"{_name(row)}: nothing from {start} to {end}, {fmt.plural(days, 'day')}"


def _legend() -> str:
    parts = [
        f'<span class="rl-strip-word">{f"<i class={chr(34)}rl-strip {css}{chr(34)}></i> " if css else ""}'
        f"{text.html(word)}</span>"
        for css, word in _LEGEND
    ]
    return f'<p class="rl rl-note">{" ".join(parts)}</p>'


def _silent(gaps: Sequence[dict[str, Any]], said: Sequence[Quiet], view: View) -> None:
    acts.ask_who("quiet-who", _DOING)
    ready = acts.ready()
    waiting = 0
    for number, row in enumerate(gaps[:_MOST]):
        between = (
            f"inside {row['after_file']}"
            if row["after_file"] == row["before_file"]
            else f"between {row['after_file']} and {row['before_file']}"
        )
        with st.container(horizontal=True, vertical_alignment="center", key=f"silence-{number}"):
            st.html(
                f'<p class="rl rl-small">{text.html(f"{_words(row, view)} ({between})")}</p>', width="stretch"
            )
            if any(_is_of(q, row) for q in said):
                waiting += 1
                st.html('<p class="rl rl-note">said to be quiet, not yet in the figures</p>', width="content")
            else:
                st.button(
                    "This was quiet",
                    key=f"quiet-{text.digest((row['source'], row['table_name'], row['starts_at']))}",
                    disabled=not ready,
                    help=f"Nothing happened: {_words(row, view)}. Figures over it become zero instead of unknown.",
                    on_click=_say,
                    args=(row, view),
                )
    if len(gaps) > _MOST:
        empty.note(f"{len(gaps) - _MOST} more, older ones.", concern=False)
    if waiting:
        st.button(
            "Bring them in",
            key="quiet-bring",
            on_click=acts.bring_in,
            args=(view.data_dir, view.settings, _DOING),
        )


def _say(row: dict[str, Any], view: View) -> None:
    start, end = fmt.day(row["starts_at"], view.zone), fmt.day(row["ends_at"], view.zone)
    words = f"{_name(row)} were quiet from {start} to {end}"
    acts.decide(
        view,
        words,
        lambda journal, name: quiet.say(
            journal, row["table_name"], row["source"], row["starts_at"], row["ends_at"], name
        ),
        _DOING,
    )


def _is_of(said: Quiet, row: dict[str, Any]) -> bool:
    """Whether something said is of a silence, give or take a day, as the facts have it."""
    day = timedelta(days=1)
    return (
        (said.table_name, said.source) == (row["table_name"], row["source"])
        and row["starts_at"] >= said.starts_at - day
        and row["ends_at"] <= said.ends_at + day
    )


def _said(said: Sequence[Quiet], silences: Sequence[dict[str, Any]], view: View) -> None:
    if not said:
        return
    st.html('<p class="rl rl-heading">Said to be quiet</p>')
    for q in reversed(said):
        row = {"table_name": q.table_name, "source": q.source, "starts_at": q.starts_at, "ends_at": q.ends_at}
        words = _words(row, view)
        told = f"{words}. {q.who}, {fmt.instant(q.at, view.zone)}"
        if not any(_is_of(q, silence) for silence in silences):
            told += ". Today's exports have no such silence."
        undone = (view, q.id, q.digest, f"{words}: quiet", _DOING)
        acts.said_line("quiet", q.id, told, words, acts.take_back, *undone)
