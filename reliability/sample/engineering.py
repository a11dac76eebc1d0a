"""What the engineers did: availability, changes, sprints, support rotations. Drawn once, at any scale."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from reliability.sample import catalogue, draws, story
from reliability.sample.rows import DAY, HOUR, MINUTE, Rows, counted, stacked
from reliability.sample.story import LAST_SECOND, TURN

Records = list[dict[str, Any]]

_INTERVAL = 6 * HOUR
_REQUESTS = {  # valid requests of an ordinary six hours
    "checkout-api": 210_000,
    "payments-gateway": 150_000,
    "orders-api": 340_000,
    "identity": 620_000,
    "search": 900_000,
}
# Six-hour pieces of a UTC day, and weekdays: customers are shops.
_PIECES, _WEEKDAYS = (0.35, 1.25, 1.6, 0.8), (1.0, 0.96, 0.97, 1.0, 1.12, 1.15, 0.8)
# Intervals that the monitoring lost: (service, begin, number of intervals).
_GAPS = (
    ("orders-api", "2025-10-09 06:00", 2),
    ("identity", "2025-06-21 00:00", 4),
    ("search", "2025-01-14 12:00", 1),
    ("search", "2024-05-02 18:00", 6),
    ("payments-gateway", "2024-12-27 00:00", 3),
    ("checkout-api", "2025-03-30 00:00", 1),
)
_FIRST_SPRINT, _SPRINTS = date(2025, 5, 26), 13
_SPRINT = timedelta(days=14)
# Share of root-cause work and of unlabelled work per sprint; the promise begins with the seventh.
_ROOT_CAUSE = (0.21, 0.19, 0.24, 0.22, 0.27, 0.30, 0.585, 0.628, 0.61, 0.57, 0.58, 0.55, 0.56)
_UNLABELLED = (0.14, 0.12, 0.13, 0.11, 0.10, 0.11, 0.06, 0.05, 0.05, 0.06, 0.04, 0.05, 0.06)
_CHANGES_FROM = date(2025, 6, 2)
_CHANGES_PER_WEEK = 11
_COMPLIANCE = (0.34, 0.87)  # share of core changes with statement and sign-off before merge: before and after
_FREEZE_END = date(2025, 9, 29)
_RUNBOOKS = "https://runbooks.northwind.example"


def availability(rng: np.random.Generator, incidents: Rows) -> Rows:
    """Good and valid requests per endpoint and six hours (UTC).

    Columns: service, begins (Unix seconds), good, total. Failures come from the incidents of the service and
    from a low background; per endpoint and period they add up to the story's share.
    """
    begin = -(-story.seconds(story.FIRST) // DAY) * DAY
    begins = np.arange(begin, LAST_SECOND - _INTERVAL + 1, _INTERVAL)
    periods = np.searchsorted([story.seconds(date(2025, 5, 20)), story.seconds(TURN)], begins, side="right")
    parts = []
    for name, promised in story.AVAILABILITY.items():
        service = catalogue.service_number(name)
        shape = np.resize(_PIECES, len(begins)) * np.repeat(_WEEKDAYS, 4)[np.arange(len(begins)) % 28]
        growth = 1 + 0.25 * np.arange(len(begins)) / len(begins)
        noise = np.exp(0.05 * rng.standard_normal(len(begins)))
        total = np.round(_REQUESTS[name] * shape * growth * noise)
        failed = 0.0001 * total * np.exp(0.5 * rng.standard_normal(len(begins)))
        failed += total * _outages(incidents, service, begins)
        for period, share in enumerate(promised):
            there = periods == period
            failed[there] *= (1 - share) * total[there].sum() / failed[there].sum()
        failed = np.minimum(np.round(failed), total)
        kept = np.ones(len(begins), dtype=bool)
        for lost, text, intervals in _GAPS:
            at = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
            if lost == name:
                kept &= (begins < at) | (begins >= at + intervals * _INTERVAL)
        columns = {"begins": begins, "good": (total - failed), "total": total}
        part = {column: values[kept].astype(np.int64) for column, values in columns.items()}
        parts.append({"service": np.full(kept.sum(), service), **part})
    return stacked(parts)


def _outages(incidents: Rows, service: int, begins: np.ndarray) -> np.ndarray:
    """Share of each interval's requests that failed through P1s and P2s of a service."""
    level = incidents["severity_highest"]
    severe = counted(incidents) & (level <= 2) & (incidents["service"] == service)
    start = incidents["detected"][severe]
    # Most requests work again long before an incident is called resolved.
    lasts = np.clip(incidents["resolved"][severe] - start, 10 * MINUTE, 100 * MINUTE) * 0.4
    failing = np.where(level[severe] == 1, 0.25, 0.05) * lasts / _INTERVAL
    place = np.searchsorted(begins, start, side="right") - 1
    found = np.zeros(len(begins))
    np.add.at(found, np.clip(place, 0, len(begins) - 1), failing)
    return np.minimum(found, 0.9)


