"""Meaning: what a column that nobody reads looks like, when it looks like something that matters."""

import re

from reliability.guesses.epochs import is_when
from reliability.guesses.hints import NAMED_URGENCY
from reliability.guesses.looks import Profile, is_date_range
from reliability.guesses.names import folded, likeness
from reliability.guesses.zones import holds_zones

DATE, SEVERITY, STATE, RESOLVED, ID, SCORE = (
    "a date",
    "a severity",
    "a state",
    "a resolve time",
    "an id",
    "a score",
)
LENGTH, ZONE = "a duration", "a time zone"

_SURE = 0.85
_NAMED = 0.8
_NO_MATTER = re.compile(
    r"\b(updated|modified|last|due|sla|exported|geandert|aktualisiert|modifie|actualizado|atualizado|version|count|rank|order)\b"
)


def meaning(name: str, seen: Profile) -> str:
    """What a column may be that a figure could depend on, "" when it is nothing of the kind."""
    if not seen.filled:
        return ""
    plain = folded(name)
    if _NO_MATTER.search(plain):
        return ""
    if is_when(name, seen):
        ends = max(likeness("resolved_at", name), likeness("closed_at", name))
        return RESOLVED if ends >= _SURE and ends > likeness("opened_at", name) else DATE
    if seen.is_months or (seen.examples and all(map(is_date_range, seen.examples))):
        return DATE
    if holds_zones(name, seen):
        return ZONE
    small = seen.is_numbers and seen.whole and (seen.high or 0) <= 10
    if likeness("severity", name) >= _SURE and seen.distinct <= 15 and (small or not seen.is_numbers):
        return SEVERITY
    if seen.levels >= 0.8 and seen.distinct <= 8 and seen.flags < 0.8:
        return SEVERITY
    if seen.is_scores and likeness("score", name) >= _SURE:
        return SCORE
    if likeness("status", name) >= _SURE and seen.states >= 0.5:
        return STATE
    if seen.is_numbers and likeness("duration", name) >= 0.8:
        return LENGTH
    if seen.is_unique and seen.filled > 1 and seen.codes >= 0.8 and likeness("incident_id", name) >= 0.9:
        return ID
    return ""


def is_called(wanted: str, name: str) -> bool:
    """Whether a column's name alone may be that of a "severity" or a "resolved_at", in some language."""
    return likeness(wanted, name) >= _NAMED


def is_likely(wanted: str, name: str, seen: Profile) -> bool:
    """Whether a column is a "severity" or a "resolved_at" by its look and its name: one of both is not enough.

    An urgency is no severity, and a closing, which tools make days later, no resolve time.
    """
    if not is_called(wanted, name):
        return False
    if wanted == "severity":
        return meaning(name, seen) == SEVERITY and not NAMED_URGENCY.search(folded(name))
    return meaning(name, seen) == RESOLVED and likeness("closed_at", name) < likeness(wanted, name)
