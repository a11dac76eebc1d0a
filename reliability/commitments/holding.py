"""Promises on how long endings hold: a share with endings that are still being watched."""

from dataclasses import replace

from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact
from reliability.commitments.figures import against_baseline, figures_of, goal_text, recorded, text_of, unsaid
from reliability.commitments.frame import Frame
from reliability.commitments.model import CommitmentStatus
from reliability.commitments.sentences import level_sentence, states_evidence
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    change_pace,
    judge_change,
    judge_level,
)
from reliability.commitments.wording import spread_of
from reliability.formatting import plural, share
from reliability.statistics.endings import LEAST_ENDINGS
from reliability.statistics.intervals import share_ratio_of
from reliability.statistics.pace import glide_ratio


def holding_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge the share of endings that held, of the year up to the window's end, by its Kaplan-Meier interval."""
    kpi, filters, goal = frame.commitment.kpi, frame.commitment.filters, frame.commitment.goal
    now = evidence.kpi(kpi, frame.window, filters)[0]
    before = evidence.kpi(kpi, frame.baseline, filters)[0] if frame.baseline else None
    held = evidence.held(kpi, frame.window, filters)
    figures = figures_of(now, before)
    if (now.value is None or held.interval is None) and (silent := unsaid(now)):
        return frame.status(
            Judgement(Verdict.NOT_RECORDED), figures, sentence=silent, goal_text=goal_text(frame, before)
        )
    if now.value is None or held.interval is None:
        word = Verdict.NO_DATA if frame.finished else Verdict.TOO_EARLY
        sentence = "No ending was followed for long enough."
        return frame.status(Judgement(word), figures, sentence=sentence, goal_text=goal_text(frame, before))
    enough = now.n >= LEAST_ENDINGS
    if goal.change is not None:
        then = evidence.held(kpi, frame.baseline, filters) if frame.baseline else None
        if before is not None and not before.value and (silent := unsaid(now, before)):
            return frame.status(Judgement(Verdict.NOT_RECORDED), figures, sentence=silent)
        if before is None or not before.value or then is None or then.interval is None:
            return frame.status(Judgement(Verdict.NO_DATA), figures, sentence="The baseline has no figure.")
        target = 1 + goal.change
        interval = share_ratio_of(now.value, held.interval, before.value, then.interval)
        enough = enough and before.n >= LEAST_ENDINGS
        ratio = now.value / before.value
        if frame.finished:
            judgement = judge_change(ratio, interval, target, lower_is_better=target < 1, enough=enough)
            judgement = frame.settled(judgement)
        else:
            path = glide_ratio(target, frame.elapsed)
            judgement = change_pace(ratio, interval, path, lower_is_better=target < 1, enough=enough)
        judgement = recorded(judgement, now, before)
        return against_baseline(frame, judgement, now.value, before.value, target, interval, figures)
    lower = goal.at_least is None
    level = goal.at_most if lower else goal.at_least
    assert level is not None
    reached = now.value <= level if lower else now.value >= level
    judgement = judge_level(reached, held.interval, level, lower_is_better=lower, enough=enough)
    judgement = recorded(frame.level_word(judgement), now)
    goal_words = goal_text(frame).removeprefix("goal: ")
    spread = spread_of(f"{share(held.interval.low)} to {share(held.interval.high)}")
    told = states_evidence(judgement)
    endings = plural(now.n, "ending")
    return frame.status(
        judgement,
        replace(figures, interval=held.interval, interval_of="value"),
        sentence=level_sentence(
            judgement, figure=text_of(frame, now.value), evidence=f"{endings}, {spread}", goal=goal_words
        ),
        facts=(
            Fact(text_of(frame, now.value), told=told),
            Fact("", spread, told=told),
            Fact(endings, told=told),
        ),
        clause=f"{frame.figure.noun} is {text_of(frame, now.value)}, promised {goal_words}",
        goal_text=goal_text(frame),
        goal_value=level,
        target=level,
    )
