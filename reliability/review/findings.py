"""Chart titles that state the finding. Where nothing can be said, the title says that."""

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.commitments.verdict import Verdict
from reliability.model import UNKNOWN, Card
from reliability.queries.figures import Family, Figure

_IN_NOISE = (Verdict.MET_IN_NOISE, Verdict.NOT_MET_IN_NOISE)


def of(figure: Figure, noun: str, card: Card, promise: CommitmentStatus | None, zone: str) -> str:
    """The finding of a figure's course, in the words of its family. noun: the figure in a sentence."""
    if figure.family is Family.COUNT:
        return of_counts(noun, card, promise, zone)
    if figure.family is Family.MEDIAN:
        return of_recovery(card, promise, zone)
    if figure.family is Family.SCORE:
        return of_nps(card, promise, zone)
    if card.value is None:
        return f"{noun}: nothing to show in this period"
    return f"{noun}: {_beside(card)}"


def of_counts(noun: str, card: Card, promise: CommitmentStatus | None, zone: str) -> str:
    """The finding of a count: what its promise's verdict says, else figure beside figure."""
    if card.value is None and promise is None:
        return f"{noun}: {untold(card)}"
    if promise is None:
        return f"{noun}: {_beside(card)}"
    since = formatting.short_day(promise.window.start, zone)
    ratio = promise.ratio
    if promise.tone == UNKNOWN or ratio is None:
        return f"{noun} since {since}: {promise.verdict}"
    size = formatting.signed_share(ratio - 1)
    if not promise.is_final:
        return f"{noun} since {since}: {_so_far(promise, size)}"
    low, high = promise.interval or (0.0, float("inf"))
    if promise.verdict is Verdict.MET_NOT_SHOWN:
        return f"{noun} are down since {since} ({size}): {promise.verdict_text}"
    # Luck can be too likely for the verdict where the range alone would claim more.
    is_claimed = promise.verdict not in _IN_NOISE
    if is_claimed and high < 1:
        return f"{noun} are down since {since} ({size}): more than week-to-week chance explains"
    if is_claimed and low > 1:
        return f"{noun} are up since {since} ({size}): more than week-to-week chance explains"
    if ratio < 1:
        return f"{noun} are lower since {since} ({size}), but chance could explain it"
    if ratio > 1:
        return f"{noun} are higher since {since} ({size}), but chance could explain it"
    return f"{noun} since {since} are where they were before"


def untold(card: Card) -> str:
    """Say why a figure has no value: records that cannot be told, or none at all."""
    if not card.left_out:
        return "nothing to show in this period"
    most = max(card.left_out.values())
    reasons = [reason for reason, number in card.left_out.items() if number == most]
    each = " each" if len(reasons) > 1 else ""
    return f"not to be told, {formatting.listed(reasons)} for {formatting.plural(most, 'record')}{each}"


def _so_far(promise: CommitmentStatus, size: str) -> str:
    """Say a word that is not final, with the size of the change; the day from which it is final stands on the card."""
    if promise.provisional:  # the word itself says "so far"
        return f"{promise.verdict_word} ({size})"
    return f"{promise.verdict_text} ({size} so far)"


def of_recovery(card: Card, promise: CommitmentStatus | None, zone: str) -> str:
    """The finding of the median time to recover."""
    if card.value is None and promise is None:
        return "Time to recover: nothing to measure in this period"
    if promise is None:
        return f"Median time to recover: {_beside(card)}"
    since = formatting.short_day(promise.window.start, zone)
    if promise.tone == UNKNOWN or promise.ratio is None:
        return f"Time to recover since {since}: {promise.verdict}"
    size = formatting.signed_share(promise.ratio - 1)
    if not promise.is_final:
        return f"Time to recover since {since}: {_so_far(promise, size)}"
    low, high = promise.interval or (0.0, float("inf"))
    if promise.verdict is Verdict.MET_NOT_SHOWN:
        return f"Recovery is faster since {since} ({size}): {promise.verdict_text}"
    # The range is of how far a typical incident moved, the size is the median's: at odds they are no finding.
    is_claimed = promise.verdict not in _IN_NOISE
    if is_claimed and high < 1 and promise.ratio < 1:
        return f"Recovery is faster since {since} ({size}), more than chance explains"
    if is_claimed and low > 1 and promise.ratio > 1:
        return f"Recovery is slower since {since} ({size}), more than chance explains"
    if high < 1 or low > 1:
        return f"Time to recover since {since} ({size}): {promise.verdict_text}"
    if promise.ratio == 1:
        return f"Recovery takes as long since {since} as in the baseline"
    word = "faster" if promise.ratio < 1 else "slower"
    return f"Recovery since {since} looks {word} ({size}), with too wide a margin to be sure"


def of_nps(card: Card, promise: CommitmentStatus | None, zone: str) -> str:
    """The finding of the Net Promoter Score."""
    if card.value is None and promise is None:
        return "NPS: no answers in this period"
    if promise is None:
        return f"NPS {_beside(card)}"
    since = formatting.short_day(promise.window.start, zone)
    if promise.tone == UNKNOWN:
        return f"NPS since {since}: {promise.verdict}"
    if promise.change is None:  # a level is reached or not: nothing is said of a change
        return f"NPS since {since}: {promise.verdict_word}"
    low, high = promise.change_interval or (float("-inf"), float("inf"))
    moved = formatting.change(promise.change, 0.0, "points")
    if not promise.is_final:
        return f"NPS since {since}: {_so_far(promise, moved)}"
    if low > 0:
        return f"NPS since {since} is up against the baseline ({moved}), beyond the margin of error"
    if high < 0:
        return f"NPS since {since} is down against the baseline ({moved}), beyond the margin of error"
    return f"NPS since {since}: no change shown yet ({moved}, inside the margin of error)"


def _beside(card: Card) -> str:
    return f"{card.text}, {card.was}" if card.was else card.text
