"""A look at chosen files before anything changes: what each is, which can be added, and what that would change."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.ui import text

if TYPE_CHECKING:
    from reliability.imports import Arrival, Preview


@dataclass(frozen=True)
class Looked:
    """What a look at chosen files found.

    names: of each what it would be called among the exports, "" for one that cannot be kept at all. refused: why not,
    each with its name. found: what the others are and would change; None without any.
    """

    names: tuple[str, ...]
    refused: tuple[ReliabilityError, ...]
    found: "Preview | None"

    @property
    def addable(self) -> list[int]:
        """Which of the chosen files can be read, now or once they are mapped: their places."""
        return [at for at, name in enumerate(self.names) if name in self._readable]

    @property
    def not_added(self) -> list[str]:
        """The others, each with why: "picture.csv (it is not text)"."""
        said = [f"{error.where} ({error.what})" for error in self.refused]
        for name in filter(None, self.names):
            if name not in self._readable:
                why = next((a.report.problem for a in self._arrivals(name)), "")
                said.append(f"{name} ({why.split('. ')[0].rstrip('.') or 'it cannot be read'})")
        return said

    @property
    def _readable(self) -> set[str]:
        return {_file(a) for a in (self.found.arrivals if self.found else ()) if a.is_readable}

    def _arrivals(self, name: str) -> "list[Arrival]":
        return [a for a in (self.found.arrivals if self.found else ()) if _file(a) == name]


def _file(arrival: "Arrival") -> str:
    return arrival.report.file.split("!")[0]


def show(looked: Looked) -> None:
    """Say of every chosen file what it is, and of figures and promises what they would say."""
    lines = [
        _line(error.where, f"is not added: {error.what}. {error.remedy}", concern=True)
        for error in looked.refused
    ]
    found = looked.found
    arrivals = found.arrivals if found else ()
    for one in arrivals:
        said, concern = _words(one)
        lines.append(_line(one.report.file, said, concern))
    counting = any(one.is_read for one in arrivals)
    head = "Nothing would change"
    if found and counting:
        head = _changes(found, lines)
    st.html(f'<div class="rl rl-small"><p class="rl-finding">{text.html(head)}</p>{"".join(lines)}</div>')


def _line(file: str, said: str, concern: bool) -> str:
    mark = '<span class="tone-concern">▲</span>' if concern else "✓"
    return f"<p>{mark} <strong>{text.html(file)}</strong> {text.html(said)}</p>"


def _words(one: "Arrival") -> tuple[str, bool]:
    """What a file is and brings, and whether somebody has to do something about it."""
    report = one.report
    why = (report.problem or "none of its rows counts").rstrip(".")
    if not one.is_readable:
        return f"is not added: {why}.", True
    if not report.recognised:
        return f"cannot be read yet: {why}. You can add it anyway, and map it then.", True
    if not one.is_read:
        return f"would add nothing: {why}.", True
    parts = [
        f"{fmt.count(number)} {word}"
        for number, word in (
            (one.new, "new"),
            (one.updated, "updated"),
            (one.unchanged, "known already"),
            (report.superseded, "superseded (the same as what is there, or older)"),
            (report.excluded, "excluded"),
            (report.set_aside, "set aside"),
        )
        if number
    ]
    said = f"{report.format_title}: {', '.join(parts)}"
    return f"{said}. {report.problem}" if report.problem else said, bool(report.set_aside or report.problem)


def _changes(found: "Preview", lines: list[str]) -> str:
    """Add a line per figure and promise that would change; return how many there are."""
    if found.is_first:
        return "There is no review yet: this would be the first"
    if found.problem:
        lines.append(f"<p>The figures cannot be compared: {text.html(found.problem)}.</p>")
        return "What would change is not known"
    words = [c for c in found.changes if c.is_word]
    for change in [*words, *(c for c in found.changes if not c.is_word)]:
        quarter = change.quarter.replace("-", " ")
        lines.append(
            f"<p>{text.html(quarter)} · {text.html(change.title)}: {text.html(change.before)} → "
            f"<strong>{text.html(change.after)}</strong></p>"
        )
    if not found.changes:
        lines.append(
            "<p>No figure of the newest quarters, and of those that most rows fall in, would change.</p>"
        )
    figures = len({(c.quarter, c.title) for c in found.changes if not c.is_word})
    head = f"{fmt.plural(figures, 'figure')} would change"
    # A promise may change its word in the view of several quarters.
    promises = len({c.title for c in words})
    return f"{head}, {fmt.plural(promises, 'promise')} would get another word" if words else head
