"""A card: one figure of the review, with its verdict. The whole card is a button that opens where it comes from."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from reliability.charts.sparkline import sparkline
from reliability.model import NO_DATA, NOT_YET, Card
from reliability.ui import lacking, pressed, text, theme

_LONG = 12  # more characters in the large size would run under the sparkline


def grid(
    cards: Sequence[Card],
    open_card: Callable[[Card], None],
    columns: int = 4,
    presented: Mapping[str, Card] | None = None,
) -> None:
    """Lay out cards in rows of equal height; `open_card` is called with the one that was chosen.

    presented: the cards as they were presented, by id; a figure that is another one today says so.
    """
    tiles = [
        f'<div class="rl-tile" data-card="{text.html(card.id)}" data-press="{text.html(card.id)}">'
        f'<button type="button" class="rl-opens">{text.with_ids(card.judged_title or card.title)}</button>'
        f"{body(card, presented.get(card.id) if presented else None)}</div>"
        for card in cards
    ]
    chosen = pressed.show("cards", _tiles(tiles, columns))
    for card in cards:
        if card.id == chosen:
            open_card(card)


def still(cards: Sequence[Card], columns: int = 4) -> None:
    """Lay out cards that open nothing."""
    tiles = [
        f'<div class="rl-tile" data-card="{text.html(card.id)}">'
        f'<p class="rl rl-heading">{text.html(card.judged_title or card.title)}</p>{body(card, kept=True)}</div>'
        for card in cards
    ]
    st.html(_tiles(tiles, columns))


def _tiles(tiles: Sequence[str], columns: int) -> str:
    return f'<div class="rl-tiles" style="--most: {columns}">{"".join(tiles)}</div>'


def body(card: Card, presented: Card | None = None, kept: bool = False) -> str:
    """Return a card's inside as HTML: figure and goal, verdict and one clause, the quarter. All text is escaped.

    presented: the same card as it was presented. kept: it is of a kept review, of which today's exports say nothing.
    """
    parts = [_spark(card, _look(card).css), _figure(card), _verdict(card, card.clause)]
    if not card.judged:
        parts.append(_line("rl-small", " · ".join(part for part in (card.goal, card.was) if part)))
    parts.append(_line("rl-evidence", _missing(card, kept) or ("" if card.judged else card.evidence)))
    parts.append(_line("rl-evidence", " · ".join(card.asides)))
    parts.append(_line("rl-evidence rl-period", card.in_period))
    parts.append(_line("rl-evidence", _restated(card, presented)))
    return f'<div class="rl rl-card">{"".join(parts)}</div>'


def whole(card: Card) -> str:
    """Return all that a card has to say as HTML, for its drawer: with the whole goal, the range, and what is open."""
    goal = card.goal if card.judged else ""
    parts = [_figure(card, beside=False), _line("rl-small", goal), _verdict(card, "")]
    verdict = card.verdict
    parts.append(_line("rl-evidence", card.evidence or (verdict.evidence if verdict else "")))
    parts.append(_line("rl-evidence", _missing(card)))
    parts.append(_line("rl-evidence rl-period", card.in_period))
    return f'<div class="rl rl-card">{"".join(parts)}</div>'


def _look(card: Card) -> theme.Tone:
    return theme.tone(card.verdict.tone if card.verdict else "")


def _verdict(card: Card, clause: str) -> str:
    if card.verdict is None:
        return ""
    look = _look(card)
    more = f'<span class="rl-clause"> · {text.with_ids(clause)}</span>' if clause else ""
    return (
        f'<p class="rl-verdict {look.css}"><span class="rl-icon" aria-hidden="true">{look.icon}</span> '
        f"{text.html(card.verdict.word)}{more}</p>"
    )


def _spark(card: Card, css: str) -> str:
    """Return the sparkline as a mask over the verdict's colour, so that it follows the theme."""
    drawn = sparkline(card.sparkline, "black")
    if not drawn:
        return ""
    source = f"url(data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()})"
    return f'<span class="rl-spark {css}" aria-hidden="true" style="mask-image:{source}"></span>'


def _figure(card: Card, beside: bool = True) -> str:
    if card.judged:
        size = " rl-long" if len(card.judged) > _LONG else ""
        more = f' <span class="rl-beside">{text.html(card.beside)}</span>' if beside and card.beside else ""
        return f'<p class="rl-figure{size}">{text.html(card.judged)}{more}</p>'
    if card.status in (NO_DATA, NOT_YET) or (card.value is None and not card.text):
        word = "Not yet" if card.status == NOT_YET else "None" if card.clause else "No data"
        return f'<p class="rl-figure rl-none">{word}</p>'
    return f'<p class="rl-figure">{text.html(card.text)}</p>'


def _missing(card: Card, kept: bool = False) -> str:
    if card.status != NO_DATA:
        return ""
    if card.clause and card.verdict is None:
        return card.clause
    if kept:
        return ""
    if said := lacking.of(card.id):
        return said
    return (
        "No record in this window holds what this figure needs."
        if card.needs
        else "No export fills this yet."
    )


def _restated(card: Card, presented: Card | None) -> str:
    """Say what a figure was presented as, where it is another one today: the large one, else the quarter's. And the
    verdict's word, where it alone is another one: the new word stands on the card."""
    if presented is None:
        return ""
    both_judged = presented.judged and card.judged
    then, now = (presented.judged, card.judged) if both_judged else (presented.text, card.text)
    if then and now and then != now:
        return f"Presented as {then}, now {now}"
    words = [one.verdict.word if one.verdict else "" for one in (presented, card)]
    return f"Presented as “{words[0]}”" if all(words) and words[0] != words[1] else ""


def _line(css: str, content: str) -> str:
    return f'<p class="{css}">{text.with_ids(content)}</p>' if content else ""
