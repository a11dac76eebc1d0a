"""Verdicts: from a figure and its interval to one word.

Two statements are kept apart: did the figure reach the target, and could luck alone do that? "Met" needs
both: the target reached, and "no change" outside the 90 % interval.

Words only; the module sentences says the same in a sentence. A finished window has a verdict, a running one
has pace.
"""

from dataclasses import dataclass, replace

from reliability.statistics.intervals import Interval

GOOD, NOISE, CONCERN, UNKNOWN = "good", "noise", "concern", "unknown"

MET = "met"
MET_IN_NOISE = "met, but within noise"
IMPROVED = "improved, short of target"
NOT_MET_IN_NOISE = "not met, within noise"
MISSED = "missed"
WORSE = "worse"
TOO_FEW = "too few incidents to tell"
TOO_FEW_ANSWERS = "too few responses to tell"
TOO_FEW_REQUESTS = "too few requests to tell"
NOT_RECORDED = "cannot tell: not recorded"
DATA_STOP = "cannot tell: the data stop early"
NOT_BEGUN = "not begun"
NO_DATA = "no data"

MISSED_ALREADY = "missed already"
ON_PACE = "on pace"
ON_PACE_IN_NOISE = "on pace, within noise"
TOO_CLOSE = "too close to call"
BEHIND_IN_NOISE = "behind, within noise"
OFF_PACE = "off pace"
TOO_EARLY = "too early to tell"

MET_ON_MEASURED = "met on what was measured, gaps could change it"
MISSED_ON_MEASURED = "missed on what was measured, gaps could change it"

MET_SO_FAR = "met so far"
NOT_MET = "not met"
NONE_DUE = "no Sev1 due"

FELL, ROSE, NO_CHANGE_SHOWN = "fell", "rose", "no change shown"

TONES = {
    MET: GOOD,
    MET_IN_NOISE: NOISE,
    IMPROVED: CONCERN,
    NOT_MET_IN_NOISE: NOISE,
    MISSED: CONCERN,
    WORSE: CONCERN,
    TOO_FEW: UNKNOWN,
    TOO_FEW_ANSWERS: UNKNOWN,
    TOO_FEW_REQUESTS: UNKNOWN,
    NOT_RECORDED: UNKNOWN,
    DATA_STOP: UNKNOWN,
    NOT_BEGUN: UNKNOWN,
    NO_DATA: UNKNOWN,
    MISSED_ALREADY: CONCERN,
    ON_PACE: GOOD,
    ON_PACE_IN_NOISE: NOISE,
    TOO_CLOSE: NOISE,
    BEHIND_IN_NOISE: NOISE,
    OFF_PACE: CONCERN,
    TOO_EARLY: UNKNOWN,
    MET_ON_MEASURED: NOISE,
    MISSED_ON_MEASURED: NOISE,
    MET_SO_FAR: GOOD,
    NOT_MET: CONCERN,
    NONE_DUE: UNKNOWN,
    FELL: CONCERN,
    ROSE: GOOD,
    NO_CHANGE_SHOWN: NOISE,
}

LEAST_DURATIONS = 8
LEAST_BASELINE_COUNT = 10
LEAST_DECIDED = 5
LIKELY, UNLIKELY = 0.80, 0.20
EARLY = 0.25
UNRECORDED = 0.20

PROVISIONAL = "provisional"
SEASON = "season-sensitive"
SEVERITY_RULE = "depends on severity rule"
LINKING = "linking changed"

# A target hit exactly must not be missed by the last bit of a division.
_EXACT = 1e-12


@dataclass(frozen=True)
class Judgement:
    """A verdict word with what must stand beside it.

    beyond_doubt: the whole interval reaches the target. notes: suffixes such as "season-sensitive".
    """

    word: str
    beyond_doubt: bool = False
    provisional: bool = False
    notes: tuple[str, ...] = ()

    @property
    def tone(self) -> str:
        """The tone that decides colour and icon: good, noise, concern or unknown."""
        return TONES[self.word]

    @property
    def text(self) -> str:
        """The word with its suffixes: "met beyond doubt, provisional, season-sensitive"."""
        word = f"{self.word} beyond doubt" if self.beyond_doubt else self.word
        return ", ".join([word, *([PROVISIONAL] if self.provisional else []), *self.notes])


def judge_change(
    figure: float | None,
    interval: Interval,
    target: float,
    *,
    no_change: float = 1.0,
    lower_is_better: bool = True,
    enough: bool = True,
    hard_floor: bool = False,
    too_few: str = TOO_FEW,
) -> Judgement:
    """Judge a finished window against its baseline.

    figure, interval, target, no_change: on one scale, where no_change is 1 for ratios and 0 for differences;
    None is a ratio to nothing (baseline of 0 events). enough: whether the floor is reached. hard_floor: below
    it nothing can be said; otherwise a sure statement still wins.
    """
    # Turn everything so that smaller is better.
    sign = 1.0 if lower_is_better else -1.0
    low, high = sorted((sign * interval.low, sign * interval.high))
    goal, nothing = sign * target, sign * no_change
    value = float("inf") if figure is None else sign * figure
    sure_change, reached = high < nothing, value <= goal + _EXACT
    if not enough and hard_floor:
        return Judgement(too_few)
    if low > nothing:
        return Judgement(WORSE)
    if reached and sure_change:
        return Judgement(MET, beyond_doubt=high <= goal)
    if not reached and sure_change:
        return Judgement(IMPROVED)
    if not reached and low > goal:
        return Judgement(MISSED)
    if not enough:
        return Judgement(too_few)
    return Judgement(MET_IN_NOISE if reached else NOT_MET_IN_NOISE)


