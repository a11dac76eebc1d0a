"""What a ledger of restatements says, as plain frozen data."""

from dataclasses import dataclass
from datetime import datetime

PROGRAM = "this program's version"
DEFINITION = "definition"
LATE = "late export"
REMOVED = "removed record"
CHANGED = "changed record"
SEVERITY = "severity reclassified"
OUTAGE = "outage decided"
DECIDED = "repeat decided"
QUIET = "silence decided"
WAIVED = "exception given"
SETTINGS = "settings"
TIME = "time passed"

ORDER = (
    PROGRAM,
    DEFINITION,
    LATE,
    REMOVED,
    CHANGED,
    SEVERITY,
    OUTAGE,
    DECIDED,
    QUIET,
    WAIVED,
    SETTINGS,
    TIME,
)
"""The order in which causes take effect, one after the other: each part is what its cause adds to those before it."""


@dataclass(frozen=True)
class Record:
    """Something that a cause consists of.

    table: the canonical table, "" for what is no record (a setting, a query, a decision). id: as people know it.
    file, line: where it stands in the exports, "" and None where it does not. what: what became of it, in words.
    """

    table: str
    id: str
    what: str
    file: str = ""
    line: int | None = None


@dataclass(frozen=True)
class Cause:
    """One cause and all that it consists of, whichever figures it moved."""

    name: str
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row behind a part: it came into the figure's records, left them, or says something else there."""

    id: str
    what: str  # "added", "gone" or "changed"


@dataclass(frozen=True)
class Part:
    """What one cause did to a figure.

    before, after: the figure as shown, None where there was none. effect: after less before in the figure's own unit;
    None for words, and where one of the two has no value. rows: of the figure's own records, those that moved.
    """

    cause: str
    before: str | None
    after: str | None
    effect: float | None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Restated:
    """A figure or sentence that some cause moved.

    figure: its id, as published files carry it. then: as presented; now: as today. effect: the sum of the parts' ones.
    then and now are the same where causes cancel out.
    """

    figure: str
    unit: str
    then: str | None
    now: str | None
    effect: float | None
    because: tuple[Part, ...]


@dataclass(frozen=True)
class Ledger:
    """All that differs today from one frozen review. causes: those that moved a figure, in the order of `ORDER`."""

    review_id: str
    quarter: str
    frozen_at: datetime
    as_of: datetime
    restated: tuple[Restated, ...]
    causes: tuple[Cause, ...]

    def of(self, figure: str) -> Restated | None:
        """Return what was restated of one figure, None when nothing was."""
        return next((one for one in self.restated if one.figure == figure), None)
