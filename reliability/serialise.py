"""From dataclasses to plain JSON values, the same for the command line, HTTP routes and frozen reviews; and back."""

import dataclasses
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

_INSTANT, _DAY = "instant", "day"
_NOT_FINITE = ("inf", "-inf", "nan")


def plain(value: Any) -> Any:
    """Turn dataclasses, instants and tuples into what JSON knows.

    Instants become ISO 8601 in UTC with a `Z`; NaN and infinities become None (JSON has no word for them).
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return value.as_posix()
    return value


def exact(value: Any) -> Any:
    """Turn a value into what JSON knows without losing anything, for `read`.

    As `plain`, but infinities stay ("inf"), and an instant or a day among values without a declared type says so:
    {"instant": "2025-11-16T08:00:00Z"}.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: exact(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _tagged(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [exact(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return plain(value)


def _tagged(value: Any) -> Any:
    if isinstance(value, datetime):
        return {_INSTANT: plain(value)}
    if isinstance(value, date):
        return {_DAY: plain(value)}
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    return exact(value)


def _untagged(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {_INSTANT}:
            return datetime.fromisoformat(value[_INSTANT])
        if set(value) == {_DAY}:
            return date.fromisoformat(value[_DAY])
        return {key: _untagged(item) for key, item in value.items()}
    return [_untagged(item) for item in value] if isinstance(value, list) else value


def read(kind: Any, value: Any, where: str = "") -> Any:
    """Make a value of a type from what `exact` wrote. kind: a dataclass, a tuple of them, a type that JSON knows.

    What the type does not know any more is left out; what was not written yet gets the type's default. where: the
    place of the value, for messages. Raises ValueError naming the place of what is missing or of another type.
    """
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_record(kind, value, where)
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return _untagged(value)
    if origin in (Union, UnionType):
        if value is None and type(None) in arguments:
            return None
        (wanted,) = [a for a in arguments if a is not type(None)]
        return read(wanted, value, where)
    if origin is tuple:
        items = _of(list, value, where)
        kinds = [arguments[0]] * len(items) if arguments[1:] == (...,) else list(arguments)
        if len(kinds) != len(items):
            raise ValueError(f"{where}: {len(items)} values, not {len(kinds)}")
        return tuple(read(k, i, f"{where}[{n}]") for n, (k, i) in enumerate(zip(kinds, items, strict=True)))
    if kind is dict or origin is dict:
        wanted = arguments[1] if arguments else Any
        return {key: read(wanted, item, f"{where}.{key}") for key, item in _of(dict, value, where).items()}
    if kind is datetime:
        return datetime.fromisoformat(_of(str, value, where))
    if kind is float:
        return float(value) if value in _NOT_FINITE else _of((int, float), value, where)
    return _of(kind, value, where)


def _read_record(kind: Any, value: Any, where: str) -> Any:
    given = _of(dict, value, where)
    types = get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    for name, field in fields.items():
        optional = (
            field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        )
        if name not in given and not optional:
            raise ValueError(f"{where}.{name}".lstrip(".") + " is missing")
    return kind(**{n: read(types[n], given[n], f"{where}.{n}".lstrip(".")) for n in fields if n in given})


def _of(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{where}: '{value}' is not what belongs there"[:300])
    return value
