"""Slides with text, tables and editable charts: this and the two `powerpoint_` files alone know python-pptx."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree
from pptx import Presentation
from pptx.chart.data import XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from reliability.charts.palette import LIGHT
from reliability.errors import ReliabilityError
from reliability.publish.cells import clean
from reliability.publish.fitting import fitting_size, height_of
from reliability.publish.powerpoint_charts import Axes, Series, draw_series, set_axes

WIDTH, HEIGHT = 1280, 720
"""The grid that boxes are given in, whatever the size of a template's slides."""
_FULL_WIDTH, _FULL_HEIGHT = 12_192_000, 6_858_000  # EMU of a slide 16:9
_PADDING = 5
_ASIDE = 9
_FONT = "Arial"


class Box(NamedTuple):
    """Left, top, width and height in pixels of the grid."""

    x: float
    y: float
    width: float
    height: float


class Deck:
    """A presentation being written. template: the organisation's own, whose slides are left out."""

    def __init__(self, title: str, template: Path | None = None) -> None:
        self._file = opened_template(template)
        self._file.core_properties.title = clean(title)
        if template is None:
            self._file.slide_width, self._file.slide_height = Emu(_FULL_WIDTH), Emu(_FULL_HEIGHT)
            _own_theme(self._file)
        else:
            _emptied(self._file)
        self._layout = _layout(self._file)

    def slide(self, name: str, title: str, box: Box, size: float, notes: str) -> "Slide":
        """Add a slide. name: of the shape that holds its title."""
        made = Slide(self._file, self._layout)
        made.title(name, title, box, size)
        made.notes(notes)
        return made

    def content(self) -> bytes:
        """Return the whole file."""
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()


class Slide:
    """One slide; every box is given on the grid of WIDTH x HEIGHT."""

    def __init__(self, file: Any, layout: Any) -> None:
        self._slide = file.slides.add_slide(layout)
        self._scale = file.slide_width / WIDTH, file.slide_height / HEIGHT
        self._points = min(file.slide_width / _FULL_WIDTH, file.slide_height / _FULL_HEIGHT)
        for shape in list(self._slide.placeholders):
            if shape.placeholder_format.type not in (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE):
                shape._element.getparent().remove(shape._element)

    def title(self, name: str, text: str, box: Box, size: float) -> None:
        """Write the title where outlines and screen readers look for it."""
        shape = self._slide.shapes.title
        if shape is None:
            self.text(name, text, box, size, bold=True)
            return
        shape.left, shape.top, shape.width, shape.height = self._place(box)
        shape.name = name
        self._write(shape, text, box, size, bold=True, colour="", right=False, anchor=MSO_ANCHOR.MIDDLE)

    def text(
        self,
        name: str,
        text: str,
        box: Box,
        size: float,
        *,
        bold: bool = False,
        colour: str = "",
        right: bool = False,
    ) -> None:
        """Write a text, as small as it must be to stay inside its box. colour: hex, "quiet", or "" for the theme's."""
        shape = self._slide.shapes.add_textbox(*self._place(box))
        shape.name = name
        self._write(shape, text, box, size, bold=bold, colour=colour, right=right, anchor=MSO_ANCHOR.TOP)

    def bar(self, box: Box, colour: str) -> None:
        """Draw a filled rectangle without words."""
        shape = self._slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, *self._place(box))
        shape.name = "bar"
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(colour.lstrip("#"))
        shape.line.fill.background()
        # Its theme's style has a shadow, which LibreOffice draws although it is turned off.
        shape._element.remove(shape._element.find(qn("p:style")))

    def notes(self, text: str) -> None:
        """Write the speaker's notes."""
        self._slide.notes_slide.notes_text_frame.text = clean(text)

    def table(
        self, name: str, rows: Sequence[Sequence[str]], box: Box, widths: Sequence[int], size: float
    ) -> None:
        """Write a table whose first row is its head. widths: pixels of each column. See `table_height`."""
        heights = row_heights(rows, widths, size)
        frame = self._slide.shapes.add_table(
            len(rows), len(widths), *self._place(box._replace(width=sum(widths), height=sum(heights)))
        )
        frame.name = name
        table = frame.table
        table.horz_banding = False
        frame._element.graphic.graphicData.tbl.tblPr.find(qn("a:tableStyleId")).text = _NO_STYLE
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Emu(round(width * self._scale[0]))
        figures = [all(_figure(row[place]) for row in rows[1:]) for place in range(len(widths))]
        for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
            table.rows[number].height = Emu(round(height * self._scale[1]))
            for place, words in enumerate(row):
                self._cell(table.cell(number, place), words, size, head=number == 0, right=figures[place])

    def chart(self, name: str, series: Sequence[Series], axes: Axes, box: Box, said: str) -> None:
        """Draw lines over days as a native chart that can be edited. said: the alternative text."""
        data = XyChartData()
        for one in series:
            added = data.add_series(clean(one.name))
            for x, y in one.points:
                added.add_data_point(x, y)
        frame = self._slide.shapes.add_chart(
            XL_CHART_TYPE.XY_SCATTER_LINES_NO_MARKERS, *self._place(box), data
        )
        frame.name = name
        frame._element.nvGraphicFramePr.cNvPr.set("descr", clean(said))
        chart = frame.chart
        chart.has_legend = chart.has_title = False
        chart.font.size, chart.font.name = Pt(11 * self._points), _FONT
        set_axes(chart, axes)
        for drawn, one in zip(chart.plots[0].series, series, strict=True):
            draw_series(drawn, one, self._points)

    def _place(self, box: Box) -> tuple[Emu, Emu, Emu, Emu]:
        x, y = self._scale
        return (
            Emu(round(box.x * x)),
            Emu(round(box.y * y)),
            Emu(round(box.width * x)),
            Emu(round(box.height * y)),
        )

    def _write(
        self,
        shape: Any,
        text: str,
        box: Box,
        size: float,
        *,
        bold: bool,
        colour: str,
        right: bool,
        anchor: Any,
    ) -> None:
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
        text = " ".join(clean(text).split(" "))
        frame.text = text
        fitted = fitting_size(text, box.width, box.height, size, bold=bold) * self._points
        for paragraph in frame.paragraphs:
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            paragraph.line_spacing = 1.0
            paragraph.space_before = paragraph.space_after = Pt(0)
            for run in paragraph.runs:
                _font(run.font, fitted, bold=bold, colour=colour)

    def _cell(self, cell: Any, words: str, size: float, *, head: bool, right: bool) -> None:
        cell.margin_left = cell.margin_right = Emu(round(_ASIDE * self._scale[0]))
        cell.margin_top = cell.margin_bottom = Emu(round(_PADDING * self._scale[1]))
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.text_frame.word_wrap = True
        cell.text = clean(words)
        for paragraph in cell.text_frame.paragraphs:
            paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
            for run in paragraph.runs:
                _font(run.font, size * self._points, bold=head, colour="quiet" if head else "")
        line = etree.SubElement(cell._tc.get_or_add_tcPr(), qn("a:lnB"), w="9525")
        fill = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
        fill.set("val", LIGHT.border.lstrip("#"))


_NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


def _figure(words: str) -> bool:
    return bool(re.match(r"(?:[A-Z]{3}\s)?[-−+]?\d", words)) and len(words) < 20


def row_heights(rows: Sequence[Sequence[str]], widths: Sequence[int], size: float) -> list[float]:
    """Return how high each row of a table stands, in pixels. Its first row is bold."""
    return [
        max(
            height_of(words, width - 2 * _ASIDE, size, bold=number == 0)
            for words, width in zip(row, widths, strict=True)
        )
        + 2 * _PADDING
        for number, row in enumerate(rows)
    ]


def opened_template(template: Path | None) -> Any:
    """Return a presentation to write to, with a template's look or without. Raises ReliabilityError."""
    if template is None:
        return Presentation()
    remedy = "Name a .pptx file in [publish] template of review.toml."
    try:
        with template.open("rb") as file:
            return Presentation(file)
    except OSError as error:
        raise ReliabilityError(f"cannot be read: {error.strerror}", str(template), remedy) from error
    except (PythonPptxError, zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise ReliabilityError("is no PowerPoint file", str(template), remedy) from error


def _emptied(file: Any) -> None:
    """Take a template's own slides away, their parts too."""
    listed = file.slides._sldIdLst
    for one in list(listed):
        file.part.drop_rel(one.rId)
        listed.remove(one)


def _own_theme(file: Any) -> None:
    theme = file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode()
    dark = LIGHT.text.lstrip("#")
    text = re.sub(r"<a:dk1>.*?</a:dk1>", f'<a:dk1><a:srgbClr val="{dark}"/></a:dk1>', text, flags=re.DOTALL)
    theme._blob = text.replace('typeface="Calibri"', f'typeface="{_FONT}"').encode()


def _layout(file: Any) -> Any:
    """Return the layout with a title and the fewest other places."""

    def order(layout: Any) -> tuple[bool, int]:
        kinds = [one.placeholder_format.type for one in layout.placeholders]
        return PP_PLACEHOLDER.TITLE not in kinds, len(kinds)

    return min(file.slide_layouts, key=order)


def _font(font: Any, size: float, *, bold: bool, colour: str) -> None:
    font.size, font.bold = Pt(size), bold
    if colour == "quiet":
        font.color.rgb = RGBColor.from_string(LIGHT.muted.lstrip("#"))
    elif colour:
        font.color.rgb = RGBColor.from_string(colour.lstrip("#"))
    else:
        font.color.theme_color = MSO_THEME_COLOR.TEXT_1
