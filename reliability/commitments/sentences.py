"""One plain sentence per verdict: what happened, what was promised, and what chance has to do with it."""

import math

from reliability.commitments.verdict import Judgement, Verdict
from reliability.formatting import count, share, signed
from reliability.statistics.intervals import Interval

CUT, RISE = "cut", "rise"

_UNSAID = "More than one in five of the records that this needs do not say it."


def one_in(chance: float) -> str:
    """Say a chance (0-1) as "1 time in 6"; very likely and very unlikely ones in words."""
    if chance < 0.001:
        return "less than 1 time in 1000"
    if chance > 0.75:
        return "most of the time"
    if chance > 0.4:
        return "about every second time"
    return f"1 time in {round(1 / chance)}"


def relative(ratio: float) -> str:
    """Say a ratio as a change: 0.72 -> "down 28 %", 1.6 -> "up 60 %", 1 -> "unchanged"."""
    if math.isinf(ratio):
        return "up beyond measure"
    if round((ratio - 1) * 100) == 0:
        return "unchanged"
    return f"{'down' if ratio < 1 else 'up'} {share(abs(ratio - 1))}"


def points(difference: float) -> str:
    """Say a difference as a change: -8 -> "down 8 points"."""
    size = round(abs(difference))
    if size == 0:
        return "unchanged"
    return f"{'down' if difference < 0 else 'up'} {plural_points(size)}"


def plural_points(size: float) -> str:
    """Say a number of points."""
    return f"{count(size)}\N{NO-BREAK SPACE}point{'' if round(size) == 1 else 's'}"


def change_sentence(
    judgement: Judgement,
    *,
    then: str,
    now: str,
    change: str,
    goal: str,
    luck: float | None,
    lower: bool = True,
    chance: str = "chance",
) -> str:
    """Say the verdict on a change against the baseline.

    then, now: the figures with their nouns ("12 P1s"). change: "down 46 %". goal: size of the promised change
    ("40 %"). luck: chance (0-1) of a change at least this large had nothing changed. chance: its name for this figure.
    """
    move = "drop" if lower else "rise"
    upper = change[:1].upper() + change[1:]
    match judgement.verdict:
        case Verdict.WORSE:
            return f"{upper}, more than {chance} explains: {then} then, {now} now."
        case Verdict.MET if judgement.beyond_doubt:
            return f"{upper}, target {goal}: more than {chance} explains, and beyond the target too."
        case Verdict.MET:
            return f"{upper}, target {goal}, more than {chance} explains: {then} then, {now} now."
        case Verdict.MET_IN_NOISE:
            often = f" comes {one_in(luck)}" if luck is not None else " can be luck"
            return (
                f"From {then} to {now} is {change} and reaches the target, but with no change at all "
                f"a {move} this large{often}."
            )
        case Verdict.MET_NOT_SHOWN:
            return (
                f"{upper}, target {goal}: {then} then, {now} now, "
                f"but this is not shown to be more than {judgement.than}."
            )
        case Verdict.IMPROVED:
            return f"{upper}, more than {chance} explains, short of the promised {goal}."
        case Verdict.MISSED:
            return f"{upper}; {goal} was not reached, and chance does not explain the gap."
        case Verdict.NOT_MET_IN_NOISE:
            return f"{upper}: this could be no change at all, and it could be the promised {goal}."
        case Verdict.REACHED_SO_FAR | Verdict.OVER_SO_FAR | Verdict.SHORT_SO_FAR:
            return f"{upper} so far, target {goal}: {then} then, {now} now."
        case Verdict.NOT_RECORDED:
            return _UNSAID
        case Verdict.NO_DATA:
            return "There is no data for this promise."
        case Verdict.TOO_FEW | Verdict.TOO_FEW_ANSWERS | Verdict.TOO_FEW_REQUESTS | Verdict.TOO_EARLY:
            return f"{then} then, {now} now: a figure like this says little either way."
        case (
            Verdict.MISSED_ALREADY
            | Verdict.ON_PACE
            | Verdict.ON_PACE_IN_NOISE
            | Verdict.TOO_CLOSE
            | Verdict.BEHIND_IN_NOISE
            | Verdict.OFF_PACE
            | Verdict.MET_ON_MEASURED
            | Verdict.MISSED_ON_MEASURED
            | Verdict.MET_SO_FAR
            | Verdict.NOT_MET
            | Verdict.NONE_DUE
            | Verdict.DATA_STOP
            | Verdict.DATA_GAP
            | Verdict.OTHER_TOOLS
            | Verdict.NOT_BEGUN
        ):
            raise ValueError(f"a change is never called {judgement.verdict!r}")


