"""A promise before it is agreed: what it would be compared with, how noisy that is, how likely success would show."""

import math
from dataclasses import dataclass, replace

import numpy as np

from reliability.commitments.evidence import Evidence
from reliability.commitments.figures import goal_text, text_of
from reliability.commitments.frame import Frame
from reliability.commitments.windows import frame_of
from reliability.formatting import NO_BREAK, count, day, duration, nps, plural, share
from reliability.queries.figures import Family
from reliability.settings import Commitment
from reliability.settings.periods import Window, calendar_days
from reliability.statistics.intervals import dispersion, rate_interval, wilson
from reliability.statistics.pace import allowance, total_ratio
from reliability.statistics.power import count_power, difference_power, median_power, times_in_hundred
from reliability.statistics.survival import median, median_interval

_CLUSTERED = 1.3


@dataclass(frozen=True)
class Draft:
    """What somebody should know before a promise is written down.

    baseline: its figure in words. noise: how far chance alone moves it. goal: what would have to be reached. chance:
    0-1, that a true success of exactly the promised size would be confirmed, None where there is no such figure;
    power: the same in words. warnings: what speaks against this baseline.
    """

    baseline: str
    noise: str = ""
    goal: str = ""
    power: str = ""
    chance: float | None = None
    warnings: tuple[str, ...] = ()


def draft(commitment: Commitment, evidence: Evidence) -> Draft:
    """Look at a promise that is not agreed yet, with what is known at the evidence's instant."""
    frame = frame_of(commitment, evidence)
    if frame.baseline is None:
        return _without_baseline(frame)
    known = min(frame.baseline.end, evidence.as_of)
    if known <= frame.baseline.start:
        return Draft("The baseline has not begun yet.")
    seen = Window(frame.baseline.start, known)
    found = _LOOKS.get(frame.figure.family or Family.CENSUS, _figure)(frame, evidence, seen)
    warnings = [*frame.warnings, *found.warnings]
    if known < frame.baseline.end:
        warnings.append(f"the baseline is known up to {day(known, frame.zone)} only")
    return replace(found, warnings=tuple(warnings))


def _without_baseline(frame: Frame) -> Draft:
    if frame.commitment.baseline is None:
        return Draft("There is no baseline: only the goal will be judged.")
    return Draft("No export covers the baseline.")


def _confirmed(chance: float) -> str:
    return f"A true success of exactly this size would be confirmed {times_in_hundred(chance)} times in 100."


def _count(frame: Frame, evidence: Evidence, seen: Window) -> Draft:
    counts = evidence.counts(frame.commitment.kpi, seen, frame.commitment.filters)
    goal = frame.commitment.goal
    b, phi = counts.total, dispersion(counts.weeks)
    span = calendar_days(seen.start, seen.end, frame.settings.organisation.zone)
    scale = frame.days / span
    low, high = rate_interval(b * scale, phi)
    noun = frame.figure.noun
    baseline = f"{count(b)} {noun} in {count(span)}{NO_BREAK}days, {_rate(b * scale)} per {frame.span()}"
    noise = f"With nothing changed, {frame.span()} hold about {math.floor(low)} to {math.ceil(high)}"
    noise += "; they come in clusters, so the range is wider." if phi > _CLUSTERED else "."
    if not b:
        return Draft(baseline, warnings=("there is nothing to reduce",))
    if goal.change is not None:
        target = total_ratio(1 + goal.change, frame.commitment.shape)
        allowed = allowance(b, span, frame.days, 1 + goal.change, frame.commitment.shape)
    elif goal.at_most is not None:
        target, allowed = goal.at_most / (b * scale), math.floor(goal.at_most)
    else:
        return Draft(baseline, noise)
    if target >= 1:
        return Draft(baseline, noise, warnings=("the goal does not ask for fewer",))
    chance = count_power(b, span, frame.days, target, phi=phi).met
    text = f"At most {count(allowed)} {noun} in {frame.span()}."
    return Draft(baseline, noise, text, _confirmed(chance), chance)


def _rate(number: float) -> str:
    return f"{number:.1f}" if number < 10 else count(number)


def _duration(frame: Frame, evidence: Evidence, seen: Window) -> Draft:
    goal = frame.commitment.goal
    reading = evidence.durations(frame.commitment.kpi, seen, frame.commitment.filters)
    found = reading.durations
    was = median(found)
    if not found.n or not math.isfinite(was):
        return Draft("No median: too few incidents of the baseline have the times for it.")
    low, high = median_interval(found)
    baseline = f"Median {duration(was)}, {plural(found.n, 'incident')} with these times"
    if reading.unrecorded:
        baseline += f", {count(reading.unrecorded)} without"
    noise = f"The median itself is known to within {duration(low)} to {duration(high)}."
    value = goal.at_most if goal.at_most is not None else was * (1 + (goal.change or 0.0))
    text = f"Median of at most {duration(value)}."
    if was <= 0 or value >= was:
        return Draft(baseline, noise, text, warnings=("the goal is not below the baseline",))
    span = calendar_days(seen.start, seen.end, frame.settings.organisation.zone)
    expected = found.n * frame.days / span
    chance = median_power(expected, found.n, found.log_sd, value / was) if found.log_sd is not None else None
    if chance is None:
        power = f"With about {count(expected)} incidents in {frame.span()} this median cannot be judged."
        return Draft(baseline, noise, text, power, 0.0)
    return Draft(baseline, noise, text, _confirmed(chance), chance)


def _score(frame: Frame, evidence: Evidence, seen: Window) -> Draft:
    found = evidence.score(frame.commitment.kpi, seen, frame.commitment.filters)
    goal = frame.commitment.goal
    if found.value is None or found.interval is None:
        return Draft("There are no answers in the baseline.")
    low, high = found.interval
    baseline = f"NPS {nps(found.value)}, {plural(found.n, 'answer')}"
    noise = f"The score itself is known to within {nps(low)} to {nps(high)}."
    level = goal.at_least if goal.at_least is not None else found.value + (goal.change_points or 0.0)
    text = f"NPS of at least {nps(level)}."
    rise = level - found.value
    if rise <= 0:
        return Draft(baseline, noise, text, warnings=("the goal is not above the baseline",))
    span = calendar_days(seen.start, seen.end, frame.settings.organisation.zone)
    # As many answers a day as in the baseline: the window's variance shrinks or grows with its length.
    error = 100 * float(np.sqrt(found.variance * (1 + span / frame.days)))
    chance = difference_power(error, rise).met
    return Draft(baseline, noise, text, _confirmed(chance), chance)


def _figure(frame: Frame, evidence: Evidence, seen: Window) -> Draft:
    found, _ = evidence.kpi(frame.commitment.kpi, seen, frame.commitment.filters)
    if found.value is None:
        return Draft("No export covers the baseline.")
    baseline = f"{text_of(frame, found.value)}, {plural(found.n, 'record')}"
    noise = ""
    if frame.figure.family is Family.CENSUS:
        noise = "Everything is counted: the figure itself is the verdict."
    if frame.figure.family is Family.SHARE and found.denominator and found.numerator is not None:
        low, high = wilson(found.numerator, found.denominator)
        noise = f"With so few, the share is known to within {share(low)} to {share(high)}."
        if found.denominator >= 200:
            noise = f"The share is known to within {share(low)} to {share(high)}."
    goal = goal_text(frame, found).removeprefix("goal: ")
    return Draft(baseline, noise, f"{goal[:1].upper()}{goal[1:]}." if goal else "")


_LOOKS = {Family.COUNT: _count, Family.MEDIAN: _duration, Family.SCORE: _score}
