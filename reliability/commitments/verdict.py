"""The words a promise can be given, the reasons that may stand beside one, and a judgement made of both."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN

REACHED = True


class Verdict(StrEnum):
    """Every word there is. A match over it names each one, so that a new one is never overlooked.

    tone: good, noise, concern or unknown: decides colour and icon. shown: the word as readers see it: machines keep
    theirs, and pages say "could be luck" for every kind of noise.
    """

    tone: str
    reached: bool
    shown: str

    def __new__(cls, word: str, tone: str, reached: bool = False, shown: str = "") -> Self:
        """Make a word with its tone; reached: the figure is at its goal, or where it should be by now, sure or not."""
        made = str.__new__(cls, word)
        made._value_ = word
        made.tone, made.reached, made.shown = tone, reached, shown or word
        return made

    MET = "met", GOOD, REACHED
    MET_IN_NOISE = "met, but within noise", NOISE, REACHED, "reached, could be luck"
    MET_NOT_SHOWN = "met, not shown to be more", NOISE, REACHED  # than one of the causes
    IMPROVED = "improved, short of target", CONCERN
    NOT_MET_IN_NOISE = "not met, within noise", NOISE, not REACHED, "not reached, could be luck"
    MISSED = "missed", CONCERN
    WORSE = "worse", CONCERN

    # The window is over, but records may still arrive, or what is open decides: no claim yet.
    REACHED_SO_FAR = "reached so far", NOISE, REACHED
    OVER_SO_FAR = "over so far", NOISE
    SHORT_SO_FAR = "short so far", NOISE

    # Pace: the window is still running.
    MISSED_ALREADY = "missed already", CONCERN
    ON_PACE = "on pace", GOOD, REACHED
    ON_PACE_IN_NOISE = "on pace, within noise", NOISE, REACHED, "on its path, could be luck"
    TOO_CLOSE = "too close to call", NOISE
    BEHIND_IN_NOISE = "behind, within noise", NOISE, not REACHED, "behind, could be luck"
    OFF_PACE = "off pace", CONCERN

    # Availability: what was not measured can change it.
    MET_ON_MEASURED = "met on what was measured, gaps could change it", NOISE, REACHED
    MISSED_ON_MEASURED = "missed on what was measured, gaps could change it", NOISE

    # A duty without exceptions.
    MET_SO_FAR = "met so far", GOOD, REACHED
    NOT_MET = "not met", CONCERN

    # Nothing can be said.
    TOO_EARLY = "too early to tell", UNKNOWN
    TOO_FEW = "too few incidents to tell", UNKNOWN
    TOO_FEW_ANSWERS = "too few responses to tell", UNKNOWN
    TOO_FEW_REQUESTS = "too few requests to tell", UNKNOWN
    NONE_DUE = "no Sev1 due", UNKNOWN
    NOT_RECORDED = "cannot tell: not recorded", UNKNOWN
    DATA_STOP = "cannot tell: the data stop early", UNKNOWN
    DATA_GAP = "cannot tell: the data have a gap", UNKNOWN
    OTHER_TOOLS = "cannot tell: other tools then than now", UNKNOWN
    NOT_BEGUN = "not begun", UNKNOWN
    NO_DATA = "no data", UNKNOWN


def shown(word: str) -> str:
    """Return a verdict's word as readers see it; one that is none of ours, as it is."""
    return next((known.shown for known in Verdict if known == word), word)


SO_FAR = frozenset((Verdict.REACHED_SO_FAR, Verdict.OVER_SO_FAR, Verdict.SHORT_SO_FAR))


class Cause(StrEnum):
    """What would give a fall as well, so that "met" is lowered: "met, not shown to be more than the season"."""

    RETURN = "a return to normal"
    SEASON = "the season"
    RELABELLING = "relabelling"


class Reason(StrEnum):
    """Why a word may become another one; it stands behind the word."""

    UNDECIDED = "what is undecided can change it"
    SEVERITY_RULE = "depends on severity rule"
    LINKING = "linking changed"


@dataclass(frozen=True)
class Judgement:
    """A verdict with what must stand beside it.

    beyond_doubt: the whole interval reaches the target. reasons: why another word is possible, the first one first.
    causes: of a lowered word, in their order.
    final_on: the day from which the word is final, as written; "" where it is final or no day is known.
    """

    verdict: Verdict
    beyond_doubt: bool = False
    reasons: tuple[Reason, ...] = ()
    causes: tuple[Cause, ...] = ()
    final_on: str = ""

    @property
    def tone(self) -> str:
        """The verdict's tone."""
        return self.verdict.tone

    @property
    def provisional(self) -> bool:
        """Whether rows may still arrive, or another reading of the open ones gives another word."""
        return self.verdict in SO_FAR

    @property
    def than(self) -> str:
        """The causes joined: "a return to normal or the season"."""
        return " or ".join(self.causes)

    @property
    def text(self) -> str:
        """The word with what it carries: "reached so far, final on 6 Oct 2025", "met beyond doubt, linking changed"."""
        final = [f"final on {self.final_on}"] if self.final_on else []
        return ", ".join([self._claim, *final, *self.reasons])

    @property
    def word(self) -> str:
        """The text without the day from which it is final, for where that day stands anyway."""
        return ", ".join([self._claim, *self.reasons])

    @property
    def _claim(self) -> str:
        word = f"{self.verdict} beyond doubt" if self.beyond_doubt else self.verdict.shown
        return f"{word} than {self.than}" if self.causes else word
