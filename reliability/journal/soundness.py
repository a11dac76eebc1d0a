"""Soundness: a journal's pages, numbers, entries and chain are as they were written."""

import sqlite3

from reliability.errors import JournalError
from reliability.journal import file
from reliability.journal.chain import Verified, verify
from reliability.journal.rows import DAMAGED, UNREADABLE


def verified(connection: sqlite3.Connection, includes: str = "") -> Verified:
    """Look at everything. Raises JournalError with the first thing that is wrong, naming the entry where one is."""
    try:
        whole = verify(file.rows(connection), includes)
    except UNREADABLE as error:
        raise JournalError(f"is damaged ({' '.join(str(error).split())})", remedy=DAMAGED) from error
    found = str(connection.execute("pragma integrity_check").fetchone()[0])
    if found != "ok":
        raise JournalError(f"is damaged ({' '.join(found.split())})", remedy=DAMAGED)
    given = (
        connection.execute("select max(seq) from sqlite_sequence where name = 'entries'").fetchone()[0] or 0
    )
    if given != whole.entries:
        what = f"entry {whole.entries + 1} is missing: {given} were written, {whole.entries} are there"
        raise JournalError(what, remedy=DAMAGED)
    return whole
