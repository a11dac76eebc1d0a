"""Suggestions: the mapping that an export's columns make likely, for a person to change and save."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from reliability.guesses import guess, guess_table, holds_zones, rows_of_tests, zone_of_name
from reliability.mappings.columns import Columns
from reliability.mappings.places import Place
from reliability.mappings.spec import IS, IS_NOT, Cell, LeaveOut, Spec
from reliability.schema import INSTANT, TABLES, Table


def suggest(columns: Columns, file: str, table: str = "") -> Spec:
    """Suggest a mapping of an export; `table` where a person has said what is in it.

    A severity that is a number, dates that fit both orders, and a length without a unit are left to be asked.
    """
    seen = columns.profiles
    chosen = table or guess_table(seen, file)
    found = guess(TABLES[chosen], seen)
    cells = {
        name: Cell(columns.offered[given].place, _place(columns, found.times.get(name)))
        for name, given in found.columns.items()
    }
    if found.duration:
        cells["resolved_at"] = Cell(columns.offered[found.duration].place, unit=found.unit)
    rules: list[LeaveOut] = []
    if found.only:
        about, wanted = found.only
        rules.append(LeaveOut(columns.offered[about].place, IS_NOT, (wanted,)))
    rules += [LeaveOut(columns.offered[flag].place, IS, yes) for flag, yes in rows_of_tests(seen).items()]
    return Spec(
        title=PurePosixPath(file).name.split(".")[0],
        table=chosen,
        cells=cells,
        each_row=found.each_row,
        leave_out=tuple(rules),
        zone=_zone(TABLES[chosen], cells),
        zone_in=_zone_in(columns, cells),
    )


def zones_said(table: Table, cells: Mapping[str, Cell]) -> dict[str, str]:
    """The zones that the names of the chosen date columns say: label -> IANA name, the one that dates a row first."""
    dated = [c for c in cells if table.columns[c] == INSTANT and not cells[c].unit]
    labels = [p.label for c in sorted(dated, key=lambda c: c != table.happened_at) for p in cells[c].places]
    return {label: zone for label in labels if (zone := zone_of_name(label))}


def _zone(table: Table, cells: Mapping[str, Cell]) -> str:
    return next(iter(zones_said(table, cells).values()), "")


def _zone_in(columns: Columns, cells: Mapping[str, Cell]) -> Place | None:
    """Where each row says its zone, unless something else is read from there."""
    taken = {place for cell in cells.values() for place in cell.places}
    found = (
        one.place
        for label, one in columns.offered.items()
        if one.place not in taken and holds_zones(label, one.seen)
    )
    return next(found, None)


def _place(columns: Columns, label: str | None) -> Place | None:
    return columns.offered[label].place if label else None
