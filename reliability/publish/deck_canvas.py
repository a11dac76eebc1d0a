"""What the slides of a deck share: their frame, the places of figures, charts, and the lines of their notes."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from reliability.model import Chart
from reliability.publish.carried import carried
from reliability.publish.deck_charts import ahead_of, axes_of, chart_name, series_of
from reliability.publish.defined import definition_of
from reliability.publish.plain_definitions import in_words, values_of
from reliability.publish.powerpoint import Box, Deck, Slide
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen

FIGURE = "figure: "
FIGURES = "figures: "
TITLE = "Title "
LEFT_OUT = "left out"
LEFT, RIGHT, TOP, BOTTOM = 56, 1224, 150, 664
"""The room of a slide's content, in pixels of the grid."""
ALL = RIGHT - LEFT
GAP = 24
_One = TypeVar("_One")


class Canvas:
    """The slides of one deck while they are made. said: the texts of all figures, by their ids."""

    def __init__(self, frozen: Frozen, template: Path | None) -> None:
        self.frozen, self.review = frozen, frozen.review
        self.said = carried(self.review)
        self.title = f"{self.review.organisation}: {self.review.period.label}".removeprefix(": ")
        self._deck = Deck(self.title, template)
        self._number = 0
        self.stamp = stamp(frozen)
        self._defined_before: dict[str, tuple[str, str] | None] = {}
        self._values = values_of(frozen)
        self._ahead: timedelta = ahead_of(frozen.as_of, frozen.zone)

    def slide(
        self, title: str, *, figure: str = "", above: str = "", kicker: str = "", notes: Sequence[str] = ()
    ) -> Slide:
        """Begin a slide. figure: the id of its title, which is then the figure's text."""
        self._number += 1
        words = self.said.get(figure, "") if figure else title
        # LibreOffice gives titles names of its own: the notes say which figure one is.
        lines = [f"{TITLE}[{figure}]"] if figure and words else []
        lines += [*notes, "", self.stamp]
        name = FIGURE + figure if figure and words else "title"
        made = self._deck.slide(name, words or title, Box(LEFT, 58, ALL, 66), 26, "\n".join(lines).strip())
        over = self.said.get(kicker) or above or self.title
        made.text(
            FIGURE + kicker if kicker else "above",
            over,
            Box(LEFT, 34, 900, 22),
            13,
            bold=True,
            colour="quiet",
        )
        self.foot(made)
        return made

    def opening(self, title: str, box: Box, size: float, notes: Sequence[str]) -> Slide:
        """Begin the first slide, which has a title alone."""
        self._number += 1
        return self._deck.slide("title", title, box, size, "\n".join([*notes, "", self.stamp]))

    def foot(self, slide: Slide) -> None:
        """Write what the deck was made from, and the number of the slide."""
        slide.text("stamp", self.stamp, Box(LEFT, 686, 1080, 18), 9, colour="quiet")
        slide.text(
            "slide number", str(self._number), Box(RIGHT - 60, 686, 60, 18), 9, colour="quiet", right=True
        )

    def figure(
        self, slide: Slide, name: str, box: Box, size: float, *, bold: bool = False, colour: str = ""
    ) -> None:
        """Write a figure where the review has it."""
        if text := self.said.get(name):
            slide.text(FIGURE + name, text, box, size, bold=bold, colour=colour)

    def noted(self, *named: tuple[str, str]) -> list[str]:
        """Return lines of notes that carry figures: what, text, id."""
        return [f"{what}: {self.said[name]} [{name}]" for what, name in named if self.said.get(name)]

    def chart(self, slide: Slide, chart: Chart, box: Box, *, titled: bool) -> None:
        """Draw a chart below its subtitle, and its title where it is wanted."""
        y = box.y
        if titled:
            self.figure(slide, f"chart/{chart.id}/title", Box(box.x, y, box.width, 22), 14, bold=True)
            y += 24
        self.figure(slide, f"chart/{chart.id}/subtitle", Box(box.x, y, box.width, 20), 11, colour="quiet")
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

    def chart_notes(self, chart: Chart) -> list[str]:
        """Return the notes of a chart: its title, its definition, where its figures begin."""
        title = f"chart/{chart.id}/title"
        return [*self.noted(("Chart", title)), *self.defined(chart.query), f"Figures: chart/{chart.id}", ""]

    def defined(self, query: str) -> list[str]:
        """Return the definition of a query as a line of notes; none where it has none."""
        found = self.definition(query) if query else None
        return [f"Definition: {found[0]}. {found[1]}"] if found else []

    def definition(self, query: str) -> tuple[str, str] | None:
        """Return title and definition of a query as it was when the review was frozen, in words without SQL."""
        if query not in self._defined_before:
            found = definition_of(query, self.frozen)
            self._defined_before[query] = (found[0], in_words(found[1], self._values)) if found else None
        return self._defined_before[query]

    def content(self) -> bytes:
        """Return the whole file."""
        return self._deck.content()


def raised(words: str) -> str:
    """Raise the first letter."""
    return words[:1].upper() + words[1:]


def pages(found: Sequence[_One], most: int) -> Iterator[Sequence[_One]]:
    """Return what stands on each of several slides. most: on one."""
    for start in range(0, len(found), most):
        yield found[start : start + most]
