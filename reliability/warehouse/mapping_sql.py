"""The SQL of a mapping: one SELECT over the export, and nothing that reaches past it.

Mappings are files that people put into a data folder. DuckDB's SQL can read and write files, so what a mapping may say
is checked on DuckDB's own parse of it: one SELECT, from `export` and what it names itself, without functions that do
something. The build's connection has no access to files outside either (`warehouse.sandbox`).
"""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import duckdb

from reliability.errors import ExportError

VIEW = "export"
_TABLE_FUNCTIONS = {"unnest", "range", "generate_series", "json_each", "json_tree"}
_HARMLESS = {"error"}  # ends the query, which is what it is for
_ONE = "Write exactly one SELECT from export (docs/formats.md)."


def check_select(sql: str, where: str) -> None:
    """Raise ExportError unless `sql` is one SELECT that reads nothing but the export. where: the file."""
    try:
        statements = duckdb.extract_statements(sql)
        if len(statements) != 1:
            what = f"it contains {len(statements)} statements" if statements else "it contains no statement"
            raise ExportError(what, where, _ONE)
        if statements[0].type != duckdb.StatementType.SELECT:
            raise ExportError(f"it is not a SELECT but {statements[0].type.name}", where, _ONE)
        with duckdb.connect() as con:
            (text,) = con.execute("select json_serialize_sql($sql::varchar)", {"sql": sql}).fetchone() or (
                "{}",
            )
        parsed = json.loads(text)
        if parsed.get("error", True):
            raise ExportError(f"it cannot be checked ({parsed.get('error_message')})", where, _ONE)
        nodes = list(_nodes(parsed))
    except duckdb.Error as error:
        raise ExportError(
            f"it does not parse ({str(error).splitlines()[0]})", where, "Fix the query."
        ) from error
    except RecursionError as error:
        raise ExportError("it is nested too deeply", where, "Nest it less deeply.") from error
    own = {VIEW} | {str(name).casefold() for node in nodes for name in _named(node)}
    for node in nodes:
        if why := _reaches_out(node, own):
            raise ExportError(why, where, "A mapping reads nothing but export.")


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed statement."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)


def _named(node: dict[str, Any]) -> Iterator[Any]:
    """The names of the common table expressions that a node defines."""
    defined = node.get("cte_map")
    if isinstance(defined, dict):
        for pair in defined.get("map", ()):
            yield pair.get("key", "")


def _reaches_out(node: dict[str, Any], own: set[str]) -> str:
    """Say what a node reads or does that it may not, "" for one that is fine."""
    match node.get("type"):
        case "BASE_TABLE":
            name = str(node.get("table_name", ""))
            qualified = [str(node[key]) for key in ("catalog_name", "schema_name") if node.get(key)]
            if qualified or name.casefold() not in own:
                return f"it reads '{'.'.join([*qualified, name])}'"
        case "TABLE_FUNCTION":
            name = str((node.get("function") or {}).get("function_name", ""))
            if name.lower() not in _TABLE_FUNCTIONS:
                return f"it uses the table function '{name}'"
        case "SHOW_REF":
            return "it shows what the database holds"
    if node.get("class") == "FUNCTION" and (name := str(node.get("function_name", "")).lower()) in _acting():
        return f"it uses the function '{name}', which does something or answers differently each time"
    return ""


@cache
def _acting() -> frozenset[str]:
    """Functions with side effects, as this DuckDB has them."""
    with duckdb.connect() as con:
        found = con.execute(
            "select distinct function_name from duckdb_functions() where has_side_effects"
        ).fetchall()
    return frozenset(name for (name,) in found) - _HARMLESS
