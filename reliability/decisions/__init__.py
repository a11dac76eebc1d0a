"""What people decided about the data, kept in the journal: silences that were quiet, and all of it for builds."""

from reliability.decisions.everything import rows_of

__all__ = ["rows_of"]
