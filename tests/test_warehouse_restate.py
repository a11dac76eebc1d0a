"""Restating: decisions reach the live warehouse without reading an export, whole or not at all."""

import subprocess
import sys
from pathlib import Path

import pytest

from reliability.errors import WarehouseError
from reliability.journal import Journal
from reliability.repeats import decisions as repeats
from reliability.settings import load_settings
from reliability.warehouse import build, current, last_failure, open_store, restate, versions
from reliability.warehouse.workspace import open_current
from tests.build_folder import Built, build_folder, table, write_exports
from tests.test_warehouse_publish import ROOT, names
from tests.warehouse_by_hand import figures, params

HEADER = "incident_id,opened_at,title"
LINES = ("A,2025-01-01 08:00:00,x", "B,2025-07-02 08:00:00,y")
FILES = {"a.csv": table(HEADER, *LINES)}
A, B = ("canonical", "A"), ("canonical", "B")
Q3 = params("2025-07-01", "2025-10-01")


def restated(folder: Path, **options: float) -> versions.Published:
    return restate(folder, load_settings(folder), lambda: repeats.rows_of(folder), **options)


def rebuilt(folder: Path) -> Built:
    return Built(folder, build(folder, load_settings(folder), decisions=lambda: repeats.rows_of(folder)))


def repeat_incidents(folder: Path) -> float | None:
    store = open_store(folder)
    try:
        return figures(store, "repeat_incidents", Q3)["value"]
    finally:
        store.close()


def everything(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the content of all tables and what all macros are made of, but for when it was built."""
    built = Built(folder, None)  # type: ignore[arg-type]
    tables = built.rows("select table_name from duckdb_tables() order by all")
    found = {name: built.rows(f'select * from "{name}" order by all') for (name,) in tables if name != "meta"}
    found["meta"] = built.rows("select * exclude (built_at) from meta")
    found["macros"] = built.rows(
        "select function_name, macro_definition from duckdb_functions() "
        "where function_type like '%macro' and not internal order by all"
    )
    return found


def test_a_confirmation_counts_after_a_restatement_and_no_longer_after_its_undo(tmp_path: Path) -> None:
    first = build_folder(tmp_path, FILES).report.data_version
    assert repeat_incidents(tmp_path) is None
    made = repeats.confirm(Journal(tmp_path), B, A, "Ana")
    second = restated(tmp_path)
    assert second.data_version != first
    assert repeat_incidents(tmp_path) == 1
    repeats.undo(Journal(tmp_path), made.id, "Ana")
    assert restated(tmp_path).data_version == first
    assert repeat_incidents(tmp_path) is None


def test_a_restated_warehouse_is_the_one_that_a_build_would_make(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    version = restated(tmp_path).data_version
    quick = everything(tmp_path)
    assert rebuilt(tmp_path).report.unchanged, "it is up to date already"
    built = build(tmp_path, load_settings(tmp_path), force=True, decisions=lambda: repeats.rows_of(tmp_path))
    assert (built.data_version, everything(tmp_path)) == (version, quick)


def test_a_build_takes_up_what_was_decided_since_the_last_one(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    assert not rebuilt(tmp_path).report.unchanged
    assert repeat_incidents(tmp_path) == 1
    assert rebuilt(tmp_path).report.unchanged


def test_confirmations_survive_new_exports_and_wait_for_incidents_that_are_gone(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    restated(tmp_path)
    write_exports(tmp_path, {"b.csv": table(HEADER, "C,2025-07-09 08:00:00,z")})
    rebuilt(tmp_path)
    assert repeat_incidents(tmp_path) == 1
    write_exports(tmp_path, {"a.csv": table(HEADER, LINES[0])})
    rebuilt(tmp_path)
    assert repeat_incidents(tmp_path) == 0
    write_exports(tmp_path, FILES)
    rebuilt(tmp_path)
    assert repeat_incidents(tmp_path) == 1


def test_nothing_new_is_published_when_nothing_was_decided(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    before = names(tmp_path)
    assert restated(tmp_path) == current(tmp_path)
    assert names(tmp_path) == before


def test_the_command_line_reads_the_journal_by_itself(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    command = [sys.executable, "-m", "reliability", "build", "--data", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    assert repeat_incidents(tmp_path) == 1


def test_an_open_workspace_follows_a_restatement_and_readers_keep_what_they_have(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    before = open_current(tmp_path)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    restated(tmp_path)
    after = open_current(tmp_path)
    assert after.store.data_version != before.store.data_version
    assert figures(before.store, "repeat_incidents", Q3)["value"] is None
    assert figures(after.store, "repeat_incidents", Q3)["value"] == 1


@pytest.mark.parametrize("moment", ["make_facts", "publish", "_sync"])
def test_killed_at_any_moment_the_last_good_version_serves(tmp_path: Path, moment: str) -> None:
    live = build_folder(tmp_path, FILES).report.data_version
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    code = f"""
import os, signal
from pathlib import Path
from reliability.repeats.decisions import rows_of
from reliability.settings import load_settings
from reliability.warehouse import restate, restating, versions
folder = Path({str(tmp_path)!r})
def die(*_, **__): os.kill(os.getpid(), signal.SIGKILL)
if {moment!r} == "make_facts":
    restating.make_facts = die
else:
    setattr(versions, {moment!r}, die)
restate(folder, load_settings(folder), lambda: rows_of(folder))
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=120, check=False
    )
    assert done.returncode == -9, done.stderr
    published = current(tmp_path)
    assert published is not None and published.data_version == live
    assert repeat_incidents(tmp_path) is None
    assert restated(tmp_path).data_version != live
    assert repeat_incidents(tmp_path) == 1
    assert not any(name.startswith("building-") for name in names(tmp_path))


def test_a_restatement_that_fails_leaves_the_last_good_version_and_the_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build_folder(tmp_path, FILES)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reliability.warehouse.restating.shutil.copyfile", full)
    with pytest.raises(WarehouseError, match="No space left on device"):
        restated(tmp_path)
    assert repeat_incidents(tmp_path) is None
    assert last_failure(tmp_path) is None, "the exports were read: no build failed"
    monkeypatch.undo()
    rebuilt(tmp_path)
    assert repeat_incidents(tmp_path) == 1


def test_a_restatement_waits_its_turn_and_says_so(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)
    repeats.confirm(Journal(tmp_path), B, A, "Ana")
    with (
        versions.only_builder(tmp_path / "warehouse", 1),
        pytest.raises(WarehouseError, match="another build has been running"),
    ):
        restated(tmp_path, wait_seconds=0.1)


def test_decisions_are_read_once_it_is_ones_turn(tmp_path: Path) -> None:
    build_folder(tmp_path, FILES)

    def late() -> list[object]:
        with pytest.raises(WarehouseError), versions.only_builder(tmp_path / "warehouse", 0):
            pass
        return []

    restate(tmp_path, load_settings(tmp_path), late)  # type: ignore[arg-type]


def test_without_a_warehouse_there_is_nothing_to_restate(tmp_path: Path) -> None:
    write_exports(tmp_path, FILES)
    with pytest.raises(WarehouseError, match="nothing to restate|no warehouse to restate"):
        restated(tmp_path)
