"""Severities that were changed after the fact: how many, what that does to the P1 count, and which export said what."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.ui import empty, navigation, panels, text
from reliability.ui.view import View

_MOST = 8


def show(view: View) -> None:
    """Show which incidents of the period, that has some, changed their severity; those lowered from P1 first."""
    figure = view.row("reclassified_incidents")
    rows = view.scope.run("lists/incidents/severity_changes", limit=None).rows
    with panels.panel("severity-changes", _finding(figure, rows), _counts(figure, view)):
        if figure["value"] is None:
            empty.note(
                "One export says one severity. Keep dropping in later exports of the same incidents, or one with a "
                "severity history, and changes show here.",
                concern=False,
            )
            return
        if rows:
            cells = [_row(row, view.zone) for row in rows[:_MOST]]
            st.html(panels.table(("Incident", "Change", "What the exports said, and when"), cells, wide=True))
        if len(rows) > _MOST:
            empty.note(f"{fmt.count(len(rows) - _MOST)} more in the rows below.", concern=False)
        names = (
            "lists/incidents/severity_changes",
            "kpis/reclassified_incidents",
            "rows/reclassified",
            "charts/severity_reclassified",
        )
        panels.source("Severities changed after the fact", names, view, limit=None)


def _finding(figure: dict[str, Any], rows: Sequence[dict[str, Any]]) -> str:
    if figure["value"] is None:
        return "Whether severities were changed afterwards is not recorded"
    if not figure["value"]:
        return f"No severity was changed after the fact, of {fmt.plural(figure['n'], 'incident')}"
    said = f"{fmt.count(figure['value'])} of {fmt.plural(figure['n'], 'incident')} changed severity after the fact"
    lowered = sum(row["severity_highest"] == 1 and row["direction"] == "lowered" for row in rows)
    return f"{said}; {fmt.plural(lowered, 'P1')} lowered" if lowered else f"{said}; no P1 was lowered"


def _counts(figure: dict[str, Any], view: View) -> str:
    counted = {"highest": "by the gravest they ever had", "final": "as the exports say now"}
    by = {
        "as first called": figure["p1_by_first"],
        counted["highest"]: figure["p1_by_gravest"],
        counted["final"]: figure["p1_by_last"],
    }
    rule = counted[view.settings.severity.rule]
    parts = [f"{fmt.count(n)} {how}{' (this one counts)' if how == rule else ''}" for how, n in by.items()]
    said = f"P1s of {view.period.label}: {', '.join(parts)}"
    alone = figure["left_out_no_history"]
    return f"{said} · {fmt.count(alone)} more known from one record only" if alone else said


def _row(row: dict[str, Any], zone: str) -> tuple[str, str, str]:
    address = navigation.address("incidents", incident=str(row["incident_id"]))
    about = " · ".join(
        part
        for part in (text.title(row["title"] or "", 60), row["service"], fmt.day(row["opened_at"], zone))
        if part
    )
    name = f'<a href="{text.html(address)}" target="_self">{text.html(row["incident_id"])}</a>'
    return f"{name}<br>{panels.faint(about)}", panels.whole(row["direction"]), text.html(_told(row, zone))


def _told(row: dict[str, Any], zone: str) -> str:
    """Say who knew what when: "P1 in the export of 1 Oct 2025 → P2 in that of 1 Nov 2025"."""
    said = list(zip(row["said"] or (), row["said_at"] or (), strict=True))
    steps = [
        f"P{level} in {'the export' if i == 0 else 'that'} of {fmt.day(at, zone)}"
        if at
        else f"P{level} in an undated export"
        for i, (level, at) in enumerate(said)
    ]
    if said and row["severity_first"] not in (None, said[0][0]):
        steps.insert(0, f"P{row['severity_first']} at first, by the tool's own history")
    elif row["severity_highest"] not in [level for level, _ in said]:
        steps.insert(0, f"P{row['severity_highest']} for a time, by the tool's own history")
    return " → ".join(steps)
