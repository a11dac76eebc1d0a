"""Promises on means: hours from support to engineering."""

import math
from dataclasses import replace
from functools import partial

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact
from reliability.commitments.figures import against_baseline, figures_of, goal_text, recorded, text_of, unsaid
from reliability.commitments.frame import Frame
from reliability.commitments.lowering import Doubt, with_doubts
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.ordinary import return_to_normal
from reliability.commitments.sentences import level_sentence, states_evidence
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    change_pace,
    judge_change,
    judge_level,
)
from reliability.commitments.wording import ratio_evidence, spread_of
from reliability.formatting import plural
from reliability.kpis import Kpi
from reliability.settings.periods import Window
from reliability.statistics.intervals import Interval
from reliability.statistics.keeping import chance_of_mean, to_come
from reliability.statistics.means import LEAST_VALUES, MeanChange, Sample, mean_change, mean_interval
from reliability.statistics.pace import glide_ratio


def mean_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge a mean; those still waiting are not in it and are counted beside it."""
    filters, goal = frame.commitment.filters, frame.commitment.goal
    now, row = evidence.kpi(frame.commitment.kpi, frame.window, filters)
    before, row_before = (
        evidence.kpi(frame.commitment.kpi, frame.baseline, filters) if frame.baseline else (None, {})
    )
    figures = figures_of(now, before)
    sample = Sample.of_row(row)
    interval = mean_interval(sample)
    earlier = Sample.of_row(row_before) if before else None
    changed = mean_change(sample, earlier) if earlier else None
    lacks_baseline = goal.change is not None and (changed is None or changed.ratio is None)
    if (interval is None or lacks_baseline) and (silent := unsaid(now, before)):
        return frame.status(
            Judgement(Verdict.NOT_RECORDED), figures, sentence=silent, goal_text=goal_text(frame, before)
        )
    if now.value is None or interval is None:
        word = Verdict.NO_DATA if frame.finished else Verdict.TOO_EARLY
        return frame.status(
            Judgement(word), figures, sentence="Too few values.", goal_text=goal_text(frame, before)
        )
    if goal.change is not None:
        target = 1 + goal.change
        doubts: tuple[Doubt, ...] = ()
        if earlier is None or changed is None or changed.ratio is None or before is None or not before.value:
            return frame.status(Judgement(Verdict.NO_DATA), figures, sentence="The baseline has no figure.")
        enough = min(sample.n, earlier.n) >= LEAST_VALUES
        if frame.finished:
            judgement = judge_change(
                changed.ratio,
                changed.interval,
                target,
                lower_is_better=target < 1,
                enough=enough,
                hard_floor=True,
            )
            judgement = frame.settled(judgement)
            doubt = return_to_normal(
                frame, evidence, judgement, partial(_again, frame, evidence, sample, target)
            )
            doubts = (doubt,) if doubt else ()
            judgement = with_doubts(judgement, doubts)
        else:
            path = glide_ratio(target, frame.elapsed)
            judgement = change_pace(
                changed.ratio, changed.interval, path, lower_is_better=target < 1, enough=enough
            )
        judgement = recorded(judgement, now, before)
        chance = _chance(frame, sample, target * before.value, target < 1)
        return against_baseline(
            frame, judgement, now.value, before.value, target, changed.interval, figures, chance, doubts
        )
    return _mean_level(frame, now, interval, sample, changed, figures)


def _again(
    frame: Frame, evidence: Evidence, now: Sample, target: float, stretches: list[Window]
) -> tuple[Judgement, str]:
    """Judge a mean against what was recorded in some stretches."""
    kpi, filters = frame.commitment.kpi, frame.commitment.filters
    was = Sample.joined([Sample.of_row(evidence.kpi(kpi, window, filters)[1]) for window in stretches])
    changed = mean_change(now, was)
    if changed is None or changed.ratio is None:
        return Judgement(Verdict.TOO_FEW), "nothing"
    enough = min(now.n, was.n) >= LEAST_VALUES
    lower = target < 1
    judged = judge_change(
        changed.ratio, changed.interval, target, lower_is_better=lower, enough=enough, hard_floor=True
    )
    return judged, text_of(frame, was.mean)


def _chance(frame: Frame, sample: Sample, level: float, lower: bool) -> float | None:
    """The chance that a running mean ends on the right side of a level."""
    if not frame.has_chance or sample.n < LEAST_VALUES or sample.deviation is None:
        return None
    return chance_of_mean(
        sample.mean,
        sample.n,
        to_come(sample.n, frame.elapsed),
        sample.deviation / math.sqrt(sample.n),
        level,
        lower_is_better=lower,
        freedom=sample.n - 1,
    )


def _mean_level(
    frame: Frame,
    now: Kpi,
    interval: Interval,
    sample: Sample,
    changed: MeanChange | None,
    figures: StatusFigures,
) -> CommitmentStatus:
    goal = frame.commitment.goal
    lower = goal.at_least is None
    level = goal.at_most if lower else goal.at_least
    value, n = now.value, sample.n
    assert level is not None and value is not None
    reached = value <= level if lower else value >= level
    judgement = judge_level(reached, interval, level, lower_is_better=lower, enough=n >= LEAST_VALUES)
    judgement = recorded(frame.level_word(judgement), now)
    goal_words = goal_text(frame).removeprefix("goal: ")
    spread = spread_of(f"{text_of(frame, interval.low)} to {text_of(frame, interval.high)}")
    told = states_evidence(judgement)
    return frame.status(
        judgement,
        replace(figures, interval=interval, interval_of="value"),
        sentence=level_sentence(
            judgement,
            figure=f"mean {text_of(frame, value)}",
            evidence=f"{plural(n, 'case')}, {spread}",
            goal=goal_words,
        ),
        facts=(
            Fact(text_of(frame, value), told=told),
            Fact("", spread, told=told),
            Fact(plural(n, "case"), told=told),
        ),
        clause=f"{frame.figure.noun} is {text_of(frame, value)}, promised {goal_words}",
        goal_text=goal_text(frame),
        goal_value=level,
        target=level,
        chance=_chance(frame, sample, level, lower),
        details=(f"Against the baseline: {ratio_evidence(changed.ratio, changed.interval)}",)
        if changed and changed.ratio is not None
        else (),
    )
