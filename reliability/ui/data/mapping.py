"""Mapping an export by hand: choose what its columns are, see what its rows would become, save it, change it later."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import ADMINISTER
from reliability.errors import ExportError, ReliabilityError
from reliability.exports import PAGES, ExportSource, sources
from reliability.mappings import (
    Columns,
    Saved,
    Spec,
    Trial,
    columns_of,
    name_of,
    others,
    remove,
    save,
    saved,
    suggest,
    try_out,
)
from reliability.settings import Settings
from reliability.ui import empty, tables, text, turns, visitor
from reliability.ui.columns import word
from reliability.ui.data import other_file, upload
from reliability.ui.data.mapping_form import form, table_words

_MAPPING = "mapping an export"


def panel(data_dir: Path, settings: Settings, files: Sequence[Mapping[str, Any]]) -> None:
    """Offer to map any export, those that no format knows first, and list the mappings there are.

    files: rows of lists/file_accounting, or at least `file`, `recognised`, `format` and `title` of each. What could not
    be read at all is not offered.
    """
    made = saved(data_dir)
    readable = [f for f in files if f["recognised"] is not None]
    known = {
        str(f["file"]): f for f in sorted(readable, key=lambda f: (f["recognised"] is not False, f["file"]))
    }
    if not known and not made:
        return
    unknown = [name for name, f in known.items() if f["recognised"] is False]
    with st.container(border=True, key="mapping"):
        st.html(
            '<div class="rl"><p class="rl-finding">Map an export</p><p class="rl-subtitle">say what its columns are; '
            "later exports with the same header are read the same way</p></div>"
        )
        if visitor.note_lack(ADMINISTER, _MAPPING):
            return
        if not unknown:
            every = "Every export" if len(readable) == len(files) else "Every export that can be read"
            st.html(
                f'<p class="rl rl-small">{every} is recognised. Choose one to correct how it is read.</p>'
            )
        # With nothing but one unknown file there is nothing else to do.
        only = unknown[0] if unknown and len(known) == 1 else None
        chosen = st.selectbox(
            "Export to map", list(known), index=None, key="map", bind="query-params",
            placeholder=only or "Choose an export", label_visibility="collapsed",
        )  # fmt: skip
        chosen = chosen or only
        if chosen in known:
            _map(data_dir, settings, known[chosen], {m.name: m for m in made})
        _made(data_dir, made, known)


def _map(data_dir: Path, settings: Settings, file: Mapping[str, Any], made: Mapping[str, Saved]) -> None:
    name = str(file["file"])
    own = made.get(file["format"] or "")
    if (forced := settings.export_rule(name).format) and own is None:
        empty.note(f"review.toml says that {name} is read as '{forced}': take that line out to map it.")
        return
    if own is not None and own.spec is None:
        empty.note(f"It is read by mappings/{own.name}.sql, which was written by hand: change it there.")
        return
    try:
        source = _source(data_dir, name)
        changed = source.path.stat().st_mtime_ns
        columns = _columns(str(data_dir), name, changed)
        said = own.spec.encoding if own and own.spec else ""
        page = settings.export_rule(name).encoding or _page(columns, said, text.digest(name))
        columns = _columns(str(data_dir), name, changed, page) if page else columns
    except ReliabilityError as error:
        empty.show_error(error)
        return
    except OSError:
        empty.show_error(ExportError("it is no longer there", f"exports/{name}", "Rebuild."))
        return
    key = text.digest(name)
    shared = _shared(own, file, columns, made, key)
    if shared is not None and shared.spec is not None:
        asked, replacing = other_file.form(shared.spec, columns, key), shared.name
    else:
        base = own.spec if own and own.spec else suggest(columns, name)
        if own is not None:
            empty.note(f"Changes the mapping '{base.title}', which reads it now.", concern=False)
        elif file["recognised"]:
            empty.note(
                f"It is read as '{file['title']}' now. A mapping of its own would replace that.",
                concern=False,
            )
            base = replace(base, instead_of=str(file["format"]), header=columns.header)
        asked = form(
            base,
            lambda table: suggest(columns, name, table),
            columns,
            settings.organisation.time_zone,
            key,
            lambda spec: (
                _tried(str(data_dir), name, source.path.stat().st_mtime_ns, settings, spec).severities
            ),
        )
        replacing = own.name if own else ""
    asked = replace(asked, spec=replace(asked.spec, encoding=page))
    if asked.lacking:
        empty.note(asked.lacking)
    with st.container(horizontal=True):
        trying = st.button(
            "Try it", disabled=bool(asked.lacking), icon=":material/visibility:", key=f"map-try-{key}"
        )
        saving = st.button(
            "Save and rebuild", type="primary", disabled=bool(asked.lacking), key=f"map-save-{key}"
        )
        if not asked.lacking:
            visitor.ask_name_once(f"map-person-{key}", visitor.WRITING)
    if trying or saving:
        _try(data_dir, source, settings, asked.spec, key)
    tried = st.session_state.get(f"map-tried-{key}")
    # What was tried with other choices says nothing of these.
    if not tried or tried[0] != asked.spec:
        return
    doubt = _doubt(tried[1])
    if saving and not doubt:
        _save(data_dir, asked.spec, replacing)
    _show(settings.organisation.time_zone, tried[1], key)
    if unsaid := _unsaid(asked.spec, columns):
        empty.note(unsaid)
    if doubt:
        empty.note(doubt)
        if st.button("Save it anyway", key=f"map-anyway-{key}"):
            _save(data_dir, asked.spec, replacing)


def _page(columns: Columns, said: str, key: str) -> str:
    """Ask for the code page of an export that is not UTF-8; "" for the one that it shows."""
    if not columns.is_in_code_page:
        return ""
    options = list(dict.fromkeys(["", *([said] if said else []), *PAGES]))
    return st.selectbox(
        "Its letters are in", options, index=options.index(said), key=f"map-page-{key}", width=330,
        format_func=lambda page: page or f"{columns.encoding}, as they look",
        help="Choose another code page where names of the examples are not what they should be.",
    )  # fmt: skip


def _shared(
    own: Saved | None, file: Mapping[str, Any], columns: Columns, made: Mapping[str, Saved], key: str
) -> Saved | None:
    """The saved mapping that is to read this file beside others, None for a mapping of its own.

    One that reads it already under other names of columns; else a person chooses, where no format knows the file.
    """
    if own is not None:
        return own if own.spec and others(own.spec, columns) else None
    if file["recognised"]:
        return None
    return other_file.choose([one for one in made.values() if one.spec], columns, key)


def _doubt(trial: Trial) -> str:
    """Why saving this would help nobody, "" when it would."""
    if not trial.report.kept:
        return "Not a single row would be kept. Choose other columns, or save it anyway."
    if trial.dated == 0:
        return "Not a single row would have a date: they count in no quarter. Choose the date, or save it anyway."
    return ""


def _unsaid(spec: Spec, columns: Columns) -> str:
    """What figures of incidents are made of and no column is chosen for, with those of the file that are free."""
    lacking = [name for name in ("severity", "resolved_at") if name not in spec.cells]
    used = {place.column for place in spec.places}
    free = [name for name in columns.header if name not in used]
    if spec.table != "incidents" or not lacking or not free:
        return ""
    return (
        f"No column is chosen for {fmt.listed([word(name) for name in lacking])}: what counts P1s or times "
        f"recoveries stays without a figure. Not used so far: {fmt.listed(free, 8)}."
    )


def _try(data_dir: Path, source: ExportSource, settings: Settings, spec: Spec, key: str) -> None:
    try:
        with st.spinner("Reading the export …"), turns.pages.stepped_aside():
            changed = source.path.stat().st_mtime_ns
            st.session_state[f"map-tried-{key}"] = (
                spec,
                _tried(str(data_dir), source.name, changed, settings, spec),
            )
    except ReliabilityError as error:
        empty.show_error(error)


def _show(zone: str, trial: Trial, key: str) -> None:
    report = trial.report
    parts = [f"{fmt.count(report.kept)} of {fmt.plural(report.rows_read, 'row')} would be kept"]
    for number, what in (
        (report.superseded, "superseded by a newer copy"),
        (report.excluded, "excluded"),
        (report.set_aside, "set aside"),
    ):
        if number:
            parts.append(f"{fmt.count(number)} {what}")
    if trial.dated is not None and trial.dated < report.kept:
        parts.append(f"{fmt.count(report.kept - trial.dated)} without a date")
    reasons = [f"{reason}: {fmt.count(rows)}" for reason, rows in report.reasons.items()]
    mark = "▲ " if report.set_aside or not report.kept else "✓ "
    st.html(
        f'<div class="rl"><p class="rl-finding">{mark}{text.html(", ".join(parts))}</p>'
        + (f'<p class="rl-subtitle">{text.html(" · ".join(reasons))}</p>' if reasons else "")
        + "</div>"
    )
    if report.kept and report.problem:
        empty.note(report.problem)
    if trial.rows:
        rows = tables.without_people(trial.rows)
        tables.table(rows, f"map-rows-{key}", zone, alt="The first rows as they would be read")
    if trial.left_out:
        tables.table(
            trial.left_out, f"map-aside-{key}", zone, alt="Rows that would not count, a few of each reason"
        )


def _save(data_dir: Path, spec: Spec, replacing: str) -> None:
    try:
        visitor.require(ADMINISTER, _MAPPING)
        name = replacing or name_of(spec.title)
        action = "changed" if replacing else "added"
        with visitor.recorded(data_dir, "mapping", name, {"action": action, "table": spec.table}):
            save(data_dir, spec, replacing)
    except ReliabilityError as error:
        empty.show_error(error)
        return
    upload.rebuild(data_dir, said=f"Saved as {name}")


def _made(data_dir: Path, made: list[Saved], files: Mapping[str, Mapping[str, Any]]) -> None:
    """List the mappings, what each reads, and a way to remove it."""
    for one in made:
        with st.container(horizontal=True, vertical_alignment="center"):
            reads = [name for name, f in files.items() if f["format"] == one.name]
            said = one.problem
            if one.format:
                said = f"{table_words(one.format.table)}. {one.format.definition} "
                said += f"Reads {fmt.listed(reads)}." if reads else "No export has this header now."
            mark = '<span class="tone-concern">▲</span> ' if one.problem else ""
            title = one.format.title if one.format else one.name
            st.html(
                f'<p class="rl rl-small">{mark}<strong>{text.html(title)}</strong>: {text.html(said)}</p>'
            )
            if one.spec and reads:
                st.button(
                    "Change",
                    type="tertiary",
                    key=f"map-change-{text.digest(one.name)}",
                    on_click=_choose,
                    args=(_made_for(data_dir, one.spec, reads),),
                )
            with st.popover("Remove", type="tertiary"):
                st.html(
                    '<p class="rl rl-small">After the rebuild its exports are read as if it had never been; the '
                    "exports stay.</p>"
                )
                visitor.ask_name_once(f"map-remover-{text.digest(one.name)}", visitor.WRITING)
                if st.button("Remove and rebuild", key=f"map-remove-{text.digest(one.name)}"):
                    _remove(data_dir, one.name)


def _made_for(data_dir: Path, spec: Spec, files: Sequence[str]) -> str:
    """The first of its files that has the mapping's own columns: only with such a one can all of it be changed."""
    if not spec.also and not spec.lacking:
        return files[0]
    for name in files:
        with suppress(ReliabilityError, OSError):
            source = _source(data_dir, name)
            if not others(spec, _columns(str(data_dir), name, source.path.stat().st_mtime_ns, spec.encoding)):
                return name
    return files[0]


