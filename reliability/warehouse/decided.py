"""What people said of the data besides repeats, as rows of the warehouse."""

from datetime import datetime
from typing import NamedTuple


class QuietSpan(NamedTuple):
    """A silence of one tool in which nothing happened, as somebody said. Instants in UTC.

    entry_id: where it is written.
    """

    table_name: str
    source: str
    starts_at: datetime
    ends_at: datetime
    entry_id: int = 0


SAME_OUTAGE, NOT_THE_SAME = "same outage", "not the same"


class OutageDecision(NamedTuple):
    """Whether incidents of two tools are one outage, as somebody said.

    decision: SAME_OUTAGE or NOT_THE_SAME. entry_id: where it is written. Builds join rows by it, restatements do not.
    """

    decision: str
    source: str | None
    incident_id: str
    partner_source: str | None
    partner_id: str
    entry_id: int = 0
