"""Errors a person can act on: what happened, where, and what to do about it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

# A key or a value that long is nonsense: its beginning says which one it is.
_ENDLESS = re.compile(r"(\S{120})\S{180,}")


class ReliabilityError(Exception):
    """Base of every error that is shown to a user as one line.

    what: what was found, in plain words.
    where: file, line or key ("review.toml, [targets] engage_minutes"), or "" when there is none.
    remedy: what the person can do.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        if self.remedy:
            line = f"{line.rstrip('.')}. {self.remedy}"
        return _ENDLESS.sub(r"\1...", line)


class SettingsError(ReliabilityError):
    """review.toml is missing, cannot be read, or says something that is not allowed."""


class ExportError(ReliabilityError):
    """An export file cannot be read, recognised or mapped."""


class WarehouseError(ReliabilityError):
    """There is no warehouse to read, or one cannot be built."""


class NothingYetError(WarehouseError):
    """Nothing was built so far, or nothing that can be reviewed: exports are to be added or mapped first."""


class QueryError(ReliabilityError):
    """A query file is malformed, or a query was called with the wrong parameters."""


class RightsError(ReliabilityError):
    """Somebody may not do what they asked for."""


class JournalError(ReliabilityError):
    """What people wrote cannot be read, or something new cannot be written down."""


class RollupError(ReliabilityError):
    """Raw logs cannot be found, read or rolled up."""


def nearest(word: str, known: Iterable[str], allowed: str = "Allowed") -> str:
    """A remedy for a mistyped word: the nearest known one, or all of them; where none is known it says so."""
    names = sorted(known)
    if not names:
        return "There is none."
    folded = {name.casefold(): name for name in names}
    close = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{folded[close[0]]}'?"
    return f"{allowed}: {', '.join(names)}."
