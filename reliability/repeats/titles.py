"""Titles: what is left of one when everything that differs between two of the same kind is taken away."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

FEWEST_WORDS = 2
"""A text with fewer informative words says nothing about what happened (benchmarks/repeats.py compares 1 to 3)."""

LARGEST_SHARE = 0.02
FEWEST_SEEN = 10
"""A title on more than this share of all incidents, and on more than this many, is a habit and no finding."""

_URL = re.compile(r"\b[a-z][a-z0-9+.-]*://\S+|\bwww\.\S+")
# A ticket key (PAY-1042, INC0012345, #77), a UUID, and any other word with a digit in it but a name such as "eu2".
_KEY = re.compile(r"#\d+|\b[a-z][a-z0-9_]*-\d+\b|\b[a-z]{1,8}\d{4,}\b")
_HEX = re.compile(r"\b(?:0x[0-9a-f]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[a-f]*\d)[0-9a-f]{6,})\b")
_NOT_LETTERS = re.compile(r"[\W\d_]+")
# Writing without spaces: Thai, Chinese and Japanese characters. A run of it is read two characters at a time.
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")

_UNINFORMATIVE = frozenset(
    word
    for line in (
        "about after again all also and any are because been before being between but can cannot could did does",
        "doing down due during each few for from had has have how into its itself just more most not now off once",
        "only other our out over own some such than that the their them then there these they this through too under",
        "until very was were what when where which while who why will with without would you your",
        "alert alerts incident incidents issue issues problem problems degraded degradation disruption outage",
        "investigating resolved update",
    )
    for word in line.split()
)
"""English function words, and what incident tools write on everything."""


def normalised(text: str | None) -> str:
    """Fold a text: lower case, without urls, ticket keys, hexadecimal and other numbers, and punctuation."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    if "://" in folded or "www." in folded:
        folded = _URL.sub(" ", folded)
    for pattern in (_HEX, _KEY, _NOT_LETTERS):
        folded = pattern.sub(" ", folded)
    return " ".join(folded.split())


def words(folded: str) -> list[str]:
    """Split a folded text into words; writing without spaces into pairs of characters."""
    if not _UNSPACED.search(folded):
        return folded.split()
    found: list[str] = []
    for part in folded.split():
        if _UNSPACED.search(part):
            found += [part[k : k + 2] for k in range(max(len(part) - 1, 1))]
        else:
            found.append(part)
    return found


def informative(found: Iterable[str]) -> list[str]:
    """Keep the words that say something of what happened: long enough, and not those that stand on everything."""
    return [w for w in found if w not in _UNINFORMATIVE and (len(w) > 2 or _UNSPACED.match(w))]


def tells_something(found: Iterable[str]) -> bool:
    """Whether words are enough to know an incident by."""
    return len(set(informative(found))) >= FEWEST_WORDS


def generic(folded: Sequence[str], services: Sequence[str]) -> list[bool]:
    """Say which titles are generic: on too many of all incidents, or with too few informative words.

    folded: the title of every incident, normalised. services: where each happened; its name informs nobody.
    """
    seen = Counter(folded)
    answers = {
        (title, service): is_generic(title, service, seen[title], len(folded))
        for title, service in set(zip(folded, services, strict=True))
    }
    return [answers[known] for known in zip(folded, services, strict=True)]


def is_generic(folded: str, service: str, seen: int, of: int) -> bool:
    """Say whether one title is generic, which `seen` incidents of so many have."""
    too_many = max(FEWEST_SEEN, LARGEST_SHARE * of)
    return seen > too_many or not tells_something(without(words(folded), service))


def without(found: Iterable[str], service: str) -> list[str]:
    """Leave out the words of a service's own name: only its incidents are compared with each other."""
    own = _own_words(service)
    return [w for w in found if w not in own]


@lru_cache(maxsize=1000)
def _own_words(service: str) -> frozenset[str]:
    return frozenset(words(normalised(service)))
