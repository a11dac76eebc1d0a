"""What a query returns: the columns it declares, one row a window, and nothing where nothing is known."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import duckdb

from reliability.checks.problem import problem, refused
from reliability.checks.trial import EMPTY, Trial
from reliability.checks.values import Values, given
from reliability.errors import QueryError
from reliability.queries import Query
from reliability.queries.gates import read_gate

_NEVER_NULL = ("n", "open")
_LEFT_OUT = "left_out_"


class Answer(NamedTuple):
    """What a query returned on one trial and window. columns: name -> type as DuckDB has it."""

    trial: str
    window: str
    columns: Mapping[str, str]
    rows: list[dict[str, Any]]

    @property
    def during(self) -> str:
        """Where it was run, for a message."""
        return f"{TRIED[self.trial]}, {self.window}"


TRIED = {
    "published": "on your warehouse",
    "one row": "on one row a table",
    "bare": "on rows without optional values",
    "empty": "on empty tables",
}


def ask(query: Query, trial: Trial, window: str, values: Values) -> Answer:
    """Run a query on a trial. Raises QueryError with the line that DuckDB names."""
    try:
        cursor = trial.connection.execute(query.sql, given(query, values))
        columns = {name: spelt(kind) for name, kind, *_ in cursor.description or ()}
        rows = [dict(zip(columns, row, strict=False)) for row in cursor.fetchall()]
    except duckdb.Error as error:
        raise refused(query, error, f"{TRIED[trial.name]}, {window}") from error
    return Answer(trial.name, window, columns, rows)


def spelt(kind: Any) -> str:
    """Return a type as headers write it."""
    return str(kind).lower().replace("timestamp with time zone", "timestamptz").replace('"', "")


def check_answer(query: Query, answer: Answer) -> Iterator[QueryError]:
    """Yield what is wrong with one answer of a query."""
    yield from _check_columns(query, answer)
    folder = query.name.split("/")[0]
    if folder == "kpis":
        yield from _check_windows(query, answer)
        yield from _check_counts(query, answer)
    if folder == "gates":
        yield from _check_verdicts(query, answer)
    if answer.trial == EMPTY:
        yield from _check_nothing(query, answer)


def _check_columns(query: Query, answer: Answer) -> Iterator[QueryError]:
    if answer.columns == dict(query.columns):
        return
    for name, kind in answer.columns.items():
        declared = query.columns.get(name)
        if declared is None:
            remedy = f"Add '{name} {kind}' to '-- columns:', or do not return it."
            yield problem(query, "columns", f"returns '{name}', which the header does not declare", remedy)
        elif declared != kind:
            yield problem(
                query, "columns", f"'{name}' is {kind}, not {declared} as declared", f"Cast it: ::{declared}."
            )
    for name in query.columns:
        if name not in answer.columns:
            remedy = f"Return it, or take '{name}' out of '-- columns:'."
            yield problem(query, "columns", f"does not return '{name}', which the header declares", remedy)


def _check_windows(query: Query, answer: Answer) -> Iterator[QueryError]:
    found = [row.get("window_id") for row in answer.rows]
    if found != [1, 2]:
        what = f"asked about windows 1 and 2 it returns rows for {found or 'none'} ({answer.during})"
        remedy = (
            "Begin with windows_of and left join what is counted: one row a window, in order of window_id."
        )
        yield problem(query, "grain", what, remedy)


def _check_counts(query: Query, answer: Answer) -> Iterator[QueryError]:
    """How many there are is always known: 0 where there are none."""
    for name in query.columns:
        never = name in _NEVER_NULL or name.startswith(_LEFT_OUT)
        if never and any(row.get(name) is None for row in answer.rows):
            yield problem(query, "columns", f"'{name}' is NULL ({answer.during})", f"coalesce({name}, 0).")


def _check_verdicts(query: Query, answer: Answer) -> Iterator[QueryError]:
    known = read_gate(query).verdicts
    for row in answer.rows:
        if row.get("verdict") not in known:
            what = f"returns the verdict '{row.get('verdict')}' ({answer.during})"
            remedy = f"Say in the header what it means: '-- fails {row.get('verdict')}: ...'."
            yield problem(query, "columns", what, remedy)
            return
        if row.get("change_id") is None:
            yield problem(query, "columns", f"returns a row without a change ({answer.during})", "Name it.")
            return


def _check_nothing(query: Query, answer: Answer) -> Iterator[QueryError]:
    """Where no record is, no figure is: NULL or no row, never 0."""
    folder = query.name.split("/")[0]
    if folder in ("kpis", "charts"):
        if any(row.get("value") is not None for row in answer.rows):
            what = "returns a value where there is no data at all: that would read as a measured 0"
            remedy = "Return NULL, or no row, unless `covered` (windows_of) or covers() says that something is known."
            yield problem(query, "", what, remedy)
    elif folder in ("gates", "rows", "samples") and answer.rows:
        what = f"returns {len(answer.rows)} rows where there is no data at all"
        yield problem(query, "", what, "Return rows of records only.")
