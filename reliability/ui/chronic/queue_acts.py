"""Deciding about repeats from a page: writing it down, bringing it into the figures, taking it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.access.identity import CONTRIBUTE
from reliability.errors import ReliabilityError
from reliability.journal import Entry, Journal
from reliability.model import Filters
from reliability.queries import Store
from reliability.repeats import decisions as repeats
from reliability.repeats.decisions import Decision, rows, standing_decisions
from reliability.repeats.effects import Figures, applied, figures
from reliability.rulings import rows_of
from reliability.settings import Settings
from reliability.ui import empty, text, visitor
from reliability.ui.view import View
from reliability.warehouse import RepeatDecision, restate
from reliability.warehouse.repeat_decisions import stated_version
from reliability.warehouse.restating import SLOW_BYTES

_TAKEN_BACK, _BROUGHT_BACK = "Taken back: ", "Brought back: "
_LAST, _PROBLEM = "_repeat-last", "_repeat-problem"
_DECIDING = "deciding about repeats"


@dataclass(frozen=True)
class Decided:
    """What people decided so far, as the journal has it."""

    entries: tuple[Entry, ...]
    live: tuple[RepeatDecision, ...]

    @cached_property
    def standing(self) -> tuple[Decision, ...]:
        """The decisions that stand, oldest first."""
        return standing_decisions(self.entries)

    @cached_property
    def rows(self) -> tuple[RepeatDecision, ...]:
        """What they come to."""
        return tuple(rows(self.standing))

    @property
    def waiting(self) -> int:
        """How many decisions the figures on the page do not have yet."""
        return len({row.entry_id for row in set(self.rows) ^ set(self.live)})


def read(view: View) -> Decided:
    """Return what the journal says now."""
    return Decided(
        tuple(Journal(view.data_dir).entries(repeats.KIND)), _live(view.store, view.store.data_version)
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _live(_store: Store, data_version: str) -> tuple[RepeatDecision, ...]:
    del data_version  # part of the key only
    return tuple(applied(_store))


def effect(view: View, decided: Decided, action: str, **parts: Any) -> str:
    """Say what a decision would do to the repeat figures of the page: "Repeats in 2025 Q4: 9 → 11".

    parts: as in the body of an entry: incident, partner, incidents, issue, into.
    """
    before = _shown(view, decided.rows)
    after = _shown(view, tuple(rows(repeats.supposed(decided.entries, action, **parts))))
    if before == after:
        return f"Repeats in {view.period.label} stay {_figure(before.incidents)}"
    said = f"Repeats in {view.period.label}: {_figure(before.incidents)} → {_figure(after.incidents)}"
    if before.escalations != after.escalations:
        said += f", escalated ones: {_figure(before.escalations)} → {_figure(after.escalations)}"
    return said


def _figure(value: float | None) -> str:
    return "no figure" if value is None else fmt.count(value)


def _shown(view: View, decisions: Sequence[RepeatDecision]) -> Figures:
    return _figures(
        view,
        decisions,
        stated_version("", decisions),
        view.store.data_version,
        view.settings.edition,
        view.period.id,
        view.filters,
        view.as_of,
    )


@st.cache_data(max_entries=1000, show_spinner=False, hash_funcs={Filters: repr})
def _figures(
    _view: View,
    _decisions: Sequence[RepeatDecision],
    decisions_version: str,
    data_version: str,
    edition: str,
    period_id: str,
    filters: Filters,
    as_of: datetime,
) -> Figures:
    del decisions_version, data_version, edition, period_id, filters, as_of  # part of the key only
    live = Figures(_view.row("repeat_incidents")["value"], _view.row("repeat_escalations")["value"])
    return figures(_view.store, _view.settings, _decisions, _view.scope.parameters(), live)


def decide(view: View, said: str, write: Callable[[Journal, str], Entry], doing: str = _DECIDING) -> None:
    """Write a decision down and bring it into the figures, unless that takes long. For `on_click`.

    said: what was decided, in words that "by ..." can follow. write: gets the journal and who decides.
    doing: what is being done, for somebody who may not.
    """
    try:
        visitor.require(CONTRIBUTE, doing)
        entry = write(Journal(view.data_dir), visitor.signed(visitor.remembered_name()))
    except ReliabilityError as error:
        st.session_state[_PROBLEM] = str(error)
        return
    st.session_state[_LAST] = (entry.id, entry.digest, said)
    if not is_slow(view):
        bring_in(view.data_dir, view.settings, doing)


def take_back(view: View, entry_id: int, digest: str, said: str, doing: str = _DECIDING) -> None:
    """Undo a decision, or an undo. For `on_click`. digest: of its entry, as the page shows it. said: what it said."""
    undone = said.removeprefix(_TAKEN_BACK)
    now = _TAKEN_BACK if undone == said else _BROUGHT_BACK
    words = f"{now}{undone.removeprefix(_BROUGHT_BACK)}"
    decide(view, words, lambda journal, name: repeats.undo(journal, entry_id, name, digest), doing)


def bring_in(data_dir: Path, settings: Settings, doing: str = _DECIDING) -> None:
    """Restate the figures with all decisions. When that cannot be, say so: what was written stays written."""
    try:
        visitor.require(CONTRIBUTE, doing)
        restate(data_dir, settings, lambda: rows_of(data_dir))
    except ReliabilityError as error:
        st.session_state[_PROBLEM] = (
            f"It is recorded, but not yet in the figures: {error.what}. "
            "The next build brings it in, or “Bring them in” here."
        )


def is_slow(view: View) -> bool:
    """Whether restating takes so long that decisions are gathered first."""
    return view.store.path.stat().st_size > SLOW_BYTES


def ready() -> bool:
    """Whether the visitor may decide and has said who they are."""
    return visitor.may(CONTRIBUTE) and bool(visitor.remembered_name())


def ask_who(key: str, doing: str = _DECIDING) -> None:
    """Ask for the visitor's name once, where nobody signs in; say who may decide to somebody who may not."""
    if not visitor.note_lack(CONTRIBUTE, doing):
        visitor.ask_name_once(key)


