"""Does a published file still say what was frozen, and what would it say today?"""

from dataclasses import dataclass
from pathlib import Path

from reliability.model import Review
from reliability.publish.carried import carried
from reliability.publish.cells import canonical
from reliability.publish.measured import measure_id, measures
from reliability.publish.reading import Published
from reliability.publish.sheets import ROWS, row_sheets
from reliability.review.frozen import Frozen


@dataclass(frozen=True)
class Verified:
    """One figure of a file. shown: in the file; then: in the frozen review; now: today; None where there is none.

    agrees: the file shows what was frozen. restated: today's figure is another one.
    """

    id: str
    shown: str
    then: str | None
    now: str | None

    @property
    def of_row(self) -> bool:
        """Is it a cell of the rows behind a figure? There are very many of them."""
        return self.id.startswith(ROWS)

    @property
    def agrees(self) -> bool:
        return self.then is not None and _plain(self.shown) == _plain(self.then)

    @property
    def restated(self) -> bool:
        return self.then != self.now


def verify(published: Published, frozen: Frozen, today: Review, data_dir: Path) -> list[Verified]:
    """Compare every figure that a file carries with its frozen review and with today's, in the file's order.

    The numbers of typed cells, and the rows behind figures, are compared with what was frozen alone: what was restated
    shows in the figures. data_dir: where the review was frozen.
    """
    then, now = carried(frozen.review), carried(today)
    exact = measures(frozen.review, frozen.zone)
    if any(name.startswith(ROWS) for name, _ in published.figures):
        exact |= _rows(frozen, data_dir)
    then |= exact
    now |= exact
    # An empty cell where there is no number says what it should.
    said = [(name, shown) for name, shown in published.figures if shown or name in then]
    return [Verified(name, shown, then.get(name), now.get(name)) for name, shown in said]


def _rows(frozen: Frozen, data_dir: Path) -> dict[str, str]:
    return {
        measure_id(str(row[0]), column): canonical(value)
        for sheet in row_sheets(frozen, data_dir)
        for row in sheet.rows
        for column, value in zip(sheet.header[1:], row[1:], strict=True)
    }


def _plain(text: str) -> str:
    """Programs that save a page wrap lines and replace no-break spaces: neither changes a figure."""
    return " ".join(text.split())
