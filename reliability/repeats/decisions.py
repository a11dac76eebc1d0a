"""Decisions about repeats: what a person said of incidents and issues, in the journal, each undoable.

A decision is about what happened, so it counts at any `as_of`, in every export to come, and later ones win over
earlier ones. `rows` says what all of them come to, in the form that SQL reads.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.journal import Entry, Journal
from reliability.journal.entries import undone_by
from reliability.repeats.model import Key
from reliability.warehouse import RepeatDecision
from reliability.warehouse.repeat_decisions import CONFIRMED, MERGED, NOT_A_REPEAT, REJECTED, SAME_AS, SPLIT

KIND = "repeat"
CONFIRM, REJECT, SAME, PART, JOIN = ("confirm", "reject", "same as", "split", "merge")

_MOST_MOVED = 10_000


@dataclass(frozen=True)
class Decision:
    """One decision as it was written.

    id, digest: of its journal entry. action: one of the five. incidents: the incident it is about, or all that a split
    moves. partner: the earlier incident of a confirmed or rejected pair; a rejection without one says that the incident
    repeats nothing. issue: the one that is split or merged. into: the issue that takes up what the decision is about.
    """

    id: int
    at: datetime
    who: str
    action: str
    incidents: tuple[Key, ...] = ()
    partner: Key | None = None
    issue: str = ""
    into: str = ""
    digest: str = ""

    @property
    def subject(self) -> str:
        """What it is about, in a word: the incident's id, or the issue."""
        return self.issue or self.incidents[0][1]


def confirm(journal: Journal, incident: Key, partner: Key, who: str) -> Entry:
    """Write that an incident is the return of another. Raises ReliabilityError when a part is missing."""
    if incident == partner:
        raise ReliabilityError("an incident cannot be the return of itself", incident[1], "Choose another.")
    return _write(journal, who, incident[1], {"action": CONFIRM, "incident": incident, "partner": partner})


def reject(journal: Journal, incident: Key, partner: Key | None, who: str) -> Entry:
    """Write that an incident is not the return of another, or, without a partner, of none at all."""
    return _write(journal, who, incident[1], {"action": REJECT, "incident": incident, "partner": partner})


def same_as(journal: Journal, incident: Key, issue: str, who: str) -> Entry:
    """Write that an incident is a return of an issue."""
    _check_issue(issue)
    return _write(journal, who, incident[1], {"action": SAME, "incident": incident, "into": issue})


def split(journal: Journal, issue: str, incidents: Sequence[Key], who: str) -> Entry:
    """Write that these incidents are not of an issue but together one of their own ("PRB7 (2)")."""
    _check_issue(issue)
    if not incidents:
        raise ReliabilityError("no incident is chosen", issue, "Choose those that are something else.")
    if len(incidents) > _MOST_MOVED:
        raise ReliabilityError(
            f"more than {_MOST_MOVED} incidents are chosen", issue, "Do it in several steps."
        )
    return _write(journal, who, issue, {"action": PART, "issue": issue, "incidents": list(incidents)})


def merge(journal: Journal, issue: str, into: str, who: str) -> Entry:
    """Write that two issues are one, which goes by the name of `into`."""
    _check_issue(issue)
    _check_issue(into)
    if issue == into:
        raise ReliabilityError("an issue cannot be merged with itself", issue, "Choose another.")
    return _write(journal, who, issue, {"action": JOIN, "issue": issue, "into": into})


def undo(journal: Journal, decision_id: int, who: str, digest: str = "") -> Entry:
    """Take a decision back by one more entry; undoing that one brings it back. Raises JournalError.

    digest: of the entry meant: since a restore its number may be another one's, which is then left alone.
    """
    if not who.strip():
        raise ReliabilityError("your name is missing", "repeats", "State it: others will read the journal.")
    return journal.undo(decision_id, who.strip(), digest=digest)


