"""The drawn organisation in a DuckDB database: what every export is written from.

At scale 1 there is one copy of the organisation; at scale N there are N, each drawn from (seed, copy) alone, so
that memory stays bounded and problems recur as they do at scale 1.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd

from reliability.sample import catalogue, customers, engineering, incidents, support
from reliability.sample.rows import Rows, stacked

# Customers, answers, alerts and ordinary tickets stop growing here; incidents do not.
MOST_CUSTOMER_COPIES = 150
_COPIES_AT_ONCE = 50

Progress = Callable[[str, float], None]


@dataclass
class Truth:
    """One copy as it truly was, before any tool wrote it down; the drawing modules describe the tables."""

    incidents: Rows
    accounts: Rows
    hits: Rows
    answers: Rows
    tickets: Rows
    alerts: Rows
    postmortems: Rows
    availability: Rows | None = None


def draw(seed: int, copy: int = 0, share: float = 1.0, with_customers: bool = True) -> Truth:
    """Draw one copy. share: 0-1, of the story's counts. with_customers: also hits, answers and alerts."""
    # One stream per table: what is added to one leaves the others as they were.
    streams = [np.random.default_rng(child) for child in np.random.SeedSequence([seed, copy]).spawn(7)]
    happened = incidents.draw(streams[0], share)
    accounts = customers.accounts(streams[1], max(20, round(customers.ACCOUNTS * min(1.0, share))))
    count = len(accounts["segment"])
    none: Rows = {"incident": np.zeros(0, dtype=np.int64), "account": np.zeros(0, dtype=np.int64)}
    hit = customers.hits(streams[2], happened, accounts) if with_customers else none
    return Truth(
        incidents=happened,
        accounts=accounts,
        hits=hit,
        answers=customers.answers(streams[3], happened, accounts, hit, share if with_customers else 0),
        tickets=support.tickets(streams[4], happened, hit, count, share, only_escalated=not with_customers),
        alerts=support.alerts(streams[5], happened, share if with_customers else 0),
        postmortems=support.postmortems(streams[6], happened),
        availability=engineering.availability(np.random.default_rng([seed, 1]), happened)
        if copy == 0
        else None,
    )


def load(con: duckdb.DuckDBPyConnection, seed: int, scale: float, progress: Progress) -> None:
    """Draw every copy and put it into tables of `con`; then define the words of truth.sql and answers.sql."""
    con.execute("set TimeZone = 'UTC'")
    _texts(con)
    copies = math.ceil(scale)
    waiting: dict[str, list[Rows]] = {}
    for copy in range(copies):
        truth = draw(seed, copy, min(1.0, scale - copy), copy < MOST_CUSTOMER_COPIES)
        for name, rows in _tables(truth, copy).items():
            waiting.setdefault(name, []).append(rows)
        if (copy + 1) % _COPIES_AT_ONCE == 0 or copy == copies - 1:
            for name, parts in waiting.items():
                _insert(con, name, stacked(parts))
            waiting.clear()
            progress("drawing what happened", (copy + 1) / copies)
    for name in ("truth", "answers"):
        con.execute((catalogue.FOLDER / "sql" / f"{name}.sql").read_text(encoding="utf-8"))


def _tables(truth: Truth, copy: int) -> dict[str, Rows]:
    """The tables of one copy; positions of incidents become their source and number."""
    happened = truth.incidents
    accounts = {
        "account": np.arange(len(truth.accounts["segment"])),
        "segment": np.array(customers.SEGMENTS, dtype=object)[truth.accounts["segment"]],
        "value": truth.accounts["value"],
    }
    tables = {
        "incidents": {
            name: column for name, column in happened.items() if name not in ("repeat_of", "merged_into")
        },
        "accounts": accounts,
        "hits": _named(truth.hits, happened),
        "answers": truth.answers,
        "tickets": _named(truth.tickets, happened),
        "alerts": _named(truth.alerts, happened),
        "postmortems": _named(truth.postmortems, happened),
    }
    if truth.availability is not None:
        tables["availability"] = truth.availability
    return {
        name: {"copy": np.full(len(next(iter(rows.values()))), copy), **rows} for name, rows in tables.items()
    }


def _named(rows: Rows, happened: Rows) -> Rows:
    """Replace `incident` (a position or NONE) by incident_source and incident_number (0 for none)."""
    place = rows["incident"]
    found = {name: column for name, column in rows.items() if name != "incident"}
    source = np.append(happened["source"], 0)[place]
    return {**found, "incident_source": source, "incident_number": np.append(happened["number"], 0)[place]}


def _insert(con: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    con.register("drawn", pd.DataFrame(rows))
    con.execute(f"create table if not exists {name} as select * from drawn limit 0")
    con.execute(f"insert into {name} by name select * from drawn")
    con.unregister("drawn")


def _texts(con: duckdb.DuckDBPyConnection) -> None:
    """Tables `services`, `problems` and `texts` (one row of lists)."""
    texts, comments = catalogue.words("catalogue"), catalogue.words("comments")
    services = [
        (number, s["name"], s["team"], s["words"], s.get("endpoint"))
        for number, s in enumerate(catalogue.services())
    ]
    con.execute(
        "create table services (service bigint, name varchar, team varchar, words varchar, endpoint varchar)"
    )
    con.executemany("insert into services values (?, ?, ?, ?, ?)", services)
    con.execute("create table problems (problem bigint, id varchar, titles varchar[], fixes varchar[])")
    problems = [
        (number, problem.id, list(problem.titles), list(problem.fixes))
        for number, problem in enumerate(catalogue.problems())
    ]
    con.executemany("insert into problems values (?, ?, ?, ?)", problems)
    lists = {
        "high": texts["titles"]["high"],
        "low": texts["titles"]["low"],
        "causes": texts["titles"]["causes"],
        "ticket_incident": texts["tickets"]["incident"],
        "ticket_ordinary": texts["tickets"]["ordinary"],
        "agents": texts["tickets"]["agents"],
        "alert_actionable": texts["alerts"]["actionable"],
        "alert_noise": texts["alerts"]["noise"],
        "account_first": texts["accounts"]["first"],
        "account_second": texts["accounts"]["second"],
        "engineers": [person["name"] for person in catalogue.words("engineering")["engineers"]],
    }
    lists |= {tone: comments[tone] for tone in customers.TONES}
    columns = ", ".join(f"{name} varchar[]" for name in lists)
    con.execute(f"create table texts ({columns})")
    marks = ", ".join("?" * len(lists))
    con.execute(f"insert into texts values ({marks})", [*lists.values()])
