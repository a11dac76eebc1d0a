"""Second opinions on a count: a year earlier, other severities, how incidents are linked."""

from reliability.commitments.evidence import Counts, Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.verdict import Judgement
from reliability.commitments.verdicts import LEAST_BASELINE_COUNT, judge_change
from reliability.commitments.wording import another_word, ratio_evidence
from reliability.formatting import count, share
from reliability.statistics.intervals import RateRatio, dispersion, rate_ratio

_LINKING_MOVED = 0.10
_OTHER_SEVERITIES = (("by_last_severity", "last"), ("by_first_severity", "first"))


def judge_rates(found: RateRatio, target: float) -> Judgement:
    """Judge a finished window's rate against an earlier one; target: the allowed ratio."""
    enough = found.baseline_count >= LEAST_BASELINE_COUNT
    # A target above the baseline asks only that it does not get worse than that.
    return judge_change(found.ratio, found.interval, target, no_change=max(1.0, target), enough=enough)


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
    return abs(shares[0] - shares[1]) > _LINKING_MOVED


def second_opinions(
    frame: Frame,
    now: Counts,
    before: Counts,
    phi: float,
    others: list[tuple[str, int, Judgement | None]],
    earlier: RateRatio | None,
    season: Judgement | None,
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
        said += another_word(judgement, season, "Against those")
    if "repeats" in frame.figure.covered_by:
        for name, part, whole in (
            ("of escalations are repeats", "repeat_escalations", "escalations"),
            ("of incidents are repeats", "repeats", "incidents"),
            ("of incidents are linked to a problem or an earlier one", "linked", "incidents"),
        ):
            shares = [w.share(part, whole) for w in (now, before)]
            if None not in shares:
                said.append(f"{share(shares[0])} {name}, {share(shares[1])} in the baseline")
        if flagged := now.of("by_ticket"):
            said.append(f"{count(flagged)} repeats are based on a ticket's flag alone")
    if phi > 1:
        said.append(f"Dispersion of the weekly counts: {phi:.2f}")
    return tuple(said)
