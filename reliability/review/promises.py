"""Promises as a review shows them: the commitments in force in a period, and their verdicts."""

import pickle
from collections.abc import Sequence

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.model import CardVerdict
from reliability.queries.figures import figures
from reliability.review.scope import Scope


def promises(scope: Scope) -> tuple[CommitmentStatus, ...]:
    """Return every commitment that had begun when the period is seen, judged at that instant.

    A promise belongs to the organisation, not to a view: the filters do not touch it.
    """

    def judge() -> tuple[bytes, int]:
        kept = pickle.dumps(commitment_statuses(scope.store, scope.settings, scope.seen_at, scope.readings))
        return kept, len(kept)

    statuses = pickle.loads(
        scope.store.memory.once(("promises", scope.settings.edition, scope.seen_at), judge)
    )
    return tuple(s for s in statuses if s.window.start <= scope.seen_at)


def promise_of(kpi_id: str, found: Sequence[CommitmentStatus]) -> CommitmentStatus | None:
    """Return the promise on this very KPI, of several the one begun last: what a chart of it may draw."""
    on_it = [status for status in found if status.kpi == kpi_id]
    return max(on_it, key=lambda status: status.window.start, default=None)


def promise_beside(kpi_id: str, found: Sequence[CommitmentStatus]) -> CommitmentStatus | None:
    """Return the promise a card of this KPI shows: one on it, else one on a figure that is also on this card."""
    also = (f.id for f in figures().values() if kpi_id in f.also_on)
    return next(filter(None, (promise_of(wanted, found) for wanted in (kpi_id, *also))), None)


def verdict_of(status: CommitmentStatus) -> CardVerdict | None:
    """Return the verdict as a card shows it, first letter raised; None where there is no word for it yet."""
    if not status.verdict:
        return None
    return CardVerdict(
        word=status.verdict_text[:1].upper() + status.verdict_text[1:],
        tone=status.tone,
        evidence=status.evidence,
    )
