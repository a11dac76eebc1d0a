"""Promises as a review shows them: the commitments in force in a period, and their verdicts."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.model import CardVerdict, Period
from reliability.queries.figures import figures
from reliability.review.buckets import shown_tone
from reliability.review.scope import Scope
from reliability.settings import Commitment, Settings
from reliability.settings.periods import midnight, previous


def promises(scope: Scope) -> tuple[CommitmentStatus, ...]:
    """Return the commitments in force in the period, judged at the instant it is seen.

    In force are those that had begun by then and had not ended before `ended_before`. A promise belongs to the
    organisation, not to a view: the filters do not touch it.
    """

    since = ended_before(scope.period, scope.settings)
    asked = replace(scope.settings, commitments=tuple(not_ended(scope.settings, since)))

    def judge() -> tuple[bytes, int]:
        kept = pickle.dumps(commitment_statuses(scope.store, asked, scope.seen_at, scope.readings))
        return kept, len(kept)

    statuses = pickle.loads(
        scope.store.memory.once(("promises", scope.settings.edition, scope.seen_at, since), judge)
    )
    return tuple(s for s in statuses if s.window.start <= scope.seen_at)


def not_ended(settings: Settings, since: datetime | None) -> list[Commitment]:
    """Return the commitments that had not ended by an instant, in the order of review.toml; all of them for None."""
    zone = settings.organisation.zone
    return [c for c in settings.commitments if since is None or midnight(c.end, zone) > since]


def ended_before(period: Period, settings: Settings) -> datetime:
    """Return the instant up to which a promise must have ended to be no longer in force in a period.

    That is the start of the period before: the last word on a promise is often said after its quarter, so that it
    stands in the review of the next one as well, and not for ever.
    """
    return previous(period, settings).start


def promise_of(kpi_id: str, found: Sequence[CommitmentStatus]) -> CommitmentStatus | None:
    """Return the promise on this very KPI, of several the one begun last: what a chart of it may draw.

    One on some services, teams or severities says nothing of the figure over all of them.
    """
    on_it = [status for status in found if status.kpi == kpi_id and not status.of_part]
    return max(on_it, key=lambda status: status.window.start, default=None)


def promise_beside(kpi_id: str, found: Sequence[CommitmentStatus]) -> CommitmentStatus | None:
    """Return the promise a card of this KPI shows: one on it, else one on a figure that is also on this card."""
    also = (f.id for f in figures().values() if kpi_id in f.also_on)
    return next(filter(None, (promise_of(wanted, found) for wanted in (kpi_id, *also))), None)


def verdict_of(status: CommitmentStatus) -> CardVerdict | None:
    """Return the verdict as a card shows it, first letter raised; None where there is no word for it yet."""
    if not status.verdict:
        return None
    word = status.verdict_word or status.verdict
    return CardVerdict(
        word=word[:1].upper() + word[1:],
        tone=shown_tone(status),
        evidence=status.evidence,
    )
