"""Commitments: each promise of review.toml with its baseline, its goal, where it stands and how sure that is."""

from collections.abc import Callable
from datetime import datetime

from reliability.commitments.averages import mean_status
from reliability.commitments.counts import count_status
from reliability.commitments.durations import duration_status
from reliability.commitments.endpoints import availability_status
from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame, absent_status, frame_of
from reliability.commitments.holding import holding_status
from reliability.commitments.model import CommitmentBaseline, CommitmentStatus, CommitmentWindow
from reliability.commitments.scores import score_status
from reliability.commitments.shares import figure_status
from reliability.commitments.subjects import (
    AVAILABILITY,
    CENSUS,
    COUNT,
    DURATION,
    HOLDING,
    MEAN,
    SCORE,
    SHARE,
)
from reliability.queries import Store
from reliability.settings import Commitment, Settings

__all__ = [
    "CommitmentBaseline",
    "CommitmentStatus",
    "CommitmentWindow",
    "commitment_status",
    "commitment_statuses",
]

_FAMILIES: dict[str, Callable[[Frame, Evidence], CommitmentStatus]] = {
    AVAILABILITY: availability_status,
    CENSUS: figure_status,
    COUNT: count_status,
    DURATION: duration_status,
    HOLDING: holding_status,
    MEAN: mean_status,
    SCORE: score_status,
    SHARE: figure_status,
}


def commitment_statuses(store: Store, settings: Settings, as_of: datetime) -> tuple[CommitmentStatus, ...]:
    """Judge every commitment in the order of review.toml, as known at `as_of` (UTC)."""
    evidence = Evidence(store, settings, as_of)
    return tuple(commitment_status(commitment, evidence) for commitment in settings.commitments)


def commitment_status(commitment: Commitment, evidence: Evidence) -> CommitmentStatus:
    """Judge one commitment."""
    frame = frame_of(commitment, evidence)
    if frame.absent:
        return absent_status(frame)
    return _FAMILIES[frame.subject.family](frame, evidence)
