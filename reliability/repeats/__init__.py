"""Repeats: which incidents look like the return of an earlier one, for a person to confirm or to reject."""

from reliability.repeats.model import Key, Suggestion
from reliability.repeats.suggestions import suggested

__all__ = ["Key", "Suggestion", "suggested"]
