"""A history as it lies in a file: what candidates are found by, of which only a few months are held at a time."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from reliability.queries import Store, query
from reliability.repeats.texts import Part, Texts, in_turn

BATCH = 20_000
"""So many incidents are held at a time, with all that is known of them, while they are read."""


@dataclass
class History:
    """All incidents of a file of prepared suggestions, in order of opening; beside it, `Texts` are all held.

    opened, digests, is_generic: as in `Texts`, of all.
    """

    store: Store
    opened: np.ndarray
    digests: bytes | bytearray
    is_generic: np.ndarray
    _words: Counter[str] = field(init=False, default_factory=Counter)
    _counted: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self._counted = np.zeros(len(self.opened), dtype=bool)

    def __len__(self) -> int:
        return len(self.opened)

    def part(self, from_: int, to: int) -> Texts:
        """Read the incidents at places [from_, to)."""
        asked = {"first": from_, "beyond": to, "places": []}
        batches = self.store.batches(query("suggestions/incidents"), asked, BATCH)
        found = in_turn([Part(rows) for rows in batches])
        if not self._counted[from_:to].any():
            self._words.update(word for title, body in found.telling for word in {*title, *body})
            self._counted[from_:to] = True
        return found

    @property
    def frequency(self) -> Counter[str]:
        """How many incidents each telling word stands in."""
        for first in range(0, len(self), BATCH):
            left = first + np.flatnonzero(~self._counted[first : first + BATCH])
            for run in np.split(left, np.flatnonzero(np.diff(left) > 1) + 1):
                if len(run):
                    self.part(int(run[0]), int(run[-1]) + 1)
        return self._words
