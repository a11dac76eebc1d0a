"""Figures that are counted by slices of time: as if each incident were held against each window, but read once."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from reliability.queries import Query, Store, query
from tests.profiles import steps

INSTANT = timedelta(microseconds=1)
LONG = 200
UNFILTERED = dict.fromkeys(("services", "teams", "severities"))
# What the figures under test are made of, and what as_of may hide.
FACTS = (
    "select opened_at, case when isfinite(over_at) then over_at end as over_at, severity, severity_counted, severity_first, severity_highest, is_reclassified, "
    "is_repeat, repeat_rule, repeat_flagged_at, repeat_of, problem_id, tells_repeats, escalated_engineering_at, "
    "escalated_executive_at from fact_incidents"
)


@pytest.fixture(scope="module")
def facts(store: Store) -> list[dict[str, Any]]:
    """All incidents of the sample, as Python's own values."""
    return store.ask(Query("facts", FACTS, {}, {}, {}), {}).rows


@pytest.fixture(scope="module")
def windows(facts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Windows of all lengths that lie over one another, and those that begin, end or are seen from just when something happens."""
    chance = random.Random(11)
    newest = max(fact["opened_at"] for fact in facts)
    found: list[tuple[datetime, datetime, datetime]] = []
    for _ in range(60):
        end = newest - timedelta(days=chance.uniform(-30, 500))
        start = end - timedelta(days=chance.choice([0.1, 7, 30, 90, 365]))
        found.append((start, end, start + (end - start) * chance.uniform(0.2, 1.5)))
    names = (
        "opened_at",
        "over_at",
        "repeat_flagged_at",
        "escalated_engineering_at",
        "escalated_executive_at",
    )
    for name in names:
        moments = sorted({fact[name] for fact in facts if fact[name]})
        for moment in chance.sample(moments, min(8, len(moments))):
            length = timedelta(days=chance.choice([1, 30, 90]))
            found += [
                (moment, moment + length, moment),
                (moment - length, moment, moment + length),
                (moment - length, moment + INSTANT, moment),
                (moment - length, moment + length, moment - INSTANT),
            ]
    return [{"id": n, "start": s, "end": e, "as_of": a} for n, (s, e, a) in enumerate(found)]


def seen(
    facts: list[dict[str, Any]], window: dict[str, Any]
) -> Iterator[tuple[dict[str, Any], bool, bool, bool]]:
    """Every incident of a window as known at its as_of: is it open, a repeat, escalated."""
    for fact in facts:
        if window["start"] <= fact["opened_at"] < window["end"] and fact["opened_at"] <= window["as_of"]:
            flagged, over = fact["repeat_flagged_at"], fact["over_at"]
            escalations = (fact["escalated_engineering_at"], fact["escalated_executive_at"])
            yield (
                fact,
                over is None or over > window["as_of"],
                bool(fact["is_repeat"]) and (flagged is None or flagged <= window["as_of"]),
                any(moment is not None and moment <= window["as_of"] for moment in escalations),
            )


def answer(store: Store, figure: str, windows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return store.ask(query(f"kpis/{figure}"), {**UNFILTERED, "windows": windows}).rows


def test_severities_are_those_of_each_incident_held_against_each_window(store, facts, windows):
    rows = answer(store, "p1_incidents", windows)
    assert [row["window_id"] for row in rows] == [window["id"] for window in windows]
    for row, window in zip(rows, windows, strict=True):
        of = list(seen(facts, window))
        worst = [(fact, is_open) for fact, is_open, _, _ in of if fact["severity_counted"] == 1]
        unknown = [fact for fact, *_ in of if fact["severity_counted"] is None]
        assert (row["n"], row["open"]) == (len(worst), sum(is_open for _, is_open in worst)), window
        assert (row["incidents"], row["left_out_severity_unknown"]) == (len(of), len(unknown)), window
        assert row["p2"] == sum(fact["severity_counted"] == 2 for fact, *_ in of), window
        assert row["by_last_severity"] == sum(fact["severity"] == 1 for fact, *_ in of), window
    assert sum(row["open"] for row in rows) > 10 and sum(row["n"] for row in rows) > 500


def test_repeats_and_escalations_are_those_of_each_incident_held_against_each_window(store, facts, windows):
    rows = answer(store, "repeat_escalations", windows)
    for row, window in zip(rows, windows, strict=True):
        of = list(seen(facts, window))
        both = [is_open for _, is_open, repeat, escalated in of if repeat and escalated]
        assert (row["n"], row["open"]) == (len(both), sum(both)), window
        assert row["repeats"] == sum(repeat for _, _, repeat, _ in of), window
        assert row["escalations"] == sum(escalated for *_, escalated in of), window
    assert sum(row["repeats"] for row in rows) > 100 and any(row["open"] for row in rows)


def test_a_window_is_the_same_asked_alone_and_among_others(store, windows):
    for figure in ("p1_incidents", "incidents", "reclassified_incidents", "repeat_incidents", "repeat_share"):
        together = answer(store, figure, windows)
        for at in range(0, len(windows), 7):
            assert answer(store, figure, windows[at : at + 1]) == together[at : at + 1], (figure, windows[at])


@pytest.mark.parametrize("figure", ["p1_incidents", "repeat_escalations"])
def test_hundreds_of_windows_read_each_incident_once(store: Store, facts, figure: str) -> None:
    """The steps of a promise's path: a window of 90 days begins on each day of half a year."""
    newest = max(fact["opened_at"] for fact in facts)
    ends = [newest - timedelta(days=n) for n in range(LONG)]
    path = [
        {"id": n, "start": end - timedelta(days=90), "end": end, "as_of": end} for n, end in enumerate(ends)
    ]
    pairs = sum(1 for window in path for _ in seen(facts, window))
    asked = query(f"kpis/{figure}")
    told = steps(store, asked, {**UNFILTERED, "windows": path})
    reads = [s["intermediate_rows"] for s in told if "opened_at" in str(s["extra_info"].get("Conditions"))]
    assert pairs > 20 * len(facts)
    assert reads and max(reads) <= len(facts), reads
