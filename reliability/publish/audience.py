"""Reviews by audience: what of a frozen review each is sent, and in which kinds of files."""

from dataclasses import dataclass, replace

from reliability.review.frozen import Frozen
from reliability.review.frozen_document import VERSION, document


@dataclass(frozen=True)
class Audience:
    """Whom a review is for.

    title: as it is shown. kinds: suffixes of files, those that can be made. cards: the figures, empty for all of them.
    brief: one page, without courses, what was left out, how sure, and definitions.
    """

    title: str
    kinds: tuple[str, ...]
    cards: tuple[str, ...] = ()
    brief: bool = False


AUDIENCES = {
    "board": Audience("the board", (".pptx", ".html"), brief=True),
    "executives": Audience("executives", (".html",)),
    "product": Audience(
        "product",
        (".html",),
        ("availability", "root_cause_capacity_share", "postmortem_on_time_share", "p1_incidents"),
    ),
    "support": Audience(
        "support",
        (".html",),
        ("repeat_escalations", "engaged_within_target_share", "time_to_recover_median", "nps"),
    ),
}


def narrowed(frozen: Frozen, audience: Audience) -> Frozen:
    """Return a frozen review with what an audience is sent of it: every figure keeps its id, so `verify` reads it.

    The sentence, the buckets, what is to decide and the warnings are the same for all.
    """
    review = frozen.review
    chosen = [card for card in review.cards if not audience.cards or card.id in audience.cards]
    queries = {card.query for card in chosen}
    if audience.brief:
        # A definition is printed for each query that is named.
        cards = tuple(replace(card, query="") for card in chosen)
        review = replace(review, cards=cards, charts=(), left_out=(), how_sure=())
    elif audience.cards:
        charts = tuple(chart for chart in review.charts if chart.query in queries)
        review = replace(review, cards=tuple(chosen), charts=charts)
    body = {**frozen.entry.body, "version": VERSION, "review": document(review)}
    return replace(frozen, entry=replace(frozen.entry, body=body))