def judge_level(
    reached: bool,
    interval: Interval,
    level: float,
    *,
    lower_is_better: bool,
    enough: bool,
    too_few: str = TOO_FEW,
) -> Judgement:
    """Judge a finished window against a fixed level that needs no baseline.

    reached: whether the figure as written reaches the target. interval: of what is compared with `level`: the
    share engaged in time against one half, a share against its target.
    """
    if not enough:
        return Judgement(too_few)
    if reached:
        sure = interval.high < level if lower_is_better else interval.low > level
        return Judgement(MET if sure else MET_IN_NOISE)
    sure = interval.low > level if lower_is_better else interval.high < level
    return Judgement(MISSED if sure else NOT_MET_IN_NOISE)


def count_pace(count: int, allowed: int, chance: float | None, elapsed: float) -> Judgement:
    """Judge a running count. elapsed: share of the window that has passed (0-1)."""
    if count > allowed:
        return Judgement(MISSED_ALREADY)
    return chance_pace(chance, elapsed)


def chance_pace(chance: float | None, elapsed: float) -> Judgement:
    """Judge a running promise by the chance (0-1) to keep it; None is too early."""
    if chance is None or elapsed < EARLY:
        return Judgement(TOO_EARLY)
    if chance >= LIKELY:
        return Judgement(ON_PACE)
    return Judgement(OFF_PACE if chance <= UNLIKELY else TOO_CLOSE)


def change_pace(
    figure: float | None,
    interval: Interval,
    glide: float,
    *,
    no_change: float = 1.0,
    lower_is_better: bool = True,
    enough: bool = True,
    too_few: str = TOO_FEW,
) -> Judgement:
    """Judge a running change against where its path should be by now (`glide`), all on one scale."""
    if not enough or figure is None:
        return Judgement(too_few)
    sign = 1.0 if lower_is_better else -1.0
    low, high = sorted((sign * interval.low, sign * interval.high))
    if sign * figure <= sign * glide + _EXACT:
        return Judgement(ON_PACE if high < sign * no_change else ON_PACE_IN_NOISE)
    return Judgement(OFF_PACE if low > sign * glide else BEHIND_IN_NOISE)


_PACE_OF_LEVEL = {
    MET: ON_PACE,
    MET_IN_NOISE: ON_PACE_IN_NOISE,
    NOT_MET_IN_NOISE: BEHIND_IN_NOISE,
    MISSED: OFF_PACE,
}


def level_pace(finished: Judgement) -> Judgement:
    """Say the verdict a level would get today as pace: the window is still running."""
    return replace(finished, word=_PACE_OF_LEVEL.get(finished.word, finished.word))


def judge_availability(
    worst: float | None, best: float | None, share: float | None, objective: float
) -> Judgement:
    """Judge availability that was counted, not sampled: the doubt is only in what was not measured."""
    if share is None or worst is None or best is None:
        return Judgement(NO_DATA)
    if worst >= objective - _EXACT:
        return Judgement(MET)
    if best < objective - _EXACT:
        return Judgement(MISSED)
    return Judgement(MET_ON_MEASURED if share >= objective - _EXACT else MISSED_ON_MEASURED)


def judge_every_endpoint(endpoints: tuple[Judgement, ...]) -> Judgement:
    """Join the verdicts of all endpoints: one that is missed is enough, and the weakest word speaks."""
    order = (MISSED, MISSED_ON_MEASURED, MET_ON_MEASURED, TOO_FEW_REQUESTS, NO_DATA, MET)
    return min(endpoints, key=lambda j: order.index(j.word), default=Judgement(NO_DATA))


def judge_every(
    on_time: int, late: int, missing: int, pending: int, attested_not_blameless: int = 0
) -> Judgement:
    """Judge a duty without exceptions (a postmortem for every Sev1).

    pending: not yet due, or the incident is still open. attested_not_blameless: published, but said not to be
    blameless.
    """
    if late or missing or attested_not_blameless:
        return Judgement(NOT_MET)
    if pending:
        return Judgement(MET_SO_FAR)
    return Judgement(MET if on_time else NONE_DUE)


def with_recording(judgement: Judgement, unrecorded: int, needed: int) -> Judgement:
    """Replace the word when more than 20 % of the stamps it needs are missing."""
    if needed and unrecorded / needed > UNRECORDED:
        return Judgement(NOT_RECORDED)
    return judgement


def with_freshness(judgement: Judgement, stale: bool) -> Judgement:
    """Replace a word that is not a concern when the data stop before the window does: silence is not success."""
    return Judgement(DATA_STOP) if stale and judgement.tone in (GOOD, NOISE) else judgement


def judge_census(reached: bool, running: bool = False) -> Judgement:
    """Judge a figure that was counted in full and has no sampling error."""
    if running:
        return Judgement(ON_PACE if reached else OFF_PACE)
    return Judgement(MET if reached else MISSED)


def with_provisional(judgement: Judgement, immature: bool, *readings: Judgement) -> Judgement:
    """Mark as provisional: rows may still arrive, or another reading of the open ones changes the word."""
    if judgement.tone == UNKNOWN:
        return judgement
    return replace(judgement, provisional=immature or any(r.word != judgement.word for r in readings))


def with_second_opinion(judgement: Judgement, other: Judgement | None, note: str) -> Judgement:
    """Add a note when a second opinion that can tell anything says another word."""
    if other is None or UNKNOWN in (judgement.tone, other.tone) or other.word == judgement.word:
        return judgement
    return replace(judgement, notes=(*judgement.notes, note))


def with_note(judgement: Judgement, note: str, applies: bool = True) -> Judgement:
    """Add a note such as "linking changed"."""
    return replace(judgement, notes=(*judgement.notes, note)) if applies else judgement