def counted_sentence(judgement: Judgement, *, then: str, now: str, change: str, goal: str) -> str:
    """Say the verdict on a change of a figure that was counted in full: chance has no part in it.

    then, now: the figures. change: "down 46 %". goal: size of the promised change ("40 %").
    """
    figures = f"{then} then, {now} now"
    if judgement.provisional:
        return f"{change[:1].upper()}{change[1:]} so far, promised {goal}: {figures}."
    return (
        f"{'Reached' if judgement.verdict.reached else 'Not reached'}: {change}, promised {goal}; {figures}."
    )


def level_sentence(judgement: Judgement, *, figure: str, evidence: str, goal: str) -> str:
    """Say the verdict on a fixed level.

    figure: "median 12 min". evidence: "11 of 18 within 15 min (61 %)". goal: "at most 15 min".
    """
    upper = figure[:1].upper() + figure[1:]
    match judgement.verdict:
        case Verdict.MET:
            return f"{upper}, promised {goal}: {evidence}, more than chance explains."
        case Verdict.MET_IN_NOISE:
            return f"{upper}, promised {goal}: {evidence}, but this could be luck."
        case Verdict.MISSED:
            return f"{upper}, promised {goal}: {evidence}; not reached, and chance does not explain the gap."
        case Verdict.NOT_MET_IN_NOISE:
            return f"{upper}, promised {goal}: {evidence}; too few to tell that it is not reached."
        case Verdict.ON_PACE | Verdict.REACHED_SO_FAR | Verdict.OVER_SO_FAR | Verdict.SHORT_SO_FAR:
            return f"{upper} so far, promised {goal}: {evidence}."
        case Verdict.ON_PACE_IN_NOISE:
            return f"{upper} so far, promised {goal}: {evidence}; this could be luck."
        case Verdict.OFF_PACE:
            return f"{upper} so far, promised {goal}: {evidence}; not reached yet."
        case Verdict.BEHIND_IN_NOISE:
            return f"{upper} so far, promised {goal}: {evidence}; not reached yet, which could be luck."
        case Verdict.NOT_RECORDED:
            return _UNSAID
        case Verdict.NO_DATA:
            return "There is no data for this promise."
        case Verdict.TOO_FEW | Verdict.TOO_FEW_ANSWERS | Verdict.TOO_FEW_REQUESTS | Verdict.TOO_EARLY:
            return f"{upper} ({evidence}): a figure like this says little either way."
        case (
            Verdict.IMPROVED
            | Verdict.MET_NOT_SHOWN
            | Verdict.WORSE
            | Verdict.MISSED_ALREADY
            | Verdict.TOO_CLOSE
            | Verdict.MET_ON_MEASURED
            | Verdict.MISSED_ON_MEASURED
            | Verdict.MET_SO_FAR
            | Verdict.NOT_MET
            | Verdict.NONE_DUE
            | Verdict.DATA_STOP
            | Verdict.DATA_GAP
            | Verdict.OTHER_TOOLS
            | Verdict.NOT_BEGUN
        ):
            raise ValueError(f"a level is never called {judgement.verdict!r}")


def states_evidence(judgement: Judgement) -> bool:
    """Whether the sentence on a fixed level states the evidence it was given."""
    return judgement.verdict not in (Verdict.NOT_RECORDED, Verdict.NO_DATA)


