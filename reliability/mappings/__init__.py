"""Mappings made by hand: which column of an unknown export is which, kept as a format in the data folder."""

from reliability.mappings.guesses import guess, guess_table, is_date_like
from reliability.mappings.saved import Saved, remove, save, saved
from reliability.mappings.trial import Trial, columns_of, try_out

__all__ = [
    "Saved",
    "Trial",
    "columns_of",
    "guess",
    "guess_table",
    "is_date_like",
    "remove",
    "save",
    "saved",
    "try_out",
]
