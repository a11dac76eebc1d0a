"""Alerts on the Reliability work page: signal and noise per service, and the names that cost most for nothing."""

import streamlit as st

from reliability import formatting as fmt
from reliability.ui import empty, filters, panels, text
from reliability.ui.customers import links as customers_links
from reliability.ui.view import View

_MOST_NAMES = 10


def services(view: View) -> None:
    """Show the share of alerts that needed action, per service, with its interval."""
    rows = view.scope.run("lists/work/alerts_by_service").rows
    labelled, actionable = (sum(row[name] for row in rows) for name in ("labelled", "actionable"))
    alerts = sum(row["alerts"] for row in rows)
    title = "No alert is recorded"
    if labelled:
        of = f"{fmt.count(actionable)} of {fmt.count(labelled)}"
        title = f"{fmt.share(actionable / labelled)} of alerts needed action: {of}"
    elif alerts:
        title = f"Nobody said of {fmt.plural(alerts, 'alert')} whether action was needed"
    subtitle = (
        f"Alerts of {view.period.label} by service · 90 % interval · how long those for nothing stayed open"
    )
    if alerts > labelled > 0:
        subtitle += f" · {fmt.count(alerts - labelled)} left out: not labelled"
    with panels.panel("alert-services", title, subtitle):
        if not rows:
            _nothing(view)
            return
        cells = [
            (
                text.html(row["service"] or "no service"),
                fmt.count(row["alerts"]),
                fmt.share(row["share"]),
                panels.faint(f"{row['low'] * 100:.0f} to {fmt.share(row['high'])}")
                if row["labelled"]
                else fmt.MISSING,
                fmt.hours(row["noise_hours"]),
            )
            for row in rows
        ]
        st.html(
            panels.table(
                ("Service", "Alerts", "Needed action", f"90{fmt.NO_BREAK}% range", "For nothing"),
                cells,
                (1, 2, 3, 4),
            )
        )
        panels.source("Alerts by service", ("lists/work/alerts_by_service", "rows/alerts"), view)


def worst(view: View) -> None:
    """Show the alerts by name that stayed open longest although nothing had to be done."""
    rows = view.scope.run("lists/work/worst_alerts", limit=None).rows
    shown = rows[:_MOST_NAMES]
    lost = sum(row["noise_hours"] or 0 for row in rows)
    title = "No alert rang for nothing" if not rows else f"{fmt.plural(len(rows), 'alert')} rang for nothing"
    if lost:
        part = sum(row["noise_hours"] or 0 for row in shown) / lost
        most = fmt.plural(len(shown), "alert")
        title = (
            f"{fmt.hours(lost)} went into alerts that needed nothing; {most} took {fmt.share(part)} of them"
        )
    subtitle = f"By name, {view.period.label} · time from firing to closing where no action was needed"
    with panels.panel("alert-worst", title, subtitle):
        if not shown:
            if not view.scope.run("lists/work/alerts_by_service").rows:
                _nothing(view)
            return
        cells = [
            (
                f"{_named(row['title'], view)}<br>{panels.faint(row['service'] or 'no service')}",
                fmt.count(row["alerts"]),
                fmt.count(row["actionable"]),
                fmt.hours(row["noise_hours"]),
            )
            for row in shown
        ]
        st.html(panels.table(("Alert", "Times", "Needed action", "For nothing"), cells, (1, 2, 3)))
        panels.source("Alerts by name", ("lists/work/worst_alerts",), view)


def _named(title: str | None, view: View) -> str:
    """Return an alert's name as a link to the customers behind it, as HTML."""
    shown = text.title(title or "without a name", 60)
    return customers_links.link(view, shown, "customers", alert=title) if title else text.html(shown)


def _nothing(view: View) -> None:
    recorded = any(r["table_name"] == "alerts" and r["records"] for r in view.scope.run("lists/data_range"))
    if not recorded:
        empty.no_data("alerts", "Alert signal and noise")
    elif filters.active(view.filters):
        empty.filtered_out(view.filters, "alerts")
    else:
        empty.note(f"No alert is recorded in {view.period.label}.", concern=False)
