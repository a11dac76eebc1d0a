"""The review's four charts: P1s per week, recovery, repeats and NPS, with goals, bands and what they show."""

from datetime import datetime

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.model import NO_DATA, OK, Band, Card, Chart, Level, Line, Point
from reliability.review import findings
from reliability.review.promises import promise_of
from reliability.review.setting import YEAR, Setting

_MONTH_DAYS = 365.25 / 12


def charts(
    setting: Setting, cards: tuple[Card, ...], promises: tuple[CommitmentStatus, ...]
) -> tuple[Chart, ...]:
    """Compose the four charts over the twelve months that end with the period."""
    by_id = {card.id: card for card in cards}
    repeats_id = "repeat_escalations" if "repeat_escalations" in by_id else "repeat_incidents"
    return (
        _p1s(setting, by_id["p1_incidents"], promise_of("p1_incidents", promises)),
        _recovery(setting, by_id["time_to_recover_median"], promise_of("time_to_recover_median", promises)),
        _repeats(setting, by_id[repeats_id], promise_of(repeats_id, promises)),
        _nps(setting, by_id["nps"], promise_of("nps", promises)),
    )


def _p1s(setting: Setting, card: Card, promise: CommitmentStatus | None) -> Chart:
    points = setting.year_of("charts/p1_weekly")
    levels = _count_levels(promise, 7.0, "a week")
    return _chart(
        setting, card, points,
        id="p1_weekly", title=findings.of_counts("P1s", card, promise, setting.zone), kind="points",
        query="charts/p1_weekly",
        subtitle=f"P1 incidents per week, {_span(points, setting)} · each point opens its incidents",
        levels=levels, promise=promise,
    )  # fmt: skip


def _recovery(setting: Setting, card: Card, promise: CommitmentStatus | None) -> Chart:
    points = setting.year_of("charts/recover_monthly")
    return _chart(
        setting, card, points,
        id="recover_monthly", title=findings.of_recovery(card, promise), kind="line",
        query="charts/recover_monthly",
        subtitle="Median time to recover, P1, per month · band: middle half of incidents · log scale",
        levels=_value_levels(promise), promise=promise, scale="log",
    )  # fmt: skip


def _repeats(setting: Setting, card: Card, promise: CommitmentStatus | None) -> Chart:
    escalated = card.id == "repeat_escalations"
    query = "charts/repeat_escalations_monthly" if escalated else "charts/repeats_monthly"
    noun = "Repeat escalations" if escalated else "Repeat incidents"
    points = setting.year_of(query)
    return _chart(
        setting, card, points,
        id="repeats_monthly", title=findings.of_counts(noun, card, promise, setting.zone), kind="columns", query=query,
        subtitle=f"{noun} per month, {_span(points, setting)}",
        levels=_count_levels(promise, _MONTH_DAYS, "a month"), promise=promise,
    )  # fmt: skip


def _nps(setting: Setting, card: Card, promise: CommitmentStatus | None) -> Chart:
    points = setting.year_of("charts/nps_monthly")
    answers = sum(point.n or 0 for point in points)
    return _chart(
        setting, card, points,
        id="nps_monthly", title=findings.of_nps(card, promise), kind="line", query="charts/nps_monthly",
        subtitle=f"Net Promoter Score per month · {formatting.count(answers)} answers · band: 90 % interval",
        levels=_value_levels(promise), promise=promise,
    )  # fmt: skip


def _chart(
    setting: Setting,
    card: Card,
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
    since = points[0].at if points else setting.seen_at - YEAR
    return Chart(
        id=id,
        title=title,
        subtitle=subtitle,
        kind=kind,
        unit=card.unit,
        lines=(Line(_end_label(known, card.unit), points),),
        levels=levels,
        bands=_bands(setting, promise, since),
        marks=setting.freeze_marks(since),
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


def _bands(setting: Setting, promise: CommitmentStatus | None, since: datetime) -> tuple[Band, ...]:
    incident = setting.incident_bands(since)
    if promise is None or promise.baseline is None or promise.baseline.start is None:
        return incident
    # Where both would lie on each other the incident window is the stronger word: the baseline ends before it.
    start = max(promise.baseline.start, since)
    end = min(promise.baseline.end, setting.seen_at, *(b.start for b in incident if b.start > start))
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


def _span(points: tuple[Point, ...], setting: Setting) -> str:
    if not points:
        return setting.period.label
    text = f"{formatting.day(points[0].at, setting.zone)} to {formatting.day(setting.seen_at, setting.zone)}"
    return f"{text}, last one to date" if points[-1].partial else text
