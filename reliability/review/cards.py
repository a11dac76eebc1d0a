"""Cards: each headline figure of a period beside earlier periods, its goal and its recent course."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.kpis import Kpi, kpi, parameters
from reliability.model import NO_DATA, Card, Change, Period
from reliability.review.promises import promise_of, verdict_of
from reliability.review.setting import Setting
from reliability.settings import Settings
from reliability.settings.periods import previous, same_length, year_before


@dataclass(frozen=True)
class CardPlan:
    """Which KPI a card shows, under which name, and the chart query behind its sparkline.

    instead: the KPI to show when this one has no data anywhere (repeats need tickets to count escalations).
    """

    kpi: str
    title: str
    course: str = ""
    instead: "CardPlan | None" = None


MOST_SPELLED = 200
"""Shares of at most this many records are shown as "14 of 21"; beyond, as a percentage."""

PLANS = (
    CardPlan("p1_incidents", "P1 incidents", "charts/p1_monthly"),
    CardPlan("time_to_recover_median", "Median time to recover, P1", "charts/recover_monthly"),
    CardPlan(
        "repeat_escalations",
        "Repeat escalations",
        "charts/repeat_escalations_monthly",
        instead=CardPlan("repeat_incidents", "Repeat incidents", "charts/repeats_monthly"),
    ),
    CardPlan(
        "engaged_within_target_share", "P1 engaged within {engage}", "charts/engaged_within_target_monthly"
    ),
    CardPlan("availability", "Core API availability", "charts/availability_monthly"),
    CardPlan("nps", "NPS", "charts/nps_monthly"),
    CardPlan("postmortem_on_time_share", "Postmortems within {postmortem}", "charts/postmortems_monthly"),
    CardPlan("root_cause_capacity_share", "Root-cause capacity", "charts/capacity_by_sprint"),
)

# The cards of the page on reliability work.
WORK_PLANS = (
    CardPlan("root_cause_capacity_share", "Root-cause capacity", "charts/capacity_by_sprint"),
    CardPlan("postmortem_on_time_share", "Postmortems within {postmortem}", "charts/postmortems_monthly"),
    CardPlan("runbook_coverage_share", "Runbook coverage"),
    CardPlan("alert_actionable_share", "Alerts that needed action", "charts/alerts_monthly"),
)


def shown_unit(figure: Kpi) -> str:
    """Return the unit a figure is formatted in: availability keeps more digits than another share."""
    return "availability" if figure.id == "availability" else figure.unit


def text_of(figure: Kpi) -> str:
    """Return the figure as shown: a small share says how many of how many ("14 of 21")."""
    if figure.value is None:
        return formatting.MISSING
    of = figure.denominator
    counted = figure.unit == "share" and figure.id != "availability" and figure.numerator is not None
    if counted and of is not None and of == int(of) and of <= MOST_SPELLED:
        return f"{formatting.count(figure.numerator)} of {formatting.count(of)}"
    return formatting.figure(figure.value, shown_unit(figure))


def earlier_periods(period: Period, settings: Settings, comparison: str) -> tuple[Period, ...]:
    """Return the earlier periods a figure stands beside, the chosen comparison first.

    A quarter that is not over is compared with as many days of the earlier one.
    """
    found = [previous(period, settings), year_before(period, settings)]
    if comparison == "year_before":
        found.reverse()
    return tuple(same_length(earlier, period, settings) for earlier in found)


def cards(
    setting: Setting,
    promises: Sequence[CommitmentStatus],
    comparison: str = "previous",
    plans: Sequence[CardPlan] = PLANS,
) -> tuple[Card, ...]:
    """Compute the planned cards of a period; by default those of the quarterly review."""
    earlier = earlier_periods(setting.period, setting.settings, comparison)
    return tuple(_card(plan, setting, promises, earlier) for plan in plans)


def _figure(kpi_id: str, setting: Setting, period: Period) -> Kpi:
    params = parameters(setting.settings, period.start, period.end, setting.period.as_of, setting.filters)
    return kpi(setting.store, kpi_id, params)


def _card(
    plan: CardPlan, setting: Setting, promises: Sequence[CommitmentStatus], earlier: tuple[Period, ...]
) -> Card:
    figure = _figure(plan.kpi, setting, setting.period)
    then = [_figure(plan.kpi, setting, period) for period in earlier]
    if plan.instead is not None and all(f.status == NO_DATA for f in (figure, *then)):
        return _card(plan.instead, setting, promises, earlier)
    changes = tuple(
        Change(
            label=f"against {period.label}",
            then=before.value,
            then_text=text_of(before),
            text=formatting.change(figure.value, before.value, shown_unit(figure)),
        )
        for period, before in zip(earlier, then, strict=True)
    )
    promise = promise_of(figure.id, promises)
    targets = setting.settings.targets
    return Card(
        id=figure.id,
        title=plan.title.format(
            engage=formatting.duration(targets.engage_minutes),
            postmortem=f"{targets.postmortem_hours:g}{formatting.NO_BREAK}h",
            executive=f"{targets.executive_hours:g}{formatting.NO_BREAK}h",
            ended=setting.settings.incidents.ended_after_days,
        ),
        query=f"kpis/{figure.id}",
        status=figure.status,
        value=figure.value,
        unit=shown_unit(figure),
        text=text_of(figure),
        n=figure.n,
        open=figure.open,
        interval=figure.interval,
        goal=promise.goal_text if promise else "",
        goal_value=promise.goal_value if promise else None,
        was=f"was {text_of(then[0])} in {earlier[0].label}" if then[0].value is not None else "",
        evidence=_evidence(promise, setting.zone),
        verdict=verdict_of(promise) if promise else None,
        changes=changes,
        sparkline=setting.year_of(plan.course) if plan.course else (),
        left_out=figure.left_out,
        needs=figure.needs[0] if figure.status == NO_DATA and figure.needs else "",
        commitment=promise.id if promise else "",
    )


def _evidence(promise: CommitmentStatus | None, zone: str) -> str:
    """The promise's evidence with its own window, which is seldom the quarter of the figure above it."""
    if promise is None or not promise.evidence:
        return ""
    since = formatting.short_day(promise.window.start, zone)
    if promise.window.elapsed_days < promise.window.days:
        return f"since {since}: {promise.evidence}"
    last = formatting.short_day(promise.window.end - timedelta(microseconds=1), zone)
    return f"{since} to {last}: {promise.evidence}"
