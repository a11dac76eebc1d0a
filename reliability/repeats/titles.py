"""Titles: what is left of one when everything that differs between two of the same kind is taken away."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

FEWEST_WORDS = 3
"""A title with fewer informative words says nothing about what happened."""

LARGEST_SHARE = 0.02
FEWEST_SEEN = 10
"""A title on more than this share of all incidents, and on more than this many, is a habit, not a finding."""

_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+")
_HEX = re.compile(
    r"\b(?:0x[0-9a-f]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*[0-9])[0-9a-f]{6,})\b"
)
_TICKET = re.compile(r"\b[a-z][a-z0-9]*(?:[-_ ]?#)?-?\d{2,}\b|\b[a-z][a-z0-9]+-\d+\b|#\d+")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
# Writing without spaces: Chinese and Japanese characters, Thai. A run of it is read two characters at a time.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")

# Function words, and what incident tools write on everything.
_UNINFORMATIVE = frozenset(
    "about after again all also and any are because been before being between but can cannot could did does doing down "
    "due during each few for from had has have how into its itself just more most not now off once only other our out "
    "over own some such than that the their them then there these they this through too under until very was were what "
    "when where which while who why will with without would you your "
    "alert alerts incident incidents issue issues problem problems degraded degradation disruption down outage "
    "investigating resolved update".split()
)


def normalised(title: str | None) -> str:
    """Fold a title: lower case, without urls, ticket keys, hexadecimal and other numbers, and punctuation."""
    text = unicodedata.normalize("NFKC", title or "").casefold()
    for pattern in (_URL, _HEX, _TICKET, _NOT_LETTERS):
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def words(folded: str) -> list[str]:
    """Split a folded text into words; writing without spaces into pairs of characters."""
    found: list[str] = []
    for part in folded.split():
        if _UNSPACED.search(part):
            found += [part[k : k + 2] for k in range(max(len(part) - 1, 1))]
        else:
            found.append(part)
    return found


def informative(word: str) -> bool:
    """Whether a word says something of what happened: long enough, and not one that stands on everything."""
    return (len(word) > 2 or bool(_UNSPACED.match(word))) and word not in _UNINFORMATIVE


def generic(folded: Sequence[str]) -> list[bool]:
    """Which of all the folded titles are generic: on too many incidents, or with too few informative words."""
    seen = Counter(folded)
    limit = max(FEWEST_SEEN, LARGEST_SHARE * len(folded))
    answers = {
        title: count > limit or len(set(filter(informative, words(title)))) < FEWEST_WORDS
        for title, count in seen.items()
    }
    return [answers[title] for title in folded]
