"""A frozen review as a deck: sixteen to nine, every chart and table can be edited, every figure is found again."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from reliability import formatting
from reliability.charts.palette import LIGHT
from reliability.model import CONCERN, Chart, Count, Listing, Promise, Question
from reliability.publish.carried import carried
from reliability.publish.deck_charts import ahead_of, axes_of, chart_name, drawn, series_of
from reliability.publish.fitting import height_of
from reliability.publish.headings import HEADINGS
from reliability.publish.page import definition_of
from reliability.publish.powerpoint import Box, Deck, Slide, row_heights
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen

FIGURE = "figure: "
FIGURES = "figures: "
TITLE = "Title "
LEFT_OUT = "left out"
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 1224, 150, 664
_ALL = _RIGHT - _LEFT
_GAP = 24
_QUESTIONS, _ROWS = 3, 6
_SURE = 12
_LARGEST_TABLE, _SMALLEST_TABLE = 14, 8
_LISTED: dict[str, tuple[int, ...]] = {
    "customers": (270, 150, 80, 120, 190, 140, 218),
    "chronic": (330, 150, 240, 90, 120, 130, 108),
}
_WIDTHS_OF_FOUR = (420, 150, 220, 378)
_One = TypeVar("_One")


def deck(frozen: Frozen, template: Path | None = None) -> bytes:
    """Return the whole file. template: the organisation's own. Raises ReliabilityError for one that is none."""
    return _Maker(frozen, template).made()


