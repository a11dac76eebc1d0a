"""A damaged warehouse is noticed by its digest, named in one line, and healed by the build that the line asks for."""

import json
import os
import random
import shutil
from pathlib import Path

import duckdb
import pytest

from reliability.cli.main import main
from reliability.errors import WarehouseError
from reliability.settings import load_settings
from reliability.warehouse import current, last_failure, open_store, restate, versions
from tests.build_folder import build_folder, rebuild, table
from tests.small_disk import fill, read_only, small_disk
from tests.test_warehouse_publish import FIRST, SECOND, child, ids


def flip(path: Path, at: int, keep_time: bool) -> None:
    """Flip the bits of one byte."""
    stat = path.stat()
    with path.open("r+b") as file:
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ 0xFF]))
    if keep_time:
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_flipped_byte_anywhere_is_noticed_on_opening_and_a_build_makes_up_for_it(tmp_path: Path) -> None:
    build_folder(tmp_path, SECOND)
    live = current(tmp_path)
    assert live is not None
    whole = live.path.read_bytes()
    chance = random.Random(14)
    for at in [0, 9, 5000, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(20))]:
        flip(live.path, at, keep_time=False)
        with pytest.raises(
            WarehouseError, match="is damaged: it is not as it was published. Run `python -m reliab"
        ):
            open_store(tmp_path)
        live.path.write_bytes(whole)
    # The very bytes again, at another time: nothing is wrong with it.
    open_store(tmp_path).close()
    flip(live.path, len(whole) // 2, keep_time=False)
    with pytest.raises(WarehouseError, match="is damaged"):
        restate(tmp_path, load_settings(tmp_path), tuple)
    assert not rebuild(tmp_path).report.unchanged
    assert ids(tmp_path) == ["A", "B"]
    assert rebuild(tmp_path).report.unchanged
    open_store(tmp_path).close()


def test_rot_that_leaves_size_and_time_is_found_by_check_and_build(tmp_path: Path, capsys) -> None:
    build_folder(tmp_path, SECOND)
    live = current(tmp_path)
    assert live is not None
    flip(live.path, live.path.stat().st_size - 100, keep_time=True)
    assert main(["check", "--data", str(tmp_path)]) == 1
    assert (
        "is damaged: it is not as it was published. Run `python -m reliability build`"
        in capsys.readouterr().out
    )
    assert main(["build", "--data", str(tmp_path)]) == 0
    capsys.readouterr()
    main(["check", "--data", str(tmp_path)])
    said = capsys.readouterr().out.splitlines()
    assert said == ["exports/a.csv: 2 incidents kept, none has a severity."]


def test_damage_that_only_duckdb_meets_names_the_build_that_heals_it(tmp_path: Path) -> None:
    build_folder(tmp_path, SECOND)
    live = current(tmp_path)
    assert live is not None
    pointer = tmp_path / "warehouse" / "current.json"
    told = json.loads(pointer.read_text())
    # A pointer of an older version of this program says nothing of the file.
    for key in ("bytes", "modified_ns", "digest", "inputs"):
        del told[key]
    pointer.write_text(json.dumps(told))
    open_store(tmp_path).close()
    size = live.path.stat().st_size
    for at in range(3 * 4096 + 100, size, 4096):
        flip(live.path, at, keep_time=False)
    with pytest.raises(WarehouseError, match="Run `python -m reliability build`"):
        open_store(tmp_path).run(
            "lists/incidents/incident_rows",
            dict.fromkeys(("start", "end", "as_of", "services", "teams", "severities", "limit", "search")),
        )
    assert not rebuild(tmp_path).report.unchanged
    assert ids(tmp_path) == ["A", "B"]


def test_a_pointer_without_a_digest_is_served_and_not_believed_by_a_build(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    pointer = tmp_path / "warehouse" / "current.json"
    told = json.loads(pointer.read_text())
    pointer.write_text(json.dumps({key: told[key] for key in ("file", "data_version", "layout")}))
    open_store(tmp_path).close()
    assert not rebuild(tmp_path).report.unchanged
    assert rebuild(tmp_path).report.unchanged


def test_folders_in_the_place_of_the_builds_own_files_are_removed_by_a_build(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    folder = tmp_path / "warehouse"
    for name in ("current.json", "last_failure.json", "build.lock"):
        (folder / name).unlink(missing_ok=True)
        (folder / name / "inner").mkdir(parents=True)
    assert current(tmp_path) is None
    assert last_failure(tmp_path) is None
    rebuild(tmp_path)
    assert ids(tmp_path) == ["A"]


def test_a_copied_folder_is_read_once_and_after_a_build_not_again(tmp_path: Path, monkeypatch) -> None:
    build_folder(tmp_path / "a", FIRST)
    shutil.copytree(tmp_path / "a", tmp_path / "b", copy_function=shutil.copyfile)
    read: list[Path] = []
    real = versions.digest_of
    monkeypatch.setattr(
        versions, "digest_of", lambda path, stamp=None: read.append(path) or real(path, stamp)
    )
    open_store(tmp_path / "b").close()
    assert len(read) == 1
    assert rebuild(tmp_path / "b").report.unchanged
    read.clear()
    open_store(tmp_path / "b").close()
    assert read == []


def test_what_a_killed_build_left_is_gone_with_the_next_start(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    folder = tmp_path / "warehouse"
    kill = """
import os, signal
from reliability.warehouse import filling
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
filling.make_facts = die
filling.shutil.rmtree = lambda *_, **__: None
build(folder, load_settings(folder), force=True)
"""
    assert child(kill, tmp_path).returncode == -9
    left = {path.suffix for path in folder.glob("building-*")}
    assert {".duckdb", ".scratch"} <= left
    with versions.only_builder(folder, 1):
        versions.clean(tmp_path)  # somebody builds: nothing of theirs is touched
        assert list(folder.glob("building-*"))
    versions.clean(tmp_path)
    assert list(folder.glob("building-*")) == []
    assert ids(tmp_path) == ["A"]


def test_a_build_on_a_full_disk_leaves_the_last_good_version_at_any_amount_of_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 24_000) as data:
        build_folder(data, FIRST)
        (data / "exports" / "a.csv").write_text(SECOND["a.csv"])
        failed = 0
        for room in range(0, 4000, 250):
            filler = fill(data, room)
            try:
                rebuild(data)
            except WarehouseError as error:
                assert "The last good version stays" in str(error)
                assert ids(data) == ["A"]
                open_store(data).close()
                failed += 1
            else:
                break
            finally:
                filler.unlink()
        assert failed >= 4
        assert [p.name for p in (data / "warehouse").glob("building-*")] == []
        rebuild(data)
        assert ids(data) == ["A", "B"]


def test_on_a_read_only_disk_a_build_fails_only_when_something_changed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 24_000) as data:
        build_folder(data, FIRST)
        with read_only(data):
            assert rebuild(data).report.unchanged
            assert ids(data) == ["A"]
        (data / "exports" / "a.csv").write_text(SECOND["a.csv"])
        with read_only(data), pytest.raises(WarehouseError, match="cannot be written to"):
            rebuild(data)


def test_an_archive_is_unpacked_where_a_killed_build_is_cleaned_up(tmp_path: Path, monkeypatch) -> None:
    import zipfile

    (tmp_path / "exports").mkdir()
    with zipfile.ZipFile(tmp_path / "exports" / "all.zip", "w") as archive:
        archive.writestr("a.csv", table("incident_id,opened_at,status,title", "A,2025-07-01 08:00:00,open,x"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    rebuild(tmp_path)
    assert ids(tmp_path) == ["A"]
    assert duckdb.sql("select 1").fetchall() == [(1,)]
