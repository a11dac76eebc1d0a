"""Promises as a review shows them: the commitments in force in a period, and their verdicts."""

from collections.abc import Sequence

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.model import Verdict
from reliability.review.setting import Setting

# A KPI shown on a card and the other KPIs a promise about the same thing may be written on.
SAME_CARD = {
    "time_to_recover_median": ("time_to_recover_median_all",),
    "engaged_within_target_share": ("time_to_engage_median",),
    "repeat_escalations": ("repeat_incidents", "repeat_share"),
    "availability": ("error_budget_left",),
}


def promises(setting: Setting) -> tuple[CommitmentStatus, ...]:
    """Return every commitment that had begun when the period is seen, judged at that instant.

    A promise belongs to the organisation, not to a view: the filters do not touch it.
    """
    statuses = commitment_statuses(setting.store, setting.settings, setting.seen_at)
    return tuple(s for s in statuses if s.window.start <= setting.seen_at)


def promise_of(kpi_id: str, found: Sequence[CommitmentStatus]) -> CommitmentStatus | None:
    """Return the promise a card or chart of this KPI shows: on the same KPI, else on a sister; the one begun last."""
    for wanted in (kpi_id, *SAME_CARD.get(kpi_id, ())):
        on_it = [status for status in found if status.kpi == wanted]
        if on_it:
            return max(on_it, key=lambda status: status.window.start)
    return None


def verdict_of(status: CommitmentStatus) -> Verdict | None:
    """Return the verdict as a card shows it, first letter raised; None where there is no word for it yet."""
    if not status.verdict:
        return None
    return Verdict(
        word=status.verdict[:1].upper() + status.verdict[1:],
        tone=status.tone,
        evidence=status.evidence,
        provisional=status.provisional,
    )
