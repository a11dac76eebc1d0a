"""Runbooks on the Reliability work page: which chronic issues and core services have none, and which are stale."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.model import CONCERN, NOISE, UNKNOWN
from reliability.ui import empty, panels, text, theme
from reliability.ui.view import View

_CHRONIC, _CORE = "chronic issue", "core service"
_STATES = {"missing": ("No runbook", CONCERN), "stale": ("Stale", NOISE), "undated": ("No date", UNKNOWN)}


def show(view: View) -> None:
    """Show the runbooks that are missing or stale, by name; those in order are only counted."""
    rows = view.scope.run("lists/work/runbook_coverage").rows
    known = any(row["state"] != "missing" for row in rows)
    subtitle = (
        f"Problems that came back in {view.period.label}, and core services · stale: not updated for a year"
    )
    with panels.panel("runbooks", _title(rows) if known else "No runbook is known", subtitle):
        if not known:
            empty.no_data("runbooks", "Runbook coverage")
            return
        found = [row for row in rows if row["state"] in _STATES]
        if found:
            st.html(
                panels.table(
                    ("State", "For", "Came back", "Updated"), [_row(r, view.zone) for r in found], (2,)
                )
            )
        in_order = len(rows) - len(found)
        if in_order:
            empty.note(f"{fmt.plural(in_order, 'more runbook')} in order.", concern=False)
        panels.source("Runbooks", ("lists/work/runbook_coverage",), view)


def _title(rows: Sequence[dict[str, Any]]) -> str:
    parts = []
    for subject, noun in ((_CHRONIC, "chronic issue"), (_CORE, "core service")):
        of = [row for row in rows if row["subject"] == subject]
        without = sum(row["state"] == "missing" for row in of)
        if without:
            parts.append(f"{fmt.count(without)} of {fmt.plural(len(of), noun)}")
    stale = sum(row["state"] == "stale" for row in rows)
    said = (
        f"{' and '.join(parts)} without a runbook"
        if parts
        else "Every chronic issue and core service has a runbook"
    )
    return f"{said}; {fmt.count(stale)} stale" if stale else said


def _row(row: dict[str, Any], zone: str) -> tuple[str, ...]:
    word, tone = _STATES[row["state"]]
    look = theme.tone(tone)
    name = {_CHRONIC: row["problem_id"], _CORE: row["service"]}.get(row["subject"])
    name = name or row["problem_id"] or row["service"]
    about = [text.title(row["title"] or "", 50), row["subject"] if row["subject"] == _CORE else ""]
    about += [row["service"]] if row["service"] and row["service"] != name else []
    label = panels.link(row["runbook_url"], str(name))
    return (
        f'<span class="{look.css} rl-nowrap"><span aria-hidden="true">{look.icon}</span> {word}</span>',
        f"{label}<br>{panels.faint(' · '.join(part for part in about if part))}",
        fmt.count(row["repeats"]) if row["repeats"] else fmt.MISSING,
        panels.whole(fmt.day(row["updated_at"], zone) if row["updated_at"] else fmt.MISSING),
    )
