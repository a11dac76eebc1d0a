"""Small files that are brought in together give what they give one by one."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.warehouse import filling
from reliability.warehouse.stacking import Stack
from tests.build_folder import Built, build_folder, table

HEADER = "incident_id,title,service,severity,opened_at,engaged_at,resolved_at"
START = datetime(2025, 3, 1, 9, 30)


def file(number: int, shape: str = "%Y-%m-%dT%H:%M:%SZ", rows: int = 4, **changed: str) -> str:
    """A small export; ids go over from one file to the next, so that some copies are superseded."""
    lines = []
    for i in range(rows):
        at = START + timedelta(days=3 * number + i, minutes=number)
        minutes = [at + timedelta(minutes=m) for m in (7 + i, 50 + number)]
        cells = {
            "incident_id": f"{shape[:2].strip('%')}{3 * number + i}",
            "title": f"Outage {i}",
            "service": ("api", "", "web", "n/a")[i % 4],
            "severity": ("P1", "sev 2", "Moderate", f"word {number % 3}")[i % 4],
            "opened_at": at.strftime(shape),
            "engaged_at": minutes[0].strftime(shape),
            "resolved_at": minutes[1].strftime(shape),
        }
        lines.append(",".join({**cells, **changed}[name] for name in HEADER.split(",")))
    return table(HEADER, *lines)


FILES = {
    **{f"utc-{n:02}.csv": file(n) for n in range(12)},
    "utc-05b.csv": file(5) + "\nbroken,line,with,too,many,cells,2025-01-01T00:00:00Z,x,y,z\n",
    "utc-06b.csv": file(6, opened_at="no date at all"),
    "utc-07b.csv": file(7, severity='"{""name"": ""P1"", ""id"": 4}"'),
    "utc-08b.csv": HEADER + "\n",
    "utc-09b.csv": file(9).replace("severity", "priority", 1),
    **{f"naive-{n:02}.csv": file(n, "%Y-%m-%d %H:%M:%S") for n in range(20, 26)},
    **{f"naive-{n:02}-days.csv": file(n, "%Y-%m-%d 00:00:00") for n in range(26, 28)},
    # Of the first file nobody could tell the order of day and month by itself; the others say it.
    "slashes-30.csv": file(30, "%d/%m/%Y %H:%M", rows=1, opened_at="03/04/2025 10:00"),
    "slashes-31.csv": file(31, "%d/%m/%Y %H:%M"),
    "slashes-32.csv": file(32, "%m/%d/%Y %H:%M"),
    "unknown.csv": "first,second\n1,2\n",
    **{
        f"json-{n}.json": json.dumps(
            [
                {"incident_id": f"J{n}{i}", "severity": "P2", "opened_at": f"2025-05-0{n}T0{i}:00:00Z",
                 "service": {"id": "P1", "summary": f"mail {i}"}}
                for i in range(1, 4)
            ]
        )
        for n in range(1, 5)
    },
}  # fmt: skip


def contents(built: Built) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of the warehouse, but for when it was built."""
    names = [name for (name,) in built.rows("select table_name from duckdb_tables() order by all")]
    return {name: sorted(built.rows(f'select * from "{name}"'), key=repr) for name in names if name != "meta"}


def test_files_that_are_typed_together_give_what_they_give_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, apart = tmp_path / "together", tmp_path / "apart"
    alone: list[str] = []
    bring = filling.bring

    def noted(con: Any, staged: Any, settings: Any) -> None:
        alone.append(staged.source.name)
        bring(con, staged, settings)

    monkeypatch.setattr(filling, "bring", noted)
    stacked = build_folder(together, FILES)
    # Only what has another shape, and stands between others, was never a candidate; what is special is told later.
    assert alone == []
    monkeypatch.setattr(Stack, "add", lambda self, staged: False)
    one_by_one = build_folder(apart, FILES)
    assert len(alone) == len(FILES) - 1  # all but the one of an unknown format
    found, expected = contents(stacked), contents(one_by_one)
    assert found.keys() == expected.keys()
    for name, rows in expected.items():
        assert found[name] == rows, name
    lines = stacked.rows("select source_file, source_line from incidents")
    assert ("utc-11.csv", 2) in lines and ("utc-11.csv", 5) in lines and ("naive-20.csv", 2) in lines


def test_forty_files_of_a_day_each_are_typed_in_one_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reliability.warehouse import stacking

    typed: list[int] = []
    insert_or_stop = stacking.insert_or_stop

    def counted(con: Any, one: Any, settings: Any) -> bool:
        typed.append(len(one.params["file_number"]))
        return insert_or_stop(con, one, settings)

    monkeypatch.setattr(stacking, "insert_or_stop", counted)
    build_folder(tmp_path, {f"day-{n:02}.csv": file(n) for n in range(40)})
    assert typed == [40]