def _write(journal: Journal, who: str, subject: str, body: dict[str, object]) -> Entry:
    if not who.strip():
        raise ReliabilityError("your name is missing", "repeats", "State it: others will read the journal.")
    return journal.append(KIND, subject, body, who.strip())


def _check_issue(issue: str) -> None:
    if not issue.strip():
        raise ReliabilityError("no issue is chosen", "repeats", "Choose one.")


def decisions(journal: Journal) -> tuple[Decision, ...]:
    """Return the decisions that stand, oldest first."""
    return standing_decisions(journal.entries(KIND))


def standing_decisions(entries: Iterable[Entry]) -> tuple[Decision, ...]:
    """Return the decisions that stand, oldest first. entries: all of the journal, undone ones and undos included."""
    return tuple(decision for decision, undone in written(entries) if undone is None)


def written(entries: Iterable[Entry]) -> list[tuple[Decision, Entry | None]]:
    """Return every decision ever made, oldest first, each with the entry that took it back or None where it stands."""
    listed = sorted(entries, key=lambda entry: entry.id)
    undone = undone_by(listed)
    # Parts of an issue are numbered as they were made, also those taken back since: a name is never given twice.
    parts: Counter[str] = Counter()
    read = ((entry, _read(entry, parts)) for entry in listed if entry.undo_of is None)
    return [(decision, undone.get(entry.id)) for entry, decision in read if decision is not None]


def supposed(entries: Sequence[Entry], action: str, **parts: object) -> tuple[Decision, ...]:
    """Return the decisions as they would stand with one more, which nobody has written.

    parts: as in the body of an entry: incident, partner, incidents, issue, into.
    """
    last = max(entries, key=lambda entry: entry.id, default=None)
    at = last.at if last else datetime.min
    more = Entry(last.id + 1 if last else 1, at, "", KIND, "", {"action": action, **parts})
    return standing_decisions([*entries, more])


def _read(entry: Entry, parts: Counter[str]) -> Decision | None:
    """Return an entry as a decision; None for one that does not say enough to decide anything."""
    body = entry.body
    action = str(body.get("action"))
    issue, into = str(body.get("issue") or ""), str(body.get("into") or "")
    incident, partner = _key(body.get("incident")), _key(body.get("partner"))
    incidents: tuple[Key, ...] = (incident,) if incident else ()
    if action == PART:
        listed = body.get("incidents")
        incidents = tuple(key for key in map(_key, listed if isinstance(listed, list) else ()) if key)
        if issue and incidents:
            parts[issue] += 1
            into = f"{issue} ({parts[issue] + 1})"
    needed = {
        CONFIRM: (incident, partner),
        REJECT: (incident,),
        SAME: (incident, into),
        PART: (issue, incidents),
        JOIN: (issue, into),
    }
    if not all(needed.get(action, (None,))):
        return None
    return Decision(entry.id, entry.at, entry.who, action, incidents, partner, issue, into, entry.digest)


def _key(value: object) -> Key | None:
    match value:
        case [str() | None as source, str() as incident_id] if incident_id:
            return (source, incident_id)
    return None


def rows_of(data_dir: Path) -> list[RepeatDecision]:
    """Return what the decisions of a data folder come to, for `warehouse.build` and `warehouse.restate`."""
    return rows(decisions(Journal(data_dir)))


def rows(decided: Iterable[Decision]) -> list[RepeatDecision]:
    """Return what decisions come to when later ones win over earlier ones.

    Issues that were merged are followed to the one that is left; merging round in a circle ends at the issue named
    last.
    """
    sum_ = _Sum()
    for decision in sorted(decided, key=lambda d: d.id):
        sum_.add(decision)
    return sum_.rows()


def settled(found: Iterable[RepeatDecision]) -> frozenset[Key]:
    """Return the incidents of which nothing is asked any more."""
    return frozenset(
        (row.source, str(row.incident_id))
        for row in found
        if row.decision in (CONFIRMED, NOT_A_REPEAT, SAME_AS)
    )


