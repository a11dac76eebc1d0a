"""Clauses that all kinds of promises share."""

import math

from reliability.commitments.facts import Fact, Facts
from reliability.commitments.frame import Frame
from reliability.commitments.sentences import interval_text, one_in
from reliability.commitments.verdict import Judgement, Verdict
from reliability.formatting import NO_BREAK, share, signed
from reliability.model import UNKNOWN
from reliability.queries.figures import Family
from reliability.statistics.intervals import Interval


def size_of(change: float) -> str:
    """Say the size of a relative change: -0.4 -> "40 %"."""
    return share(abs(change))


def ratio_evidence(ratio: float | None, interval: Interval) -> str:
    """Say a ratio as a change with its range: "−43 % (90 % range −63 % to −13 %)"."""
    return str(ratio_fact(ratio, interval))


def ratio_fact(ratio: float | None, interval: Interval) -> Fact:
    """State a ratio as a change, with its range."""
    spread = spread_of(interval_text(interval))
    if ratio is None or math.isinf(ratio):
        return Fact("", spread)
    return Fact(f"{signed((ratio - 1) * 100)}{NO_BREAK}%", f"({spread})")


def spread_of(ends: str) -> str:
    """Say how far a figure could be off. ends: "2 h to 5 h"."""
    return f"90{NO_BREAK}% range {ends}"


def luck_facts(judgement: Judgement, luck: float | None) -> Facts:
    """State how often chance does this, in the words of the sentence, where the target was reached within noise."""
    if judgement.verdict == Verdict.MET_IN_NOISE and luck is not None:
        return (Fact(f"with no change at all this comes {one_in(luck)}", aside=True, told=True),)
    return ()


def clause(frame: Frame, change: str, sure: bool, than: str = "") -> str:
    """Say in one clause what happened: "P1s are down 43 %, more than chance explains". Before the end no claim.

    than: what a lowered word is not shown to be more than.
    """
    happened = f"{frame.figure.noun} {frame.figure.verb} {change}"
    if not frame.final:
        return f"{happened} so far"
    if than:
        return f"{happened}, not shown to be more than {than}"
    return f"{happened}, {f'more than {chance_of(frame)} explains' if sure else 'which chance could explain'}"


def counted_clause(frame: Frame, change: str, goal: str) -> str:
    """Say in one clause how a figure that was counted in full moved: "planned work is up 20 %, promised 30 %"."""
    happened = f"{frame.figure.noun} {frame.figure.verb} {change}"
    return f"{happened}, promised {goal}" if frame.final else f"{happened} so far, promised {goal}"


def chance_of(frame: Frame) -> str:
    """What chance is for a figure: counts move from week to week."""
    return "week-to-week chance" if frame.figure.family is Family.COUNT else "chance"


def another_word(judgement: Judgement, other: Judgement | None, against: str) -> tuple[str, ...]:
    """Say what a second opinion would say, where it differs."""
    if other is None or UNKNOWN in (judgement.tone, other.tone) or other.verdict == judgement.verdict:
        return ()
    if judgement.provisional:
        return ()
    return (f"{against} it would be “{other.verdict.shown}”",)
