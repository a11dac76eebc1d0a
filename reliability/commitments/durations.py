"""Promises on how long something takes: medians with open incidents, against a baseline or a fixed limit."""

import math
from dataclasses import replace
from datetime import timedelta

from reliability.commitments.beside import ENOUGH_ALONE, cost_and_worst, in_time, other_figures
from reliability.commitments.duration_words import (
    incidents_of,
    median_text,
    medians_beside,
    second_figures,
    shorter_clause,
    shorter_facts,
    shorter_power,
    shorter_sentence,
    unknown_times,
)
from reliability.commitments.evidence import Evidence
from reliability.commitments.facts import Fact
from reliability.commitments.frame import YEAR, Frame
from reliability.commitments.lowering import HOLDS, Doubt, reasons, why_of, with_doubts, with_why
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.observed import ClockReading
from reliability.commitments.ordinary import return_to_normal
from reliability.commitments.sentences import (
    change_pace_sentence,
    level_sentence,
    states_evidence,
)
from reliability.commitments.verdict import Cause, Judgement, Verdict
from reliability.commitments.verdicts import (
    LEAST_DECIDED,
    LEAST_DURATIONS,
    change_pace,
    judge_change,
    judge_level,
    level_pace,
    with_recording,
)
from reliability.commitments.wording import (
    another_word,
    ratio_evidence,
    spread_of,
)
from reliability.formatting import count, duration, share
from reliability.settings.periods import Window
from reliability.statistics.intervals import Interval, wilson
from reliability.statistics.keeping import chance_of_share, to_come
from reliability.statistics.medians import MedianChange, median_change
from reliability.statistics.pace import glide_ratio
from reliability.statistics.survival import Durations, median, median_above
from reliability.statistics.typical import typical_change

_HALF = 0.5


def duration_status(frame: Frame, evidence: Evidence) -> CommitmentStatus:
    """Judge a median: "30 % shorter" by the ratio, "at most 15 minutes" by the share within 15 minutes."""
    now = _read(frame, evidence, frame.seen)
    before = _read(frame, evidence, frame.baseline) if frame.baseline else None
    if frame.commitment.goal.at_most is not None:
        return _within_limit(frame, evidence, now, before, frame.commitment.goal.at_most)
    assert before is not None and frame.commitment.goal.change is not None
    return _shorter(frame, evidence, now, before, 1 + frame.commitment.goal.change)


def _read(frame: Frame, evidence: Evidence, window: Window) -> ClockReading:
    return evidence.durations(frame.commitment.kpi, window, frame.commitment.filters)


def _compare(now: Durations, before: Durations) -> MedianChange | None:
    return median_change(now, before) if now.n and before.n else None


def _enough(now: Durations, before: Durations) -> bool:
    return min(now.n, before.n) >= LEAST_DURATIONS


def _judge(now: Durations, before: Durations, target: float) -> Judgement:
    found = _compare(now, before)
    # Without a baseline median, or with one of 0, there is no ratio: the drawn ones say nothing.
    enough = found is not None and found.ratio is not None and _enough(now, before)
    figure, interval = (found.ratio, found.deciding) if found else (None, Interval(0.0, math.inf))
    return judge_change(figure, interval, target, lower_is_better=target < 1, enough=enough, hard_floor=True)


