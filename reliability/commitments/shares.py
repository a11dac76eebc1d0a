"""Promises on shares and on everything that is counted in full."""

from dataclasses import replace
from functools import partial
from typing import Any

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact, Facts
from reliability.commitments.figures import (
    EVERY,
    against_baseline,
    figures_of,
    goal_text,
    recorded,
    text_of,
    unrecorded,
    unsaid,
)
from reliability.commitments.frame import Frame
from reliability.commitments.lowering import Doubt, with_doubts
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.ordinary import return_to_normal
from reliability.commitments.sentences import (
    every_sentence,
    level_sentence,
    states_evidence,
)
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    EXACT,
    LEAST_DECIDED,
    change_pace,
    judge_census,
    judge_change,
    judge_every,
    judge_level,
)
from reliability.commitments.wording import spread_of
from reliability.formatting import count, listed, share
from reliability.kpis import Kpi
from reliability.queries.figures import Duty, Family
from reliability.settings.periods import Window
from reliability.statistics.intervals import Interval, share_ratio, wilson
from reliability.statistics.keeping import chance_of_share, to_come
from reliability.statistics.pace import glide_ratio


def figure_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge a KPI by its query: a share by Wilson, a duty without exceptions, or a plain count in full."""
    filters, goal = frame.commitment.filters, frame.commitment.goal
    now, row = evidence.kpi(frame.commitment.kpi, frame.window, filters)
    before = evidence.kpi(frame.commitment.kpi, frame.baseline, filters)[0] if frame.baseline else None
    figures = figures_of(now, before)
    if frame.figure.duty is Duty.CLOCK and now.n == 0 and goal.at_least is not None:
        judgement = frame.settled(judge_every(0, 0, 0, now.open))
        sentence = every_sentence(judgement, on_time=0, late=0, missing=0, pending=now.open, ids="")
        return frame.status(judgement, figures, sentence=sentence, goal_text=goal_text(frame))
    if now.value is None and (silent := unsaid(now)):
        return _unsaid(frame, silent, before, figures)
    if now.value is None:
        word = Verdict.NO_DATA if frame.finished else Verdict.TOO_EARLY
        sentence = "Nothing is decided yet." if frame.running else "No record decides it."
        return frame.status(Judgement(word), figures, sentence=sentence, goal_text=goal_text(frame, before))
    if goal.at_least is not None and goal.at_least >= EVERY and now.denominator is not None:
        return _every(frame, now, row, figures)
    if goal.change is not None:
        return _changed(frame, evidence, now, before, 1 + goal.change, figures)
    return _level(frame, now, figures)


def _unsaid(frame: Frame, silent: str, before: Kpi | None, figures: StatusFigures) -> CommitmentStatus:
    """Say that records are there, and that too few of them say what the promise is about."""
    goal = goal_text(frame, before)
    return frame.status(Judgement(Verdict.NOT_RECORDED), figures, sentence=silent, goal_text=goal)


def _hardly_recorded(frame: Frame, now: Kpi, figures: StatusFigures) -> CommitmentStatus:
    """Say that too many of the records say nothing about a duty that the others kept."""
    silent = unrecorded(now)
    every = silent + int(now.denominator or 0)
    sentence = f"{count(silent)} of {count(every)} records do not say it; of the others {_parts(frame, now)} kept it."
    return frame.status(
        Judgement(Verdict.NOT_RECORDED), figures, sentence=sentence, goal_text=goal_text(frame)
    )


def _has_no_parts(kpi: Kpi) -> bool:
    return kpi.numerator is None or kpi.denominator is None or kpi.denominator != int(kpi.denominator)


def _parts(frame: Frame, kpi: Kpi) -> str:
    """What a share is made of: "11 of 18"; the figure alone where it has no parts to count."""
    if _has_no_parts(kpi):
        return text_of(frame, kpi.value)
    return f"{count(kpi.numerator)} of {count(kpi.denominator)}"


def _with_share(frame: Frame, kpi: Kpi) -> str:
    """What a share is made of, and the share: "11 of 18 (61 %)"."""
    parts = _parts(frame, kpi)
    return parts if _has_no_parts(kpi) else f"{parts} ({share(kpi.value)})"


def _sampled(frame: Frame, kpi: Kpi | None) -> bool:
    """Whether chance could have made the share another one."""
    return frame.figure.family is Family.SHARE and kpi is not None and bool(kpi.denominator)


def _level(frame: Frame, now: Kpi, figures: StatusFigures) -> CommitmentStatus:
    goal = frame.commitment.goal
    lower = goal.at_least is None
    level = goal.at_most if lower else goal.at_least
    assert level is not None and now.value is not None
    reached = now.value <= level if lower else now.value >= level
    interval = None
    if _sampled(frame, now):
        assert now.numerator is not None and now.denominator is not None
        assert now.independent is not None
        n = now.denominator
        interval = wilson(*now.independent)
        judgement = judge_level(reached, interval, level, lower_is_better=lower, enough=n >= LEAST_DECIDED)
        judgement = frame.level_word(judgement, *_readings(now, unrecorded(now), level, lower))
    else:
        judgement = frame.settled(judge_census(reached, frame.running))
    judgement = recorded(judgement, now)
    goal_words = goal_text(frame).removeprefix("goal: ")
    return frame.status(
        judgement,
        replace(figures, interval=interval, interval_of="share" if interval else ""),
        sentence=level_sentence(
            judgement, figure=text_of(frame, now.value), evidence=_parts(frame, now), goal=goal_words
        )
        if interval or judgement.verdict == Verdict.NOT_RECORDED
        else f"{text_of(frame, now.value)}{' so far' if judgement.provisional else ''}, promised {goal_words}.",
        facts=_level_facts(frame, now, interval, states_evidence(judgement)),
        clause=f"{frame.figure.noun} is {text_of(frame, now.value)}, promised {goal_words}",
        goal_text=goal_text(frame),
        goal_value=level,
        target=level,
        chance=_chance(frame, now, level, lower) if interval else None,
    )


def _level_facts(frame: Frame, now: Kpi, interval: Interval | None, told: bool) -> Facts:
    """State a share, which the sentence states too if told, and its range, which it does not."""
    if interval is None:
        return (Fact(_with_share(frame, now), told=told and _has_no_parts(now)),)
    spread = spread_of(f"{share(interval.low)} to {share(interval.high)}")
    return (Fact(_with_share(frame, now), told=told), Fact("", spread))


def _readings(now: Kpi, missing: int, level: float, lower: bool) -> list[Judgement]:
    """Judge again with all unrecorded ones taken as yes, and all as no."""
    assert now.numerator is not None and now.denominator is not None
    found = []
    for more in (0, missing) if missing else ():
        yes, total = now.numerator + more, now.denominator + missing
        reached = yes / total <= level if lower else yes / total >= level
        found.append(
            judge_level(
                reached,
                wilson(yes / now.clustering, total / now.clustering),
                level,
                lower_is_better=lower,
                enough=True,
            )
        )
    return found


def _every(frame: Frame, now: Kpi, row: dict[str, Any], figures: StatusFigures) -> CommitmentStatus:
    """Judge a duty without exceptions; the ones that failed it are named."""
    assert now.numerator is not None and now.denominator is not None
    on_time = int(now.numerator)
    missing = int(row.get("missing") or 0)
    late = int(now.denominator) - on_time - missing
    blamed = int(row.get("not_blameless") or 0)
    judgement = judge_every(on_time, late, missing, now.open, blamed)
    if frame.running and frame.figure.duty is Duty.CAN_BE_MET_LATE:
        judgement = judge_census(judgement.verdict == Verdict.MET, running=True)
    elif frame.running and judgement.verdict == Verdict.MET:
        judgement = Judgement(Verdict.MET_SO_FAR)
    if not late + blamed:  # what was late stays late; what is missing may have been recorded late
        judgement = frame.settled(judgement)
    # What failed has failed, whatever the unrecorded ones are; that none did is known only where few are.
    if not late + missing + blamed and recorded(judgement, now).verdict is Verdict.NOT_RECORDED:
        return _hardly_recorded(frame, now, figures)
    failed = [str(name) for name in row.get("failed") or ()]
    details = []
    if blamed:
        details.append(f"{count(blamed)} attested not blameless")
    if unsaid := int(row.get("blameless_not_attested") or 0):
        details.append(f"blameless not attested: {count(unsaid)}")
    return frame.status(
        judgement,
        figures,
        sentence=every_sentence(
            judgement,
            on_time=on_time,
            late=late,
            missing=missing,
            pending=now.open,
            ids=listed(failed) if failed else "see the rows",
            timed=frame.figure.duty is Duty.CLOCK,
        ),
        facts=(
            Fact(_with_share(frame, now)),
            *(
                (Fact(f"{_failing(frame, late, missing)}: {listed(failed)}", aside=True, told=True),)
                if failed
                else ()
            ),
        ),
        clause=f"{count(on_time)} of {count(now.denominator)} {frame.figure.short} as promised",
        goal_text=goal_text(frame),
        goal_value=1.0,
        target=1.0,
        details=tuple(details),
        shown=_parts(frame, now),
    )


def _failing(frame: Frame, late: int, missing: int) -> str:
    """Say in a word how a duty was failed: "late", "missing"; what has no clock stands "without" it."""
    if frame.figure.duty is not Duty.CLOCK:
        return "without"
    words = [word for word, number in (("late", late), ("missing", missing)) if number]
    return " or ".join(words) or "not blameless"


def _changed(
    frame: Frame, evidence: Evidence, now: Kpi, before: Kpi | None, target: float, figures: StatusFigures
) -> CommitmentStatus:
    lower = target < 1
    if (before is None or not before.value) and (silent := unsaid(now, before)):
        return _unsaid(frame, silent, before, figures)
    if before is None or not before.value or now.value is None:
        return frame.status(Judgement(Verdict.NO_DATA), figures, sentence="The baseline has no figure.")
    ratio = now.value / before.value
    interval = None
    path = glide_ratio(target, frame.elapsed)
    doubts: tuple[Doubt, ...] = ()
    if _sampled(frame, now) and _sampled(frame, before):
        assert now.independent is not None and before.independent is not None
        interval = share_ratio(*now.independent, *before.independent)
        enough = min(now.n, before.n) >= LEAST_DECIDED
        if frame.finished:
            judgement = judge_change(ratio, interval, target, lower_is_better=lower, enough=enough)
            judgement = frame.settled(judgement)
            doubt = return_to_normal(
                frame, evidence, judgement, partial(_again, frame, evidence, now, target)
            )
            doubts = (doubt,) if doubt else ()
            judgement = with_doubts(judgement, doubts)
        else:
            judgement = change_pace(ratio, interval, path, lower_is_better=lower, enough=enough)
    else:
        held_to = target if frame.finished else path
        judgement = frame.settled(
            judge_census(ratio <= held_to + EXACT if lower else ratio >= held_to - EXACT, frame.running)
        )
    judgement = recorded(judgement, now, before)
    chance = _chance(frame, now, target * before.value, lower) if interval else None
    return against_baseline(
        frame, judgement, now.value, before.value, target, interval, figures, chance, doubts
    )


def _again(
    frame: Frame, evidence: Evidence, now: Kpi, target: float, stretches: list[Window]
) -> tuple[Judgement, str]:
    """Judge a share against what was recorded in some stretches."""
    found = [evidence.kpi(frame.commitment.kpi, window, frame.commitment.filters)[0] for window in stretches]
    yes, of = (sum(part) for part in zip(*(kpi.independent or (0.0, 0.0) for kpi in found), strict=True))
    if not yes or now.independent is None or now.value is None:
        return Judgement(Verdict.TOO_FEW), text_of(frame, 0.0) if of else "nothing"
    enough = min(now.n, sum(kpi.n for kpi in found)) >= LEAST_DECIDED
    interval = share_ratio(*now.independent, yes, of)
    ratio = now.value * of / yes
    judged = judge_change(ratio, interval, target, lower_is_better=target < 1, enough=enough)
    return judged, text_of(frame, yes / of)


def _chance(frame: Frame, now: Kpi, level: float, lower: bool) -> float | None:
    """The chance that a running share ends on the right side of a level."""
    decided = now.denominator or 0.0
    if not frame.has_chance or now.numerator is None or decided < LEAST_DECIDED:
        return None
    rest = to_come(decided + now.open, frame.elapsed) + now.open
    return chance_of_share(
        now.numerator, decided, rest, level, lower_is_better=lower, clustering=max(1.0, now.clustering)
    )
