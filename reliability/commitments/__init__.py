"""Commitments: each promise of review.toml with its baseline, its goal and where it stands."""

from reliability.commitments.model import CommitmentBaseline, CommitmentStatus, CommitmentWindow
from reliability.commitments.status import commitment_statuses

__all__ = ["CommitmentBaseline", "CommitmentStatus", "CommitmentWindow", "commitment_statuses"]
