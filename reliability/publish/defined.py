"""What the figures of a frozen review count: the queries behind them, as they were when it was frozen."""

from collections.abc import Iterator

from reliability.errors import QueryError
from reliability.publish.headings import HEADINGS
from reliability.queries.header import parse_query
from reliability.review.frozen import Frozen

_GATES = "gates"


def queries_of(frozen: Frozen) -> dict[str, str]:
    """Return the queries behind everything that a review shows, with what each is shown as, in reading order."""
    found: dict[str, str] = {}
    for name, title in _shown(frozen):
        if name:
            found.setdefault(name, title)
    return found


def _shown(frozen: Frozen) -> Iterator[tuple[str, str]]:
    review = frozen.review
    yield from ((card.query, card.title) for card in review.cards)
    yield from ((f"kpis/{one.kpi}", one.title) for one in review.promises)
    charts = (*review.charts, *(one.chart for one in review.promises if one.chart))
    yield from ((chart.query, chart.title) for chart in charts)
    for listing in review.listings:
        heading = HEADINGS.get(listing.id, listing.title)
        yield listing.query, heading
        if listing.id == _GATES:
            # What holds a change is no query, but each gate that may.
            yield from ((name, heading) for name in _named_below(frozen, f"{_GATES}/"))


def _named_below(frozen: Frozen, folder: str) -> list[str]:
    names = (name.removeprefix("queries/").removesuffix(".sql") for name in frozen.texts)
    return sorted(name for name in names if name.startswith(folder))


def text_of(name: str, frozen: Frozen) -> str:
    """Return the text of a query as it was when the review was frozen."""
    return frozen.texts[f"queries/{name}.sql"]


def definition_of(name: str, frozen: Frozen) -> tuple[str, str] | None:
    """Return title and definition of a query as it was when the review was frozen; None for one that was not there."""
    text = frozen.texts.get(f"queries/{name}.sql")
    if text is None:
        return None
    try:
        query = parse_query(name, text)
    except QueryError:
        # Frozen by a version whose headers had other keys: its text still says what was counted.
        return name, ""
    return query.title, query.definition
