"""The last slides of a deck: what was left out, how sure the verdicts are, what each figure counts."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from reliability import formatting
from reliability.publish.deck_canvas import ALL, BOTTOM, FIGURES, LEFT, LEFT_OUT, Canvas
from reliability.publish.defined import queries_of
from reliability.publish.fitting import height_of
from reliability.publish.left_out import in_words
from reliability.publish.powerpoint import Box, row_heights

_SURE = 12
_One = TypeVar("_One")


def appendix(canvas: Canvas) -> None:
    """Add these slides, those of which there is anything."""
    _left_out(canvas)
    _how_sure(canvas)
    _definitions(canvas)


def _left_out(canvas: Canvas) -> None:
    found = [(in_words(name), formatting.count(number)) for name, number in canvas.review.left_out]
    widths = (760, 200)
    for page in _tables(found, widths, ("What was left out, and why", "Records"), 12):
        slide = canvas.slide(
            "What the figures leave out",
            above="What was left out",
            notes=[f"Figures: {LEFT_OUT}/ and the reason"],
        )
        slide.table(FIGURES + LEFT_OUT, page, Box(LEFT, 140, ALL, 500), widths, 12)


def _how_sure(canvas: Canvas) -> None:
    names = [name for name in canvas.said if name.startswith("how sure/")]

    def height(name: str) -> float:
        return height_of(canvas.said[name], ALL, _SURE) + 2

    for page in _filled(names, lambda name: height(name) + 8, BOTTOM - 140):
        slide = canvas.slide(
            "How sure are these verdicts?", notes=["Figures: how sure/ and the place, from 0"]
        )
        y = 140.0
        for name in page:
            canvas.figure(slide, name, Box(LEFT, y, ALL, height(name)), _SURE)
            y += height(name) + 8


def _definitions(canvas: Canvas) -> None:
    found = [canvas.definition(query) for query in queries_of(canvas.frozen)]
    rows = [(title, said) for title, said in filter(None, found) if said]
    for page in _tables(rows, (300, 868), ("Figure", "Definition"), 11):
        slide = canvas.slide(
            "Appendix: what each figure counts",
            notes=["Definitions of the queries as they were when the review was kept."],
        )
        slide.table("definitions", page, Box(LEFT, 140, ALL, 500), (300, 868), 11)


def _filled(found: Sequence[_One], height: Callable[[_One], float], room: float) -> Iterator[list[_One]]:
    page: list[_One] = []
    used = 0.0
    for one in found:
        needed = height(one)
        if page and used + needed > room:
            yield page
            page, used = [], 0.0
        page.append(one)
        used += needed
    if page:
        yield page


def _tables(
    rows: Sequence[tuple[str, str]], widths: Sequence[int], heads: tuple[str, str], size: float
) -> Iterator[list[tuple[str, str]]]:
    """Return tables with a head each that fit on a slide."""
    above = row_heights([heads], widths, size)[0]
    for page in _filled(rows, lambda row: row_heights([heads, row], widths, size)[1], BOTTOM - 140 - above):
        yield [heads, *page]
