"""Soundness: a journal's storage, numbers, entries and chain are as they were written."""

from reliability.errors import JournalError
from reliability.journal.backend import View
from reliability.journal.chain import Verified, verify
from reliability.journal.rows import DAMAGED, UNREADABLE


def verified(view: View, includes: str = "") -> Verified:
    """Look at everything. Raises JournalError with the first thing that is wrong, naming the entry where one is."""
    try:
        whole = verify(view.rows(), includes)
    except UNREADABLE as error:
        raise JournalError(f"is damaged ({' '.join(str(error).split())})", remedy=DAMAGED) from error
    if found := view.damage():
        raise JournalError(f"is damaged ({found})", remedy=DAMAGED)
    given = view.given()
    if given != whole.entries:
        what = f"entry {whole.entries + 1} is missing: {given} were written, {whole.entries} are there"
        raise JournalError(what, remedy=DAMAGED)
    return whole
