"""Promises on how often something happens: rates compared, an allowance, the chance to stay within it."""

import math
from dataclasses import replace

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact, Facts
from reliability.commitments.figures import unsaid
from reliability.commitments.frame import Frame
from reliability.commitments.lowering import (
    Doubt,
    bad_quarter,
    falling_before,
    lowered,
    reasons,
    why_of,
    with_why,
)
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.observed import Counts
from reliability.commitments.opinions import (
    alone,
    judge_rates,
    linking_moved,
    other_severities,
    second_opinions,
    year_ago,
)
from reliability.commitments.sentences import (
    change_sentence,
    count_pace_sentence,
    level_sentence,
    power_sentence,
    relative,
)
from reliability.commitments.verdict import Judgement, Reason, Verdict
from reliability.commitments.verdicts import (
    EARLY,
    count_pace,
    judge_census,
    judge_level,
    with_reason,
    with_second_opinion,
)
from reliability.commitments.volume import by_volume
from reliability.commitments.wording import chance_of, clause, luck_facts, ratio_fact, size_of
from reliability.formatting import NO_BREAK, count, day, plural, share
from reliability.model import UNKNOWN
from reliability.statistics.intervals import (
    LONG_RUN_WEEKS,
    Interval,
    RateRatio,
    dispersion,
    long_run_dispersion,
    rate_interval,
    rate_ratio,
)
from reliability.statistics.pace import (
    allowance,
    chance_with_more,
    chance_within,
    expected_rest,
    quota,
    total_ratio,
)
from reliability.statistics.power import count_power, times_in_hundred

_CLUSTERED = 1.3
_FROM_NONE = "up from none"