def said_line(kind: str, entry_id: int, told: str, said: str, undo: Callable[..., None], *args: Any) -> None:
    """Show one thing that somebody said, as plain text, with a button that calls `undo(*args)`.

    kind, entry_id: what it is, and its entry in the journal; together its key on the page.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=f"{kind}-{entry_id}"):
        st.html(f'<p class="rl rl-small">{text.html(told)}</p>', width="stretch")
        st.button(
            "Undo",
            key=f"{kind}-undo-{entry_id}",
            type="tertiary",
            disabled=not ready(),
            help=f"Undo: {said}",
            on_click=undo,
            args=args,
        )


def outcome(view: View, decided: Decided, key: str) -> None:
    """Show what was decided last, with its undo; what went wrong; and what waits to be brought into the figures."""
    outcome_of_last(view, key)
    if decided.waiting:
        waits = "waits" if decided.waiting == 1 else "wait"
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-waiting"):
            st.html(
                f'<p class="rl rl-note">{fmt.plural(decided.waiting, "decision")} {waits} to be brought into the '
                "figures of all pages</p>",
                width="content",
            )
            st.button(
                "Bring them in", key=f"{key}-bring", on_click=bring_in, args=(view.data_dir, view.settings)
            )


def outcome_of_last(view: View, key: str) -> None:
    """Show what was decided last, with its undo, and what went wrong."""
    if problem := st.session_state.pop(_PROBLEM, None):
        empty.note(problem)
    if last := st.session_state.get(_LAST):
        entry_id, digest, said = last
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-last"):
            st.html(
                f'<p class="rl rl-note" role="status"><span class="tone-good" aria-hidden="true">✓</span> '
                f"{text.html(said)}, by {text.html(visitor.remembered_name() or 'you')}</p>",
                width="content",
            )
            st.button(
                "Undo",
                key=f"{key}-undo",
                type="tertiary",
                shortcut="U",
                on_click=take_back,
                args=(view, entry_id, digest, said),
            )
