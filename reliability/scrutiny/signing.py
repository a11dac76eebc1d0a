"""Signing a promise: its terms go into the journal once, and cannot be signed away later."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from reliability.commitments import CommitmentStatus
from reliability.commitments.evidence import Evidence
from reliability.errors import JournalError, ReliabilityError, nearest
from reliability.formatting import day
from reliability.journal import Journal
from reliability.journal.entries import Entry
from reliability.scrutiny.agreement import KIND, body_of, first_entries
from reliability.scrutiny.changes import Signing, State, signings
from reliability.settings import Commitment
from reliability.warehouse.workspace import Workspace, outdated

SIGNING = "signing a promise"


def signed_promises(data_dir: Path) -> list[Entry]:
    """Return the journal's entries on promises. Raises JournalError for a journal that cannot be read."""
    return Journal(data_dir).entries(KIND)


def held_to(
    workspace: Workspace,
    statuses: Sequence[CommitmentStatus],
    as_of: datetime | None = None,
    closely: bool = False,
    only: str | None = None,
) -> tuple[Signing, ...]:
    """Hold promises to what the journal says was signed; a journal that cannot be read lets nothing be told.

    statuses: as judged at as_of, by default the workspace's. only: the id of the one promise that is asked about.
    """
    try:
        entries = Journal(workspace.data_dir).entries(KIND, only)
    except JournalError as error:
        return tuple(
            Signing(one.id, one.title, State.UNKNOWN, verdict=one.verdict_text, why_not=str(error))
            for one in statuses
        )
    seen = as_of or workspace.as_of
    return signings(workspace.store, workspace.settings, seen, entries, statuses, closely)


def promise_named(workspace: Workspace, promise_id: str) -> Commitment:
    """Return a promise of review.toml. Raises ReliabilityError with the nearest id."""
    known = {one.id: one for one in workspace.settings.commitments}
    if promise_id not in known:
        raise ReliabilityError(f"no promise is '{promise_id}'", "review.toml", nearest(promise_id, known))
    return known[promise_id]


def sign(workspace: Workspace, promise: Commitment, who: str) -> Entry:
    """Keep the terms of a promise in the journal, and return the entry.

    Raises ReliabilityError for a promise that is signed already, and while figures are older than settings or exports:
    what is signed is what is shown.
    """
    if said := outdated(workspace):
        remedy = "Run `python -m reliability build`, look at the promise, then sign it."
        raise ReliabilityError(f"'{promise.id}' cannot be signed: {said}", "the warehouse", remedy)
    return keep(workspace, promise, who)


def keep(workspace: Workspace, promise: Commitment, who: str) -> Entry:
    """Keep the terms of a promise as the warehouse sees it now. Raises ReliabilityError for one signed already."""
    journal = Journal(workspace.data_dir)
    if earlier := first_entries(journal.entries(KIND, promise.id)).get(promise.id):
        when = day(earlier.at, workspace.settings.organisation.time_zone)
        remedy = "A new agreement is a new promise: give it its own id in review.toml."
        raise ReliabilityError(f"'{promise.id}' was signed on {when} by {earlier.who}", "journal", remedy)
    evidence = Evidence(workspace.store, workspace.settings, workspace.as_of)
    return journal.append(KIND, promise.id, body_of(promise, evidence), who)
