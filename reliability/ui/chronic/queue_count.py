"""How many suggestions of repeats wait for a decision, named on the card of the repeats."""

from collections.abc import Sequence
from dataclasses import replace

from reliability import formatting as fmt
from reliability.errors import JournalError
from reliability.model import Card
from reliability.repeats import decisions as repeats
from reliability.repeats import is_prepared, waiting_number
from reliability.ui.view import View

FIRST = 9
"""Suggestions that the queue shows at first. The card asks for as many, so that the second of them asks nothing."""

_CARD = "repeat_escalations"


def named(cards: Sequence[Card], view: View) -> tuple[Card, ...]:
    """Return cards whose repeats also say how many suggestions wait; none count until somebody decides."""
    return tuple(_told(card, view) if card.id == _CARD else card for card in cards)


def _told(card: Card, view: View) -> Card:
    if not (number := _number(view)):
        return card
    waits = "waits" if number == 1 else "wait"
    said = f"{fmt.plural(number, 'suggestion')} {waits} for a decision"
    return replace(card, in_period=" · ".join(part for part in (card.in_period, said) if part))


def _number(view: View) -> int:
    """Return how many there are in the period; 0 too where the journal or what is prepared cannot be read yet."""
    if not is_prepared(view.workspace):
        return 0
    try:
        rows = repeats.rows_of(view.data_dir)
    except JournalError:
        return 0
    return waiting_number(
        view.workspace, view.scope.parameters(), repeats.rejected(rows), repeats.settled(rows), FIRST
    )
