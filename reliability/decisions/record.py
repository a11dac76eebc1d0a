"""The record of decisions: written once, followed up by further entries, never changed and never removed.

They live in the journal (kind "decision"). The first entry of a subject is the decision, each later one says what
became of it: open, done, carried over to another day, dropped.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from reliability.errors import ReliabilityError, nearest
from reliability.journal import Entry, Journal, standing
from reliability.settings import Settings
from reliability.settings.periods import local_date, midnight, quarter_of

KIND = "decision"
RECORDING = "recording a decision"
OPEN, DONE, CARRIED_OVER, DROPPED = STATES = ("open", "done", "carried over", "dropped")

_LONGEST = 1000
_FARTHEST = timedelta(days=3 * 366)
_WHERE = "decision"
_TEXTS = ("question", "chosen", "owner", "about", "option", "quarter", "note")


@dataclass(frozen=True)
class Step:
    """One thing that was said of a decision after it was taken. on: the day of the data then. by: who wrote it."""

    state: str
    on: date
    due: date
    note: str
    by: str


@dataclass(frozen=True)
class Decision:
    """One decision as it stands.

    about: the promise's id, "" for none. option: which of the options on offer, "" for another one. quarter: of the
    review it was taken on. decided_on: the day it counts from. due: the last day, as carried over. by: who wrote it
    down. at: when, by the machine's clock (UTC). named: the records that the question was about, by id: incidents,
    changes. steps: what was said afterwards, oldest first.
    """

    id: str
    question: str
    chosen: str
    owner: str
    due: date
    decided_on: date
    state: str
    by: str
    at: datetime
    about: str = ""
    option: str = ""
    quarter: str = ""
    note: str = ""
    named: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done: carried over is open, on another day."""
        return self.state in (OPEN, CARRIED_OVER)

    def is_late(self, today: date) -> bool:
        """Whether it is open although its last day has passed."""
        return self.is_open and self.due < today

    def concerns(self, record_id: str) -> bool:
        """Whether it is about one incident or change: its question was, or its words name the record."""
        if record_id in self.named:
            return True
        whole = re.compile(rf"(?<![\w-]){re.escape(record_id)}(?![\w-])", re.IGNORECASE)
        said = (self.question, self.chosen, self.note, *(step.note for step in self.steps))
        return any(whole.search(text) for text in said)


def decide(
    journal: Journal,
    settings: Settings,
    as_of: datetime,
    *,
    question: str,
    chosen: str,
    owner: str,
    due: date,
    who: str,
    decided_on: date | None = None,
    about: str = "",
    option: str = "",
    quarter: str = "",
    note: str = "",
    named: Iterable[str] = (),
) -> Decision:
    """Write a decision down and return it. decided_on: default is the last day of the data.

    quarter: of the review; default is the quarter of that day. named: ids of the records that the question names.

    Raises ReliabilityError when a part is missing, the promise does not exist, it counts from a day that the data have
    not reached, or is due before that; JournalError when it could not be written.
    """
    today = local_date(as_of, settings.organisation.zone)
    counts_from = decided_on or today
    said = {"question": question, "choice": chosen, "owner": owner, "name": who}
    for part, value in said.items():
        if not value.strip():
            raise ReliabilityError(
                f"the {part} is missing", _WHERE, "State it: others will read the decision."
            )
    _check_length({**said, "note": note})
    known = [c.id for c in settings.commitments]
    if about and about not in known:
        raise ReliabilityError(f"there is no promise '{about}'", _WHERE, nearest(about, known))
    if counts_from > today:
        remedy = "Name the day of the meeting."
        raise ReliabilityError(f"{counts_from} is after {today}, the day of the data", _WHERE, remedy)
    if counts_from < today - _FARTHEST:
        raise ReliabilityError(
            f"{counts_from} is too long ago", _WHERE, "Name a day of the last three years."
        )
    _check_due(due, counts_from)
    body = {
        "question": _line(question),
        "chosen": _line(chosen),
        "owner": _line(owner),
        "due": due.isoformat(),
        "decided_on": counts_from.isoformat(),
        "about": about,
        "option": option,
        "quarter": quarter
        or quarter_of(midnight(counts_from, settings.organisation.zone), settings, as_of).id,
        "note": _line(note),
        "named": list(named),
    }
    entry = journal.append(KIND, f"D-{secrets.token_hex(4)}", body, who.strip())
    made = _first(entry)
    assert made is not None
    return made


