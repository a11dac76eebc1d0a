"""What lowers a "met" on a median, a share or a mean: most of its baseline lies in declared incident windows.

What follows such a time is better anyway. Counts have more tests of their own, in lowering.
"""

from collections.abc import Callable
from datetime import datetime

from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import YEAR, Frame
from reliability.commitments.lowering import Doubt
from reliability.commitments.verdict import Cause, Judgement, Verdict
from reliability.settings.periods import Window, midnight

Again = Callable[[list[Window]], tuple[Judgement, str]]
"""Judges a figure against what was recorded in some stretches: the word, and their figure in words."""


def return_to_normal(frame: Frame, evidence: Evidence, judgement: Judgement, again: Again) -> Doubt | None:
    """Judge a "met" again without the declared windows; where nothing is left, against the year before without them."""
    kept = outside_declared(frame) if judgement.verdict is Verdict.MET else None
    if kept is None:
        return None
    kept = kept or _year_before(frame, evidence)
    what = "without the declared incident windows"
    if not kept:
        return Doubt(Cause.RETURN, f"nothing is left to compare with {what}")
    found, was = again(kept)
    return None if found.verdict is Verdict.MET else Doubt(Cause.RETURN, f"{what} it was {was}")


def outside_declared(frame: Frame) -> list[Window] | None:
    """The stretches of a baseline outside declared windows; None where these take no more than half of it."""
    if frame.baseline is None:
        return None
    kept = _outside(frame.baseline, frame)
    left = sum((piece.end - piece.start for piece in kept), start=frame.baseline.end - frame.baseline.end)
    return kept if left * 2 < frame.baseline.end - frame.baseline.start else None


def _year_before(frame: Frame, evidence: Evidence) -> list[Window]:
    year = Window(frame.window.start - YEAR, frame.window.start)
    known = [evidence.coverage.get(table) for table in frame.figure.covered_by]
    return _outside(year, frame) if all(table and table.holds(year) for table in known) else []


def _outside(window: Window, frame: Frame) -> list[Window]:
    zone, at = frame.settings.organisation.zone, window.start
    found = list[tuple[datetime, datetime]]()
    for span in sorted(frame.settings.incident_windows, key=lambda one: one.start):
        found.append((at, min(midnight(span.start, zone), window.end)))
        at = max(at, midnight(span.end, zone) if span.end else window.end)
    return [Window(start, end) for start, end in (*found, (at, window.end)) if start < end]
