"""Promises on availability: every endpoint, every request, and what was not measured."""

import math
from dataclasses import dataclass
from datetime import timedelta

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact, Facts
from reliability.commitments.frame import Frame
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.observed import EndpointDays
from reliability.commitments.sentences import availability_sentence
from reliability.commitments.spending import Spender, blame, spent_by
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    EXACT,
    chance_pace,
    judge_availability,
    judge_census,
    judge_every_endpoint,
)
from reliability.formatting import availability as text_of
from reliability.formatting import count, duration, listed, plural, share
from reliability.settings.periods import Window
from reliability.statistics.error_budget import (
    Availability,
    availability,
    budget,
    chance_to_keep,
    enough_requests,
)

_PAST = timedelta(days=180)
# The words of a chance, in a sentence.
_LIKELY = {
    Verdict.ON_PACE: "likely to hold",
    Verdict.TOO_CLOSE: "open",
    Verdict.OFF_PACE: "unlikely to hold",
}


@dataclass(frozen=True)
class Endpoint:
    """One endpoint in the window: what was counted, and the verdict on it alone.

    objective: its own where the export names one, else the promise's.
    """

    name: str
    objective: float
    counted: Availability
    judgement: Judgement

    @property
    def is_below(self) -> bool:
        """Whether it has failed more often than its objective allows."""
        return self.counted.share is not None and self.counted.share < self.objective


def expect_requests(frame: Frame, evidence: Evidence) -> None:
    """Say which days of requests the promise will be judged by: a running one looks back to see its chance."""
    objective = frame.commitment.goal.at_least
    if objective is not None:
        begun = min(frame.seen.start, frame.seen.end - _PAST) if frame.running else frame.seen.start
        evidence.expect_requests(Window(begun, frame.seen.end), frame.commitment.filters, objective)