def _shorter(
    frame: Frame, evidence: Evidence, now: ClockReading, before: ClockReading, target: float
) -> CommitmentStatus:
    found = _compare(now.durations, before.durations)
    details = (*medians_beside(now.durations, before.durations), *second_figures(found, target))
    path = glide_ratio(target, frame.elapsed)
    doubts: tuple[Doubt, ...] = ()
    if frame.finished:
        judgement = _judge(now.durations, before.durations, target)
        judgement = frame.settled(judgement, *_readings(now, before, target))
        doubts = _doubts(frame, evidence, now.durations, judgement, target)
        judgement = with_doubts(judgement, doubts)
        details = (*reasons(doubts), *details)
        season = _year_ago(frame, evidence, now.durations, target)
        details += another_word(judgement, season, f"Against the same {frame.span()} a year earlier")
    else:
        enough = found is not None and _enough(now.durations, before.durations)
        interval = found.deciding if found else Interval(0.0, math.inf)
        judgement = change_pace(
            found.ratio if found else None, interval, path, lower_is_better=target < 1, enough=enough
        )
    judgement = _recorded(judgement, now, before)
    was = median(before.durations)
    goal_value = target * was if 0 < was < math.inf else None
    others = other_figures(frame, evidence, now, goal_value)
    few = min(now.durations.n, before.durations.n) < ENOUGH_ALONE
    return frame.status(
        judgement,
        _figures(now, before, found),
        sentence=unknown_times(now, before)
        if judgement.verdict is Verdict.NOT_RECORDED
        else with_why(
            shorter_sentence(frame, judgement, found, now.durations, target, path), judgement, doubts
        ),
        why=why_of(judgement, doubts),
        facts=(
            *shorter_facts(frame, judgement, found, now.durations, counted=few and bool(goal_value)),
            *(others if few else ()),
        ),
        clause=shorter_clause(frame, judgement, found),
        goal_text=f"goal: at most {duration(goal_value)}" if goal_value else "",
        goal_value=goal_value,
        target=target,
        chance=_chance(frame, now.durations, goal_value) if goal_value and target < 1 else None,
        power=shorter_power(frame, before.durations, target),
        details=details if few else (*map(str, others), *details),
    )


def _chance(frame: Frame, now: Durations, limit: float) -> float | None:
    """The chance that a running median ends at most at a limit: that at least half end up within it."""
    if not frame.has_chance or now.n < LEAST_DURATIONS:
        return None
    within = int((now.ended & (now.minutes <= limit)).sum())
    undecided = int((~now.ended & (now.minutes <= limit)).sum())
    decided = now.n - undecided
    if not decided:
        return None
    # One short of the time yet may still go either way, as those to come may.
    rest = to_come(now.n, frame.elapsed) + undecided
    return chance_of_share(within, decided, rest, _HALF, lower_is_better=False)


def _figures(now: ClockReading, before: ClockReading | None, found: MedianChange | None) -> StatusFigures:
    was = median(before.durations) if before else math.nan
    figure = median(now.durations)
    return StatusFigures(
        value=figure if math.isfinite(figure) else None,
        above=median_above(now.durations),
        shown="" if math.isfinite(figure) or not now.durations.n else median_text(now.durations),
        n=now.durations.n,
        open=now.durations.open,
        baseline_value=was if math.isfinite(was) else None,
        baseline_n=before.durations.n if before else 0,
        ratio=found.ratio if found and found.ratio is not None and math.isfinite(found.ratio) else None,
        interval=found.interval if found else None,
        interval_of="ratio" if found else "",
        left_out=now.left_out,
    )


def _readings(now: ClockReading, before: ClockReading, target: float) -> tuple[Judgement, ...]:
    """Judge again with the open incidents taken as ended now, and as never ending."""
    if not now.durations.open + before.durations.open:
        return ()
    return tuple(
        _judge(read(now.durations), read(before.durations), target)
        for read in (Durations.all_ended, Durations.never_ending)
    )


def _doubts(
    frame: Frame, evidence: Evidence, now: Durations, judgement: Judgement, target: float
) -> tuple[Doubt, ...]:
    """What would give a shorter median as well: the end of a declared incident window, and the season."""

    def again(stretches: list[Window]) -> tuple[Judgement, str]:
        was = Durations.joined([_read(frame, evidence, window).durations for window in stretches])
        return _judge(now, was, target), f"a median of {median_text(was)}" if was.n else "nothing"

    found = (
        return_to_normal(frame, evidence, judgement, again),
        _season(frame, evidence, now, judgement, target),
    )
    return tuple(doubt for doubt in found if doubt)


def _season(
    frame: Frame, evidence: Evidence, now: Durations, judgement: Judgement, target: float
) -> Doubt | None:
    """Judge a "met" again by the same days of earlier years, where these are quicker than the rest of their years."""
    if judgement.verdict is not Verdict.MET or frame.elapsed_days >= YEAR / timedelta(days=1):
        return None
    covered = evidence.coverage.get("incidents")
    years = [
        year
        for year in (1, 2)
        if covered and covered.holds(Window(frame.years_earlier(year).start, frame.window.start))
    ]
    same, rest = (
        Durations.joined([_read(frame, evidence, stretch(year)).durations for year in years])
        for stretch in (frame.years_earlier, frame.rest_of_year)
    )
    if not _enough(same, rest) or typical_change(same, rest, z=HOLDS).interval.high >= 1:
        return None
    if _judge(now, same, target).verdict is Verdict.MET:
        return None
    return Doubt(
        Cause.SEASON, f"these days are quicker every year: it was a median of {median_text(same)} in them"
    )