def sprint_work() -> Records:
    """Points per sprint, team and type of work, adding up to the story's shares."""
    teams = list(dict.fromkeys(service["team"] for service in catalogue.services()))
    records = []
    for number in range(_SPRINTS):
        starts = _FIRST_SPRINT + number * _SPRINT
        root, unlabelled = _ROOT_CAUSE[number], _UNLABELLED[number]
        feature = (1 - root - unlabelled) * (0.75 if starts < TURN else 0.4)
        shares = {
            "root_cause": root,
            "feature": feature,
            "other": 1 - root - unlabelled - feature,
            "unlabelled": unlabelled,
        }
        for place, team in enumerate(teams):
            points = 34 + (place * 7 + number * 3) % 15
            for work, share in shares.items():
                planned = round(points * share, 1)
                # The last sprint has just begun.
                done = planned * (0.25 if number == _SPRINTS - 1 else (0.86, 0.94, 1.0)[(place + number) % 3])
                records.append(
                    {
                        "sprint": f"{starts.year}-S{starts.isocalendar().week:02}",
                        "starts_on": starts,
                        "ends_on": starts + _SPRINT - timedelta(days=3),
                        "team": team,
                        "work_type": work,
                        "planned_points": planned,
                        "done_points": round(done, 1),
                    }
                )
    return records


def support_rotations() -> Records:
    """Engineers' mornings on the support floor: Monday, Wednesday, Friday since the turn; some planned, not held."""
    people = catalogue.words("engineering")["engineers"]
    records = []
    day, number = TURN, 0
    while day <= story.AS_OF.date():
        if day.weekday() in (0, 2, 4):
            person = people[number * 5 % len(people)]
            hours = None if number % 11 == 7 else (3.5, 3.0, 3.5, 4.0)[number % 4]
            records.append(
                {
                    "engineer": person["name"],
                    "date": day,
                    "team": person["team"],
                    "planned_hours": 3.5,
                    "hours": hours,
                }
            )
        number += day.weekday() in (0, 2, 4)
        day += timedelta(days=1)
    return records


