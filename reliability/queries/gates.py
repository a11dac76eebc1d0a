"""The gates there are: one `.sql` file each below queries/gates/, found by looking into the folder.

The header says everything the program needs to know of a gate:

    -- title: Reliability sign-off
    -- definition: ...
    -- resolver: the reliability team
    -- needs: changes, availability
    -- default: block
    -- order: 20
    -- thresholds: error_budget_left 0 0..1, error_budget_days 7 1..366
    -- fails spent: {service} has spent {spent:share} of its error budget.
    -- cannot tell not measured: The availability of {service} is not measured.
    -- passes left: {service} has error budget left.

A threshold is a number with its default and the range it may have; review.toml may set it, and the query gets it as
a parameter of the same name. The query returns a verdict and its parts as columns; the header says whether a change
with that verdict fails, and in which words (phrases.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import QueryError
from reliability.phrases import Phrase
from reliability.queries.header import FOLDER, Query, catalogue
from reliability.schema import TABLES

BLOCK, WARN, OFF = MODES = ("block", "warn", "off")
PASSED, FAILED, CANNOT_TELL = "passed", "fail", "cannot tell"
COLUMNS = ("change_id", "verdict", "service")
STATES = {"fails": FAILED, "cannot tell": CANNOT_TELL, "passes": PASSED}
"""The first words of a header's key for a verdict -> the state of a change that has it."""

_LAST = 1000
_THRESHOLD = re.compile(r"([a-z_][a-z0-9_]*) (\S+) (\S+)\.\.(\S+)")


@dataclass(frozen=True)
class Threshold:
    """A number a gate measures against: its default, and the range it may have (both ends allowed)."""

    name: str
    default: float
    low: float
    high: float


@dataclass(frozen=True)
class Verdict:
    """What a verdict of a gate means: the state of the change, and the sentence that says so."""

    state: str
    phrase: Phrase


@dataclass(frozen=True)
class Gate:
    """One gate. needs: the canonical tables without which it cannot tell. default: "block" or "warn".

    verdicts: each verdict that the query may return, by name.
    """

    id: str
    title: str
    definition: str
    resolver: str
    needs: tuple[str, ...]
    default: str
    thresholds: tuple[Threshold, ...]
    verdicts: Mapping[str, Verdict]
    query: Query


def all_gates(folder: Path = FOLDER) -> dict[str, Gate]:
    """Return every gate below `folder`/gates by id, in the order they are shown.

    Raises QueryError for a file that does not say what a gate has to say.
    """
    found = [(_order(q), read_gate(q)) for q in catalogue(folder).values() if q.name.startswith("gates/")]
    return {gate.id: gate for _, gate in sorted(found, key=lambda pair: (pair[0], pair[1].id))}


def read_gate(query: Query) -> Gate:
    """Read the header of one gate's query. Raises QueryError naming what is missing or wrong."""
    for key in ("title", "definition", "resolver", "default"):
        if not query.header.get(key):
            raise QueryError(f"the header does not say '{key}'", query.at(key), f"Add '-- {key}: ...'.")
    mode = query.header["default"]
    if mode not in (BLOCK, WARN):
        raise QueryError(f"default is '{mode}'", query.at("default"), f"Write '{BLOCK}' or '{WARN}'.")
    if missing := [name for name in COLUMNS if name not in query.columns]:
        remedy = f"A gate returns {', '.join(COLUMNS)}; list them in '-- columns:' with their types."
        raise QueryError(f"does not return '{missing[0]}'", query.at("columns"), remedy)
    needs = tuple(name.strip() for name in query.header.get("needs", "").split(",") if name.strip())
    if unknown := [name for name in needs if name not in TABLES]:
        raise QueryError(
            f"needs '{unknown[0]}', which is not a table", query.at("needs"), f"Tables: {', '.join(TABLES)}."
        )
    return Gate(
        id=query.id,
        title=query.title,
        definition=query.definition,
        resolver=query.header.get("resolver", ""),
        needs=needs,
        default=mode,
        thresholds=tuple(_thresholds(query)),
        verdicts=_verdicts(query),
        query=query,
    )


def _verdicts(query: Query) -> dict[str, Verdict]:
    found: dict[str, Verdict] = {}
    for key, template in query.header.items():
        start = next((start for start in STATES if key.startswith(f"{start} ")), None)
        if start is None:
            continue
        name = key.removeprefix(f"{start} ")
        if name in found:
            raise QueryError(f"the header says the verdict '{name}' twice", query.at(key), "Keep one.")
        try:
            phrase = Phrase(template, {**query.parameters, **query.columns})
        except ValueError as error:
            remedy = "What a sentence may say is on the page docs/gates.md, under 'Adding a gate'."
            raise QueryError(f"'{key}' cannot be said: {error}", query.at(key), remedy) from None
        found[name] = Verdict(STATES[start], phrase)
    if all(verdict.state == PASSED for verdict in found.values()):
        remedy = "Say each verdict of the query, as in '-- fails late: It would go out at {ships_at:time}.'"
        raise QueryError("the header does not say what fails", query.where, remedy)
    return found


def _order(query: Query) -> int:
    """Return a gate's place on the page; one that names none stands last."""
    return int(order) if (order := query.header.get("order", "")).isdigit() else _LAST


def _thresholds(query: Query) -> list[Threshold]:
    found = []
    for part in filter(None, (part.strip() for part in query.header.get("thresholds", "").split(","))):
        read = _THRESHOLD.fullmatch(part)
        try:
            if read is None:
                raise ValueError
            threshold = Threshold(read[1], *(float(read[number]) for number in (2, 3, 4)))
            if not threshold.low <= threshold.default <= threshold.high:
                raise ValueError
        except ValueError:
            remedy = "Write 'name default low..high', for example 'engaged_share 0.5 0..1'."
            raise QueryError(f"'{part}' is not a threshold", query.at("thresholds"), remedy) from None
        if threshold.name not in query.parameters:
            what = f"does not use the threshold ${threshold.name}"
            raise QueryError(what, query.at("thresholds"), "Use or remove it.")
        found.append(threshold)
    return found
