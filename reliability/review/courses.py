"""The review's charts: the figures whose header asks for one, with goals, bands and what they show."""

from datetime import datetime

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.model import NO_DATA, OK, Band, Card, Chart, Filters, Level, Line, Point
from reliability.queries.figures import WEEK, Family, Figure, Place, figure, figures
from reliability.review import findings
from reliability.review.promises import promise_of
from reliability.review.scope import Scope

_DAYS = {"week": 7.0, "month": 365.25 / 12}


def expect(scope: Scope) -> None:
    """Say which steps of which figures the charts will show."""
    for place, found in _charted():
        scope.expect(found.id, *scope.steps(place.title))
        if found.instead:
            scope.expect(found.instead, *scope.steps(place.title), perhaps=True)


def charts(
    scope: Scope, cards: tuple[Card, ...], promises: tuple[CommitmentStatus, ...]
) -> tuple[Chart, ...]:
    """Compose the charts over the twelve months that end with the period."""
    by_id = {card.id: card for card in cards}
    # What the whole organisation promised is no goal of a part of it.
    drawn = promises if scope.filters == Filters() else ()
    made = []
    for place, found in _charted():
        card = by_id.get(found.id) or by_id.get(found.instead)
        if card is not None:
            made.append(_course(scope, card, figure(card.id), place.title, promise_of(card.id, drawn)))
    return tuple(made)


def _charted() -> list[tuple[Place, Figure]]:
    found = [(f.chart, f) for f in figures().values() if f.chart is not None]
    return sorted(found, key=lambda pair: pair[0].order)


def _course(scope: Scope, card: Card, of: Figure, step: str, promise: CommitmentStatus | None) -> Chart:
    points = scope.points(of.id, step)
    noun = of.title.replace(" incidents", "s") if of.short == "P1s" else of.title
    counted = of.family is Family.COUNT
    return _chart(
        scope, card, of, points,
        id=f"{of.id}_{step}ly",
        title=findings.of(of, noun, card, promise, scope.zone),
        kind=("points" if step == WEEK else "columns") if counted else "line",
        query=card.query,
        subtitle=_subtitle(of, step, points, scope),
        levels=_count_levels(promise, _DAYS[step], f"a {step}") if counted else _value_levels(promise),
        promise=promise,
        scale="log" if of.family is Family.MEDIAN else "linear",
    )  # fmt: skip


def _subtitle(of: Figure, step: str, points: tuple[Point, ...], scope: Scope) -> str:
    text = f"{of.title} per {step}"
    if of.family is Family.COUNT:
        return f"{text}, {_span(points, scope)}"
    if of.family is Family.MEDIAN:
        return f"{text} · band: middle half of incidents · log scale"
    if of.family is Family.SCORE:
        answers = sum(point.n or 0 for point in points)
        return f"{text} · {formatting.count(answers)} answers · band: 90{formatting.NO_BREAK}% interval"
    return f"{text}, {_span(points, scope)}"


def _chart(
    scope: Scope,
    card: Card,
    of: Figure,
    points: tuple[Point, ...],
    *,
    id: str,
    title: str,
    subtitle: str,
    kind: str,
    query: str,
    levels: tuple[Level, ...],
    promise: CommitmentStatus | None,
    scale: str = "linear",
) -> Chart:
    known = [point for point in points if point.value is not None]
    since = points[0].at if points else scope.year_ago
    return Chart(
        id=id,
        title=title,
        subtitle=subtitle,
        kind=kind,
        unit=card.unit,
        lines=(Line(_end_label(known, card.unit), points),),
        levels=levels,
        bands=(*_bands(scope, promise, since), *scope.gap_bands(of.id, since)),
        marks=scope.freeze_marks(since),
        scale=scale,
        takeaway=f"{title}. {subtitle}.",
        query=query,
        status=OK if known else NO_DATA,
        needs=card.needs,
    )


def _end_label(known: list[Point], unit: str) -> str:
    if not known or unit == "incidents":
        return ""
    return formatting.figure(known[-1].value, unit)


def _bands(scope: Scope, promise: CommitmentStatus | None, since: datetime) -> tuple[Band, ...]:
    incident = scope.incident_bands(since)
    if promise is None or promise.baseline is None or promise.baseline.start is None:
        return incident
    # Where both would lie on each other the incident window is the stronger word: the baseline ends before it.
    start = max(promise.baseline.start, since)
    end = min(promise.baseline.end, scope.seen_at, *(b.start for b in incident if b.start > start))
    return (Band(start, end, "baseline", "baseline"), *incident) if start < end else incident


def _count_levels(promise: CommitmentStatus | None, step_days: float, per: str) -> tuple[Level, ...]:
    """The promised count and the baseline, both as a rate per step of the chart."""
    if (
        promise is None
        or promise.baseline is None
        or not promise.baseline.days
        or promise.baseline.value is None
    ):
        return ()
    before = promise.baseline.value / promise.baseline.days * step_days
    levels = [
        Level(f"before {before:.1f} {per}", before, "mean", promise.baseline.start, promise.baseline.end)
    ]
    if promise.allowed is not None:
        goal = promise.allowed / promise.window.days * step_days
        levels.append(Level(f"goal {goal:.1f} {per}", goal, "goal", promise.window.start, None))
    return tuple(levels)


def _value_levels(promise: CommitmentStatus | None) -> tuple[Level, ...]:
    """The promised value and the baseline's."""
    levels = []
    if promise is None:
        return ()
    if promise.baseline is not None and promise.baseline.value is not None:
        text = formatting.figure(promise.baseline.value, promise.unit)
        levels.append(
            Level(
                f"before {text}", promise.baseline.value, "mean", promise.baseline.start, promise.baseline.end
            )
        )
    if promise.goal_value is not None:
        text = formatting.figure(promise.goal_value, promise.unit)
        levels.append(Level(f"goal {text}", promise.goal_value, "goal", promise.window.start, None))
    return tuple(levels)


def _span(points: tuple[Point, ...], scope: Scope) -> str:
    if not points:
        return scope.period.label
    text = f"{formatting.day(points[0].at, scope.zone)} to {formatting.day(scope.seen_at, scope.zone)}"
    return f"{text}, last one to date" if points[-1].partial else text
