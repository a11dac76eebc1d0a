"""Spec: everything a mapping says, as the form asks it and as a saved mapping keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reliability.mappings.places import Place
from reliability.schema import TABLES

UNITS = ("seconds", "minutes", "hours", "days", "clock")
"""What a length of time may be in; "clock" is written out: 1:30, 1 h 30 min, PT1H30M."""

IS, IS_NOT, CONTAINS, IS_BLANK, IS_FILLED = "is", "is not", "contains", "is blank", "is filled"
HOWS = (IS, IS_NOT, CONTAINS, IS_BLANK, IS_FILLED)


@dataclass(frozen=True)
class Cell:
    """Where a canonical value comes from.

    time: the time of day of a date, where it stands in a column of its own. unit: the value is a length of time after
    opening, in this unit, not an instant. worst, rising: for severities that are numbers, the one that is worst, and
    whether higher ones are worse than lower ones; worst is None for severities in words.
    """

    place: Place
    time: Place | None = None
    unit: str = ""
    worst: float | None = None
    rising: bool = False

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place it reads."""
        return (self.place, self.time) if self.time else (self.place,)


@dataclass(frozen=True)
class LeaveOut:
    """Rows that do not count: those whose value is, is not or contains one of `values`, is blank, or is filled."""

    place: Place
    how: str
    values: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reason that a row left out by it is given."""
        said = f"{self.place.label} {self.how}"
        return f"{said} {' or '.join(self.values)}" if self.how in (IS, IS_NOT, CONTAINS) else said


@dataclass(frozen=True)
class Spec:
    """One mapping. cells: canonical column -> where it comes from.

    each_row: no column is an id; every row is a record, known by its contents. zone: IANA zone of times without one, ""
    for the organisation's. date_order: "dmy", "mdy", or "" where the dates say it. instead_of: the format that would
    read these files otherwise, "" for files that no format knows. header: with it, all columns a file must have.
    also: column -> what other files that it reads call it. lacking: columns that some of them do not have. encoding:
    the code page of lines that are not UTF-8, "" where they show it. zone_in: where each row says the zone of its
    times, None where none does; a row that says none has `zone`.
    """

    title: str
    table: str
    cells: Mapping[str, Cell]
    each_row: bool = False
    leave_out: tuple[LeaveOut, ...] = ()
    zone: str = ""
    date_order: str = ""
    instead_of: str = ""
    header: tuple[str, ...] = field(default=())
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lacking: tuple[str, ...] = ()
    encoding: str = ""
    zone_in: Place | None = None

    @property
    def places(self) -> tuple[Place, ...]:
        """Every place it reads, in order."""
        read = [place for cell in self.cells.values() for place in cell.places]
        zone = (self.zone_in,) if self.zone_in else ()
        return tuple(dict.fromkeys([*read, *zone, *(rule.place for rule in self.leave_out)]))

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads, in order."""
        return tuple(dict.fromkeys(place.column for place in self.places))

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which no row of a file counts, or every one is left out."""
        read = [self.cells[name].place for name in TABLES[self.table].required if name in self.cells]
        read += [rule.place for rule in self.leave_out if rule.how in (IS_NOT, IS_BLANK)]
        return tuple(dict.fromkeys(place.column for place in read))

    def titled(self, title: str) -> "Spec":
        """The same under another title."""
        return replace(self, title=title)


def plain(spec: Spec) -> dict[str, Any]:
    """A spec as plain values for JSON; what is not said is left out."""
    said: dict[str, Any] = {
        "cells": {name: _plain_cell(cell) for name, cell in spec.cells.items()},
        "each_row": spec.each_row,
        "leave_out": [[_plain_place(r.place), r.how, list(r.values)] for r in spec.leave_out],
        "zone": spec.zone,
        "date_order": spec.date_order,
        "instead_of": spec.instead_of,
        "header": list(spec.header),
        "also": {column: list(names) for column, names in spec.also.items()},
        "lacking": list(spec.lacking),
        "encoding": spec.encoding,
        "zone_in": _plain_place(spec.zone_in) if spec.zone_in else None,
    }
    return {key: value for key, value in said.items() if value}


def from_plain(title: str, table: str, said: Mapping[str, Any]) -> Spec:
    """The spec that `plain` made. Raises KeyError, TypeError or ValueError when it is none."""
    return Spec(
        title=title,
        table=table,
        cells={str(name): _cell(cell) for name, cell in said["cells"].items()},
        each_row=bool(said.get("each_row")),
        leave_out=tuple(
            LeaveOut(_place(place), str(how), tuple(map(str, values)))
            for place, how, values in said.get("leave_out", ())
        ),
        zone=str(said.get("zone", "")),
        date_order=str(said.get("date_order", "")),
        instead_of=str(said.get("instead_of", "")),
        header=tuple(map(str, said.get("header", ()))),
        also={str(column): tuple(map(str, names)) for column, names in said.get("also", {}).items()},
        lacking=tuple(map(str, said.get("lacking", ()))),
        encoding=str(said.get("encoding", "")),
        zone_in=_place(said["zone_in"]) if "zone_in" in said else None,
    )


def _plain_place(place: Place) -> list[Any]:
    return [place.column, *(step if isinstance(step, str) else list(step) for step in place.steps)]


def _place(said: list[Any]) -> Place:
    column, *steps = said
    return Place(str(column), tuple(s if isinstance(s, str) else (str(s[0]), str(s[1])) for s in steps))


def _plain_cell(cell: Cell) -> dict[str, Any]:
    said: dict[str, Any] = {"place": _plain_place(cell.place)}
    if cell.time:
        said["time"] = _plain_place(cell.time)
    if cell.unit:
        said["unit"] = cell.unit
    if cell.worst is not None:
        said |= {"worst": cell.worst, "rising": cell.rising}
    return said


def _cell(said: Mapping[str, Any]) -> Cell:
    return Cell(
        place=_place(said["place"]),
        time=_place(said["time"]) if "time" in said else None,
        unit=str(said.get("unit", "")),
        worst=float(said["worst"]) if "worst" in said else None,
        rising=bool(said.get("rising")),
    )
