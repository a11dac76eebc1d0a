"""A build of few bytes plans and runs in fewer steps, and gives what a large one gives."""

from pathlib import Path

import duckdb
import pytest

from reliability.warehouse import small_builds
from tests.build_folder import build_folder, table
from tests.test_stacking import FILES, contents

OTHERS = {
    "alerts.csv": table(
        "alert_id,fired_at,incident_id", "A1,2025-03-05T09:00:00Z,ut3", "A2,2025-03-06T09:00:00Z,"
    ),
    "availability.csv": table(
        "endpoint,interval_start,interval_end,good,total",
        "/pay,2025-03-01T00:00:00Z,2025-03-02T00:00:00Z,99,100",
        "/pay,2025-03-02T00:00:00Z,2025-03-03T00:00:00Z,101,100",
    ),
    "surveys.csv": table(
        "response_id,responded_at,score",
        "1,2025-03-05T09:00:00Z,9",
        "1,2025-03-06T09:00:00Z,10",
        "2,x,3",
        "3,2025-04-05T09:00:00Z,9 to 10",
    ),
}


def test_what_a_small_build_leaves_out_changes_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {**FILES, **OTHERS}
    small = build_folder(tmp_path / "small", files)
    monkeypatch.setattr(small_builds, "SMALL", 0)
    large = build_folder(tmp_path / "large", files)
    assert contents(small) == contents(large)
    assert small.one("select count(*) from incidents") > 100
    assert small.one("select count(distinct disposition) from left_out") > 1
    for file in small.report.files:
        assert file == large.file(file.file)


def test_only_a_small_build_takes_the_short_way() -> None:
    with duckdb.connect() as con:
        (threads,) = con.execute("select current_setting('threads')").fetchone() or (0,)
        small_builds.hurry(con, small_builds.SMALL + 1)
        assert con.execute("select current_setting('disabled_optimizers')").fetchone() == ("",)
        assert con.execute("select current_setting('threads')").fetchone() == (threads,)
        small_builds.hurry(con, small_builds.SMALL)
        assert con.execute("select current_setting('threads')").fetchone() == (1,)
