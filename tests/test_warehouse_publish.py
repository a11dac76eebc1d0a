"""Publishing: a new version takes its place whole, whatever happens to the build on the way."""

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from reliability.errors import WarehouseError
from reliability.settings import load_settings
from reliability.warehouse import build, current, last_failure, open_store, versions
from tests.build_folder import Built, build_folder, rebuild, table, write_exports

ROOT = Path(__file__).resolve().parent.parent
HEADER = "incident_id,opened_at,status,title"
FIRST = {"a.csv": table(HEADER, "A,2025-07-01 08:00:00,open,x")}
SECOND = {"a.csv": table(HEADER, "A,2025-07-01 08:00:00,open,x", "B,2025-07-02 08:00:00,open,x")}
THIRD = {"a.csv": table(HEADER, "C,2025-07-01 08:00:00,open,x")}


def ids(folder: Path) -> list[str]:
    """The incidents that the live version serves."""
    live = current(folder)
    assert live is not None
    with duckdb.connect(str(live.path), read_only=True) as con:
        return [
            name for (name,) in con.execute("select incident_id from fact_incidents order by 1").fetchall()
        ]


def names(folder: Path) -> set[str]:
    """Everything in the warehouse folder but the lock."""
    return {path.name for path in (folder / "warehouse").iterdir()} - {"build.lock"}


def versions_of(folder: Path) -> list[str]:
    return sorted(name for name in names(folder) if name.endswith(".duckdb"))


def test_a_version_is_a_file_of_its_own_and_a_pointer_names_it(tmp_path: Path) -> None:
    built = build_folder(tmp_path, FIRST)
    version = built.report.data_version
    assert re.fullmatch("[0-9a-f]{12}", version)
    assert names(tmp_path) == {f"{version}.duckdb", "current.json"}
    file = tmp_path / "warehouse" / f"{version}.duckdb"
    content = file.read_bytes()
    pointer = json.loads((tmp_path / "warehouse" / "current.json").read_text())
    inputs = pointer.pop("inputs")
    assert pointer == {
        "file": f"{version}.duckdb",
        "data_version": version,
        "layout": versions.LAYOUT,
        "bytes": len(content),
        "modified_ns": file.stat().st_mtime_ns,
        # The digest of the digests of its parts, of which this one has but one.
        "digest": sha256(sha256(content).digest()).hexdigest(),
    }
    assert list(inputs["files"]) == ["exports/a.csv"]
    live = current(tmp_path)
    assert live is not None and live.data_version == version
    store = open_store(tmp_path)
    assert store.data_version == version
    assert store.run("lists/meta").one()["data_version"] == version
    store.close()


def test_nothing_is_built_when_nothing_changed_and_the_report_is_the_same(tmp_path: Path) -> None:
    files = {
        **SECOND,
        "odd.csv": table("colour", "red"),
        "bad.csv": "",
        "asks.csv": table(HEADER, "A,03/04/2025 10:00,open,x"),
        "b.csv": table(HEADER, "A,2025-06-01 08:00:00,open,x", "D,soon,open,x"),
    }
    first = build_folder(tmp_path, files)
    before = names(tmp_path)
    stages: list[str] = []
    again = rebuild(tmp_path, progress=lambda what, _share: stages.append(what))
    assert stages == ["Looking at the exports", "Nothing changed"]
    assert not first.report.unchanged and again.report.unchanged
    assert names(tmp_path) == before
    assert again.report.document() == {**first.report.document(), "unchanged": True}


@pytest.mark.parametrize("change", ["export", "name", "settings", "mapping", "new file"])
def test_whatever_counts_makes_another_version(tmp_path: Path, change: str) -> None:
    first = build_folder(tmp_path, FIRST)
    exports = tmp_path / "exports"
    if change == "export":
        write_exports(tmp_path, SECOND)
    elif change == "name":
        (exports / "a.csv").rename(exports / "b.csv")
    elif change == "settings":
        (tmp_path / "review.toml").write_text('[severity]\nrule = "final"\n')
    elif change == "mapping":
        (tmp_path / "mappings").mkdir()
        shutil.copy(
            ROOT / "queries" / "import" / "canonical_incidents.sql",
            tmp_path / "mappings" / "canonical_incidents.sql",
        )
    else:
        (exports / "c.csv").write_text(FIRST["a.csv"])
    assert rebuild(tmp_path).report.data_version != first.report.data_version