def follow(
    journal: Journal,
    settings: Settings,
    as_of: datetime,
    decision_id: str,
    *,
    state: str,
    who: str,
    due: date | None = None,
    note: str = "",
) -> Decision:
    """Say what became of a decision, by one more entry, and return it as it stands now.

    due: the new day of one that is carried over, which it needs. Raises ReliabilityError for a decision or a state that
    does not exist, for carrying over to no later day, and for dropping without a word why.
    """
    if state not in STATES:
        raise ReliabilityError(f"there is no state '{state}'", _WHERE, nearest(state, STATES, "States"))
    if not who.strip():
        raise ReliabilityError("the name is missing", _WHERE, "State it: others will read the decision.")
    _check_length({"note": note})
    found = {d.id: d for d in decisions(journal)}
    if decision_id not in found:
        remedy = nearest(decision_id, found) if found else "Nothing was decided yet."
        raise ReliabilityError(f"there is no decision '{decision_id}'", _WHERE, remedy)
    old = found[decision_id]
    if state == old.state and state != CARRIED_OVER:
        raise ReliabilityError(f"{decision_id} is {state} already", _WHERE, "Choose another state.")
    if state == CARRIED_OVER:
        if due is None or due <= old.due:
            raise ReliabilityError(
                f"it was due on {old.due}", _WHERE, "Carry it over to a later day, and name it."
            )
        _check_due(due, old.decided_on)
    if state == DROPPED and not note.strip():
        raise ReliabilityError("the note is missing", _WHERE, "Say why it is dropped.")
    body = {
        "state": state,
        "due": (due if state == CARRIED_OVER and due else old.due).isoformat(),
        "on": local_date(as_of, settings.organisation.zone).isoformat(),
        "note": _line(note),
    }
    entry = journal.append(KIND, decision_id, body, who.strip())
    return _followed(old, [entry])


def decisions(journal: Journal) -> tuple[Decision, ...]:
    """Return every decision as it stands, those counting from the newest day first."""
    found: dict[str, Decision] = {}
    later: dict[str, list[Entry]] = {}
    for entry in standing(journal.entries(KIND)):
        if entry.subject not in found:
            if (first := _first(entry)) is not None:
                found[entry.subject] = first
        else:
            later.setdefault(entry.subject, []).append(entry)
    stand = [_followed(one, later.get(name, [])) for name, one in found.items()]
    stand.sort(key=lambda d: d.decided_on)  # stable: of one day they stay in the order of writing
    return tuple(reversed(stand))


def open_about(found: Iterable[Decision], promise_id: str) -> Decision | None:
    """Return the newest open decision on a promise, None when nothing about it is open."""
    return next((d for d in found if d.about == promise_id and d.is_open), None)


def _check_due(due: date, counts_from: date) -> None:
    if due < counts_from:
        raise ReliabilityError(
            f"due on {due}, before {counts_from}, the day it was decided", _WHERE, "Name a later day."
        )
    if due > counts_from + _FARTHEST:
        raise ReliabilityError(f"{due} is too far ahead", _WHERE, "Name a day within three years.")


def _check_length(texts: Mapping[str, str]) -> None:
    for part, value in texts.items():
        if len(value) > _LONGEST:
            raise ReliabilityError(f"the {part} is longer than {_LONGEST} characters", _WHERE, "Shorten it.")


def _line(text: str) -> str:
    return " ".join(text.split())


def _first(entry: Entry) -> Decision | None:
    """Return an entry as a decision just taken; None for one that does not say enough to be one."""
    texts: dict[str, Any] = {name: entry.body.get(name, "") for name in _TEXTS}
    if not all(isinstance(text, str) for text in texts.values()) or not texts["question"]:
        return None
    try:
        due = date.fromisoformat(entry.body["due"])
        decided_on = date.fromisoformat(entry.body["decided_on"])
    except (KeyError, TypeError, ValueError):
        return None
    # Decisions of earlier versions name no records of their own.
    listed = entry.body.get("named")
    return Decision(
        id=entry.subject,
        due=due,
        decided_on=decided_on,
        state=OPEN,
        by=entry.who,
        at=entry.at,
        named=tuple(map(str, listed)) if isinstance(listed, list) else (),
        **texts,
    )


def _followed(one: Decision, entries: Iterable[Entry]) -> Decision:
    """Return a decision with what was said of it afterwards; entries that say no state are passed over."""
    for entry in entries:
        body = entry.body
        try:
            step = Step(
                str(body["state"]),
                date.fromisoformat(body["on"]),
                date.fromisoformat(body["due"]),
                str(body.get("note", "")),
                entry.who,
            )
        except (KeyError, TypeError, ValueError):
            continue
        if step.state in STATES:
            one = replace(one, state=step.state, due=step.due, steps=(*one.steps, step))
    return one
