"""The form of a mapping: what each column is, and what else must be said of a file. Draws widgets, returns a Spec."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.guesses import Profile, example_words, holds_zones, names_people
from reliability.mappings import Cell, Columns, LeaveOut, Place, Spec, zones_said
from reliability.mappings.spec import HOWS, IS_BLANK, IS_FILLED, UNITS
from reliability.mappings.writing import LENGTHS
from reliability.schema import INSTANT, TABLES, Table, spoken
from reliability.ui import empty, text
from reliability.ui.columns import word

_NOTHING = "—"
_EACH_ROW = "Each row is one"
_UNIT_WORDS = {
    **{unit: unit for unit in UNITS},
    "clock": "written out (1:30, 1 h 30 min, PT1H30M)",
}
# What is asked without being unfolded: what the figures are made of.
_MATTER = {
    "incidents": ("incident_id", "opened_at", "resolved_at", "severity", "service", "title", "status"),
    "nps_responses": ("response_id", "responded_at", "score", "account_id", "comment"),
    "tickets": ("ticket_id", "created_at", "solved_at", "account_id", "incident_id"),
    "changes": ("change_id", "merged_at", "released_at", "planned_for", "service"),
}
# One severity is asked for; the others follow from it.
_NOT_ASKED = ("severity_text", "severity_highest", "severity_first")
# Any other may be typed.
_ZONES = (
    *("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Chicago", "America/Los_Angeles"),
    *("Asia/Kolkata", "Asia/Singapore", "Asia/Tokyo", "Australia/Sydney"),
)
# Columns that name people are shown without their values.


@dataclass(frozen=True)
class Asked:
    """What the form holds. lacking: what must be answered before it can be tried; "" when nothing is."""

    spec: Spec
    lacking: str


# For a spec: per severity word the incidents and their median minutes; None where it cannot be told.
Lengths = Callable[[Spec], list[dict[str, object]] | None]


def form(
    base: Spec, suggest: Callable[[str], Spec], columns: Columns, zone: str, key: str, lengths: Lengths
) -> Asked:
    """Draw the form, filled in with `base`, and return what it says now.

    suggest: the suggestion for another table. zone: the organisation's. lengths: see `Lengths`.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        table = st.selectbox(
            "What is in it", list(TABLES), index=list(TABLES).index(base.table), key=f"map-table-{key}",
            format_func=table_words, width=330,
        )  # fmt: skip
        title = st.text_input("Name of the format", base.title, key=f"map-title-{key}", width=240)
        zones = list(dict.fromkeys((base.zone or zone, zone, *_ZONES)))
        chosen_zone = st.selectbox(
            "Times without a zone are in", zones, key=f"map-zone-{key}", accept_new_options=True, width=240
        )
    if table != base.table:
        base = replace(suggest(table), instead_of=base.instead_of, header=base.header)
    spec, questions = _cells(TABLES[table], base, columns, f"{table}-{key}")
    zone_in = _zone_in(base, columns, f"{table}-{key}")
    spec = replace(spec, title=title, zone=chosen_zone or "", zone_in=zone_in)
    for label, said in zones_said(TABLES[table], spec.cells).items():
        if said != (chosen_zone or zone):
            empty.note(
                f"The name of “{label}” says {said}: times there without a zone are read in {chosen_zone or zone}, "
                "the zone chosen above for the whole file."
            )
    spec = replace(spec, leave_out=_leave_out(base, columns, f"{table}-{key}"))
    spec, unanswered = _date_order(base, spec, columns, f"{table}-{key}")
    questions += unanswered
    own = next(iter(TABLES[table].required), "")
    needed = [c for c in TABLES[table].required if c not in spec.cells and not (spec.each_row and c == own)]
    if needed:
        questions.insert(
            0, f"No row counts without {fmt.listed([word(c) for c in needed])}: choose the column."
        )
    elif not spec.cells:
        questions.insert(0, "Choose a column.")
    spec, unanswered = _worst(base, spec, columns, f"{table}-{key}", lengths, bool(needed))
    questions += unanswered
    return Asked(spec, questions[0] if questions else "")


def table_words(name: str) -> str:
    """A table with what one row of it is."""
    table = TABLES.get(name)
    words = spoken(name)
    return f"{words[:1].upper()}{words[1:]}: a row is {table.what}" if table else words


def _cells(table: Table, base: Spec, columns: Columns, key: str) -> tuple[Spec, list[str]]:
    """Draw one choice per canonical column: what matters and what is likely, then the others, folded."""
    asked = [c for c in table.columns if c not in _NOT_ASKED]
    matter = _MATTER.get(table.name, (*table.required, table.happened_at))
    first = [c for c in matter if c in asked] + [c for c in asked if c in base.cells and c not in matter]
    cells: dict[str, Cell] = {}
    questions: list[str] = []
    each_row = False

    def ask(column: str) -> None:
        nonlocal each_row
        chosen = _choice(table, column, base, columns, key, questions)
        if chosen is True:
            each_row = True
        elif isinstance(chosen, Cell):
            cells[column] = chosen

    for column in first:
        ask(column)
    if others := [c for c in asked if c not in first]:
        with st.expander(f"{fmt.plural(len(others), 'more column')} it may have"):
            for column in others:
                ask(column)
    ordered = {c: cells[c] for c in table.columns if c in cells}
    return replace(base, table=table.name, cells=ordered, each_row=each_row), questions


