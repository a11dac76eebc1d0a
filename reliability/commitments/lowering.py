"""What lowers a "met": a fall that a return to normal, the season or relabelling would give as well.

Each cause has a test of its own. Where it holds, the figure is judged again without that cause; where the change is
then no longer sure, the word says so: a warning beside a green "met" is not read. Here for counts; `ordinary` has what
applies to medians, shares and means.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np

from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import YEAR, Frame
from reliability.commitments.observed import Counts
from reliability.commitments.verdict import Cause, Judgement, Verdict
from reliability.formatting import NO_BREAK, count, share
from reliability.settings.periods import local_date
from reliability.statistics.intervals import (
    RateRatio,
    dispersion,
    long_run_dispersion,
    luck,
    rate_ratio,
    share_difference,
)

_WEEK = 7.0
_QUARTER, _HALF_YEAR, _YEAR_WEEKS = 13, 26, 52
# Four quarters are looked at: 0.05 shared among them.
_BAD_BY_CHANCE = 0.05 / 4
# Two-sided 95 %: what must hold before a cause is looked into.
HOLDS = 1.959963984540054


@dataclass(frozen=True)
class Doubt:
    """A cause that gives the fall as well, and one plain clause that says why."""

    cause: Cause
    why: str


def lowered(
    frame: Frame, evidence: Evidence, now: Counts, before: Counts, history: Counts, judgement: Judgement
) -> tuple[Judgement, tuple[Doubt, ...]]:
    """Lower a final "met" where a cause gives the fall as well; any other word stays as it is."""
    if judgement.verdict is not Verdict.MET:
        return judgement, ()
    found = (
        _return_to_normal(frame, now, history),
        _season(frame, evidence, now, history),
        _relabelling(frame, now, before, history),
    )
    doubts = tuple(doubt for doubt in found if doubt)
    return with_doubts(judgement, doubts), doubts


def with_doubts(judgement: Judgement, doubts: Sequence[Doubt]) -> Judgement:
    """Lower a word by its doubts, in their order; without one it stays."""
    if not doubts:
        return judgement
    causes = tuple(doubt.cause for doubt in doubts)
    return replace(judgement, verdict=Verdict.MET_NOT_SHOWN, beyond_doubt=False, causes=causes)


def bad_quarter(frame: Frame, history: Counts) -> tuple[slice, float, float, bool] | None:
    """Find the worst quarter of the year before a promise that lies mostly in its baseline.

    Returns its weeks in `history`, its count, the mean count of the other three, and whether it was bad by more than
    chance; None where the data do not reach back a year or no quarter lies in the baseline.
    """
    weeks = history.weeks
    if weeks.size < _YEAR_WEEKS:
        return None
    inside = _in_baseline(frame, weeks.size)
    quarters = [slice(end - _QUARTER, end) for end in range(weeks.size, weeks.size - _YEAR_WEEKS, -_QUARTER)]
    quarters = [q for q in quarters if inside[q].mean() > 0.5]
    if not quarters:
        return None
    worst = max(quarters, key=lambda q: weeks[q].sum())
    others = np.ones(weeks.size, dtype=bool)
    others[: weeks.size - _YEAR_WEEKS] = False
    others[worst] = False
    rest = weeks[others]
    chance = luck(
        int(rest.sum()), _WEEK * rest.size, int(weeks[worst].sum()), _WEEK * _QUARTER, dispersion(rest)
    )
    bad = chance is not None and chance <= _BAD_BY_CHANCE
    return worst, float(weeks[worst].sum()), float(rest.sum()) / 3, bad


def falling_before(frame: Frame, history: Counts) -> str:
    """Say that a count was falling already in the year before a promise: a sentence, which lowers nothing.

    "" where it was not by more than chance, or the data do not reach back a year. Declared weeks are in neither half.
    """
    weeks = history.weeks[-_YEAR_WEEKS:]
    if weeks.size < _YEAR_WEEKS:
        return ""
    kept = ~_declared(frame, history.weeks.size)[-_YEAR_WEEKS:]
    then, later = (weeks[half][kept[half]] for half in (slice(None, _HALF_YEAR), slice(_HALF_YEAR, None)))
    if not then.size or not later.size or not then.sum():
        return ""
    # By the weeks alone: the long run contains the trend itself.
    phi = dispersion(then, later)
    fell = rate_ratio(int(later.sum()), _WEEK * later.size, int(then.sum()), _WEEK * then.size, phi, z=HOLDS)
    if fell.interval.high >= 1:
        return ""
    rates = [
        _per_window(frame, rate_ratio(0, 1.0, int(half.sum()), _WEEK * half.size)) for half in (then, later)
    ]
    noun = f"{frame.figure.noun[:1].upper()}{frame.figure.noun[1:]}"
    halves = f"{rates[0]}, then {rates[1]}, in the two half years before it"
    return f"{noun} were falling already before the promise: {halves}"


def _starts(weeks: int) -> list[timedelta]:
    """Where each week of the history begins, before the promise; oldest first."""
    return [timedelta(days=_WEEK * (weeks - i)) for i in range(weeks)]


def _in_baseline(frame: Frame, weeks: int) -> np.ndarray:
    """Which weeks of the history lie in the baseline as it is used, shape (weeks,)."""
    assert frame.baseline is not None
    zone = frame.settings.organisation.zone
    promised, week = local_date(frame.window.start, zone), timedelta(days=_WEEK)
    first, end = local_date(frame.baseline.start, zone), local_date(frame.baseline.end, zone)
    return np.array(
        [first <= promised - before and promised - before + week <= end for before in _starts(weeks)],
        dtype=bool,
    )


def _declared(frame: Frame, weeks: int) -> np.ndarray:
    """Which weeks of the history touch a declared incident window, shape (weeks,)."""
    promised, week = local_date(frame.window.start, frame.settings.organisation.zone), timedelta(days=_WEEK)
    found = np.zeros(weeks, dtype=bool)
    for span in frame.settings.incident_windows:
        for i, before in enumerate(_starts(weeks)):
            start = promised - before
            found[i] |= span.start < start + week and (span.end is None or span.end > start)
    return found


def _return_to_normal(frame: Frame, now: Counts, history: Counts) -> Doubt | None:
    """Judge again without the weeks that were bad, or by the whole year where the baseline is only its last half.

    What made somebody promise is the worst stretch of a year more often than chance picks it, so a baseline that lies
    in the half year before the promise is compared with as well as the year.
    """
    weeks = history.weeks
    inside, declared = _in_baseline(frame, weeks.size), _declared(frame, weeks.size)
    mostly = bool(inside.any()) and declared[inside].mean() > 0.5
    found = bad_quarter(frame, history)
    bad = found is not None and found[3]
    recent = weeks.size >= _YEAR_WEEKS and bool(inside.any()) and not inside[:-_HALF_YEAR].any()
    if not (mostly or bad or recent):
        return None
    gone = declared.copy() if mostly else np.zeros(weeks.size, dtype=bool)
    if found is not None and bad:
        gone[found[0]] = True
    kept = inside & ~gone
    if recent or not kept.any():
        kept = ~gone & ~declared
        kept[: max(0, weeks.size - _YEAR_WEEKS)] = False
    what = "the declared incident windows" if mostly else "its worst quarter"
    if not kept.any():
        return Doubt(Cause.RETURN, f"nothing is left to compare with without {what}")
    phi = max(dispersion(weeks[kept], now.weeks), long_run_dispersion(weeks[~gone]))
    again = rate_ratio(now.total, frame.elapsed_days, int(weeks[kept].sum()), _WEEK * int(kept.sum()), phi)
    over = f"without {what}" if mostly or bad else "over the whole year before"
    return _unless_sure(again, Cause.RETURN, f"{over} it was {_per_window(frame, again)}")


def _season(frame: Frame, evidence: Evidence, now: Counts, history: Counts) -> Doubt | None:
    """Judge again by the same days of earlier years, where those are quieter than the rest of these years."""
    weeks, days = history.weeks, frame.elapsed_days
    years = min(2, weeks.size // _YEAR_WEEKS)
    if not years or days >= YEAR / timedelta(days=1):
        return None
    same = [
        evidence.counts(frame.commitment.kpi, frame.years_earlier(n), frame.commitment.filters)
        for n in range(1, years + 1)
    ]
    quiet = sum(counts.total for counts in same)
    of_years = weeks[weeks.size - years * _YEAR_WEEKS :]
    season = np.zeros(of_years.size, dtype=bool)
    for n in range(years):
        season[n * _YEAR_WEEKS : n * _YEAR_WEEKS + round(days / _WEEK)] = True
    phi = dispersion(of_years[season], of_years[~season])
    rest = max(0, int(of_years.sum()) - quiet)
    rest_days = years * (_WEEK * _YEAR_WEEKS - days)
    if rate_ratio(quiet, years * days, rest, rest_days, phi, z=HOLDS).interval.high >= 1:
        return None
    # By the weeks alone: the long run contains the season itself.
    again = rate_ratio(
        now.total, days, quiet, years * days, dispersion(*(counts.weeks for counts in same), now.weeks)
    )
    then = _per_window(frame, again)
    return _unless_sure(again, Cause.SEASON, f"these days are quieter every year: it was {then} in them")


def _relabelling(frame: Frame, now: Counts, before: Counts, history: Counts) -> Doubt | None:
    """Judge P1 and P2 together, where more is downgraded than in the baseline or P2s rose."""
    if "p2" not in now.row:
        return None
    downgraded = _more_downgraded(now, before)
    rise = rate_ratio(
        now.of("p2"),
        frame.elapsed_days,
        before.of("p2"),
        frame.baseline_days,
        dispersion(before.weekly("p2"), now.weekly("p2")),
        z=HOLDS,
    )
    if not downgraded and rise.interval.low <= 1:
        return None
    both = [counts.weeks + counts.weekly("p2") for counts in (history, before, now)]
    again = rate_ratio(
        now.total + now.of("p2"),
        frame.elapsed_days,
        before.total + before.of("p2"),
        frame.baseline_days,
        max(dispersion(both[1], both[2]), long_run_dispersion(both[0])),
    )
    reason = downgraded or f"P2s rose to {count(now.of('p2'))} from {_per_window(frame, rise)}"
    return _unless_sure(
        again,
        Cause.RELABELLING,
        f"{reason}, and P1s and P2s together went to {count(again.count)} from {_per_window(frame, again)}",
    )


def _more_downgraded(now: Counts, before: Counts) -> str:
    """Say that a larger share of P1s was downgraded than in the baseline, "" where that is not shown."""
    parts = [counts.of(column) for counts in (now, before) for column in ("p1_downgraded", "p1_ever")]
    if not parts[1] or not parts[3] or share_difference(*parts).low <= 0:
        return ""
    return f"{share(parts[0] / parts[1])} of P1s were downgraded, {share(parts[2] / parts[3])} before"


def _unless_sure(again: RateRatio, cause: Cause, why: str) -> Doubt | None:
    """Give the doubt unless the fall is as sure when judged again."""
    return None if again.is_sure and again.interval.high < 1 else Doubt(cause, why)


def _per_window(frame: Frame, found: RateRatio) -> str:
    """The earlier count as a number per promised window: "24 per 90 days"."""
    rate = found.baseline_count * frame.days / found.baseline_days
    return f"{f'{rate:.1f}' if rate < 10 else count(rate)} per {frame.days:g}{NO_BREAK}days"


def with_why(sentence: str, judgement: Judgement, doubts: Sequence[Doubt]) -> str:
    """Add to a sentence why its word was lowered, in one clause for each cause."""
    why = why_of(judgement, doubts)
    return f"{sentence} {why[:1].upper()}{why[1:]}." if why else sentence


def why_of(judgement: Judgement, doubts: Sequence[Doubt]) -> str:
    """Say in a clause for each cause why a word was lowered, "" where it was not."""
    lowered_word = judgement.verdict is Verdict.MET_NOT_SHOWN
    return "; ".join(doubt.why for doubt in doubts) if lowered_word else ""


def reasons(doubts: Sequence[Doubt]) -> tuple[str, ...]:
    """Say the same one by one, for those who look closer; also while the word is not final."""
    return tuple(f"{doubt.why[:1].upper()}{doubt.why[1:]}" for doubt in doubts)
