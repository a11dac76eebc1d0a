"""The same worlds the long way: written as an export, built into a warehouse, judged from there."""

import csv
from datetime import timedelta
from pathlib import Path

import numpy as np

from benchmarks.measure import scratch
from benchmarks.worlds.evidence import instant
from benchmarks.worlds.judging import drawn, settings_of, status_of
from benchmarks.worlds.organisation import Incidents
from benchmarks.worlds.scenarios import CHANGE, NO_CHANGE, Scenario
from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.warehouse import build, open_store

_COLUMNS = (
    "incident_id",
    "severity",
    "severity_highest",
    "severity_first",
    "status",
    "opened_at",
    "resolved_at",
    "recorded_at",
)
_BELOW = 3
"""Incidents of severity 3 a day: so that no P1s for long is no silence of the tool."""


def write_export(path: Path, found: Incidents, as_of: float) -> None:
    """Write what is recorded by a day as a canonical CSV of incidents, with three a day below P2."""
    known = found.of(found.recorded <= as_of)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        for i in range(known.opened.size):
            writer.writerow(_row(f"I{i}", *(column[i] for column in known.columns)))
        for i, opened in enumerate(np.arange(0, as_of, 1 / _BELOW)):
            writer.writerow(_row(f"L{i}", opened, 3, 3, opened, 60.0))


def _row(
    number: str, opened: float, severity: int, highest: int, recorded: float, minutes: float
) -> dict[str, str]:
    at = instant(opened)
    times = {
        "opened_at": at,
        "resolved_at": at + timedelta(minutes=minutes),
        "recorded_at": instant(recorded),
    }
    levels = {"severity": severity, "severity_highest": highest, "severity_first": highest}
    return {
        "incident_id": number,
        "status": "resolved",
        **{name: f"P{level}" for name, level in levels.items()},
        **{name: when.strftime("%Y-%m-%dT%H:%M:%S.%fZ") for name, when in times.items()},
    }


def status_through(scenario: Scenario, seed: int, folder: Path) -> CommitmentStatus:
    """Write a world into an empty folder, build it there and judge its promise."""
    (folder / "exports").mkdir(parents=True)
    found = drawn(scenario, seed)
    assert isinstance(found, Incidents)
    write_export(folder / "exports" / "incidents.csv", found, scenario.judged_on)
    settings = settings_of(scenario)
    build(folder, settings)
    store = open_store(folder)
    try:
        (status,) = commitment_statuses(store, settings, instant(scenario.judged_on))
    finally:
        store.close()
    return status


def piped(worlds: int) -> list[dict[str, str]]:
    """Judge so many worlds of each count both ways, a row for each kind: how often word, count and interval agree."""
    rows = []
    for scenario in (*NO_CHANGE, *CHANGE):
        same = [0, 0, 0]
        for seed in range(worlds):
            short = status_of(scenario, drawn(scenario, seed))
            with scratch() as folder:
                long = status_through(scenario, seed, folder / "data")
            same[0] += short.verdict == long.verdict
            same[1] += short.n == long.n
            same[2] += short.interval is not None and bool(np.allclose(short.interval, long.interval or ()))
        rows.append(
            {"world": scenario.name}
            | {
                name: f"{n} of {worlds}"
                for name, n in zip(("same verdict", "same count", "same interval"), same, strict=True)
            }
        )
    return rows