def _choice(
    table: Table, column: str, base: Spec, columns: Columns, key: str, questions: list[str]
) -> Cell | bool | None:
    """Draw the choice for one column: its cell; True for "each row is one"; None for nothing."""
    before = base.cells.get(column)
    is_id = column == next(iter(table.required), "") and column.endswith("_id")
    options = [_NOTHING, *([_EACH_ROW] if is_id else []), *columns.offered]
    if before and before.place.label not in options:
        options.append(before.place.label)  # other files of this mapping have it
    index = options.index(before.place.label) if before else int(is_id and base.each_row)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    needed = " · needed" if column in table.required else ""
    label = f"{text.markdown(word(column))}{needed}"
    chosen = left.selectbox(label, options, index=index, key=f"map-{column}-{key}")
    if chosen == _EACH_ROW:
        right.html(
            '<p class="rl rl-small rl-faint">known by its contents: the same row in a later export is the same one</p>'
        )
        return True
    if before and chosen == before.place.label and chosen not in columns.offered:
        right.html('<p class="rl rl-small rl-faint">not in this file: it stays for those that have it</p>')
        return before
    if chosen == _NOTHING or chosen not in columns.offered:
        return None
    offered = columns.offered[chosen]
    right.html(
        f'<p class="rl rl-small rl-faint">{text.html(example_words(chosen, offered.seen.examples))}</p>'
    )
    if (
        table.columns[column] == INSTANT
        and not offered.seen.is_dates
        and column in LENGTHS
        and offered.seen.filled
    ):
        return _length(column, offered.place, before, columns, key, questions)
    clocks = [n for n, one in columns.offered.items() if one.seen.is_times]
    time = before.time.label if before and before.time and before.place == offered.place else _NOTHING
    if table.columns[column] == INSTANT and offered.seen.is_days and (clocks or time != _NOTHING):
        times = list(dict.fromkeys([_NOTHING, *clocks, time]))
        left, right = st.columns([2, 3], vertical_alignment="bottom")
        beside = left.selectbox(
            f"{text.markdown(word(column))}: time of day", times,
            index=times.index(time), key=f"map-time-{column}-{key}",
        )  # fmt: skip
        if before and beside == time != _NOTHING and beside not in columns.offered:
            return Cell(offered.place, before.time)
        if beside != _NOTHING:
            seen = columns.offered[beside].seen
            right.html(
                f'<p class="rl rl-small rl-faint">{text.html(example_words(beside, seen.examples))}</p>'
            )
            return Cell(offered.place, columns.offered[beside].place)
    return Cell(offered.place)


def _length(
    column: str, place: Place, before: Cell | None, columns: Columns, key: str, questions: list[str]
) -> Cell:
    same = before is not None and before.place == place and before.unit
    unit = st.radio(
        f"{place.label} is a length of time, in", UNITS, format_func=_UNIT_WORDS.__getitem__, horizontal=True,
        index=UNITS.index(before.unit) if same and before else None, key=f"map-unit-{column}-{key}",
    )  # fmt: skip
    if unit is None:
        questions.append(f"Say what unit {place.label} is in.")
    return Cell(place, unit=unit or "minutes")


def _leave_out(base: Spec, columns: Columns, key: str) -> tuple[LeaveOut, ...]:
    """Draw the rules for rows that do not count: kinds, questions of another survey, totals."""
    rules: list[LeaveOut] = []
    given = list(base.leave_out)
    with st.expander("Leave out rows", expanded=bool(given), key=f"map-rules-{key}"):
        st.html('<p class="rl rl-small rl-faint">totals, drills, the answers to another question</p>')
        while True:
            before = given[len(rules)] if len(rules) < len(given) else None
            rule = _rule(before, columns, f"{len(rules)}-{key}")
            if rule is None:
                return tuple(rules)
            rules.append(rule)


