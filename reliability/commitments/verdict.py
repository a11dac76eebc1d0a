"""The words a promise can be given, the reasons that may stand beside one, and a judgement made of both."""

from dataclasses import dataclass
from enum import StrEnum

from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN


class Verdict(StrEnum):
    """Every word there is, as it is shown. A match over it names each one, so that a new one is never overlooked."""

    MET = "met"
    MET_IN_NOISE = "met, but within noise"
    IMPROVED = "improved, short of target"
    NOT_MET_IN_NOISE = "not met, within noise"
    MISSED = "missed"
    WORSE = "worse"

    # Pace: the window is still running.
    MISSED_ALREADY = "missed already"
    ON_PACE = "on pace"
    ON_PACE_IN_NOISE = "on pace, within noise"
    TOO_CLOSE = "too close to call"
    BEHIND_IN_NOISE = "behind, within noise"
    OFF_PACE = "off pace"

    # Availability: what was not measured can change it.
    MET_ON_MEASURED = "met on what was measured, gaps could change it"
    MISSED_ON_MEASURED = "missed on what was measured, gaps could change it"

    # A duty without exceptions.
    MET_SO_FAR = "met so far"
    NOT_MET = "not met"

    # Nothing can be said.
    TOO_EARLY = "too early to tell"
    TOO_FEW = "too few incidents to tell"
    TOO_FEW_ANSWERS = "too few responses to tell"
    TOO_FEW_REQUESTS = "too few requests to tell"
    NONE_DUE = "no Sev1 due"
    NOT_RECORDED = "cannot tell: not recorded"
    DATA_STOP = "cannot tell: the data stop early"
    NOT_BEGUN = "not begun"
    NO_DATA = "no data"

    @property
    def tone(self) -> str:
        """The tone that decides colour and icon: good, noise, concern or unknown."""
        match self:
            case Verdict.MET | Verdict.ON_PACE | Verdict.MET_SO_FAR:
                return GOOD
            case Verdict.MET_IN_NOISE | Verdict.NOT_MET_IN_NOISE:
                return NOISE
            case Verdict.ON_PACE_IN_NOISE | Verdict.TOO_CLOSE | Verdict.BEHIND_IN_NOISE:
                return NOISE
            case Verdict.MET_ON_MEASURED | Verdict.MISSED_ON_MEASURED:
                return NOISE
            case Verdict.IMPROVED | Verdict.MISSED | Verdict.WORSE | Verdict.NOT_MET:
                return CONCERN
            case Verdict.MISSED_ALREADY | Verdict.OFF_PACE:
                return CONCERN
            case Verdict.TOO_FEW | Verdict.TOO_FEW_ANSWERS | Verdict.TOO_FEW_REQUESTS:
                return UNKNOWN
            case Verdict.NOT_RECORDED | Verdict.DATA_STOP | Verdict.NO_DATA:
                return UNKNOWN
            case Verdict.NOT_BEGUN | Verdict.TOO_EARLY | Verdict.NONE_DUE:
                return UNKNOWN

    @property
    def reached(self) -> bool:
        """Whether the figure has reached its goal, or is where it should be by now: sure or not."""
        match self:
            case Verdict.MET | Verdict.MET_IN_NOISE | Verdict.MET_ON_MEASURED | Verdict.MET_SO_FAR:
                return True
            case Verdict.ON_PACE | Verdict.ON_PACE_IN_NOISE:
                return True
            case (
                Verdict.NOT_MET_IN_NOISE
                | Verdict.MISSED_ON_MEASURED
                | Verdict.TOO_CLOSE
                | Verdict.BEHIND_IN_NOISE
            ):
                return False
            case Verdict.IMPROVED | Verdict.MISSED | Verdict.WORSE | Verdict.NOT_MET:
                return False
            case Verdict.MISSED_ALREADY | Verdict.OFF_PACE:
                return False
            case Verdict.TOO_FEW | Verdict.TOO_FEW_ANSWERS | Verdict.TOO_FEW_REQUESTS:
                return False
            case Verdict.NOT_RECORDED | Verdict.DATA_STOP | Verdict.NO_DATA:
                return False
            case Verdict.NOT_BEGUN | Verdict.TOO_EARLY | Verdict.NONE_DUE:
                return False


class Reason(StrEnum):
    """Why a word may become another one; it stands behind the word."""

    PROVISIONAL = "provisional"
    SEASON = "season-sensitive"
    SEVERITY_RULE = "depends on severity rule"
    LINKING = "linking changed"


@dataclass(frozen=True)
class Judgement:
    """A verdict with what must stand beside it.

    beyond_doubt: the whole interval reaches the target. reasons: why another word is possible, the first one first.
    """

    verdict: Verdict
    beyond_doubt: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def tone(self) -> str:
        """The verdict's tone."""
        return self.verdict.tone

    @property
    def provisional(self) -> bool:
        """Whether rows may still arrive, or another reading of the open ones gives another word."""
        return Reason.PROVISIONAL in self.reasons

    @property
    def text(self) -> str:
        """The word with its reasons: "met beyond doubt, provisional, season-sensitive"."""
        word = f"{self.verdict} beyond doubt" if self.beyond_doubt else str(self.verdict)
        return ", ".join([word, *self.reasons])
