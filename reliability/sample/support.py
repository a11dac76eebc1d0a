"""What followed from the incidents: support tickets with their escalations, alerts, postmortems."""

import numpy as np

from reliability.sample import catalogue, draws, story
from reliability.sample.rows import (
    DAY,
    HOUR,
    MINUTE,
    NONE,
    PAGERDUTY,
    REGISTER,
    SERVICENOW,
    Rows,
    counted,
    stacked,
)
from reliability.sample.story import LAST_SECOND, STRETCHES

_TICKETS_PER_INCIDENT = (3.0, 0.9)  # P1, P2
_ORDINARY_TICKETS = 1300
_ESCALATED_OTHERS = (0.16, 0.05)  # share of P1s and P2s that are no repeats
_TO_EXECUTIVE = 0.9  # share of escalated repeats that reached an executive
_UNLABELLED_ALERTS = 0.04


def _known(instants: np.ndarray) -> np.ndarray:
    """Instants after the exports were made are not known yet."""
    return np.where(instants > LAST_SECOND, 0, instants).astype(np.int64)


def tickets(
    rng: np.random.Generator,
    incidents: Rows,
    hit: Rows,
    accounts: int,
    share: float,
    only_escalated: bool = False,
) -> Rows:
    """Tickets in order of creation.

    Columns: kind (1 about an incident, 0 ordinary), created, solved, engineering, executive (Unix seconds, 0
    none), incident (position or NONE), service, account, is_repeat, urgent, text, number.
    """
    first = _first_account(hit, len(incidents["opened"]))
    parts = [_escalations(rng, incidents, share)]
    if not only_escalated:
        parts += [_incident_tickets(rng, incidents), _ordinary(rng, round(_ORDINARY_TICKETS * share))]
    rows = stacked(
        [{"kind": np.full(len(part["created"]), int(n < 2)), **part} for n, part in enumerate(parts)]
    )
    count = len(rows["created"])
    is_first = (rows["engineering"] > 0) & (first[rows["incident"]] != NONE)
    rows["account"] = np.where(is_first, first[rows["incident"]], rng.integers(0, accounts, count))
    rows["text"] = rng.integers(0, 1 << 30, count)
    rows["created"] = np.minimum(rows["created"], LAST_SECOND - 2 * MINUTE)
    order = np.argsort(rows["created"], kind="stable")
    return {**{name: column[order] for name, column in rows.items()}, "number": np.arange(1, count + 1)}


def _first_account(hit: Rows, count: int) -> np.ndarray:
    """One account that each incident hit, NONE where there is none."""
    found = np.full(count + 1, NONE)
    found[hit["incident"][::-1]] = hit["account"][::-1]
    return found


def escalated(rng: np.random.Generator, incidents: Rows, share: float) -> np.ndarray:
    """Positions of the escalated incidents: exactly the story's number of repeats, and some others."""
    repeats = incidents["is_repeat"] & counted(incidents)
    chosen = []
    for k, stretch in enumerate(STRETCHES):
        here = np.flatnonzero(repeats & (incidents["stretch"] == k))
        wanted = stretch.escalated_repeats
        number = round(0.6 * len(here)) if wanted is None else round(wanted * share)
        chosen.append(here[draws.quota(rng, len(here), number)])
    others = counted(incidents) & ~incidents["is_repeat"] & (incidents["source"] == REGISTER)
    for level, fraction in enumerate(_ESCALATED_OTHERS, start=1):
        here = np.flatnonzero(others & (incidents["severity_highest"] == level))
        chosen.append(here[rng.random(len(here)) < fraction])
    return np.sort(np.concatenate(chosen))


def _escalations(rng: np.random.Generator, incidents: Rows, share: float) -> Rows:
    places = escalated(rng, incidents, share)
    count = len(places)
    created = incidents["opened"][places] + 2 * MINUTE + (rng.exponential(18 * MINUTE, count)).astype(int)
    engineering, executive = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    repeats = incidents["is_repeat"][places]
    for k, stretch in enumerate(STRETCHES):
        here = incidents["stretch"][places] == k
        # A lognormal's mean is its median times exp(sd^2 / 2).
        hours = stretch.engineering_hours * np.exp(0.75 * draws.normal_scores(rng, here.sum()) - 0.75**2 / 2)
        engineering[here] = created[here] + (hours * HOUR).astype(int)
        told = np.flatnonzero(here & repeats)
        told = told[draws.quota(rng, len(told), round(_TO_EXECUTIVE * len(told)))]
        hours = stretch.executive_hours * np.exp(0.5 * draws.normal_scores(rng, len(told)))
        executive[told] = incidents["opened"][places][told] + (hours * HOUR).astype(int)
    return {
        "created": created,
        "solved": _solved(rng, incidents, places, created),
        "engineering": _known(engineering),
        "executive": _known(executive),
        "incident": places,
        "service": incidents["service"][places],
        # Support marks what it recognises: not every repeat.
        "is_repeat": repeats & (rng.random(count) < 0.7),
        "urgent": np.ones(count, dtype=bool),
    }


def _solved(rng: np.random.Generator, incidents: Rows, places: np.ndarray, created: np.ndarray) -> np.ndarray:
    """Some hours after the incident ended; 0 while it is open."""
    ended = np.maximum(incidents["resolved"], incidents["closed"])[places]
    after = np.maximum(ended, created) + (rng.exponential(9 * HOUR, len(places))).astype(int) + 5 * MINUTE
    return np.where(ended == 0, 0, _known(after))


