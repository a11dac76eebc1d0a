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
# What a query may be made of. A common table expression may also be an INSERT, UPDATE or DELETE.
_READING = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
# What this machine is set to is not in the export.
_TELLING = {"current_setting", "getenv", "getvariable"}
# A list or text of any length in one value: no limit of DuckDB's holds it. As a table `range` comes row by row.
_SWELLING = {"range", "generate_series", "repeat", "list_resize", "array_resize"}
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
        why = next(
            (why for node, own in _nodes(parsed, frozenset({VIEW})) if (why := _reaches_out(node, own))), ""
        )
    except duckdb.Error as error:
        raise ExportError(
            f"it does not parse ({str(error).splitlines()[0]})", where, "Fix the query."
        ) from error
    except RecursionError as error:
        raise ExportError("it is nested too deeply", where, "Nest it less deeply.") from error
    if why:
        raise ExportError(why, where, "A mapping reads nothing but export.")


def _nodes(value: Any, own: frozenset[str]) -> Iterator[tuple[dict[str, Any], frozenset[str]]]:
    """Every object of a parsed statement, with the names that mean the export or a query of the mapping there.

    A common table expression is known to those after it and to the query they stand before, to itself only where it
    is recursive. Anywhere else the same name is a table of the warehouse, or a file.
    """
    if isinstance(value, dict):
        defined = value.get("cte_map")
        for pair in defined.get("map", ()) if isinstance(defined, dict) else ():
            name = _folded(pair.get("key", ""))
            recursive = pair["value"].get("query_node", {}).get("type") == "RECURSIVE_CTE_NODE"
            yield from _nodes(pair["value"], own | {name} if recursive else own)
            own |= {name}
        yield value, own
        for key, inner in value.items():
            if key == "function" and isinstance(inner, dict):  # of a table function, which its own node names
                yield from _nodes(list(inner.values()), own)
            elif key != "cte_map":
                yield from _nodes(inner, own)
    elif isinstance(value, list):
        for inner in value:
            yield from _nodes(inner, own)


def _folded(name: Any) -> str:
    """A name as DuckDB compares it: only the letters A to Z have a small form."""
    return str(name).encode().lower().decode()


def _reaches_out(node: dict[str, Any], own: frozenset[str]) -> str:
    """Say what a node reads or does that it may not, "" for one that is fine."""
    match node.get("type"):
        case str(kind) if kind.endswith("_NODE") and kind not in _READING:
            return "it does more than read"
        case "BASE_TABLE":
            name = str(node.get("table_name", ""))
            qualified = [str(node[key]) for key in ("catalog_name", "schema_name") if node.get(key)]
            if qualified or _folded(name) not in own:
                return f"it reads '{'.'.join([*qualified, name])}'"
        case "TABLE_FUNCTION":
            name = str((node.get("function") or {}).get("function_name", ""))
            if name.lower() not in _TABLE_FUNCTIONS:
                return f"it uses the table function '{name}'"
        case "SHOW_REF":
            return "it shows what the database holds"
    if node.get("class") == "FUNCTION":
        name = str(node.get("function_name", "")).lower()
        if name in _acting():
            return f"it uses the function '{name}', which does something or answers differently each time"
        if name in _TELLING:
            return f"it uses the function '{name}', which reads settings of this machine"
        if name in _SWELLING:
            return f"it uses the function '{name}', which makes values of any length"
    return ""


@cache
def _acting() -> frozenset[str]:
    """Functions with side effects, as this DuckDB has them."""
    with duckdb.connect() as con:
        found = con.execute(
            "select distinct function_name from duckdb_functions() where has_side_effects"
        ).fetchall()
    return frozenset(name for (name,) in found) - _HARMLESS
