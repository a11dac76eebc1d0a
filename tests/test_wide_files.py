"""A wide file costs by its columns what a long one costs by its rows: each column is looked at once, not a few times."""

import cProfile
import pstats
from pathlib import Path

import pytest

from reliability.warehouse import unread
from tests.build_folder import build_folder, table

NAMED = ["incident_id", "opened_at", "severity", "service"]


def wide(columns: int, rows: int = 20) -> str:
    """A file of incidents with so many columns that nobody reads, every third of dates."""
    days = [f"2025-07-{1 + row % 28:02}" for row in range(rows)]
    return table(
        ",".join([*NAMED, *(f"field {i}" for i in range(columns))]),
        *(
            ",".join([f"A{row}", f"{day}T10:00:00Z", "P1", "shop", *(f"{day} 10:00" if i % 3 == 0 else f"v{row}" for i in range(columns))])
            for row, day in enumerate(days)
        ),
    )  # fmt: skip


def calls(folder: Path, columns: int, rows: int = 20) -> int:
    """How many functions a build of one such file calls: the same number on every machine."""
    written = wide(columns, rows)
    profile = cProfile.Profile()
    profile.enable()
    try:
        built = build_folder(folder, {"wide.csv": written})
    finally:
        profile.disable()
    assert built.file("wide.csv").kept == rows
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined]


def test_a_column_costs_a_build_few_calls_however_many_there_are(tmp_path: Path) -> None:
    calls(tmp_path / "first", 10)  # what is learnt once is not counted
    few, more, most = (calls(tmp_path / str(columns), columns) for columns in (50, 250, 650))
    each = (more - few) / 200
    # Half of them compare its name with the words of twenty-two languages.
    assert each < 3200
    assert (most - more) / 400 < each * 1.1


def test_a_column_of_many_rows_costs_hardly_more_than_one_of_few(tmp_path: Path) -> None:
    calls(tmp_path / "first", 200)  # names that were met are remembered
    few, many = (
        calls(tmp_path / str(rows), 200, rows) - calls(tmp_path / f"{rows} narrow", 0, rows)
        for rows in (60, 400)
    )
    assert many < few * 1.1


def test_each_column_is_looked_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    profile = unread.profile

    def counted(values):
        looked.append(len(values))
        return profile(values)

    for module in ("unread", "export_view"):
        monkeypatch.setattr(f"reliability.warehouse.{module}.profile", counted)
    build_folder(tmp_path, {"wide.csv": wide(200, rows=300)})
    assert 200 <= len(looked) <= 210
    assert max(looked) == 60
