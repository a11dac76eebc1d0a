"""Imports: what adding exports would change, told before anything changes; adding, removing and undoing."""

from reliability.imports.acts import Act, last_act, record_added, remove, undo
from reliability.imports.preview import Arrival, FigureChange, Preview, preview

__all__ = [
    "Act",
    "Arrival",
    "FigureChange",
    "Preview",
    "last_act",
    "preview",
    "record_added",
    "remove",
    "undo",
]
