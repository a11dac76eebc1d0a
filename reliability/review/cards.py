"""Cards: each headline figure of a period beside earlier periods, its goal and its recent course."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.kpis import Kpi
from reliability.model import NO_DATA, Card, Change, Filters, Period
from reliability.queries import query
from reliability.queries.figures import MONTH, Figure, Place, figure, figures
from reliability.review import card_words
from reliability.review.promises import promise_beside, verdict_of
from reliability.review.scope import Scope
from reliability.settings import Settings
from reliability.settings.periods import previous, same_length, year_before

MOST_SPELLED = 200
"""Shares of at most this many records are shown as "14 of 21"; beyond, as a percentage."""


@dataclass(frozen=True)
class CardPlan:
    """Which figure a card shows, and under which name. course: whether it has a line of the last twelve months."""

    figure: str
    title: str
    course: bool = True


def review_plans() -> tuple[CardPlan, ...]:
    """Return the cards of the quarterly review: the figures whose header names a card, in the order it gives."""
    return _plans(lambda found: found.card)


def work_plans() -> tuple[CardPlan, ...]:
    """Return the cards of the page on reliability work."""
    return _plans(lambda found: found.work_card)


def _plans(place_of: Callable[[Figure], Place | None]) -> tuple[CardPlan, ...]:
    placed = [(place, found.id) for found in figures().values() if (place := place_of(found)) is not None]
    return tuple(CardPlan(name, place.title) for place, name in sorted(placed, key=lambda p: p[0].order))


def text_of(kpi: Kpi) -> str:
    """Return a figure as shown: a small share as "14 of 21", a median that is not reached as "more than 5 h"."""
    of, unit = kpi.denominator, figure(kpi.id).shown_unit
    if kpi.value is None:
        return formatting.more_than(kpi.above, unit) if kpi.above is not None else formatting.MISSING
    counted = unit == "share" and kpi.numerator is not None
    if counted and of is not None and of == int(of) and of <= MOST_SPELLED:
        return f"{formatting.count(kpi.numerator)} of {formatting.count(of)}"
    return formatting.figure(kpi.value, unit)


def earlier_periods(period: Period, settings: Settings, comparison: str) -> tuple[Period, ...]:
    """Return the earlier periods a figure stands beside, the chosen comparison first.

    A quarter that is not over is compared with as many days of the earlier one.
    """
    found = [previous(period, settings), year_before(period, settings)]
    if comparison == "year_before":
        found.reverse()
    return tuple(same_length(earlier, period, settings) for earlier in found)


def expect(scope: Scope, comparison: str, plans: Sequence[CardPlan]) -> None:
    """Say which windows of which figures these cards will show, so that each figure is read once."""
    windows = (scope.period, *earlier_periods(scope.period, scope.settings, comparison))
    for plan in plans:
        shown = (*windows, *(scope.steps(MONTH) if plan.course else ()))
        scope.expect(plan.figure, *shown)
        if instead := figure(plan.figure).instead:
            scope.expect(instead, *shown, perhaps=True)


def cards(
    scope: Scope,
    promises: Sequence[CommitmentStatus],
    comparison: str = "previous",
    plans: Sequence[CardPlan] | None = None,
) -> tuple[Card, ...]:
    """Compute the planned cards of a period; by default those of the quarterly review."""
    chosen = review_plans() if plans is None else plans
    expect(scope, comparison, chosen)
    earlier = earlier_periods(scope.period, scope.settings, comparison)
    shown = frozenset(plan.figure for plan in chosen)
    return tuple(_card(plan, scope, promises, earlier, shown) for plan in chosen)


def _card(
    plan: CardPlan,
    scope: Scope,
    promises: Sequence[CommitmentStatus],
    earlier: tuple[Period, ...],
    shown: frozenset[str],
) -> Card:
    """Return one card. shown: the figures that have a card of their own, and stand in for no other."""
    now = scope.kpi(plan.figure)
    then = [scope.kpi(plan.figure, period) for period in earlier]
    instead = figure(plan.figure).instead
    if instead and instead not in shown and all(f.status == NO_DATA for f in (now, *then)):
        plan = CardPlan(instead, figure(instead).title, plan.course)
        return _card(plan, scope, promises, earlier, shown)
    unit = figure(now.id).shown_unit
    changes = tuple(
        Change(
            label=f"against {period.label}",
            then=before.value,
            then_text=text_of(before),
            text=formatting.change(now.value, before.value, unit),
        )
        for period, before in zip(earlier, then, strict=True)
    )
    # A promise belongs to the organisation: under a filter its verdict would stand beside another figure than its own.
    promise = promise_beside(now.id, promises) if scope.filters == Filters() else None
    verdict = verdict_of(promise) if promise else None
    was = f"was {text_of(then[0])} in {earlier[0].label}" if then[0].status != NO_DATA else ""
    targets = scope.settings.targets
    title = plan.title.format(
        engage=formatting.duration(targets.engage_minutes),
        postmortem=f"{targets.postmortem_hours:g}{formatting.NO_BREAK}h",
        executive=f"{targets.executive_hours:g}{formatting.NO_BREAK}h",
        ended=scope.settings.incidents.ended_after_days,
    )
    own = promise.kpi == now.id if promise else True
    narrowed = "Nothing with these filters" if now.status == NO_DATA and scope.filters != Filters() else ""
    return Card(
        id=now.id,
        title=title,
        query=f"kpis/{now.id}",
        status=now.status,
        value=now.value,
        unit=unit,
        text=text_of(now),
        n=now.n,
        open=now.open,
        goal=_goal(promise, now.id),
        goal_value=promise.goal_value if promise else None,
        was=was,
        judged=promise.figure if promise and verdict else "",
        judged_title=card_words.title(promise, now.id, title) if promise and verdict else "",
        beside=card_words.beside(promise, scope.zone) if promise and verdict else "",
        clause=card_words.clause(promise, scope.zone) if promise and verdict else narrowed,
        asides=(*card_words.asides(promise), *card_words.unknown_severities(promise.left_out))
        if promise and verdict
        else (),
        in_period=_in_period(now, scope.period, then[0], earlier[0], promise, "" if own else title)
        if promise and verdict
        else "",
        evidence=_evidence(promise, now, scope),
        verdict=verdict,
        changes=changes,
        sparkline=scope.points(now.id) if plan.course else (),
        left_out=now.left_out,
        needs=now.needs[0] if now.status == NO_DATA and now.needs and scope.filters == Filters() else "",
        commitment=promise.id if promise else "",
    )


def unnarrowed(figure_id: str, filters: Filters) -> str:
    """Say which of the chosen filters a figure does not depend on: "for all services"; empty where it obeys them.

    A figure that is told by service and not by severity is one of P1s or of endpoints: nobody takes it for another.
    """
    takes = query(f"kpis/{figure_id}").parameters
    chosen = {"services": filters.services, "teams": filters.teams, "severities": filters.severities}
    if "services" in takes:
        del chosen["severities"]
    ignored = [name for name, values in chosen.items() if values and name not in takes]
    return f"for all {formatting.listed(ignored)}" if ignored else ""


def _in_period(
    now: Kpi, period: Period, then: Kpi, earlier: Period, promise: CommitmentStatus, name: str = ""
) -> str:
    """The period's own figure, which no verdict speaks of: "2025 Q4 so far: 14 (Q3: 17)".

    Of how many incidents the severity is unknown stands behind each where it is not the promise's own number, which the
    card names beside its verdict. "In part" marks a window with days that no record covers. name: what the period's
    figure is, where it is another one than the promise's.
    """
    label = f"{period.label} so far" if period.partial else f"{period.label}{_in_part(now)}"
    label = f"{name}, {label}" if name else label
    if now.status == NO_DATA:
        return f"{label}: no data"
    # Another figure than the promise's may ask for no severity: it is not said to know them all.
    doubts = [
        card_words.other_unknown_severities(
            kpi.left_out, {} if name and not kpi.left_out else promise.left_out
        )
        for kpi in (now, then)
    ]
    was = f"{_within_year(earlier, period)}{_in_part(then)}: {_unbroken(then)}{doubts[1]}"
    before = f" ({was})" if then.status != NO_DATA else ""
    return f"{label}: {_unbroken(now)}{doubts[0]}{before}"


def _in_part(kpi: Kpi) -> str:
    """Mark a window that is over and of which the records lack some days: its figure is not that of the whole.

    Where so many are lacking that there is no figure, there is no part of one either.
    """
    return " in part" if kpi.in_part and kpi.status != NO_DATA else ""


def _unbroken(kpi: Kpi) -> str:
    return text_of(kpi).replace(" ", formatting.NO_BREAK)


def _within_year(earlier: Period, period: Period) -> str:
    """Name an earlier period beside one: "Q3" beside "2025 Q4", "2024 Q4" beside it."""
    name = earlier.label.split(",")[0]
    year, _, part = name.partition(" ")
    is_quarter = len(part) == 2 and part.startswith("Q")
    return part if is_quarter and period.label.startswith(f"{year} Q") else name


def _goal(promise: CommitmentStatus | None, figure_id: str) -> str:
    """The goal below the large figure; it begins with the figure promised where that is not the card's."""
    if promise is None or promise.kpi == figure_id:
        return promise.goal_text if promise else ""
    return ", ".join(filter(None, (figure(promise.kpi).title, promise.goal_text)))


def _evidence(promise: CommitmentStatus | None, now: Kpi, scope: Scope) -> str:
    """The promise's evidence with its own window, else what the figure does not depend on; and what it cannot know."""
    unknown = card_words.unknown_severities(promise.left_out if promise else now.left_out)
    said = _in_its_window(promise, scope.zone) if promise else ""
    return " · ".join(filter(None, (said or unnarrowed(now.id, scope.filters), *unknown)))


def _in_its_window(promise: CommitmentStatus, zone: str) -> str:
    if not promise.evidence:
        return ""
    since = formatting.short_day(promise.window.start, zone)
    if promise.window.elapsed_days < promise.window.days:
        return f"since {since}: {promise.evidence}"
    last = formatting.short_last_day(promise.window.end, zone)
    return f"{since} to {last}: {promise.evidence}"
