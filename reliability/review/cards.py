"""Cards: each headline figure of a period beside earlier periods, its goal and its recent course."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reliability import formatting
from reliability.kpis import Kpi, kpi, parameters
from reliability.periods import local_date, previous, same_length, year_before
from reliability.queries import Store
from reliability.review.model import NO_DATA, Card, Change, Filters, Period, Point
from reliability.settings import Settings


@dataclass(frozen=True)
class CardPlan:
    """Which KPI a card shows, under which name, and the chart query behind its sparkline.

    instead: the KPI to show when this one has no data anywhere (repeats need tickets to count escalations).
    """

    kpi: str
    title: str
    course: str = ""
    instead: str = ""


PLANS = (
    CardPlan("p1_incidents", "P1 incidents", "charts/p1_monthly"),
    CardPlan("time_to_recover_median", "Median time to recover, P1", "charts/recover_monthly"),
    CardPlan("repeat_escalations", "Repeat escalations", "charts/repeats_monthly", instead="repeat_incidents"),
    CardPlan("engaged_within_target_share", "P1 engaged within {engage}", "charts/engaged_monthly"),
    CardPlan("availability", "Core API availability", "charts/availability_monthly"),
    CardPlan("nps", "NPS", "charts/nps_monthly"),
    CardPlan("postmortem_on_time_share", "Postmortems within {postmortem}", "charts/postmortems_monthly"),
    CardPlan("root_cause_capacity_share", "Root-cause capacity", "charts/capacity_sprints"),
)


def shown_unit(figure: Kpi) -> str:
    """Return the unit a figure is formatted in: availability keeps more digits than another share."""
    return "availability" if figure.id == "availability" else figure.unit


def text_of(figure: Kpi) -> str:
    """Return the figure as shown: a small share says how many of how many ("14 of 21")."""
    if figure.value is None:
        return formatting.MISSING
    if figure.unit == "share" and figure.id != "availability" and figure.denominator is not None:
        if figure.denominator == int(figure.denominator) and figure.denominator <= 200 and figure.numerator is not None:
            return f"{formatting.count(figure.numerator)} of {formatting.count(figure.denominator)}"
    return formatting.figure(figure.value, shown_unit(figure))


def earlier_periods(period: Period, settings: Settings) -> tuple[tuple[str, Period, Period], ...]:
    """Return (kind, earlier period as compared, the whole earlier quarter) for previous and year before.

    A quarter that is not over is compared with as many days of the earlier one.
    """
    found = []
    for kind, earlier in (("previous", previous(period, settings)), ("year_before", year_before(period, settings))):
        cut = same_length(earlier, period, settings) if period.partial else earlier
        found.append((kind, cut, earlier))
    return tuple(found)


def cards(
    store: Store, settings: Settings, period: Period, filters: Filters, courses: Mapping[str, Sequence[Point]]
) -> tuple[Card, ...]:
    """Compute every card of a period. `courses` holds the sparkline points by chart query name."""
    now = parameters(settings, period.start, period.end, period.as_of, filters)
    earlier = [
        (cut, parameters(settings, cut.start, cut.end, period.as_of, filters))
        for _, cut, _ in earlier_periods(period, settings)
    ]
    made = []
    for plan in PLANS:
        figure = kpi(store, plan.kpi, now)
        if figure.status == NO_DATA and plan.instead:
            then_any = [kpi(store, plan.kpi, params).value for _, params in earlier]
            if not any(value is not None for value in then_any):
                plan = CardPlan(plan.instead, "Repeat incidents", plan.course)
                figure = kpi(store, plan.kpi, now)
        changes = tuple(_change(figure, kpi(store, plan.kpi, params), cut) for cut, params in earlier)
        made.append(_card(plan, figure, changes, settings, tuple(courses.get(plan.course, ()))))
    return tuple(made)


def _change(figure: Kpi, then: Kpi, cut: Period) -> Change:
    return Change(
        label=f"against {cut.label}",
        then=then.value,
        then_text=text_of(then),
        text=formatting.change(figure.value, then.value, shown_unit(figure)),
    )


def _card(
    plan: CardPlan, figure: Kpi, changes: tuple[Change, ...], settings: Settings, course: tuple[Point, ...]
) -> Card:
    names = {
        "engage": formatting.duration(settings.targets.engage_minutes),
        "postmortem": f"{settings.targets.postmortem_hours:g}{formatting.NO_BREAK}h",
    }
    before = changes[0]
    return Card(
        id=figure.id,
        title=plan.title.format(**names),
        query=f"kpis/{figure.id}",
        status=figure.status,
        value=figure.value,
        unit=shown_unit(figure),
        text=text_of(figure),
        n=figure.n,
        open=figure.open,
        interval=figure.interval,
        was=f"{before.then_text} {before.label.removeprefix('against ')}" if before.then is not None else "",
        changes=changes,
        sparkline=course,
        left_out=figure.left_out,
        needs=figure.needs[0] if figure.status == NO_DATA and figure.needs else "",
    )


def course_points(rows: Sequence[Mapping[str, Any]]) -> tuple[Point, ...]:
    """Turn the rows of a chart query (at, value, n, low, high, partial) into points."""
    return tuple(
        Point(
            at=row["at"],
            value=row["value"],
            low=row.get("low"),
            high=row.get("high"),
            n=row.get("n"),
            partial=bool(row.get("partial")),
        )
        for row in rows
    )
