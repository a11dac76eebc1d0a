"""Texts: what is known of every incident that may show that it came back."""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from reliability.repeats import titles
from reliability.repeats.model import Key

LONGEST_TEXT = 60
"""Words of a text that are read. What comes later in a long one is mostly logs."""

DIGEST = 16

_LONGEST_WORD = 50
_STEM = 4
_OF_TEXTS = ("source", "incident_id", "service", "opened_at", "title", "text", "issue_id", "repeat_partner")
_OF_PART = (
    *(
        "place",
        "source",
        "incident_id",
        "folded_service",
        "opened",
        "folded_title",
        "folded_text",
        "is_generic",
    ),
    *("issue_id", "repeat_partner"),
)
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
    def digests(self) -> bytes:
        """DIGEST bytes per incident that change when anything changes that its suggestions are based on.

        But for whether its title is generic, which all others have a part in.
        """
        columns = (
            self.keys,
            self.service,
            self.opened.tolist(),
            self.title,
            self.body,
            self.issue,
            self.partner,
        )
        return b"".join(
            hashlib.blake2b(repr(known).encode("utf-8", "surrogatepass"), digest_size=DIGEST).digest()
            for known in zip(*columns, strict=True)
        )

    def part(self, from_: int, to: int) -> "Texts":
        """The incidents at places [from_, to)."""
        some = slice(from_, to)
        found = Texts(
            self.keys[some],
            self.service[some],
            self.opened[some],
            self.title[some],
            self.body[some],
            self.issue[some],
            self.partner[some],
        )
        vars(found)["is_generic"] = self.is_generic[some]
        return found

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


class Part(Texts):
    """Some of the incidents of a history, which know what the whole history says of them.

    at: the place of each in the whole history, ascending.
    """

    at: np.ndarray

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """rows: of queries/suggestions/incidents.sql."""
        place, source, name, service, opened, title, body, is_generic, issue, partner = _columns(
            rows, _OF_PART
        )
        super().__init__(
            # What is equal is held once.
            keys=tuple(zip(map(_interned, source), name, strict=True)),
            service=tuple(map(sys.intern, service)),
            opened=np.array(opened, dtype=np.int64),
            title=tuple(map(sys.intern, title)),
            body=tuple(map(sys.intern, body)),
            issue=issue,
            partner=partner,
        )
        vars(self)["is_generic"] = list(is_generic)
        vars(self)["at"] = np.array(place, dtype=np.int64)


def texts_of(rows: Iterable[Mapping[str, Any]]) -> Texts:
    """Fold rows, in order of opening, of the columns of queries/repeats/texts.sql."""
    source, name, service, opened, title, text, issue, partner = _columns(list(rows), _OF_TEXTS)
    held: dict[str, str] = {}  # what is equal is held once

    def once(said: str) -> str:
        return held.setdefault(said, said)

    def maybe(said: str | None) -> str | None:
        return None if said is None else once(said)

    services = {said: once((said or "").strip().casefold()) for said in set(service)}
    folded = {said: once(titles.normalised(said)) for said in set(title)}
    bodies = {said: once(_beginning(said)) for said in set(text)}
    return Texts(
        keys=tuple(zip(map(maybe, source), name, strict=True)),
        service=tuple(services[said] for said in service),
        opened=np.array([_microseconds(instant) for instant in opened], dtype=np.int64),
        title=tuple(folded[said] for said in title),
        body=tuple(bodies[said] for said in text),
        issue=tuple(map(maybe, issue)),
        partner=partner,
    )


def _interned(said: str | None) -> str | None:
    return None if said is None else sys.intern(said)


def _columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> tuple[tuple[Any, ...], ...]:
    """Rows as columns, in the order of names."""
    return tuple(zip(*map(itemgetter(*names), rows), strict=True)) or ((),) * len(names)


def in_turn(parts: Sequence[Texts]) -> Texts:
    """Put texts one after the other. Each keeps what the whole history says of its titles."""
    found = Texts(
        keys=tuple(chain.from_iterable(part.keys for part in parts)),
        service=tuple(chain.from_iterable(part.service for part in parts)),
        opened=np.concatenate([np.zeros(0, dtype=np.int64), *(part.opened for part in parts)]),
        title=tuple(chain.from_iterable(part.title for part in parts)),
        body=tuple(chain.from_iterable(part.body for part in parts)),
        issue=tuple(chain.from_iterable(part.issue for part in parts)),
        partner=tuple(chain.from_iterable(part.partner for part in parts)),
    )
    vars(found)["is_generic"] = list(chain.from_iterable(part.is_generic for part in parts))
    return found


def stem(word: str) -> str:
    """Cut a word to its first letters, so that "timeout" and "timeouts" meet."""
    return word[:_STEM]


def _beginning(text: str | None) -> str:
    folded = titles.words(titles.normalised((text or "")[: LONGEST_TEXT * _LONGEST_WORD]))
    return " ".join(folded[:LONGEST_TEXT])


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
