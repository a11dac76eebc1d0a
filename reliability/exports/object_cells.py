"""Cells that hold an object: JSON, or a Python dict as data frames write it.

Tools write a reference to something as an object: `{"link": ..., "value": "grp1"}`, `{"id": "P1", "summary": "Mail"}`.
What a person would call it is its display value, summary, name or value, in that order.
"""

import ast
import json
import re
from collections.abc import Collection, Sequence
from typing import Any

import duckdb

from reliability.exports.column_names import quoted

NAMES = ("display_value", "summary", "name", "value")
"""What an object may be called by, in this order."""
_LONGEST = 1 << 20
_NOTHING = object()
_OBJECT = re.compile(r"(\[\s*)?\{\s*[\"']")


def name_objects(
    con: duckdb.DuckDBPyConnection, table: str, columns: Collection[str], kept: Collection[str] = ()
) -> None:
    """Replace the objects in these columns of `table` by their names; in those `kept`, Python text by JSON.

    A list of objects is replaced by their names, one after another. An object without a name stays as it is, and so
    does a text that only looks like one.
    """
    # Most files hold none: one pass over all columns finds out.
    conditions = {name: _looks_like_object(name) for name in columns}
    if not conditions:
        return
    found = con.execute(
        f"select {', '.join(f'coalesce(bool_or({c}), false)' for c in conditions.values())} from {quoted(table)}"
    ).fetchone()
    for name, some in zip(conditions, found or (), strict=True):
        if some:
            _replace(con, table, name, conditions[name], name in kept)


def as_said(values: Sequence[str | None]) -> tuple[list[str | None], list[str | None]]:
    """Return what cells say: with an object's name in its place, and as JSON where it is written as Python does."""
    objects = [value is not None and _OBJECT.match(value) is not None for value in values]
    if not any(objects):
        return list(values), list(values)
    pairs = list(zip(values, objects, strict=True))
    return (
        [_name(value) if is_object and value else value for value, is_object in pairs],
        [_as_json(value) if is_object and value else value for value, is_object in pairs],
    )


def _looks_like_object(column: str) -> str:
    cell = quoted(column)
    return f"({cell} >= '[' and {cell} < '|' and regexp_matches({cell}, '^(\\[\\s*)?\\{{\\s*[\"'']'))"


def _replace(con: duckdb.DuckDBPyConnection, table: str, column: str, condition: str, kept: bool) -> None:
    cell = quoted(column)
    texts = [
        t for (t,) in con.execute(f"select distinct {cell} from {quoted(table)} where {condition}").fetchall()
    ]
    change = _as_json if kept else _name
    changed = {text: _storable(new) for text in texts if (new := change(text)) != text}
    if changed:
        con.execute(
            f"""
            update {quoted(table)} as t set {cell} = changed.new
            from (select unnest($old) as old, unnest($new::varchar[]) as new) as changed
            where t.{cell} = changed.old
            """,
            {"old": list(changed), "new": list(changed.values())},
        )


def _storable(text: str | None) -> str | None:
    """The text with half surrogate pairs, which JSON may spell and no UTF-8 text can hold, replaced."""
    return text.encode("utf-8", "replace").decode("utf-8") if text is not None else None


def _value(text: str) -> Any:
    """The value that a text spells in JSON or Python; _NOTHING where it spells none."""
    if len(text) > _LONGEST:
        return _NOTHING
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NOTHING


def _as_json(text: str) -> str:
    value = _value(text)
    if value is _NOTHING:
        return text
    try:
        json.loads(text, strict=False)
    except (ValueError, RecursionError):
        try:
            return json.dumps(value, ensure_ascii=False, default=str)
        except (TypeError, ValueError, RecursionError):
            # Python's keys may be bytes or tuples, which JSON cannot spell.
            return text
    return text


def _name(text: str) -> str | None:
    """The name of the object, or of the objects of the list, that a text spells; the text where there is none.

    None where the object has a name, and that is blank.
    """
    value = _value(text)
    objects = value if isinstance(value, list) else [value]
    if not objects or not all(isinstance(o, dict) and any(k in o for k in NAMES) for o in objects):
        return text
    names = [name for name in map(_own_name, objects) if name is not _NOTHING]
    if len(names) < len(objects):
        return text
    return ", ".join(name for name in names if name) or None


def _own_name(found: dict[str, Any]) -> Any:
    """The first of its names that is filled, "" when all are blank, _NOTHING when the only ones are no plain value."""
    nested = dict | list | tuple | set
    plain = [found[key] for key in NAMES if key in found and not isinstance(found[key], nested)]
    if not plain:
        return _NOTHING
    filled = [value for value in plain if value not in (None, "")]
    if not filled:
        return ""
    first = filled[0]
    if isinstance(first, bytes):
        return first.decode("utf-8", "replace")
    return first if isinstance(first, str) else json.dumps(first, default=str)
