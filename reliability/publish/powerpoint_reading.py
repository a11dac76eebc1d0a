"""What the slides of a saved file show, whichever program saved it."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.exc import PythonPptxError

from reliability.publish.powerpoint_charts import Series


@dataclass
class Shown:
    """What one slide shows: texts and tables by the name of their shape, charts with their series, notes and title."""

    texts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[tuple[str, list[list[str]]]] = field(default_factory=list)
    charts: list[tuple[str, list[Series]]] = field(default_factory=list)
    notes: str = ""
    title: str = ""


def shown(path: Path) -> Iterator[Shown]:
    """Read the slides of a file. Raises OSError, or ValueError for one that is no presentation."""
    try:
        with path.open("rb") as file:
            slides = list(Presentation(file).slides)
        for slide in slides:
            found = Shown()
            _read(slide.shapes, found)
            if slide.shapes.title is not None:
                found.title = slide.shapes.title.text_frame.text
            if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
                found.notes = slide.notes_slide.notes_text_frame.text
            yield found
    except (PythonPptxError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise ValueError(str(error)) from error


def _read(shapes: Any, found: Shown) -> None:
    for shape in shapes:
        if hasattr(shape, "shapes"):  # somebody grouped them
            _read(shape.shapes, found)
        elif getattr(shape, "has_chart", False):
            found.charts.append((shape.name, [_series(one) for one in shape.chart.plots[0].series]))
        elif getattr(shape, "has_table", False):
            found.tables.append((shape.name, [[cell.text for cell in row.cells] for row in shape.table.rows]))
        elif shape.has_text_frame:
            found.texts.append((shape.name, shape.text_frame.text.replace("\v", "\n")))


def _series(drawn: Any) -> Series:
    def numbers(kind: str) -> dict[int, float]:
        points = drawn._element.findall(f"{{*}}{kind}//{{*}}pt")
        return {int(point.get("idx")): float(point.findtext("{*}v")) for point in points}

    days, values = numbers("xVal"), numbers("yVal")
    return Series(
        drawn.name, [(days[place], values[place]) for place in sorted(days.keys() & values.keys())], "main"
    )
