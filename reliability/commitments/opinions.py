"""Second opinions on a count: a year earlier, other severities, how incidents are linked."""

from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.observed import Counts
from reliability.commitments.verdict import Judgement
from reliability.commitments.verdicts import judge_change
from reliability.commitments.wording import another_word, ratio_evidence
from reliability.formatting import count, share
from reliability.statistics.intervals import (
    LEAST_BASELINE_COUNT,
    RateRatio,
    control_ratio,
    dispersion,
    rate_ratio,
)

_LINKING_MOVED = 0.10
_OTHER_SEVERITIES = (("by_last_severity", "last"), ("by_first_severity", "first"))


def judge_rates(found: RateRatio, target: float) -> Judgement:
    """Judge a finished window's rate against an earlier one; target: the allowed ratio."""
    enough = found.baseline_count >= LEAST_BASELINE_COUNT
    # A target above the baseline asks only that it does not get worse than that.
    sure = found.is_sure or target >= 1
    return judge_change(
        found.ratio, found.interval, target, no_change=max(1.0, target), enough=enough, sure=sure
    )


def year_ago(frame: Frame, evidence: Evidence, k: int) -> RateRatio | None:
    """Compare with the same days 52 weeks earlier, where the data reach back so far."""
    window = frame.year_earlier()
    covered = [evidence.coverage.get(table) for table in frame.figure.covered_by]
    if any(c is None or not c.holds(window) for c in covered):
        return None
    kpi, filters = frame.commitment.kpi, frame.commitment.filters
    then, now = evidence.counts(kpi, window, filters), evidence.counts(kpi, frame.seen, filters)
    return rate_ratio(
        k, frame.elapsed_days, then.total, frame.elapsed_days, dispersion(then.weeks, now.weeks)
    )


def other_severities(
    frame: Frame, now: Counts, before: Counts, target: float, phi: float
) -> list[tuple[str, int, Judgement | None]]:
    """Count by the last and by the first severity: (name, count, verdict of a finished window)."""
    found = []
    for column, name in _OTHER_SEVERITIES:
        if column not in now.row:
            continue
        k, b = now.of(column), before.of(column)
        judgement = None
        if frame.finished and b:
            ratio = rate_ratio(k, frame.elapsed_days, b, frame.baseline_days, phi)
            judgement = judge_rates(ratio, target)
        found.append((name, k, judgement))
    return found


def linking_moved(frame: Frame, now: Counts, before: Counts) -> bool:
    """Whether incidents are linked much more, or less, often than before: repeats then count differently."""
    shares = now.share("linked", "incidents"), before.share("linked", "incidents")
    if "repeats" not in frame.figure.covered_by or shares[0] is None or shares[1] is None:
        return False
    return round(abs(shares[0] - shares[1]), 9) > _LINKING_MOVED


def _beside(frame: Frame, now: Counts, before: Counts) -> list[str]:
    """Say what the severities nobody promised did, and P1s among P1s and P2s: a second opinion that lowers nothing."""
    k, b, window = now.total, before.total, frame.elapsed_days / frame.baseline_days
    said = []
    if "p2" in now.row:
        p2 = now.of("p2"), before.of("p2")
        usual = f"{count((b + p2[1]) * window)} in as many days of the baseline"
        said.append(f"P1s and P2s together: {count(k + p2[0])}, {usual}")
        if k + p2[0] and b + p2[1]:
            parts = share(k / (k + p2[0])), share(b / (b + p2[1]))
            said.append(f"P1s among P1s and P2s: {parts[0]}, {parts[1]} in the baseline")
    others = now.of("others"), before.of("others")
    if min(k, b, *others):
        whom = "P3 to P5" if "p2" in now.row else "the other severities"
        phis = [dispersion(before.weekly(name), now.weekly(name)) for name in ("value", "others")]
        against = control_ratio((k, b), others, *phis)
        said.append(
            f"Against {whom}, which nobody promised: {ratio_evidence(against.ratio, against.interval)}"
        )
    return said


def alone(now: Counts) -> tuple[str, ...]:
    """Say P1s and P2s together, and P1s among them, where there is no baseline to compare with."""
    both = now.total + now.of("p2")
    if "p2" not in now.row or not both:
        return ()
    return (
        f"P1s and P2s together: {count(both)}",
        f"P1s among P1s and P2s: {share(now.total / both)}",
    )


def second_opinions(
    frame: Frame,
    now: Counts,
    before: Counts,
    phi: float,
    others: list[tuple[str, int, Judgement | None]],
    earlier: RateRatio | None,
    judgement: Judgement,
) -> tuple[str, ...]:
    """Say what stands beside the verdict, for those who look closer."""
    said = [f"By the {name} severity it would be {count(k)}" for name, k, _ in others]
    for name, _, other in others:
        said += another_word(judgement, other, f"By the {name} severity")
    if earlier:
        said.append(
            f"The same {frame.span()} a year earlier: {count(earlier.baseline_count)}, "
            f"{ratio_evidence(earlier.ratio, earlier.interval)}"
        )
    said += _beside(frame, now, before)
    for part, whole, words in frame.figure.beside:
        shares = [w.share(part, whole) for w in (now, before)]
        if None not in shares:
            said.append(f"{share(shares[0])} {words}, {share(shares[1])} in the baseline")
    if flagged := now.of("by_ticket"):
        said.append(f"{count(flagged)} repeats are based on a ticket's flag alone")
    if phi > 1:
        said.append(
            f"Weekly counts scatter more than independent incidents would: {phi:.1f} times the variance"
        )
    return tuple(said)
