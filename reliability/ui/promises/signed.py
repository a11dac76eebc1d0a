"""What was signed of a promise: a note where something was changed since, and the button that signs."""

from collections.abc import Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import APPROVE
from reliability.errors import JournalError, ReliabilityError
from reliability.review.standing import Standing
from reliability.scrutiny.agreement import first_entries
from reliability.scrutiny.changes import Signing, State
from reliability.scrutiny.signing import SIGNING, held_to, sign, signed_promises
from reliability.ui import empty, text, visitor
from reliability.ui.view import View


def held(found: Sequence[Standing], view: View) -> dict[str, Signing]:
    """Return how every promise stands to what was signed, also those that review.toml no longer has, by id."""
    seen = min(view.as_of, view.period.end)
    statuses = [one.status for one in found]
    made = view.remembered(
        ("signed", seen, view.signed_state), lambda: held_to(view.workspace, statuses, seen)
    )
    return {one.id: one for one in made}


def names(view: View) -> list[str]:
    """Return the ids of everything that was ever signed: none of them may be given to another promise."""
    try:
        return list(first_entries(signed_promises(view.data_dir)))
    except JournalError:
        return []


def note_html(one: Signing, view: View) -> str:
    """Return the note on a promise that was changed after it was signed as HTML, "" for any other."""
    words = one.words(view.zone)
    return empty.note_html(words) if words else ""


def withdrawn_html(found: dict[str, Signing], view: View) -> str:
    """Return the notes on promises that were signed and are no longer in review.toml."""
    return "".join(note_html(one, view) for one in found.values() if one.state is State.WITHDRAWN)


def section(one: Standing, view: View) -> None:
    """Show in a promise's drawer what was signed and by whom; an approver may sign what nobody has."""
    seen = min(view.as_of, view.period.end)
    (signing,) = held_to(view.workspace, [one.status], seen, closely=True, only=one.status.id)
    if signing.state is not State.NOT_SIGNED:
        items = "".join(f"<li>{text.html(line)}</li>" for line in _lines(signing, view.zone))
        st.html(f'<ul class="rl rl-small rl-notes">{items}</ul>')
        return
    with st.popover("Sign", icon=":material/signature:"):
        _form(one, view)


def _lines(signing: Signing, zone: str) -> list[str]:
    """Say what was signed, what it says today, and what the records make of its baseline."""
    said = [signing.words(zone)]
    if signing.state is State.AS_SIGNED:
        said = [f"As signed on {fmt.day(signing.at, zone)} by {signing.by}."]
    elif signing.state is State.UNKNOWN:
        said = [f"What was signed is unknown: {signing.why_not}"]
    if signing.changes:
        said.append(signing.sentence_signed)
    return [line for line in (*said, signing.restated) if line]


def _form(one: Standing, view: View) -> None:
    """Say what signing keeps, and sign."""
    st.caption(
        "Keeps the terms, the definition and the baseline of this promise in the journal. What is changed in it from "
        "then on is shown, with the verdict by what was signed. It cannot be signed again."
    )
    if visitor.note_lack(APPROVE, SIGNING):
        return
    who = visitor.ask_name(f"sign-person-{one.status.id}")
    if not st.button("Sign it", type="primary", key=f"sign-{one.status.id}-{view.drawn_from}"):
        return
    try:
        visitor.require(APPROVE, SIGNING)
        sign(view.workspace, one.commitment, visitor.signed(who))
    except ReliabilityError as error:
        empty.note(str(error))
        return
    st.session_state["_promised"] = f"Signed: {one.status.title}"
    st.rerun()
