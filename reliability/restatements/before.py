"""A warehouse asked as it was then: by the queries of a frozen review, where they are others today."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from reliability.errors import QueryError
from reliability.queries import Query, Result, Store, catalogue, parse_query

# What figures are asked by. What makes a warehouse (build, facts, import) goes with the program; the records behind a
# figure are listed by today's queries, so that those of two worlds can be compared.
_ASKED = ("charts", "commitments", "gates", "kpis", "lists", "samples")


def asked_then(texts: Mapping[str, str]) -> dict[str, Query]:
    """Return the queries that are asked and were others then, by name. texts: by path, "queries/kpis/nps.sql".

    Raises QueryError for one that cannot stand in for today's: its header cannot be read, it lacks a column, or takes
    a value that today's does not.
    """
    found = {}
    for name, today in catalogue().items():
        text = texts.get(f"queries/{name}.sql")
        if name.split("/")[0] not in _ASKED or text is None or text == today.sql:
            continue
        then = parse_query(name, text)
        if not set(today.columns) <= set(then.columns) or not set(then.parameters) <= set(today.parameters):
            raise QueryError("it returns other columns or takes other values", then.where)
        found[name] = then
    return found


class Before(Store):
    """A published warehouse that answers by other queries in place of today's. instead: by name."""

    def __init__(self, path: Path, data_version: str, instead: Mapping[str, Query]) -> None:
        super().__init__(path, data_version)
        self._instead = instead

    def _answer(self, asked: Query, values: dict[str, Any]) -> Result:
        then = self._instead.get(asked.name)
        if then is None:
            return super()._answer(asked, values)
        found = super()._answer(then, {name: values[name] for name in then.parameters})
        # Readers know the columns of today's, in their order.
        columns = [name for name in asked.columns if name in found.columns] or found.columns
        rows = [{name: row[name] for name in columns} for row in found.rows]
        return replace(found, rows=rows, columns=columns)
