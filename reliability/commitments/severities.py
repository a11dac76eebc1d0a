"""Severities nobody knows: with more than a fifth of them, no promise that asks for a severity can be judged."""

from dataclasses import replace

from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.model import CommitmentStatus, StatusFigures
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import UNRECORDED
from reliability.formatting import count, unknown_severities
from reliability.model import Filters
from reliability.queries.figures import Family, Figure, figure, figures
from reliability.settings import Commitment
from reliability.settings.periods import Window

_SEVERITIES = "severities"
# The columns of a figure that tell how many severities are unknown.
_TOLD = {"incidents", "left_out_severity_unknown", "severity_unknown_in"}


def asks_for(promise: Commitment) -> bool:
    """Whether a promise depends on severities: by what its figure counts, or by its own filter."""
    of = figure(promise.kpi)
    return of.by_severity or (bool(promise.filters.severities) and _SEVERITIES in of.query.parameters)


def expect(frame: Frame, evidence: Evidence) -> None:
    """Say which windows will be read; where P1s are promised on the same services, they are read for that anyway."""
    if asks_for(frame.commitment):
        windows = [frame.seen, *([frame.baseline] if frame.baseline else [])]
        told_by, filters = _told_by(frame)
        evidence.readings.expect(told_by.id, map(evidence.asked, windows), filters)


def with_known_baseline(frame: Frame, evidence: Evidence) -> tuple[Frame, CommitmentStatus | None]:
    """Return the frame to judge by, and the status where too many severities of the baseline are unknown.

    A fixed limit needs no baseline: it is judged without one then.
    """
    if frame.baseline is None or not asks_for(frame.commitment):
        return frame, None
    said, unknown = _too_many(frame, evidence, frame.baseline, "baseline")
    if not said:
        return frame, None
    if frame.needs_baseline:
        return frame, _status(frame, said, unknown)
    warning = "too many severities of the baseline are unknown: judged by the limit alone"
    return replace(frame, baseline=None, warnings=(*frame.warnings, warning)), None


def with_known_window(frame: Frame, evidence: Evidence, status: CommitmentStatus) -> CommitmentStatus:
    """Replace the word where too many severities of the window are unknown, unless it stands whatever they are.

    Of a few, their number stands beside it.
    """
    if not asks_for(frame.commitment):
        return status
    said, unknown = _too_many(frame, evidence, frame.seen, "window")
    if said and not stands(frame, status):
        return _status(frame, said, unknown)
    few = unknown_severities(unknown)
    return replace(status, warnings=(*status.warnings, few)) if few else status


def stands(frame: Frame, status: CommitmentStatus) -> bool:
    """Whether records that nobody knows could only make it worse: a limit is passed, a duty is failed."""
    if status.verdict in (Verdict.MISSED_ALREADY, Verdict.NOT_MET):
        return True
    limit = frame.commitment.goal.at_most
    counted = frame.figure.family is Family.COUNT and status.value is not None
    return counted and limit is not None and (status.value or 0) > limit


def _told_by(frame: Frame) -> tuple[Figure, Filters]:
    """The figure that tells, with its filters: the promise's own where it does, so that nothing more is asked."""
    filters = frame.commitment.filters
    if _tells(frame.figure):
        return frame.figure, filters
    other = min((f for f in figures().values() if f.by_severity and _tells(f)), key=lambda f: f.id)
    return other, Filters(services=filters.services, teams=filters.teams)


def _tells(of: Figure) -> bool:
    return set(of.query.columns) >= _TOLD


def _too_many(frame: Frame, evidence: Evidence, window: Window, what: str) -> tuple[str, int]:
    """Say of how many incidents the severity is not known, "" where those are few; and how many they are."""
    told_by, filters = _told_by(frame)
    row = evidence.readings.row(told_by.id, evidence.asked(window), filters)
    unknown, every = row["left_out_severity_unknown"], row["incidents"]
    if not every or unknown <= UNRECORDED * every:
        return "", unknown
    most = f", most of them in {where}" if (where := row["severity_unknown_in"]) else ""
    return (
        f"{count(unknown)} of {count(every)} incidents of the {what} have no known severity{most}. "
        "Say on the Data page what their words mean, or add an export that has them.",
        unknown,
    )


def _status(frame: Frame, said: str, unknown: int) -> CommitmentStatus:
    return frame.status(
        Judgement(Verdict.NOT_RECORDED),
        StatusFigures(left_out={"severity unknown": unknown}),
        sentence=said,
    )
