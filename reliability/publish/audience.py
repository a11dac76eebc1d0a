"""Reviews by audience: what of a frozen review each is sent, and in which kinds of files."""

from dataclasses import dataclass, replace

from reliability.queries.figures import Audience as Name
from reliability.queries.figures import figures
from reliability.review.frozen import Frozen
from reliability.review.frozen_document import VERSION, document


@dataclass(frozen=True)
class Audience:
    """Whom a review is for.

    title: as it is shown. kinds: suffixes of files, those that can be made. lists: ids of listings; where some are
    named, the figures are those whose header names the audience, else all. brief: one page, without courses, promises,
    lists, what was left out, how sure, and definitions; slides are whole.
    """

    title: str
    kinds: tuple[str, ...]
    lists: tuple[str, ...] = ()
    brief: bool = False


AUDIENCES: dict[str, Audience] = {
    Name.BOARD: Audience("the board", (".pptx", ".html"), brief=True),
    Name.EXECUTIVES: Audience("executives", (".html",)),
    Name.PRODUCT: Audience("product", (".html",), ("gates", "waivers")),
    Name.SUPPORT: Audience("support", (".html",), ("chronic", "customers")),
}


def narrowed(frozen: Frozen, name: str, suffix: str) -> Frozen:
    """Return a frozen review with what an audience is sent of it in a kind of file: every figure keeps its id, so
    `verify` reads it.

    The sentence, the buckets, what is to decide and the warnings are the same for all. name: of the audience.
    """
    review, audience = frozen.review, AUDIENCES[name]
    if audience.brief and suffix == ".pptx":
        return frozen
    if audience.brief:
        # A definition is printed for each query that is named.
        cards = tuple(replace(card, query="") for card in review.cards)
        review = replace(review, cards=cards, charts=(), promises=(), listings=(), left_out=(), how_sure=())
    elif audience.lists:
        wanted = {one.id for one in figures().values() if name in one.audiences}
        chosen = tuple(card for card in review.cards if card.id in wanted)
        queries = {card.query for card in chosen}
        review = replace(
            review,
            cards=chosen,
            charts=tuple(chart for chart in review.charts if chart.query in queries),
            promises=tuple(promise for promise in review.promises if promise.kpi in wanted),
            listings=tuple(one for one in review.listings if one.id in audience.lists),
        )
    body = {**frozen.entry.body, "version": VERSION, "review": document(review)}
    return replace(frozen, entry=replace(frozen.entry, body=body))
