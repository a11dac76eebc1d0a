"""How sure a KPI's figure is: the 90 % interval of counts, sampled shares, medians, means, endings and NPS.

What was counted in full (requests, postmortems due, sprint points, runbooks, core changes) has none: there is no
sampling in it, and an interval would only look exact.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from reliability.kpis import Kpi
from reliability.queries import Store
from reliability.statistics.endings import Endings
from reliability.statistics.intervals import Interval, dispersion, rate_interval, wilson
from reliability.statistics.means import Sample, mean_interval
from reliability.statistics.nps import score_of
from reliability.statistics.survival import Durations, median_interval

# Counts, and the weekly series that says how much they cluster.
WEEKLY = {
    "p1_incidents": "charts/p1_weekly",
    "incidents": "charts/incidents_weekly",
    "repeat_incidents": "charts/repeats_weekly",
    "repeat_escalations": "charts/repeat_escalations_weekly",
}
SAMPLES = {
    "time_to_recover_median": "lists/recover_samples",
    "time_to_recover_median_all": "lists/recover_samples_all",
    "time_to_engage_median": "lists/engage_samples",
    "time_to_detect_median": "lists/detect_samples",
}
SAMPLED_SHARES = (
    "engaged_within_target_share",
    "repeat_share",
    "escalation_to_executive_within_target_share",
    "alert_actionable_share",
)
MEANS = ("escalation_to_engineering_hours_mean",)
# Shares of endings that held, and the endings behind them.
HOLDING = {
    "permanent_endings_share": "rows/permanent_endings",
    "remediation_holding_share": "rows/remediation_holding",
}


def interval_of(
    store: Store, figure: Kpi, row: Mapping[str, Any], params: Mapping[str, Any]
) -> Interval | None:
    """Give the interval of one figure in its own unit; None when it has no figure or was counted in full.

    row: the KPI query's only row. params: the window's standard parameters. An end of a median that the data do not
    bound is infinite.
    """
    if figure.value is None:
        return None
    if figure.id in WEEKLY:
        return rate_interval(figure.value, _clusters(store, WEEKLY[figure.id], params))
    if figure.id in SAMPLED_SHARES and figure.numerator is not None and figure.denominator:
        return wilson(figure.numerator, figure.denominator)
    if figure.id in SAMPLES:
        return _median(store, SAMPLES[figure.id], params)
    if figure.id in HOLDING:
        rows = store.run(HOLDING[figure.id], {**params, "limit": None}).rows
        return Endings.of_rows(rows).held(params["ended_after_days"]).interval
    if figure.id in MEANS:
        return mean_interval(Sample.of_row(row))
    return score_of(row).interval if figure.id == "nps" else None


def _clusters(store: Store, name: str, params: Mapping[str, Any]) -> float:
    """Dispersion of the window's whole weeks; a short window says nothing and counts as 1."""
    rows = store.run(name, params).rows
    return dispersion(np.array([r["value"] for r in rows if r["value"] is not None and not r["partial"]]))


def _median(store: Store, name: str, params: Mapping[str, Any]) -> Interval | None:
    rows = store.run(name, params).rows
    if not rows:
        return None
    times = np.array([r["n"] for r in rows], dtype=int)
    minutes = np.repeat(np.array([r["minutes"] for r in rows], dtype=float), times)
    ended = np.repeat(np.array([r["ended"] for r in rows], dtype=bool), times)
    return median_interval(Durations.of(minutes, ended))
