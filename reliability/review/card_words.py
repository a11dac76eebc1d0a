"""The few words of a card that carries a promise: what stands beside the figure, and one clause beside the verdict.

Ranges and chances stand behind the card, in its drawer.
"""

from collections.abc import Mapping

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.commitments.facts import Fact, joined, shortened
from reliability.queries.figures import Family, figure


def title(promise: CommitmentStatus, card: str, own: str) -> str:
    """Return whose figure is large: the card's own name, else that of the figure promised.

    card: the figure of the card. own: the card's name.
    """
    return own if promise.kpi == card else figure(promise.kpi).title


def beside(promise: CommitmentStatus, zone: str) -> str:
    """Return what stands beside the figure: "allowed 19" for a count, else the goal; with its day while it is ahead."""
    if promise.allowed is not None:
        goal = f"allowed {formatting.count(promise.allowed)}"
    else:
        goal = promise.goal_text.removeprefix("goal: ").removesuffix(", every endpoint")
    return f"{goal} by {_last_day(promise, zone)}" if goal and _is_running(promise) else goal


def clause(promise: CommitmentStatus, zone: str) -> str:
    """Return what the verdict is based on and its one day: "over by 4 · final on 23 Nov", "late: IR-1 · to 15 Nov"."""
    return " · ".join(filter(None, (_based_on(promise), _dated(promise, zone))))


def asides(promise: CommitmentStatus) -> tuple[str, ...]:
    """Return why a word was lowered, and what must stand beside a median of few, whatever its word.

    That is how many kept to it, the cost, the worst.
    """
    why = (f"{promise.why[:1].upper()}{promise.why[1:]}",) if promise.why else ()
    if figure(promise.kpi).family is not Family.MEDIAN:
        return why
    below = (fact for fact in shortened(promise.facts) if _is_below(fact) or (fact.aside and not fact.told))
    return (*why, *(fact.text for fact in below))


def _is_below(fact: Fact) -> bool:
    """Whether a fact stands below the verdict: how many kept to a time, not beside it as well."""
    return fact.short is not None


def unknown_severities(left_out: Mapping[str, int]) -> tuple[str, ...]:
    """Return of how many incidents nobody knows whether they count, as a figure of one severity says; none for none."""
    return tuple(filter(None, (formatting.unknown_severities(left_out.get("severity unknown", 0)),)))


def other_unknown_severities(left_out: Mapping[str, int], beside: Mapping[str, int]) -> str:
    """Say what stands behind a figure beside one with another number: ", 3 unknown"; "" for the same.

    Where the other one has none, nothing on the card says yet what is unknown: ", severity unknown for 3".
    """
    own, other = (reasons.get("severity unknown", 0) for reasons in (left_out, beside))
    if own == other:
        return ""
    if not other:
        return f", {formatting.unknown_severities(own)}"
    return f", {formatting.count(own) if own else 'none'} unknown"


def _dated(promise: CommitmentStatus, zone: str) -> str:
    """Return the day that counts for a window that is over: from when the word is final, else its last day."""
    if promise.final_on is not None:
        return f"final on {formatting.short_day(promise.final_on, zone)}".replace(" ", formatting.NO_BREAK)
    if promise.value is None or _is_running(promise):
        return ""
    return f"to{formatting.NO_BREAK}{_last_day(promise, zone)}"


def _is_running(promise: CommitmentStatus) -> bool:
    return promise.window.elapsed_days < promise.window.days


def _last_day(promise: CommitmentStatus, zone: str) -> str:
    last = formatting.short_last_day(promise.window.end, zone)
    return last.replace(" ", formatting.NO_BREAK)


def _based_on(promise: CommitmentStatus) -> str:
    family = figure(promise.kpi).family
    if family is Family.COUNT and promise.allowance_left is not None:
        left = promise.allowance_left
        if left < 0:
            return f"over by {formatting.count(-left)}"
        return f"{formatting.count(left)} left" if _is_running(promise) else ""
    if family is Family.MEDIAN and any(_is_below(fact) for fact in promise.facts):
        return ""  # the line below the verdict says what so few come to; the change stands in the sentence of the page
    facts = shortened(promise.facts)
    if family in (Family.AVAILABILITY, Family.CENSUS):
        return joined(fact for fact in facts if fact.aside)  # by name: which endpoint, which incident
    head = joined(fact for fact in facts if not (fact.aside or _is_below(fact)))
    return "" if head == promise.figure else head
