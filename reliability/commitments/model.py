"""A commitment's status: the figure, how sure it is, and the words for it. Plain frozen data.

The review, the cards, the JSON and the page read these fields; `commitment_statuses(store, settings, as_of)` in this
package makes them.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from reliability.commitments.facts import Facts, joined
from reliability.commitments.verdict import Verdict
from reliability.statistics.intervals import Interval

IntervalOf = Literal["", "ratio", "share", "value", "points"]
"""What an interval is one of; "" where there is none."""


@dataclass(frozen=True)
class CommitmentBaseline:
    """What a promise is compared with, as far as the data cover it.

    value: the KPI over the window (a count is a total, not a rate). n: the records it is based on.
    """

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
class StatusFigures:
    """The figure of a promise, now and in its baseline; a CommitmentStatus has the same fields.

    above: what a median that is not reached lies above. shown: the figure as shown, where that is not the value.
    """

    value: float | None = None
    above: float | None = None
    shown: str = ""
    n: int = 0
    open: int = 0
    baseline_value: float | None = None
    baseline_n: int = 0
    ratio: float | None = None
    interval: Interval | None = None
    interval_of: IntervalOf = ""
    change: float | None = None
    change_interval: Interval | None = None
    left_out: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class CommitmentStatus:
    """One promise, judged at one instant.

    short_title: one or two words for a headline ("repeats"). figure: what the verdict speaks of, as shown: the value,
    or "4 of 5 endpoints" where each must reach the goal; "—" without data. unit: of value ("availability" keeps more
    digits than "share"). value: the KPI from the promise's start to `as_of`; None: no data, or a median that is not
    reached: then it lies above `above`. n, open: what it is based
    on, and how many of those are undecided. left_out: reason -> records.

    ratio: period / baseline, None for fixed levels and scores. interval: 90 %, of `interval_of` ("ratio", "share",
    "value", "points"; None where everything was counted). change, change_interval: a difference in points, for NPS.
    target: what ratio, value or change is held against. goal_value: the goal in the KPI's own unit. allowed: the whole
    number a count may reach, allowance_left: what is left of it (below 0: too many). chance: that the goal is
    reached, 0-1, while the window runs.

    verdict: the word; while the window runs it is the pace, which `pace` then repeats. verdict_text: with what it
    carries ("reached so far, final on 6 Oct 2025"), verdict_word: without that day. final_on: the day from which the
    word is final; None where it is or no day is known. provisional: the window is over, but the word is not final.
    tone: good, noise, concern, unknown. By rule: goal_text ("goal: at most 19 in 90 days from 18 Aug 2025"), facts
    (what the verdict is based on), clause ("P1s are down 40 %, more than week-to-week chance explains"), sentence.
    why: a clause for each cause that lowered the word, "" where none did.
    power: how often a true change of this size would be confirmed. warnings: what stands beside the verdict ("baseline
    chosen after a bad quarter"). details: second opinions, for those who look closer. of_part: whether it is on some
    services, teams or severities alone.
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
    short_title: str = ""
    figure: str = ""
    verdict: Verdict | None = None
    tone: str = "unknown"
    provisional: bool = False
    sentence: str = ""
    verdict_text: str = ""
    verdict_word: str = ""
    final_on: datetime | None = None
    pace: str = ""
    chance: float | None = None
    goal_text: str = ""
    facts: Facts = ()
    clause: str = ""
    why: str = ""
    open: int = 0
    above: float | None = None
    ratio: float | None = None
    interval: Interval | None = None
    interval_of: IntervalOf = ""
    change: float | None = None
    change_interval: Interval | None = None
    target: float | None = None
    goal_value: float | None = None
    allowed: int | None = None
    allowance_left: int | None = None
    power: str = ""
    warnings: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    left_out: dict[str, int] = field(default_factory=dict)
    of_part: bool = False

    @property
    def evidence(self) -> str:
        """The facts in a row: "19 of 19 allowed, −40 % (90 % range −60 % to −12 %)"."""
        return joined(self.facts)

    @property
    def is_final(self) -> bool:
        """Whether the window is over and the word final: before that nothing may be claimed of chance."""
        return not self.pace and not self.provisional
