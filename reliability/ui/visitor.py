"""Who looks at the page, as the gate let them in, and what they may do."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn

import streamlit as st

from reliability import formatting as fmt
from reliability.access import presence, refusals
from reliability.access.addresses import SIGN_OUT
from reliability.access.identity import ADMINISTER, LOCAL_IDENTITY, Identity, lacks, rights_of, roles_of
from reliability.access.policy import policy_of
from reliability.data_dir import default_data_dir
from reliability.errors import JournalError, RightsError, SettingsError
from reliability.journal import Journal
from reliability.settings import load_settings
from reliability.settings.access import OIDC
from reliability.ui import empty, text
from reliability.warehouse.inputs import exports_are_elsewhere

_NAME = "_visitor-name"
YOUR_NAME = "Your name"
WRITING = "Writing"
_LONGEST_SUBJECT = 300
_NO_NAME = RightsError("your name is missing", "", "State it: others will read the journal.")


def present() -> Identity | None:
    """Return who is behind this page; None for somebody whose sign-in has ended, or who came past the gate."""
    headers = st.context.headers
    if not headers and not presence.is_guarded():
        return LOCAL_IDENTITY  # no server: a test or a notebook runs the page
    return presence.behind(headers.get(presence.HEADER))


def is_local() -> bool:
    """Whether nobody signs in, so that names are typed."""
    who = present()
    return who is not None and who.is_local


def may(right: str) -> bool:
    """Whether the visitor has a right."""
    who = present()
    return who is not None and right in rights_of(who, policy_of(default_data_dir()).access)


def lack(right: str, doing: str) -> str:
    """Return why the visitor may not do something, and who may; "" when they may. doing: "giving a waiver"."""
    return lacks(right, present(), policy_of(default_data_dir()).access, doing) or _elsewhere(right, doing)


def _elsewhere(right: str, doing: str) -> str:
    """Why nobody administers here: on a server that copies, exports, mappings and settings are those of its builder."""
    if right != ADMINISTER:
        return ""
    data_dir = default_data_dir()
    with suppress(SettingsError):
        if exports_are_elsewhere(data_dir, load_settings(data_dir)):
            what = f"{doing[:1].upper()}{doing[1:]} is done where the exports are"
            return f"{what}: this server copies what is built there."
    return ""


def note_lack(right: str, doing: str) -> bool:
    """Say why the visitor may not do something; return whether they may not."""
    why = lack(right, doing)
    if why:
        empty.note(why, concern=False)
    return bool(why)


def require(right: str, doing: str) -> None:
    """Raise RightsError when the visitor may not do something; the journal has who tried.

    Every function that writes calls it first: a button that is not drawn can still be pressed by who knows how.
    """
    if why := lack(right, doing):
        refuse(doing, why.rstrip("."))


def refuse(doing: str, why: str, where: str = "") -> NoReturn:
    """Raise RightsError; the journal has who tried what. where: what says that nobody may."""
    refusals.write_now(default_data_dir(), refusals.named(present()), doing, why)
    raise RightsError(why, where)


def signed(typed: str) -> str:
    """Return the name the journal keeps: of who signed in, else the one that was typed.

    Raises RightsError when nobody is there any more, or nothing was typed.
    """
    who = present()
    if who is None:
        raise RightsError("you are no longer signed in", "", "Reload the page to sign in again.")
    name = typed.strip() if who.is_local else who.name
    if not name:
        raise _NO_NAME
    return name


def ask_name(key: str | None = None) -> str:
    """Return who is writing: who signed in, else the name that the visitor gives."""
    if not is_local():
        who = present()
        return who.name if who else ""
    return st.text_input(YOUR_NAME, key=key, help="Kept in the journal, not shown on this page.") or ""


def remembered_name() -> str:
    """Return who is writing: who signed in, else the name given once in this session."""
    who = present()
    if who is None:
        return ""
    return str(st.session_state.get(_NAME, "")).strip() if who.is_local else who.name


def is_nameless() -> bool:
    """Whether somebody at this machine has not given a name yet."""
    return is_local() and not remembered_name()


def ask_name_once(key: str, doing: str = "Deciding") -> None:
    """Ask for the visitor's name, once for all that is written in this session; then say it, with a way to change it.

    doing: the word before the name. With the field gone after Enter, keys are the page's again and are not typed into
    the name.
    """
    if not is_local():
        return
    if name := remembered_name():
        st.button(
            text.markdown(f"{doing} as {text.title(name, 40)}"),
            key=f"{key}-change",
            type="tertiary",
            icon=":material/edit:",
            help="Change the name that the journal keeps.",
            on_click=lambda: st.session_state.pop(_NAME, None),
        )
        return

    def keep() -> None:
        st.session_state[_NAME] = st.session_state[key]

    st.text_input(
        YOUR_NAME,
        key=key,
        on_change=keep,
        placeholder=YOUR_NAME,
        label_visibility="collapsed",
        help="Kept in the journal with what you do.",
        width=200,
    )


@contextmanager
def recorded(
    data_dir: Path, kind: str, subject: str, body: Mapping[str, object], who: str = ""
) -> Iterator[None]:
    """Keep in the journal that the visitor changes, within the block, something which is not itself in the journal.

    The entry comes first: whoever is stopped in between leaves an entry too many, never a change that nobody made.
    Where the change fails, the entry is undone with the reason. who: the name that was typed for it, else the one
    given once in this session. Raises RightsError without a name, JournalError where nothing can be kept.
    """
    journal = Journal(data_dir)
    name = signed(who or remembered_name())
    entry = journal.append(kind, subject[:_LONGEST_SUBJECT], dict(body), name)
    try:
        yield
    except Exception as error:
        with suppress(JournalError):
            journal.undo(entry.id, name, f"it was not done: {error}"[:_LONGEST_SUBJECT], entry.digest)
        raise


def builds_as() -> str:
    """Return whom the journal names for a build that was asked for on a page; at this machine no name is needed."""
    return remembered_name() or refusals.named(present())


def sign_out_link() -> None:
    """Show who is signed in, with the way out, at the end of the sidebar. At this machine nobody is."""
    who = present()
    if who is None or who.is_local:
        return
    policy = policy_of(default_data_dir())
    out = ""
    if policy.mode == OIDC:
        # A plain link: leaving is a request of the browser's, not of the page's.
        base = str(st.get_option("server.baseUrlPath") or "").strip("/")
        address = f"/{base}{SIGN_OUT}" if base else SIGN_OUT
        out = f' · <a href="{address}" target="_self">Sign out</a>'
    roles = fmt.listed(list(roles_of(who, policy.access)))
    with st.sidebar:
        st.html(f'<p class="rl rl-small rl-faint">{text.html(who.name)} ({text.html(roles)}){out}</p>')
