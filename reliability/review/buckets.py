"""Buckets that add up: every promise stands in exactly one, by its word, and every sentence counts the same ones."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol, Self, assert_never

from reliability import formatting
from reliability.commitments.verdict import Verdict
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN, Count


class Judged(Protocol):
    """A promise with its word; None before there is one."""

    @property
    def verdict(self) -> Verdict | None:
        """The word."""
        ...


class Toned(Judged, Protocol):
    """A promise with its word and the tone of that word."""

    @property
    def tone(self) -> str:
        """The tone of the word."""
        ...


class Bucket(StrEnum):
    """What a promise is counted as, in the order in which they are shown.

    tone: the colour and the icon of the bucket. said: the bucket after a number, in a sentence.
    """

    tone: str
    said: str

    def __new__(cls, name: str, tone: str, said: str) -> Self:
        """Make a bucket with its tone and its words."""
        made = str.__new__(cls, name)
        made._value_ = name
        made.tone, made.said = tone, said
        return made

    KEPT = "kept", GOOD, "kept"
    REACHED = "reached, could be luck", NOISE, "reached but could be luck"
    ON_ITS_WAY = "on its way", NOISE, "on the way"
    BEHIND = "behind", CONCERN, "behind"
    SHORT = "over or short, could be luck", CONCERN, "over or short but could be luck"
    MISSED = "missed", CONCERN, "missed"
    CANNOT_TELL = "cannot tell", UNKNOWN, "that cannot be told"


def bucket_of(word: Verdict | None) -> Bucket:
    """Return the bucket of a word. A match over all of them: a new word does not pass the type check without one."""
    match word:
        case Verdict.MET:
            return Bucket.KEPT
        case Verdict.MET_IN_NOISE | Verdict.MET_NOT_SHOWN | Verdict.REACHED_SO_FAR:
            return Bucket.REACHED
        case Verdict.ON_PACE | Verdict.ON_PACE_IN_NOISE | Verdict.MET_SO_FAR | Verdict.TOO_EARLY:
            return Bucket.ON_ITS_WAY
        case Verdict.TOO_CLOSE | Verdict.BEHIND_IN_NOISE | Verdict.OFF_PACE:
            return Bucket.BEHIND
        case Verdict.NOT_MET_IN_NOISE | Verdict.IMPROVED | Verdict.OVER_SO_FAR | Verdict.SHORT_SO_FAR:
            return Bucket.SHORT
        case Verdict.MISSED | Verdict.MISSED_ALREADY | Verdict.WORSE | Verdict.NOT_MET:
            return Bucket.MISSED
        case (
            Verdict.TOO_FEW
            | Verdict.TOO_FEW_ANSWERS
            | Verdict.TOO_FEW_REQUESTS
            | Verdict.MET_ON_MEASURED
            | Verdict.MISSED_ON_MEASURED
            | Verdict.NONE_DUE
            | Verdict.NOT_RECORDED
            | Verdict.DATA_STOP
            | Verdict.DATA_GAP
            | Verdict.OTHER_TOOLS
            | Verdict.NOT_BEGUN
            | Verdict.NO_DATA
            | None
        ):
            return Bucket.CANNOT_TELL
        case _ as never:
            assert_never(never)


def shown_tone(status: Toned) -> str:
    """Return the tone in which a promise is shown: its word's, but concern wherever its bucket is of concern."""
    return CONCERN if bucket_of(status.verdict).tone == CONCERN else status.tone


def begun(found: Iterable[Judged]) -> list[Judged]:
    """Return the promises that have begun: only those are counted."""
    return [one for one in found if one.verdict != Verdict.NOT_BEGUN]


def counts(found: Iterable[Judged]) -> tuple[Count, ...]:
    """Count the promises that have begun by bucket, in the order of the buckets; empty ones are left away."""
    return tuple(Count(str(bucket), bucket.tone, number) for bucket, number in _held(found))


def _held(found: Iterable[Judged]) -> list[tuple[Bucket, int]]:
    held = [bucket_of(one.verdict) for one in begun(found)]
    return [(bucket, held.count(bucket)) for bucket in Bucket if bucket in held]


def sentence(found: Sequence[Judged]) -> str:
    """Count every promise once: "Of 13 promises: 2 kept, 5 reached but could be luck and 5 missed"."""
    held = _held(found)
    if not held:
        return "No promise was in force in this period"
    parts = [f"{number} {bucket.said}" for bucket, number in held]
    total = sum(number for _, number in held)
    return f"Of {formatting.plural(total, 'promise')}: {formatting.listed(parts, most=len(Bucket))}"
