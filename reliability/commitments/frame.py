"""The frame of a promise: its windows as the data cover them, its goal, and how a status is put together."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from reliability.commitments.facts import Facts, joined, told
from reliability.commitments.model import (
    CommitmentBaseline,
    CommitmentStatus,
    CommitmentWindow,
    StatusFigures,
)
from reliability.commitments.tools import ToolsChanged, what_changed
from reliability.commitments.verdict import Judgement, Verdict
from reliability.commitments.verdicts import (
    EARLY,
    level_pace,
    with_freshness,
    with_provisional,
    with_same_tools,
)
from reliability.formatting import day, plural
from reliability.formatting import figure as written
from reliability.model import UNKNOWN, Filters
from reliability.queries.figures import Family, Figure
from reliability.settings import Commitment, Settings
from reliability.settings.periods import Window, calendar_days, local_date, midnight

_INSTANT = timedelta(microseconds=1)
YEAR = timedelta(days=364)  # whole weeks, so that weekdays compare with themselves
# Families whose figure is read over the whole window, and those that are compared with the year before.
_WHOLE = (Family.CENSUS, Family.SHARE, Family.MEAN, Family.HOLDING, Family.AVAILABILITY)
_SEASONAL = (Family.COUNT, Family.MEDIAN)


_NONE = StatusFigures()


@dataclass(frozen=True)
class Frame:
    """One promise at one instant.

    window: as promised. seen: its part up to as_of. baseline: as far as the data cover it, None without one.
    absent: the word where nothing can be said, None where something can. late_days: how long after it happened a record
    may still arrive. tools: which begin or end meanwhile. gap: which gap in the data forbids a word, and what would
    fill it, "" without one. gap_in_baseline: whether it lies in the baseline: no goal follows from it then. undated:
    how many answers there are where none has a date. stale_of: what the records are of that stop at stale_since.
    """

    commitment: Commitment
    figure: Figure
    settings: Settings
    as_of: datetime
    window: Window
    baseline: Window | None
    stale_since: datetime | None
    absent: Verdict | None
    warnings: tuple[str, ...]
    tools: ToolsChanged
    late_days: int
    gap: str = ""
    gap_in_baseline: bool = False
    undated: int = 0
    stale_of: str = ""

    @property
    def seen(self) -> Window:
        """The part of the window up to as_of; the record at as_of itself, mostly the newest there is, is in it."""
        return Window(self.window.start, max(self.window.start, min(self.window.end, self.as_of + _INSTANT)))

    @property
    def days(self) -> float:
        """Length of the promise in days."""
        return float(self.commitment.days)

    @cached_property
    def elapsed_days(self) -> float:
        """Days of the window that have passed."""
        zone = self.settings.organisation.zone
        end = max(self.window.start, min(self.window.end, self.as_of))
        return min(self.days, max(0.0, calendar_days(self.window.start, end, zone)))

    @property
    def elapsed(self) -> float:
        """Share of the window that has passed, 0-1."""
        return self.elapsed_days / self.days

    @property
    def has_chance(self) -> bool:
        """Whether the window runs, and long enough to say how likely its goal is."""
        return self.running and self.elapsed >= EARLY

    @property
    def finished(self) -> bool:
        """Whether the window is over."""
        return self.as_of >= self.window.end

    @property
    def running(self) -> bool:
        """Whether the window is not over."""
        return not self.finished

    @property
    def needs_baseline(self) -> bool:
        """Whether nothing can be judged without a baseline: a change is compared with it, a fixed level is not."""
        return self.commitment.goal.is_change

    @property
    def final_at(self) -> datetime:
        """From when on a verdict is final: the window is over and what is recorded late has arrived."""
        zone = self.settings.organisation.zone
        return midnight(local_date(self.window.end, zone) + timedelta(days=self.late_days), zone)

    @property
    def immature(self) -> bool:
        """Whether records of a finished window may still arrive."""
        return self.finished and not self.final

    @property
    def final(self) -> bool:
        """Whether what is said now is said for good."""
        return self.as_of >= self.final_at

    @property
    def lower_is_better(self) -> bool:
        """Whether the goal is a limit, not a number to reach."""
        goal = self.commitment.goal
        return goal.at_most is not None or min(goal.change or 0.0, goal.change_points or 0.0) < 0

    @cached_property
    def baseline_days(self) -> float:
        """Length of the baseline in days, 0 without one."""
        zone = self.settings.organisation.zone
        return calendar_days(self.baseline.start, self.baseline.end, zone) if self.baseline else 0.0

    @property
    def unit(self) -> str:
        """The unit figures are formatted in: availability keeps more digits than another share."""
        return self.figure.shown_unit

    @property
    def zone(self) -> str:
        """The organisation's time zone name."""
        return self.settings.organisation.time_zone

    @property
    def counts_other_tools(self) -> bool:
        """Whether a count is compared with one that other tools made."""
        return self.figure.family is Family.COUNT and self.baseline is not None and bool(self.tools.material)

    def settled(self, judgement: Judgement, *readings: Judgement) -> Judgement:
        """Return the word of a window that is over; while records may still arrive it claims nothing of chance.

        readings: the words with what is undecided taken one way and the other.
        """
        return with_provisional(judgement, self.immature, *readings, lower_is_better=self.lower_is_better)

    def level_word(self, judgement: Judgement, *readings: Judgement) -> Judgement:
        """Return the word of a fixed level: settled when the window is over, before that as pace."""
        return self.settled(judgement, *readings) if self.finished else level_pace(judgement)

    def year_earlier(self) -> Window:
        """The seen part of the window, 52 weeks earlier."""
        return self.years_earlier(1)

    def years_earlier(self, years: int) -> Window:
        """The seen part of the window, so many times 52 weeks earlier."""
        return Window(self.seen.start - years * YEAR, self.seen.end - years * YEAR)

    def rest_of_year(self, years: int) -> Window:
        """The rest of the 52 weeks that begin with the window of so many years earlier."""
        begun = self.years_earlier(years)
        return Window(begun.end, max(begun.end, begun.start + YEAR))

    def before_baseline(self, baseline: Window) -> Window:
        """The time as long as the baseline that ends where it begins."""
        return Window(baseline.start - (baseline.end - baseline.start), baseline.start)

    def windows(self) -> list[Window]:
        """The windows its figure is read for."""
        whole = self.window if self.figure.family in _WHOLE else self.seen
        found = [whole, *([self.baseline] if self.baseline else [])]
        if self.finished and self.figure.family in _SEASONAL and self.baseline:
            found += [self.year_earlier(), self.years_earlier(2)]
        if self.finished and self.figure.family is Family.MEDIAN and self.baseline:
            found += [self.rest_of_year(1), self.rest_of_year(2)]
        if self.figure.family is Family.SCORE and self.baseline:
            found.append(self.before_baseline(self.baseline))
        return found

    def span(self) -> str:
        """The length of the promise in words."""
        return f"{self.commitment.days}\N{NO-BREAK SPACE}days"

    def status(
        self,
        judgement: Judgement,
        figures: StatusFigures = _NONE,
        *,
        sentence: str = "",
        facts: Facts = (),
        clause: str = "",
        goal_text: str = "",
        target: float | None = None,
        goal_value: float | None = None,
        allowed: int | None = None,
        chance: float | None = None,
        power: str = "",
        warnings: tuple[str, ...] = (),
        details: tuple[str, ...] = (),
        shown: str = "",
        why: str = "",
    ) -> CommitmentStatus:
        """Put a status together: what all families share comes from here.

        shown: the figure, where not the value. why: what lowered the word.
        """
        judged = with_freshness(judgement, self.stale_since is not None)
        stopped = judged.verdict != judgement.verdict
        if judged.provisional and self.immature:
            judged = replace(judged, final_on=day(self.final_at, self.zone))
            sentence = f"{sentence} Final on {judged.final_on}."
        if stopped and self.stale_since is not None:
            sentence = (
                f"The data stop on {day(self.stale_since, self.zone)}: {joined(facts)}. "
                f"An export of {self.stale_of} from after that day would settle it."
            )
            facts = told(facts)
        if self.counts_other_tools:
            judged, before = with_same_tools(judged), judged
            if judged is not before:
                sentence, facts = what_changed(self.tools), told(facts, False)
        baseline = None
        if self.baseline:
            baseline = CommitmentBaseline(
                self.baseline.start,
                self.baseline.end,
                self.baseline_days,
                figures.baseline_value,
                figures.baseline_n,
            )
        return CommitmentStatus(
            id=self.commitment.id,
            title=self.commitment.title,
            of_part=self.commitment.filters != Filters(),
            short_title=self.figure.short,
            figure=shown or figures.shown or written(figures.value, self.unit),
            kpi=self.commitment.kpi,
            unit=self.unit,
            owner=self.commitment.owner,
            baseline=baseline,
            window=CommitmentWindow(self.window.start, self.window.end, self.elapsed_days, self.days),
            value=figures.value,
            n=figures.n,
            open=figures.open,
            above=figures.above,
            ratio=figures.ratio,
            interval=figures.interval,
            interval_of=figures.interval_of,
            change=figures.change,
            change_interval=figures.change_interval,
            target=target,
            goal_value=goal_value,
            allowed=allowed,
            allowance_left=None if allowed is None else allowed - figures.n,
            chance=None if stopped else chance,
            power=power,
            details=details,
            left_out=figures.left_out,
            verdict=judged.verdict,
            verdict_text=judged.text,
            verdict_word=judged.word,
            final_on=self.final_at if judged.final_on else None,
            tone=judged.tone,
            provisional=judged.provisional,
            pace=judged.verdict if self.running else "",
            goal_text=goal_text,
            facts=facts,
            clause=clause if judged.tone != UNKNOWN else f"{self.figure.short}: {judged.verdict}",
            sentence=sentence,
            why=why if judged.causes else "",
            warnings=(*self.warnings, *warnings, *judged.reasons),
        )


def gap_status(frame: Frame) -> CommitmentStatus:
    """Say that a gap in the data forbids a word, and what would fill it."""
    return frame.status(Judgement(Verdict.DATA_GAP), sentence=frame.gap)


def absent_status(frame: Frame) -> CommitmentStatus:
    """Say why nothing can be said. Raises ValueError when something can."""
    if frame.absent is None:
        raise ValueError(f"{frame.commitment.id} can be judged")
    if frame.absent == Verdict.NOT_BEGUN:
        sentence = f"It begins on {day(frame.window.start, frame.zone)}."
    elif frame.undated:
        sentence = (
            f"{plural(frame.undated, 'answer')} kept, none has a date: map the column that says when they were given "
            "on the Data page."
        )
    elif frame.commitment.baseline and frame.baseline is None:
        promised = frame.commitment.baseline
        last = promised.end - timedelta(days=1)
        sentence = f"No export covers the baseline, {day(promised.start)} to {day(last)}."
    else:
        sentence = f"No export covers it: {', '.join(frame.figure.covered_by)}."
    return frame.status(Judgement(frame.absent), sentence=sentence)
