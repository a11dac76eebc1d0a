"""What spent an error budget: incidents by name, everyday failures, and what nothing explains."""

from collections.abc import Sequence
from dataclasses import dataclass

from reliability.formatting import share

EVERYDAY, NO_INCIDENT, INCIDENT = "everyday", "no incident", "incident"

_WORDS = {EVERYDAY: "everyday failures", NO_INCIDENT: "with no incident on record"}
# Less than this share of a budget is not worth naming.
_WORTH_NAMING = 0.05
_MOST = 3


@dataclass(frozen=True)
class Spender:
    """A part of one endpoint's spent budget.

    kind: an incident, everyday failures (intervals within the objective) or failures while no incident was going on.
    budget_share: of the budget of the whole window, 1 is all of it; None when there is no budget to spend.
    """

    endpoint: str
    kind: str
    incident_id: str | None
    budget_share: float | None

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return self.incident_id or _WORDS.get(self.kind, self.kind)


def of_endpoint(spenders: Sequence[Spender], endpoint: str) -> tuple[Spender, ...]:
    """Return what spent the budget of one endpoint and is worth naming, the largest first."""
    own = [s for s in spenders if s.endpoint == endpoint and (s.budget_share or 0) >= _WORTH_NAMING]
    return tuple(sorted(own, key=lambda s: -(s.budget_share or 0)))


def spent_by(spenders: Sequence[Spender], endpoint: str) -> str:
    """Say what spent an endpoint's budget: "IR-12 46 %, everyday failures 39 %, 2 more"; empty when nothing did."""
    named = of_endpoint(spenders, endpoint)
    parts = [f"{s.name} {share(s.budget_share)}" for s in named[:_MOST]]
    if len(named) > _MOST:
        parts.append(f"{len(named) - _MOST} more")
    return ", ".join(parts)


def blame(spenders: Sequence[Spender], endpoints: Sequence[str]) -> str:
    """Say in one sentence which incidents spent most of the first endpoint's budget that incidents spent.

    endpoints: the ones below the objective, the worst first. Empty when no incident is worth naming.
    """
    for endpoint in endpoints:
        incidents = [s for s in of_endpoint(spenders, endpoint) if s.kind == INCIDENT][:2]
        if incidents:
            parts = [f"{s.name} spent {share(s.budget_share)}" for s in incidents]
            return f"{' and '.join(parts)} of the budget of {endpoint}."
    return ""
