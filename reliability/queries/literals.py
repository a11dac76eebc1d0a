"""Values written as SQL, for whoever runs a query by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any


def literal(value: Any) -> str:
    """Return a parameter's value as DuckDB reads it: null, numbers, text, dates, instants, lists and structs of these.

    Raises TypeError for anything else.
    """
    match value:
        case None:
            return "null"
        case bool() | int():
            return str(value).lower()
        case float():
            return f"{value!r}::double"
        case datetime():
            return f"'{value.isoformat(sep=' ')}'::timestamptz"
        case date():
            return f"'{value.isoformat()}'::date"
        case str():
            return "'" + value.replace("'", "''") + "'"
        case Mapping():
            return "{" + ", ".join(f"{literal(key)}: {literal(held)}" for key, held in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(map(literal, value)) + "]"
    raise TypeError(f"{type(value).__name__} is no value of a parameter")
