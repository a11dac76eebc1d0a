"""The rows behind the figures of a review, as they are kept when it is frozen: without people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reliability.masking import PEOPLE, without_people
from reliability.model import Card
from reliability.queries import catalogue, query
from reliability.review.scope import Scope
from reliability.serialise import plain

MOST = 20_000


@dataclass(frozen=True)
class RowsBehind:
    """The records behind one card's figure of the period.

    query: the file of `queries/rows` they come from. columns: name -> SQL type. rows: plain JSON values in the order of
    the columns, instants as ISO 8601 in UTC. cut: there are more than `MOST`, and these are the first.
    """

    card: str
    query: str
    columns: dict[str, str]
    rows: tuple[tuple[Any, ...], ...]
    cut: bool


def rows_behind(scope: Scope, cards: Sequence[Card]) -> list[RowsBehind]:
    """Read the records behind every card that has any."""
    found = []
    for card in cards:
        asked = catalogue().get(card.query)
        if asked is None or not asked.rows:
            continue
        name = asked.rows
        columns = {column: kind for column, kind in query(name).columns.items() if column not in PEOPLE}
        read = without_people(scope.run(name, limit=MOST + 1).rows)
        rows = tuple(tuple(plain(row[column]) for column in columns) for row in read[:MOST])
        if rows:
            found.append(RowsBehind(card.id, name, columns, rows, len(read) > MOST))
    return found


def packed(found: Sequence[RowsBehind]) -> bytes:
    """Return rows as the JSON document that is kept."""
    return json.dumps({"version": 1, "rows": plain(list(found))}, ensure_ascii=False).encode()


def unpacked(document: bytes) -> list[RowsBehind]:
    """Return the rows of a kept document."""
    return [
        RowsBehind(
            one["card"], one["query"], dict(one["columns"]), tuple(map(tuple, one["rows"])), one["cut"]
        )
        for one in json.loads(document)["rows"]
    ]
