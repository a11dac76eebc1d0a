"""Did it work? A promise's figure in the days before something was done, and in the days since, with the house's word.

The days since are judged as a promise of their own: by the goal of the promise, against as many days before. So the
margins, the floors below which nothing can be told, and the words are those of every promise.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reliability import formatting
from reliability.commitments import CommitmentStatus, commitment_status, expect
from reliability.commitments.evidence import Evidence
from reliability.commitments.spending import Spender
from reliability.commitments.verdict import Verdict
from reliability.decisions import Decision
from reliability.model import UNKNOWN, Filters
from reliability.review.standing import was
from reliability.settings import Baseline, Commitment
from reliability.settings.periods import Window, local_date

LEAST_DAYS, MOST_DAYS = 14, 90
"""Fewer days than these say nothing yet; after the last ones other things have happened."""


class Unnamed(Evidence):
    """The evidence of an effect: what spent an error budget is not asked for, an effect names none of it."""

    def budget_spenders(self, window: Window, filters: Filters, objective: float) -> tuple[Spender, ...]:
        """Return nothing."""
        del window, filters, objective
        return ()


@dataclass(frozen=True)
class Effect:
    """What a figure did. start: the first of the days since. days: how many, and as many before.

    before, after: the figure as written, "" where there is none. verdict: a word of the house, tone its tone.
    """

    start: date
    days: int
    before: str
    after: str
    verdict: str
    tone: str

    @property
    def words(self) -> str:
        """The answer in a clause: "met: 17 in the 42 days before, 6 in the 42 days since"."""
        if not self.after:
            return self.verdict
        span = formatting.plural(self.days, "day")
        return f"{self.verdict}: {self.before} in the {span} before, {self.after} in the {span} since"


def compared(commitment: Commitment, start: date, today: date, end: date | None = None) -> Commitment | None:
    """Return the promise over the days from `start`, against as many before; None where that is too early.

    today: the day of the data, which is not over. end: the first day that no longer belongs to it.
    """
    days = min((min(end or today, today) - start).days, MOST_DAYS)
    if days < LEAST_DAYS:
        return None
    before = Baseline(start - timedelta(days=days), start)
    return replace(commitment, start=start, days=days, baseline=before)


def effect_of(asked: Commitment, evidence: Evidence) -> Effect:
    """Judge what `compared` returned."""
    status = commitment_status(asked, evidence)
    then = was(status).removeprefix("was ") or "no figure"
    told = status.value is not None or status.above is not None
    after = figure_of(status) if told else ""
    return Effect(asked.start, asked.days, then, after, status.verdict_text, status.tone)


def effects(found: Iterable[Decision], evidence: Evidence) -> dict[str, Effect]:
    """Return what every decision on a promise did, by its id; none for one on no promise, or a withdrawn one."""
    settings = evidence.settings
    promises = {c.id: c for c in settings.commitments}
    today = local_date(evidence.as_of, settings.organisation.zone)
    on = [(d, compared(promises[d.about], d.decided_on, today)) for d in found if d.about in promises]
    expect([asked for _, asked in on if asked], evidence)
    return {
        decision.id: effect_of(asked, evidence) if asked else _early(decision.decided_on)
        for decision, asked in on
    }


def _early(start: date) -> Effect:
    return Effect(start, 0, "", "", str(Verdict.TOO_EARLY), UNKNOWN)


def figure_of(status: CommitmentStatus) -> str:
    """The figure itself, as its baseline is written: "96 %" beside "91 %", not "48 of 50"."""
    if status.value is None or status.above is not None:
        return status.figure
    return formatting.figure(status.value, status.unit)
