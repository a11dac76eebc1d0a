"""The slides of promises: how they stand, one for each that needs attention, and the others together."""

from collections.abc import Sequence

from reliability.charts.palette import LIGHT
from reliability.model import CONCERN, Promise
from reliability.publish.carried import PROMISES
from reliability.publish.deck_canvas import ALL, BOTTOM, GAP, LEFT, RIGHT, TOP, Canvas, pages, raised
from reliability.publish.deck_charts import drawn
from reliability.publish.fitting import height_of
from reliability.publish.powerpoint import Box

_ROWS = 6


def standing(canvas: Canvas) -> None:
    """Add the slide of how many promises stand how."""
    buckets = canvas.review.buckets
    if not buckets:
        return
    slide = canvas.slide(
        "How the promises stand",
        figure=PROMISES,
        above="How the promises stand",
        notes=[
            "Every promise in force is counted once.",
            *canvas.noted(*((bucket.name, f"bucket/{bucket.name}") for bucket in buckets)),
        ],
    )
    width = (ALL - GAP * (len(buckets) - 1)) / len(buckets)
    for place, bucket in enumerate(buckets):
        x = LEFT + place * (width + GAP)
        colour = LIGHT.tone(bucket.tone)
        slide.bar(Box(x, TOP + 6, width, 4), colour)
        canvas.figure(
            slide, f"bucket/{bucket.name}", Box(x, TOP + 18, width, 64), 40, bold=True, colour=colour
        )
        slide.text("bucket", raised(bucket.name), Box(x, TOP + 86, width, 44), 16, bold=True, colour=colour)
        held = [one for one in canvas.review.promises if one.bucket == bucket.name]
        each = min(74.0, (BOTTOM - TOP - 140) / max(len(held), 1))
        for row, promise in enumerate(held):
            box = Box(x, TOP + 140 + row * each, width, each - 8)
            canvas.figure(slide, f"promise/{promise.id}/title", box, 12)


def promises(canvas: Canvas) -> None:
    """Add a slide for each promise that needs attention, the worst first, then the others."""
    review = canvas.review
    attention = [one for one in review.promises if one.tone == CONCERN]
    order = {bucket.name: place for place, bucket in enumerate(review.buckets)}
    for promise in sorted(attention, key=lambda one: -order.get(one.bucket, 0)):
        _promise(canvas, promise)
    _others(canvas, [one for one in review.promises if one.tone != CONCERN])


def _promise(canvas: Canvas, promise: Promise) -> None:
    start = f"promise/{promise.id}"
    chart = promise.chart if promise.chart and drawn(promise.chart) else None
    finding = f"chart/{chart.id}/title" if chart else f"{start}/sentence"
    slide = canvas.slide(
        promise.title, figure=finding, kicker=f"{start}/title", notes=_promise_notes(canvas, promise)
    )
    if chart:
        canvas.chart(slide, chart, Box(LEFT, 136, 740, BOTTOM - 136), titled=False)
    x, width = (836.0, 388.0) if chart else (float(LEFT), float(ALL))
    colour = LIGHT.tone(promise.tone)
    slide.bar(Box(x, 138, width, 4), colour)
    canvas.figure(slide, f"{start}/verdict", Box(x, 150, width, 30), 20, bold=True, colour=colour)
    y = 192.0
    for word, name, size, height in (
        ("Now", "figure", 24, 44),
        ("Promised", "goal", 15, 44),
        ("Before", "before", 15, 30),
    ):
        if canvas.said.get(f"{start}/{name}"):
            slide.text("fact", word, Box(x, y + 4, 86, height - 4), 12, colour="quiet")
            canvas.figure(
                slide, f"{start}/{name}", Box(x + 92, y, width - 92, height), size, bold=name == "figure"
            )
            y += height + 8
    for word, name, most in (("What it means", "sentence", 150), ("What is behind it", "cause", 150)):
        text = canvas.said.get(f"{start}/{name}")
        if not text or (name == "sentence" and not chart):
            continue
        slide.text("fact", word, Box(x, y + 6, width, 20), 12, bold=True, colour="quiet")
        tall = min(most, height_of(text, width, 13) + 6)
        canvas.figure(slide, f"{start}/{name}", Box(x, y + 30, width, tall), 13)
        y += 30 + tall + 8


def _promise_notes(canvas: Canvas, promise: Promise) -> list[str]:
    start = f"promise/{promise.id}"
    return [
        *canvas.noted(("Promise", f"{start}/title")),
        *canvas.defined(f"kpis/{promise.kpi}"),
        *canvas.noted(
            ("Window", f"{start}/window"),
            ("n", f"{start}/n"),
            ("90 % interval", f"{start}/interval"),
            ("Evidence", f"{start}/evidence"),
        ),
        f"Figures: {start}" + (f", chart/{promise.chart.id}" if promise.chart else ""),
    ]


def _others(canvas: Canvas, promises: Sequence[Promise]) -> None:
    for page in pages(promises, _ROWS):
        notes = [line for one in page for line in (*_promise_notes(canvas, one), "")]
        names = [bucket.name for bucket in canvas.review.buckets]
        held = [name for name in names if any(one.bucket == name for one in page)]
        slide = canvas.slide(
            f"{raised('; '.join(held))}: nothing to decide here",
            above="The other promises",
            notes=notes,
        )
        each = (BOTTOM - TOP) / max(_ROWS, len(page))
        for place, promise in enumerate(page):
            start, y = f"promise/{promise.id}", TOP + place * each
            slide.bar(Box(LEFT, y, 4, each - 14), LIGHT.tone(promise.tone))
            colour = LIGHT.tone(promise.tone)
            canvas.figure(slide, f"{start}/title", Box(LEFT + 18, y, 390, each - 14), 14, bold=True)
            canvas.figure(
                slide, f"{start}/verdict", Box(488, y, 190, each - 14), 14, bold=True, colour=colour
            )
            canvas.figure(slide, f"{start}/figure", Box(694, y, 130, each - 14), 16, bold=True)
            canvas.figure(slide, f"{start}/sentence", Box(840, y, RIGHT - 840, each - 14), 12)
