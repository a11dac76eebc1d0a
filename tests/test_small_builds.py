"""A build of few bytes plans and runs in fewer steps, and gives what a large one gives."""

import os
from pathlib import Path

import duckdb
import pytest

from reliability.exports import ExportSource
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


def test_what_a_small_build_leaves_out_changes_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {**FILES, **OTHERS}
    small = build_folder(tmp_path / "small", files)
    monkeypatch.setattr(small_builds, "SMALL", 0)
    large = build_folder(tmp_path / "large", files)
    assert contents(small) == contents(large)
    assert small.one("select count(*) from incidents") > 50
    assert small.one("select list(distinct disposition order by disposition) from left_out") == [
        "set aside",
        "superseded",
    ]
    for file in small.report.files:
        assert file == large.file(file.file)


def hurried(folder: Path, start: bytes, size: int) -> bool:
    """Whether a build of one export of so many bytes takes the short way."""
    path = folder / "export"
    path.write_bytes(start)
    os.truncate(path, size)
    with duckdb.connect() as con:
        (threads,) = con.execute("select current_setting('threads')").fetchone() or (0,)
        small_builds.hurry(con, [ExportSource("export", path)])
        told = con.execute(
            "select current_setting('threads'), current_setting('disabled_optimizers') = ''"
        ).fetchone()
    assert told in [(1, False), (threads, True)]
    return told == (1, False)


def test_only_a_small_build_takes_the_short_way(tmp_path: Path) -> None:
    assert hurried(tmp_path, b"incident_id,opened_at", 8_000_000)
    assert not hurried(tmp_path, b"incident_id,opened_at", 8_000_001)


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"PAR1"])
def test_what_is_packed_counts_for_what_it_may_hold(tmp_path: Path, start: bytes) -> None:
    assert hurried(tmp_path, start, 800_000)
    assert not hurried(tmp_path, start, 800_001)


def test_an_export_that_went_away_meanwhile_is_left_to_whoever_reads_it(tmp_path):
    with duckdb.connect() as con:
        small_builds.hurry(con, [ExportSource("gone.csv", tmp_path / "gone.csv")])
        assert con.execute("select current_setting('threads')").fetchone() == (1,)
