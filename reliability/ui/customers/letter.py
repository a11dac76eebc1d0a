"""The letter to an account, offered on its page: one file of a chosen kind, made when it is asked for."""

import streamlit as st

from reliability.errors import ReliabilityError
from reliability.ui import empty, text
from reliability.ui.view import View

_KINDS = {".html": ("HTML page", "text/html"), ".pdf": ("PDF", "application/pdf")}


def offer(account_id: str, view: View) -> None:
    """Offer the letter of the chosen quarter. Filters do not narrow it: the account reads all that hit it."""
    with st.popover("Letter to this account", icon=":material/mail:", key="letter"):
        st.html(
            f'<p class="rl rl-quiet">What hit it in {text.html(view.period.label)}, for how long, what ended it and '
            "what is promised. People and other accounts are left out; read it before it is sent.</p>"
        )
        suffix = st.selectbox(
            "Kind of file",
            list(_KINDS),
            format_func=lambda suffix: _KINDS[suffix][0] if suffix in _KINDS else suffix,
            key="letter-kind",
        )
        if suffix == ".pdf":
            from reliability.publish.pdf import weasyprint

            try:
                # The browser is told of a file that fails later only that it failed: what hinders it is said before.
                weasyprint()
            except ReliabilityError as error:
                empty.show_error(error)
                return
        st.download_button(
            "Download the letter",
            data=lambda: _made(account_id, suffix, view),
            file_name=f"letter-{text.key(account_id)}-{view.period.id}{suffix}",
            mime=_KINDS[suffix][1],
            on_click="ignore",
            icon=":material/download:",
            type="primary",
            key=f"letter-file-{suffix[1:]}",
        )


def _made(account_id: str, suffix: str, view: View) -> bytes:
    # Loaded when a letter is asked for: drawing a page needs none of it.
    from reliability.publish.letter_page import letter_page, letter_pdf
    from reliability.review.letter import letter

    found = letter(view.workspace, account_id, view.period.id)
    return letter_page(found).encode() if suffix == ".html" else letter_pdf(found)
