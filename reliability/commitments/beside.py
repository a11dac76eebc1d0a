"""What stands beside a promise on a median: how many kept to the promised time, what it cost, and the worst by name.

A median of a few incidents says little by itself. Below 100 incidents in either window these stand on the card,
whatever the word; from there on they are for those who look closer.
"""

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact, Facts
from reliability.commitments.frame import Frame
from reliability.commitments.observed import ClockReading
from reliability.formatting import MINUS, NO_BREAK, count, duration, share
from reliability.queries.figures import Family
from reliability.settings.periods import Window
from reliability.statistics.intervals import wilson

ENOUGH_ALONE = 100


def reads_requests(frame: Frame) -> bool:
    """Whether the error budget stands beside the promise: what it is about costs budget while it lasts."""
    return frame.figure.family is Family.MEDIAN


def _requests(frame: Frame) -> tuple[Window, float]:
    return frame.seen, float(frame.settings.targets.availability)


def expect_requests(frame: Frame, evidence: Evidence) -> None:
    """Say which days of requests will be read."""
    window, objective = _requests(frame)
    evidence.expect_requests(window, frame.commitment.filters, objective)


def other_figures(frame: Frame, evidence: Evidence, now: ClockReading, limit: float | None) -> Facts:
    """Say them. limit: minutes, the baseline's median times what was promised; None without a baseline's median."""
    return (*(_within(now, limit) if limit else ()), *cost_and_worst(frame, evidence, now))


def cost_and_worst(frame: Frame, evidence: Evidence, now: ClockReading) -> Facts:
    """Say what it cost and which were the worst: where how many kept to the time is the figure itself."""
    return (*_lost(frame, evidence), *_longest(now))


def _within(now: ClockReading, limit: float) -> Facts:
    """How many took no longer; one that is open and younger is not decided yet."""
    minutes, ended = now.durations.minutes, now.durations.ended
    within = int((ended & (minutes <= limit)).sum())
    decided = now.durations.n - int((~ended & (minutes <= limit)).sum())
    if not decided:
        return ()
    low, high = wilson(within, decided)
    kept = f"{count(within)} of {count(decided)} within {duration(limit)}"
    spread = f"({share(within / decided)}, 90{NO_BREAK}% range {share(low)} to {share(high)})"
    return (Fact(kept, spread, aside=True, short=in_time(within, decided)),)


def in_time(within: int, decided: int) -> str:
    """Say how many kept to a time that is named beside it."""
    return f"{count(within)} of {count(decided)} in{NO_BREAK}time"


def _lost(frame: Frame, evidence: Evidence) -> Facts:
    """The error budget lost in the window, counted in full; nothing where no requests are measured."""
    if "availability" not in evidence.coverage:
        return ()
    window, objective = _requests(frame)
    days = evidence.endpoint_days(window, frame.commitment.filters, objective)
    if not days.endpoints:
        return ()
    lost = duration(days.lost_minutes)
    return (Fact(f"{lost} of error budget lost", aside=True, short=f"budget {MINUS}{lost}"),)


def _longest(now: ClockReading) -> Facts:
    if now.longest is None:
        return ()
    name, minutes = now.longest
    said = f"{duration(minutes)} ({name})"
    return (Fact(f"longest: {said}", aside=True, short=f"longest {said}"),)
