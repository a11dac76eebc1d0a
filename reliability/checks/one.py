"""One query, all of its checks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from reliability.checks.adding_up import check_adding_up
from reliability.checks.answer import ask, check_answer
from reliability.checks.example import check_example
from reliability.checks.header import check_header
from reliability.checks.problem import problem
from reliability.checks.trial import PUBLISHED, Trial, trials
from reliability.checks.values import FILTERED, LAST_QUARTER, Values, asked_with, windows
from reliability.errors import QueryError, nearest
from reliability.queries import FOLDER, Query, Store, catalogue
from reliability.settings import Settings

FOLDERS = ("charts", "commitments", "gates", "kpis", "lists", "repeats", "rows", "samples")
"""The folders whose queries answer from a published warehouse."""


def path_of(name: str, folder: Path = FOLDER) -> Path:
    """Return the file of the query that a person names: "kpis/nps", or its path.

    Raises QueryError, with the nearest name, when there is none or it is none that answers from a warehouse.
    """
    wanted = name.removeprefix("./").removeprefix("queries/").removesuffix(".sql")
    known = {path.relative_to(folder).with_suffix("").as_posix(): path for path in folder.rglob("*.sql")}
    answers = [other for other in known if other.split("/")[0] in FOLDERS]
    if wanted in answers:
        return known[wanted]
    if wanted in known:
        remedy = (
            "`python -m reliability build` runs it. What can be checked alone is in "
            + ", ".join(FOLDERS)
            + "."
        )
        raise QueryError("is not a query of the published warehouse", f"queries/{wanted}.sql", remedy)
    same = [other for other in answers if other.split("/")[-1] == wanted.split("/")[-1]]
    remedy = f"Did you mean '{same[0]}'?" if same else nearest(wanted, answers)
    raise QueryError(f"there is no query '{wanted}'", "queries/", remedy)


def check_query(
    query: Query,
    tried: tuple[Trial, ...],
    asked: Mapping[str, Values],
    known: frozenset[str] | None = None,
) -> list[QueryError]:
    """Return what is wrong with a query, each problem once; an empty list means sound.

    known: the parameters it may name, None for any.
    """
    found: list[QueryError] = []
    try:
        found.extend(check_header(query))
        found.extend(_check_parameters(query, known))
        found.extend(_check_answers(query, tried, asked))
    except QueryError as error:
        found.append(error)
    # The first of those that differ only in the data that showed them.
    first = {(problem.where, problem.what.partition(" (on ")[0]): problem for problem in reversed(found)}
    return list(reversed(first.values()))


@contextmanager
def on_trial(
    store: Store, settings: Settings, as_of: datetime
) -> Iterator[Callable[[Query], list[QueryError]]]:
    """Open the warehouses to try queries on; hands out the function that returns what is wrong with one."""
    asked = windows(store, settings, as_of)
    whole = asked[LAST_QUARTER]
    middle = whole["start"] + (whole["end"] - whole["start"]) / 2
    with trials(store, settings, as_of, middle) as tried:
        yield lambda query: check_query(
            query, tried, asked, asked_with(query.name.split("/")[0], settings, as_of)
        )


def _check_parameters(query: Query, known: frozenset[str] | None) -> Iterator[QueryError]:
    """Yield the parameters that nobody gives: a gate's threshold that its header does not name is one."""
    for name in query.parameters:
        if known is not None and name not in known:
            remedy = nearest(name, known, "Given are")
            if query.name.startswith("gates/"):
                remedy = f"Write '-- thresholds: {name} default low..high'. {remedy}"
            yield problem(query, "params", f"nothing gives ${name}", remedy)


def _check_answers(
    query: Query, tried: tuple[Trial, ...], asked: Mapping[str, Values]
) -> Iterator[QueryError]:
    is_figure = query.name.startswith("kpis/")
    for trial in tried:
        is_published = trial.name == PUBLISHED
        for window, values in asked.items():
            # Filters and windows make a difference only where there is something to leave out.
            if window == LAST_QUARTER or (is_published and (is_figure or window == FILTERED)):
                answer = ask(query, trial, window, values)
                yield from check_answer(query, answer)
                if is_published and is_figure:
                    yield from check_adding_up(query, answer, trial, values)
        if is_published:
            yield from check_example(query, trial)


def answering(folder: Path = FOLDER) -> list[Query]:
    """Return every query that answers from a warehouse, in name order."""
    return [query for name, query in catalogue(folder).items() if name.split("/")[0] in FOLDERS]