def test_a_copy_of_the_folder_and_a_new_file_time_are_the_same_version(tmp_path: Path) -> None:
    first = build_folder(tmp_path / "a", FIRST)
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    (tmp_path / "b" / "exports" / "a.csv").touch()
    assert rebuild(tmp_path / "b").report.unchanged
    shutil.rmtree(tmp_path / "b" / "warehouse")
    assert rebuild(tmp_path / "b").report.data_version == first.report.data_version


def test_a_forced_build_of_the_same_gets_a_file_name_of_its_own(tmp_path: Path) -> None:
    version = build_folder(tmp_path, FIRST).report.data_version
    reader = open_store(tmp_path)
    forced = rebuild(tmp_path, force=True).report
    assert (forced.data_version, forced.unchanged) == (version, False)
    live = current(tmp_path)
    assert live is not None and live.path.name == f"{version}-2.duckdb"
    assert reader.run("lists/meta").one()["data_version"] == version
    reader.close()


def test_the_version_before_stays_and_older_ones_go_while_readers_keep_theirs(tmp_path: Path) -> None:
    first = build_folder(tmp_path, FIRST).report.data_version
    reader = open_store(tmp_path)
    write_exports(tmp_path, SECOND)
    second = rebuild(tmp_path).report.data_version
    assert versions_of(tmp_path) == sorted([f"{first}.duckdb", f"{second}.duckdb"])
    write_exports(tmp_path, THIRD)
    third = rebuild(tmp_path).report.data_version
    assert versions_of(tmp_path) == sorted([f"{second}.duckdb", f"{third}.duckdb"])
    # Its file is gone, its reader is not disturbed.
    assert reader.run("lists/meta").one()["data_version"] == first
    reader.close()
    assert ids(tmp_path) == ["C"]


