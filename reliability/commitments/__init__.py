"""Commitments: each promise of review.toml with its baseline, its goal, where it stands and how sure that is."""

from collections.abc import Callable, Iterable
from datetime import datetime

from reliability.commitments import beside, endpoints, severities, volume
from reliability.commitments.averages import mean_status
from reliability.commitments.counts import count_status
from reliability.commitments.durations import duration_status
from reliability.commitments.endpoints import availability_status
from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame, absent_status, gap_status
from reliability.commitments.holding import holding_status
from reliability.commitments.model import CommitmentBaseline, CommitmentStatus, CommitmentWindow
from reliability.commitments.scores import score_status
from reliability.commitments.shares import figure_status
from reliability.commitments.windows import frame_of
from reliability.kpis import Readings
from reliability.queries import Asks
from reliability.queries.figures import Family
from reliability.settings import Commitment, Settings

__all__ = [
    "CommitmentBaseline",
    "CommitmentStatus",
    "CommitmentWindow",
    "commitment_status",
    "commitment_statuses",
    "expect",
]

_FAMILIES: dict[Family, Callable[[Frame, Evidence], CommitmentStatus]] = {
    Family.AVAILABILITY: availability_status,
    Family.CENSUS: figure_status,
    Family.COUNT: count_status,
    Family.MEDIAN: duration_status,
    Family.HOLDING: holding_status,
    Family.MEAN: mean_status,
    Family.SCORE: score_status,
    Family.SHARE: figure_status,
}


def commitment_statuses(
    store: Asks, settings: Settings, as_of: datetime, readings: Readings | None = None
) -> tuple[CommitmentStatus, ...]:
    """Judge every commitment in the order of review.toml, as known at `as_of` (UTC)."""
    evidence = Evidence(store, settings, as_of, readings)
    expect(settings.commitments, evidence)
    return tuple(commitment_status(commitment, evidence) for commitment in settings.commitments)


def expect(commitments: Iterable[Commitment], evidence: Evidence) -> None:
    """Say which windows of which figures these commitments will be judged by, so that they are read at once."""
    for commitment in commitments:
        frame = frame_of(commitment, evidence)
        if not frame.absent:
            evidence.expect(frame.figure, frame.windows(), commitment.filters, frame.window.start)
            volume.expect(frame, evidence)
            severities.expect(frame, evidence)
            if frame.figure.family is Family.AVAILABILITY:
                endpoints.expect_requests(frame, evidence)
            elif beside.reads_requests(frame):
                beside.expect_requests(frame, evidence)


def commitment_status(commitment: Commitment, evidence: Evidence) -> CommitmentStatus:
    """Judge one commitment."""
    frame = frame_of(commitment, evidence)
    if frame.absent:
        return absent_status(frame)
    family = frame.figure.family
    assert family is not None, "settings refuse a promise on a figure without a family"
    if frame.gap_in_baseline and family is not Family.AVAILABILITY:
        return gap_status(frame)
    frame, unknown = severities.with_known_baseline(frame, evidence)
    if unknown:
        return unknown
    status = severities.with_known_window(frame, evidence, _FAMILIES[family](frame, evidence))
    if not frame.gap or family is Family.AVAILABILITY:  # which knows what it did not measure
        return status
    return status if severities.stands(frame, status) else gap_status(frame)
