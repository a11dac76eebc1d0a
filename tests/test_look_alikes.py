"""Look-alikes of another tool: what is found is what holding every incident against every other one finds."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from reliability.queries import FOLDER, Query, read_query
from tests.profiles import steps_of

FACT: Query = read_query(FOLDER / "facts" / "33_look_alikes.sql")
BEGIN = datetime(2025, 7, 1, tzinfo=UTC)
QUARTER_OF_AN_HOUR, DAY = 900, 86_400

Incident = tuple[
    str | None, str, str, str | None, int | None
]  # source, id, file, service, seconds after BEGIN
Pair = tuple[str | None, str, str | None, str]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(
            "create table incidents (source varchar, incident_id varchar, source_file varchar, service varchar, "
            "opened_at timestamptz)"
        )
        con.execute(
            "create table pairs (source varchar, incident_id varchar, partner_source varchar, partner_id varchar)"
        )
        con.execute("create macro decided_pairs() as table select * from pairs")
        yield con


def found(
    con: duckdb.DuckDBPyConnection, incidents: list[Incident], pairs: list[Pair]
) -> list[tuple[Any, ...]]:
    """What the fact says of these incidents."""
    con.execute("delete from incidents; delete from pairs")
    for source, name, file, service, opened in incidents:
        at = None if opened is None else BEGIN + timedelta(seconds=opened)
        con.execute("insert into incidents values (?, ?, ?, ?, ?)", [source, name, file, service, at])
    for pair in pairs:
        con.execute("insert into pairs values (?, ?, ?, ?)", list(pair))
    return sorted(con.execute(FACT.sql).fetchall())


def by_definition(incidents: list[Incident], pairs: list[Pair]) -> list[tuple[Any, ...]]:
    """Every incident held against every one of another tool, at its own time and a day before."""
    named = {source for source, *_ in incidents if source is not None}
    alike: dict[tuple[str, bool], set[str]] = {}
    others: dict[str, set[str | None]] = {}
    for source, name, file, service, opened in incidents:
        for other, partner, _, place, earlier in incidents:
            if source == other or service is None or place is None or opened is None or earlier is None:
                continue
            if len(named) < 2 or service.strip().lower() != place.strip().lower():
                continue
            for moved in (False, True):
                after = opened - DAY * moved - earlier
                # Of two that opened at once, one is the copy.
                at_once = source is not None and other is not None and source > other
                if not (0 < after <= QUARTER_OF_AN_HOUR or (after == 0 and at_once)):
                    continue
                if not moved and (source, name, other, partner) in pairs:
                    continue
                alike.setdefault((file, moved), set()).add(name)
                if not moved:
                    others.setdefault(file, set()).add(other)
    kept = {file: sum(f == file for _, _, f, *_ in incidents) for _, _, file, *_ in incidents}
    return sorted(
        (file, len(names), sorted(others.get(file, ()), key=lambda name: (name is None, name)))
        for (file, moved), names in alike.items()
        if not moved
        and len(names) >= 3
        and len(names) * 4 >= kept[file]
        and len(names) > 2 * len(alike.get((file, True), ()))
    )


def organisation(chance: random.Random) -> tuple[list[Incident], list[Pair]]:
    """Incidents of one to three tools, many of them close to another one, and what somebody said of some pairs."""
    tools = chance.choice([("a", "b"), ("a", "b", "c"), ("a", None), ("a", "b", None), ("b",)])
    span = chance.choice([3_000, 3 * DAY, 20 * DAY, 200 * DAY])
    incidents: list[Incident] = []
    times: list[int] = []
    for number in range(chance.randrange(2, 60)):
        near = chance.choice([0, 0, 1, 60, 899, 900, 901, DAY, DAY + 60, -60])
        opened = chance.choice(times) + near if times and chance.random() < 0.6 else chance.randrange(span)
        times.append(opened)
        source = chance.choice(tools)
        service = chance.choice(["x", "X ", "y"]) if chance.random() < 0.95 else None
        is_known = chance.random() < 0.97
        file = f"{source}-{chance.randrange(2)}.csv"
        incidents.append((source, f"I{number}", file, service, opened if is_known else None))
    pairs: list[Pair] = []
    for _ in range(chance.choice([0, 0, 3, 10])):
        one, other = chance.choice(incidents), chance.choice(incidents)
        pairs += [(one[0], one[1], other[0], other[1]), (other[0], other[1], one[0], one[1])]
    return incidents, pairs


def test_look_alikes_are_those_of_the_definition(con: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(20)
    some = 0
    for _ in range(60):
        incidents, pairs = organisation(chance)
        expected = by_definition(incidents, pairs)
        assert found(con, incidents, pairs) == expected
        some += bool(expected)
    assert some >= 5, "most organisations have none: the others are what is tested"


def test_thousands_in_a_quarter_of_an_hour_are_not_held_against_each_other(
    con: duckdb.DuckDBPyConnection,
) -> None:
    size = 3_000
    con.execute(
        "insert into incidents select if(i % 2 = 0, 'a', 'b'), 'I' || i, if(i % 2 = 0, 'a.csv', 'b.csv'), 'x', "
        "to_timestamp(1700000000 + i // 4) from range($size) as t(i)",
        {"size": size},
    )
    handed_on = [step["intermediate_rows"] for step in steps_of(con, FACT.sql)]
    assert max(handed_on) <= 4 * size
    assert sorted((file, rows) for file, rows, _ in con.execute(FACT.sql).fetchall()) == [
        ("a.csv", 1498),
        ("b.csv", 1500),
    ]
