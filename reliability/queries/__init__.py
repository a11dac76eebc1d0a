"""Queries: `.sql` files with headers, and the only place that touches DuckDB on a published warehouse."""

from reliability.queries.header import FOLDER, Query, catalogue, parse_header, parse_query, query, read_query
from reliability.queries.memory import Memory
from reliability.queries.store import Aside, Asks, Result, Store

__all__ = [
    "FOLDER",
    "Aside",
    "Asks",
    "Memory",
    "Query",
    "Result",
    "Store",
    "catalogue",
    "parse_header",
    "parse_query",
    "query",
    "read_query",
]
