"""What stands where a figure cannot: no data, a part of it, stale data, an error, filtered to nothing.

Each state says what is the matter and what to do. None of them shows a zero, an empty chart or a traceback.
"""

from collections.abc import Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError, SettingsError
from reliability.model import Filters
from reliability.schema import TABLES, Table
from reliability.ui import filters as chosen_filters
from reliability.ui import navigation, text


def show_error(error: Exception) -> None:
    """Say what went wrong, where, and what to do. The technical detail stays in the server's log."""
    if isinstance(error, ReliabilityError):
        what = error.what[:1].upper() + error.what[1:]
        _panel("Something needs fixing", what, where=error.where, remedy=error.remedy)
        if isinstance(error, SettingsError):
            st.caption("Settings live in review.toml, in the data folder.")
        else:
            navigation.link("data", "Go to Data")
        return
    _panel(
        "This page could not be shown",
        "An error in the program, not in your data.",
        remedy="Reload the page. If it stays, the server's log has the details.",
    )


def signed_out() -> None:
    """Say that nobody is signed in behind this page, and how to get on."""
    _panel("You are not signed in", "The sign-in has ended.", remedy="Reload the page to sign in again.")


def no_data(tables: Sequence[str] | str, what: str = "", lacks: str = "") -> None:
    """Say which export would fill this, with the columns it needs, and link to the Data page.

    tables: canonical table names, or one; several separated by commas are taken apart. what: what is missing here.
    lacks: what is known to be missing where the exports are there, as a sentence. No tables: the exports are there, and
    a figure beside this one may have a value from them.
    """
    names = [t.strip() for t in tables.split(",")] if isinstance(tables, str) else list(tables)
    known = [TABLES[name] for name in names if name in TABLES]
    if (there := _rows_there(known)) or not known:
        # The export is there: what is missing is in its rows, or in this part of the time.
        if narrowed := with_filters():
            _panel("Nothing matches", f"{what or 'This part'} has nothing to show{narrowed}.")
            return
        why = f": {there}" if there else " in this window"
        _panel("No figure here", lacks or f"{what or 'This part'} has nothing to show{why}.")
        navigation.link("data", "See which columns were read")
        return
    needs = " and ".join(f"an export with one row for each {_noun(t.what)}" for t in known)
    _panel("No data yet", f"{what or 'This part'} needs {needs}.")
    for table in known:
        required = " · ".join(_column(c) for c in table.required)
        others = " · ".join(_column(c) for c in table.columns if c not in table.required)
        with st.expander(f"Columns of {table.name.replace('_', ' ')}"):
            st.html(
                f'<div class="rl rl-small"><p><b>Required</b> {required or "none"}</p>'
                f"<p><b>Used when there</b> {others}</p>"
                "<p>Exports of the usual tools are recognised by their header; their own column names are fine."
                "</p></div>"
            )
    navigation.link("data", "Add an export")


def with_filters() -> str:
    """Return the filters that narrow the open view as the end of a sentence: " with service search", else ""."""
    opened = st.session_state.get("_view")
    named = chosen_filters.active(opened.filters) if opened is not None else []
    return f" with {', '.join(named)}" if named else ""


def _rows_there(tables: Sequence[Table]) -> str:
    """What the open warehouse holds of the tables, "" unless it has rows of every one of them."""
    opened = st.session_state.get("_view")
    if opened is None or not tables:
        return ""
    kept: dict[str, int] = {}
    for file in opened.scope.run("lists/file_accounting"):
        kept[file["table_name"] or ""] = kept.get(file["table_name"] or "", 0) + (file["kept"] or 0)
    if not all(kept.get(table.name) for table in tables):
        return ""
    held = [f"{fmt.count(kept[t.name])} {t.name.replace('_', ' ').replace('nps', 'NPS')}" for t in tables]
    return f"of the {fmt.listed(held)} that were read, none in this window says what it needs"


def not_covered(period: str, what: str) -> None:
    """Say that no export covers a period: nothing is known of it, which is not that nothing happened."""
    _panel("No data", f"No export covers {period}: nothing is known of its {what}.")


def filtered_out(
    filters: Filters, what: str = "incidents", key: str = "", when: str = "this quarter"
) -> None:
    """Say that the filters leave nothing, which ones, and offer to take them off.

    key: the button's, where several of one page say the same of `what`. when: the time in which there is none.
    """
    named = chosen_filters.active(filters)
    said = f"No {what} in {when} with {', '.join(named)}." if named else f"No {what} in {when}."
    _panel("Nothing matches", said)
    if named:
        _clear(key or what)


def nothing_to_draw(names: Sequence[str]) -> None:
    """Say once of which figures the filters leave nothing in the time that charts show."""
    _panel("Nothing matches", f"Nothing to draw{with_filters()}: {' · '.join(names)}.")
    _clear("charts")


def _clear(key: str) -> None:
    st.button("Clear filters", on_click=chosen_filters.clear, key=f"clear-{text.digest(key)}")


def outdated(said: str) -> None:
    """Say that all figures date from before something changed, and lead to where they are rebuilt."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="outdated"):
        st.html(note_html(f"{said[:1].upper()}{said[1:]}: rebuild."), width="content")
        navigation.link("data", "Go to Data")


def note(message: str, concern: bool = True) -> None:
    """Say in one line that something is partial, provisional or stale."""
    st.html(note_html(message, concern))


def note_html(message: str, concern: bool = True) -> str:
    """Return a one-line note as HTML."""
    icon, css = ("▲", "tone-concern") if concern else ("·", "tone-unknown")
    return (
        f'<p class="rl rl-note"><span class="{css}" aria-hidden="true">{icon}</span> {text.html(message)}</p>'
    )


def _panel(heading: str, message: str, where: str = "", remedy: str = "") -> None:
    place = f'<p class="rl-where">{text.html(where)}</p>' if where else ""
    todo = f'<p class="rl-todo">{text.html(remedy)}</p>' if remedy else ""
    st.html(
        f'<div class="rl rl-empty" role="status"><p class="rl-finding">{text.html(heading)}</p>'
        f"<p>{text.html(message)}</p>{place}{todo}</div>"
    )


def _noun(what: str) -> str:
    return what.removeprefix("a ").removeprefix("an ")


def _column(name: str) -> str:
    return f"<code>{text.html(name)}</code>"
