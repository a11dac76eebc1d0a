"""What differs from what was signed: in review.toml, in the figure's query, in the records of the baseline."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from reliability.commitments import CommitmentStatus, commitment_status, expect
from reliability.commitments.evidence import Evidence
from reliability.errors import QueryError, ReliabilityError
from reliability.formatting import NO_BREAK, day, listed, signed
from reliability.formatting import figure as written
from reliability.journal.entries import Entry
from reliability.kpis import Readings
from reliability.queries import Asks, Query, parse_query, query
from reliability.queries.figures import figure
from reliability.scrutiny.agreement import (
    SETTINGS,
    Agreement,
    Numbers,
    agreement_of,
    defining,
    first_entries,
    numbers_of,
    queries_of,
    values_of,
)
from reliability.scrutiny.said import said_of
from reliability.scrutiny.supposed import supposing
from reliability.settings import Commitment, Goal, Settings
from reliability.settings.periods import Window, dated_window

# The terms of a promise: its owner and a note on it may change.
_TERMS = ("title", "kpi", "goal", "baseline", "start", "days", "filters", "shape")
_COMMENT = re.compile(r"--[^\n]*")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was signed, in words: "goal", "−20 %", "−40 %"."""

    what: str
    now: str
    signed: str


class State(StrEnum):
    """How a promise stands to what was signed."""

    NOT_SIGNED = "not signed"
    AS_SIGNED = "as signed"
    CHANGED = "changed after signing"
    WITHDRAWN = "withdrawn after signing"  # review.toml no longer has it
    UNKNOWN = "cannot be told"


@dataclass(frozen=True)
class Signing:
    """How a promise stands to what was signed.

    at: when it was signed (UTC), by: by whom. verdict, verdict_signed: by what stands now, and by what was signed;
    where that cannot be told, why_not says so. restated: what the records now make of the baseline that was signed, ""
    where they make the same.
    """

    id: str
    title: str
    state: State
    at: datetime | None = None
    by: str = ""
    changes: tuple[Change, ...] = ()
    verdict: str = ""
    verdict_signed: str = ""
    sentence_signed: str = ""
    why_not: str = ""
    restated: str = ""

    def words(self, zone: str) -> str:
        """Say what was changed after signing and both verdicts, in one or two sentences; "" where nothing was."""
        if self.state not in (State.CHANGED, State.WITHDRAWN):
            return ""
        when = f"signed on {day(self.at, zone)} by {self.by}"
        then = f"As signed: {self.verdict_signed or f'cannot be told ({self.why_not})'}"
        if self.state is State.WITHDRAWN:
            return f"Withdrawn after signing: {self.title} ({when}). {then}."
        what = "; ".join(f"{c.what} {c.now}, signed {c.signed}" for c in self.changes)
        return f"Changed after signing ({when}): {what}. {then}; as it stands: {self.verdict}."


def signings(
    store: Asks,
    settings: Settings,
    as_of: datetime,
    entries: Sequence[Entry],
    statuses: Sequence[CommitmentStatus],
    closely: bool = False,
) -> tuple[Signing, ...]:
    """Hold every promise to what was signed: those of review.toml first, then those that it no longer has.

    entries: the journal's. statuses: of the promises of review.toml at as_of. Only what differs is judged again.
    closely: also say what the records now make of a baseline that was signed, which asks for its figure.
    """
    signed = first_entries(list(entries))
    judged = {status.id: status for status in statuses}
    found = [
        _signing(store, settings, as_of, promise, judged[promise.id], signed.get(promise.id), closely)
        for promise in settings.commitments
        if promise.id in judged
    ]
    named = {promise.id for promise in settings.commitments}
    gone = [_withdrawn(store, settings, as_of, entry) for name, entry in signed.items() if name not in named]
    return (*found, *gone)


def _signing(
    store: Asks,
    settings: Settings,
    as_of: datetime,
    promise: Commitment,
    status: CommitmentStatus,
    entry: Entry | None,
    closely: bool,
) -> Signing:
    verdict = status.verdict_text
    if entry is None:
        return Signing(promise.id, promise.title, State.NOT_SIGNED, verdict=verdict)
    unread = Signing(promise.id, promise.title, State.CHANGED, entry.at, entry.who, verdict=verdict)
    try:
        agreement = agreement_of(entry)
    except ReliabilityError as error:
        return replace(unread, state=State.UNKNOWN, why_not=error.what)
    changes = (
        *_changes(agreement, promise, settings),
        *_said_otherwise(agreement, Evidence(store, settings, as_of)),
    )
    if not changes:
        same = replace(unread, state=State.AS_SIGNED, verdict_signed=verdict, sentence_signed=status.sentence)
        if not closely:
            return same
        numbers = numbers_of(promise, Evidence(store, settings, as_of))
        return replace(same, restated=_restated(agreement, numbers))
    return _as_signed(replace(unread, changes=changes), store, settings, as_of, agreement)


def _withdrawn(store: Asks, settings: Settings, as_of: datetime, entry: Entry) -> Signing:
    title = str(entry.body.get("title", entry.subject))
    gone = Signing(entry.subject, title, State.WITHDRAWN, entry.at, entry.who)
    try:
        return _as_signed(gone, store, settings, as_of, agreement_of(entry))
    except ReliabilityError as error:
        return replace(gone, why_not=error.what)


