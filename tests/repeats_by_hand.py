"""Incidents for the tests of suggestions: rows as `queries/repeats/texts.sql` returns them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from reliability.repeats.candidates import Candidates, blocks, candidates, joined
from reliability.repeats.texts import Texts, texts_of

START = datetime(2025, 3, 1, tzinfo=UTC)


def row(name: str, day: float, title: str | None, service: str | None = "api", **more: Any) -> dict[str, Any]:
    """One incident, opened `day` days after 1 March 2025."""
    known = {
        "source": "hand",
        "incident_id": name,
        "service": service,
        "opened_at": START + timedelta(days=day),
        "title": title,
        "text": None,
        "issue_id": None,
        "repeat_partner": None,
    }
    return {**known, **more}


def texts(*rows: dict[str, Any]) -> Texts:
    """Fold rows given in any order."""
    return texts_of(sorted(rows, key=lambda r: (r["opened_at"], r["incident_id"])))


def found(known: Texts, **options: Any) -> Candidates:
    """The candidates of every month."""
    return joined(list(candidates(known, blocks(known.opened), **options)))


def named(known: Texts, chosen: Candidates) -> list[tuple[str, str]]:
    """Pairs by the ids of the incident and its partner."""
    return [
        (known.keys[a][1], known.keys[b][1])
        for a, b in zip(chosen.incident.tolist(), chosen.partner.tolist(), strict=True)
    ]


def partners(*rows: dict[str, Any], **options: Any) -> dict[str, list[str]]:
    """Incident -> its candidates, the likeliest first."""
    known = texts(*rows)
    answer: dict[str, list[str]] = {}
    for name, partner in named(known, found(known, **options)):
        answer.setdefault(name, []).append(partner)
    return answer


def same(one: Candidates, other: Candidates) -> bool:
    """Whether two answers are equal to the last bit."""
    pairs: Sequence[tuple[Any, Any]] = (
        (one.incident, other.incident),
        (one.partner, other.partner),
        (one.score, other.score),
        (one.same_title, other.same_title),
    )
    return all(a.tolist() == b.tolist() for a, b in pairs)