def test_without_a_warehouse_there_is_one_clear_line(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    with pytest.raises(WarehouseError, match="there is no warehouse yet. Run `python -m reliability build`"):
        open_store(tmp_path)
    with pytest.raises(WarehouseError, match="no such data folder"):
        build(tmp_path / "none", load_settings(tmp_path))


@pytest.mark.parametrize(
    "pointer",
    [
        "",
        "{",
        "[]",
        '{"file": "../../etc/passwd", "data_version": "x", "layout": 1}',
        '{"file": "abcd1234.duckdb"}',
        '{"file": "abcd1234.duckdb", "data_version": "x", "layout": 1e999}',
        '{"file": "abcd1234.duckdb", "data_version": "x", "layout": 3, "inputs": [[]]}',
        "[" * 100_000,
        None,
    ],
    ids=[
        "empty",
        "cut off",
        "a list",
        "outside",
        "half",
        "an endless layout",
        "odd inputs",
        "deep",
        "a folder",
    ],
)
def test_a_pointer_that_points_nowhere_is_as_good_as_none(tmp_path: Path, pointer: str | None) -> None:
    build_folder(tmp_path, FIRST)
    path = tmp_path / "warehouse" / "current.json"
    if pointer is None:
        path.unlink()
        path.mkdir()
        (path / "something").touch()
    else:
        path.write_text(pointer)
    assert current(tmp_path) is None
    with pytest.raises(
        WarehouseError, match="names no warehouse that is there. Run `python -m reliability build`"
    ):
        open_store(tmp_path)
    assert not rebuild(tmp_path).report.unchanged
    assert ids(tmp_path) == ["A"]


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_damaged_warehouse_is_told_and_rebuilt(tmp_path: Path, damage: bytes | None) -> None:
    build_folder(tmp_path, FIRST)
    live = current(tmp_path)
    assert live is not None
    if damage is None:
        live.path.write_bytes(live.path.read_bytes()[:5000])
    else:
        live.path.write_bytes(damage)
    with pytest.raises(
        WarehouseError, match="is damaged: it has .* bytes. Run `python -m reliability build`"
    ):
        open_store(tmp_path)
    assert not rebuild(tmp_path).report.unchanged
    assert ids(tmp_path) == ["A"]


@pytest.mark.parametrize(("layout", "which"), [(0, "an older"), (versions.LAYOUT + 1, "a newer")])
def test_a_warehouse_of_another_layout_is_told_and_rebuilt(tmp_path: Path, layout: int, which: str) -> None:
    build_folder(tmp_path, FIRST)
    pointer = tmp_path / "warehouse" / "current.json"
    pointer.write_text(pointer.read_text().replace(f'"layout": {versions.LAYOUT}', f'"layout": {layout}'))
    with pytest.raises(WarehouseError, match=f"by {which} version of this program .*reliability build`"):
        open_store(tmp_path)
    assert not rebuild(tmp_path).report.unchanged
    open_store(tmp_path).close()


def test_a_failed_build_leaves_the_last_good_version_and_says_why(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    write_exports(tmp_path, SECOND)
    mappings = tmp_path / "mappings"
    mappings.mkdir()
    broken = (
        (ROOT / "queries" / "import" / "canonical_incidents.sql")
        .read_text()
        .replace("from stated", "from nowhere")
    )
    (mappings / "canonical_incidents.sql").write_text(broken)
    with pytest.raises(WarehouseError, match="nowhere"):
        rebuild(tmp_path)
    assert ids(tmp_path) == ["A"]
    failure = last_failure(tmp_path)
    assert failure is not None and "nowhere" in failure.what and "canonical_incidents.sql" in failure.where
    assert not any(name.startswith("building-") for name in names(tmp_path))
    (mappings / "canonical_incidents.sql").unlink()
    rebuild(tmp_path)
    assert last_failure(tmp_path) is None
    assert ids(tmp_path) == ["A", "B"]


def test_a_failure_is_forgotten_when_what_is_live_is_right_again(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    (tmp_path / "mappings").mkdir()
    faulty = tmp_path / "mappings" / "own.sql"
    faulty.write_text("select 1")
    with pytest.raises(WarehouseError, match="own.sql"):
        rebuild(tmp_path)
    assert last_failure(tmp_path) is not None
    faulty.unlink()
    assert rebuild(tmp_path).report.unchanged
    assert last_failure(tmp_path) is None


def child(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Python code in another process; `folder` is its data folder."""
    begin = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from reliability.settings import load_settings\n"
        "from reliability.warehouse import build, versions\n"
        f"folder = Path({str(folder)!r})\n"
        "def die(*_): os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", begin + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


AT_STAGE = """
def progress(what, share):
    if what.startswith({stage!r}): die()
build(folder, load_settings(folder), progress=progress)
"""
BEFORE = """
versions.{function} = die
build(folder, load_settings(folder))
"""
AFTER_POINTER = """
whole = versions._write_whole
def write(path, text):
    whole(path, text)
    die()
versions._write_whole = write
build(folder, load_settings(folder))
"""


@pytest.mark.parametrize(
    ("code", "live"),
    [
        (AT_STAGE.format(stage="Reading"), ["A"]),
        (AT_STAGE.format(stage="Checking tickets"), ["A"]),
        (AT_STAGE.format(stage="Making the facts"), ["A"]),
        (AT_STAGE.format(stage="Publishing"), ["A"]),
        # The new file has its name, the pointer does not move.
        (BEFORE.format(function="_write_whole"), ["A"]),
        (AFTER_POINTER, ["A", "B"]),
    ],
    ids=["reading", "checking", "facts", "publishing", "before the pointer", "after the pointer"],
)
def test_a_killed_build_leaves_a_good_version_and_the_next_one_cleans_up(
    tmp_path: Path, code: str, live: list[str]
) -> None:
    build_folder(tmp_path, FIRST)
    write_exports(tmp_path, SECOND)
    killed = child(code, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert ids(tmp_path) == live
    open_store(tmp_path).close()
    rebuild(tmp_path)
    assert ids(tmp_path) == ["A", "B"]
    assert not any(name.startswith("building-") for name in names(tmp_path))
    assert len(versions_of(tmp_path)) <= 2
    write_exports(tmp_path, THIRD)
    rebuild(tmp_path)
    assert len(versions_of(tmp_path)) == 2


def test_a_full_disk_leaves_the_last_good_version_and_says_so(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    write_exports(tmp_path, SECOND)
    # A limit on the size of files stands in for the disk.
    code = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    build(folder, load_settings(folder))
except Exception as error:
    print(type(error).__name__, error)
"""
    ran = child(code, tmp_path)
    assert ran.stdout.startswith("WarehouseError"), (ran.stdout, ran.stderr)
    assert "The last good version stays" in ran.stdout
    assert ids(tmp_path) == ["A"]
    assert last_failure(tmp_path) is not None
    assert not any(name.startswith("building-") for name in names(tmp_path))
    assert rebuild(tmp_path).report.unchanged is False


def test_two_builds_at_once_are_harmless(tmp_path: Path) -> None:
    write_exports(tmp_path, SECOND)
    code = "print(build(folder, load_settings(folder)).unchanged)"
    results: list[subprocess.CompletedProcess[str]] = []
    threads = [threading.Thread(target=lambda: results.append(child(code, tmp_path))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.stdout.strip() for r in results) == ["False", "True", "True"], [r.stderr for r in results]
    assert ids(tmp_path) == ["A", "B"]
    assert len(versions_of(tmp_path)) == 1


def test_a_build_that_waits_too_long_for_another_says_so(tmp_path: Path) -> None:
    write_exports(tmp_path, FIRST)
    with (
        versions.only_builder(tmp_path / "warehouse", 1),
        pytest.raises(WarehouseError, match="another build"),
    ):
        rebuild(tmp_path, wait_seconds=0.1)
    assert ids(rebuild(tmp_path).folder) == ["A"]


def test_readers_see_whole_versions_while_builds_publish(tmp_path: Path) -> None:
    build_folder(tmp_path, FIRST)
    seen: set[tuple[str, ...]] = set()
    errors: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                store = open_store(tmp_path)
                seen.add(tuple(row["file"] + str(row["kept"]) for row in store.run("lists/file_accounting")))
                store.close()
            except Exception as error:
                errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for files in (SECOND, FIRST, SECOND):
        write_exports(tmp_path, files)
        rebuild(tmp_path)
    done.set()
    for reader in readers:
        reader.join()
    assert errors == []
    assert seen <= {("a.csv1",), ("a.csv2",)}


def test_an_export_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    write_exports(tmp_path, FIRST)
    changes = [SECOND]

    def progress(what: str, _share: float) -> None:
        if what.startswith("Checking incidents") and changes:
            write_exports(tmp_path, changes.pop())

    built = rebuild(tmp_path, progress=progress)
    assert ids(tmp_path) == ["A", "B"]
    assert rebuild(tmp_path).report.data_version == built.report.data_version
    assert versions_of(tmp_path) == [f"{built.report.data_version}.duckdb"]


def test_an_export_that_never_stops_changing_stops_the_build(tmp_path: Path) -> None:
    write_exports(tmp_path, FIRST)

    def progress(what: str, _share: float) -> None:
        if what == "Making the facts":
            path = tmp_path / "exports" / "a.csv"
            path.write_text(path.read_text() + "Z,2025-07-01 08:00:00,open,x\n")

    with pytest.raises(WarehouseError, match="the exports change while they are read"):
        rebuild(tmp_path, progress=progress)
    assert current(tmp_path) is None


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    write_exports(tmp_path, FIRST)
    (tmp_path / "warehouse").write_text("a file is in the way")
    with pytest.raises(WarehouseError, match="cannot be written to"):
        rebuild(tmp_path)


def test_progress_names_what_is_done_and_only_grows(tmp_path: Path) -> None:
    write_exports(tmp_path, SECOND)
    told: list[tuple[str, float]] = []
    Built(tmp_path, build(tmp_path, load_settings(tmp_path), progress=lambda *step: told.append(step)))
    shares = [share for _, share in told]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    assert [what for what, _ in told][1] == "Reading a.csv"
    assert told[-1][0] == "Done"


def test_a_running_app_that_holds_the_warehouse_open_can_build(tmp_path: Path) -> None:
    first = build_folder(tmp_path, SECOND)
    store = open_store(tmp_path)
    again = rebuild(tmp_path)
    assert again.report.document() == {**first.report.document(), "unchanged": True}
    assert versions_of(tmp_path) == [f"{first.report.data_version}.duckdb"]
    write_exports(tmp_path, THIRD)
    assert rebuild(tmp_path).report.data_version != store.data_version
    store.close()