def rejected(found: Iterable[RepeatDecision]) -> frozenset[tuple[Key, Key]]:
    """Return the pairs that were decided about: nobody is asked again."""
    return frozenset(
        ((row.source, str(row.incident_id)), (row.partner_source, str(row.partner_id)))
        for row in found
        if row.decision in (CONFIRMED, REJECTED)
    )


@dataclass
class _Pair:
    decision: str
    incident: Key
    partner: Key
    entry_id: int


@dataclass
class _Assignment:
    decision: str
    left: str
    into: str
    entry_id: int


@dataclass
class _Sum:
    """What the decisions so far come to."""

    pairs: dict[frozenset[Key], _Pair] = field(default_factory=dict)
    nothing: dict[Key, int] = field(default_factory=dict)
    assigned: dict[Key, list[_Assignment]] = field(default_factory=dict)
    merged: dict[str, tuple[str, int]] = field(default_factory=dict)

    def add(self, decision: Decision) -> None:
        """Take up one more, later than all before."""
        incident = decision.incidents[0] if decision.incidents else None
        if decision.action == JOIN:
            self._merge(decision)
        elif decision.action == PART:
            for moved in decision.incidents:
                self._assign(moved, _Assignment(SPLIT, decision.issue, decision.into, decision.id))
        elif incident is None:
            return
        elif decision.action == SAME:
            self._assign(incident, _Assignment(SAME_AS, "", decision.into, decision.id))
            self.nothing.pop(incident, None)
        elif decision.partner is None:
            self._deny(incident, decision.id)
        else:
            word = CONFIRMED if decision.action == CONFIRM else REJECTED
            pair = _Pair(word, incident, decision.partner, decision.id)
            self.pairs[frozenset((incident, decision.partner))] = pair
            if word == CONFIRMED:
                self.nothing.pop(incident, None)

    def _assign(self, incident: Key, assignment: _Assignment) -> None:
        self.assigned.setdefault(incident, []).append(assignment)

    def _deny(self, incident: Key, entry_id: int) -> None:
        """It repeats nothing: that ends what was confirmed of it before."""
        self.nothing[incident] = entry_id
        for key, pair in list(self.pairs.items()):
            if pair.decision == CONFIRMED and pair.incident == incident:
                del self.pairs[key]

    def _merge(self, decision: Decision) -> None:
        if self._last(decision.into) == decision.issue:
            # They are one already, by the other name.
            self.merged.pop(decision.into)
        self.merged[decision.issue] = (decision.into, decision.id)

    def _last(self, issue: str) -> str:
        while issue in self.merged:
            issue = self.merged[issue][0]
        return issue

    def rows(self) -> list[RepeatDecision]:
        """Return the sum as rows, in the order of their entries."""
        found = [
            RepeatDecision(pair.decision, *pair.incident, *pair.partner, entry_id=pair.entry_id)
            for pair in self.pairs.values()
        ]
        found += [
            RepeatDecision(NOT_A_REPEAT, *incident, entry_id=entry_id)
            for incident, entry_id in self.nothing.items()
        ]
        for incident, history in self.assigned.items():
            if (stands := self._standing(history)) is not None:
                found.append(
                    RepeatDecision(
                        stands.decision,
                        *incident,
                        issue_id=self._last(stands.left) if stands.left else None,
                        effective_issue_id=self._last(stands.into),
                        entry_id=stands.entry_id,
                    )
                )
        found += [
            RepeatDecision(MERGED, issue_id=issue, effective_issue_id=self._last(into), entry_id=entry_id)
            for issue, (into, entry_id) in self.merged.items()
        ]
        return sorted(found, key=lambda row: (row.entry_id, row.incident_id or "", row.source or ""))

    def _standing(self, history: Sequence[_Assignment]) -> _Assignment | None:
        """Return the last assignment that still moves anything: a part merged back into its issue was never split."""
        for assignment in reversed(history):
            if not assignment.left or self._last(assignment.left) != self._last(assignment.into):
                return assignment
        return None
