"""What no sentence of a promise may say, and all that a promise says."""

import re

from reliability.commitments import CommitmentStatus
from reliability.formatting import plain
from reliability.model import CONCERN, GOOD, NOISE, OK, UNKNOWN, Card
from reliability.queries.figures import Family, figure
from reliability.review import findings

NEVER = {
    "a change is shown, not real": r"\breal (?:drop|fall|rise|change)",
    "a cause": r"\bbecause of\b|\bdue to\b|\bcaused by\b",
    "ruling out": r"\brules? out\b|\bruled out\b",
    "others' minds": r"\bnoticed?\b",
    "an article": r"\ba (?:8|11|18|8\d|8[\d ]+)\b|\ban (?:[1-79]|10|1[2-79])\b",
    "a plural": r"\b1 (?:days|points|incidents|answers|records|P1s|weeks)\b|\b(?:[2-9]|\d\d+) (?:day|point|incident|answer)\b",
    "provisional": r"\bprovisional\b",
    "words of statisticians": r"\bcompatible with\b|\bwidened\b|\bat one and the same mix\b",
}  # fmt: skip
CLAIM = re.compile(r"more than (?:week-to-week )?chance|chance does not explain|beyond the margin")
_NO_CARD = Card("", "", "", OK, 1.0, "", "1")


# How a word must look, read from its beginning; the first that fits. A word that none fits is a new one to be placed.
TONES = (
    (UNKNOWN, r"cannot tell|too (?:few|early)|no data|not begun|no \w+ due"),
    (
        NOISE,
        r"(?:reached|over|short) so far|too close|.*could be luck|met, not shown|(?:met|missed) on what was measured",
    ),
    (CONCERN, r"missed|worse|improved|off pace|not met"),
    (GOOD, r"met(?: beyond doubt| so far)?(?:$|,)|on pace(?:$|,)"),
)


def tone_of(word: str) -> str:
    """The tone in which a word must be shown. Raises LookupError for one that nobody placed."""
    for tone, pattern in TONES:
        if re.match(pattern, word, re.IGNORECASE):
            return tone
    raise LookupError(word)


def luck_in_a_census(status: CommitmentStatus) -> list[str]:
    """What a promise on a figure that was counted in full says of luck or chance."""
    if figure(status.kpi).family not in (Family.CENSUS, Family.AVAILABILITY):
        return []
    # How likely a running promise is to be kept is said of availability, by its own days.
    return [text for text in sentences(status) if re.search(r"\bluck\b|\bchance\b(?! \d)", text)]


# Words that say that chance can explain what is seen, or that nothing can be said.
UNCLAIMED = (NOISE, UNKNOWN)


def overclaimed(status: CommitmentStatus) -> list[str]:
    """What is large on a page and claims more than the word beside it: its sentence, its clause, its chart's title."""
    if status.tone not in UNCLAIMED:
        return []
    return [text for text in (status.sentence, status.clause, title(status)) if CLAIM.search(plain(text))]


def title(status: CommitmentStatus) -> str:
    """The title of a promise's chart."""
    of = figure(status.kpi)
    return findings.of(of, of.noun, _NO_CARD, status, "Europe/Berlin")


def sentences(status: CommitmentStatus) -> list[str]:
    """All that a promise says, with the title of its chart."""
    said = [
        status.sentence,
        status.clause,
        status.evidence,
        status.verdict_text,
        status.goal_text,
        status.power,
    ]
    return [plain(text) for text in (*said, title(status), *status.warnings, *status.details) if text]