def count_pace_sentence(
    judgement: Judgement, *, done: int, allowed: int, expected: float, chance: float | None, days_left: float
) -> str:
    """Say the pace of a running count: what is left, what is expected, the chance."""
    left = f"{count(math.ceil(days_left))} day{'' if math.ceil(days_left) == 1 else 's'}"
    if judgement.verdict == Verdict.MISSED_ALREADY:
        return f"{count(done)} against {count(allowed)} allowed, with {left} to go."
    start = f"{count(allowed - done)} left of {count(allowed)} allowed"
    if judgement.verdict == Verdict.TOO_EARLY or chance is None:
        return f"{start} for the next {left}; too early to say more."
    return f"{start}, about {count(expected)} expected in the next {left}: chance {share(chance)}."


def change_pace_sentence(judgement: Judgement, *, now: str, path: str, goal: str, n: str) -> str:
    """Say the pace of a running change: where it is, where its path should be, how many it is based on."""
    upper = now[:1].upper() + now[1:]
    match judgement.verdict:
        case Verdict.ON_PACE:
            return f"{upper}, better than the path to {goal}, which is at {path} by now ({n})."
        case Verdict.ON_PACE_IN_NOISE:
            return f"{upper}, on the path to {goal}, which is at {path} by now; this could be luck ({n})."
        case Verdict.BEHIND_IN_NOISE:
            return f"{upper}, behind the path to {goal}, which is at {path} by now; this could be luck ({n})."
        case Verdict.OFF_PACE:
            return f"{upper}, behind the path to {goal}, which is at {path} by now ({n})."
        case Verdict.NOT_RECORDED:
            return _UNSAID
        case Verdict.TOO_FEW | Verdict.TOO_FEW_ANSWERS | Verdict.TOO_FEW_REQUESTS | Verdict.TOO_EARLY:
            return f"{upper} ({n}): a figure like this says little either way."
        case (
            Verdict.MET
            | Verdict.MET_IN_NOISE
            | Verdict.IMPROVED
            | Verdict.MET_NOT_SHOWN
            | Verdict.NOT_MET_IN_NOISE
            | Verdict.MISSED
            | Verdict.WORSE
            | Verdict.REACHED_SO_FAR
            | Verdict.OVER_SO_FAR
            | Verdict.SHORT_SO_FAR
            | Verdict.MISSED_ALREADY
            | Verdict.TOO_CLOSE
            | Verdict.MET_ON_MEASURED
            | Verdict.MISSED_ON_MEASURED
            | Verdict.MET_SO_FAR
            | Verdict.NOT_MET
            | Verdict.NONE_DUE
            | Verdict.DATA_STOP
            | Verdict.DATA_GAP
            | Verdict.OTHER_TOOLS
            | Verdict.NOT_BEGUN
            | Verdict.NO_DATA
        ):
            raise ValueError(f"a running change is never called {judgement.verdict!r}")


def availability_sentence(
    judgement: Judgement, *, figure: str, goal: str, worst: str, best: str, missed: tuple[str, ...]
) -> str:
    """Say the verdict on availability; `missed` names the endpoints below the objective."""
    below = f" Below it: {', '.join(missed[:3])}{'' if len(missed) <= 3 else f' and {len(missed) - 3} more'}."
    tail = below if missed else ""
    match judgement.verdict:
        case Verdict.MET:
            return f"{figure} of valid requests were good, promised {goal}, on every endpoint."
        case Verdict.MISSED:
            return f"Promised {goal} on every endpoint; all together had {figure}.{tail}"
        case Verdict.MET_ON_MEASURED | Verdict.MISSED_ON_MEASURED:
            return f"{figure}, promised {goal}; with what was not measured, between {worst} and {best}.{tail}"
        case Verdict.TOO_FEW_REQUESTS:
            return f"{figure}, promised {goal}: too few requests to show it.{tail}"
        case Verdict.NO_DATA:
            return "No requests were measured."
        case (
            Verdict.MET_IN_NOISE
            | Verdict.IMPROVED
            | Verdict.MET_NOT_SHOWN
            | Verdict.NOT_MET_IN_NOISE
            | Verdict.WORSE
            | Verdict.REACHED_SO_FAR
            | Verdict.OVER_SO_FAR
            | Verdict.SHORT_SO_FAR
            | Verdict.MISSED_ALREADY
            | Verdict.ON_PACE
            | Verdict.ON_PACE_IN_NOISE
            | Verdict.TOO_CLOSE
            | Verdict.BEHIND_IN_NOISE
            | Verdict.OFF_PACE
            | Verdict.MET_SO_FAR
            | Verdict.NOT_MET
            | Verdict.TOO_EARLY
            | Verdict.TOO_FEW
            | Verdict.TOO_FEW_ANSWERS
            | Verdict.NONE_DUE
            | Verdict.NOT_RECORDED
            | Verdict.DATA_STOP
            | Verdict.DATA_GAP
            | Verdict.OTHER_TOOLS
            | Verdict.NOT_BEGUN
        ):
            raise ValueError(f"availability is never called {judgement.verdict!r}")


