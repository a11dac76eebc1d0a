"""The rows behind a part: how a figure's own records differ between two worlds."""

from collections import Counter
from datetime import datetime
from typing import Any

from reliability.model import Card, Filters
from reliability.publish.carried import carried
from reliability.queries.figures import figures
from reliability.restatements.model import Row
from reliability.restatements.worlds import World
from reliability.review.scope import Scope
from reliability.settings.periods import midnight

# What says where a record stands, not what it says.
_WHERE = ("source_file", "source_line", "source")
# What a card shows of its own quarter; the rest it says of its promise's time.
_OF_THE_QUARTER = ("value", "n", "change")

Kept = dict[str, Counter[int]]
"""The records behind a figure: id -> a digest of what each of its rows says."""


def listings(world: World) -> dict[str, Kept]:
    """Return the records behind everything that cards and promises show in a world, by the figure's id.

    Each list of records is asked once: the one of the quarter, and where a promise is judged that of its time.
    """
    review = world.review
    asked: dict[tuple[str, datetime, datetime, Filters], Kept] = {}
    found = {}
    for name, (kpi, window, filters) in _behind(world).items():
        made = figures().get(kpi)
        if made is None or not made.rows:
            continue
        key = (made.rows, *window, filters)
        if key not in asked:
            scope = Scope(world.store, world.settings, review.period, filters)
            asked[key] = _kept(scope, made.rows, *window)
        found[name] = asked[key]
    return found


def _behind(world: World) -> dict[str, tuple[str, tuple[datetime, datetime], Filters]]:
    """Return the figure, the window and the filters whose records stand behind each id."""
    review = world.review
    cards = {card.id: card for card in review.cards}
    kpis = {promise.id: promise.kpi for promise in review.promises}
    filters = {one.id: one.filters for one in world.settings.commitments}
    found = {}
    for name in carried(review):
        kind, _, rest = name.partition("/")
        one, _, part = rest.partition("/")
        if kind == "card":
            kpi = cards[one].query.removeprefix("kpis/")
            found[name] = (kpi, _window(cards[one], part.split("/")[0], world), review.filters)
        elif kind == "promise" and one in filters:
            found[name] = (kpis[one], _promised(one, world), filters[one])
    return found


def moved(before: Kept, after: Kept) -> tuple[Row, ...]:
    """Return the rows by which two lists of records of one figure differ, by id."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        if key not in before:
            found.append(Row(key, "added"))
        elif key not in after:
            found.append(Row(key, "gone"))
        elif before[key] != after[key]:
            found.append(Row(key, "changed"))
    return tuple(found)


def _window(card: Card, part: str, world: World) -> tuple[datetime, datetime]:
    period = world.review.period
    promises = {one.id for one in world.settings.commitments}
    if part in _OF_THE_QUARTER or card.commitment not in promises:
        return period.start, period.end
    return _promised(card.commitment, world)


def _promised(promise_id: str, world: World) -> tuple[datetime, datetime]:
    promise = next(one for one in world.settings.commitments if one.id == promise_id)
    zone = world.settings.organisation.zone
    return midnight(promise.start, zone), midnight(promise.end, zone)


def _kept(scope: Scope, query: str, start: datetime, end: datetime) -> Kept:
    found: Kept = {}
    result = scope.run(query, start=start, end=end)
    own = result.columns[:1] if result.columns[0].endswith("_id") else result.columns[:3]
    for row in result:
        key = " ".join(str(row[name]) for name in own)
        found.setdefault(key, Counter())[hash(_said(row))] += 1
    return found


def _said(row: dict[str, Any]) -> str:
    return repr([value for name, value in row.items() if name not in _WHERE])
