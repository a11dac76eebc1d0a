"""From a figure and its interval to a verdict.

Two statements are kept apart: did the figure reach the target, and could luck alone do that? "Met" needs
both: the target reached, and "no change" outside the 90 % interval.

Verdicts only; the module sentences says the same in a sentence. A finished window has a verdict, a running one
has pace.
"""

from dataclasses import replace

from reliability.commitments.verdict import Judgement, Reason, Verdict
from reliability.model import GOOD, NOISE, UNKNOWN
from reliability.statistics.intervals import Interval

LEAST_DURATIONS = 8
LEAST_DECIDED = 5
LIKELY, UNLIKELY = 0.80, 0.20
EARLY = 0.25
UNRECORDED = 0.20

# A target hit exactly must not be missed by the last bit of a division.
EXACT = 1e-12


def judge_change(
    figure: float | None,
    interval: Interval,
    target: float,
    *,
    no_change: float = 1.0,
    lower_is_better: bool = True,
    enough: bool = True,
    hard_floor: bool = False,
    sure: bool = True,
    too_few: Verdict = Verdict.TOO_FEW,
) -> Judgement:
    """Judge a finished window against its baseline.

    figure, interval, target, no_change: on one scale, where no_change is 1 for ratios and 0 for differences;
    None is a ratio to nothing (baseline of 0 events). enough: whether the floor is reached. hard_floor: below
    it nothing can be said; otherwise a sure statement still wins. sure: False where luck alone can do it although "no
    change" lies outside the interval.
    """
    # Turn everything so that smaller is better.
    sign = 1.0 if lower_is_better else -1.0
    low, high = sorted((sign * interval.low, sign * interval.high))
    goal, nothing = sign * target, sign * no_change
    value = float("inf") if figure is None else sign * figure
    sure_change, reached = sure and high < nothing, value <= goal + EXACT
    if not enough and hard_floor:
        return Judgement(too_few)
    if sure and low > nothing:
        return Judgement(Verdict.WORSE)
    if reached and sure_change:
        return Judgement(Verdict.MET, beyond_doubt=high <= goal)
    if not reached and sure_change:
        return Judgement(Verdict.IMPROVED)
    if not reached and low > goal:
        return Judgement(Verdict.MISSED)
    if not enough:
        return Judgement(too_few)
    return Judgement(Verdict.MET_IN_NOISE if reached else Verdict.NOT_MET_IN_NOISE)


def judge_level(
    reached: bool,
    interval: Interval,
    level: float,
    *,
    lower_is_better: bool,
    enough: bool,
    too_few: Verdict = Verdict.TOO_FEW,
) -> Judgement:
    """Judge a finished window against a fixed level that needs no baseline.

    reached: whether the figure as written reaches the target. interval: of what is compared with `level`: the
    share engaged in time against one half, a share against its target.
    """
    if not enough:
        return Judgement(too_few)
    if reached:
        sure = interval.high < level if lower_is_better else interval.low > level
        return Judgement(Verdict.MET if sure else Verdict.MET_IN_NOISE)
    sure = interval.low > level if lower_is_better else interval.high < level
    return Judgement(Verdict.MISSED if sure else Verdict.NOT_MET_IN_NOISE)


def count_pace(count: int, allowed: int, chance: float | None, elapsed: float) -> Judgement:
    """Judge a running count. elapsed: share of the window that has passed (0-1)."""
    if count > allowed:
        return Judgement(Verdict.MISSED_ALREADY)
    return chance_pace(chance, elapsed)


def chance_pace(chance: float | None, elapsed: float) -> Judgement:
    """Judge a running promise by the chance (0-1) to keep it; None is too early."""
    if chance is None or elapsed < EARLY:
        return Judgement(Verdict.TOO_EARLY)
    if chance >= LIKELY:
        return Judgement(Verdict.ON_PACE)
    return Judgement(Verdict.OFF_PACE if chance <= UNLIKELY else Verdict.TOO_CLOSE)


def change_pace(
    figure: float | None,
    interval: Interval,
    glide: float,
    *,
    no_change: float = 1.0,
    lower_is_better: bool = True,
    enough: bool = True,
    too_few: Verdict = Verdict.TOO_FEW,
) -> Judgement:
    """Judge a running change against where its path should be by now (`glide`), all on one scale."""
    if not enough or figure is None:
        return Judgement(too_few)
    sign = 1.0 if lower_is_better else -1.0
    low, high = sorted((sign * interval.low, sign * interval.high))
    if sign * figure <= sign * glide + EXACT:
        return Judgement(Verdict.ON_PACE if high < sign * no_change else Verdict.ON_PACE_IN_NOISE)
    return Judgement(Verdict.OFF_PACE if low > sign * glide else Verdict.BEHIND_IN_NOISE)


