"""What was restated since a review was presented, on its own page: on demand, since the review is made again for it."""

import pickle

import streamlit as st

from reliability import formatting as fmt
from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError
from reliability.gates import waivers
from reliability.journal import Journal
from reliability.restatements import Ledger, Restated, restatements
from reliability.restatements.words import IN_ORDER, NO_FIGURE, because, is_word, name_of, said_of, told
from reliability.review.frozen import Frozen
from reliability.scrutiny.agreement import KIND
from reliability.ui import empty, panels, text, turns
from reliability.warehouse import current
from reliability.warehouse.workspace import Workspace, open_current

ABOUT = "every promise and figure that differs today, and why, cause by cause"
_LONG = 12  # more figures than this would hide the causes below them


def section(frozen: Frozen) -> None:
    """Offer to compare a frozen review with today's data; nothing where there are none."""
    if current(default_data_dir()) is None:
        return
    with st.container(border=True, key="restated"):
        st.html(panels.heading("What was restated since", ABOUT))
        compared(frozen)


def compared(frozen: Frozen) -> None:
    """Show the ledger of a frozen review once it is asked for."""
    if not st.button("Compare with today's data", icon=":material/difference:"):
        return
    try:
        with st.spinner("Making the review again, one cause at a time"), turns.pages.stepped_aside():
            found = _remembered(open_current(), frozen)
            review = frozen.review
    except ReliabilityError as error:
        empty.show_error(error)
        return
    titles = {f"card/{card.id}": card.title for card in review.cards}
    st.html(body(found, titles | {f"promise/{one.id}": one.title for one in review.promises}))


def body(found: Ledger, titles: dict[str, str]) -> str:
    """Return a ledger as HTML. titles: of cards ("card/ID") and promises ("promise/ID"). All text is escaped."""
    if not found.restated:
        return '<p class="rl">Nothing was restated.</p>'
    counted = told(found)
    items = [_item(one, titles) for one in counted[:_LONG]]
    more = len(found.restated) - len(items)
    if more:
        said = f"and {fmt.plural(more, 'more figure or sentence', 'more figures, sentences and points of charts')}"
        command = f"python -m reliability restatements {found.review_id} --json"
        items.append(f"<li>{text.html(said)}: <code>{text.html(command)}</code></li>")
    causes = "".join(f"<li>{text.html(said_of(cause))}</li>" for cause in found.causes)
    return (
        f'<ul class="rl rl-notes">{"".join(items)}</ul>'
        f'<p class="rl rl-subtitle">{IN_ORDER}</p><ul class="rl rl-notes">{causes}</ul>'
    )


def _item(one: Restated, titles: dict[str, str]) -> str:
    then, now = (said or NO_FIGURE for said in (one.then, one.now))
    said = f"presented as “{then}”, now “{now}”" if is_word(one) else f"presented as {then}, now {now}"
    return f"<li><b>{text.html(name_of(one.figure, titles))}</b>: {text.html(said)} · {text.html(because(one))}</li>"


def _remembered(workspace: Workspace, frozen: Frozen) -> Ledger:
    """Who asks again of the same data, settings and journal gets the same answer, whoever asked first."""

    def made() -> tuple[bytes, int]:
        kept = pickle.dumps(restatements(workspace, frozen))
        return kept, len(kept)

    journal = Journal(workspace.data_dir)
    states = journal.state(KIND), journal.state(waivers.KIND)
    key = ("restatements", frozen.id, workspace.settings.edition, *states)
    found: Ledger = pickle.loads(workspace.store.memory.once(key, made))
    return found
