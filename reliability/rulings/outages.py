"""Incidents of two tools that are one outage, or are not: decided by a person, in the journal, each undoable."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reliability.errors import ReliabilityError
from reliability.journal import Entry, Journal
from reliability.journal.entries import standing
from reliability.repeats.model import Key
from reliability.warehouse.decided import NOT_THE_SAME, SAME_OUTAGE, OutageDecision

KIND = "outage"


@dataclass(frozen=True)
class Outage:
    """One decision as it was written. decision: SAME_OUTAGE or NOT_THE_SAME. id, digest: of its journal entry."""

    id: int
    at: datetime
    who: str
    decision: str
    incident: Key
    partner: Key
    digest: str = ""

    @property
    def pair(self) -> frozenset[Key]:
        """The two incidents, in no order."""
        return frozenset((self.incident, self.partner))


def same(journal: Journal, incident: Key, partner: Key, who: str) -> Entry:
    """Write that incidents of two tools are one outage. Raises ReliabilityError when a part is missing."""
    return _write(journal, SAME_OUTAGE, incident, partner, who)


def not_the_same(journal: Journal, incident: Key, partner: Key, who: str) -> Entry:
    """Write that incidents of two tools are two outages. Raises ReliabilityError when a part is missing."""
    return _write(journal, NOT_THE_SAME, incident, partner, who)


def _write(journal: Journal, decision: str, incident: Key, partner: Key, who: str) -> Entry:
    if not who.strip():
        raise ReliabilityError("your name is missing", "outages", "State it: others will read the journal.")
    if incident[0] == partner[0]:
        raise ReliabilityError("both are of one tool", incident[1], "Choose incidents of two tools.")
    body = {"decision": decision, "incident": list(incident), "partner": list(partner)}
    return journal.append(KIND, incident[1], body, who.strip())


def standing_in(journal: Journal) -> tuple[Outage, ...]:
    """Return what stands, oldest first; entries that do not say enough are passed over."""
    return standing_of(journal.entries(KIND))


def standing_of(entries: Iterable[Entry]) -> tuple[Outage, ...]:
    """Return what stands of some entries of this kind, oldest first."""
    read = (_read(entry) for entry in standing(entries))
    return tuple(outage for outage in read if outage is not None)


def rows(decided: tuple[Outage, ...]) -> list[OutageDecision]:
    """Return what it comes to as rows for SQL to read: of one pair the last word counts."""
    last = {outage.pair: outage for outage in sorted(decided, key=lambda outage: outage.id)}
    kept = sorted(last.values(), key=lambda outage: outage.id)
    return [OutageDecision(o.decision, *o.incident, *o.partner, o.id) for o in kept]


def _read(entry: Entry) -> Outage | None:
    match entry.body:
        case {
            "decision": ("same outage" | "not the same") as decision,
            "incident": [str() | None as source, str() as name],
            "partner": [str() | None as other_source, str() as other],
        }:
            return Outage(
                entry.id, entry.at, entry.who, decision, (source, name), (other_source, other), entry.digest
            )
    return None
