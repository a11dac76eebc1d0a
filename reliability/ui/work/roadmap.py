"""The roadmap on the Reliability work page: each entry's promise beside what the same figures did after its release."""

from collections.abc import Sequence

import streamlit as st

from reliability import formatting as fmt
from reliability.review import roadmap
from reliability.review.roadmap import AS_PROMISED, AVAILABILITY, MEASURES, MTTR, Effect, Entry
from reliability.settings.periods import midnight
from reliability.ui import empty, filters, panels, text, theme
from reliability.ui.view import View

_QUERIES = ("lists/work/roadmap_effects", "lists/work/roadmap_incidents", "lists/work/roadmap_availability")
_HEADS = ("Entry", "Time to recover, P1", "Availability, core", "Repeat escalations")


def read(view: View) -> tuple[Entry, ...]:
    """Return the chosen entries with their verdicts; no filter touches a verdict, so each is judged once."""

    def judged() -> tuple[Entry, ...]:
        plans, incidents, requests = (view.scope.run(name, services=None).rows for name in _QUERIES)
        return roadmap.entries(plans, incidents, requests)

    entries = view.remembered(("roadmap", view.as_of), judged)
    chosen = view.filters.services
    return tuple(entry for entry in entries if not chosen or entry.service in chosen)


def show(entries: Sequence[Entry], view: View) -> None:
    """Show what was promised and what came: released entries, planned ones, and those that promise nothing."""
    promising = [entry for entry in entries if entry.states_effect]
    released = [entry for entry in promising if entry.released_at is not None]
    planned = [entry for entry in promising if entry.released_at is None]
    subtitle = (
        "The organisation's figures as many days before as after each release, 90 at most · as of "
        f"{fmt.day(view.as_of, view.zone)} · brackets: 90 % interval of the change"
    )
    with panels.panel("roadmap", _title(entries, released), subtitle):
        if not entries:
            if filters.active(view.filters):
                empty.filtered_out(view.filters, "roadmap entries")
            else:
                empty.no_data("roadmap", "Expected against realised")
            return
        if released:
            st.html(panels.table(_HEADS, [_row(entry, view.zone) for entry in _newest(released)], wide=True))
            empty.note(_caution(released, view), concern=False)
        if planned:
            st.html('<p class="rl-heading rl-section">Not yet released</p>')
            st.html(panels.table(_HEADS, [_row(entry, view.zone) for entry in planned], wide=True))
        if gaps := [entry for entry in entries if not entry.states_effect]:
            st.html('<p class="rl-heading rl-section">Gaps: entries that promise no effect</p>')
            st.html(panels.table(("Entry", "Released"), [_gap(entry, view.zone) for entry in gaps]))
        panels.source("Roadmap: expected against realised", _QUERIES, view)


def _newest(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda e: (e.released_at is None, e.released_at), reverse=True)


def _title(entries: Sequence[Entry], released: Sequence[Entry]) -> str:
    if not entries:
        return "No roadmap is recorded"
    # "No change" is stated too, but cannot come true beyond chance.
    effects = [e for entry in released for e in entry.effects if e.promised]
    kept = sum(e.word == AS_PROMISED for e in effects)
    gaps = sum(not entry.states_effect for entry in entries)
    said = f"{fmt.count(kept)} of {fmt.plural(len(effects), 'released promise')} came true beyond chance"
    if not effects:
        said = "No entry with a promise is released yet"
    return (
        f"{said}; {fmt.count(gaps)} of {fmt.plural(len(entries), 'entry', 'entries')} promise nothing"
        if gaps
        else said
    )


def _caution(released: Sequence[Entry], view: View) -> str:
    """Say why a change after a release is not yet the release's doing."""
    said = (
        "Before and after is not cause and effect: entries released in the same weeks share the same change."
    )
    zone = view.settings.organisation.zone
    windows = [
        (midnight(w.start, zone), midnight(w.end, zone) if w.end else view.as_of)
        for w in view.settings.incident_windows
    ]
    touched = sum(
        any(start < e.released_at and end > e.before_start for start, end in windows)
        for e in released
        if e.released_at and e.before_start
    )
    if touched:
        said += (
            f" For {fmt.count(touched)} of {fmt.count(len(released))} the days before reach into an incident window: "
            "some of the fall would have come anyway."
        )
    return said


def _row(entry: Entry, zone: str) -> tuple[str, ...]:
    parts = [entry.service, entry.quarter if entry.released_at is None else ""]
    if entry.released_at is not None:
        parts.append(f"released {fmt.day(entry.released_at, zone)}")
        days = fmt.plural(int(entry.days or 0), "day")
        parts.append(f"{days} so far" if entry.is_running else days)
    about = " · ".join(part for part in parts if part)
    name = f"<b>{text.html(entry.item_id)}</b> {text.html(text.title(entry.title, 70))}"
    return (f"{name}<br>{panels.faint(about)}", *(_cell(entry.effect(measure)) for measure in MEASURES))


def _cell(effect: Effect) -> str:
    """Return one promise as HTML: the word, what was promised, what came."""
    if effect.promised is None:
        return panels.faint("nothing stated")
    lines = []
    if effect.word != roadmap.NOT_RELEASED:
        look = theme.tone(effect.tone)
        word = text.html(effect.word)
        lines.append(f'<span class="{look.css}"><span aria-hidden="true">{look.icon}</span> {word}</span>')
    lines.append(f"promised {_promised(effect)}")
    if effect.before is not None and effect.after is not None:
        lines.append(panels.faint(_came(effect)))
    if effect.word == roadmap.TOO_FEW:
        lines.append(panels.faint(f"{fmt.count(effect.before_n)} before, {fmt.count(effect.after_n)} after"))
    return "<br>".join(lines)


def _promised(effect: Effect) -> str:
    if not effect.promised:
        return "no change"
    return _points(effect.promised) if effect.measure == AVAILABILITY else fmt.signed_share(effect.promised)


def _came(effect: Effect) -> str:
    """Return the figures of both stretches and the change with its interval."""
    unit = {MTTR: "minutes", AVAILABILITY: "availability"}.get(effect.measure, "incidents")
    said = f"{fmt.figure(effect.before, unit)} → {fmt.figure(effect.after, unit)}"
    if effect.change is None or effect.interval is None:
        return said
    written = _points if effect.measure == AVAILABILITY else fmt.signed_share
    low, high = written(effect.interval.low), written(effect.interval.high)
    return f"{said}, {written(effect.change)} ({low} to {high})"


def _points(difference: float) -> str:
    """Return a difference of availabilities in percentage points."""
    return f"{fmt.signed(difference * 100, 3)}{fmt.NO_BREAK}points"


def _gap(entry: Entry, zone: str) -> tuple[str, ...]:
    about = " · ".join(part for part in (entry.quarter, entry.service) if part)
    when = fmt.day(entry.released_at, zone) if entry.released_at else panels.faint("not released")
    name = f"<b>{text.html(entry.item_id)}</b> {text.html(text.title(entry.title, 70))}"
    return (f"{name}<br>{panels.faint(about)}", f'<span class="rl-nowrap">{when}</span>')