def every_sentence(
    judgement: Judgement,
    *,
    on_time: int,
    late: int,
    missing: int,
    pending: int,
    ids: str,
    timed: bool = True,
) -> str:
    """Say the verdict on a duty without exceptions; `ids` names those that failed it.

    timed: the duty has a clock, so that failing it means being late.
    """
    decided = on_time + late + missing
    if not timed:
        failed_text = f"; {count(decided - on_time)} without: {ids}" if decided > on_time else ""
        return f"{count(on_time)} of {count(decided)}{failed_text}."
    match judgement.verdict:
        case Verdict.NONE_DUE:
            return "None was due."
        case Verdict.NOT_MET:
            failed = [f"{count(n)} {word}" for n, word in ((late, "late"), (missing, "missing")) if n]
            what = ", ".join(failed) or "not blameless"
            return f"{count(on_time)} of {count(decided)} on time; {what}: {ids}."
        case Verdict.MET_SO_FAR:
            return f"{count(on_time)} of {count(decided)} on time, {count(pending)} not yet due."
        case Verdict.REACHED_SO_FAR:
            waiting = f", {count(pending)} not yet due" if pending else ""
            return f"{count(on_time)} of {count(decided)} on time so far{waiting}."
        case Verdict.SHORT_SO_FAR:
            return f"{count(on_time)} of {count(decided)} on time so far; {count(missing)} missing: {ids}."
        case Verdict.MET:
            return f"All {count(on_time)} on time."
        case (
            Verdict.MET_IN_NOISE
            | Verdict.IMPROVED
            | Verdict.MET_NOT_SHOWN
            | Verdict.NOT_MET_IN_NOISE
            | Verdict.MISSED
            | Verdict.WORSE
            | Verdict.OVER_SO_FAR
            | Verdict.MISSED_ALREADY
            | Verdict.ON_PACE
            | Verdict.ON_PACE_IN_NOISE
            | Verdict.TOO_CLOSE
            | Verdict.BEHIND_IN_NOISE
            | Verdict.OFF_PACE
            | Verdict.MET_ON_MEASURED
            | Verdict.MISSED_ON_MEASURED
            | Verdict.TOO_EARLY
            | Verdict.TOO_FEW
            | Verdict.TOO_FEW_ANSWERS
            | Verdict.TOO_FEW_REQUESTS
            | Verdict.NOT_RECORDED
            | Verdict.DATA_STOP
            | Verdict.DATA_GAP
            | Verdict.OTHER_TOOLS
            | Verdict.NOT_BEGUN
            | Verdict.NO_DATA
        ):
            raise ValueError(f"a duty is never called {judgement.verdict!r}")


def power_sentence(subject: str, goal: str, times: int, move: str = CUT) -> str:
    """Say at signing how often a true change of the promised size will be confirmed."""
    return f"With {subject}, a true {goal} {move} will be confirmed {times} times in 100."


def interval_text(interval: Interval | None) -> str:
    """Say an interval of a ratio as changes: (0.31, 0.71) -> "−69 % to −29 %"."""
    if interval is None:
        return ""
    ends = [
        "no upper bound yet" if math.isinf(end) else f"{signed((end - 1) * 100)}\N{NO-BREAK SPACE}%"
        for end in interval
    ]
    return " to ".join(ends)
