"""A frozen review as a record: what the journal keeps, and how every version of it is read."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reliability.errors import JournalError
from reliability.journal import FILE, Entry
from reliability.model import Review
from reliability.serialise import exact, read

KIND = "frozen review"
"""The kind of its entries in the journal; the subject is the review's id."""

VERSION = 1
"""Of the record's layout. A field that `Review` gains or loses needs no new one: see `serialise.read`."""

_DIGITS = 10


@dataclass(frozen=True)
class Kept:
    """A file that the review was made from. file: below the data folder. digest: of its contents."""

    file: str
    bytes: int
    digest: str


@dataclass(frozen=True)
class FrozenReview:
    """A review as it was presented. id: the quarter and a digest of all the rest. frozen_at: UTC.

    zone: the organisation's time zone then. program: the version of this program. settings: review.toml without
    comments and without who may come in. queries: name -> text. files: exports and mappings. journal: the newest digest
    of the journal then, which names the waivers and decisions that counted.
    """

    id: str
    quarter: str
    by: str
    frozen_at: datetime
    note: str
    zone: str
    program: str
    settings: str
    queries: dict[str, str]
    files: tuple[Kept, ...]
    journal: str
    review: Review


def identified(frozen: FrozenReview) -> FrozenReview:
    """Give a review the id that its contents make."""
    body = body_of(frozen)
    return read(FrozenReview, {**body, "id": _id(body)})


def body_of(frozen: FrozenReview) -> dict[str, Any]:
    """Return what the journal keeps of a review: plain JSON, everything but the id."""
    body = {"version": VERSION, **exact(frozen)}
    del body["id"]
    return body


def from_entry(entry: Entry) -> FrozenReview:
    """Read a review from its entry. Raises JournalError for one that this program cannot read."""
    where = f"{FILE}, frozen review {entry.subject}"
    version = entry.body.get("version")
    if not isinstance(version, int) or version > VERSION:
        what = f"was frozen by a newer version of this program (layout {version})"
        raise JournalError(what, where, "Update this program.")
    if _id(entry.body) != entry.subject:
        raise JournalError("is not as it was frozen", where, "Restore a backup of the journal.")
    try:
        return read(FrozenReview, {**entry.body, "id": entry.subject})
    except (ValueError, TypeError) as error:
        raise JournalError(f"cannot be read ({error})", where, "Report this.") from error


def _id(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=True)
    return f"{body.get('quarter')}-{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"
