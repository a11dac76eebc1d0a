"""The Data page's parts: what was read from each export, what became of it, and what to do about the rest."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.guesses import example_words
from reliability.schema import spoken
from reliability.ui import empty, panels, tables, text
from reliability.ui.view import View
from reliability.warehouse.doubts import doubts as find_doubts
from reliability.warehouse.doubts import overlooked
from reliability.warehouse.formats import unconfirmed

_SHOWN_LEFT_OUT = 2000
_SHOWN_UNREAD = 200
# As many are shown without being asked for.
_FEW_UNREAD = 3
_ALL = "All files"


def headline(view: View) -> None:
    """Say how much was read and how much of it counts."""
    files = view.scope.run("lists/sources").rows
    read = sum(f["rows_read"] or 0 for f in files)
    kept = sum(f["kept"] or 0 for f in files)
    said = f"{fmt.plural(len(files), 'export')}, {fmt.plural(read, 'row')} read, {fmt.count(kept)} kept"
    facts = [f"data to {fmt.instant(view.as_of, view.zone)} ({view.zone})"]
    if stale := [f["file"] for f in files if f["stale"]]:
        facts.append(f"stale: {fmt.listed(stale)}")
    st.html(
        f'<h1 class="rl-headline">{text.html(said)}</h1><p class="rl-reason">{text.html(" · ".join(facts))}</p>'
        '<p class="rl rl-note">For every file: rows read = kept + superseded (an older copy, or the same outage '
        "in another tool) + excluded (valid, not to be counted) + set aside (with a reason).</p>"
    )
    if wrong := [f["file"] for f in view.scope.run("lists/file_accounting") if f["unaccounted"]]:
        empty.note(
            f"Rows are missing from the sum of {fmt.listed(wrong)}: rebuild, and report it if it stays."
        )


def doubts(view: View) -> None:
    """Warn of exports whose rows lack what their figures are made of, and list the columns that nobody read."""
    for file, said in find_doubts(view.store, view.scope.run("lists/sources")):
        empty.note(f"{file}: {said} Correct it below.")
    for source in view.scope.run("lists/sources"):
        if source["recognised"] and source["kept"] and source["problem"]:
            empty.note(f"{source['file']}: {source['problem']}")
    _unread(overlooked(view.store))


def _unread(rows: Sequence[Mapping[str, Any]]) -> None:
    """Say in one line how many columns that may matter were not read, and of what kind; each with examples behind it.

    A figure that lacks something because of one is a doubt of its own, which stands open. Few are shown at once.
    """
    if not rows:
        return
    exports = len({row["file"] for row in rows})
    said = f"{fmt.plural(len(rows), 'column')} not read that may matter"
    if len(rows) > _FEW_UNREAD:
        said += f", of {fmt.plural(exports, 'export')}: {_kinds(rows)}"
    with st.expander(said, expanded=len(rows) <= _FEW_UNREAD, key="unread-columns"):
        lines = [
            [
                f'<span class="rl-file">{text.html(row["file"])}</span>',
                text.html(row["column_name"]),
                text.html(row["looks_like"]),
                text.html(example_words(row["column_name"], tuple(row["examples"] or ()))),
            ]
            for row in rows[:_SHOWN_UNREAD]
        ]
        more = f", the first {_SHOWN_UNREAD}" if len(rows) > _SHOWN_UNREAD else ""
        st.html(
            f'<p class="rl rl-small">the format of the export does not name them{more}; map the export to read them</p>'
            + panels.table(("Export", "Column", "Looks like", "Examples"), lines)
        )


def _kinds(rows: Sequence[Mapping[str, Any]]) -> str:
    """What the columns look like, the most frequent first: "9 look like a date, 4 an id and 1 a severity"."""
    (first, number), *others = Counter(str(row["looks_like"]) for row in rows).most_common()
    verb = "looks" if number == 1 else "look"
    said = [f"{fmt.count(number)} {verb} like {first}", *(f"{fmt.count(n)} {name}" for name, n in others)]
    return fmt.listed(said, len(said))


def columns(view: View) -> None:
    """Show, on request, the columns of one export that are read, and those that are not."""
    found = view.scope.run("lists/file_columns").rows
    names = list(dict.fromkeys(row["file"] for row in found))
    if not names:
        return
    with st.expander("Columns of each export", key="columns", on_change="rerun") as box:
        if not box.open:
            return
        chosen = st.selectbox("Export", names, key="columns-of", label_visibility="collapsed")
        mine = [row for row in found if row["file"] == chosen]
        for title, wanted in (("Read", True), ("Not read", False)):
            said = [
                f"{row['column_name']} (like {row['looks_like']})"
                if row["looks_like"]
                else row["column_name"]
                for row in mine
                if row["read"] is wanted
            ]
            st.html(
                f'<p class="rl rl-small"><strong>{title}, {fmt.count(len(said))}</strong> '
                f"{text.html(' · '.join(said)) or '—'}</p>"
            )


def files(view: View) -> None:
    """Show every recognised export with the sum of its rows."""
    rows = [f for f in view.scope.run("lists/sources") if f["recognised"]]
    with st.container(border=True, key="files"):
        st.html(
            '<div class="rl"><p class="rl-finding">What was read</p>'
            '<p class="rl-subtitle">each export, recognised by its header</p></div>'
            + panels.table(
                (
                    "Export",
                    "Recognised as",
                    "Newest",
                    "Read",
                    "= Kept",
                    "+ Superseded",
                    "+ Excluded",
                    "+ Set aside",
                ),
                [_file(f, view.zone) for f in rows],
                numeric=(3, 4, 5, 6, 7),
                verdict=1,
            )
        )


def _file(file: dict[str, Any], zone: str) -> tuple[str, ...]:
    stale = ' <span class="tone-concern">▲ stale</span>' if file["stale"] else ""
    stale = ' <span class="rl-faint">retired</span>' if file["retired"] else stale
    title = text.html(file["title"])
    if file["format"] in unconfirmed():
        title += ' <span class="rl-faint">header not confirmed: look at the first rows</span>'
    aside = file["set_aside"] or 0
    mark = f'<span class="tone-concern">{fmt.count(aside)}</span>' if aside else "0"
    return (
        _name(file["file"]),
        title,
        panels.whole(fmt.day(file["newest_at"], zone)) + stale,
        *(fmt.count(file[name]) for name in ("rows_read", "kept", "superseded", "excluded")),
        mark,
    )


def _name(file: str) -> str:
    return f'<span class="rl-file">{text.html(file)}</span>'


def left_out(view: View) -> None:
    """Show why rows are not counted, for all files or one, and the very rows."""
    reasons = view.scope.run("lists/file_reasons").rows
    with st.container(border=True, key="left-out"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.html(
                '<div class="rl"><p class="rl-finding">Why rows are not counted</p>'
                '<p class="rl-subtitle">what became of them, and the reason</p></div>',
                width="stretch",
            )
            names = sorted({row["file"] for row in reasons})
            chosen = st.selectbox(
                "File",
                [_ALL, *names],
                key="file",
                bind="query-params",
                label_visibility="collapsed",
                width=340,
            )
        if not reasons:
            unread = [f["file"] for f in view.scope.run("lists/sources") if not f["recognised"]]
            said = "Every row of every export is kept."
            if unread:
                said = f"Every row of the recognised exports is kept; {fmt.plural(len(unread), 'file')} not read."
            st.html(f'<p class="rl rl-small">{text.html(said)}</p>')
            return
        file = chosen if chosen in names else None
        counted: dict[tuple[str, str, str], int] = {}
        for row in reasons:
            if file is None or row["file"] == file:
                what = (row["table_name"] or "", row["disposition"], row["reason"])
                counted[what] = counted.get(what, 0) + row["rows"]
        lines = [
            (text.html(spoken(table)), text.html(disposition), text.html(reason), fmt.count(number))
            for (table, disposition, reason), number in sorted(counted.items(), key=lambda item: -item[1])
        ]
        st.html(panels.table(("Table", "What became of them", "Why", "Rows"), lines, numeric=(3,)))
        total = sum(counted.values())
        with st.expander(
            f"The {fmt.plural(total, 'row')}, with their lines", key="rows-left-out", on_change="rerun"
        ) as box:
            if box.open:
                rows = view.scope.run(
                    "lists/data/left_out_rows", file=file, reason=None, limit=_SHOWN_LEFT_OUT
                ).rows
                tables.table(rows, "table-left-out", view.zone, alt="Rows left out, by file and line")
        tables.download(f"left out of {file or 'all files'}", partial(_all_left_out, view, file), view.zone)


def _all_left_out(view: View, file: str | None) -> list[dict[str, Any]]:
    return view.scope.run("lists/data/left_out_rows", file=file, reason=None, limit=None).rows


def unrecognised(view: View) -> None:
    """Show the files that were not understood, and what to do about each."""
    rows = [f for f in view.scope.run("lists/sources") if not f["recognised"]]
    if not rows:
        return
    with st.container(border=True, key="unrecognised"):
        st.html(
            '<div class="rl"><p class="rl-finding"><span class="tone-concern">▲</span> '
            f"{fmt.plural(len(rows), 'file')} not read</p></div>"
            + panels.table(
                ("File", "What is the matter"), [(_name(f["file"]), text.html(f["problem"])) for f in rows]
            )
            + '<p class="rl rl-small rl-after">Where no format has its header, map its columns below, once. Else '
            "export it again, with its usual columns.</p>"
        )
