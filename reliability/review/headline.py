"""The sentence an executive repeats, and the line of why. Made from verdicts by fixed rules, never canned.

The rules
- Every promise is counted once, in the bucket of its word (`review.buckets`).
- It *needs you* when its tone is concern (missed, worse, short of target, off pace, not met).
- The quarter is good when at least 60 % of the promises that can be told have reached their goal or are on their path,
  surely or within noise, bad at 40 % or fewer,
  mixed between; with fewer than half of them told it is too early to say.
"""

from collections.abc import Sequence

from reliability.commitments import CommitmentStatus
from reliability.commitments.chance import one_of_many
from reliability.model import CONCERN, UNKNOWN, Card, Period
from reliability.queries.figures import figure
from reliability.review import buckets, findings

GOOD_FROM, BAD_TO = 0.60, 0.40


def kept(status: CommitmentStatus) -> bool:
    """Tell whether the figure has reached its goal or is on its path."""
    return status.verdict is not None and status.verdict.reached


def told(status: CommitmentStatus) -> bool:
    """Tell whether there is an answer at all: neither its tone nor its bucket says that it cannot be told."""
    return status.tone != UNKNOWN and buckets.bucket_of(status.verdict) is not buckets.Bucket.CANNOT_TELL


def needs_you(status: CommitmentStatus) -> bool:
    """Tell whether somebody must decide something."""
    return status.tone == CONCERN


def decisions(promises: Sequence[CommitmentStatus]) -> tuple[str, ...]:
    """Return one line per promise whose verdict is a concern: the promise, its sentence."""
    return tuple(f"{p.title}: {p.sentence}" for p in promises if needs_you(p))


def headline(period: Period, promises: Sequence[CommitmentStatus], cards: Sequence[Card]) -> str:
    """Return the sentence on the quarter."""
    if not promises:
        return _without_promises(period, cards)
    if all(p.of_part for p in promises):  # they say nothing of the quarter as a whole
        return f"{_without_promises(period, cards)}. {buckets.sentence(promises)}."
    answered = [p for p in promises if told(p)]
    good = [p for p in answered if kept(p)]
    return f"{_judged(promises, answered, good, period)}. {buckets.sentence(promises)}."


def _judged(
    promises: Sequence[CommitmentStatus],
    answered: Sequence[CommitmentStatus],
    good: Sequence[CommitmentStatus],
    period: Period,
) -> str:
    noun = "quarter so far" if period.partial else "quarter"
    if len(answered) * 2 < len(promises):
        return f"Too early to judge the {noun}"
    share = len(good) / len(answered)
    word = "Good" if share >= GOOD_FROM else "Bad" if share <= BAD_TO else "Mixed"
    return f"{word} {noun}"


def _without_promises(period: Period, cards: Sequence[Card]) -> str:
    """Without promises nothing is claimed: the two main figures beside the quarter before."""
    said = []
    for card in cards:
        if figure(card.id).reason in (1, 2) and card.value is not None:
            name = card.title.removesuffix(", P1")
            name = name if name.startswith("P1") else name[:1].lower() + name[1:]
            said.append(f"{name} {card.text}, {card.was}" if card.was else f"{name} {card.text}")
    untold = next((card for card in cards if card.value is None and card.left_out), None)
    if not said and untold is not None:
        return f"{period.label}: {untold.title} {findings.untold(untold)}"
    if not said:
        return f"{period.label}: no export covers it"
    return f"{period.label}: {'; '.join(said)}"


def reason(promises: Sequence[CommitmentStatus], cards: Sequence[Card]) -> str:
    """Return one line of why: the clauses of promises on figures that give a reason, in the order they name."""
    places = {p.id: figure(p.kpi).reason for p in promises}
    told_of = sorted(
        (p for p in promises if places[p.id] and p.clause and not p.of_part), key=lambda p: places[p.id] or 0
    )
    clauses = [p.clause for p in told_of]
    if clauses:
        return " ".join(f"{c[:1].upper()}{c[1:].rstrip('.')}." for c in clauses[:3])
    against = compared(cards)
    in_force = (
        "Every promise in force covers only some services"
        if promises
        else "No promise was in force in this period"
    )
    return f"{in_force}; {against}." if against else ""


def compared(cards: Sequence[Card]) -> str:
    """Say what the figures are compared with, or that there is nothing: the first quarter has none before it."""
    changes = [card.changes[0] for card in cards if card.changes]
    if there := next((change.label for change in changes if change.then is not None), ""):
        return f"figures stand {there}"
    if not changes:
        return ""
    return f"no figure of {changes[0].label.removeprefix('against ')} is on record to compare with"


def comparisons(promises: Sequence[CommitmentStatus]) -> str:
    """Say how many verdicts chance has a part in, and what giving them at once does to it: behind "How sure?"."""
    judged, chance = one_of_many(promises)
    if judged < 2:
        return ""
    return (
        f"{judged} finished promises in which chance has a part: had nothing changed anywhere, at least one would "
        f"still say “met” in {max(1, round(chance * 100))} of 100 such reviews."
    )
