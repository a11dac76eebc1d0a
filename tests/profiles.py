"""What a query does inside, counted by DuckDB itself: rows, not seconds."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import duckdb

from reliability.queries import Query, Store


def steps(store: Store, asked: Query, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Run a query and return its operators, each with its name, its extra_info and the rows it handed on."""
    explained = replace(asked, sql=f"explain (analyze, format json) {asked.sql}")
    (row,) = store.ask(explained, values).rows
    return list(_operators(json.loads(row["explain_value"])))


def steps_of(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """The same of a text without parameters on a connection."""
    row = con.execute(f"explain (analyze, format json) {sql}").fetchone()
    assert row is not None
    return list(_operators(json.loads(row[1])))


def _operators(plan: Any) -> Iterator[dict[str, Any]]:
    if isinstance(plan, dict):
        if "intermediate_rows" in plan and "name" in plan:
            yield plan
        for value in plan.values():
            yield from _operators(value)
    elif isinstance(plan, list):
        for one in plan:
            yield from _operators(one)
