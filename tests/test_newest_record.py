"""A running window holds the newest record of all, in promises as in figures."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from reliability.commitments import commitment_statuses
from reliability.kpis import Asked, Readings
from reliability.model import Filters
from reliability.settings import load_settings
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, table

SETTINGS = """
[organisation]
name = "Newest"
time_zone = "UTC"

[[commitments]]
id = "nps"
title = "NPS wins 8 points"
kpi = "nps"
baseline = {start = 2025-11-01, end = 2025-12-01}
start = 2026-01-01
days = 90
goal = {change_points = 8}

[[commitments]]
id = "p1"
title = "At most 30 P1s"
kpi = "p1_incidents"
start = 2026-01-01
days = 90
goal = {at_most = 30}
"""


def test_the_record_at_as_of_counts_in_promises_and_figures(tmp_path: Path) -> None:
    days = [f"2025-11-{n:02}" for n in range(1, 31)] + [f"2026-01-{n:02}" for n in range(1, 21)]
    answers = [f"R{n},{day}T10:00:00Z,{n % 11},acc{n}" for n, day in enumerate(days)]
    incidents = [f"I{n},{day}T10:00:00Z,P1,open" for n, day in enumerate(days)]
    files = {
        "nps.csv": table("response_id,responded_at,score,account_id", *answers),
        "incidents.csv": table("incident_id,opened_at,severity,status", *incidents),
    }
    built = build_folder(tmp_path, files, SETTINGS)
    as_of = built.report.as_of
    assert as_of == datetime(2026, 1, 20, 10, tzinfo=UTC)
    settings, store = load_settings(tmp_path), open_workspace(tmp_path).store
    quarter = Asked(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC), as_of)
    figures = [Readings(store, settings).kpi(kpi, quarter, Filters()).n for kpi in ("nps", "p1_incidents")]
    promises = [status.n for status in commitment_statuses(store, settings, as_of)]
    a_moment_before = [
        status.n for status in commitment_statuses(store, settings, as_of - timedelta(microseconds=1))
    ]
    store.close()
    assert figures == promises == [20, 20]
    assert a_moment_before == [19, 19]