def _rule(before: LeaveOut | None, columns: Columns, key: str) -> LeaveOut | None:
    options = [_NOTHING, *columns.offered]
    first, second, third = st.columns([3, 2, 4], vertical_alignment="bottom")
    label = before.place.label if before else _NOTHING
    # What this file does not have, others of the mapping may.
    options = list(dict.fromkeys([*options, label]))
    chosen = first.selectbox("Where", options, index=options.index(label), key=f"map-rule-{key}")
    if chosen == _NOTHING:
        return None
    if before and chosen not in columns.offered:
        second.html(f'<p class="rl rl-small rl-faint">{text.html(before.words)}: not in this file</p>')
        return before
    how = second.selectbox(
        "how",
        HOWS,
        index=HOWS.index(before.how) if before else 0,
        key=f"map-how-{key}",
        label_visibility="hidden",
    )
    place = columns.offered[chosen].place
    if how in (IS_BLANK, IS_FILLED):
        return LeaveOut(place, how)
    known = [value for value, _ in columns.offered[chosen].seen.common] if not names_people(chosen) else []
    defaults = list(before.values) if before and before.place == place else []
    values = third.multiselect(
        "Values", list(dict.fromkeys([*defaults, *known])), default=defaults, key=f"map-values-{chosen}-{key}",
        accept_new_options=True, label_visibility="hidden", placeholder="Choose or type values",
    )  # fmt: skip
    return LeaveOut(place, how, tuple(values)) if values else None


def _zone_in(base: Spec, columns: Columns, key: str) -> Place | None:
    """Ask whether each row is read in the zone that a column says for it, where one does."""
    found = [
        label
        for label, one in columns.offered.items()
        if one.place == base.zone_in or holds_zones(label, one.seen)
    ]
    if not found:
        return base.zone_in
    before = next((label for label in found if columns.offered[label].place == base.zone_in), "")
    chosen = st.selectbox(
        "Each row's own zone is in", ["", *found], index=["", *found].index(before),
        format_func=lambda label: label or "no column", key=f"map-zone-in-{key}", width=330,
    )  # fmt: skip
    return columns.offered[chosen].place if chosen else None


def _date_order(base: Spec, spec: Spec, columns: Columns, key: str) -> tuple[Spec, list[str]]:
    """Ask whether the day or the month comes first, where the dates do not say it themselves."""
    dated = [
        columns.offered[cell.place.label].seen
        for name, cell in spec.cells.items()
        if TABLES[spec.table].columns[name] == INSTANT and cell.place.label in columns.offered
    ]
    orders = {seen.date_order for seen in dated} - {""}
    if "?" not in orders or orders & {"dmy", "mdy"}:
        # What was said once stays for the files whose dates do not say it, unless these say otherwise.
        return replace(spec, date_order=base.date_order if orders <= {"?", base.date_order} else ""), []
    example = next(v for seen in dated if seen.date_order == "?" for v in seen.examples)
    words = {"dmy": "the day first", "mdy": "the month first"}
    options = list(words)
    order = st.radio(
        f"Dates like {text.markdown(example)} have", options, format_func=words.__getitem__, horizontal=True,
        index=options.index(base.date_order) if base.date_order in options else None, key=f"map-order-{key}",
    )  # fmt: skip
    asked = [] if order else ["Say whether the day or the month comes first."]
    return replace(spec, date_order=order or ""), asked


def _worst(
    base: Spec, spec: Spec, columns: Columns, key: str, lengths: Lengths, cannot_try: bool
) -> tuple[Spec, list[str]]:
    """Ask which end of a severity in numbers is worst, with what the file says of both ends."""
    cell = spec.cells.get("severity")
    offered = columns.offered.get(cell.place.label) if cell else None
    if cell is None or offered is None or not offered.seen.is_numbers:
        return spec, []
    low, high = offered.seen.low or 0.0, offered.seen.high or 0.0
    try:
        told = None if cannot_try else lengths(spec)
    except ReliabilityError as error:
        empty.note(error.what)
        told = None
    before = base.cells.get("severity")
    same = before is not None and before.place == cell.place and before.worst is not None
    ends = {False: low, True: high}
    rising = st.radio(
        f"Which {text.markdown(cell.place.label)} is worst?", [False, True],
        format_func=lambda up: _end_words(ends[up], offered.seen, told),
        index=int(before.rising) if same and before else None, key=f"map-worst-{cell.place.label}-{key}",
    )  # fmt: skip
    if rising is None:
        return spec, [f"Say which end of {cell.place.label} is worst: numbers alone do not."]
    worst = before.worst if same and before and before.rising == rising else ends[rising]
    cells = {**spec.cells, "severity": replace(cell, worst=worst, rising=rising)}
    return replace(spec, cells=cells), []


def _end_words(end: float, seen: Profile, told: list[dict[str, object]] | None) -> str:
    """ "3 is worst: 3 incidents, typically 3 h"."""
    row = next((r for r in told or [] if _number(str(r["word"])) == end), None)
    if row is None:
        rows = sum(n for value, n in seen.common if _number(value) == end)
        return f"{end:g} is worst: {fmt.plural(rows, 'row')}"
    said = f"{end:g} is worst: {fmt.plural(int(str(row['incidents'])), 'incident')}"
    minutes = row["median_minutes"]
    return f"{said}, typically {fmt.duration(float(str(minutes)))}" if minutes is not None else said


def _number(value: str) -> float | None:
    try:
        return float(value.replace(",", "."))
    except ValueError:
        return None
