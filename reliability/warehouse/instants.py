"""Instants: the dates and times of an export, from text to moments in time.

Most columns hold ISO 8601, which two macros read at the speed of a cast (queries/build/instants.sql). Everything
else is read once per distinct text (queries/build/odd_dates.sql), after it is known for the whole column whether
the day or the month comes first. Nothing here asks what a column means.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from reliability.errors import ExportError
from reliability.queries import FOLDER, read_query
from reliability.warehouse.macros import define_for

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

OTHER_SHAPE = "a date in another shape"
"""What the error says with which the macro `utc_instant_or_stop` ends a query."""


@dataclass(frozen=True)
class Order:
    """What the dates of one column and one separator say about their order.

    day_first, month_first: distinct days that fit only that order. fits_both: those that fit both and differ.
    The examples are one text of each kind, or None.
    """

    column: str
    separator: str
    day_first: int
    month_first: int
    fits_both: int
    example: str | None
    day_first_example: str | None
    month_first_example: str | None

    @property
    def is_day_first(self) -> bool | None:
        """True or False when the column says so itself, None when it does not or contradicts itself."""
        if bool(self.day_first) == bool(self.month_first):
            return None
        return bool(self.day_first)


@dataclass(frozen=True)
class Shape:
    """A way of writing instants that whole columns of spreadsheets have.

    looks: what such a text matches. day_first, month_first: how DuckDB reads one, by the order of its date; "" where
    each text has to be read by itself.
    """

    looks: re.Pattern[str]
    day_first: str
    month_first: str


def _shape(looks: str, day_first: str, month_first: str = "") -> Shape:
    return Shape(re.compile(looks, re.ASCII), day_first, month_first)


_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_TIME = r" \d{1,2}:\d{2}"
SHAPES = (
    _shape(rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}{_TIME}", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"),
    _shape(rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}{_TIME}:\d{{2}}", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"),
    _shape(rf"\d{{1,2}}/\d{{1,2}}/\d{{4}}{_TIME} [AP]M", "%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p"),
    _shape(rf"\d{{1,2}}-\d{{1,2}}-\d{{4}}{_TIME}", "%d-%m-%Y %H:%M", "%m-%d-%Y %H:%M"),
    _shape(rf"\d{{1,2}}-\d{{1,2}}-\d{{4}}{_TIME}:\d{{2}}", "%d-%m-%Y %H:%M:%S", "%m-%d-%Y %H:%M:%S"),
    _shape(rf"\d{{1,2}}\.\d{{1,2}}\.\d{{4}}{_TIME}", "%d.%m.%Y %H:%M"),
    _shape(rf"\d{{1,2}}\.\d{{1,2}}\.\d{{4}}{_TIME}:\d{{2}}", "%d.%m.%Y %H:%M:%S"),
    _shape(rf"\d{{1,2}} ({_MONTHS}) \d{{4}}{_TIME}", "%d %b %Y %H:%M", "%d %b %Y %H:%M"),
)
"""Shapes of which a whole column is read at the speed of one call of strptime. See `odd_dates.sql` for all others."""


def shape_of(texts: Sequence[str]) -> Shape | None:
    """The shape that all of some texts have; None for no text, or no such shape."""
    if not texts:
        return None
    return next((s for s in SHAPES if all(s.looks.fullmatch(text) for text in texts)), None)


def orders_of(
    con: duckdb.DuckDBPyConnection, date_order: str | None = None, where: str = ""
) -> Mapping[str, bool]:
    """Say for every column of the table `date_texts` (column_name, text) whether the day comes first. See `decide`."""
    found = con.execute(read_query(FOLDER / "build" / "date_order.sql").sql).fetchall()
    return decide([Order(*row) for row in found], date_order, where)


def read_odd_dates(
    con: duckdb.DuckDBPyConnection, zone: str, date_order: str | None = None, where: str = ""
) -> None:
    """Read the texts of the table `date_texts` (column_name, text), which hold one whole file.

    Creates `odd_dates` (column_name, text, moment timestamptz, day date); what cannot be read is NULL there.
    zone: IANA zone of times that carry none. date_order: "dmy" or "mdy" where it is known, else the columns
    decide. Raises ExportError with a question when they do not.
    """
    orders = orders_of(con, date_order, where)
    con.execute("create or replace temporary table date_orders (column_name varchar, day_first boolean)")
    if orders:
        con.executemany("insert into date_orders values (?, ?)", list(orders.items()))
    read = read_query(FOLDER / "build" / "odd_dates.sql").sql
    define_for(con, read)
    con.execute(f"create or replace temporary table odd_dates as {read}", {"zone": zone})


def decide(orders: Iterable[Order], date_order: str | None = None, where: str = "") -> Mapping[str, bool]:
    """Say for every column whether the day comes first.

    A column decides for itself; one that fits both orders takes that of the decided columns of the same file
    and separator. Columns whose day and month never differ are left out: they mean the same either way.
    Raises ExportError with the question when a column contradicts itself, or nothing decides it.
    """
    columns: dict[str, bool] = {}
    orders = list(orders)
    for order in orders:
        if date_order is not None:
            columns[order.column] = date_order == DAY_FIRST
        elif (order.day_first and order.month_first) or (
            (own := order.is_day_first) is not None and columns.setdefault(order.column, own) != own
        ):
            raise _question(order, where, contradiction=True)
    for order in orders:
        if order.fits_both and order.column not in columns:
            decided = [o for o in orders if o.separator == order.separator]
            said = {o.is_day_first for o in decided} - {None}
            if len(said) != 1:
                raise _question(order, where)
            columns[order.column] = bool(said.pop())
    return columns


def _question(order: Order, where: str, contradiction: bool = False) -> ExportError:
    if contradiction:
        what = f"{order.column} holds dates with the day first and dates with the month first"
        if order.day_first_example and order.month_first_example:
            what += f" ({order.day_first_example} and {order.month_first_example})"
        remedy = (
            'Set date_order = "dmy" or "mdy" for this export in review.toml, [[exports]]; '
            "the others are set aside."
        )
    else:
        what = f"{order.column}: {order.example} fits both day/month and month/day"
        remedy = 'Set date_order = "dmy" or "mdy" for this export in review.toml, [[exports]].'
    return ExportError(what, where, remedy)
