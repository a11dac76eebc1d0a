"""The suggestions of a workspace: candidates, less what is decided, with the words that say why."""

import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import numpy as np

from reliability.repeats.candidates import DAY, SPARE, Candidates, blocks, candidates, joined
from reliability.repeats.index import all_candidates
from reliability.repeats.model import CLOSE, SAME_TITLE, SIMILAR_TEXT, TOP, Key, Suggestion
from reliability.repeats.texts import Texts, read_texts, stem
from reliability.warehouse.versions import FOLDER
from reliability.warehouse.workspace import Workspace

MOST_WORDS = 8
"""Common words that are told of a suggestion at most."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_found: dict[Path, tuple[Texts, Candidates]] = {}
_finding = threading.Lock()


def suggested(
    workspace: Workspace,
    left_out: frozenset[tuple[Key, Key]] = frozenset(),
    per_incident: int = TOP,
    limit: int | None = None,
    only_close: bool = False,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[Suggestion, ...]:
    """Suggest the earlier incidents that each incident may be the return of, as of the workspace's instant.

    The newest incident comes first, and for each the likeliest partner. The whole history is searched, whatever a page
    shows; what facts already say (an explicit link, one issue) is never suggested.
    left_out: pairs that are not suggested, in either order, such as those a person rejected; the next in rank moves
    up. per_incident: at most so many partners each. limit: at most so many suggestions, None: all. only_close: leave
    out what is worth showing only to somebody who looks for it. start, end: only incidents opened in [start, end);
    their partners may lie before.
    """
    texts, found = _candidates(workspace)
    seen = _position(texts, workspace.as_of, "right")
    from_, to = _position(texts, start) if start else 0, min(_position(texts, end) if end else seen, seen)
    found = found.of((found.incident >= from_) & (found.incident < to))
    chosen = first(texts, found, left_out, per_incident)
    if only_close:
        chosen = chosen.of(chosen.same_title | (chosen.score >= CLOSE))
    # The newest first; a stable sort keeps the partners of one incident in their order.
    chosen = chosen.of(np.argsort(-chosen.incident, kind="stable")[:limit])
    return tuple(told(texts, chosen))


def first(
    texts: Texts, found: Candidates, left_out: Iterable[tuple[Key, Key]] = (), per_incident: int = TOP
) -> Candidates:
    """Keep the `per_incident` likeliest candidates of each incident that are not left out."""
    unwanted = _positions(texts, left_out)
    wanted = ~np.isin(found.incident * len(texts) + found.partner, [a * len(texts) + b for a, b in unwanted])
    before = np.bincount(found.incident, minlength=len(texts))
    after = np.bincount(found.incident[wanted], minlength=len(texts))
    # Of these there may be more than were kept: all others are known in full.
    short = (before >= TOP + SPARE) & (after < per_incident)
    kept = found.of(wanted & ~short[found.incident])
    if short.any():
        months = [month for month in blocks(texts.opened) if short[month.first : month.end].any()]
        more = joined(list(candidates(texts, months, keep=per_incident, left_out=unwanted)))
        kept = joined([kept, more.of(short[more.incident])])
        kept = kept.of(np.argsort(kept.incident, kind="stable"))
    begins = np.flatnonzero(np.diff(kept.incident, prepend=-1))
    rank = np.arange(len(kept)) - np.repeat(begins, np.diff([*begins, len(kept)]))
    return kept.of(rank < per_incident)


def told(texts: Texts, pairs: Candidates) -> Iterable[Suggestion]:
    """Put pairs into words."""
    for a, b, score, same in zip(
        pairs.incident.tolist(),
        pairs.partner.tolist(),
        pairs.score.tolist(),
        pairs.same_title.tolist(),
        strict=True,
    ):
        source, incident_id = texts.keys[a]
        partner_source, partner_id = texts.keys[b]
        yield Suggestion(
            source=source,
            incident_id=incident_id,
            partner_source=partner_source,
            partner_id=partner_id,
            rule=SAME_TITLE if same else SIMILAR_TEXT,
            score=round(score, 3),
            words=_common(texts, a, b),
            days_apart=float(texts.opened[a] - texts.opened[b]) / DAY,
        )


def _common(texts: Texts, a: int, b: int) -> tuple[str, ...]:
    """The words of an incident that the other has too, or one of the same stem; the rarest first."""
    stems = {stem(word) for part in texts.telling[b] for word in part}
    shared = {word for part in texts.telling[a] for word in part if stem(word) in stems}
    return tuple(sorted(shared, key=lambda word: (texts.frequency[word], word))[:MOST_WORDS])


def _position(texts: Texts, instant: datetime, side: Literal["left", "right"] = "left") -> int:
    return int(np.searchsorted(texts.opened, (instant - _EPOCH) // _MICROSECOND, side=side))


def _positions(texts: Texts, pairs: Iterable[tuple[Key, Key]]) -> list[tuple[int, int]]:
    """Pairs of known incidents by position, the later one first."""
    known = [(texts.places[a], texts.places[b]) for a, b in pairs if a in texts.places and b in texts.places]
    return [(max(pair), min(pair)) for pair in known]


def _candidates(workspace: Workspace) -> tuple[Texts, Candidates]:
    """The texts and candidates of a warehouse; those of the one asked last are remembered."""
    path = workspace.store.path
    with _finding:
        if path not in _found:
            texts = read_texts(workspace.store)
            found = all_candidates(texts, workspace.data_dir / FOLDER)
            _found.clear()
            _found[path] = (texts, found)
        return _found[path]
