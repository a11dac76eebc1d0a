"""The history of a promise: what would have been said of it at the end of each past week.

A look back holds what had happened by then, with what is known of it today.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability import formatting
from reliability.commitments import commitment_status, expect
from reliability.commitments.evidence import Evidence
from reliability.kpis import Readings
from reliability.queries import Asks
from reliability.settings import Commitment, Settings
from reliability.settings.periods import local_date, midnight

MOST = 26
"""Looks back at most; longer promises are looked at every second week, every third ..."""


@dataclass(frozen=True)
class Past:
    """A promise at one past moment. figure: as shown then; verdict: with its suffixes."""

    at: datetime
    figure: str
    verdict: str
    tone: str
    evidence: str


def past(store: Asks, settings: Settings, commitment: Commitment, seen_at: datetime) -> tuple[Past, ...]:
    """Judge a promise again at the end of every week since it began, newest first; the last look is now."""
    readings, found = Readings(store, settings), []
    looks = [Evidence(store, settings, at, readings) for at in moments(commitment, settings, seen_at)]
    for evidence in looks:
        expect([commitment], evidence)
    for evidence in looks:
        status = commitment_status(commitment, evidence)
        verdict = status.verdict_text or status.verdict or ""
        found.append(
            Past(
                evidence.as_of,
                formatting.figure(status.value, status.unit),
                verdict,
                status.tone,
                status.evidence,
            )
        )
    return tuple(reversed(found))


def moments(commitment: Commitment, settings: Settings, seen_at: datetime) -> list[datetime]:
    """Return the week ends of the promise's window before `seen_at`, its deadline, and `seen_at`."""
    zone = settings.organisation.zone
    first = midnight(commitment.start, zone)
    if seen_at <= first:
        return []
    days = min(commitment.days, (local_date(seen_at, zone) - commitment.start).days)
    step = 7 * max(1, -(-days // (7 * MOST)))
    ends = [midnight(commitment.start + timedelta(days=d), zone) for d in range(step, commitment.days, step)]
    ends.append(midnight(commitment.end, zone))
    return [*(at for at in ends if at < seen_at), seen_at]
