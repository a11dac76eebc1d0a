"""Suggestions: the mapping that an export's columns make likely, for a person to change and save."""

from pathlib import PurePosixPath

from reliability.guesses import guess, guess_table
from reliability.mappings.columns import Columns
from reliability.mappings.places import Place
from reliability.mappings.spec import IS_NOT, Cell, LeaveOut, Spec
from reliability.schema import TABLES


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
        cells["resolved_at"] = Cell(columns.offered[found.duration].place, unit=found.unit or "minutes")
    rules: tuple[LeaveOut, ...] = ()
    if found.only:
        about, wanted = found.only
        rules = (LeaveOut(columns.offered[about].place, IS_NOT, (wanted,)),)
    return Spec(
        title=PurePosixPath(file).name.split(".")[0],
        table=chosen,
        cells=cells,
        each_row=found.each_row,
        leave_out=rules,
    )


def _place(columns: Columns, label: str | None) -> Place | None:
    return columns.offered[label].place if label else None
