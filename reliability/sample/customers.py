"""The customers of one copy of the organisation: accounts, which incident hit whom, what they answered."""

import numpy as np

from reliability.sample import catalogue, draws, story
from reliability.sample.rows import DAY, MINUTE, NONE, PAGERDUTY, Rows, counted, stacked
from reliability.sample.story import LAST_SECOND, MOODS, TURN

ACCOUNTS = 420
SEGMENTS = ("Enterprise", "Mid-market", "Small business")
_SEGMENT_SHARES = (0.14, 0.36, 0.50)
_VALUES = (240_000, 62_000, 9_500)  # median yearly value by segment
_CONTACTS = (4, 2, 1)  # an enterprise has more people who answer

# A blow to trust fades within two months; each of the first three incidents counts.
_MEMORY = 60 * DAY
_PASSIVES = 0.30
_WITHIN = {
    "detractor": (0.06, 0.04, 0.07, 0.12, 0.16, 0.27, 0.28),
    "passive": (0.4, 0.6),
    "promoter": (0.55, 0.45),
}

# What a comment is about; the texts are in comments.toml.
PROMOTER, RECOVERED, PASSIVE, HIT, OTHER = range(5)
TONES = ("promoters", "recovered", "passives", "detractors_incident", "detractors_other")
COMMENTED = 0.34

# Kinds of rows in a survey export.
SCORED, PREVIEW, UNFINISHED, BLANK = range(4)


def accounts(rng: np.random.Generator, count: int = ACCOUNTS) -> Rows:
    """Columns: segment (number), value (per year), exposure (how likely an incident hits it), mood."""
    segment = draws.pick(rng, count, _SEGMENT_SHARES)
    value = np.array(_VALUES)[segment] * np.exp(0.5 * rng.standard_normal(count))
    return {
        "segment": segment,
        "value": (value // 100 * 100).astype(np.int64),
        "exposure": np.array((3.0, 1.6, 1.0))[segment] * np.exp(0.7 * rng.standard_normal(count)),
        "mood": rng.standard_normal(count),
    }


def hits(rng: np.random.Generator, incidents: Rows, customers: Rows) -> Rows:
    """Which accounts each P1 and P2 hit, as many as it says. Columns: incident (position), account."""
    severe = counted(incidents) & (incidents["severity_highest"] <= 2) & (incidents["source"] != PAGERDUTY)
    places = np.flatnonzero(severe)
    count = len(customers["segment"])
    # The accounts with the largest weighted random keys are a weighted draw without replacement.
    keys = np.log(customers["exposure"]) + rng.gumbel(size=(len(places), count))
    order = np.argsort(-keys, axis=1)
    wanted = np.minimum(incidents["customers"][places], count)
    chosen = np.arange(count) < wanted[:, None]
    return {"incident": np.repeat(places, wanted), "account": order[chosen]}


def answers(rng: np.random.Generator, incidents: Rows, customers: Rows, hit: Rows, share: float) -> Rows:
    """NPS answers in order of time.

    Columns: responded (Unix seconds), account, score (NONE when blank), sort (SCORED, PREVIEW, UNFINISHED or
    BLANK), tone and text (numbers of the comment, NONE without one), service (what it is about), number.
    """
    severe = incidents["severity_highest"][hit["incident"]] == 1
    blows = np.zeros((len(customers["segment"]), story.DAYS + 1), dtype=np.int64)
    day_of_hit = np.searchsorted(story.MIDNIGHTS, incidents["opened"][hit["incident"][severe]]) - 1
    np.add.at(blows, (hit["account"][severe], day_of_hit), 1)
    felt = blows.cumsum(axis=1)
    parts = []
    for start, end, points, per_90_days in MOODS:
        first, last = story.day_number(start), story.day_number(end)
        count = round(per_90_days * (last - first) / 90 * share)
        parts.append(_mood(rng, customers, felt, (first, last), points, count))
    rows = stacked(parts)
    rows = stacked([rows, *_incomplete(rng, rows)])
    order = np.argsort(rows["responded"], kind="stable")
    rows = {name: column[order] for name, column in rows.items()}
    return {**rows, "number": np.arange(1, len(order) + 1)}


def _mood(
    rng: np.random.Generator,
    customers: Rows,
    felt: np.ndarray,
    days: tuple[int, int],
    points: float,
    count: int,
) -> Rows:
    """Answers of one period with exactly its NPS; those hit lately are the likelier detractors."""
    responded = draws.moments(rng, count, days, draws.WORKING_WEEK, draws.OFFICE_HOURS)
    responded = np.where(responded > LAST_SECOND - 10 * MINUTE, responded - 3 * DAY, responded)
    account = draws.pick(rng, count, np.array(_CONTACTS)[customers["segment"]])
    day = np.searchsorted(story.MIDNIGHTS, responded) - 1
    recent = felt[account, day] - felt[account, np.maximum(day - _MEMORY // DAY, 0)]
    pleased = 0.15 * customers["mood"][account] - 0.45 * np.minimum(recent, 3) + rng.standard_normal(count)
    # Ranks decide who is what: the shares are exact whatever the draws.
    detractors = round(count * (1 - _PASSIVES - points / 100) / 2)
    promoters = detractors + round(count * points / 100)
    rank = np.empty(count, dtype=np.int64)
    rank[np.argsort(pleased, kind="stable")] = np.arange(count)
    is_detractor, is_promoter = rank < detractors, rank >= count - promoters
    score = np.where(
        is_detractor,
        draws.pick(rng, count, _WITHIN["detractor"]),
        np.where(
            is_promoter,
            9 + draws.pick(rng, count, _WITHIN["promoter"]),
            7 + draws.pick(rng, count, _WITHIN["passive"]),
        ),
    )
    calmer = (responded > story.seconds(TURN)) & (rng.random(count) < 0.4)
    tone = np.where(
        is_promoter,
        np.where(calmer, RECOVERED, PROMOTER),
        np.where(is_detractor, np.where((recent > 0) & (rng.random(count) < 0.85), HIT, OTHER), PASSIVE),
    )
    commented = rng.random(count) < np.where(is_detractor, 1.5 * COMMENTED, 0.85 * COMMENTED)
    return {
        "responded": responded,
        "account": account,
        "score": score,
        "sort": np.full(count, SCORED),
        "tone": np.where(commented, tone, NONE),
        "text": rng.integers(0, 1 << 30, count),
        "service": draws.pick(rng, count, tuple(s["weight"] for s in catalogue.services())),
    }


def _incomplete(rng: np.random.Generator, rows: Rows) -> list[Rows]:
    """Rows of a survey tool that are no answers: previews, broken-off ones, and blank scores."""
    count = len(rows["responded"])
    parts = []
    for sort, fraction in ((PREVIEW, 0.004), (UNFINISHED, 0.03), (BLANK, 0.015)):
        places = np.flatnonzero(rng.random(count) < fraction)
        copies = {name: column[places] for name, column in rows.items()}
        copies["responded"] = copies["responded"] - rng.integers(60, 7200, len(places))
        copies["sort"] = np.full(len(places), sort)
        if sort != PREVIEW:
            copies["score"] = np.full(len(places), NONE)
            copies["tone"] = np.full(len(places), NONE)
        parts.append(copies)
    return parts
