"""The rows behind a part: how a figure's own records differ between two worlds."""

from collections import Counter
from datetime import datetime
from typing import Any

from reliability.model import Card
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
    """Return the records behind everything that cards show in a world, by the figure's id.

    Each list of records is asked once: the one of the quarter, and where a promise is judged that of its time.
    """
    review = world.review
    scope = Scope(world.store, world.settings, review.period, review.filters)
    cards = {card.id: card for card in review.cards}
    asked: dict[tuple[str, datetime, datetime], Kept] = {}
    found = {}
    for name in carried(review):
        kind, _, rest = name.partition("/")
        if kind != "card":
            continue
        card = cards[rest.split("/")[0]]
        made = figures().get(card.query.removeprefix("kpis/"))
        if made is None or not made.rows:
            continue
        window = _window(card, rest.split("/")[1], world)
        if (made.rows, *window) not in asked:
            asked[made.rows, *window] = _kept(scope, made.rows, *window)
        found[name] = asked[made.rows, *window]
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
    promises = {one.id: one for one in world.settings.commitments}
    if part in _OF_THE_QUARTER or card.commitment not in promises:
        return period.start, period.end
    promise, zone = promises[card.commitment], world.settings.organisation.zone
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
