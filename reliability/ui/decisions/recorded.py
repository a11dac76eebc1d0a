"""Questions with what the journal says of their options; read once per state of the journal."""

from collections.abc import Mapping, Sequence

from reliability.decisions import KIND, Decision
from reliability.errors import JournalError
from reliability.gates import waivers
from reliability.journal import Journal
from reliability.model import Question
from reliability.review.effects import Effect, Unnamed, effects
from reliability.review.recorded import with_record, with_waivers
from reliability.ui.view import View


def did(view: View, found: Sequence[Decision]) -> dict[str, Effect]:
    """Return what every decision did to its promise."""
    state = Journal(view.data_dir).state(KIND)
    return view.remembered(
        ("effects", state, view.as_of),
        lambda: effects(found, Unnamed(view.store, view.settings, view.as_of)),
    )


def recorded(
    view: View, asked: Sequence[Question], found: Sequence[Decision], effect: Mapping[str, Effect]
) -> tuple[Question, ...]:
    """Return questions with what past waivers did, and what was decided on them before.

    Where the journal cannot be read they stay as they are: other parts of the page say so.
    """
    try:
        state = Journal(view.data_dir).state(waivers.KIND)
        given = waivers.waivers(Journal(view.data_dir), view.settings)
    except JournalError:
        return tuple(asked)
    seen = Unnamed(view.store, view.settings, view.scope.seen_at)
    waived = view.remembered(
        ("excused", state, seen.as_of, tuple(q.id for q in asked), view.period.id, view.filters),
        lambda: with_waivers(asked, given, seen),
    )
    return with_record(waived, found, effect)