def changes(rng: np.random.Generator) -> Records:
    """Merged changes since June 2025, then the planned ones; instants are Unix seconds or None."""
    texts = catalogue.words("engineering")
    services = catalogue.services()
    weeks = (story.day_number(story.AS_OF.date()) - story.day_number(_CHANGES_FROM)) // 7
    first = story.day_number(_CHANGES_FROM)
    count = weeks * _CHANGES_PER_WEEK
    merged = np.sort(
        draws.moments(rng, count, (first, first + weeks * 7), draws.WORKING_WEEK, draws.OFFICE_HOURS)
    )
    after = merged >= story.seconds(TURN)
    frozen = after & (merged < story.seconds(_FREEZE_END))
    feature = np.where(frozen, 0.06, np.where(after, 0.25, 0.62))
    remedy = np.where(after, 0.5, 0.16)
    draw = rng.random(count)
    kinds = np.where(draw < feature, "feature", np.where(draw < feature + remedy, "remediation", "other"))
    service = draws.pick(rng, count, tuple(s["weight"] for s in services))
    complete = rng.random(count) < np.where(after, _COMPLIANCE[1], _COMPLIANCE[0])
    flaw = rng.integers(0, 4, count)
    text = rng.integers(0, 1 << 20, count)
    records = []
    for n in range(count):
        at, owner = int(merged[n]), services[service[n]]
        titles = texts["change_titles"][kinds[n]]
        core = "endpoint" in owner
        statement = texts["change_titles"]["statements"][text[n] % len(texts["change_titles"]["statements"])]
        signed: int | None = at - int(1 + text[n] % 40) * HOUR
        # The flaws: no statement, no sign-off, sign-off after the merge, neither.
        if not complete[n]:
            statement = None if flaw[n] in (0, 3) else statement
            signed = {1: None, 2: at + 20 * HOUR, 3: None}.get(flaw[n], signed)
        reviewer = texts["reviewers"][text[n] % len(texts["reviewers"])]
        released = at + int(text[n] % 30) * HOUR
        week = datetime.fromtimestamp(at, tz=story.ZONE).isocalendar()
        records.append(
            {
                "change_id": f"CHG-{2600 + n}",
                "title": titles[text[n] % len(titles)].format(service=owner["name"], n=text[n] % 5 + 1),
                "kind": kinds[n],
                "service": owner["name"],
                "team": owner["team"],
                "release": f"{week.year}.{week.week:02}",
                "requested_at": at - int(text[n] % 9 + 1) * DAY,
                "planned_for": at,
                "merged_at": at,
                "released_at": released if released <= LAST_SECOND else None,
                "slo_impact_statement": statement if core else None,
                "slo_impact_service": owner["name"] if core and statement else None,
                "reliability_signoff_by": reviewer if core and signed else None,
                "reliability_signoff_at": signed if core else None,
                "essential": bool(kinds[n] != "feature" or (frozen[n] and text[n] % 2)),
            }
        )
    return records + [_planned(found) for found in texts["planned"]]


def _local(moment: datetime | None) -> int | None:
    return int(moment.replace(tzinfo=story.ZONE).timestamp()) if moment else None


def roadmap() -> Records:
    """Roadmap entries; some say nothing of the effect they expect."""
    return [
        {
            "item_id": f"RM-{number}",
            "title": entry["title"],
            "owner": entry["owner"],
            "quarter": entry["quarter"],
            "service": entry["service"],
            "released_at": _local(entry.get("released_at")),
            "expected_mttr_change": entry.get("mttr"),
            "expected_availability_change": entry.get("availability"),
            "expected_repeat_change": entry.get("repeats"),
        }
        for number, entry in enumerate(catalogue.words("engineering")["roadmap"], start=101)
    ]


def runbooks() -> Records:
    """Runbooks of services and of chronic problems; two problems have neither."""
    return [
        {
            "service": found["service"],
            "problem_id": found.get("problem"),
            "url": f"{_RUNBOOKS}/{found['service']}/{found.get('problem', 'overview').lower()}",
            "updated_at": _local(found["updated_at"]),
        }
        for found in catalogue.words("engineering")["runbooks"]
    ]


def _planned(found: dict[str, Any]) -> dict[str, Any]:
    team = catalogue.services()[catalogue.service_number(found["service"])]["team"]
    planned_for = _local(found["planned_for"])
    assert planned_for is not None
    return {
        "change_id": found["id"],
        "title": found["title"],
        "kind": found["kind"],
        "service": found["service"],
        "team": team,
        "release": found["release"],
        "requested_at": min(planned_for - 12 * DAY, LAST_SECOND - 4 * DAY),
        "planned_for": planned_for,
        "merged_at": None,
        "released_at": None,
        "slo_impact_statement": found.get("slo"),
        "slo_impact_service": found.get("slo_service"),
        "reliability_signoff_by": found.get("signed_by"),
        "reliability_signoff_at": _local(found.get("signed_at")),
        "essential": found.get("essential", found["kind"] != "feature"),
    }
