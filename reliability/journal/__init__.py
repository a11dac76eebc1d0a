"""The journal: what people wrote (decisions, waivers, confirmed repeats, annotations, frozen reviews).

It is the only thing in a data folder that cannot be rebuilt from the exports. It only grows: nothing in it is
ever changed or removed, undoing is one more entry. Every entry carries a digest of itself and of all before it.
"""

from reliability.journal.chain import Verified
from reliability.journal.entries import Entry, standing, to_csv
from reliability.journal.file import FILE
from reliability.journal.store import Journal

__all__ = ["FILE", "Entry", "Journal", "Verified", "standing", "to_csv"]
