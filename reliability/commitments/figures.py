"""What promises on shares and means have in common: their figures in words, and a change against the baseline."""

from dataclasses import replace

from reliability.commitments.facts import Fact
from reliability.commitments.frame import Frame
from reliability.commitments.lowering import Doubt, reasons, why_of, with_why
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.sentences import (
    change_pace_sentence,
    change_sentence,
    counted_sentence,
    relative,
)
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import with_recording
from reliability.commitments.wording import clause, counted_clause, ratio_fact, size_of
from reliability.formatting import count, figure, plural
from reliability.kpis import Kpi
from reliability.model import UNKNOWN
from reliability.statistics.intervals import Interval
from reliability.statistics.pace import glide_ratio

# "At least 100 %" is a duty without exceptions.
EVERY = 1 - 1e-9


def figures_of(now: Kpi, before: Kpi | None) -> StatusFigures:
    """Return the fields of a status that come from the KPI itself."""
    return StatusFigures(
        value=now.value,
        n=now.n,
        open=now.open,
        baseline_value=before.value if before else None,
        baseline_n=before.n if before else 0,
        left_out=now.left_out,
    )


# What is left out because a stamp or a label that the figure needs was never recorded, or only to the day. A repeat
# without a ticket had no wait from support on; what contradicts itself was recorded; unknown severities have a rule of
# their own.
_UNRECORDED = (
    "not recorded",
    "not labelled",
    "not escalated",
    "no points",
    "day only",
    "no history",
    "no problem id",
    "no resolve time",
    "sign off time unknown",
    "source tells no repeats",
)


def unrecorded(kpi: Kpi) -> int:
    """Count the records whose outcome is missing: not undecided, but never written down."""
    return sum(kpi.left_out.get(reason, 0) for reason in _UNRECORDED)


def recorded(judgement: Judgement, *readings: Kpi | None) -> Judgement:
    """Replace the word when more than 20 % of the records that any of the windows needs say nothing."""
    for kpi in readings:
        if kpi is not None:
            judgement = with_recording(judgement, unrecorded(kpi), kpi.n + unrecorded(kpi))
    return judgement


def unsaid(now: Kpi | None, before: Kpi | None = None) -> str:
    """Say how many records of the window, else of its baseline, say nothing of the outcome; "" where those are few."""
    for kpi, where in ((now, ""), (before, " of the baseline")):
        if kpi is None or recorded(Judgement(Verdict.NO_DATA), kpi).verdict is not Verdict.NOT_RECORDED:
            continue
        silent = unrecorded(kpi)
        if not kpi.n:
            return f"None of {count(silent)} records{where} says it."
        return f"{count(silent)} of {count(silent + kpi.n)} records{where} do not say it."
    return ""


def text_of(frame: Frame, value: float | None) -> str:
    """Format a figure in the KPI's unit."""
    return figure(value, frame.unit)


def goal_text(frame: Frame, before: Kpi | None = None) -> str:
    """Say the goal; that of a change needs the baseline's figure."""
    goal = frame.commitment.goal
    if goal.at_least is not None and goal.at_least >= EVERY and frame.unit == "share":
        return "goal: every one"
    if goal.at_least is not None:
        return f"goal: at least {text_of(frame, goal.at_least)}"
    if goal.at_most is not None:
        return f"goal: at most {text_of(frame, goal.at_most)}"
    if before is None or before.value is None or goal.change is None:
        return ""
    move = "at least" if goal.change > 0 else "at most"
    return f"goal: {move} {text_of(frame, before.value * (1 + goal.change))}"


def against_baseline(
    frame: Frame,
    judgement: Judgement,
    now: float,
    before: float,
    target: float,
    interval: Interval | None,
    figures: StatusFigures,
    chance: float | None = None,
    doubts: tuple[Doubt, ...] = (),
) -> CommitmentStatus:
    """Put together the status of a figure compared with its baseline; interval: of the ratio, None for a census."""
    ratio = now / before
    path = glide_ratio(target, frame.elapsed)
    n = plural(figures.n, "record")
    if frame.finished and interval is None and judgement.tone != UNKNOWN:
        sentence = counted_sentence(
            judgement,
            then=text_of(frame, before),
            now=text_of(frame, now),
            change=relative(ratio),
            goal=size_of(target - 1),
        )
    elif frame.finished:
        sentence = change_sentence(
            judgement,
            then=text_of(frame, before),
            now=text_of(frame, now),
            change=relative(ratio),
            goal=size_of(target - 1),
            luck=None,
            lower=target < 1,
        )
    else:
        sentence = change_pace_sentence(
            judgement,
            now=text_of(frame, now),
            path=text_of(frame, before * path),
            goal=text_of(frame, before * target),
            n=n,
        )
    return frame.status(
        judgement,
        replace(figures, ratio=ratio, interval=interval, interval_of="ratio" if interval else ""),
        sentence=with_why(sentence, judgement, doubts),
        why=why_of(judgement, doubts),
        facts=(
            ratio_fact(ratio, interval) if interval else Fact(relative(ratio), told=frame.finished),
            Fact(n, told=frame.running and judgement.verdict is not Verdict.NOT_RECORDED),
        ),
        clause=counted_clause(frame, relative(ratio), size_of(target - 1))
        if interval is None
        else clause(frame, relative(ratio), sure=1 not in interval, than=judgement.than),
        goal_text=f"goal: {'at most' if target < 1 else 'at least'} {text_of(frame, before * target)}",
        goal_value=before * target,
        target=target,
        chance=chance,
        details=reasons(doubts),
    )
