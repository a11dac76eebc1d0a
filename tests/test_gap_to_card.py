"""From days that an export lacks to what the review says of them: through the build, the figures, the cards and the page."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.formatting import plain
from reliability.review.compose import compose
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, table
from tests.test_ui import said

SETTINGS = """[organisation]
name = "Gap"
time_zone = "UTC"
fiscal_year_start_month = 1
as_of = 2026-01-10T00:00:00Z

[[commitments]]
id = "few"
title = "Few P1s"
kpi = "p1_incidents"
start = 2025-07-01
days = 92
goal = {at_most = 40}
"""


def export(lacks: tuple[str, str]) -> str:
    """One incident every day at 10:00 from 1 January 2025, every third a P1, but for the days that it lacks."""
    days = [datetime(2025, 1, 1, 10, tzinfo=UTC) + timedelta(days=n) for n in range(374)]
    first, last = lacks
    return table(
        "incident_id,opened_at,resolved_at,severity,service,status",
        *(
            f"I{n},{at:%Y-%m-%dT%H:%M:%SZ},{at:%Y-%m-%dT11:00:00Z},{'P2' if n % 3 else 'P1'},shop,resolved"
            for n, at in enumerate(days)
            if not first <= f"{at:%Y-%m-%d}" < last
        ),
    )


def card(folder: Path, lacks: tuple[str, str], quarter: str) -> tuple[str, str, str]:
    """The words of the P1 card of a quarter: the quarter's own figure, the verdict, and its evidence."""
    build_folder(folder, {"incidents.csv": export(lacks)}, SETTINGS)
    workspace = open_workspace(folder)
    try:
        review = compose(workspace.store, workspace.settings, quarter)
    finally:
        workspace.store.close()
    (found,) = [c for c in review.cards if c.id == "p1_incidents"]
    assert found.verdict is not None
    return plain(found.in_period), found.verdict.word, plain(found.evidence)


# Counted from 1 January as day 0, every day that divides by three has a P1: 183, 186, ..., 270 of the third quarter are
# 30, 90, 93, ..., 180 of the second 31, and 216, 219, ..., 228 of 5 to 19 August 5.
@pytest.mark.parametrize(
    ("lacks", "in_period", "told"),
    [
        (("none", "none"), "2025 Q3: 30 (Q2: 31)", True),
        # 15 days of 92, five P1s among them: less than a fifth, so there is a figure, of a part.
        (("2025-08-05", "2025-08-20"), "2025 Q3 in part: 25 (Q2: 31)", False),
        # A month of three, then all three: nothing is said of the quarter.
        (("2025-08-01", "2025-09-01"), "2025 Q3: no data", False),
        (("2025-07-01", "2025-10-01"), "2025 Q3: no data", False),
    ],
)
def test_the_card_says_what_an_export_lacks_of_its_quarter(
    tmp_path: Path, lacks: tuple[str, str], in_period: str, told: bool
) -> None:
    said_of, word, evidence = card(tmp_path, lacks, "2025-Q3")
    assert said_of == in_period
    assert (word == "Cannot tell: the data have a gap") is not told
    assert (evidence == "1 Jul to 30 Sep: 30 of 40 allowed") is told


def test_the_quarter_before_is_marked_beside_a_whole_one(tmp_path: Path) -> None:
    said_of, *_ = card(tmp_path, ("2025-08-05", "2025-08-20"), "2025-Q4")
    # October to December are days 273 to 364.
    assert said_of == "2025 Q4: 31 (Q3 in part: 25)"


def test_the_page_of_a_month_and_of_a_quarter_that_are_missing_says_so_and_counts_no_zero(
    tmp_path: Path, open_page: Any
) -> None:
    build_folder(tmp_path, {"incidents.csv": export(("2025-07-01", "2025-10-01"))}, SETTINGS)
    page = plain(said(open_page(data_dir=tmp_path, quarter="2025-Q3")))
    assert "No export covers 2025 Q3: nothing is known of its incidents." in page
    assert "No incidents in this quarter" not in page
    build_folder(tmp_path, {"incidents.csv": export(("2025-08-01", "2025-09-01"))}, SETTINGS)
    page = plain(said(open_page(data_dir=tmp_path, quarter="2025-Q3")))
    assert "2025 Q3: no data" in page
    assert "2025 Q3: 0" not in page and "No incidents in this quarter" not in page
