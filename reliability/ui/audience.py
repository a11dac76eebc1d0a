"""Reviews by audience: a link holds whom the review is for; its pages come first, and the board has one page."""

from collections.abc import Mapping, Sequence

import streamlit as st

from reliability.publish.audience import AUDIENCES
from reliability.ui import navigation, text

PARAMETER = "audience"
_HELD = "_audience"
_PAGES = {
    "board": ("quarterly_review",),
    "executives": ("quarterly_review", "commitments", "decisions"),
    "product": ("gates", "work"),
    "support": ("chronic_issues", "customers"),
}


def chosen() -> str:
    """Return whom the review is for, "" for everybody: as the address says, else as it said when the tab was opened."""
    if PARAMETER in st.query_params:
        named = str(st.query_params[PARAMETER])
        st.session_state[_HELD] = named if named in AUDIENCES else ""
    return str(st.session_state.get(_HELD, ""))


def is_brief() -> bool:
    """Whether the review is shown as one page."""
    return bool(chosen()) and AUDIENCES[chosen()].brief


def pages() -> tuple[str, ...]:
    """Return the pages that come first, by the names of their scripts."""
    return _PAGES.get(chosen(), ())


def sidebar(sections: Mapping[str, Sequence[st.Page]]) -> None:
    """Show the navigation with links that hold the audience; quarter and filters get into the address by themselves."""
    with st.sidebar:
        for section, pages in sections.items():
            st.caption(section)
            for page in pages:
                st.page_link(page, query_params={PARAMETER: chosen()})


def top_line() -> None:
    """Say whom the review is for, with its pages and the way back to everybody's; nothing for everybody."""
    audience = chosen()
    if not audience:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="audience"):
        st.html(
            f'<p class="rl rl-quiet rl-flat">For {text.html(AUDIENCES[audience].title)}</p>', width="content"
        )
        for script in pages():
            navigation.link(script, navigation.title_of(script), **{PARAMETER: audience})
        navigation.link("quarterly_review", "The review for everybody", **{PARAMETER: "everybody"})


def links(address: str) -> None:
    """Show a link for each audience to the first of its pages. address: of this app, without a page."""
    for name, audience in AUDIENCES.items():
        path = navigation.path_of(_PAGES[name][0])
        st.caption(f"For {audience.title}")
        st.code(f"{address.rstrip('/')}/{path}?{PARAMETER}={name}", language=None, wrap_lines=True)
