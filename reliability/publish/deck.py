"""A frozen review as a deck: sixteen to nine, every chart and table can be edited, every figure is found again."""

from collections.abc import Sequence
from pathlib import Path

from reliability.charts.palette import LIGHT
from reliability.model import Listing, Question
from reliability.publish.carried import QUESTIONS
from reliability.publish.deck_appendix import appendix
from reliability.publish.deck_canvas import ALL, BOTTOM, FIGURES, GAP, LEFT, RIGHT, TOP, Canvas, pages
from reliability.publish.deck_charts import drawn
from reliability.publish.deck_promises import promises, standing
from reliability.publish.headings import HEADINGS
from reliability.publish.powerpoint import Box, Slide, row_heights
from reliability.review.frozen import Frozen

_QUESTIONS = 3
_LARGEST_TABLE, _SMALLEST_TABLE = 14, 8
_LISTED: dict[str, tuple[int, ...]] = {
    "customers": (270, 150, 80, 120, 190, 140, 218),
    "chronic": (330, 150, 240, 90, 120, 130, 108),
}
_WIDTHS_OF_FOUR = (420, 150, 220, 378)


def deck(frozen: Frozen, template: Path | None = None) -> bytes:
    """Return the whole file. template: the organisation's own. Raises ReliabilityError for one that is none."""
    canvas = Canvas(frozen, template)
    _opening(canvas)
    standing(canvas)
    _quarter(canvas)
    _decisions(canvas)
    promises(canvas)
    for listing in canvas.review.listings:
        if listing.rows or listing.id != "waivers":
            _listing(canvas, listing)
    appendix(canvas)
    return canvas.content()


def _opening(canvas: Canvas) -> None:
    slide = canvas.opening(
        f"{canvas.title}\nReliability review",
        Box(LEFT, 112, ALL, 136),
        40,
        canvas.noted(("Sentence", "headline"), ("Why", "reason")),
    )
    slide.bar(Box(LEFT, 262, 120, 5), LIGHT.good)
    canvas.figure(slide, "headline", Box(LEFT, 292, 1080, 150), 26)
    canvas.figure(slide, "reason", Box(LEFT, 456, 1080, 70), 16, colour="quiet")
    notes_of = [name for name in canvas.said if name.startswith("note/")]
    for place, name in enumerate(notes_of[:4]):
        canvas.figure(slide, name, Box(LEFT, 536 + 34 * place, 1080, 32), 12, colour="quiet")
    canvas.foot(slide)


def _quarter(canvas: Canvas) -> None:
    charts = [chart for chart in canvas.review.charts if drawn(chart)]
    for four in pages(charts, 4):
        slide = canvas.slide(
            "The courses of the quarter",
            notes=[line for chart in four for line in canvas.chart_notes(chart)],
        )
        width, height = (ALL - GAP) / 2, (BOTTOM - 136 - GAP) / 2
        for place, chart in enumerate(four):
            x, y = LEFT + (place % 2) * (width + GAP), 136 + (place // 2) * (height + GAP)
            canvas.chart(slide, chart, Box(x, y, width, height), titled=True)


def _decisions(canvas: Canvas) -> None:
    questions = canvas.review.questions
    if not questions:
        slide = canvas.slide(
            "What must be decided" if canvas.review.decisions else "Nothing must be decided now",
            notes=["A promise whose verdict is a concern asks for a decision."],
        )
        for place in range(min(len(canvas.review.decisions), 6)):
            canvas.figure(slide, f"decision/{place}", Box(LEFT, TOP + 84 * place, ALL, 76), 15)
        return
    slides = -(-len(questions) // _QUESTIONS)
    for page in pages(questions, -(-len(questions) // slides)):
        notes = [line for one in page for line in canvas.noted(("Why it is asked", f"question/{one.id}/why"))]
        slide = canvas.slide("", figure=QUESTIONS, above="What must be decided", notes=notes)
        each = min(240.0, (BOTTOM - TOP) / len(page))
        for place, question in enumerate(page):
            _question(canvas, slide, question, TOP + place * each, each - 16)


def _question(canvas: Canvas, slide: Slide, question: Question, y: float, height: float) -> None:
    start = f"question/{question.id}"
    slide.bar(Box(LEFT, y, 4, height), LIGHT.tone(question.tone))
    x = LEFT + 18
    canvas.figure(slide, f"{start}/title", Box(x, y, 500, 46), 16, bold=True)
    canvas.figure(slide, f"{start}/why", Box(x, y + 50, 500, height - 74), 14)
    canvas.figure(slide, f"{start}/by", Box(x, y + height - 20, 500, 20), 11, colour="quiet")
    options = question.options
    width = (RIGHT - 610 - 16 * (len(options) - 1)) / max(len(options), 1)
    for place, option in enumerate(options):
        left = 610 + place * (width + 16)
        canvas.figure(slide, f"{start}/{option.id}", Box(left, y, width, 46), 14, bold=True)
        canvas.figure(
            slide,
            f"{start}/{option.id}/before",
            Box(left, y + 50, width, height - 50),
            13,
            colour="quiet",
        )


def _listing(canvas: Canvas, listing: Listing) -> None:
    start = f"list/{listing.id}"
    notes = [*canvas.defined(listing.query), f"Figures: {start}"]
    slide = canvas.slide(
        listing.title, figure=f"{start}/title", above=HEADINGS.get(listing.id, ""), notes=notes
    )
    canvas.figure(slide, f"{start}/subtitle", Box(LEFT, 128, ALL, 20), 12, colour="quiet")
    y = 160.0
    if listing.rows:
        rows = [listing.heads, *listing.rows]
        widths = _LISTED.get(listing.id, _WIDTHS_OF_FOUR)
        if len(widths) != len(listing.heads):
            widths = (ALL // len(listing.heads),) * len(listing.heads)
        room = BOTTOM - 96 - y
        size = _table_size(rows, widths, room)
        slide.table(FIGURES + start, rows, Box(LEFT, y, ALL, room), widths, size)
        y += sum(row_heights(rows, widths, size)) + 10
    canvas.figure(slide, f"{start}/rest", Box(LEFT, y, 200, 20), 12, colour="quiet")
    y = min(y + (24 if listing.rest else 0), BOTTOM - 60.0)
    below = [f"{start}/note/{place}" for place in range(min(len(listing.notes), 2))]
    if listing.id == "gates" and not any(one.rows for one in canvas.review.listings if one.id == "waivers"):
        below.append("list/waivers/title")
    for place, name in enumerate(below):
        canvas.figure(slide, name, Box(LEFT, y + 20 * place, ALL, 18), 12, colour="quiet")


def _table_size(rows: Sequence[Sequence[str]], widths: Sequence[int], room: float) -> float:
    size = float(_LARGEST_TABLE)
    while size > _SMALLEST_TABLE and sum(row_heights(rows, widths, size)) > room:
        size -= 0.5
    return size
