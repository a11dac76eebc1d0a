"""Figures: each `.sql` file below queries/kpis/ is one, and its header is the whole record of it.

    -- family: share
    -- noun: the share of repeats
    -- short: repeats
    -- covered by: repeats
    -- card: 3 Repeat escalations

Whatever must know a figure reads this record: cards, promises, series, intervals, definitions, the command line. To add
one, add a file (docs/contributing.md); nothing else lists figures.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from reliability.errors import QueryError, nearest
from reliability.queries.header import FOLDER, Query, catalogue, listed
from reliability.schema import TABLES

_PLACE = re.compile(r"(\d+) (\S.*)")
_STANDARD = ("window_id", "value", "n", "open", "partial")
_BETTER = ("lower", "higher", "neither")
WEEK, MONTH = STEPS = ("week", "month")


class Family(StrEnum):
    """Which statistics fit a figure."""

    COUNT = "count"  # events per window: rates are compared
    MEDIAN = "median"  # minutes, some still running: a ratio of Kaplan-Meier medians
    MEAN = "mean"  # a mean of values that are all over
    SHARE = "share"  # so many of so many that could have been otherwise
    CENSUS = "census"  # counted in full, no sampling error
    SCORE = "score"  # a Net Promoter Score
    AVAILABILITY = "availability"  # good requests of valid ones, endpoint by endpoint
    HOLDING = "holding"  # a share of endings that held, some still being watched


class Choice(StrEnum):
    """A setting that decides what a figure counts, and could defensibly have been another."""

    SEVERITY_RULE = "severity rule"  # the severity that counts: the highest ever held, or the last
    RECOVERY_CLOCK = "recovery clock"  # the stamp from which recovery runs
    LOOK_BACK = "repeat look-back"  # the days in which the return of a problem is a repeat


class Audience(StrEnum):
    """Whom a review is for."""

    BOARD = "board"
    EXECUTIVES = "executives"
    PRODUCT = "product"
    SUPPORT = "support"


class Duty(StrEnum):
    """What a promise of "every one" is about."""

    CLOCK = "clock"  # failing it means being late
    CAN_BE_MET_LATE = "can be met late"  # what is missing can still be supplied before the deadline


# The columns each family's statistics need, beside the standard ones.
_COLUMNS = {
    Family.MEDIAN: ("median_above",),
    Family.MEAN: ("deviation",),
    Family.SHARE: ("numerator", "denominator"),
    Family.SCORE: ("promoters", "detractors", "accounts", "account_spread"),
}
_SAMPLED = {
    Family.MEDIAN: ("window_id", "state", "minutes", "is_over", "n"),
    Family.HOLDING: ("window_id", "issue_id", "days", "came_back"),
}


@dataclass(frozen=True)
class Place:
    """Where a card stands on its page, and under which name. Braces in the title name targets of the settings."""

    order: int
    title: str


@dataclass(frozen=True)
class Figure:
    """One figure.

    family: None where the header names none; such a figure is shown, but cannot be promised. noun: fills "... are down
    40 %" with the verb; short: one or two words for a headline. tables: canonical tables whose exports fill it;
    covered_by: names in fact_coverage that must vouch for a window. rows, samples: queries, "" without. instead: the
    figure to show where this one has no data anywhere. also_on: figures whose card shows a promise on this one.
    audiences: those that are sent it where they are sent a part of a review. digits:
    "availability" keeps more digits than another share. chart: its place among the review's charts, with the step it is
    drawn by. reason: its place in the review's line of why. choices: the settings that decide what it counts.
    by_severity: whether it counts incidents of one severity, so that one that is not known is missing from it.
    lacking: what is to be said where none of `lacking_columns` (table, column) is filled in any row, "" for nothing.
    volume: what its records are so much of, beside which incidents are counted ("change"), "" for nothing. beside:
    shares of its own columns that stand beside a promise on it: (part, whole, words).
    """

    id: str
    title: str
    definition: str
    unit: str
    better: str
    family: Family | None
    noun: str
    short: str
    verb: str
    tables: tuple[str, ...]
    covered_by: tuple[str, ...]
    rows: str
    adds_up: str
    leaves_out: str
    samples: str
    card: Place | None
    work_card: Place | None
    instead: str
    also_on: tuple[str, ...]
    audiences: tuple[Audience, ...]
    duty: Duty | None
    digits: str
    chart: Place | None
    reason: int | None
    has_control_chart: bool
    choices: tuple[Choice, ...]
    by_severity: bool
    lacking: str
    lacking_columns: tuple[tuple[str, str], ...]
    volume: str
    beside: tuple[tuple[str, str, str], ...]
    query: Query

    @property
    def shown_unit(self) -> str:
        """The unit the figure is formatted in."""
        return self.digits or self.unit

    def missing_for_a_promise(self) -> str:
        """Return the header key without which nothing can be promised on the figure, "" when none is missing."""
        found = {"family": self.family, "noun": self.noun, "short": self.short}
        return next((key for key, value in found.items() if not value), "")


@cache
def figures(folder: Path = FOLDER) -> Mapping[str, Figure]:
    """Return every figure below `folder`/kpis by id. Raises QueryError for a header that contradicts itself."""
    queries = catalogue(folder)
    found = {q.id: read_figure(q) for q in queries.values() if q.name.startswith("kpis/")}
    for figure in found.values():
        _check_references(figure, found, queries)
    return MappingProxyType(found)


def figure(figure_id: str) -> Figure:
    """Return one figure. Raises QueryError with the nearest id when there is none."""
    found = figures().get(figure_id)
    if found is None:
        raise QueryError(f"there is no figure '{figure_id}'", "queries/kpis/", nearest(figure_id, figures()))
    return found


def read_figure(query: Query) -> Figure:
    """Read the header of one figure. Raises QueryError naming the key that is missing or wrong."""
    header = query.header
    for key in ("title", "definition", "unit", "better", "tables", "columns", "params"):
        if not header.get(key):
            raise QueryError(f"the header does not say '{key}'", query.at(key), f"Add '-- {key}: ...'.")
    if query.better not in _BETTER:
        raise QueryError(f"better is '{query.better}'", query.at("better"), nearest(query.better, _BETTER))
    if "windows" not in query.parameters:
        raise QueryError(
            "does not take $windows", query.at("params"), "A figure answers many windows (docs/queries.md)."
        )
    named = header.get("family")
    if named is not None and named not in set(Family):
        raise QueryError(
            f"there is no family '{named}'", query.at("family"), nearest(named, set(Family), "Families")
        )
    family = Family(named) if named else None
    needed = (*_STANDARD, *(_COLUMNS.get(family, ()) if family else ()))
    if missing := [name for name in needed if name not in query.columns]:
        kind = f"A figure of family {family}" if family else "A figure"
        remedy = f"{kind} returns {', '.join(needed)}; list them in '-- columns:' with their types."
        raise QueryError(f"does not return '{missing[0]}'", query.at("columns"), remedy)
    if unknown := [name for name in query.tables if name not in TABLES]:
        raise QueryError(
            f"there is no table '{unknown[0]}'", query.at("tables"), nearest(unknown[0], TABLES, "Tables")
        )
    choices = listed(header.get("choices", ""))
    if wrong := [name for name in choices if name not in set(Choice)]:
        raise QueryError(
            f"there is no choice '{wrong[0]}'", query.at("choices"), nearest(wrong[0], set(Choice), "Choices")
        )
    audiences = listed(header.get("audiences", ""))
    if strangers := [name for name in audiences if name not in set(Audience)]:
        remedy = nearest(strangers[0], set(Audience), "Audiences")
        raise QueryError(f"there is no audience '{strangers[0]}'", query.at("audiences"), remedy)
    lacking, _, named_columns = header.get("lacking", "").rpartition(":")
    lacking_columns = tuple(
        (table, column) for table, _, column in (name.partition(".") for name in listed(named_columns))
    )
    for table, column in lacking_columns:
        if table not in query.tables or column not in TABLES[table].columns:
            remedy = (
                "Write '-- lacking: no incident says ...: incidents.engaged_at', with columns of its tables."
            )
            raise QueryError(f"there is no column '{table}.{column}'", query.at("lacking"), remedy)
    duty = header.get("duty")
    if duty is not None and duty not in set(Duty):
        raise QueryError(f"there is no duty '{duty}'", query.at("duty"), nearest(duty, set(Duty), "Duties"))
    return Figure(
        id=query.id,
        title=query.title,
        definition=query.definition,
        unit=query.unit,
        better=query.better,
        family=family,
        noun=header.get("noun", ""),
        short=header.get("short", ""),
        verb=header.get("verb", "is"),
        tables=query.tables,
        covered_by=listed(header["covered by"]) if "covered by" in header else query.tables,
        rows=query.rows,
        adds_up=header.get("adds up", ""),
        leaves_out=query.leaves_out,
        samples=header.get("samples", ""),
        card=_place(query, "card"),
        work_card=_place(query, "work card"),
        instead=header.get("instead", ""),
        also_on=listed(header.get("also on", "")),
        audiences=tuple(map(Audience, audiences)),
        duty=Duty(duty) if duty else None,
        digits=header.get("digits", ""),
        chart=_chart(query),
        reason=_number(query, "reason") if "reason" in header else None,
        has_control_chart=header.get("control") == "yes",
        choices=tuple(map(Choice, choices)),
        by_severity=header.get("by severity") == "yes",
        lacking=lacking.strip(),
        lacking_columns=lacking_columns,
        volume=header.get("volume", ""),
        beside=_beside(query),
        query=query,
    )


def _place(query: Query, key: str) -> Place | None:
    text = query.header.get(key)
    if text is None:
        return None
    found = _PLACE.fullmatch(text)
    if not found:
        raise QueryError(
            f"{key} is '{text}'",
            query.at(key),
            "Write its place and its title, for example '3 Repeat escalations'.",
        )
    return Place(int(found[1]), found[2])


def _chart(query: Query) -> Place | None:
    place = _place(query, "chart")
    if place is not None and place.title not in STEPS:
        remedy = f"Write its place and {' or '.join(STEPS)}: '1 week'."
        raise QueryError(f"chart is '{query.header['chart']}'", query.at("chart"), remedy)
    return place


def _beside(query: Query) -> tuple[tuple[str, str, str], ...]:
    """Read "repeats / incidents: of incidents are repeats; ..."."""
    found = []
    for said in filter(None, map(str.strip, query.header.get("beside", "").split(";"))):
        columns, _, words = said.partition(":")
        part, _, whole = (piece.strip() for piece in columns.partition("/"))
        if not words or not {part, whole} <= set(query.columns):
            remedy = (
                "Write '-- beside: repeats / incidents: of incidents are repeats', with two of its columns."
            )
            raise QueryError(f"beside says '{said}'", query.at("beside"), remedy)
        found.append((part, whole, words.strip()))
    return tuple(found)


def _number(query: Query, key: str) -> int:
    text = query.header[key]
    if not text.isdecimal():
        raise QueryError(f"{key} is '{text}'", query.at(key), "Write its place, for example 1.")
    return int(text)


def _check_references(figure: Figure, known: Mapping[str, Figure], queries: Mapping[str, Query]) -> None:
    query = figure.query
    for key, named in (("instead", figure.instead), *(("also on", other) for other in figure.also_on)):
        if named and named not in known:
            raise QueryError(
                f"{key} names '{named}', which is not a figure", query.at(key), nearest(named, known)
            )
    for key, named in (("rows", figure.rows), ("samples", figure.samples)):
        if named and named not in queries:
            raise QueryError(
                f"{key} names '{named}', which is not a query", query.at(key), nearest(named, queries)
            )
    needed = _SAMPLED.get(figure.family, ()) if figure.family else ()
    if needed and not figure.samples:
        remedy = f"A figure of family {figure.family} needs '-- samples: samples/...' for its interval."
        raise QueryError("the header does not say 'samples'", query.at("samples"), remedy)
    if missing := [name for name in needed if name not in queries[figure.samples].columns]:
        remedy = f"The samples of family {figure.family} have the columns {', '.join(needed)}."
        raise QueryError(f"does not return '{missing[0]}'", queries[figure.samples].at("columns"), remedy)