def _choose(file: str) -> None:
    st.session_state["map"] = file


def _remove(data_dir: Path, name: str) -> None:
    try:
        visitor.require(ADMINISTER, _MAPPING)
        with visitor.recorded(data_dir, "mapping", name, {"action": "removed"}):
            remove(data_dir, name)
    except ReliabilityError as error:
        empty.show_error(error)
        return
    upload.rebuild(data_dir, said=f"Removed {name}")


def _source(data_dir: Path, file: str) -> ExportSource:
    found = next((s for s in sources(data_dir / "exports") if s.name == file), None)
    if found is None:
        raise ExportError("it is no longer there", f"exports/{file}", "Rebuild.")
    return found


@st.cache_data(max_entries=64, show_spinner="Reading the export …")
def _columns(data_dir: str, file: str, changed_ns: int, page: str = "") -> Columns:
    """What an export offers, read again when the file changes."""
    del changed_ns  # part of the key
    return columns_of(_source(Path(data_dir), file), page)


def _tried(data_dir: str, file: str, changed_ns: int, settings: Settings, spec: Spec) -> Trial:
    """The trial of a spec; the last ones of a visitor are kept, as every click runs the page again."""
    kept: list[tuple[object, Trial]] = st.session_state.setdefault("_map-trials", [])
    asked = (data_dir, file, changed_ns, spec)
    for before, trial in kept:
        if before == asked:
            return trial
    found = try_out(_source(Path(data_dir), file), settings, spec)
    st.session_state["_map-trials"] = [(asked, found), *kept[:5]]
    return found
