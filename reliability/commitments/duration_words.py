"""The words of a promise on how long something takes."""

import math

from reliability.commitments.facts import Fact, Facts
from reliability.commitments.frame import Frame
from reliability.commitments.observed import ClockReading
from reliability.commitments.sentences import (
    change_pace_sentence,
    change_sentence,
    power_sentence,
    relative,
)
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.wording import clause, luck_facts, ratio_evidence, ratio_fact, size_of
from reliability.formatting import NO_BREAK, count, duration, more_than, plural
from reliability.statistics.medians import MedianChange, geometric_change
from reliability.statistics.power import median_power, times_in_hundred
from reliability.statistics.survival import Durations, median, median_above, median_interval


def unknown_times(now: ClockReading, before: ClockReading | None) -> str:
    """The sentence of a promise whose times are not known: of how many, in which window, and why."""
    said = [f"in the window it is {now.unknown_in_words}"] if now.unknown else []
    if before and before.unknown:
        said.append(f"in the baseline it is {before.unknown_in_words}")
    return f"How long they took: {'; '.join(said)}."


def medians_beside(now: Durations, before: Durations) -> tuple[str, ...]:
    """Say what stands beside the median: how far it could be off, and the geometric mean of what has ended."""
    said = []
    if now.n:
        low, high = median_interval(now)
        said.append(f"90{NO_BREAK}% range of the median: {duration(low)} to {duration(high)}")
    if typical := geometric_change(now, before):
        said.append(
            f"Geometric mean of the ended ones: {duration(typical.typical)}, "
            f"{ratio_evidence(typical.ratio, typical.interval)}"
        )
    return tuple(said)


def second_figures(found: MedianChange | None, target: float) -> tuple[str, ...]:
    """Say how far a typical incident moved, which decides, and how far the medians' own ratio could be off."""
    if found is None or found.ratio is None or math.isinf(found.ratio):
        return ()
    said = [
        f"Typical incident (Hodges-Lehmann), which decides: {ratio_evidence(found.typical, found.interval)}",
        f"Ratio of the medians: {ratio_evidence(found.ratio, found.medians_interval)}",
    ]
    if (found.ratio <= target) != (found.typical <= target):
        reaches, other = (
            ("median", "typical incident") if found.ratio <= target else ("typical incident", "median")
        )
        said.append(f"The {reaches} reaches the target, the {other} does not")
    return tuple(said)


def median_text(durations: Durations) -> str:
    """The median in words, also where it is not reached."""
    above = median_above(durations)
    return duration(median(durations)) if above is None else more_than(above, "minutes")


def incidents_of(durations: Durations) -> str:
    """How many incidents they are of, and how many of those are still open."""
    text = plural(durations.n, "incident")
    return f"{text}, {count(durations.open)} still open" if durations.open else text


def shorter_sentence(
    frame: Frame,
    judgement: Judgement,
    found: MedianChange | None,
    now: Durations,
    target: float,
    path: float,
) -> str:
    """What was promised, what came, and how sure that is. path: the share of the baseline the path asks for by now."""
    if found is None or found.ratio is None:
        return f"{incidents_of(now)}: nothing to compare."
    if math.isinf(found.median):
        return f"Median {median_text(now)} ({incidents_of(now)}); it was {duration(found.baseline_median)}."
    if frame.running:
        return change_pace_sentence(
            judgement,
            now=f"median {median_text(now)}",
            path=duration(found.baseline_median * path),
            goal=duration(found.baseline_median * target),
            n=incidents_of(now),
        )
    return change_sentence(
        judgement,
        then=f"a median of {duration(found.baseline_median)}",
        now=median_text(now),
        change=relative(found.ratio),
        goal=size_of(target - 1),
        luck=found.luck,
    )


def shorter_facts(
    frame: Frame, judgement: Judgement, found: MedianChange | None, now: Durations, counted: bool
) -> Facts:
    """The ratio, how many incidents it is of, and what luck alone would give.

    counted: how many kept to the time stands beside it, and says of how many.
    """
    # A verdict on two medians names them, not how many incidents they are of.
    compared = found is not None and found.ratio is not None and not math.isinf(found.median)
    unknown = judgement.verdict is Verdict.NOT_RECORDED
    short = (f"{count(now.open)} still open" if now.open else "") if counted else None
    n = Fact(incidents_of(now), told=not unknown and (frame.running or not compared), short=short)
    if found is None:
        return (n,)
    return (ratio_fact(found.ratio, found.interval), n, *luck_facts(judgement, found.luck))


def shorter_clause(frame: Frame, judgement: Judgement, found: MedianChange | None) -> str:
    """The promise as part of a headline."""
    if found is None or found.ratio is None:
        return f"{frame.figure.noun}: {judgement.verdict}"
    sure = 1 not in found.deciding and not judgement.provisional
    return clause(frame, relative(found.ratio), sure=sure, than=judgement.than)


def shorter_power(frame: Frame, before: Durations, target: float) -> str:
    """How often so many incidents would confirm the promise if it were kept, in words."""
    expected = before.n * frame.days / frame.baseline_days if frame.baseline_days else 0.0
    if before.log_sd is None:
        return ""
    chance = median_power(expected, before.n, before.log_sd, target)
    if chance is None:
        return f"With about {count(expected)} incidents per {frame.span()} this median cannot be judged."
    subject = f"about {count(expected)} incidents per {frame.span()}"
    return power_sentence(subject, size_of(target - 1), times_in_hundred(chance))
