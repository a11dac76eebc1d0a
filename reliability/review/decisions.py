"""What the meeting has to decide: one line per promise that needs somebody."""

from collections.abc import Sequence

from reliability.commitments import CommitmentStatus
from reliability.review.headline import needs_you


def decisions(promises: Sequence[CommitmentStatus]) -> tuple[str, ...]:
    """Return one line per promise whose verdict is a concern: the promise, its sentence."""
    return tuple(f"{p.title}: {p.sentence}" for p in promises if needs_you(p))
