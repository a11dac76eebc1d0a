"""Publishing a frozen review from its page: one file of a chosen kind, made when it is asked for."""

import streamlit as st

from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError
from reliability.review.frozen import Frozen
from reliability.ui import empty, text

_ABOUT = "one file that says what stands on this page; `verify` states whether it still does"


def section(frozen: Frozen) -> None:
    """Offer a frozen review as a file. Whoever may read the page may have it."""
    # Loaded by a frozen review alone: what writes slides and workbooks takes longer to load than a page to show.
    from reliability.publish.any_file import KINDS

    data_dir = default_data_dir()
    with st.container(border=True, key="publish"):
        st.html(
            '<div class="rl"><p class="rl-finding">Publish this review</p>'
            f'<p class="rl-subtitle">{text.html(_ABOUT)}</p></div>'
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            suffix = st.selectbox(
                "Kind of file",
                list(KINDS),
                format_func=lambda suffix: KINDS[suffix].title if suffix in KINDS else suffix,
                key="publish-kind",
                width=240,
            )
            kind = KINDS[suffix]
            try:
                # The browser is told of a file that fails later only that it failed: what can be known is asked before.
                kind.check(frozen, data_dir)
            except ReliabilityError as error:
                empty.show_error(error)
                return
            st.download_button(
                "Publish",
                data=lambda: _bytes(kind.make(frozen, data_dir)),
                file_name=f"review-{frozen.id}{suffix}",
                mime=kind.mime,
                on_click="ignore",
                icon=":material/download:",
                type="primary",
                key=f"publish-file-{suffix[1:]}",
            )


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content