class _Maker:
    def __init__(self, frozen: Frozen, template: Path | None) -> None:
        self._frozen, self._review = frozen, frozen.review
        self._said = carried(self._review)
        self._title = f"{self._review.organisation}: {self._review.period.label}".removeprefix(": ")
        self._deck = Deck(self._title, template)
        self._number = 0
        self._stamp = stamp(frozen)
        self._defined_before: dict[str, tuple[str, str] | None] = {}
        self._ahead: timedelta = ahead_of(frozen.as_of, frozen.zone)

    def made(self) -> bytes:
        self._opening()
        self._standing()
        self._quarter()
        self._decisions()
        attention = [one for one in self._review.promises if one.tone == CONCERN]
        order = {bucket.name: place for place, bucket in enumerate(self._review.buckets)}
        for promise in sorted(attention, key=lambda one: -order.get(one.bucket, 0)):
            self._promise(promise)
        self._others([one for one in self._review.promises if one.tone != CONCERN])
        for listing in self._review.listings:
            if listing.rows or listing.id != "waivers":
                self._listing(listing)
        self._left_out()
        self._how_sure()
        self._definitions()
        return self._deck.content()

    def _slide(
        self, title: str, *, figure: str = "", above: str = "", kicker: str = "", notes: Sequence[str] = ()
    ) -> Slide:
        """Begin a slide. figure: the id of its title, which is then the figure's text."""
        self._number += 1
        words = self._said.get(figure, "") if figure else title
        # LibreOffice gives titles names of its own: the notes say which figure one is.
        lines = [f"{TITLE}[{figure}]"] if figure and words else []
        lines += [*notes, "", self._stamp]
        name = FIGURE + figure if figure and words else "title"
        made = self._deck.slide(name, words or title, Box(_LEFT, 58, _ALL, 66), 26, "\n".join(lines).strip())
        over = self._said.get(kicker) or above or self._title
        made.text(
            FIGURE + kicker if kicker else "above",
            over,
            Box(_LEFT, 34, 900, 22),
            13,
            bold=True,
            colour="quiet",
        )
        self._foot(made)
        return made

    def _foot(self, slide: Slide) -> None:
        slide.text("stamp", self._stamp, Box(_LEFT, 686, 1080, 18), 9, colour="quiet")
        slide.text(
            "slide number", str(self._number), Box(_RIGHT - 60, 686, 60, 18), 9, colour="quiet", right=True
        )

    def _figure(
        self, slide: Slide, name: str, box: Box, size: float, *, bold: bool = False, colour: str = ""
    ) -> None:
        if text := self._said.get(name):
            slide.text(FIGURE + name, text, box, size, bold=bold, colour=colour)

    def _noted(self, *named: tuple[str, str]) -> list[str]:
        """Return lines of notes that carry figures: what, text, id."""
        return [f"{what}: {self._said[name]} [{name}]" for what, name in named if self._said.get(name)]

    def _opening(self) -> None:
        self._number += 1
        notes = [*self._noted(("Sentence", "headline"), ("Why", "reason")), "", self._stamp]
        slide = self._deck.slide(
            "title", f"{self._title}\nReliability review", Box(_LEFT, 112, _ALL, 136), 40, "\n".join(notes)
        )
        slide.bar(Box(_LEFT, 262, 120, 5), LIGHT.good)
        self._figure(slide, "headline", Box(_LEFT, 292, 1080, 150), 26)
        self._figure(slide, "reason", Box(_LEFT, 456, 1080, 70), 16, colour="quiet")
        notes_of = [name for name in self._said if name.startswith("note/")]
        for place, name in enumerate(notes_of[:4]):
            self._figure(slide, name, Box(_LEFT, 536 + 34 * place, 1080, 32), 12, colour="quiet")
        self._foot(slide)

    def _standing(self) -> None:
        buckets = self._review.buckets
        if not buckets:
            return
        slide = self._slide(
            _counted(buckets),
            above="How the promises stand",
            notes=[
                "Every promise in force is counted once.",
                *self._noted(*((bucket.name, f"bucket/{bucket.name}") for bucket in buckets)),
            ],
        )
        width = (_ALL - _GAP * (len(buckets) - 1)) / len(buckets)
        for place, bucket in enumerate(buckets):
            x = _LEFT + place * (width + _GAP)
            colour = LIGHT.tone(bucket.tone)
            slide.bar(Box(x, _TOP + 6, width, 4), colour)
            self._figure(
                slide, f"bucket/{bucket.name}", Box(x, _TOP + 18, width, 64), 40, bold=True, colour=colour
            )
            slide.text(
                "bucket", _raised(bucket.name), Box(x, _TOP + 86, width, 44), 16, bold=True, colour=colour
            )
            held = [one for one in self._review.promises if one.bucket == bucket.name]
            each = min(74.0, (_BOTTOM - _TOP - 140) / max(len(held), 1))
            for row, promise in enumerate(held):
                box = Box(x, _TOP + 140 + row * each, width, each - 8)
                self._figure(slide, f"promise/{promise.id}/title", box, 12)

    def _quarter(self) -> None:
        charts = [chart for chart in self._review.charts if drawn(chart)]
        for four in _pages(charts, 4):
            slide = self._slide(
                "The quarter in four courses" if len(four) == 4 else "The courses of the quarter",
                notes=[line for chart in four for line in self._chart_notes(chart)],
            )
            width, height = (_ALL - _GAP) / 2, (_BOTTOM - 136 - _GAP) / 2
            for place, chart in enumerate(four):
                x, y = _LEFT + (place % 2) * (width + _GAP), 136 + (place // 2) * (height + _GAP)
                self._chart(slide, chart, Box(x, y, width, height), titled=True)

    def _chart(self, slide: Slide, chart: Chart, box: Box, *, titled: bool) -> None:
        y = box.y
        if titled:
            self._figure(slide, f"chart/{chart.id}/title", Box(box.x, y, box.width, 22), 14, bold=True)
            y += 24
        self._figure(slide, f"chart/{chart.id}/subtitle", Box(box.x, y, box.width, 20), 11, colour="quiet")
        y += 22
        series = series_of(chart, self._ahead)
        area = Box(box.x, y, box.width, box.y + box.height - y)
        slide.chart(
            chart_name(chart, self._ahead),
            series,
            axes_of(chart, series),
            area,
            chart.takeaway or chart.title,
        )

    def _chart_notes(self, chart: Chart) -> list[str]:
        title = f"chart/{chart.id}/title"
        return [*self._noted(("Chart", title)), *self._defined(chart.query), f"Figures: chart/{chart.id}", ""]

    def _defined(self, query: str) -> list[str]:
        found = self._definition(query) if query else None
        return [f"Definition: {found[0]}. {found[1]}"] if found else []

    def _definition(self, query: str) -> tuple[str, str] | None:
        if query not in self._defined_before:
            self._defined_before[query] = definition_of(query, self._frozen)
        return self._defined_before[query]

    def _decisions(self) -> None:
        questions = self._review.questions
        if not questions:
            slide = self._slide(
                "What must be decided" if self._review.decisions else "Nothing must be decided now"
            )
            for place in range(min(len(self._review.decisions), 6)):
                self._figure(slide, f"decision/{place}", Box(_LEFT, _TOP + 84 * place, _ALL, 76), 15)
            return
        title = formatting.plural(len(questions), "decision") + " to take"
        pages = -(-len(questions) // _QUESTIONS)
        for page in _pages(questions, -(-len(questions) // pages)):
            notes = [
                line for one in page for line in self._noted(("Why it is asked", f"question/{one.id}/why"))
            ]
            slide = self._slide(title, above="What must be decided", notes=notes)
            each = min(240.0, (_BOTTOM - _TOP) / len(page))
            for place, question in enumerate(page):
                self._question(slide, question, _TOP + place * each, each - 16)

    def _question(self, slide: Slide, question: Question, y: float, height: float) -> None:
        start = f"question/{question.id}"
        slide.bar(Box(_LEFT, y, 4, height), LIGHT.tone(question.tone))
        x = _LEFT + 18
        self._figure(slide, f"{start}/title", Box(x, y, 500, 46), 16, bold=True)
        self._figure(slide, f"{start}/why", Box(x, y + 50, 500, height - 74), 14)
        self._figure(slide, f"{start}/by", Box(x, y + height - 20, 500, 20), 11, colour="quiet")
        options = question.options
        width = (_RIGHT - 610 - 16 * (len(options) - 1)) / max(len(options), 1)
        for place, option in enumerate(options):
            left = 610 + place * (width + 16)
            self._figure(slide, f"{start}/{option.id}", Box(left, y, width, 46), 14, bold=True)
            self._figure(
                slide,
                f"{start}/{option.id}/before",
                Box(left, y + 50, width, height - 50),
                13,
                colour="quiet",
            )

    def _promise(self, promise: Promise) -> None:
        start = f"promise/{promise.id}"
        chart = promise.chart if promise.chart and drawn(promise.chart) else None
        finding = f"chart/{chart.id}/title" if chart else f"{start}/sentence"
        slide = self._slide(
            promise.title, figure=finding, kicker=f"{start}/title", notes=self._promise_notes(promise)
        )
        if chart:
            self._chart(slide, chart, Box(_LEFT, 136, 740, _BOTTOM - 136), titled=False)
        x, width = (836.0, 388.0) if chart else (float(_LEFT), float(_ALL))
        colour = LIGHT.tone(promise.tone)
        slide.bar(Box(x, 138, width, 4), colour)
        self._figure(slide, f"{start}/verdict", Box(x, 150, width, 30), 20, bold=True, colour=colour)
        y = 192.0
        for word, name, size, height in (
            ("Now", "figure", 24, 44),
            ("Promised", "goal", 15, 44),
            ("Before", "before", 15, 30),
        ):
            if self._said.get(f"{start}/{name}"):
                slide.text("fact", word, Box(x, y + 4, 86, height - 4), 12, colour="quiet")
                self._figure(
                    slide, f"{start}/{name}", Box(x + 92, y, width - 92, height), size, bold=name == "figure"
                )
                y += height + 8
        for word, name, most in (("What it means", "sentence", 150), ("What is behind it", "cause", 150)):
            text = self._said.get(f"{start}/{name}")
            if not text or (name == "sentence" and not chart):
                continue
            slide.text("fact", word, Box(x, y + 6, width, 20), 12, bold=True, colour="quiet")
            tall = min(most, height_of(text, width, 13) + 6)
            self._figure(slide, f"{start}/{name}", Box(x, y + 30, width, tall), 13)
            y += 30 + tall + 8

    def _promise_notes(self, promise: Promise) -> list[str]:
        start = f"promise/{promise.id}"
        return [
            *self._noted(("Promise", f"{start}/title")),
            *self._defined(f"kpis/{promise.kpi}"),
            *self._noted(
                ("Window", f"{start}/window"),
                ("n", f"{start}/n"),
                ("90 % interval", f"{start}/interval"),
                ("Evidence", f"{start}/evidence"),
            ),
            f"Figures: {start}" + (f", chart/{promise.chart.id}" if promise.chart else ""),
        ]

    def _others(self, promises: Sequence[Promise]) -> None:
        pages = list(_pages(promises, _ROWS))
        for page in pages:
            notes = [line for one in page for line in (*self._promise_notes(one), "")]
            names = [bucket.name for bucket in self._review.buckets]
            held = [name for name in names if any(one.bucket == name for one in page)]
            slide = self._slide(
                f"{_raised(formatting.listed(held))}: nothing to decide here",
                above="The other promises",
                notes=notes,
            )
            each = (_BOTTOM - _TOP) / max(_ROWS, len(page))
            for place, promise in enumerate(page):
                start, y = f"promise/{promise.id}", _TOP + place * each
                slide.bar(Box(_LEFT, y, 4, each - 14), LIGHT.tone(promise.tone))
                colour = LIGHT.tone(promise.tone)
                self._figure(slide, f"{start}/title", Box(_LEFT + 18, y, 390, each - 14), 14, bold=True)
                self._figure(
                    slide, f"{start}/verdict", Box(488, y, 190, each - 14), 14, bold=True, colour=colour
                )
                self._figure(slide, f"{start}/figure", Box(694, y, 130, each - 14), 16, bold=True)
                self._figure(slide, f"{start}/sentence", Box(840, y, _RIGHT - 840, each - 14), 12)

    def _listing(self, listing: Listing) -> None:
        start = f"list/{listing.id}"
        notes = [*self._defined(listing.query), f"Figures: {start}"]
        slide = self._slide(
            listing.title, figure=f"{start}/title", above=HEADINGS.get(listing.id, ""), notes=notes
        )
        self._figure(slide, f"{start}/subtitle", Box(_LEFT, 128, _ALL, 20), 12, colour="quiet")
        y = 160.0
        if listing.rows:
            rows = [listing.heads, *listing.rows]
            widths = _LISTED.get(listing.id, _WIDTHS_OF_FOUR)
            if len(widths) != len(listing.heads):
                widths = (_ALL // len(listing.heads),) * len(listing.heads)
            room = _BOTTOM - 96 - y
            size = _table_size(rows, widths, room)
            slide.table(FIGURES + start, rows, Box(_LEFT, y, _ALL, room), widths, size)
            y += sum(row_heights(rows, widths, size)) + 10
        self._figure(slide, f"{start}/rest", Box(_LEFT, y, 200, 20), 12, colour="quiet")
        y = min(y + (24 if listing.rest else 0), _BOTTOM - 60.0)
        below = [f"{start}/note/{place}" for place in range(min(len(listing.notes), 2))]
        if listing.id == "gates" and not any(
            one.rows for one in self._review.listings if one.id == "waivers"
        ):
            below.append("list/waivers/title")
        for place, name in enumerate(below):
            self._figure(slide, name, Box(_LEFT, y + 20 * place, _ALL, 18), 12, colour="quiet")

    def _left_out(self) -> None:
        found = [(name, formatting.count(number)) for name, number in self._review.left_out]
        widths = (760, 200)
        for page in _tables(found, widths, ("What was left out, and why", "Records"), 12):
            slide = self._slide(
                "What the figures leave out",
                above="What was left out",
                notes=[f"Figures: {LEFT_OUT}/ and the reason"],
            )
            slide.table(FIGURES + LEFT_OUT, page, Box(_LEFT, 140, _ALL, 500), widths, 12)

    def _how_sure(self) -> None:
        names = [name for name in self._said if name.startswith("how sure/")]

        def height(name: str) -> float:
            return height_of(self._said[name], _ALL, _SURE) + 2

        for page in _filled(names, lambda name: height(name) + 8, _BOTTOM - 140):
            slide = self._slide(
                "How sure are these verdicts?", notes=["Figures: how sure/ and the place, from 0"]
            )
            y = 140.0
            for name in page:
                self._figure(slide, name, Box(_LEFT, y, _ALL, height(name)), _SURE)
                y += height(name) + 8

    def _definitions(self) -> None:
        queries = [f"kpis/{one.kpi}" for one in self._review.promises]
        queries += [card.query for card in self._review.cards] + [
            chart.query for chart in self._review.charts
        ]
        found = [self._definition(query) for query in dict.fromkeys(queries) if query]
        rows = [(title, said) for title, said in filter(None, found) if said]
        for page in _tables(rows, (300, 868), ("Figure", "Definition"), 11):
            slide = self._slide("Appendix: what each figure counts")
            slide.table("definitions", page, Box(_LEFT, 140, _ALL, 500), (300, 868), 11)


def _raised(words: str) -> str:
    return words[:1].upper() + words[1:]


def _counted(buckets: Sequence[Count]) -> str:
    return f"How {formatting.plural(sum(bucket.number for bucket in buckets), 'promise')} stand"


def _pages(found: Sequence[_One], most: int) -> Iterator[Sequence[_One]]:
    for start in range(0, len(found), most):
        yield found[start : start + most]


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
    for page in _filled(rows, lambda row: row_heights([heads, row], widths, size)[1], _BOTTOM - 140 - above):
        yield [heads, *page]


def _table_size(rows: Sequence[Sequence[str]], widths: Sequence[int], room: float) -> float:
    size = float(_LARGEST_TABLE)
    while size > _SMALLEST_TABLE and sum(row_heights(rows, widths, size)) > room:
        size -= 0.5
    return size
