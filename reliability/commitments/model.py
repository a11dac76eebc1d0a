"""A commitment's status: the figure, how sure it is, and the words for it. Plain frozen data.

The review, the cards, the JSON and the page read these fields (reliability/review/*.py); `commitment_statuses(store,
settings, as_of)` in this package makes them.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CommitmentBaseline:
    """What a promise is compared with. value: the KPI over the window (a count is a total, not a rate)."""

    start: datetime
    end: datetime
    days: float
    value: float | None
    n: int


@dataclass(frozen=True)
class CommitmentWindow:
    """The promise's own window [start, end); elapsed_days are counted to `as_of`, `days` is its length."""

    start: datetime
    end: datetime
    elapsed_days: float
    days: float


@dataclass(frozen=True)
class CommitmentStatus:
    """One promise at one instant.

    goal_value: the goal in the KPI's own unit. allowed: the whole number a count may reach, None for other KPIs.
    goal_text: the goal in words ("goal: at most 19 in 90 days from 18 Aug 2025"). value: the KPI from the promise's
    start to `as_of` (None: no data). left_out: reason -> records.
    """

    id: str
    title: str
    kpi: str
    unit: str
    owner: str
    baseline: CommitmentBaseline | None
    window: CommitmentWindow
    value: float | None
    n: int
    open: int
    goal_value: float | None
    allowed: int | None
    goal_text: str
    left_out: dict[str, int]
