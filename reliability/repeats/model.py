"""A suggestion: an incident that looks like the return of an earlier one."""

from dataclasses import dataclass

Key = tuple[str | None, str]
"""An incident: its source and its id within it."""

SAME_TITLE = "same title"
SIMILAR_TEXT = "similar text"

LOOK_BACK_DAYS = 90
"""How far back an earlier incident is looked for. What a person reads may look further back than what is counted."""

TOP = 5
"""How many earlier incidents are suggested for one incident at most."""

FLOOR = 0.10
"""Likeness below which nothing is suggested: the highest that still finds 0.85 of the known repeats of a test corpus.

benchmarks/README.md has the measurements behind this and CLOSE.
"""

CLOSE = 0.40
"""Likeness from which a suggestion is worth showing to somebody who did not ask. It does not make it probable."""


@dataclass(frozen=True)
class Suggestion:
    """An earlier incident that this one may be the return of. Nothing counts it until a person confirms it.

    rule: SAME_TITLE, or the weaker SIMILAR_TEXT. score: likeness of all that was written, 0-1. words: what both have in
    common, the rarest first.
    days_apart: days from the partner's opening to the incident's, 0 or more.
    """

    source: str | None
    incident_id: str
    partner_source: str | None
    partner_id: str
    rule: str
    score: float
    words: tuple[str, ...]
    days_apart: float

    @property
    def key(self) -> Key:
        """The incident."""
        return (self.source, self.incident_id)

    @property
    def partner_key(self) -> Key:
        """The earlier incident."""
        return (self.partner_source, self.partner_id)

    @property
    def pair(self) -> tuple[Key, Key]:
        """The incident and the earlier one."""
        return (self.key, self.partner_key)

    @property
    def is_close(self) -> bool:
        """Whether it is worth showing to somebody who did not ask for it; still, most are no repeats."""
        return self.rule == SAME_TITLE or self.score >= CLOSE
