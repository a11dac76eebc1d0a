"""The rows behind a figure add up to it the way its header says, and leave out what it counts as left out."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from reliability.checks.answer import Answer, ask
from reliability.checks.header import ADDS_UP
from reliability.checks.problem import problem
from reliability.checks.trial import Trial
from reliability.checks.values import Values
from reliability.errors import QueryError
from reliability.queries import Query, query
from reliability.queries.figures import read_figure
from reliability.statistics.survival import TIE, Durations, kaplan_meier, median

Rows = Sequence[Mapping[str, Any]]

_LEFT_OUT = "left_out_"
# What waits for its outcome: counted as open, not as left out.
_WAITING = {"undecided", "still open", "not due"}
_NEAR = 1e-6


def check_adding_up(asked: Query, answer: Answer, trial: Trial, values: Values) -> Iterator[QueryError]:
    """Yield where a figure of a window is not what its rows say. answer: the figure's, of the same trial and window."""
    if not answer.rows:
        return
    figure = read_figure(asked)
    found = answer.rows[0]
    rows = ask(query(figure.rows), trial, answer.window, {**values, "limit": None}).rows
    yield from _check_left_out(asked, answer, rows)
    if figure.adds_up not in ADDS_UP or figure.adds_up == "-":
        return
    counted = [row for row in rows if row["contributes"] is not None]
    value, expected = found["value"], added_up(figure.adds_up, counted, values)
    if value is None:
        # Nothing is known of the window, or there is nothing to add up.
        if expected and all(_covers(trial, name, values) for name in figure.covered_by):
            yield _differs(asked, answer, "NULL", expected)
    elif expected is None or not math.isclose(value, expected, rel_tol=_NEAR, abs_tol=_NEAR):
        yield _differs(asked, answer, f"{value:g}", expected)
    elif figure.adds_up not in ("ratio", "sum") and len(counted) != found["n"]:
        what = f"n is {found['n']}, but {len(counted)} rows contribute ({answer.during})"
        yield problem(asked, "rows", what, f"Count in both the records that {figure.rows} shows.")
    if value is not None and found.get("denominator"):
        share = found["numerator"] / found["denominator"]
        if not math.isclose(value, share, rel_tol=_NEAR, abs_tol=_NEAR):
            what = f"the value is {value:g}, numerator / denominator {share:g} ({answer.during})"
            yield problem(asked, "columns", what, "Compute the value from the two.")


def added_up(how: str, counted: Rows, values: Values) -> float | None:
    """Add rows that contribute up the way a header says; None where nothing can be said."""
    contributed = [row["contributes"] for row in counted]
    if how == "count":
        return len(contributed)
    if how == "sum":
        return sum(contributed)
    if not contributed:
        return None
    match how:
        case "nps":
            return 100 * fmean(contributed)
        case "mean" | "share":
            return fmean(contributed)
        case "ratio":
            return sum(contributed) / sum(row["weight"] for row in counted)
        case "held":
            return _held(contributed, [row["came_back"] for row in counted], values["ended_after_days"])
    middle = median(Durations.of(contributed, [not row.get("still_open") for row in counted]))
    return None if math.isinf(middle) else middle


def _held(days: list[float], came_back: list[bool], agreed: float) -> float | None:
    """Return the Kaplan-Meier share that held for the agreed days; None while none is that old."""
    curve = kaplan_meier(Durations.of(days, came_back))
    before = np.flatnonzero(curve.times < agreed - _NEAR)
    share = float(curve.survival[before[-1]]) if before.size else 1.0
    return share if max(days) >= agreed or share < TIE else None


def _check_left_out(asked: Query, answer: Answer, rows: Rows) -> Iterator[QueryError]:
    found = answer.rows[0]
    said = {
        name.removeprefix(_LEFT_OUT).replace("_", " "): count
        for name, count in found.items()
        if name.startswith(_LEFT_OUT)
    }
    reasons = Counter(row["left_out"] for row in rows if row["left_out"])
    waiting = _WAITING if found["open"] else set()
    for reason in sorted({*said, *reasons} - (waiting - said.keys())):
        if (said.get(reason) or 0) != reasons[reason]:
            rows_say, figure_says = reasons[reason], said.get(reason) or 0
            what = f"its rows leave out {rows_say} as '{reason}', the figure {figure_says} ({answer.during})"
            remedy = f"Count them as {_LEFT_OUT}{reason.replace(' ', '_')}."
            yield problem(asked, "rows", what, remedy)


def _differs(asked: Query, answer: Answer, value: str, expected: float | None) -> QueryError:
    rows = "nothing" if expected is None else f"{expected:g}"
    what = f"the value is {value}, its rows add up to {rows} ({answer.during})"
    remedy = f"Make the figure and {asked.rows} count the same records, or let 'adds up' say how these make the value."
    return problem(asked, "adds up", what, remedy)


def _covers(trial: Trial, name: str, values: Values) -> bool:
    window = {part: values[part] for part in ("start", "end", "as_of")}
    row = trial.connection.execute(
        "select covers($name, $start, $end, $as_of)", {"name": name, **window}
    ).fetchone()
    return row is not None and bool(row[0])