def count_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge a count against its baseline, or against a fixed number where there is none."""
    kpi, filters, goal = frame.commitment.kpi, frame.commitment.filters, frame.commitment.goal
    now = evidence.counts(kpi, frame.seen, filters)
    before = evidence.counts(kpi, frame.baseline, filters) if frame.baseline else None
    k, b = now.total, before.total if before else 0
    if "repeats" in frame.figure.covered_by and any(window.unknown for window in (now, before) if window):
        return frame.status(
            Judgement(Verdict.NO_DATA), sentence="The tools of that time never name what an incident repeats."
        )
    told = evidence.kpi(kpi, frame.seen, filters)[0]
    told_before = evidence.kpi(kpi, frame.baseline, filters)[0] if frame.baseline else None
    silent = unsaid(told, told_before if frame.needs_baseline else None)
    if unsaid(told_before) and not frame.needs_baseline:
        before = None  # a fixed number needs none
    if silent and not (goal.at_most is not None and k > goal.at_most):  # what is over its limit stays over it
        left_out = StatusFigures(left_out=told.left_out)
        return frame.status(Judgement(Verdict.NOT_RECORDED), left_out, sentence=silent)
    if goal.at_least is not None:
        return _at_least(frame, evidence, now, goal.at_least, before)
    if goal.change is not None and goal.change > 0:
        quotum = quota(b, frame.baseline_days, frame.days, 1 + goal.change)
        return _at_least(frame, evidence, now, quotum, before)
    if before is None or (b == 0 and goal.at_most is not None):
        return _without_baseline(frame, evidence, now)
    return _against_baseline(frame, evidence, now, before)


def _against_baseline(frame: Frame, evidence: Evidence, now: Counts, before: Counts) -> CommitmentStatus:
    k, b = now.total, before.total
    history = evidence.history(frame.figure, frame.window.start, frame.commitment.filters)
    drift = long_run_dispersion(history.weeks)
    phi = max(dispersion(before.weeks, now.weeks), drift)
    found = rate_ratio(k, frame.elapsed_days, b, frame.baseline_days, phi)
    target, allowed = _goal(frame, b)
    others = other_severities(frame, now, before, target, phi)
    chance, earlier = None, None
    doubts: tuple[Doubt, ...] = ()
    if frame.finished:
        judgement = verdict = judge_rates(found, target)
        earlier = year_ago(frame, evidence, k)
        if target < 1:  # a limit above the baseline claims no fall that other causes could explain
            judgement, doubts = lowered(frame, evidence, now, before, history, verdict)
        judgement = frame.settled(judgement)
        different = next((other for *_, other in others if other and other.verdict != verdict.verdict), None)
        judgement = with_second_opinion(judgement, different, Reason.SEVERITY_RULE)
    else:
        chance = chance_within(k, frame.elapsed_days, frame.days, allowed, phi)
        judgement = count_pace(k, allowed, chance, frame.elapsed)
    moved = judgement.tone != UNKNOWN and linking_moved(frame, now, before)
    judgement = with_reason(judgement, Reason.LINKING, moved)
    change = relative(found.ratio) if found.ratio is not None else _FROM_NONE
    fell = falling_before(frame, history) if target < 1 else ""
    sentence = with_why(_sentence(frame, judgement, found, target, allowed, chance), judgement, doubts)
    if fell and judgement.verdict is Verdict.MET:
        sentence = f"{sentence} {fell}."
    return frame.status(
        judgement,
        StatusFigures(
            value=float(k),
            n=k,
            open=now.of("open"),
            baseline_value=float(b),
            baseline_n=b,
            ratio=found.ratio,
            interval=found.interval,
            interval_of="ratio",
            left_out=_left_out(now),
        ),
        sentence=sentence,
        why=why_of(judgement, doubts),
        facts=_facts(frame, judgement, found, target, allowed, chance),
        clause=clause(frame, change, sure=found.is_sure, than=judgement.than)
        if target < 1
        else f"{frame.figure.noun}: {count(k)} of {count(allowed)} allowed",
        goal_text=_goal_text(frame, allowed),
        target=target,
        goal_value=float(allowed),
        allowed=allowed,
        chance=chance,
        power=_power(frame, b, target, phi),
        warnings=_clusters(phi),
        details=(
            *reasons(doubts),
            *_bad_quarter(frame, history),
            *((fell,) if fell else ()),
            *second_opinions(frame, now, before, phi, others, earlier, judgement),
            *by_volume(frame, evidence, now, before, phi),
            *_drift(history, drift),
            *_still_missing(frame, evidence),
            *_what_if(frame, judgement, k, allowed, phi),
        ),
    )


def _goal(frame: Frame, b: int) -> tuple[float, int]:
    """Return the allowed ratio of totals and the whole number that follows from it."""
    goal = frame.commitment.goal
    if goal.at_most is not None:
        return goal.at_most / (b * frame.days / frame.baseline_days), math.floor(goal.at_most)
    assert goal.change is not None
    allowed = allowance(b, frame.baseline_days, frame.days, 1 + goal.change, frame.commitment.shape)
    return total_ratio(1 + goal.change, frame.commitment.shape), allowed


def _clusters(phi: float) -> tuple[str, ...]:
    return ("incidents come in clusters, so the range is wider",) if phi > _CLUSTERED else ()


def _bad_quarter(frame: Frame, history: Counts) -> tuple[str, ...]:
    """Say whether the worst quarter of the baseline was bad by more than chance."""
    found = bad_quarter(frame, history)
    if found is None:
        return ()
    _, worst, others, bad = found
    size = f"{count(worst)} against {others:.1f} in the other quarters of that year"
    word = "bad by more than chance" if bad else "no worse than chance explains"
    return (f"The baseline's worst quarter had {size}: {word}",)


def _drift(history: Counts, drift: float) -> tuple[str, ...]:
    """Say what the weeks before the promise show of slow drift."""
    weeks = len(history.week_rows)
    if weeks < LONG_RUN_WEEKS:
        return (f"Slow drift cannot be seen in {plural(weeks, 'week')} before the promise",)
    return (f"The weekly counts drift slowly (×{drift:.1f} in the long run)",) if drift > 1 else ()


def _still_missing(frame: Frame, evidence: Evidence) -> tuple[str, ...]:
    """Say how many records of the window have yet to arrive, where that can be estimated and is at least one."""
    if frame.final:
        return ()
    missing = evidence.still_missing(frame.figure, frame.seen, frame.commitment.filters)
    return (f"About {count(missing)} more may still be recorded",) if missing and round(missing) else ()


def _what_if(frame: Frame, judgement: Judgement, k: int, allowed: int, phi: float) -> tuple[str, ...]:
    """Say what one more, or one fewer, each week to come would make of the chance to keep a running promise."""
    if frame.finished or judgement.tone == UNKNOWN or k > allowed:
        return ()
    more, fewer = (
        chance_with_more(k, frame.elapsed_days, frame.days, allowed, a_week, phi) for a_week in (1, -1)
    )
    if more is None:
        return ()
    one = frame.figure.noun.removesuffix("s")
    said = f"With one more {one} a week from now on the chance to keep it is {share(more)}"
    return (said if fewer is None else f"{said}, with one fewer {share(fewer)}",)


def _left_out(now: Counts) -> dict[str, int]:
    unknown = now.of("left_out_severity_unknown")
    return {"severity unknown": unknown} if unknown else {}


def _so_many(frame: Frame, k: int) -> str:
    """Count in words: "21 P1s", "1 P1"."""
    return plural(k, frame.figure.noun.removesuffix("s"))


def _then(frame: Frame, b: int) -> str:
    """The baseline as a number per promised window: "33 P1s per 90 days"."""
    rate = b * frame.days / frame.baseline_days
    if frame.baseline_days == frame.days:
        return _so_many(frame, b)
    text = f"{rate:.1f}" if 0 < rate < 10 else count(rate)
    return f"{text}{NO_BREAK}{frame.figure.noun} per {frame.span()}"


def _sentence(
    frame: Frame, judgement: Judgement, found: RateRatio, target: float, allowed: int, chance: float | None
) -> str:
    if frame.finished and target >= 1:
        return _limit_sentence(frame, judgement, found.count, allowed, rate_interval(found.count, found.phi))
    if frame.finished:
        return change_sentence(
            judgement,
            then=_then(frame, found.baseline_count),
            now=count(found.count),
            change=relative(found.ratio) if found.ratio is not None else _FROM_NONE,
            goal=size_of(target - 1),
            luck=found.luck,
            chance=chance_of(frame),
        )
    rest = expected_rest(found.count, frame.elapsed_days, frame.days, found.phi)
    return count_pace_sentence(
        judgement,
        done=found.count,
        allowed=allowed,
        expected=rest,
        chance=chance,
        days_left=frame.days - frame.elapsed_days,
    )


def _limit_sentence(frame: Frame, judgement: Judgement, k: int, allowed: int, interval: Interval) -> str:
    """Say the verdict on a number that is no cut of the baseline: worse than such a limit is missing it."""
    if judgement.verdict is Verdict.WORSE:
        judgement = replace(judgement, verdict=Verdict.MISSED)
    return level_sentence(
        judgement,
        figure=_so_many(frame, k),
        evidence=f"a rate of {interval.low:.0f} to {interval.high:.0f} per {frame.span()}",
        goal=f"at most {count(allowed)}",
    )


def _facts(
    frame: Frame, judgement: Judgement, found: RateRatio, target: float, allowed: int, chance: float | None
) -> Facts:
    used = _used(judgement, found.count, allowed, told=frame.finished and target >= 1)
    if frame.running:
        known = chance is not None and judgement.tone != UNKNOWN
        # One that is missed already has no chance left, and its sentence names none.
        told = judgement.verdict is not Verdict.MISSED_ALREADY
        return (used, *((Fact(f"chance {share(chance)}", told=told),) if known else ()))
    return (used, ratio_fact(found.ratio, found.interval), *luck_facts(judgement, found.luck))


def _used(judgement: Judgement, k: int, allowed: int, *, told: bool) -> Fact:
    """State what of an allowance is used. told: by the sentence, as it is once more than that has happened."""
    told = told or judgement.verdict is Verdict.MISSED_ALREADY
    return Fact(f"{count(k)} of {count(allowed)} allowed", told=told)


def _goal_text(frame: Frame, allowed: int) -> str:
    return f"goal: at most {count(allowed)} in {frame.span()} from {day(frame.commitment.start)}"


def _power(frame: Frame, b: int, target: float, phi: float) -> str:
    if not b or target >= 1:
        return ""
    times = times_in_hundred(count_power(b, frame.baseline_days, frame.days, target, phi=phi).met)
    return power_sentence(f"about {_then(frame, b)}", size_of(target - 1), times)


def _without_baseline(frame: Frame, evidence: Evidence, now: Counts) -> CommitmentStatus:
    """Judge a fixed number of events that has nothing to compare with."""
    goal = frame.commitment.goal
    assert goal.at_most is not None
    k, allowed = now.total, math.floor(goal.at_most)
    phi = dispersion(now.weeks)
    interval: Interval = rate_interval(k, phi)
    chance = None
    if frame.finished:
        judgement = judge_level(k <= allowed, interval, allowed, lower_is_better=True, enough=True)
        judgement = frame.settled(judgement)
        sentence = _limit_sentence(frame, judgement, k, allowed, interval)
    else:
        chance = chance_within(k, frame.elapsed_days, frame.days, allowed, phi)
        judgement = count_pace(k, allowed, chance, frame.elapsed)
        sentence = count_pace_sentence(
            judgement,
            done=k,
            allowed=allowed,
            expected=expected_rest(k, frame.elapsed_days, frame.days, phi),
            chance=chance,
            days_left=frame.days - frame.elapsed_days,
        )
    return frame.status(
        judgement,
        StatusFigures(value=float(k), n=k, interval=interval, interval_of="value", left_out=_left_out(now)),
        sentence=sentence,
        facts=(_used(judgement, k, allowed, told=frame.finished),),
        clause=f"{frame.figure.noun}: {count(k)} of {count(allowed)} allowed",
        goal_text=_goal_text(frame, allowed),
        target=float(allowed),
        goal_value=float(allowed),
        allowed=allowed,
        chance=chance,
        warnings=_clusters(phi),
        details=(
            *alone(now),
            *by_volume(frame, evidence, now, None, phi),
            *_still_missing(frame, evidence),
            *_what_if(frame, judgement, k, allowed, phi),
        ),
    )


def _at_least(
    frame: Frame, evidence: Evidence, now: Counts, goal: float, before: Counts | None
) -> CommitmentStatus:
    """Judge a count that should be high: what is counted is counted. While it runs, the same part of it each day."""
    k, chance = now.total, None
    if k >= goal:  # for good: what is still to be recorded can only add to it
        judgement = judge_census(True)
    elif frame.finished:
        judgement = frame.settled(judge_census(False))
    elif frame.elapsed < EARLY:
        judgement = Judgement(Verdict.TOO_EARLY)
    else:
        judgement = judge_census(k >= goal * frame.elapsed, running=True)
    if frame.has_chance and k < goal:
        phi = dispersion(before.weeks, now.weeks) if before else dispersion(now.weeks)
        short = chance_within(k, frame.elapsed_days, frame.days, math.ceil(goal) - 1, phi)
        chance = None if short is None else 1 - short
    b = before.total if before else None
    return frame.status(
        judgement,
        StatusFigures(value=float(k), n=k, baseline_value=None if b is None else float(b), baseline_n=b or 0),
        sentence=f"{count(k)}{' so far' if judgement.provisional else ''}, promised at least {count(goal)}.",
        facts=(Fact(f"{count(k)} of {count(goal)}", told=True),),
        clause=f"{frame.figure.noun}: {count(k)} of {count(goal)}",
        goal_text=f"goal: at least {count(goal)} in {frame.span()} from {day(frame.commitment.start)}",
        target=goal,
        goal_value=goal,
        chance=chance,
        details=_still_missing(frame, evidence),
    )
