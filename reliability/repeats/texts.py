"""Texts: what is known of every incident that may show that it came back."""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np

from reliability.repeats import titles
from reliability.repeats.model import Key

LONGEST_TEXT = 60
"""Words of a text that are read. What comes later in a long one is mostly logs."""

_LONGEST_WORD = 50
_STEM = 4
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Texts:
    """Incidents in order of opening, one position each.

    opened: microseconds since 1970 (UTC). title, body: folded (`titles.normalised`). issue, partner: what facts say of
    it, the id of its issue and of the incident it repeats.
    """

    keys: tuple[Key, ...]
    service: tuple[str, ...]
    opened: np.ndarray
    title: tuple[str, ...]
    body: tuple[str, ...]
    issue: tuple[str | None, ...]
    partner: tuple[str | None, ...]

    def __len__(self) -> int:
        return len(self.keys)

    @cached_property
    def is_generic(self) -> list[bool]:
        """Whether each title is one that says nothing of what happened."""
        return titles.generic(self.title, self.service)

    @cached_property
    def digests(self) -> list[bytes]:
        """Sixteen bytes per incident that change when anything changes that its suggestions are based on."""
        return [
            hashlib.blake2b(repr(known).encode("utf-8", "surrogatepass"), digest_size=16).digest()
            for known in zip(
                self.keys,
                self.service,
                self.opened.tolist(),
                self.title,
                self.body,
                self.issue,
                self.partner,
                self.is_generic,
                strict=True,
            )
        ]

    @cached_property
    def places(self) -> dict[Key, int]:
        """The position of each incident."""
        return {key: position for position, key in enumerate(self.keys)}

    @cached_property
    def telling(self) -> list[tuple[list[str], list[str]]]:
        """The informative words of title and body that each incident may be known by; none when they are too few.

        A generic title counts for nothing, and so does the service's own name: only its incidents are compared.
        """
        known: dict[tuple[str, str], list[str]] = {}

        def words(folded: str, service: str) -> list[str]:
            if (folded, service) not in known:
                informative = titles.informative(titles.words(folded))
                known[folded, service] = [sys.intern(w) for w in titles.without(informative, service)]
            return known[folded, service]

        found = []
        for title, body, service, is_generic in zip(
            self.title, self.body, self.service, self.is_generic, strict=True
        ):
            of_title, of_body = [] if is_generic else words(title, service), words(body, service)
            says_something = of_title or titles.tells_something(of_body)
            found.append((of_title, of_body) if says_something else ([], []))
        return found

    @cached_property
    def frequency(self) -> Counter[str]:
        """How many incidents each telling word stands in."""
        return Counter(word for title, body in self.telling for word in {*title, *body})


def texts_of(rows: Iterable[Mapping[str, Any]], held: dict[str, str] | None = None) -> Texts:
    """Fold rows, in order of opening, of the columns of queries/repeats/texts.sql.

    held: strings of rows that were folded before, and from now on of these: what is equal is held once.
    """
    found = list(rows)
    held = {} if held is None else held

    def once(text: str) -> str:
        return held.setdefault(text, text)

    def maybe(text: str | None) -> str | None:
        return None if text is None else once(text)

    folded = {text: once(titles.normalised(text)) for text in {row["title"] for row in found}}
    bodies = {text: once(_beginning(text)) for text in {row["text"] for row in found}}
    return Texts(
        keys=tuple((maybe(row["source"]), row["incident_id"]) for row in found),
        service=tuple(once((row["service"] or "").strip().casefold()) for row in found),
        opened=np.array([_microseconds(row["opened_at"]) for row in found], dtype=np.int64),
        title=tuple(folded[row["title"]] for row in found),
        body=tuple(bodies[row["text"]] for row in found),
        issue=tuple(maybe(row["issue_id"]) for row in found),
        partner=tuple(row["repeat_partner"] for row in found),
    )


def in_turn(parts: Sequence[Texts]) -> Texts:
    """Put texts one after the other."""
    return Texts(
        keys=tuple(chain.from_iterable(part.keys for part in parts)),
        service=tuple(chain.from_iterable(part.service for part in parts)),
        opened=np.concatenate([np.zeros(0, dtype=np.int64), *(part.opened for part in parts)]),
        title=tuple(chain.from_iterable(part.title for part in parts)),
        body=tuple(chain.from_iterable(part.body for part in parts)),
        issue=tuple(chain.from_iterable(part.issue for part in parts)),
        partner=tuple(chain.from_iterable(part.partner for part in parts)),
    )


def stem(word: str) -> str:
    """Cut a word to its first letters, so that "timeout" and "timeouts" meet."""
    return word[:_STEM]


def _beginning(text: str | None) -> str:
    folded = titles.words(titles.normalised((text or "")[: LONGEST_TEXT * _LONGEST_WORD]))
    return " ".join(folded[:LONGEST_TEXT])


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
