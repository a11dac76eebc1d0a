"""Permanent endings on the Chronic issues page: how long it stays over when a problem is declared over."""

from datetime import timedelta
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.charts import holding
from reliability.review.scope import YEAR
from reliability.statistics.endings import Endings
from reliability.ui import empty, panels, plot
from reliability.ui.chronic.page import seen_at
from reliability.ui.view import View

DAYS = (30, 60, 90)
_ENDINGS, _WORK = "rows/permanent_endings", "rows/remediation_holding"
_SHARES = ("permanent_endings_share", "remediation_holding_share")


def show(view: View) -> None:
    """Show the curve of endings that held, read at 30, 60 and 90 days, beside that after released remediation."""
    agreed = view.settings.incidents.ended_after_days
    scope = view.scope
    asked = scope.asked(view.period)
    endings, work = (Endings.of_rows(scope.readings.samples(name, asked, view.filters)) for name in _SHARES)
    last = seen_at(view)
    subtitle = (
        f"Share of endings that still hold, of those declared {fmt.day(last - YEAR, view.zone)} to "
        f"{fmt.day(last - timedelta(microseconds=1), view.zone)}, followed to {fmt.day(view.as_of, view.zone)} · "
        "bars: 90 % interval"
    )
    with panels.panel("permanent-endings", finding(endings, agreed), subtitle):
        if not endings.n:
            empty.note(
                "No chronic issue was declared over in this year: nothing can hold or fail yet.",
                concern=False,
            )
            return
        if endings.enough:
            curves = [_curve(endings, "after every recovery", agreed, True)]
            if work.enough:
                curves.append(_curve(work, "after remediation", agreed, False))
            spec = holding.figure(curves, "app", agreed, max(*DAYS, agreed) * 1.12)
            plot.draw("holding", spec, alt=finding(endings, agreed), clickable=False)
        lines = [_line("After every recovery", endings, agreed)]
        lines += [_line("After remediation", work, agreed)] if work.n else []
        heads = ("Counted", *(f"{day} days" for day in shown_days(agreed)), "Endings", "Problems")
        st.html(panels.table(heads, lines, tuple(range(1, len(heads)))))
        if not work.n:
            empty.note(
                "No released remediation is tied to these problems: an export with changes (kind, service, released) "
                "or a roadmap shows what fixes achieved.",
                concern=False,
            )
        panels.source(
            "Permanent endings",
            ("kpis/permanent_endings_share", _ENDINGS, "kpis/remediation_holding_share", _WORK),
            view,
        )


def shown_days(agreed: int) -> tuple[int, ...]:
    """Return the days at which the curve is read: 30, 60, 90 and the agreed ones."""
    return tuple(sorted({*DAYS, agreed}))


def finding(endings: Endings, agreed: int) -> str:
    """Return what the curve says, in words; with few endings, that it says little."""
    if not endings.n:
        return "No ending to follow"
    if not endings.enough:
        verb = "holds" if endings.holding == 1 else "hold"
        return (
            f"{fmt.count(endings.holding)} of {fmt.plural(endings.n, 'ending')} still {verb}: too few to tell"
        )
    held = endings.held(agreed)
    if held.share is not None:
        return f"{fmt.share(held.share)} of endings hold {fmt.count(agreed)} days"
    month = endings.held(DAYS[0])
    if month.share is not None:
        return f"{fmt.share(month.share)} of endings hold 30 days; none is {fmt.count(agreed)} days old yet"
    return f"No ending is {fmt.count(DAYS[0])} days old yet"


def _curve(endings: Endings, label: str, agreed: int, main: bool) -> holding.Curve:
    days, shares = endings.steps(max(*DAYS, agreed) * 1.12)
    read = [endings.held(day) for day in shown_days(agreed)] if main else []
    readings = tuple(
        holding.Reading(held.days, held.share, held.interval.low, held.interval.high)
        for held in read
        if held.share is not None and held.interval is not None
    )
    return holding.Curve(label, days, shares, readings, main)


def _line(name: str, endings: Endings, agreed: int) -> tuple[str, ...]:
    return (
        name,
        *(_cell(endings, day) for day in shown_days(agreed)),
        f"{fmt.count(endings.n)}<br>{panels.faint(f'{fmt.count(endings.holding)} hold')}",
        fmt.count(endings.issue_count),
    )


def _cell(endings: Endings, day: int) -> str:
    held: Any = endings.held(day)
    if not endings.enough:
        return panels.faint("too few")
    if held.share is None:
        return panels.faint("not yet")
    low, high = held.interval
    return f"<b>{fmt.share(held.share)}</b><br>{panels.faint(f'{low * 100:.0f} to {fmt.share(high)}')}"