def _incident_tickets(rng: np.random.Generator, incidents: Rows) -> Rows:
    """Tickets of customers who noticed a P1 or P2; half of them were linked to it by support."""
    level = incidents["severity_highest"]
    noticed = counted(incidents) & (level <= 2)
    expected = np.where(noticed, np.array((*_TICKETS_PER_INCIDENT, 0, 0, 0))[level - 1], 0)
    places = np.repeat(np.arange(len(level)), rng.poisson(expected))
    count = len(places)
    created = incidents["opened"][places] + (rng.exponential(70 * MINUTE, count)).astype(int) + MINUTE
    linked = (rng.random(count) < 0.5) & (incidents["source"][places] != PAGERDUTY)
    nothing = np.zeros(count, dtype=np.int64)
    return {
        "created": created,
        "solved": _solved(rng, incidents, places, created),
        "engineering": nothing,
        "executive": nothing,
        "incident": np.where(linked, places, NONE),
        "service": incidents["service"][places],
        "is_repeat": linked & incidents["is_repeat"][places] & (rng.random(count) < 0.3),
        "urgent": rng.random(count) < 0.35,
    }


def _ordinary(rng: np.random.Generator, count: int) -> Rows:
    created = draws.moments(rng, count, (0, story.DAYS - 1), draws.WORKING_WEEK, draws.OFFICE_HOURS)
    nothing = np.zeros(count, dtype=np.int64)
    return {
        "created": created,
        "solved": _known(created + (20 * HOUR * np.exp(1.1 * rng.standard_normal(count))).astype(int)),
        "engineering": nothing,
        "executive": nothing,
        "incident": np.full(count, NONE),
        "service": draws.pick(rng, count, tuple(s["weight"] for s in catalogue.services())),
        "is_repeat": np.zeros(count, dtype=bool),
        "urgent": rng.random(count) < 0.04,
    }


def alerts(rng: np.random.Generator, incidents: Rows, share: float) -> Rows:
    """Alerts in order of time.

    Columns: fired, closed (Unix seconds), service, incident (position or NONE), actionable (1, 0, NONE when
    unlabelled), text, number.
    """
    parts = []
    for k, stretch in enumerate(STRETCHES):
        start = max(stretch.start, story.ALERTS_FROM)
        if start >= stretch.end:
            continue
        first, last = story.day_number(start), story.day_number(stretch.end)
        count = round(stretch.alerts_per_week * (last - first) / 7 * share)
        here = (
            (incidents["stretch"] == k) & (incidents["opened"] >= story.seconds(start)) & counted(incidents)
        )
        places = np.repeat(np.flatnonzero(here), rng.integers(0, 3, here.sum()))[:count]
        fired = draws.moments(rng, count, (first, last), draws.SEVERE_WEEK, clustering=0.05)
        fired = np.where(fired > LAST_SECOND - 3 * MINUTE, fired - DAY, fired)
        fired[: len(places)] = incidents["detected"][places] - rng.integers(0, 5 * MINUTE, len(places))
        service = draws.pick(rng, count, tuple(s["weight"] for s in catalogue.services()))
        service[: len(places)] = incidents["service"][places]
        incident = np.concatenate((places, np.full(count - len(places), NONE)))
        # Those of incidents were worth a look; of the others, as many as make up the story's share.
        worth = np.arange(count) < max(len(places), round(stretch.actionable * count))
        labelled = rng.random(count) >= _UNLABELLED_ALERTS
        parts.append(
            {
                "fired": fired,
                "service": service,
                "incident": incident,
                "actionable": np.where(labelled, worth, NONE),
            }
        )
    rows = stacked(parts)
    order = np.argsort(rows["fired"], kind="stable")
    rows = {name: column[order] for name, column in rows.items()}
    count = len(order)
    rows["closed"] = _known(
        rows["fired"] + (25 * MINUTE * np.exp(1.2 * rng.standard_normal(count))).astype(int)
    )
    rows["text"] = rng.integers(0, 1 << 30, count)
    return {**rows, "number": np.arange(1, count + 1)}


def postmortems(rng: np.random.Generator, incidents: Rows) -> Rows:
    """Postmortems of P1s. Columns: incident (position), published, actions, actions_done, text, attested."""
    severe = counted(incidents) & (incidents["severity_highest"] == 1) & (incidents["source"] != SERVICENOW)
    ended = np.where(incidents["resolved"] > 0, incidents["resolved"], incidents["closed"])
    parts = []
    for k, stretch in enumerate(STRETCHES):
        here = np.flatnonzero(
            severe & (incidents["stretch"] == k) & (ended > 0) & (ended < LAST_SECOND - 3 * DAY)
        )
        on_time = draws.quota(rng, len(here), round(stretch.on_time * len(here)))
        hours = np.where(on_time, rng.uniform(18, 70, len(here)), rng.uniform(78, 300, len(here)))
        # Before the promise four in ten of the late ones were never written at all.
        written = on_time | (rng.random(len(here)) < (1.0 if stretch.start >= story.TURN else 0.6))
        here, hours = here[written], hours[written]
        hours = np.minimum(hours, (LAST_SECOND - ended[here]) / HOUR - 2)
        actions = rng.integers(2, 7, len(here))
        published = ended[here] + (hours * HOUR).astype(int)
        age = (LAST_SECOND - published) / (90 * DAY)
        parts.append(
            {
                "incident": here,
                "published": _known(published),
                "actions": actions,
                "actions_done": np.floor(
                    actions * np.minimum(1, age * rng.uniform(0.5, 1.4, len(here)))
                ).astype(int),
                "attested": rng.random(len(here)) < (1.0 if stretch.start >= story.TURN else 0.8),
                "text": rng.integers(0, 1 << 30, len(here)),
            }
        )
    return stacked(parts)
