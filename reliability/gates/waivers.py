"""Waivers: a written exception to one gate, for one change, one service or everything, with an end.

They live in the journal (kind "waiver"), so that each one has its writer and its moment, and can be undone but not
removed. One that has expired no longer counts: what it excused holds a change again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from reliability.errors import JournalError, ReliabilityError, nearest
from reliability.journal import Entry, Journal, standing
from reliability.queries.gates import Gate
from reliability.settings import Settings
from reliability.settings.periods import local_date, midnight

KIND = "waiver"
CHANGE, SERVICE, ALL = SCOPES = ("change", "service", "all")
NOT_YET, ACTIVE, EXPIRING, EXPIRED = "not yet", "active", "expiring", "expired"

_EXPIRING_DAYS = 7
_LONGEST_REASON = 1000
_EVERYTHING = "everything"


@dataclass(frozen=True)
class Waiver:
    """One waiver as it stands.

    scope: "change", "service" or "all"; target: the change's id, the service, or "". until: the last day it holds, in
    the organisation's zone; ends_at: the instant after that day. given_at: the instant the data was seen from when it
    was given. written_by: who wrote it down; approver: who decided. digest: of its journal entry, which no other has.
    """

    id: int
    gate: str
    scope: str
    target: str
    reason: str
    approver: str
    until: date
    ends_at: datetime
    given_at: datetime
    written_by: str
    digest: str = ""

    def state(self, as_of: datetime) -> str:
        """Whether it counts at an instant: "active", "expiring" (fewer than 7 days left), "expired", "not yet"."""
        if as_of < self.given_at:
            return NOT_YET
        if as_of >= self.ends_at:
            return EXPIRED
        return EXPIRING if self.ends_at - as_of < timedelta(days=_EXPIRING_DAYS) else ACTIVE

    def holds(self, as_of: datetime, ships_at: datetime | None = None) -> bool:
        """Whether it excuses anything at an instant, and still does when the change goes out."""
        return self.given_at <= as_of and max(as_of, ships_at or as_of) < self.ends_at

    @property
    def subject(self) -> str:
        """What it is for, in words: "CHG-3302", "service search", "everything"."""
        return {CHANGE: self.target, SERVICE: f"service {self.target}"}.get(self.scope, _EVERYTHING)


def grant(
    journal: Journal,
    settings: Settings,
    as_of: datetime,
    gates: Iterable[Gate],
    *,
    gate: str,
    scope: str,
    target: str,
    reason: str,
    approver: str,
    until: date,
    who: str,
) -> Waiver:
    """Write a waiver down and return it. `until` is the last day on which it holds.

    Raises ReliabilityError when a part is missing, the gate does not exist, or the end lies in the past or too far
    ahead; JournalError when it could not be written.
    """
    known = {g.id: g for g in gates}
    if gate not in known:
        raise ReliabilityError(f"there is no gate '{gate}'", "waiver", nearest(gate, known))
    if scope not in SCOPES:
        raise ReliabilityError(f"'{scope}' is not a scope", "waiver", f"Allowed: {', '.join(SCOPES)}.")
    said = {"reason": reason, "approver": approver, "name": who}
    if scope != ALL:
        said[scope] = target
    for part, value in said.items():
        if not value.strip():
            raise ReliabilityError(
                f"the {part} is missing", "waiver", "State it: others will read the waiver."
            )
    if len(reason) > _LONGEST_REASON:
        what = f"the reason is longer than {_LONGEST_REASON} characters"
        raise ReliabilityError(what, "waiver", "Shorten it.")
    _check_end(until, as_of, settings)
    body = {
        "gate": gate,
        "scope": scope,
        "target": target.strip() if scope != ALL else "",
        "reason": " ".join(reason.split()),
        "approver": approver.strip(),
        "until": until.isoformat(),
        "given_at": as_of.isoformat(),
    }
    entry = journal.append(KIND, body["target"] or _EVERYTHING, body, who.strip())
    made = _read(entry, settings)
    assert made is not None
    return made


def _check_end(until: date, as_of: datetime, settings: Settings) -> None:
    today = local_date(as_of, settings.organisation.zone)
    longest = settings.gates.waiver_days
    if until < today:
        raise ReliabilityError(
            f"{until} is before {today}, the day of the data", "waiver", "Name a later day."
        )
    if until > today + timedelta(days=longest):
        remedy = f"A waiver lasts {longest} days at most: until {today + timedelta(days=longest)}."
        raise ReliabilityError(f"{until} is too far ahead", "waiver", remedy)


def withdraw(journal: Journal, waiver_id: int, who: str, why: str = "", digest: str = "") -> Entry:
    """Undo a waiver by one more entry of the journal.

    digest: the waiver's, where somebody saw it before: its number may be another entry's since a restore. Raises
    JournalError when there is no such waiver, or it is another one.
    """
    found = next((e for e in journal.entries(KIND) if e.id == waiver_id and e.undo_of is None), None)
    if found is None:
        raise JournalError(f"there is no waiver {waiver_id}", "journal", "List them with `waivers`.")
    return journal.undo(waiver_id, who, why, digest)


def waivers(journal: Journal, settings: Settings) -> tuple[Waiver, ...]:
    """Return every waiver that was not undone, newest first, whatever its state."""
    return waivers_of(journal.entries(KIND), settings)


def waivers_of(entries: Iterable[Entry], settings: Settings) -> tuple[Waiver, ...]:
    """Return the waivers of some of the journal's entries as `waivers` does."""
    read = (_read(entry, settings) for entry in standing(entries))
    return tuple(sorted((w for w in read if w is not None), key=lambda w: w.id, reverse=True))


def in_force(found: Iterable[Waiver], start: datetime, end: datetime) -> tuple[Waiver, ...]:
    """Return the waivers that held at any moment of [start, end): the list for a quarterly review."""
    return tuple(w for w in found if w.given_at < end and w.ends_at > start)


def covering(
    found: Sequence[Waiver],
    gate: str,
    change_id: str,
    service: str | None,
    as_of: datetime,
    ships_at: datetime | None = None,
) -> Waiver | None:
    """Return the waiver for a gate, a change and a service it fails for.

    One that holds until the change goes out; else the one that lasts longest, although that is not enough.
    """
    too_short: Waiver | None = None
    for waiver in found:
        if waiver.gate != gate or waiver.given_at > as_of or not _is_for(waiver, change_id, service):
            continue
        if waiver.holds(as_of, ships_at):
            return waiver
        if too_short is None or waiver.ends_at > too_short.ends_at:
            too_short = waiver
    return too_short


def _is_for(waiver: Waiver, change_id: str, service: str | None) -> bool:
    return {CHANGE: waiver.target == change_id, SERVICE: waiver.target == service}.get(waiver.scope, True)


def _read(entry: Entry, settings: Settings) -> Waiver | None:
    """Return a journal entry as a waiver; None for one that does not say enough to excuse anything."""
    body = entry.body
    try:
        until = date.fromisoformat(body["until"])
        given_at = datetime.fromisoformat(body["given_at"])
        gate, scope, target, reason, approver = texts = [
            body[name] for name in ("gate", "scope", "target", "reason", "approver")
        ]
        ends_at = midnight(until + timedelta(days=1), settings.organisation.zone)
    except (KeyError, ValueError, TypeError, OverflowError):
        return None
    if given_at.tzinfo is None or scope not in SCOPES or not all(isinstance(text, str) for text in texts):
        return None
    return Waiver(
        entry.id, gate, scope, target, reason, approver, until, ends_at, given_at, entry.who, entry.digest
    )
