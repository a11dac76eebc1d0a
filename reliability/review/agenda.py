"""The meeting's agenda: minutes for what there is, at least half of them for what comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from reliability import formatting
from reliability.decisions import Decision
from reliability.model import Question
from reliability.settings import Settings

_QUARTER, _EACH_OPEN, _MOST_OPEN, _EACH_QUESTION, _AHEAD = 3, 2, 12, 5, 5
AHEAD_DAYS = 92
"""What comes within a quarter is on the agenda."""


@dataclass(frozen=True)
class Item:
    """One part of the meeting. starts: minutes after its beginning. forward: about what comes, not what was."""

    title: str
    about: str
    minutes: int
    forward: bool
    starts: int = 0


def agenda(
    asked: Sequence[Question], found: Sequence[Decision], settings: Settings, today: date, headline: str
) -> tuple[Item, ...]:
    """Return the parts of the meeting in their order. asked: what is not decided yet. found: every decision.

    Where looking back takes longer than looking ahead, the last part is given the difference.
    """
    parts = list(_parts(asked, found, settings, today, headline))
    back = sum(item.minutes for item in parts if not item.forward)
    short = back - sum(item.minutes for item in parts if item.forward)
    if short > 0:
        parts[-1] = replace(parts[-1], minutes=parts[-1].minutes + short)
    placed, clock = [], 0
    for item in parts:
        placed.append(replace(item, starts=clock))
        clock += item.minutes
    return tuple(placed)


def _parts(
    asked: Sequence[Question], found: Sequence[Decision], settings: Settings, today: date, headline: str
) -> Iterator[Item]:
    yield Item("The quarter", headline, _QUARTER, False)
    standing = [d for d in found if d.is_open]
    if standing:
        late = sum(d.is_late(today) for d in standing)
        about = f"{formatting.plural(len(standing), 'decision')}, {formatting.count(late)} past the day due"
        minutes = min(_MOST_OPEN, _EACH_OPEN * len(standing))
        yield Item("Open from last time: did it work?", about, minutes, False)
    for question in asked:
        yield Item(
            question.title, f"decided by {question.owner}" if question.owner else "", _EACH_QUESTION, True
        )
    yield Item(
        "What comes next", "; ".join(ahead(found, settings, today)) or "nothing is dated", _AHEAD, True
    )


def ahead(found: Sequence[Decision], settings: Settings, today: date) -> list[str]:
    """Return what falls into the next quarter in the order of its days: deadlines, freezes, decisions due."""
    until = today + timedelta(days=AHEAD_DAYS)
    dated = [(c.end - timedelta(days=1), f"last day of “{c.title}”") for c in settings.commitments]
    dated += [(span.start, span.note or "freeze") for span in settings.freezes]
    due = [d.due for d in found if d.is_open and today <= d.due <= until]
    if due:
        dated.append((min(due), f"{formatting.plural(len(due), 'open decision')} due, the first"))
    return [f"{formatting.day(day)}: {what}" for day, what in sorted(dated) if today <= day <= until]