def availability_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge availability: missed as soon as one endpoint is missed."""
    filters, objective = frame.commitment.filters, frame.commitment.goal.at_least
    now = evidence.kpi(frame.commitment.kpi, frame.window, filters)[0]
    before = evidence.kpi(frame.commitment.kpi, frame.baseline, filters)[0] if frame.baseline else None
    figures = StatusFigures(
        value=now.value,
        n=now.n,
        baseline_value=before.value if before else None,
        baseline_n=before.n if before else 0,
        left_out=now.left_out,
    )
    if now.value is None:
        return frame.status(Judgement(Verdict.NO_DATA), figures, sentence="No requests were measured.")
    if objective is None or objective >= 1:
        return _plain(frame, now.value, figures)
    days = evidence.endpoint_days(frame.seen, filters, objective)
    endpoints = _endpoints(frame, evidence, days)
    chance = None
    if frame.finished:
        judgement = judge_every_endpoint(tuple(e.judgement for e in endpoints))
    else:
        past = evidence.endpoint_days(Window(frame.seen.end - _PAST, frame.seen.end), filters, objective)
        chance, judgement = _pace(frame, days, past)
    spenders = evidence.budget_spenders(frame.seen, filters, objective)
    below = tuple(e.name for e in _worst_first(endpoints) if e.is_below)
    goal = _goal(endpoints, objective)
    worst = min((e.counted.worst for e in endpoints if e.counted.worst is not None), default=None)
    best = min((e.counted.best for e in endpoints if e.counted.best is not None), default=None)
    said = (
        _pace_sentence(judgement, now.value, goal, chance, below)
        if frame.running
        else availability_sentence(
            judgement,
            figure=text_of(now.value),
            goal=goal,
            worst=text_of(worst),
            best=text_of(best),
            missed=below,
        )
    )
    return frame.status(
        judgement,
        figures,
        sentence=" ".join(filter(None, (said, blame(spenders, below)))),
        facts=_facts(judgement, endpoints, below, goal),
        shown=_reached(endpoints, below),
        clause=f"availability is {text_of(now.value)}, promised {goal}",
        goal_text=f"goal: at least {goal}, every endpoint",
        goal_value=objective,
        target=objective,
        chance=chance,
        details=_details(frame, endpoints, spenders),
    )


def _plain(frame: Frame, value: float, figures: StatusFigures) -> CommitmentStatus:
    """Judge a goal that has no error budget: a change against the baseline, or no failure at all."""
    goal = frame.commitment.goal
    level = goal.at_least if goal.at_least is not None else goal.at_most
    if level is None:
        before = figures.baseline_value
        level = before * (1 + (goal.change or 0)) if before else math.inf
    judgement = judge_census(value >= level - EXACT, frame.running)
    return frame.status(
        judgement,
        figures,
        sentence=f"{text_of(value)} of valid requests were good, promised {text_of(level)}.",
        facts=(Fact(text_of(value), told=True),),
        clause=f"availability is {text_of(value)}, promised {text_of(level)}",
        goal_text=f"goal: at least {text_of(level)}",
        goal_value=level,
        target=level,
    )


def _goal(endpoints: tuple[Endpoint, ...], objective: float) -> str:
    """Say the objective, and those of the endpoints that have their own: "99.95 % (/search 99.9 %)"."""
    own = [f"{e.name} {text_of(e.objective)}" for e in endpoints if e.objective != objective]
    return f"{text_of(objective)} ({listed(own, most=3)})" if own else text_of(objective)


def _endpoints(frame: Frame, evidence: Evidence, days: EndpointDays) -> tuple[Endpoint, ...]:
    """Count each endpoint; time after the newest measurement of any is not a gap, it is not exported yet."""
    covered = evidence.coverage.get("availability")
    end = min(frame.seen.end, covered.last) if covered and frame.running else frame.seen.end
    gaps = days.unmeasured(Window(frame.seen.start, end))
    found = []
    for i, (name, objective) in enumerate(zip(days.endpoints, days.objectives.tolist(), strict=True)):
        measured = float(days.measured_minutes[:, i].sum())
        valid = int(days.valid[:, i].sum())
        counted = availability(int(days.good[:, i].sum()), valid, measured, float(gaps[i]))
        judgement = judge_availability(counted.worst, counted.best, counted.share, objective)
        if judgement.verdict == Verdict.MET and not enough_requests(valid, objective):
            judgement = Judgement(Verdict.TOO_FEW_REQUESTS)
        found.append(Endpoint(name, objective, counted, judgement))
    return tuple(found)


def _pace(frame: Frame, days: EndpointDays, past: EndpointDays) -> tuple[float | None, Judgement]:
    valid, bad = days.valid.sum(axis=0), (days.valid - days.good).sum(axis=0)
    spent = [
        b is not None and b.used > 1
        for b in (
            budget(x, v, objective, frame.elapsed_days, frame.days)
            for x, v, objective in zip(bad, valid, days.objectives, strict=True)
        )
    ]
    columns = [past.endpoints.index(name) for name in days.endpoints]
    left = math.ceil(frame.days - frame.elapsed_days)
    past_bad = (past.valid - past.good)[:, columns]
    chance = chance_to_keep(bad, valid, past_bad, past.valid[:, columns], left, days.objectives)
    if any(spent):
        return 0.0, Judgement(Verdict.MISSED_ALREADY)
    return chance, chance_pace(chance, frame.elapsed)


def _pace_sentence(
    judgement: Judgement, value: float, goal: str, chance: float | None, below: tuple[str, ...]
) -> str:
    start = f"{text_of(value)} so far, promised {goal} on every endpoint"
    names = f"; below it: {', '.join(below[:3])}" if below else ""
    if judgement.verdict == Verdict.MISSED_ALREADY:
        return f"{start}{names}. The whole budget of the window is spent."
    if judgement.verdict == Verdict.TOO_EARLY or chance is None:
        return f"{start}{names}; too early to say more."
    likely = _LIKELY[judgement.verdict]
    return f"{start}{names}: {likely}, chance {share(chance)}."


def _facts(judgement: Judgement, endpoints: tuple[Endpoint, ...], below: tuple[str, ...], goal: str) -> Facts:
    reached = Fact(f"{_reached(endpoints, below)} at {goal} or better")
    # "On every endpoint" names none.
    told = judgement.verdict is not Verdict.MET
    return (
        reached,
        *((Fact(f"below: {', '.join(below[:3])}", aside=True, told=told),) if below else ()),
    )


def _reached(endpoints: tuple[Endpoint, ...], below: tuple[str, ...]) -> str:
    return f"{count(len(endpoints) - len(below))} of {plural(len(endpoints), 'endpoint')}"


def _worst_first(endpoints: tuple[Endpoint, ...]) -> list[Endpoint]:
    return sorted(endpoints, key=lambda e: (e.counted.share is None, e.counted.share))


def _details(frame: Frame, endpoints: tuple[Endpoint, ...], spenders: tuple[Spender, ...]) -> tuple[str, ...]:
    said = []
    for endpoint in _worst_first(endpoints):
        counted = endpoint.counted
        used = budget(counted.bad, counted.valid, endpoint.objective, frame.elapsed_days, frame.days)
        if used is None:
            continue
        spent = duration(used.minutes - used.minutes_left)
        text = f"{endpoint.name}: {text_of(endpoint.counted.share)}, {spent} of {duration(used.minutes)} budget used"
        text += f", at {used.burn:.1f} times the allowed rate"
        if endpoint.counted.gap_minutes >= 1:
            text += f", {duration(endpoint.counted.gap_minutes)} not measured"
        by = spent_by(spenders, endpoint.name)
        said.append(f"{text}; spent by {by}" if by else text)
    return tuple(said)
