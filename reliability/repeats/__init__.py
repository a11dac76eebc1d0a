"""Repeats: which incidents look like the return of an earlier one, for a person to confirm or to reject."""

from reliability.repeats.model import Key, Suggestion
from reliability.repeats.prepared import is_prepared, prepare, prepare_large
from reliability.repeats.suggestions import suggested, waiting, waiting_number

__all__ = [
    "Key",
    "Suggestion",
    "is_prepared",
    "prepare",
    "prepare_large",
    "suggested",
    "waiting",
    "waiting_number",
]