def _year_ago(frame: Frame, evidence: Evidence, now: Durations, target: float) -> Judgement | None:
    window = frame.year_earlier()
    covered = evidence.coverage.get("incidents")
    if covered is None or not covered.holds(window):
        return None
    return _judge(now, _read(frame, evidence, window).durations, target)


def _recorded(judgement: Judgement, *readings: ClockReading) -> Judgement:
    for reading in readings:
        judgement = with_recording(judgement, reading.unknown, reading.needed)
    return judgement


def _within_limit(
    frame: Frame, evidence: Evidence, now: ClockReading, before: ClockReading | None, limit: float
) -> CommitmentStatus:
    """Judge "median at most 15 minutes": the same as "at least half within 15 minutes"."""
    minutes, ended = now.durations.minutes, now.durations.ended
    within = int((ended & (minutes <= limit)).sum())
    undecided = int((~ended & (minutes <= limit)).sum())
    decided = now.durations.n - undecided
    found = _compare(now.durations, before.durations) if before else None
    judgement = _judge_share(median(now.durations) <= limit, within, decided)
    path = None
    if frame.finished:
        missing = now.unknown
        readings = [
            _judge_share(w >= _HALF * (decided + missing), w, decided + missing)
            for w in ((within, within + missing) if missing else ())
        ]
        judgement = frame.settled(judgement, *readings)
    elif found and before and found.ratio is not None and limit < found.baseline_median:
        path = glide_ratio(limit / found.baseline_median, frame.elapsed)
        enough = _enough(now.durations, before.durations)
        judgement = change_pace(found.ratio, found.deciding, path, enough=enough)
    else:
        judgement = level_pace(judgement)
    judgement = with_recording(judgement, now.unknown, now.needed)

    goal = f"at most {duration(limit)}"
    text = f"{count(within)} of {count(decided)} within {duration(limit)}"
    text += f" ({share(within / decided)})" if decided else ""
    figures = _figures(now, before, found)
    if found is None and decided:
        figures = replace(figures, interval=wilson(within, decided), interval_of="share")
    figure = f"median {median_text(now.durations)}"
    told = False
    if judgement.verdict is Verdict.NOT_RECORDED:
        sentence = unknown_times(now, None)
    elif not now.durations.n:
        sentence = "Nothing to measure yet."
    elif path is not None and found:
        by_now = duration(found.baseline_median * path)
        sentence = change_pace_sentence(
            judgement, now=figure, path=by_now, goal=duration(limit), n=incidents_of(now.durations)
        )
    else:
        sentence = level_sentence(judgement, figure=figure, evidence=text, goal=goal)
        told = states_evidence(judgement)
    details = medians_beside(now.durations, before.durations) if before else ()
    if found and found.ratio is not None:
        details = (f"Against the baseline: {ratio_evidence(found.ratio, found.interval)}", *details)
    if undecided:
        details = (*details, f"{count(undecided)} still within the time")
    others = cost_and_worst(frame, evidence, now)
    few = min(now.durations.n, before.durations.n if before else math.inf) < ENOUGH_ALONE
    spread = spread_of(" to ".join(map(share, wilson(within, decided)))) if decided else ""
    return frame.status(
        judgement,
        figures,
        sentence=sentence,
        facts=(
            Fact(text, told=told, short=in_time(within, decided) if few and decided else None),
            Fact("", spread),
            *(others if few else ()),
        ),
        clause=f"{frame.figure.noun} is {median_text(now.durations)}, promised {goal}",
        goal_text=f"goal: {goal}",
        goal_value=limit,
        target=limit,
        chance=_chance(frame, now.durations, limit),
        details=details if few else (*map(str, others), *details),
    )


def _judge_share(reached: bool, within: int, decided: int) -> Judgement:
    interval = wilson(within, decided) if decided else Interval(0.0, 1.0)
    return judge_level(reached, interval, _HALF, lower_is_better=False, enough=decided >= LEAST_DECIDED)