def _as_signed(
    one: Signing, store: Asks, settings: Settings, as_of: datetime, agreement: Agreement
) -> Signing:
    """Judge a promise by what was signed; today's records, the terms, settings and queries of that day."""
    promise, kept = agreement.promise, agreement.settings
    if "exclude_kinds" in kept and list(kept["exclude_kinds"]) != list(settings.incidents.exclude_kinds):
        return replace(one, why_not="which incidents are left out is decided when the warehouse is built")
    then = settings_signed(settings, agreement)
    window = dated_window(promise.start, promise.end, settings)
    if promise.baseline:
        window = Window(dated_window(promise.baseline.start, promise.end, settings).start, window.end)
    try:
        instead = dict(_other_queries(agreement))
        quiet = agreement.said.quiet_tools if agreement.said else None
        with supposing(store, settings, then, window, quiet) as supposed:
            evidence = Evidence(supposed, then, as_of, Readings(supposed, then, instead))
            expect((promise,), evidence)
            status = commitment_status(promise, evidence)
            restated = _restated(agreement, numbers_of(promise, evidence))
    except QueryError as error:
        return replace(one, why_not=f"the query of that day does not run here: {error.what}")
    return replace(
        one, verdict_signed=status.verdict_text, sentence_signed=status.sentence, restated=restated
    )


def settings_signed(settings: Settings, agreement: Agreement) -> Settings:
    """Return today's settings with those that were signed in their places."""
    kept = {name: value for name, value in agreement.settings.items() if name in SETTINGS}
    incidents: dict[str, Any] = {
        name: tuple(kept[name]) if isinstance(kept[name], list) else kept[name]
        for name in kept.keys() & {f.name for f in fields(settings.incidents)}
    }
    targets: dict[str, Any] = {
        name: kept[name] for name in kept.keys() & {f.name for f in fields(settings.targets)}
    }
    zone = kept.get("time_zone", settings.organisation.time_zone)
    settings = agreement.said.settings(settings) if agreement.said else settings
    return replace(
        settings,
        organisation=replace(settings.organisation, time_zone=zone),
        severity=replace(settings.severity, rule=kept.get("severity_rule", settings.severity.rule)),
        incidents=replace(settings.incidents, **incidents),
        targets=replace(settings.targets, **targets),
    )


def _changes(agreement: Agreement, promise: Commitment, settings: Settings) -> Iterator[Change]:
    """Everything of the terms, the settings that matter to the figure, and its queries that is not as signed."""
    signed = agreement.promise
    for name in _TERMS:
        now, then = getattr(promise, name), getattr(signed, name)
        if now != then:
            yield Change(name, _term(promise, name), _term(signed, name))
    current = values_of(settings)
    for name in defining(signed):
        if name in agreement.settings and agreement.settings[name] != current[name]:
            yield Change(SETTINGS[name], _said(current[name]), _said(agreement.settings[name]))
    if promise.kpi != signed.kpi:
        return
    for name in queries_of(figure(signed.kpi)):
        kept = agreement.queries.get(name)
        if kept is not None and _meaning(kept) != _meaning(query(name).sql):
            yield Change(f"queries/{name}.sql", "edited", "as it was that day")


def _said_otherwise(agreement: Agreement, evidence: Evidence) -> Iterator[Change]:
    """What people have said since, or no longer say, of the data that the promise is judged by."""
    if agreement.said is not None:
        for what, now, then in said_of(agreement.promise, evidence).differences(agreement.said):
            yield Change(what, now, then)


def _other_queries(agreement: Agreement) -> Iterator[tuple[str, Query]]:
    """The queries that were signed and are others today. Raises QueryError for one that cannot stand in."""
    for name in queries_of(figure(agreement.promise.kpi)):
        kept, today = agreement.queries.get(name), query(name)
        if kept is None or _meaning(kept) == _meaning(today.sql):
            continue
        then = parse_query(name, kept)
        if set(then.columns) != set(today.columns) or not set(then.parameters) <= set(today.parameters) | set(
            SETTINGS
        ):
            raise QueryError("it returns other columns or takes other values", then.where)
        yield name, then


def _meaning(sql: str) -> str:
    """A query without comments and layout: what may change without changing the figure."""
    return _BLANKS.sub(" ", _COMMENT.sub("", sql)).strip()


def _term(promise: Commitment, name: str) -> str:
    value = getattr(promise, name)
    if name == "goal":
        return _goal(value, figure(promise.kpi).shown_unit)
    if name == "baseline":
        return f"{value.start} to {value.end}" if value else "none"
    if name == "days":
        return f"{value} (to {promise.end})"
    if name == "filters":
        chosen = [
            f"{key}: {listed(list(map(str, values)))}" for key, values in asdict(value).items() if values
        ]
        return ", ".join(chosen) or "the whole company"
    return f"“{value}”" if name == "title" else str(value)


def _goal(goal: Goal, unit: str) -> str:
    if goal.change is not None:
        percent = goal.change * 100
        return f"{signed(percent, 0 if math.isclose(percent, round(percent)) else 2)}{NO_BREAK}%"
    if goal.change_points is not None:
        return f"{goal.change_points:+g} points"
    kind, value = ("at most", goal.at_most) if goal.at_most is not None else ("at least", goal.at_least)
    return f"{kind} {written(value, unit)}"


def _said(value: object) -> str:
    if isinstance(value, list):
        return listed([str(one) for one in value]) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _restated(agreement: Agreement, now: Numbers) -> str:
    """Say that today's records give the signed baseline another number, and which goal was signed with it."""
    then = agreement.numbers
    if (
        then.baseline is None
        or now.baseline is None
        or math.isclose(then.baseline, now.baseline, rel_tol=1e-9)
    ):
        return ""
    unit = figure(agreement.promise.kpi).shown_unit
    goal = f"; the goal signed was {written(then.goal, unit)}" if then.goal is not None else ""
    return (
        f"The baseline was {written(then.baseline, unit)} when it was signed and is "
        f"{written(now.baseline, unit)} by today's records{goal}"
    )
