"""Epochs: columns of instants that are numbers, seconds or milliseconds since 1970: only names tell them from ids."""

import re

from reliability.guesses.looks import Profile
from reliability.guesses.names import folded, likeness

_WHEN = re.compile(
    r"\b(at|on|time|timestamp|ts|date|epoch|unix|ms|when|zeit|zeitpunkt|datum|heure|fecha|hora|data)\b|日時|時刻"
)
_INSTANTS = (
    "opened_at",
    "started_at",
    "detected_at",
    "acknowledged_at",
    "resolved_at",
    "closed_at",
    "responded_at",
)
_SURE = 0.85


def is_when(name: str, seen: Profile) -> bool:
    """Whether a column holds dates: by its values, or by its name where they are numbers that may be instants."""
    if seen.is_dates or not seen.is_epochs:
        return seen.is_dates
    plain = folded(name)
    if re.search(r"\b(id|number|no|nr)$", plain):
        return False
    return bool(_WHEN.search(plain)) or any(likeness(wanted, name) >= _SURE for wanted in _INSTANTS)
