"""Tables of a small, untidy organisation: every state a record can be in, for tests that compare queries with each other."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

START = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 270
CORE = ["api", "login"]

Rows = list[dict[str, Any]]


def organisation(seed: int = 7, incidents: int = 240) -> dict[str, Rows]:
    """Return table -> rows for by_hand. The same seed gives the same rows."""
    random = Random(seed)
    incident_rows = [_incident(random, number) for number in range(incidents)]
    return {
        "incidents": incident_rows,
        "incident_versions": _versions(random, incident_rows),
        "incident_accounts": _accounts_hit(random, incident_rows),
        "tickets": _tickets(random, incident_rows),
        "postmortems": _postmortems(random, incident_rows),
        "accounts": [
            {"account_id": f"C{n}", "name": f"Customer {n}", "annual_value": 1000.0 * n} for n in range(20)
        ],
        "alerts": _alerts(random),
        "nps_responses": _answers(random),
        "availability": _availability(random),
        "changes": _changes(random),
        "sprint_work": _sprints(random),
        "runbooks": [
            {"problem_id": "PRB1", "url": "https://runbooks/1", "updated_at": START},
            {"problem_id": "PRB3", "service": "api", "updated_at": START + timedelta(days=200)},
            {"service": "mail", "url": "https://runbooks/mail"},
        ],
        "roadmap": [
            {"item_id": "R1", "quarter": "2025-Q2", "expected_mttr_change": -0.1},
            {"item_id": "R2"},
            {
                "item_id": "R3",
                "title": "PRB3 at the root",
                "service": "api",
                "released_at": START + timedelta(days=150),
                "expected_repeat_change": -0.2,
            },
        ],
        "support_rotations": [{"engineer": "Ana", "date": "2025-05-05", "team": "blue", "hours": 4}],
        "files": [
            {
                "file": "incidents.csv",
                "table_name": "incidents",
                "source": "hand",
                "rows_read": 240,
                "kept": 240,
            }
        ],
        "left_out": [
            {"table_name": "incidents", "source_file": "incidents.csv", "source_line": 9, "reason": "drill"}
        ],
        "severity_words": [{"word": "P1", "level": 1, "rows": 3}, {"word": "huge", "rows": 1}],
        "meta": [{"data_version": "by hand", "layout": 1, "as_of": START + timedelta(days=DAYS)}],
    }


def _moment(random: Random) -> datetime:
    return START + timedelta(seconds=random.randrange(DAYS * 86400))


def _later(random: Random, moment: datetime, hours: float) -> datetime:
    return moment + timedelta(hours=random.expovariate(1 / hours))


def _maybe(random: Random, chance: float, value: Any) -> Any:
    return value if random.random() < chance else None


def _incident(random: Random, number: int) -> dict[str, Any]:
    opened = _moment(random)
    detected = _maybe(random, 0.8, opened + timedelta(minutes=random.randrange(-5, 30)))
    resolved = _later(random, opened, 30) if random.random() < 0.9 else opened - timedelta(hours=1)
    status = random.choice(["resolved", "closed", "closed", "open", None])
    return {
        "incident_id": f"INC{number}",
        "title": random.choice(["Timeouts", "Login fails", None]),
        "service": random.choice(["api", "login", "mail", None]),
        "team": random.choice(["blue", "red", None]),
        "severity": random.choice([1, 1, 2, 3, None]),
        "severity_highest": _maybe(random, 0.2, 1),
        "status": status,
        "opened_at": opened,
        "started_at": _maybe(random, 0.6, opened - timedelta(minutes=random.randrange(-3, 40))),
        "detected_at": detected,
        "engaged_at": _maybe(random, 0.7, (detected or opened) + timedelta(minutes=random.randrange(-3, 60))),
        "resolved_at": _maybe(random, 0.8, resolved),
        "closed_at": _later(random, opened, 90) if status == "closed" else None,
        "problem_id": _maybe(random, 0.4, f"PRB{random.randrange(12)}"),
        "repeat_of": _maybe(random, 0.1, f"INC{random.randrange(300)}"),
        "customers_affected": _maybe(random, 0.5, random.randrange(500)),
        "source": random.choice(["pager", "pager", "desk"]),
    }


def _versions(random: Random, incidents: Rows) -> Rows:
    return [
        {
            "source": incident["source"],
            "incident_id": incident["incident_id"],
            "exported_at": incident["opened_at"] + timedelta(days=1),
            "severity": random.choice([1, 2, 3, None]),
        }
        for incident in incidents[::6]
    ]


def _accounts_hit(random: Random, incidents: Rows) -> Rows:
    return [
        {"incident_id": incident["incident_id"], "account_id": f"C{account}"}
        for incident in incidents[::3]
        for account in random.sample(range(20), 3)
    ]


def _tickets(random: Random, incidents: Rows) -> Rows:
    rows = []
    for number in range(160):
        incident = random.choice(incidents)
        created = _later(random, incident["opened_at"], 2)
        rows.append(
            {
                "ticket_id": f"T{number}",
                "account_id": _maybe(random, 0.8, f"C{random.randrange(25)}"),
                "incident_id": _maybe(random, 0.8, incident["incident_id"]),
                "created_at": created,
                "repeat_flag": random.choice([True, False, None]),
                "escalated_to_engineering_at": _maybe(random, 0.5, _later(random, created, 10)),
                "escalated_to_executive_at": _maybe(random, 0.3, _later(random, created, 8)),
            }
        )
    return rows


def _postmortems(random: Random, incidents: Rows) -> Rows:
    return [
        {
            "incident_id": incident["incident_id"],
            "published_at": _maybe(random, 0.9, _later(random, incident["opened_at"], 80)),
            "blameless": random.choice([True, True, False, None]),
        }
        for incident in incidents[::2]
    ]


def _alerts(random: Random) -> Rows:
    return [
        {
            "alert_id": f"A{number}",
            "service": random.choice(["api", "mail", None]),
            "fired_at": _moment(random),
            "actionable": random.choice([True, False, False, None]),
        }
        for number in range(200)
    ]


def _answers(random: Random) -> Rows:
    return [
        {
            "response_id": f"N{number}",
            "responded_at": _maybe(random, 0.97, _moment(random)),
            "score": random.choice([0, 3, 6, 7, 8, 9, 9, 10, 10, 11]),
            "account_id": _maybe(random, 0.7, f"C{random.randrange(20)}"),
            "comment": _maybe(random, 0.3, "It broke again"),
        }
        for number in range(300)
    ]


def _availability(random: Random) -> Rows:
    return [
        {
            "endpoint": f"/{service}",
            "service": service,
            "interval_start": START + timedelta(days=day),
            "interval_end": START + timedelta(days=day + 1),
            "good": random.choice([1000, 999, 990, 1001, None]),
            "total": random.choice([1000, 1000, 1000, 0, None]),
        }
        for service in ("api", "login", "mail")
        for day in range(DAYS)
        if random.random() < 0.9
    ]


def _changes(random: Random) -> Rows:
    rows = []
    for number in range(120):
        merged = _moment(random)
        rows.append(
            {
                "change_id": f"PR{number}",
                "service": random.choice(["api", "mail"]),
                "team": random.choice(["blue", "red"]),
                "kind": "remediation" if number % 4 == 0 else None,
                "merged_at": _maybe(random, 0.8, merged),
                "released_at": _maybe(random, 0.5, _later(random, merged, 24)),
                "slo_impact_statement": random.choice(["none expected", " ", None]),
                "reliability_signoff_by": random.choice(["Ana", None]),
                "reliability_signoff_at": _maybe(
                    random, 0.5, merged + timedelta(hours=random.randrange(-20, 5))
                ),
            }
        )
    return rows


def _sprints(random: Random) -> Rows:
    first = START.date()
    return [
        {
            "sprint": f"S{number}",
            "starts_on": first + timedelta(days=14 * number),
            "ends_on": first + timedelta(days=14 * number + 13),
            "team": team,
            "work_type": kind,
            "planned_points": _maybe(random, 0.9, random.randrange(1, 30)),
            "done_points": _maybe(random, 0.7, random.randrange(1, 30)),
        }
        for number in range(19)
        for team in ("blue", "red")
        for kind in ("root_cause", "feature", "unlabelled")
    ]
