"""A frozen review as one workbook: numbers are numbers, times are times, and no text is ever a formula."""

import io
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from reliability.publish.cells import Cell, written
from reliability.publish.sheets import Sheet, sheets
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen

_INSTANT, _DAY = "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd"
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_A4 = 9  # as the file format numbers sizes of paper
_NARROWEST, _WIDEST = 9, 60
_LOOKED_AT = 200
_LINE_HEIGHT, _MOST_LINES = 15, 12
_TITLE = Font(name="Calibri", size=14, bold=True)
_QUIET = Font(name="Calibri", size=11, color="52606D")
_BOLD = Font(name="Calibri", size=11, bold=True)
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_TOP = Alignment(vertical="top")


def workbook(frozen: Frozen, data_dir: Path) -> bytes:
    """Return the whole file. data_dir: where the review was frozen."""
    review = frozen.review
    title = f"{review.organisation}: {review.period.label}"
    # All of them before the first is written: a book that is left unfinished cannot be closed.
    return book_of(list(sheets(frozen, data_dir)), title, stamp(frozen)).getvalue()


def book_of(found: Sequence[Sheet], title: str, stamped: str) -> io.BytesIO:
    """Write sheets to a workbook. stamped: what stands on every sheet, below its title."""
    book = Workbook(write_only=True)
    book.properties.title = title
    taken: set[str] = set()
    cells = _Cells()
    for sheet in found:
        _write(book.create_sheet(_name(sheet.name, taken)), sheet, title, stamped, cells)
    out = io.BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _name(wanted: str, taken: set[str]) -> str:
    """Return a name that spreadsheets allow and no other sheet has."""
    base = _NOT_IN_NAMES.sub(" ", wanted).strip()[:_LONGEST_NAME] or "Sheet"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: _LONGEST_NAME - 4]} {number}"
    taken.add(name.casefold())
    return name


def _write(to: WriteOnlyWorksheet, sheet: Sheet, title: str, stamped: str, cells: "_Cells") -> None:
    above = [f"{title}: {sheet.name}", stamped, *sheet.notes]
    header = len(above) + 2
    widths = _widths(sheet)
    for number, width in enumerate(widths, start=1):
        to.column_dimensions[get_column_letter(number)].width = width
    to.freeze_panes = f"A{header + 1}"
    last = get_column_letter(len(sheet.header))
    to.auto_filter.ref = f"A{header}:{last}{header + len(sheet.rows)}"
    to.print_title_rows = f"1:{header}"
    to.page_setup.orientation, to.page_setup.paperSize = "landscape", _A4
    to.page_setup.fitToWidth, to.page_setup.fitToHeight = 1, 0
    to.sheet_properties.pageSetUpPr.fitToPage = True
    to.oddFooter.center.text = "&P / &N"
    for number, line in enumerate(above):
        to.append([cells.cell(to, line, _TITLE if number == 0 else _QUIET)])
    to.append([])
    to.append([cells.cell(to, name, _BOLD) for name in sheet.header])
    for number, row in enumerate(sheet.rows, start=header + 1):
        # Programs that do not measure wrapped text themselves would write it across the rows below.
        if (lines := _lines(row, widths)) > 1:
            to.row_dimensions[number].height = _LINE_HEIGHT * min(lines, _MOST_LINES)
        to.append([cells.cell(to, value) for value in row])


class _Cells:
    """Makes the cells of one book: those that look alike share one style, since looking a style up is most of the
    time that a book takes."""

    def __init__(self) -> None:
        self._styles: dict[tuple[type, bool, int], StyleArray] = {}

    def cell(self, to: WriteOnlyWorksheet, value: Cell, font: Font | None = None) -> SheetCell | None:
        held = written(value)
        if held is None:
            return None
        cell = WriteOnlyCell(to, held)
        if isinstance(held, str):
            # What begins like a formula is text, and stays text when somebody edits the cell.
            cell.data_type = "s"
        quoted = isinstance(held, str) and held[:1] in "=+-@"
        look = (type(held), quoted, id(font))
        if look not in self._styles:
            _style(cell, held, quoted, font)
            self._styles[look] = cell._style
        cell._style = self._styles[look]
        return cell


def _style(cell: SheetCell, held: Cell, quoted: bool, font: Font | None) -> None:
    cell.alignment = _WRAPPED if isinstance(held, str) and not font else _TOP
    if quoted:
        cell.quotePrefix = True
    elif isinstance(held, datetime):
        cell.number_format = _INSTANT
    elif isinstance(held, date):
        cell.number_format = _DAY
    if font:
        cell.font = font


def _lines(row: Sequence[Cell], widths: Sequence[int]) -> int:
    texts = [(str(value), width) for value, width in zip(row, widths, strict=True) if isinstance(value, str)]
    return max(
        (
            sum(max(1, math.ceil(len(line) / (width - 1))) for line in text.split("\n"))
            for text, width in texts
        ),
        default=1,
    )


def _widths(sheet: Sheet) -> list[int]:
    """Return widths in characters that hold most cells of each column."""
    columns = zip(*[sheet.header, *sheet.rows[:_LOOKED_AT]], strict=True)
    lengths = [max(_length(value) for value in column) for column in columns]
    return [min(max(length + 2, _NARROWEST), _WIDEST) for length in lengths]


def _length(value: Cell) -> int:
    if isinstance(value, datetime):
        return len(_INSTANT)
    return max(map(len, str(value).splitlines() or [""])) if isinstance(value, str) else 11
