"""Decisions as files for other programs: CSV for spreadsheets, iCalendar for everybody's calendar."""

import csv
import io
from collections.abc import Iterable
from datetime import timedelta

from icalendar import Calendar, Event

from reliability.decisions.record import DROPPED, Decision
from reliability.spreadsheets import inert

COLUMNS = {
    "id": "Decision",
    "decided_on": "Decided",
    "quarter": "Quarter",
    "question": "Question",
    "chosen": "What",
    "owner": "Owner",
    "due": "Due",
    "state": "State",
    "about": "About",
    "note": "Note",
}
"""What a file says of a decision -> the name of its column there."""
_PRODUCT = "-//reliability review//decisions//EN"


def to_csv(found: Iterable[Decision]) -> str:
    """Return decisions as CSV with a header row, days as 2025-11-24.

    Text that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS.values())
    for one in found:
        writer.writerow([inert(str(getattr(one, name))) for name in COLUMNS])
    return out.getvalue()


def to_ics(found: Iterable[Decision], organisation: str = "") -> str:
    """Return decisions as an iCalendar file (RFC 5545): an entry of one whole day each, on the day it is due.

    Events, not to-dos, which most calendars do not show; they take nobody's time. The UID stays a decision's own, so
    that importing again moves what was carried over; SEQUENCE grows with every step, and what was dropped is cancelled.
    """
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if organisation:
        calendar.add("x-wr-calname", f"{organisation}: decisions")
    for one in found:
        event = Event()
        event.add("uid", f"{one.id}@reliability-review")
        event.add("dtstamp", one.at)
        event.add("dtstart", one.due)
        event.add("dtend", one.due + timedelta(days=1))
        event.add("summary", f"{one.chosen} ({one.owner})")
        said = [one.question, f"Decided on {one.decided_on}: {one.chosen}.", f"State: {one.state}.", one.note]
        event.add("description", "\n".join(filter(None, said)))
        event.add("status", "CANCELLED" if one.state == DROPPED else "CONFIRMED")
        event.add("sequence", len(one.steps))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return str(calendar.to_ical().decode())
