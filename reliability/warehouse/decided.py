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
