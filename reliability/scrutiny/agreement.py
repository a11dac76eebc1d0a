"""What is agreed when a promise is signed: its terms, the settings and queries that define it, its numbers."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.windows import frame_of
from reliability.errors import ReliabilityError
from reliability.journal.entries import Entry, standing
from reliability.queries import query
from reliability.queries.figures import Choice, Family, Figure, figure
from reliability.scrutiny.said import Said, said_of
from reliability.settings import Commitment, Settings, parse_settings
from reliability.settings.writing import entry_text
from reliability.statistics.pace import allowance, quota

KIND = "promise"

# Setting -> how people find it in review.toml.
SETTINGS: Mapping[str, str] = {
    "severity_rule": "[severity] rule",
    "recovery_clock": "[incidents] recovery_clock",
    "repeat_look_back_days": "[incidents] repeat_look_back_days",
    "ended_after_days": "[incidents] ended_after_days",
    "core_services": "[incidents] core_services",
    "exclude_kinds": "[incidents] exclude_kinds",
    "engage_minutes": "[targets] engage_minutes",
    "postmortem_hours": "[targets] postmortem_hours",
    "executive_hours": "[targets] executive_hours",
    "availability": "[targets] availability",
    "time_zone": "[organisation] time_zone",
}
_BY_CHOICE = {
    Choice.SEVERITY_RULE: "severity_rule",
    Choice.RECOVERY_CLOCK: "recovery_clock",
    Choice.LOOK_BACK: "repeat_look_back_days",
}


@dataclass(frozen=True)
class Numbers:
    """The numbers of a promise as they were when it was signed.

    baseline: its figure, None without one or while the baseline ran. goal: in the figure's own unit.
    """

    baseline: float | None = None
    goal: float | None = None


@dataclass(frozen=True)
class Agreement:
    """A promise as it was signed.

    at: when (UTC), who: by whom. promise: its terms. settings: by the names of `SETTINGS`; queries: name -> text;
    both empty where an older version of this program kept the terms alone. said: what people had said of the data, None
    where an older version did not keep it.
    """

    promise: Commitment
    at: datetime
    who: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    queries: Mapping[str, str] = field(default_factory=dict)
    numbers: Numbers = Numbers()
    said: Said | None = None


def values_of(settings: Settings) -> dict[str, Any]:
    """Return the settings that may define a figure, as the journal keeps them."""
    targets, incidents = settings.targets, settings.incidents
    return {
        "severity_rule": settings.severity.rule,
        "recovery_clock": incidents.recovery_clock,
        "repeat_look_back_days": incidents.repeat_look_back_days,
        "ended_after_days": incidents.ended_after_days,
        "core_services": list(incidents.core_services),
        "exclude_kinds": list(incidents.exclude_kinds),
        "engage_minutes": float(targets.engage_minutes),
        "postmortem_hours": float(targets.postmortem_hours),
        "executive_hours": float(targets.executive_hours),
        "availability": float(targets.availability),
        "time_zone": settings.organisation.time_zone,
    }


def choices_of(promise: Commitment) -> tuple[Choice, ...]:
    """Return the settings that decide what a promise counts: a filter by severity goes by the rule too."""
    found = figure(promise.kpi).choices
    by_severity = promise.filters.severities and Choice.SEVERITY_RULE not in found
    return (Choice.SEVERITY_RULE, *found) if by_severity else found


def defining(promise: Commitment) -> list[str]:
    """Return the names of the settings that matter to a promise."""
    of = figure(promise.kpi)
    asked = {name for text in queries_of(of) for name in query(text).parameters}
    named = {_BY_CHOICE[choice] for choice in choices_of(promise)} | (asked & SETTINGS.keys()) | {"time_zone"}
    if "incidents" in of.tables:
        named.add("exclude_kinds")
    return [name for name in SETTINGS if name in named]


def queries_of(of: Figure) -> tuple[str, ...]:
    """Return the names of the queries that make a figure and its interval."""
    return tuple(filter(None, (of.query.name, of.samples)))


def numbers_of(promise: Commitment, evidence: Evidence) -> Numbers:
    """Return the numbers of a promise at the evidence's instant; a baseline that still runs has none."""
    frame = frame_of(promise, evidence)
    before = None
    if frame.baseline is not None and frame.baseline.end <= evidence.as_of:
        before = evidence.kpi(promise.kpi, frame.baseline, promise.filters)[0].value
    return Numbers(before, _goal_of(frame, before))


def _goal_of(frame: Frame, before: float | None) -> float | None:
    goal = frame.commitment.goal
    fixed = next((value for value in (goal.at_most, goal.at_least) if value is not None), None)
    if fixed is not None or before is None:
        return fixed
    if goal.change_points is not None:
        return before + goal.change_points
    assert goal.change is not None, "settings refuse a promise without a goal"
    if frame.figure.family is not Family.COUNT:
        return before * (1 + goal.change)
    whole = quota if goal.change > 0 else partial(allowance, shape=frame.commitment.shape)
    return float(whole(int(before), frame.baseline_days, frame.days, 1 + goal.change))


def body_of(promise: Commitment, evidence: Evidence) -> dict[str, Any]:
    """Return the journal's entry of a promise that is signed at the evidence's instant."""
    of = figure(promise.kpi)
    numbers = numbers_of(promise, evidence)
    return {
        "title": promise.title,
        "kpi": promise.kpi,
        "entry": entry_text(promise),
        "deadline": promise.end.isoformat(),
        "as_of": evidence.as_of.isoformat(),
        "definition": of.definition,
        "settings": values_of(evidence.settings),
        "queries": {name: query(name).sql for name in queries_of(of)},
        "numbers": {"baseline": numbers.baseline, "goal": numbers.goal},
        "said": said_of(promise, evidence).body,
    }


def agreement_of(entry: Entry) -> Agreement:
    """Read an entry of the journal. Raises ReliabilityError for one that holds no promise this program can read."""
    where = f"journal, entry {entry.id}"
    try:
        found, problems = parse_settings(tomllib.loads(entry.body["entry"]))
        if problems:
            raise ReliabilityError(
                f"{entry.subject} was signed on terms that do not hold now ({problems[0].what})", where
            )
        (promise,) = found.commitments
        numbers = Numbers(**entry.body.get("numbers", {}))
        settings, queries = entry.body.get("settings", {}), entry.body.get("queries", {})
        said = Said.of_body(entry.body["said"]) if "said" in entry.body else None
    except (KeyError, TypeError, ValueError) as error:
        raise ReliabilityError(
            "is not a promise", where, "Run `python -m reliability journal verify`."
        ) from error
    return Agreement(promise, entry.at, entry.who, settings, queries, numbers, said)


def first_entries(entries: list[Entry]) -> dict[str, Entry]:
    """Return the entry by which each promise was signed: the first that stands, since later ones cannot replace it."""
    found: dict[str, Entry] = {}
    for entry in standing(entries):
        if entry.kind == KIND:
            found.setdefault(entry.subject, entry)
    return found
