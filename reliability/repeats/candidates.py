"""Candidates: for every incident of a month, the earlier ones it resembles most.

Each text becomes weights of its words (tf-idf; the title counts twice), and two texts are as alike as the cosine of
the angle between them: Salton and Buckley 1988, https://doi.org/10.1016/0306-4573(88)90021-0. Beside each word stand
its first four letters, so that "timeout" and "timeouts" meet. Words are hashed into a fixed number of columns and are
weighed by how rare they are within the month and the look-back before it: what is found for a month depends on nothing
that lies outside, and stays the same for as long as the incidents within do.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from reliability.repeats.history import History
from reliability.repeats.model import FLOOR, LOOK_BACK_DAYS, TOP
from reliability.repeats.texts import Texts, in_turn, stem

SPARE = 15
"""Candidates kept beyond those that are shown: they move up when a person rejects one of the first."""

DAY = 86_400_000_000
_COLUMNS = 1 << 20
_TITLE_WEIGHT = 2
# So many likenesses are held at a time at most, about 12 bytes each.
_CELLS = 2_000_000
_STRIDE = 1 << 32  # of a pair's two places one number is made


@dataclass(frozen=True)
class Candidates:
    """Pairs of incidents: parallel arrays, by incident, and the likeliest partner of each first.

    incident, partner: positions in the texts. score: likeness, 0-1. same_title: whether the folded titles are equal.
    """

    incident: np.ndarray
    partner: np.ndarray
    score: np.ndarray
    same_title: np.ndarray

    def __len__(self) -> int:
        return len(self.incident)

    def moved(self, by: int) -> "Candidates":
        """The same pairs with every position moved."""
        return Candidates(self.incident + by, self.partner + by, self.score, self.same_title)

    def of(self, chosen: np.ndarray | slice) -> "Candidates":
        """The pairs at some places, in their order, or where a mask is true."""
        return Candidates(
            self.incident[chosen], self.partner[chosen], self.score[chosen], self.same_title[chosen]
        )


@dataclass(frozen=True)
class Block:
    """One month: the incidents at positions [first, end), with those of the look-back before it, [start, end)."""

    start: int
    first: int
    end: int


def joined(parts: Sequence[Candidates]) -> Candidates:
    """Put candidates one after the other."""
    if not parts:
        parts = [_NONE]
    return Candidates(
        np.concatenate([p.incident for p in parts]),
        np.concatenate([p.partner for p in parts]),
        np.concatenate([p.score for p in parts]),
        np.concatenate([p.same_title for p in parts]),
    )


def blocks(opened: np.ndarray, look_back_days: float = LOOK_BACK_DAYS) -> list[Block]:
    """Cut incidents in order of opening (microseconds since 1970) into calendar months (UTC) that hold any."""
    if not len(opened):
        return []
    months = opened.astype("datetime64[us]").astype("datetime64[M]")
    firsts = [0, *(np.flatnonzero(np.diff(months).astype(int)) + 1).tolist(), len(opened)]
    starts = months[firsts[:-1]].astype("datetime64[us]").astype(np.int64) - round(look_back_days * DAY)
    at = np.searchsorted(opened, starts, side="left").tolist()
    return [Block(start, first, end) for start, (first, end) in zip(at, pairwise(firsts), strict=True)]


def candidates(
    texts: Texts | History,
    months: Iterable[Block],
    look_back_days: float = LOOK_BACK_DAYS,
    floor: float = FLOOR,
    keep: int = TOP + SPARE,
    left_out: Iterable[tuple[int, int]] = (),
) -> Iterator[Candidates]:
    """Find, month by month, the `keep` likeliest earlier incidents of each incident, within its service and look-back.

    What a fact already says of two incidents, one issue or a link, is no candidate. Incidents of the same title are
    candidates even where their other words differ. left_out: pairs of positions that are no candidates either.
    """
    unwanted = np.array([a * _STRIDE + b for a, b in left_out], dtype=np.int64)
    for month, part, counts in _counts(texts, months):
        yield _of_month(part, month, counts, round(look_back_days * DAY), floor, keep, unwanted)


def _of_month(
    part: Texts, block: Block, counts: Any, look_back: int, floor: float, keep: int, unwanted: np.ndarray
) -> Candidates:
    """part: the incidents of the block."""
    opened, issue = part.opened, _numbers(part.issue)
    own, linked = _links(part)
    title = _numbers(part.title)
    title[np.array(part.is_generic, dtype=bool)] = -1
    found = []
    for a, b, score in _likenesses(_weights(counts), _numbers(part.service), block):
        same = (title[a] == title[b]) & (title[a] >= 0)
        wanted = (b < a) & ((score >= floor) | same)
        a, b, score, same = a[wanted], b[wanted], score[wanted], same[wanted]
        wanted = opened[a] - opened[b] <= look_back
        wanted &= (issue[a] != issue[b]) | (issue[a] < 0)
        wanted &= (linked[a] != own[b]) & (linked[b] != own[a])
        pair = Candidates(a + block.start, b + block.start, score, same).of(wanted)
        if len(unwanted):
            pair = pair.of(~np.isin(pair.incident * _STRIDE + pair.partner, unwanted))
        found.append(_first(pair, keep))
    every = joined(found)
    # Services were looked at one after the other.
    return every.of(np.argsort(every.incident, kind="stable"))


def _counts(texts: Texts | History, months: Iterable[Block]) -> Iterator[tuple[Block, Texts, Any]]:
    """The incidents of a month and its look-back, and how often each word stands in each.

    What two months share is counted once.
    """
    from scipy import sparse
    from sklearn.feature_extraction import FeatureHasher

    hasher = FeatureHasher(_COLUMNS, input_type="string", alternate_sign=False, dtype=np.float32)
    start, end, part, held = 0, 0, in_turn([]), None
    for month in months:
        new = max(end, month.start)
        fresh = texts.part(new, month.end)
        words = fresh.telling
        more = hasher.transform(_features(*telling) for telling in words) if words else None
        kept = held[month.start - start :] if held is not None and month.start < end else None
        parts = [counted for counted in (kept, more) if counted is not None]
        held = sparse.vstack(parts, format="csr") if len(parts) > 1 else parts[0]
        part = in_turn([part.part(min(month.start, new) - start, len(part)), fresh])
        start, end = month.start, month.end
        yield month, part, held


def _features(title: list[str], body: list[str]) -> list[str]:
    words = title * _TITLE_WEIGHT + body
    return words + [f"{stem(word)}*" for word in words if stem(word) != word]


def _weights(counts: Any) -> Any:
    """One row of weights per incident, of length 1, or 0 where nothing of use was written."""
    from sklearn.feature_extraction.text import TfidfTransformer

    return TfidfTransformer(sublinear_tf=True).fit_transform(counts)


def _likenesses(
    weights: Any, service: np.ndarray, block: Block
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Compare each incident of the month with all of its service; places within the block, and rounded cosines."""
    order = np.argsort(service, kind="stable")
    edges = [0, *(np.flatnonzero(np.diff(service[order])) + 1).tolist(), len(order)]
    for left, right in pairwise(edges):
        everyone = order[left:right]
        asking = everyone[everyone >= block.first - block.start]
        against = weights[everyone].T.tocsr()
        step = max(_CELLS // len(everyone), 1)
        for k in range(0, len(asking), step):
            some = asking[k : k + step]
            product = (weights[some] @ against).tocoo()
            # Rounded, so that the newer one comes first among those that are as good as equal.
            score = np.minimum(np.round(product.data, 3), 1.0)
            yield some[product.row], everyone[product.col], score


def _first(pairs: Candidates, keep: int) -> Candidates:
    """The `keep` likeliest partners of each incident; among equals the newer."""
    sorted_ = pairs.of(np.lexsort((-pairs.partner, -pairs.score, pairs.incident)))
    begins = np.flatnonzero(np.diff(sorted_.incident, prepend=-1))
    rank = np.arange(len(sorted_)) - np.repeat(begins, np.diff([*begins, len(sorted_)]))
    return sorted_.of(rank < keep)


def _links(part: Texts) -> tuple[np.ndarray, np.ndarray]:
    """A number per incident, and that of the one which it is linked to: -1 for none, -2 for one that nobody names."""
    named = {name: number for number, name in enumerate({name for name in part.partner if name is not None})}
    if not named:
        return np.full(len(part), -2), np.full(len(part), -1)
    own = np.array([named.get(key[1], -2) for key in part.keys], dtype=np.int64)
    return own, np.array([-1 if name is None else named[name] for name in part.partner], dtype=np.int64)


def _numbers(values: Sequence[str | None]) -> np.ndarray:
    """A number per distinct value, in the order they are met, -1 for none."""
    import pandas as pd

    numbers: np.ndarray = pd.factorize(np.array(values, dtype=object))[0]
    return numbers


_NONE = Candidates(
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.int64),
    np.zeros(0, dtype=np.float32),
    np.zeros(0, dtype=bool),
)
