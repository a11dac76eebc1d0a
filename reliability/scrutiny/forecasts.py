"""Were the chances right? What a promise was given half way, held against how it ended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reliability.commitments import CommitmentStatus, commitment_status, expect
from reliability.commitments.evidence import Evidence
from reliability.kpis import Readings
from reliability.model import UNKNOWN
from reliability.queries import Asks
from reliability.settings import Settings
from reliability.statistics.pace import ChanceGroup, brier, calibration

ENOUGH = 20
"""Ended promises from which on a score says something."""


@dataclass(frozen=True)
class Forecast:
    """The chance (0-1) that a promise was given at an instant, and whether it was kept."""

    id: str
    at: datetime
    chance: float
    kept: bool


@dataclass(frozen=True)
class Scored:
    """The chances of all ended promises. brier: their mean squared error, 0 to 1; None while there are too few.

    past: how many promises are past their end, whether they were given a chance or not.
    """

    ended: tuple[Forecast, ...]
    brier: float | None
    past: int

    @property
    def groups(self) -> list[ChanceGroup]:
        """The same chance by chance, for a reliability diagram; empty while there are too few."""
        if self.brier is None:
            return []
        return calibration([one.chance for one in self.ended], [one.kept for one in self.ended])

    @property
    def words(self) -> str:
        """The same as a sentence."""
        if self.past < ENOUGH:
            return too_few(self.past)
        if self.brier is None:
            return f"Too few to score the chances: {len(self.ended)} of {ENOUGH} promises that had one have ended."
        return (
            f"The chances given half way of {len(self.ended)} promises score {self.brier:.2f} "
            "(Brier; 0 is perfect, a coin gives 0.25)."
        )


def too_few(past: int) -> str:
    """Say that too few promises are past their end; nothing has to be read to know that."""
    return f"Too few to score the chances: {past} of {ENOUGH} promises have ended."


def scored(store: Asks, settings: Settings, statuses: Iterable[CommitmentStatus]) -> Scored:
    """Judge every promise that has ended for good again half way, by what had happened, and score the chances given.

    statuses: of the promises of review.toml. Not in the answer are those that were given none half way (duties and
    censuses among them), and those whose end nobody can tell.
    """
    statuses = tuple(statuses)
    promises = {one.id: one for one in settings.commitments}
    past = sum(one.window.elapsed_days >= one.window.days for one in statuses if one.id in promises)
    final = [one for one in statuses if one.is_final and one.verdict and one.id in promises]
    readings = Readings(store, settings)
    looks = [
        (one, Evidence(store, settings, one.window.start + (one.window.end - one.window.start) / 2, readings))
        for one in final
    ]
    for one, evidence in looks:
        expect((promises[one.id],), evidence)
    found = []
    for one, evidence in looks:
        chance = commitment_status(promises[one.id], evidence).chance
        if chance is not None and (one.allowed is not None or one.tone != UNKNOWN):
            found.append(Forecast(one.id, evidence.as_of, chance, _kept(one)))
    enough = len(found) >= ENOUGH
    score = brier([f.chance for f in found], [f.kept for f in found]) if enough else None
    return Scored(tuple(found), score, past)


def _kept(status: CommitmentStatus) -> bool:
    """Whether the goal was reached: a fact, whatever luck had to do with it."""
    if status.allowed is not None:
        return status.n <= status.allowed
    return status.verdict is not None and status.verdict.reached