_PACE_OF_LEVEL = {
    Verdict.MET: Verdict.ON_PACE,
    Verdict.MET_IN_NOISE: Verdict.ON_PACE_IN_NOISE,
    Verdict.NOT_MET_IN_NOISE: Verdict.BEHIND_IN_NOISE,
    Verdict.MISSED: Verdict.OFF_PACE,
}


def level_pace(finished: Judgement) -> Judgement:
    """Say the verdict a level would get today as pace: the window is still running.

    What cannot be told stays so. Raises KeyError for a word that no level gets.
    """
    if finished.tone == UNKNOWN:
        return finished
    return replace(finished, verdict=_PACE_OF_LEVEL[finished.verdict])


def judge_availability(
    worst: float | None, best: float | None, share: float | None, objective: float
) -> Judgement:
    """Judge availability that was counted, not sampled: the doubt is only in what was not measured."""
    if share is None or worst is None or best is None:
        return Judgement(Verdict.NO_DATA)
    if worst >= objective - EXACT:
        return Judgement(Verdict.MET)
    if best < objective - EXACT:
        return Judgement(Verdict.MISSED)
    return Judgement(Verdict.MET_ON_MEASURED if share >= objective - EXACT else Verdict.MISSED_ON_MEASURED)


def judge_every_endpoint(endpoints: tuple[Judgement, ...]) -> Judgement:
    """Join the verdicts of all endpoints: one that is missed is enough, and the weakest word speaks."""
    order = (
        Verdict.MISSED,
        Verdict.MISSED_ON_MEASURED,
        Verdict.MET_ON_MEASURED,
        Verdict.TOO_FEW_REQUESTS,
        Verdict.NO_DATA,
        Verdict.MET,
    )
    return min(endpoints, key=lambda j: order.index(j.verdict), default=Judgement(Verdict.NO_DATA))


def judge_every(
    on_time: int, late: int, missing: int, pending: int, attested_not_blameless: int = 0
) -> Judgement:
    """Judge a duty without exceptions (a postmortem for every Sev1).

    pending: not yet due, or the incident is still open. attested_not_blameless: published, but said not to be
    blameless.
    """
    if late or missing or attested_not_blameless:
        return Judgement(Verdict.NOT_MET)
    if pending:
        return Judgement(Verdict.MET_SO_FAR)
    return Judgement(Verdict.MET if on_time else Verdict.NONE_DUE)


def with_recording(judgement: Judgement, unrecorded: int, needed: int) -> Judgement:
    """Replace the word when more than 20 % of the stamps it needs are missing."""
    if needed and unrecorded / needed > UNRECORDED:
        return Judgement(Verdict.NOT_RECORDED)
    return judgement


def with_freshness(judgement: Judgement, stale: bool) -> Judgement:
    """Replace a word that is not a concern when the data stop before the window does: silence is not success."""
    return Judgement(Verdict.DATA_STOP) if stale and judgement.tone in (GOOD, NOISE) else judgement


def with_same_tools(judgement: Judgement) -> Judgement:
    """Replace a word that compares what other tools saw: more or fewer may have been seen, not happened."""
    return judgement if judgement.tone == UNKNOWN else Judgement(Verdict.OTHER_TOOLS)


def judge_census(reached: bool, running: bool = False) -> Judgement:
    """Judge a figure that was counted in full and has no sampling error."""
    if running:
        return Judgement(Verdict.ON_PACE if reached else Verdict.OFF_PACE)
    return Judgement(Verdict.MET if reached else Verdict.MISSED)


def with_provisional(
    judgement: Judgement, immature: bool, *readings: Judgement, lower_is_better: bool = True
) -> Judgement:
    """Replace the word while it is not final: it says where the figure stands and claims nothing of chance.

    immature: records may still arrive. readings: the words with what is undecided taken one way and the other; one
    that differs keeps the word from being final too.
    """
    undecided = any(r.verdict != judgement.verdict for r in readings)
    if judgement.tone == UNKNOWN or not (immature or undecided):
        return judgement
    beyond = Verdict.OVER_SO_FAR if lower_is_better else Verdict.SHORT_SO_FAR
    word = Verdict.REACHED_SO_FAR if judgement.verdict.reached else beyond
    return Judgement(word, reasons=(Reason.UNDECIDED,) if undecided else ())


def with_second_opinion(judgement: Judgement, other: Judgement | None, reason: Reason) -> Judgement:
    """Add a reason when a second opinion that can tell anything says another word than a final one."""
    if other is None or UNKNOWN in (judgement.tone, other.tone) or other.verdict == judgement.verdict:
        return judgement
    return judgement if judgement.provisional else with_reason(judgement, reason)


def with_reason(judgement: Judgement, reason: Reason, applies: bool = True) -> Judgement:
    """Add a reason such as "linking changed"."""
    return replace(judgement, reasons=(*judgement.reasons, reason)) if applies else judgement
