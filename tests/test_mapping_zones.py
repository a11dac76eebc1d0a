"""Times whose zone stands in a column of its own, or by its name behind the time: every row is read in its own zone."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.exports import sources
from reliability.guesses import holds_zones, profile
from reliability.mappings import Place, columns_of, save, saved, suggest
from reliability.warehouse.doubts import unread_lines
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, rebuild, table
from tests.test_warehouse_accounting import hold_the_books

SETTINGS = '[organisation]\nname = "Zones"\ntime_zone = "Europe/London"\n'


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_each_row_is_read_in_the_zone_that_it_says(tmp_path: Path) -> None:
    board = table(
        "Ref,Went down,Back up,Time zone,Sev",
        "K1,2025-07-13 10:00,2025-07-13 11:00,Europe/Berlin,P1",
        "K2,2025-12-13 10:00,2025-12-13 11:00,Europe/Berlin,P1",
        "K3,2025-07-14 10:00,2025-07-14 10:30,America/New_York,P2",
        "K4,2025-07-15 10:00,,+05:30,P2",
        "K5,2025-07-16 10:00:30,2025-07-16 11:00:00Z,PST,P3",
        "K6,2025-07-17 10:00,,ET,P3",
        "K7,2025-07-18 10:00,,,P3",
        "K8,2025-07-19 10:00,,Mars/Base,P3",
    )
    build_folder(tmp_path, {"board.csv": board}, SETTINGS)
    (found,) = [s for s in sources(tmp_path / "exports") if s.name == "board.csv"]
    # One row says nonsense: without it the column is seen to hold zones.
    columns = columns_of(found)
    assert suggest(columns, "board.csv").zone_in is None
    (tmp_path / "exports" / "board.csv").write_text(
        board.replace("Mars/Base", "Asia/Tokyo"), encoding="utf-8"
    )
    spec = suggest(columns_of(found), "board.csv")
    assert spec.zone_in == Place("Time zone")
    save(tmp_path, spec)
    assert [one.spec for one in saved(tmp_path)] == [spec]
    built = rebuild(tmp_path)
    hold_the_books(built)
    assert built.rows("select incident_id, opened_at, resolved_at from incidents order by 1") == [
        ("K1", utc(2025, 7, 13, 8), utc(2025, 7, 13, 9)),
        ("K2", utc(2025, 12, 13, 9), utc(2025, 12, 13, 10)),
        ("K3", utc(2025, 7, 14, 14), utc(2025, 7, 14, 14, 30)),
        ("K4", utc(2025, 7, 15, 4, 30), None),
        ("K5", utc(2025, 7, 16, 18, 0, 30), utc(2025, 7, 16, 11)),
        ("K6", utc(2025, 7, 17, 14), None),
        ("K7", utc(2025, 7, 18, 9), None),  # none: the organisation's, in summer
        ("K8", utc(2025, 7, 19, 1), None),
    ]
    # A zone that there is not sets its row aside, and says which; nothing is read in another zone silently.
    (tmp_path / "exports" / "board.csv").write_text(board, encoding="utf-8")
    built = rebuild(tmp_path)
    hold_the_books(built)
    assert built.file("board.csv").kept == 7
    assert built.rows("select source_line, reason, detail from left_out") == [
        (9, "opened_at cannot be read as a date", "2025-07-19 10:00 Mars/Base")
    ]


def test_a_zone_may_stand_by_its_name_behind_the_time(tmp_path: Path) -> None:
    rows = [
        "A,2025-07-13 10:00 Europe/Berlin",
        "B,2025-07-13T10:00:00+02:00[Europe/Berlin]",
        "C,13 Jul 2025 10:00 (America/New_York)",
        "D,2025-01-13 10:00:00.250 Europe/Berlin",
        "E,2025-07-13 10:00 Mars/Base",
    ]
    head = "incident_id,opened_at,severity"
    built = build_folder(tmp_path, {"i.csv": table(head, *(f"{row},P1" for row in rows))}, SETTINGS)
    assert built.rows("select incident_id, opened_at from incidents order by 1") == [
        ("A", utc(2025, 7, 13, 8)),
        ("B", utc(2025, 7, 13, 8)),
        ("C", utc(2025, 7, 13, 14)),
        ("D", utc(2025, 1, 13, 9, 0, 0, 250000)),
    ]
    assert built.file("i.csv").reasons == {"opened_at cannot be read as a date": 1}


def test_a_column_of_zones_that_nobody_reads_is_named(tmp_path: Path) -> None:
    rows = [f"I{n},2025-07-0{n} 10:00,P1,America/New_York" for n in range(1, 5)]
    build_folder(tmp_path, {"i.csv": table("incident_id,opened_at,severity,Zeitzone", *rows)}, SETTINGS)
    workspace = open_workspace(tmp_path)
    (said,) = [text for _, text in unread_lines(workspace.store.run("lists/file_columns").rows)]
    workspace.store.close()
    assert said.startswith("not read: Zeitzone looks like a time zone (America/New_York)")


@pytest.mark.parametrize(
    ("name", "values", "holds"),
    [
        ("Region", ["Europe/Berlin", "America/New_York"], True),
        ("tz", ["ET", "PT", "UTC"], True),
        ("Fuseau horaire", ["UTC+2", "GMT+01:00"], True),
        ("Status", ["ET", "PT"], False),
        ("Zone", ["North", "South"], False),
        ("Change", ["+1", "-2"], False),
        ("Time zone", [], False),
    ],
)
def test_a_column_holds_zones_by_its_values_and_short_ones_by_its_name_too(name, values, holds) -> None:
    assert holds_zones(name, profile(values)) is holds
