"""Promises on the Net Promoter Score: points won since the baseline, or a score to reach."""

import math
from dataclasses import replace
from typing import Any

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact
from reliability.commitments.frame import Frame
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.sentences import (
    RISE,
    change_pace_sentence,
    change_sentence,
    level_sentence,
    plural_points,
    points,
    power_sentence,
    states_evidence,
)
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    change_pace,
    judge_change,
    judge_level,
)
from reliability.commitments.wording import clause, spread_of
from reliability.formatting import NO_BREAK, nps, plural, signed
from reliability.statistics.intervals import Interval
from reliability.statistics.keeping import chance_of_mean, to_come
from reliability.statistics.nps import (
    NetPromoterScore,
    NpsChange,
    answers_needed,
    nps_change,
    variance_of_one,
)
from reliability.statistics.power import difference_power, times_in_hundred

# The variance of an answer's +1, 0 or -1 where there are none yet: 40 % promoters and 30 % detractors have 0.69.
_TYPICAL = 0.66


def score_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge the score of the window so far."""
    kpi, filters = frame.commitment.kpi, frame.commitment.filters
    now = evidence.score(kpi, frame.seen, filters)
    before = evidence.score(kpi, frame.baseline, filters) if frame.baseline else None
    change = None
    if before and frame.baseline:
        returning = evidence.returning(kpi, frame.seen, frame.baseline, filters)
        change = nps_change(now, before, returning)
    goal = frame.commitment.goal
    if goal.change_points is not None:
        return _points_won(frame, evidence, now, before, change, goal.change_points)
    level = goal.at_least if goal.at_least is not None else goal.at_most
    if level is None or now.value is None or now.interval is None:
        return frame.status(
            Judgement(Verdict.NO_DATA), _figures(now, before, change), sentence="There are no answers."
        )
    lower = goal.at_least is None
    reached = now.value <= level if lower else now.value >= level
    judgement = judge_level(
        reached,
        now.interval,
        level,
        lower_is_better=lower,
        enough=now.enough,
        too_few=Verdict.TOO_FEW_ANSWERS,
    )
    judgement = frame.level_word(judgement)
    text = f"{'at most' if lower else 'at least'} {nps(level)}"
    return frame.status(
        judgement,
        replace(_figures(now, before, change), interval=now.interval, interval_of="value"),
        sentence=level_sentence(judgement, figure=f"NPS {nps(now.value)}", evidence=_range(now), goal=text),
        facts=(Fact("", _range(now), told=states_evidence(judgement)),),
        clause=f"NPS is {nps(now.value)}, promised {text}",
        goal_text=f"goal: {text}",
        goal_value=level,
        target=level,
        chance=_chance(frame, now, level, lower),
    )


def _chance(frame: Frame, now: NetPromoterScore, level: float, lower: bool) -> float | None:
    """The chance that a running score ends on the right side of a level."""
    if not frame.has_chance or not now.enough or now.value is None:
        return None
    return chance_of_mean(
        now.value,
        now.n,
        to_come(now.n, frame.elapsed),
        100 * math.sqrt(now.variance),
        level,
        lower_is_better=lower,
    )


def _points_won(
    frame: Frame,
    evidence: Evidence,
    now: NetPromoterScore,
    before: NetPromoterScore | None,
    change: NpsChange | None,
    promised: float,
) -> CommitmentStatus:
    if before is None or change is None or before.value is None:
        return frame.status(
            Judgement(Verdict.NO_DATA), _figures(now, before, change), sentence="There are no answers."
        )
    lower = promised < 0
    path = promised * frame.elapsed
    judge: dict[str, Any] = {
        "no_change": 0.0,
        "lower_is_better": lower,
        "enough": change.enough,
        "too_few": Verdict.TOO_FEW_ANSWERS,
    }
    if frame.finished:
        judgement = judge_change(change.difference, change.interval, promised, hard_floor=True, **judge)
        judgement = frame.settled(judgement)
        sentence = change_sentence(
            judgement,
            then=f"NPS {nps(before.value)}",
            now=nps(now.value),
            change=points(change.difference),
            goal=plural_points(abs(promised)),
            luck=None,
            lower=lower,
        )
    else:
        judgement = change_pace(change.difference, change.interval, path, **judge)
        sentence = change_pace_sentence(
            judgement,
            now=f"NPS {nps(now.value)}",
            path=nps(before.value + path),
            goal=nps(before.value + promised),
            n=plural(now.n, "answer"),
        )
    goal_value = before.value + promised
    move = "at most" if lower else "at least"
    return frame.status(
        judgement,
        _figures(now, before, change),
        sentence=sentence,
        facts=(
            Fact(f"{signed(change.difference)} points", f"({spread_of(_signed(change.interval))})"),
            Fact(plural(now.n, "answer"), told=frame.running),
        ),
        clause=clause(frame, points(change.difference), sure=0 not in change.interval),
        goal_text=f"goal: {move} {nps(goal_value)}",
        goal_value=goal_value,
        target=promised,
        chance=_chance(frame, now, goal_value, lower),
        power=_power(frame, before, promised),
        details=_details(frame, evidence, now, before, promised),
    )


def _figures(
    now: NetPromoterScore, before: NetPromoterScore | None, change: NpsChange | None
) -> StatusFigures:
    return StatusFigures(
        value=now.value,
        n=now.n,
        baseline_value=before.value if before else None,
        baseline_n=before.n if before else 0,
        interval=change.interval if change else None,
        interval_of="points" if change else "",
        change=change.difference if change else None,
        change_interval=change.interval if change else None,
        left_out={"outside 0 to 10": now.rejected} if now.rejected else {},
    )


def _signed(interval: Interval) -> str:
    return f"{signed(interval.low)} to {signed(interval.high)}"


def _range(score: NetPromoterScore) -> str:
    if score.interval is None:
        return "no answers"
    return f"90{NO_BREAK}% range {_signed(score.interval)}, {plural(score.n, 'answer')}"


def _details(
    frame: Frame, evidence: Evidence, now: NetPromoterScore, before: NetPromoterScore, promised: float
) -> tuple[str, ...]:
    said = [
        f"{plural(now.n, 'answer')} of {plural(now.accounts, 'account')}, "
        f"{plural(before.n, 'answer')} of {plural(before.accounts, 'account')} in the baseline"
    ]
    if frame.baseline is None:
        return tuple(said)
    kpi, filters = frame.commitment.kpi, frame.commitment.filters
    stretch = frame.before_baseline(frame.baseline)
    earlier = evidence.score(kpi, stretch, filters)
    lost = nps_change(before, earlier, evidence.returning(kpi, frame.baseline, stretch, filters))
    if lost and lost.enough and promised > 0:
        fits = "fit" if lost.compatible(-promised) else "do not fit"
        said.append(
            f"The {plural_points(promised)} to win back {fits} the answers: {signed(lost.difference)} points "
            f"(90{NO_BREAK}% range {_signed(lost.interval)}) against the time before the baseline"
        )
    said.append(
        f"To know a change to within {plural_points(abs(promised))}, each window needs about "
        f"{plural(answers_needed(abs(promised), variance_of_one(now, before) or _TYPICAL), 'answer')}"
    )
    return tuple(said)


def _power(frame: Frame, before: NetPromoterScore, promised: float) -> str:
    if not before.n or not frame.baseline_days:
        return ""
    expected = before.n * frame.days / frame.baseline_days
    error = 100 * math.sqrt(before.variance * (1 + before.n / expected))
    times = times_in_hundred(difference_power(error, abs(promised)).met)
    subject = f"about {plural(round(expected), 'answer')} per {frame.span()}"
    size = f"{abs(promised):g}-point"
    return power_sentence(subject, size, times, RISE if promised > 0 else "fall")
