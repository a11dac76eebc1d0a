"""The journal: what people wrote (decisions, waivers, confirmed repeats, annotations, frozen reviews).

It is the only thing in a data folder that cannot be rebuilt from the exports. It only grows: nothing in it is
ever changed or removed, undoing is one more entry.
"""

from reliability.journal.entries import Entry, standing, to_csv
from reliability.journal.store import FILE, Journal

__all__ = ["FILE", "Entry", "Journal", "standing", "to_csv"]
