"""Does a verdict survive the definition? A promise judged again under every choice that could be defended."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product
from typing import TypeVar

from reliability.commitments import CommitmentStatus, commitment_status, expect
from reliability.commitments.evidence import Evidence
from reliability.commitments.verdict import Verdict
from reliability.queries import Asks
from reliability.queries.figures import Choice, Family, figure
from reliability.scrutiny.agreement import choices_of
from reliability.scrutiny.supposed import made_with, supposing
from reliability.settings import Baseline, Commitment, Settings
from reliability.settings.model import CLOCKS, SEVERITY_RULES
from reliability.settings.periods import Window, dated_window

T = TypeVar("T")

_QUARTER = timedelta(days=91)  # whole weeks
_QUARTERS = (2, 3, 4)
_LOOK_BACKS = (30, 60, 90)
_SHORTEST = timedelta(days=28)
_RULE_WORDS = {"highest": "the highest severity", "final": "the last severity"}
_CLOCK_WORDS = {"opened": "from opening", "started": "from the start", "detected": "from detection"}
# Nothing is judged where no export covers a baseline: that choice is no choice.
_NOT_JUDGED = (Verdict.NO_DATA, Verdict.DATA_GAP, Verdict.NOT_BEGUN)


@dataclass(frozen=True)
class Otherwise:
    """A choice under which the verdict is another one. choice: what differs from the promise as it stands, in words."""

    choice: str
    verdict: str
    figure: str


@dataclass(frozen=True)
class Survival:
    """In how many of the defensible definitions the verdict is the same, the promise as it stands among them."""

    verdict: str
    holds: int
    of: int
    otherwise: tuple[Otherwise, ...]

    @property
    def words(self) -> str:
        """The same as a sentence."""
        return f"The verdict holds in {self.holds} of {self.of} definitions that can be defended."


@dataclass(frozen=True)
class _Cell:
    """One definition: the settings that the facts are made with, the promise, and what is chosen otherwise."""

    settings: Settings
    promise: Commitment
    choice: str


def survivals(
    store: Asks, settings: Settings, as_of: datetime, statuses: Iterable[CommitmentStatus]
) -> dict[str, Survival]:
    """Judge promises under every definition; those that have only one are not in the answer.

    statuses: of promises of review.toml, as judged at as_of. Facts are supposed once for all promises, and each figure
    is read in one statement per supposition.
    """
    promises = {one.id: one for one in settings.commitments}
    cells = {one.id: list(_cells(promises[one.id], settings)) for one in statuses if _judged(one)}
    cells = {name: found for name, found in cells.items() if len(found) > 1}
    judged = _judge([cell for found in cells.values() for cell in found], store, settings, as_of)
    return {
        one.id: _survival(one, [(cell, judged[id(cell)]) for cell in cells[one.id]])
        for one in statuses
        if one.id in cells
    }


def _judged(status: CommitmentStatus) -> bool:
    return status.verdict not in _NOT_JUDGED


def _survival(as_it_stands: CommitmentStatus, found: Sequence[tuple[_Cell, CommitmentStatus]]) -> Survival:
    known = [(cell, status) for cell, status in found if _judged(status)]
    otherwise = [(cell, status) for cell, status in known if status.verdict != as_it_stands.verdict]
    return Survival(
        as_it_stands.verdict_text,
        len(known) - len(otherwise),
        len(known),
        tuple(Otherwise(cell.choice, status.verdict_text, status.figure) for cell, status in otherwise),
    )


def _judge(
    cells: Sequence[_Cell], store: Asks, live: Settings, as_of: datetime
) -> dict[int, CommitmentStatus]:
    """Judge every cell, those of the same facts together. Returns id of cell -> status."""
    by_facts = defaultdict[tuple[object, ...], list[_Cell]](list)
    for cell in cells:
        by_facts[made_with(cell.settings)].append(cell)
    found = {}
    for same in by_facts.values():
        settings = same[0].settings
        with supposing(store, live, settings, _span([cell.promise for cell in same], live)) as supposed:
            evidence = Evidence(supposed, settings, as_of)
            expect([cell.promise for cell in same], evidence)
            for cell in same:
                found[id(cell)] = commitment_status(cell.promise, evidence)
    return found


def _span(promises: Sequence[Commitment], settings: Settings) -> Window:
    first = min(p.baseline.start if p.baseline else p.start for p in promises)
    return dated_window(first, max(p.end for p in promises), settings)


def _cells(promise: Commitment, settings: Settings) -> Iterator[_Cell]:
    """Every combination of choices; the promise as it stands is the first."""
    choices = choices_of(promise)
    incidents = settings.incidents
    rules = _own_first(settings.severity.rule, SEVERITY_RULES, Choice.SEVERITY_RULE in choices)
    clocks = _own_first(incidents.recovery_clock, CLOCKS, Choice.RECOVERY_CLOCK in choices)
    backs = _own_first(incidents.repeat_look_back_days, _LOOK_BACKS, Choice.LOOK_BACK in choices)
    for rule, clock, back, (baseline, said) in product(rules, clocks, backs, _baselines(promise, settings)):
        otherwise = [
            _RULE_WORDS[rule] if rule != settings.severity.rule else "",
            f"recovery {_CLOCK_WORDS[clock]}" if clock != incidents.recovery_clock else "",
            f"repeats within {back} days" if back != incidents.repeat_look_back_days else "",
            said,
        ]
        supposed = replace(
            settings,
            severity=replace(settings.severity, rule=rule),
            incidents=replace(incidents, recovery_clock=clock, repeat_look_back_days=back),
        )
        choice = ", ".join(filter(None, otherwise))
        yield _Cell(supposed, replace(promise, baseline=baseline), choice)


def _own_first(own: T, all_of_them: Iterable[T], chosen: bool) -> list[T]:
    return [own, *(one for one in all_of_them if one != own)] if chosen else [own]


def _baselines(promise: Commitment, settings: Settings) -> list[tuple[Baseline | None, str]]:
    """The baselines a promise could have: as written, and of 2 to 4 quarters; each also without incident windows."""
    own = promise.baseline
    relative = promise.goal.change is not None or promise.goal.change_points is not None
    family = figure(promise.kpi).family
    if own is None or not (relative or family is Family.COUNT):
        return [(own, "")]
    outside = _outside(own, settings)
    if family is Family.SCORE and (outside is None or outside.days * 2 < own.days):
        # A promise to win back what an incident window cost is compared with that window on purpose.
        return [(own, "")]
    found: dict[Baseline, str] = {own: ""}
    for n in _QUARTERS:
        found.setdefault(Baseline(promise.start - n * _QUARTER, promise.start), f"a baseline of {n} quarters")
    for baseline, said in list(found.items()):
        outside = _outside(baseline, settings)
        if outside is not None and outside != baseline:
            found.setdefault(outside, f"{said or 'the baseline'} without the incident windows")
    return list(found.items())


def _outside(baseline: Baseline, settings: Settings) -> Baseline | None:
    """The longest stretch of a baseline outside all declared incident windows; None under four weeks."""
    starts, at = list[tuple[date, date]](), baseline.start
    for span in sorted(settings.incident_windows, key=lambda one: one.start):
        starts.append((at, min(span.start, baseline.end)))
        at = max(at, span.end or baseline.end)
    starts.append((at, baseline.end))
    start, end = max(starts, key=lambda part: part[1] - part[0])
    return Baseline(start, end) if end - start >= _SHORTEST else None
