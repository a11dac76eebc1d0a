"""Chart titles: figure beside figure. A title says what was measured and claims nothing about chance."""

from reliability.review.model import Card


def of(noun: str, card: Card) -> str:
    """Return the title of a card's chart, or that there is nothing to show."""
    if card.value is None:
        return f"{noun}: nothing to measure in this period"
    before = card.changes[0] if card.changes else None
    if before is None or before.then is None:
        return f"{noun}: {card.text}"
    return f"{noun}: {card.text}, {before.then_text} {before.label.replace('against ', 'in ')}"
