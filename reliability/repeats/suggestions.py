"""The suggestions of a workspace: candidates, less what is decided, with the words that say why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from reliability.queries import Store
from reliability.repeats.candidates import DAY, SPARE, Block, Candidates, blocks, candidates, joined
from reliability.repeats.model import CLOSE, SAME_TITLE, SIMILAR_TEXT, TOP, Key, Suggestion
from reliability.repeats.prepared import listed, part, places_of, prepared
from reliability.repeats.texts import Texts, stem
from reliability.warehouse.workspace import Workspace

MOST_WORDS = 8
"""Common words that are shown of a suggestion at most."""


@dataclass(frozen=True)
class Waiting:
    """The suggestions that wait for a decision, as far as they are asked for.

    rows: of `suggestions/queue`, each with its suggestion. waiting, grave: how many there are in all, and P1 and P2.
    """

    rows: tuple[tuple[dict[str, Any], Suggestion], ...]
    waiting: int
    grave: int


def suggested(
    workspace: Workspace,
    left_out: frozenset[tuple[Key, Key]] = frozenset(),
    per_incident: int = TOP,
    limit: int | None = None,
    only_close: bool = False,
    start: datetime | None = None,
    end: datetime | None = None,
    of: Key | None = None,
) -> tuple[Suggestion, ...]:
    """Suggest the earlier incidents that each incident may be the return of, as of the workspace's instant.

    The newest incident comes first, and for each the likeliest partner. The whole history is searched, whatever a page
    shows; what facts already say (an explicit link, one issue) is never suggested.
    left_out: pairs that are not suggested, in either order, such as those a person rejected; the next in rank moves
    up. per_incident: at most so many partners each. limit: at most so many suggestions, None: all. only_close: leave
    out what is worth showing only to somebody who looks for it. start, end: only incidents opened in [start, end);
    their partners may lie before. of: only this incident.
    """
    store = prepared(workspace)
    window = {"start": start, "end": end, "as_of": workspace.as_of}
    at = store.run("suggestions/places", window).one()
    from_, to = at["first"], at["beyond"]
    if of is not None:
        place = places_of(store, [of]).get(of, to)
        from_, to = max(from_, place), min(to, place + 1)
    chosen = _chosen(store, from_, to, at["total"], left_out, per_incident)
    if only_close:
        chosen = chosen.of(chosen.same_title | (chosen.score >= CLOSE))
    # The newest first; a stable sort keeps the partners of one incident in their order.
    chosen = chosen.of(np.argsort(-chosen.incident, kind="stable")[:limit])
    return _told(store, chosen)


def waiting(
    workspace: Workspace,
    window: Mapping[str, Any],
    rejected: frozenset[tuple[Key, Key]] = frozenset(),
    settled: frozenset[Key] = frozenset(),
    skipped: frozenset[Key] = frozenset(),
    limit: int = 1,
) -> Waiting:
    """Return the first suggestions of a window that wait for a decision, one per incident, the gravest first.

    window: start, end, as_of and filters. rejected: pairs decided about. settled: incidents of which nothing is asked
    any more. skipped: incidents that come last. limit: at most so many rows.
    """
    store = prepared(workspace)
    rows = _queue(store, window, rejected, settled, skipped, limit)
    total, grave = (rows[0]["waiting"], rows[0]["grave"]) if rows else (0, 0)
    return Waiting(tuple(zip(rows, _told_rows(store, rows), strict=True)), total, grave)


def waiting_number(
    workspace: Workspace,
    window: Mapping[str, Any],
    rejected: frozenset[tuple[Key, Key]] = frozenset(),
    settled: frozenset[Key] = frozenset(),
    limit: int = 1,
) -> int:
    """Return how many suggestions of a window wait for a decision, without their words.

    The arguments are those of `waiting`; after it, with the same ones, nothing is asked of the database.
    """
    rows = _queue(prepared(workspace), window, rejected, settled, frozenset(), limit)
    return int(rows[0]["waiting"]) if rows else 0


def _queue(
    store: Store,
    window: Mapping[str, Any],
    rejected: frozenset[tuple[Key, Key]],
    settled: frozenset[Key],
    skipped: frozenset[Key],
    limit: int,
) -> Sequence[dict[str, Any]]:
    of_pairs = places_of(store, [key for pair in rejected for key in pair])
    known = places_of(store, [*settled, *skipped])
    doubted = sorted({max(of_pairs[a], of_pairs[b]) for a, b in rejected if a in of_pairs and b in of_pairs})
    instead = _instead(store, doubted, window, rejected)
    asked = {
        **window,
        "settled": sorted(known[key] for key in settled if key in known),
        "rejected": doubted,
        "instead_places": instead.incident.tolist(),
        "instead_partners": instead.partner.tolist(),
        "instead_scores": instead.score.tolist(),
        "instead_same_title": instead.same_title.tolist(),
        "skipped": sorted(known[key] for key in skipped if key in known),
        "limit": limit,
    }
    return store.run("suggestions/queue", asked).rows


def first(
    texts: Texts, found: Candidates, left_out: Iterable[tuple[Key, Key]] = (), per_incident: int = TOP
) -> Candidates:
    """Keep the `per_incident` likeliest candidates of each incident that are not left out."""
    unwanted = _positions(texts, left_out)

    def more(short: np.ndarray) -> Candidates:
        months = [month for month in blocks(texts.opened) if short[month.first : month.end].any()]
        return joined(list(candidates(texts, months, keep=per_incident, left_out=unwanted)))

    return _first(found, len(texts), unwanted, per_incident, more)


def _first(
    found: Candidates,
    total: int,
    unwanted: Sequence[tuple[int, int]],
    per_incident: int,
    more: Callable[[np.ndarray], Candidates],
) -> Candidates:
    """Keep the first of each incident. more: finds again those of the incidents at some places, of `total`."""
    wanted = ~np.isin(found.incident * total + found.partner, [a * total + b for a, b in unwanted])
    before = np.bincount(found.incident, minlength=total)
    after = np.bincount(found.incident[wanted], minlength=total)
    # Of these there may be more than were kept: all others are known in full.
    short = (before >= TOP + SPARE) & (after < per_incident)
    kept = found.of(wanted & ~short[found.incident])
    if short.any():
        again = more(short)
        kept = joined([kept, again.of(short[again.incident])])
        kept = kept.of(np.argsort(kept.incident, kind="stable"))
    begins = np.flatnonzero(np.diff(kept.incident, prepend=-1))
    rank = np.arange(len(kept)) - np.repeat(begins, np.diff([*begins, len(kept)]))
    return kept.of(rank < per_incident)


def _chosen(
    store: Store,
    from_: int,
    to: int,
    total: int,
    left_out: Iterable[tuple[Key, Key]],
    per_incident: int,
    only: Sequence[int] | None = None,
) -> Candidates:
    """The likeliest candidates of the incidents at places [from_, to), or of `only` some of them."""
    unwanted = _unwanted(store, left_out)
    doubted = [a for a, _ in unwanted if from_ <= a < to] if only is None else list(only)
    asked = {
        "first": from_,
        "beyond": to,
        "per_incident": per_incident if only is None else 0,
        "doubted": doubted,
    }
    rows = store.run("suggestions/candidates", asked).rows
    found = Candidates(
        np.array([row["place"] for row in rows], dtype=np.int64),
        np.array([row["partner_place"] for row in rows], dtype=np.int64),
        np.array([row["score"] for row in rows], dtype=np.float64),
        np.array([row["same_title"] for row in rows], dtype=bool),
    )
    return _first(
        found, total, unwanted, per_incident, lambda short: _again(store, short, per_incident, unwanted)
    )


def _again(
    store: Store, short: np.ndarray, per_incident: int, unwanted: Sequence[tuple[int, int]]
) -> Candidates:
    """Find the candidates of incidents at some places from their texts: those of their months and the look-back."""
    opened = np.array([row["opened"] for row in store.run("suggestions/openings")], dtype=np.int64)
    found = []
    for month in blocks(opened):
        if not short[month.first : month.end].any():
            continue
        texts = part(store, month.start, month.end)
        own = Block(0, month.first - month.start, month.end - month.start)
        without = [
            (a - month.start, b - month.start) for a, b in unwanted if b >= month.start and a < month.end
        ]
        found += [c.moved(month.start) for c in candidates(texts, [own], keep=per_incident, left_out=without)]
    return joined(found)


def _instead(
    store: Store, doubted: Sequence[int], window: Mapping[str, Any], rejected: frozenset[tuple[Key, Key]]
) -> Candidates:
    """The first suggestion worth showing of each incident of which a pair was rejected."""
    if not doubted:
        return joined([])
    at = store.run("suggestions/places", {name: window[name] for name in ("start", "end", "as_of")}).one()
    inside = [place for place in doubted if at["first"] <= place < at["beyond"]]
    if not inside:
        return joined([])
    found = _chosen(store, at["first"], at["beyond"], at["total"], rejected, TOP, inside)
    close = found.of(found.same_title | (found.score >= CLOSE))
    return close.of(np.diff(close.incident, prepend=-1) > 0)


def _unwanted(store: Store, pairs: Iterable[tuple[Key, Key]]) -> list[tuple[int, int]]:
    """Pairs of known incidents by place, the later one first."""
    listed_ = list(pairs)
    known = places_of(store, [key for pair in listed_ for key in pair])
    found = [(known[a], known[b]) for a, b in listed_ if a in known and b in known]
    return [(max(pair), min(pair)) for pair in found]


def _told(store: Store, chosen: Candidates) -> tuple[Suggestion, ...]:
    if not len(chosen):
        return ()
    texts = listed(store, [*chosen.incident.tolist(), *chosen.partner.tolist()])
    here = Candidates(
        np.searchsorted(texts.at, chosen.incident),
        np.searchsorted(texts.at, chosen.partner),
        chosen.score,
        chosen.same_title,
    )
    return tuple(told(texts, here))


def _told_rows(store: Store, rows: Sequence[Mapping[str, Any]]) -> tuple[Suggestion, ...]:
    return _told(
        store,
        Candidates(
            np.array([row["place"] for row in rows], dtype=np.int64),
            np.array([row["partner_place"] for row in rows], dtype=np.int64),
            np.array([row["score"] for row in rows], dtype=np.float64),
            np.array([row["same_title"] for row in rows], dtype=bool),
        ),
    )


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


def _positions(texts: Texts, pairs: Iterable[tuple[Key, Key]]) -> list[tuple[int, int]]:
    """Pairs of known incidents by position, the later one first."""
    known = [(texts.places[a], texts.places[b]) for a, b in pairs if a in texts.places and b in texts.places]
    return [(max(pair), min(pair)) for pair in known]
