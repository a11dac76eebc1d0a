"""Mapping an unknown export: choose what its columns are, see what its rows would become, save it."""

import re
from pathlib import Path, PurePosixPath
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ExportError, ReliabilityError
from reliability.exports import ExportSource, sources
from reliability.mappings import (
    Saved,
    Trial,
    columns_of,
    guess,
    guess_table,
    is_date_like,
    remove,
    save,
    saved,
    try_out,
)
from reliability.masking import mask
from reliability.schema import TABLES, Table
from reliability.ui import empty, tables, text
from reliability.ui.data import upload
from reliability.ui.view import View

_NOTHING = "—"
_LONGEST_EXAMPLE = 40
# Any other may be typed.
_ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles"),
    *("Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"),
)
# Columns that name people are shown without their values.
_PERSONAL = re.compile(
    r"(?i)\b(e ?mail|phone|ip ?address|user|caller|owner|engineer|assignee|assigned to|reporter|author|by"
    r"|(first|last|full) ?name)\b|\bname$"
)


def panel(view: View, data_dir: Path) -> None:
    """Offer to map the exports that no format knows, and list the mappings there are."""
    unknown = [f["file"] for f in view.run("lists/sources") if f["recognised"] is False]
    made = saved(data_dir)
    if not unknown and not made:
        return
    with st.container(border=True, key="mapping"):
        st.html(
            '<div class="rl"><p class="rl-finding">Map an unknown export</p><p class="rl-subtitle">say once what its '
            "columns are; later exports with the same header are recognised by themselves</p></div>"
        )
        if unknown:
            chosen = st.selectbox(
                "Export to map",
                unknown,
                index=None,
                key="map",
                bind="query-params",
                placeholder="Choose an export",
                label_visibility="collapsed",
            )
            if chosen and chosen in unknown:
                _form(view, data_dir, chosen)
        else:
            st.html('<p class="rl rl-small">Every export is recognised.</p>')
        _made(data_dir, made)


def _form(view: View, data_dir: Path, file: str) -> None:
    try:
        source = _source(data_dir, file)
        examples = _columns(str(data_dir), file, source.path.stat().st_mtime_ns)
    except ReliabilityError as error:
        empty.show_error(error)
        return
    except OSError:
        empty.show_error(ExportError("it is not there any more", f"exports/{file}", "Rebuild."))
        return
    key = text.key(file)
    likely = guess_table(examples)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = st.selectbox(
            "What is in it", list(TABLES), index=list(TABLES).index(likely), key=f"map-table-{key}",
            format_func=_table_words, width=330,
        )  # fmt: skip
        title = st.text_input(
            "Name of the format", PurePosixPath(file).name.split(".")[0], key=f"map-title-{key}", width=240
        )
        zones = list(dict.fromkeys((view.zone, *_ZONES)))
        zone = st.selectbox(
            "Times without a zone are in", zones, key=f"map-zone-{key}", accept_new_options=True, width=240
        )
    picked = _picked(TABLES[table], examples, key)
    lacking = [tables.word(c) for c in TABLES[table].required if c not in picked]
    if lacking:
        empty.note(f"No row counts without {fmt.listed(lacking)}: choose the column.")
    arguments = (title, table, picked, zone)
    with st.container(horizontal=True):
        if st.button("Try it", disabled=bool(lacking), icon=":material/visibility:", key=f"map-try-{key}"):
            _try(view, source, arguments, key)
        if st.button("Save and rebuild", type="primary", disabled=bool(lacking), key=f"map-save-{key}"):
            _save(data_dir, arguments)
    tried = st.session_state.get(f"map-tried-{key}")
    # What was tried with other choices says nothing of these.
    if tried and tried[0] == arguments:
        _show(view, tried[1], key)


def _picked(table: Table, examples: dict[str, list[str]], key: str) -> dict[str, str]:
    """Draw one choice per canonical column, what is needed and what was guessed first; return what is chosen."""
    guessed = guess(table, examples)
    first = [c for c in table.columns if c in table.required or c in guessed]
    picked = {c: _choice(table, c, examples, guessed.get(c), key) for c in first}
    others = [c for c in table.columns if c not in first]
    if others:
        with st.expander(f"{fmt.plural(len(others), 'more column')} it may have"):
            picked |= {c: _choice(table, c, examples, None, key) for c in others}
    return {c: given for c, given in picked.items() if given}


