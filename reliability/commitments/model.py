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
    """One promise, judged at one instant.

    ratio: period / baseline (None for absolute goals without one). interval: the 90 % interval of what the verdict
    rests on (ratio, share or difference: see `interval_of`). change, change_interval: a difference in points, for NPS.
    target: what `ratio` (or value) is held against. goal_value: the goal in the KPI's own unit. allowed: the whole
    number a count may reach. chance: that the goal is reached, 0-1, while running. goal_text ("at most 19 in 90
    days"), evidence ("−43 %, a real drop (90 % range −63 to −13 %)"), clause ("P1s are down 43 %, more than chance
    explains"), sentence: words by rule. short_title: one or two words for the headline ("repeats"). warnings: words
    such as "baseline chosen after a bad quarter". power: the power statement. left_out: reason -> records.
    """

    id: str
    title: str
    short_title: str
    kpi: str
    unit: str
    owner: str
    baseline: CommitmentBaseline | None
    window: CommitmentWindow
    value: float | None
    n: int
    open: int
    ratio: float | None
    interval: tuple[float, float] | None
    interval_of: str
    change: float | None
    change_interval: tuple[float, float] | None
    target: float | None
    goal_value: float | None
    allowed: int | None
    allowance_left: int | None
    verdict: str
    tone: str
    provisional: bool
    pace: str
    chance: float | None
    goal_text: str
    evidence: str
    clause: str
    sentence: str
    power: str
    warnings: tuple[str, ...]
    left_out: dict[str, int]
