"""What people decided about the data, in the journal: quiet silences, outages in two tools, all of it."""

from reliability.rulings.everything import rows_before, rows_of

__all__ = ["rows_before", "rows_of"]
