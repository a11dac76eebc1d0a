"""The pages, their order and their addresses; links between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parent.parent.parent / "pages"
_HISTORY = Path(__file__).with_name("history.js")
_ROWS = Path(__file__).with_name("rows.js")
_SCHEME = Path(__file__).with_name("scheme.js")
_MEETING = Path(__file__).with_name("meeting.js")


@dataclass(frozen=True)
class Entry:
    """One page: its script in pages/, its name in the navigation, its address and its icon."""

    script: str
    title: str
    url: str
    icon: str
    help: str


# In the order of a review meeting: the answer, the evidence, the consequences, where it all comes from.
SECTIONS: dict[str, tuple[Entry, ...]] = {
    "Review": (
        Entry("quarterly_review", "Quarterly review", "", "monitoring", "Was it a good quarter? What must be decided?"),
        Entry("commitments", "Commitments", "commitments", "flag", "Every promise: baseline, goal, pace, verdict."),
    ),
    "Evidence": (
        Entry("incidents", "Incidents", "incidents", "bolt", "When, where and how long; signal or noise."),
        Entry("chronic_issues", "Chronic issues", "chronic-issues", "replay", "Problems that keep coming back."),
        Entry("customers", "Customers", "customers", "groups", "What customers say, and who was hit."),
    ),
    "Work": (
        Entry("gates", "Release gates", "gates", "traffic", "Ship or hold, and what is missing."),
        Entry("work", "Reliability work", "work", "engineering", "Capacity, postmortems, runbooks."),
        Entry("decisions", "Decisions", "decisions", "gavel", "What was decided, by whom, due when."),
    ),
    "Data": (
        Entry("data", "Data", "data", "database", "What was read, what was refused, and why."),
        Entry("definitions", "Definitions", "definitions", "menu_book", "Every figure in words, formula and SQL."),
    ),
}  # fmt: skip


def page_list(first: Sequence[str] = (), heading: str = "") -> dict[str, list[st.Page]]:
    """Return the pages that exist, by section, for `st.navigation`.

    first: scripts of the pages that come before all others, in a section of their own called `heading`.
    """
    apart = [entry for script in first if (entry := _entry(script)) is not None]
    sections = {heading: tuple(apart), **SECTIONS} if apart else SECTIONS
    shown = {
        section: [
            _page(entry)
            for entry in entries
            if _script(entry).exists() and (section == heading or entry not in apart)
        ]
        for section, entries in sections.items()
    }
    return {section: pages for section, pages in shown.items() if pages}


def title_of(script: str) -> str:
    """Return the name of a page in the navigation, "" for none."""
    entry = _entry(script)
    return entry.title if entry else ""


def path_of(script: str) -> str:
    """Return the address of a page below the app's own, "" for the first."""
    entry = _entry(script)
    return entry.url if entry else ""


def page_urls() -> list[str]:
    """Return the addresses of the pages, "" for the first."""
    return [entry.url for entries in SECTIONS.values() for entry in entries]


def page_of(script: str) -> st.Page:
    """Return a page of this app, to switch to. Raises KeyError when there is none of that name."""
    entry = _entry(script)
    if entry is None:
        raise KeyError(script)
    return _page(entry)


def script_of(page: st.Page) -> str:
    """Return the name of a page's file in pages/, without `.py`."""
    return next(e.script for entries in SECTIONS.values() for e in entries if e.title == page.title)


def run_scripts_of_every_page() -> None:
    """Let Back take back a choice in a filter, and what opens beside the page have its scheme, light or dark.

    Called once per run; each script works once per tab.
    """
    _run(_HISTORY, _SCHEME)


def rows_open_by_keyboard() -> None:
    """Let Enter, or a click on any cell, open a row of a list; arrows only move. The script works once per tab."""
    _run(_ROWS)


def the_meeting_has_a_clock() -> None:
    """Let the clock of the presenter's view run. The script works once per tab."""
    _run(_MEETING)


def _run(*scripts: Path) -> None:
    tags = (f"<script>{script.read_text(encoding='utf-8')}</script>" for script in scripts)
    st.html("".join(tags), unsafe_allow_javascript=True)


def link(script: str, label: str, **query: str) -> None:
    """Show a link to a page of this app; nothing when the page does not exist."""
    entry = _entry(script)
    if entry is not None and _script(entry).exists():
        st.page_link(_page(entry), label=label, query_params=query or None)


def address(script: str, **query: str) -> str:
    """Return the relative address of a page with its query, for use in plain links."""
    from urllib.parse import urlencode

    entry = _entry(script)
    path = f"./{entry.url}" if entry else "./"
    return f"{path}?{urlencode(query)}" if query else path


def _entry(script: str) -> Entry | None:
    return next((e for entries in SECTIONS.values() for e in entries if e.script == script), None)


def _script(entry: Entry) -> Path:
    return FOLDER / f"{entry.script}.py"


def _page(entry: Entry) -> st.Page:
    return st.Page(
        _script(entry),
        title=entry.title,
        url_path=entry.url or None,
        icon=f":material/{entry.icon}:",
        default=not entry.url,
        help=entry.help,
    )
