"""Columns that say how long something took: a length with its unit, or the times of day when it went down and up."""

import re
from collections.abc import Mapping

from reliability.guesses.hints import NAMED_DOWN, NAMED_UP
from reliability.guesses.looks import Profile
from reliability.guesses.names import folded, likeness

_UNITS = (
    ("clock", r"hh mm|h mm|hhmm"),
    ("seconds", r"seconds?|secs?|sekunden|secondes|segundos|sec|s"),
    ("minutes", r"minutes?|mins?|minuten|minutos|minuti|minuty|dakika|dk|minuter|мин|минуты|минут|分"),
    ("hours", r"hours?|hrs?|h|stunden|std|heures|horas|ore|uur|godziny|godz|saat|timmar|時間"),
    ("days", r"days?|tage|jours|dias|giorni|dagen|dni|gun|日数"),
)


def down_and_up(columns: Mapping[str, Profile]) -> tuple[str, str] | None:
    """Two times of day that say when a service went down and when it was up again: neither is a length."""
    clocks = [n for n, seen in columns.items() if seen.is_times]
    down = next((n for n in clocks if NAMED_DOWN.search(folded(n))), "")
    up = next((n for n in clocks if NAMED_UP.search(folded(n))), "")
    return (down, up) if down and up else None


def duration_of(columns: Mapping[str, Profile], picked: Mapping[str, str]) -> tuple[str, str]:
    """The column that says how long an incident took, and the unit that its name says."""
    taken = {given for wanted, given in picked.items() if wanted not in ("customers_affected",)}
    taken |= set(down_and_up(columns) or ())
    best, chosen = 0.0, ""
    for given, seen in columns.items():
        bare = _without_unit(folded(given))
        if given in taken or not (seen.is_numbers or seen.is_times or seen.filled == 0 or _is_spell(seen)):
            continue
        if seen.is_years or (likely := max(likeness("duration", bare), likeness("duration", given))) < 0.8:
            continue
        if likely > best:
            best, chosen = likely, given
    if not chosen:
        return "", ""
    seen = columns[chosen]
    if seen.is_times or _is_spell(seen):
        return chosen, "clock"
    words = folded(chosen)
    return chosen, next((unit for unit, names in _UNITS if re.search(rf"\b({names})\b", words)), "")


def _is_spell(seen: Profile) -> bool:
    """Whether values look like "1h 30m", "90 min" or PT1H30M."""
    spell = (
        r"(?i)(pt)?(\d+([.,]\d+)?\s*(d|h|m|s|hrs?|hours?|mins?|minutes?|std|stunden|days?|tage)[a-z]*\.?\s*)+"
    )
    return bool(seen.examples) and all(re.fullmatch(spell, value) for value in seen.examples)


def _without_unit(name: str) -> str:
    units = "|".join(names for _, names in _UNITS)
    return " ".join(re.sub(rf"\b({units}|in|en)\b", " ", name).split()) or name
