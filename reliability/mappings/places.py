"""Places: where a value stands in an export: in a column, or deeper, inside the object or list that a cell holds."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reliability.guesses import is_date_like

Step = str | tuple[str, str]
"""A key of an object; or (key, value): the element of a list whose `key` is `value`. One of `RANGE_ENDS`: of a text."""

RANGE_ENDS = (("", "start"), ("", "end"))
"""The steps to the two dates of a cell that holds both: "3 July 9:30 → 10:10"."""

_DEEPEST = 5
_MOST_PLACES = 400
# What elements of a list are distinguished by.
_NAMES = (
    "type",
    "name",
    "kind",
    "event",
    "milestone",
    "slug",
    "key",
    "label",
    "field",
    "status",
    "state",
    "role",
)
_MOST_NAMES = 30


@dataclass(frozen=True)
class Place:
    """A column of the export and the steps into its cells; no steps: the cell itself."""

    column: str
    steps: tuple[Step, ...] = ()

    @property
    def label(self) -> str:
        """What people read: "attributes.started_at", "milestones[type=resolved].occurred_at"."""
        if self.steps and self.steps[0] in RANGE_ENDS:
            return f"{self.column} ({self.steps[0][1]})"
        parts = [step if isinstance(step, str) else f"[{step[0]}={step[1]}]" for step in self.steps]
        return self.column + "".join(part if part.startswith("[") else f".{part}" for part in parts)

    @property
    def sql(self) -> str:
        """The value as text, NULL where a cell has none: a SQL expression over the view `export`."""
        column = identifier(self.column)
        if not self.steps:
            return column
        if self.steps[0] in RANGE_ENDS:
            return f"range_{self.steps[0][1]}({column})"
        value = f"case when json_valid({column}) then {column}::json end"
        for step in self.steps:
            if isinstance(step, str):
                value = f"json_extract({value}, {literal(_pointer(step))})"
            else:
                key, wanted = step
                same = f"json_extract_string(element, {literal(_pointer(key))}) = {literal(wanted)}"
                value = f"list_filter(from_json({value}, '[\"json\"]'), lambda element: {same})[1]"
        return f"json_extract_string({value}, '')"


def identifier(name: str) -> str:
    """A name as SQL reads it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL reads it, whatever is in it."""
    return "'" + text.replace("'", "''") + "'"


def places_inside(column: str, values: Sequence[str | None]) -> dict[Place, list[str | None]]:
    """The places inside the objects and lists of one column's cells, each with its value per row.

    Nothing where less than half of the filled cells hold JSON.
    """
    parsed = [_parsed(value) for value in values]
    filled = sum(1 for value in values if value and value.strip())
    if 2 * sum(1 for value in parsed if value is not None) < max(1, filled):
        return {}
    found: dict[Place, list[str | None]] = {}
    for steps in _leaves(parsed, ()):
        if len(found) == _MOST_PLACES:
            break
        place = Place(column, steps)
        found[place] = [_text(_reached(value, steps)) for value in parsed]
    return found


def _parsed(value: str | None) -> Any:
    if not value or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _leaves(values: Sequence[Any], above: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """The paths to values that are neither objects nor lists, in the order they are met."""
    if len(above) >= _DEEPEST:
        return
    objects = [value for value in values if isinstance(value, dict)]
    for key in dict.fromkeys(key for one in objects for key in one):
        inside = [one[key] for one in objects if one.get(key) is not None]
        deeper = [value for value in inside if isinstance(value, dict | list)]
        if len(deeper) < len(inside):
            yield (*above, key)
        if deeper:
            yield from _leaves(deeper, (*above, key))
    elements = [e for value in values if isinstance(value, list) for e in value if isinstance(e, dict)]
    if key := _telling_key(elements):
        for name, _ in Counter(str(e[key]) for e in elements if key in e).most_common(_MOST_NAMES):
            named = [e for e in elements if str(e.get(key)) == name]
            for steps in _leaves(named, ()):
                if steps != (key,):
                    yield (*above, (key, name), *steps)


def _telling_key(elements: Sequence[dict[str, Any]]) -> str:
    """The key whose values name the elements of a list, "" where none does."""
    for key in _NAMES:
        said = [e[key] for e in elements if isinstance(e.get(key), str)]
        if elements and len(said) == len(elements) and len(set(said)) <= _MOST_NAMES:
            return key
    # Whatever it is called: what always says one of a few words, each again and again, beside something else.
    for key in dict.fromkeys(key for one in elements for key in one):
        said = [e[key] for e in elements if isinstance(e.get(key), str)]
        if (
            len(said) == len(elements)
            and 2 * len(set(said)) <= len(said)
            and not any(map(is_date_like, said))
        ):
            return key if len(set(said)) <= _MOST_NAMES else ""
    return ""


def _reached(value: Any, steps: tuple[Step, ...]) -> Any:
    for step in steps:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        elif isinstance(value, list):
            key, wanted = step
            value = next((e for e in value if isinstance(e, dict) and str(e.get(key)) == wanted), None)
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    return (
        None
        if value is None or isinstance(value, dict | list)
        else value
        if isinstance(value, str)
        else json.dumps(value)
    )


def _pointer(key: str) -> str:
    return "/" + key.replace("~", "~0").replace("/", "~1")
