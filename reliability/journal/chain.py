"""The chain: each entry's digest covers the entry and the digest before it, so that no change goes unnoticed.

Whoever keeps the newest digest elsewhere can also prove that nothing was taken off the end.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reliability.errors import JournalError
from reliability.journal.rows import DAMAGED, Row, damage

START = "0" * 64
"""What stands before the first entry."""


@dataclass(frozen=True)
class Verified:
    """A journal found whole. head: the newest digest, START when it is empty.

    clock_set_back: ids of the entries stamped earlier than the one before them; their order is that of writing.
    """

    entries: int = 0
    head: str = START
    clock_set_back: tuple[int, ...] = ()


def link(before: str, row: Row) -> str:
    """The digest of an entry (64 hex digits) that follows the digest `before`: SHA-256 over every column as stored."""
    digest = hashlib.sha256(before.encode("utf-8", "surrogateescape"))
    for value in row[:-1]:
        part = b"" if value is None else str(value).encode("utf-8", "surrogateescape")
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def chained(rows: Iterable[Row]) -> Iterator[Row]:
    """Give rows of a journal without a chain the digests they get when it is upgraded."""
    before = START
    for row in rows:
        before = link(before, row)
        yield row._replace(digest=before)


def verify(rows: Iterable[Row], includes: str = "") -> Verified:
    """Hold every row, oldest first, to its digest and its number.

    includes: a digest noted earlier, or its first digits, that must still be in the chain. Raises JournalError naming
    the first entry that is damaged, was changed, or is missing.
    """
    before, number, stamp = START, 0, ""
    set_back: list[int] = []
    found = not includes or START.startswith(includes)
    for row in rows:
        number += 1
        if row.id != number:
            raise JournalError(f"entry {number} is missing", remedy=DAMAGED)
        if why := damage(row):
            raise JournalError(f"entry {number} is damaged ({why})", remedy=DAMAGED)
        if link(before, row) != row.digest:
            what = f"entry {number} is not as it was written (its digest does not fit)"
            raise JournalError(what, remedy=DAMAGED)
        if str(row.at) < stamp:
            set_back.append(number)
        before, stamp = str(row.digest), str(row.at)
        found = found or before.startswith(includes)
    if not found:
        what = f"the digest {includes[:16]} is not in its chain: entries written by then were taken out"
        raise JournalError(what, remedy=DAMAGED)
    return Verified(number, before, tuple(set_back))
