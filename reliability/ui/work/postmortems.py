"""The postmortem clock on the Reliability work page: who owes which one, and a draft to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.model import CONCERN, GOOD, UNKNOWN
from reliability.review.postmortem_draft import draft
from reliability.ui import empty, filters, panels, text, theme
from reliability.ui.view import View

# Outcome -> word and tone, in the order they are shown: what is owed first.
_OUTCOMES = {
    "missing": ("Missing", CONCERN),
    "late": ("Late", CONCERN),
    "not due": ("Not yet due", UNKNOWN),
    "still open": ("Incident still open", UNKNOWN),
    "no resolve time": ("Cannot tell: no resolve time", UNKNOWN),
    "reversed times": ("Cannot tell: resolved before it began", UNKNOWN),
    "on time": ("On time", GOOD),
}


@dataclass(frozen=True)
class Owed:
    """Every Sev1 of the period with its postmortem's outcome. known: whether any export holds postmortems."""

    rows: Sequence[dict[str, Any]]
    known: bool

    def of(self, outcome: str) -> list[dict[str, Any]]:
        """Return those with one outcome."""
        return [row for row in self.rows if row["outcome"] == outcome]


def read(view: View) -> Owed:
    """Return the postmortems of the period's Sev1 incidents."""
    rows = view.scope.run("rows/postmortems", limit=None).rows
    value = view.row("postmortem_on_time_share")
    judged = any(row["contributes"] is not None for row in rows)
    return Owed(rows, value["value"] is not None or not judged)


def show(owed: Owed, view: View) -> None:
    """Show the clock: on time, late, missing, not yet due, each named; and offer a draft of one."""
    hours = f"{view.settings.targets.postmortem_hours:g}{fmt.NO_BREAK}h"
    with panels.panel(
        "postmortems",
        _title(owed, view),
        f"Sev1 incidents of {view.period.label} · due {hours} after recovery",
    ):
        if not owed.rows:
            if filters.active(view.filters):
                empty.filtered_out(view.filters, "Sev1 incident")
            return
        if not owed.known:
            empty.no_data("postmortems", "The postmortem clock")
        else:
            st.html(panels.table(("State", "Incident", "When"), _lines(owed, view.zone), verdict=0))
            if without := [row for row in owed.rows if row["published_at"] and row["blameless"] is not True]:
                names = fmt.listed([row["incident_id"] for row in without], 6)
                empty.note(f"Published, but not attested as blameless: {names}.", concern=False)
        _draft(owed, view)


def _title(owed: Owed, view: View) -> str:
    if not owed.rows:
        return f"No Sev1 in {view.period.label}"
    if not owed.known:
        return f"{fmt.plural(len(owed.rows), 'Sev1')}, no postmortem is known"
    on_time = len(owed.of("on time"))
    due = on_time + len(owed.of("late")) + len(owed.of("missing"))
    if not due:
        return "No postmortem is due yet"
    noun = "postmortem" if due == 1 else "postmortems"
    return f"{fmt.count(on_time)} of {fmt.count(due)} {noun} on time"


def _lines(owed: Owed, zone: str) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for outcome, (word, tone) in _OUTCOMES.items():
        rows, look = owed.of(outcome), theme.tone(tone)
        if not rows:
            continue
        icon = f'<span class="{look.css} rl-nowrap"><span aria-hidden="true">{look.icon}</span> {text.html(word)}'
        mark = f"{icon} {fmt.count(len(rows))}</span>"
        if outcome == "on time":
            names = ", ".join(panels.whole(row["incident_id"]) for row in rows)
            lines.append((mark, f'<span class="rl-faint">{names}</span>', text.html(fmt.MISSING)))
            continue
        for number, row in enumerate(rows):
            name = f"{panels.whole(row['incident_id'])} {text.html(text.title(row['title'] or '', 60))}"
            service = f"<br>{panels.faint(row['service'] or 'no service')}"
            lines.append(
                (mark if number == 0 else f"{icon}</span>", name + service, _when(row, outcome, zone))
            )
    return lines


def _when(row: dict[str, Any], outcome: str, zone: str) -> str:
    if outcome == "late":
        late = (row["published_at"] - row["due_at"]).total_seconds() / 60
        return panels.whole(f"{fmt.duration(late)} late")
    if outcome == "missing":
        return f"was due {panels.whole(fmt.day(row['due_at'], zone))}"
    if outcome == "not due":
        return f"due {panels.whole(fmt.instant(row['due_at'], zone))}"
    return text.html(fmt.MISSING)


def _draft(owed: Owed, view: View) -> None:
    """Offer a pre-filled postmortem of one Sev1; those that still lack one come first."""
    order = list(_OUTCOMES)
    rows = sorted(owed.rows, key=lambda row: (row["published_at"] is not None, order.index(row["outcome"])))
    with st.container(horizontal=True, vertical_alignment="bottom", key="postmortem-draft"):
        chosen = st.selectbox(
            "Begin a postmortem: timeline and impact filled in from the data",
            range(len(rows)),
            format_func=lambda i: f"{rows[i]['incident_id']} · {text.title(rows[i]['title'] or '', 48)}",
            key=f"draft-{view.period.id}",
            width="stretch",
        )
        row = rows[chosen or 0]
        st.download_button(
            "Draft",
            data=lambda: written(row, view).encode(),
            file_name=f"postmortem-{text.key(row['incident_id'])}.md",
            mime="text/markdown",
            on_click="ignore",
            icon=":material/download:",
            help="Markdown, for the wiki or an editor",
        )


def written(row: dict[str, Any], view: View) -> str:
    """Return the draft of one incident's postmortem as Markdown. row: of `rows/postmortems`."""
    name = str(row["incident_id"])
    found = view.scope.run("lists/incident_detail", incident_ids=[name]).rows
    same = [known for known in found if known["source"] == row["source"]] or found or [row]
    timeline = view.scope.run("lists/work/incident_timeline", incident_id=name).rows
    others = {known["source"] for known in found} - {row["source"]}
    mine = [moment for moment in timeline if moment["source"] not in others]
    hours = view.settings.targets.postmortem_hours
    return draft(same[0], mine, view.zone, row["due_at"], hours)
