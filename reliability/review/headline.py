"""The sentence an executive repeats, and the line of why. Made from the figures by fixed rules, never canned."""

from collections.abc import Sequence

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.review.model import Card, Period

_MAIN = {"p1_incidents": "P1 incidents", "time_to_recover_median": "median time to recover"}


def headline(period: Period, cards: Sequence[Card]) -> str:
    """Return the sentence on the quarter: the two main figures beside the earlier period. It claims no more."""
    said = []
    for card in cards:
        if card.id in _MAIN and card.value is not None:
            before = card.changes[0] if card.changes else None
            compared = f", {before.then_text} before" if before and before.then is not None else ""
            said.append(f"{_MAIN[card.id]} {card.text}{compared}")
    label = f"{period.label} so far" if period.partial else period.label
    if not said:
        return f"{label}: no export covers it"
    return f"{label}: {'; '.join(said)}"


def reason(promises: Sequence[CommitmentStatus], cards: Sequence[Card], zone: str) -> str:
    """Return one line of why: where the count of P1s stands in its promise, and what the figures stand beside."""
    parts = []
    for promise in promises:
        if promise.kpi == "p1_incidents" and promise.allowed is not None and promise.value is not None:
            over = promise.window.elapsed_days >= promise.window.days
            last = formatting.last_day(promise.window.end, zone)
            parts.append(
                f"Since {formatting.day(promise.window.start, zone)}: {formatting.count(promise.value)} P1s of "
                f"{promise.allowed} allowed {'to' if over else 'by'} {last}."
            )
    label = next((card.changes[0].label for card in cards if card.changes), "")
    if label:
        parts.append(f"Figures stand {label}.")
    return " ".join(parts)
