"""Mappings made by hand: which column of an export is which, kept as a format in the data folder."""

from reliability.mappings.adaptation import doubt, is_likely, others, with_file
from reliability.mappings.columns import Columns, Offered, columns_of
from reliability.mappings.places import Place
from reliability.mappings.saved import Saved, name_of, remove, save, saved
from reliability.mappings.spec import Cell, LeaveOut, Spec
from reliability.mappings.suggestion import suggest, zones_said
from reliability.mappings.trial import Trial, try_out

__all__ = [
    "Cell",
    "Columns",
    "LeaveOut",
    "Offered",
    "Place",
    "Saved",
    "Spec",
    "Trial",
    "columns_of",
    "doubt",
    "is_likely",
    "name_of",
    "others",
    "remove",
    "save",
    "saved",
    "suggest",
    "try_out",
    "with_file",
    "zones_said",
]