def _choice(
    table: Table, column: str, examples: dict[str, list[str]], guessed: str | None, key: str
) -> str | None:
    options = [_NOTHING, *examples]
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    needed = " · needed" if column in table.required else ""
    chosen = left.selectbox(
        f"{text.markdown(tables.word(column))}{needed}",
        options,
        index=options.index(guessed) if guessed in options else 0,
        key=f"map-{table.name}-{column}-{key}",
    )
    if chosen == _NOTHING:
        return None
    right.html(f'<p class="rl rl-small rl-faint">{text.html(_example_words(chosen, examples[chosen]))}</p>')
    return chosen


def _example_words(column: str, values: list[str]) -> str:
    if not values:
        return "every cell is blank"
    if _PERSONAL.search(column.replace("_", " ")):
        return "values hidden: they may name people"
    # The digits of a date would be taken for a telephone number.
    one_line = [" ".join(value.split()) for value in values]
    shown = [
        value if is_date_like(value) and len(value) <= _LONGEST_EXAMPLE else mask(value).text
        for value in one_line
    ]
    return " · ".join(v if len(v) <= _LONGEST_EXAMPLE else f"{v[: _LONGEST_EXAMPLE - 1]}…" for v in shown)


def _try(view: View, source: ExportSource, arguments: tuple[str, str, dict[str, str], str], key: str) -> None:
    title, table, picked, zone = arguments
    try:
        with st.spinner("Reading the export …"):
            found = try_out(source, view.settings, title, table, picked, zone)
        st.session_state[f"map-tried-{key}"] = (arguments, found)
    except ReliabilityError as error:
        empty.show_error(error)


def _show(view: View, trial: Trial, key: str) -> None:
    report = trial.report
    parts = [f"{fmt.count(report.kept)} of {fmt.plural(report.rows_read, 'row')} would be kept"]
    for number, what in (
        (report.superseded, "superseded by a newer copy"),
        (report.excluded, "excluded"),
        (report.set_aside, "set aside"),
    ):
        if number:
            parts.append(f"{fmt.count(number)} {what}")
    reasons = [f"{reason}: {fmt.count(rows)}" for reason, rows in report.reasons.items()]
    mark = "▲ " if report.set_aside else "✓ "
    st.html(
        f'<div class="rl"><p class="rl-finding">{mark}{text.html(", ".join(parts))}</p>'
        + (f'<p class="rl-subtitle">{text.html(" · ".join(reasons))}</p>' if reasons else "")
        + "</div>"
    )
    if trial.rows:
        rows = tables.without_people(trial.rows)
        tables.table(rows, f"map-rows-{key}", view.zone, alt="The first rows as they would be read")
    if trial.left_out:
        tables.table(trial.left_out, f"map-aside-{key}", view.zone, alt="The first rows that would not count")


def _save(data_dir: Path, arguments: tuple[str, str, dict[str, str], str]) -> None:
    title, table, picked, zone = arguments
    try:
        name = save(data_dir, title, table, picked, zone)
    except ReliabilityError as error:
        empty.show_error(error)
        return
    upload.rebuild(data_dir, said=f"Saved as {name}")


def _made(data_dir: Path, made: list[Saved]) -> None:
    """List the mappings, each with a way to remove it."""
    for one in made:
        with st.container(horizontal=True, vertical_alignment="center"):
            said = one.problem or f"{_table_words(one.table)}. {one.definition}"
            mark = '<span class="tone-concern">▲</span> ' if one.problem else ""
            st.html(
                f'<p class="rl rl-small">{mark}<strong>{text.html(one.title or one.name)}</strong>: '
                f"{text.html(said)}</p>"
            )
            with st.popover("Remove", type="tertiary"):
                st.html(
                    '<p class="rl rl-small">Its exports are unknown again after the rebuild; the exports stay.</p>'
                )
                if st.button("Remove and rebuild", key=f"map-remove-{text.key(one.name)}"):
                    _remove(data_dir, one.name)


def _remove(data_dir: Path, name: str) -> None:
    try:
        remove(data_dir, name)
    except ReliabilityError as error:
        empty.show_error(error)
        return
    upload.rebuild(data_dir, said=f"Removed {name}")


def _source(data_dir: Path, file: str) -> ExportSource:
    found = next((s for s in sources(data_dir / "exports") if s.name == file), None)
    if found is None:
        raise ExportError("it is not there any more", f"exports/{file}", "Rebuild.")
    return found


@st.cache_data(max_entries=8, show_spinner="Reading the export …")
def _columns(data_dir: str, file: str, changed_ns: int) -> dict[str, list[str]]:
    """Columns and examples of an export, read anew when the file changes."""
    del changed_ns  # part of the key
    return columns_of(_source(Path(data_dir), file))


def _table_words(name: str) -> str:
    table: Any = TABLES.get(name)
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}: a row is {table.what}" if table else words
