"""Columns: what an export offers to be mapped: its columns, and the places inside those that hold objects."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from reliability.exports import ExportSource
from reliability.guesses import Profile, profile
from reliability.mappings.places import Place, places_inside

_ROWS = 5_000
"""Rows that are looked at; guesses need no more."""


@dataclass(frozen=True)
class Offered:
    """A place of an export and how its values look."""

    place: Place
    seen: Profile


@dataclass(frozen=True)
class Columns:
    """What an export offers. header: its columns. offered: label -> place, in the order of the file.

    encoding: how its text was read. is_in_code_page: whether that may be said otherwise.
    """

    header: tuple[str, ...]
    offered: Mapping[str, Offered]
    encoding: str = ""
    is_in_code_page: bool = False

    @property
    def profiles(self) -> dict[str, Profile]:
        """The look of each by its label."""
        return {label: one.seen for label, one in self.offered.items()}


def columns_of(source: ExportSource, page: str = "") -> Columns:
    """Read an export, lines that are not UTF-8 in a code page, and return what it offers.

    Raises ExportError when it cannot be read.
    """
    with duckdb.connect() as con:
        raw = source.load(con, "raw", page=page)
        wanted = [duckdb.ColumnExpression(name) for name in raw.columns]
        rows = con.table("raw").select(*wanted).limit(_ROWS).fetchall()
    offered: dict[str, Offered] = {}
    for at, name in enumerate(raw.columns):
        values = [row[at] for row in rows]
        offered[name] = Offered(Place(name), profile(values))
        for place, said in places_inside(name, values).items():
            # A column that is called like a place inside another one is the column.
            if place.label not in raw.columns:
                offered[place.label] = Offered(place, profile(said))
    return Columns(tuple(raw.columns), offered, raw.encoding, raw.is_in_code_page)
