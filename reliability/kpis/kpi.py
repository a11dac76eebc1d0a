"""One figure of one window: its value, what it is based on, and what it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reliability.model import NO_DATA, OK, PARTIAL
from reliability.queries.figures import Figure

_LEFT_OUT = "left_out_"


@dataclass(frozen=True)
class Kpi:
    """One figure of one window.

    value: None when there is no data. n: how many records it is based on. open: records whose outcome is still open.
    left_out: reason -> number of records. numerator, denominator: for shares, else None. above: where a median is not
    reached, what it lies above. clustering: how many times the variance of a share is that of independent records.
    in_part: the window is over and the records lack some of its days.
    """

    id: str
    title: str
    unit: str
    better: str
    value: float | None
    n: int
    open: int
    status: str
    left_out: dict[str, int] = field(default_factory=dict)
    interval: tuple[float, float] | None = None
    numerator: float | None = None
    denominator: float | None = None
    above: float | None = None
    clustering: float = 1.0
    in_part: bool = False
    needs: tuple[str, ...] = ()

    @property
    def independent(self) -> tuple[float, float] | None:
        """Numerator and denominator of a share as so many independent records, which its interval knows; else None."""
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.clustering, self.denominator / self.clustering


def from_row(figure: Figure, row: Mapping[str, Any], partial: bool) -> Kpi:
    """Make a Kpi of a figure's row of one window. partial: whether the window is not over."""
    value, above = row["value"], row.get("median_above")
    status = NO_DATA if value is None and above is None else PARTIAL if partial else OK
    return Kpi(
        id=figure.id,
        title=figure.title,
        unit=figure.unit,
        better=figure.better,
        value=value,
        n=int(row.get("n") or 0),
        open=int(row.get("open") or 0),
        status=status,
        left_out={
            key.removeprefix(_LEFT_OUT).replace("_", " "): int(count)
            for key, count in row.items()
            if key.startswith(_LEFT_OUT) and count
        },
        numerator=row.get("numerator"),
        denominator=row.get("denominator"),
        above=above,
        clustering=row.get("clustering") or 1.0,
        in_part=not partial and bool(row.get("partial")),
        needs=figure.tables,
    )
