"""The windows of a promise laid over what the data cover."""

from collections.abc import Sequence
from datetime import timedelta

from reliability.commitments.coverage import MOST_LOST, Covered
from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.tools import ToolsChanged, tools_changed
from reliability.commitments.verdict import Verdict
from reliability.formatting import day, share
from reliability.queries.figures import Family, Figure, figure
from reliability.settings import Commitment, Settings
from reliability.settings.periods import Window, dated_window, local_date, midnight

# Longer without a word than this, at the start of a baseline or at the end of a window, and there are no data.
SILENCE = timedelta(days=14)
_ORDINARY_BASELINE_DAYS = 180


def frame_of(commitment: Commitment, evidence: Evidence) -> Frame:
    """Lay the windows of a promise over what the data cover."""
    settings, as_of = evidence.settings, evidence.as_of
    zone = settings.organisation.zone
    promised = figure(commitment.kpi)
    window = dated_window(commitment.start, commitment.end, settings)
    covered = evidence.coverage
    absent: Verdict | None = None
    warnings = []
    missing = [table for table in promised.covered_by if table not in covered]
    known = [covered[table] for table in promised.covered_by if table in covered]
    first = max((c.first for c in known if c.first), default=None)
    last = min((c.last for c in known), default=as_of)

    needs_baseline = commitment.goal.is_change
    baseline = None
    if commitment.baseline:
        baseline = dated_window(commitment.baseline.start, commitment.baseline.end, settings)
        if first and first > baseline.start + SILENCE:
            begins = midnight(local_date(first, zone), zone)
            if begins >= baseline.end:
                baseline = None
            else:
                baseline = Window(begins, baseline.end)
                warnings.append(f"the baseline begins on {day(begins, str(zone))}, where the data do")
        if baseline and needs_baseline and _mostly_bad(baseline, settings):
            warnings.append("baseline chosen after a bad quarter")

    if as_of <= window.start:
        absent = Verdict.NOT_BEGUN
    elif missing or (first and first >= min(window.end, as_of)) or (needs_baseline and baseline is None):
        absent = Verdict.NO_DATA
    until = min(as_of, window.end)
    compared = Window(baseline.start if baseline else window.start, until)
    tools = (
        tools_changed([s for c in known for s in c.tools], compared, str(zone))
        if not absent
        else ToolsChanged()
    )
    warnings.extend(tools.warnings)
    stale_since = last if not absent and known and last < until - SILENCE and not _sparse(promised) else None
    seen = Window(window.start, min(window.end, as_of))
    lost_before = _gap(known, "baseline", baseline, str(zone))
    if lost_before and not needs_baseline:
        lost_before = ""
        if promised.family is not Family.AVAILABILITY:
            # What happened in a gap is not known, so nothing is compared with it; the limit needs no baseline.
            baseline = None
            warnings.append("the baseline has a gap: judged by the limit alone")
    return Frame(
        commitment,
        promised,
        settings,
        as_of,
        window,
        baseline,
        stale_since,
        absent,
        tuple(dict.fromkeys(warnings)),
        tools,
        evidence.late_days(promised.covered_by),
        lost_before or _gap(known, "window", seen, str(zone)),
        bool(lost_before),
        evidence.undated_answers if "nps_responses" in missing else 0,
        " and ".join(
            dict.fromkeys(_FLOWING[t] for t in promised.covered_by if stale_since and covered[t].last == last)
        ),
    )


def _gap(known: Sequence[Covered], what: str, window: Window | None, zone: str) -> str:
    """Say which gap takes too much of a window, "" where none does. what: what the window is, in a word."""
    if window is None or window.end <= window.start:
        return ""
    lost, gap = max((table.lost(window) for table in known), key=lambda found: found[0], default=(0.0, None))
    if gap is None or lost <= MOST_LOST:
        return ""
    between = f"inside {gap.after}" if gap.after == gap.before else f"between {gap.after} and {gap.before}"
    return (
        f"No export covers {day(gap.start, zone)} to {day(gap.end, zone)}, {share(lost)} of the {what} ({between}). "
        "Add one that does, or say that nothing happened then: on the Data page, or in review.toml, [[quiet]]."
    )


def _sparse(promised: Figure) -> bool:
    """Whether silence is normal: a table of rare records says nothing by its last one."""
    return not set(promised.covered_by) <= set(_FLOWING)


# Tables that are never silent for long, and what their records are of.
_FLOWING = {
    "incidents": "incidents",
    "repeats": "incidents",
    "nps_responses": "NPS answers",
    "availability": "availability",
    "alerts": "alerts",
}


def _mostly_bad(baseline: Window, settings: Settings) -> bool:
    """Whether a short baseline lies mostly inside an incident window: what follows such a time is better anyway."""
    length = baseline.end - baseline.start
    if length >= timedelta(days=_ORDINARY_BASELINE_DAYS):
        return False
    zone = settings.organisation.zone
    inside = timedelta(0)
    for span in settings.incident_windows:
        end = midnight(span.end, zone) if span.end else baseline.end
        overlap = min(end, baseline.end) - max(midnight(span.start, zone), baseline.start)
        inside += max(timedelta(0), overlap)
    return inside * 2 > length
