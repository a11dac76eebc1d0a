"""One builder, several servers: what is shared, when it is taken over, and what a fault on the way leaves."""

import json
import logging
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.errors import ReliabilityError, WarehouseError
from reliability.journal import Journal
from reliability.replicas import build
from reliability.replicas.copying import Copying, copy_newest
from reliability.replicas.objects import Changed, Objects
from reliability.replicas.sharing import share
from reliability.serve.watch import Watch
from reliability.settings import load_settings, settings_problems
from reliability.warehouse import current, last_failure, open_store
from reliability.warehouse.workspace import open_workspace, outdated
from tests.build_folder import build_folder, write_exports
from tests.conftest import ROOT
from tests.shown import pieces
from tests.test_warehouse_publish import FIRST, SECOND, THIRD, ids, versions_of

pytestmark = pytest.mark.slow


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path, monkeypatch) -> str:
    """The address of an empty store: a folder's, then a bucket's."""
    if request.param == "folder":
        (tmp_path / "shared").mkdir()
        return (tmp_path / "shared").as_uri()
    server = request.getfixturevalue("s3")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return server.new_store()


def named(store: str) -> str:
    return f'[warehouse]\nstore = "{store}"\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> dict[str, Path]:
    """A built data folder for each content of its only export, to be copied: what is shared is built once."""
    folders = {files["a.csv"]: tmp_path_factory.mktemp("built") for files in (FIRST, SECOND, THIRD)}
    for content, folder in folders.items():
        build_folder(folder, {"a.csv": content}, "# as below\n")
    return folders


@pytest.fixture
def builder(built) -> Callable[..., Path]:
    """Put a built data folder somewhere, in the place of another one, and share its version."""

    def shared_from(folder: Path, store: str, files=FIRST) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(built[files["a.csv"]], folder)
        (folder / "review.toml").write_text(named(store))
        share(folder, store)
        return folder

    return shared_from


def server(folder: Path, store: str) -> Path:
    """A data folder without exports."""
    folder.mkdir()
    (folder / "review.toml").write_text(named(store))
    return folder


def objects_in(store: str) -> list[str]:
    """The names of all versions in a store."""
    return sorted(one.name for one in Objects(store).listed("versions"))


def pointer(store: str, **changes: object) -> None:
    """Change what a store's pointer says."""
    objects = Objects(store)
    read = objects.read("current.json")
    assert read is not None
    objects.write("current.json", json.dumps({**json.loads(read.content), **changes}).encode(), read)


def test_what_a_builder_shares_a_server_opens_and_follows(tmp_path, builder, store) -> None:
    home, away = builder(tmp_path / "builder", store), server(tmp_path / "server", store)
    assert copy_newest(away, store)
    assert ids(away) == ids(home) == ["A"]
    assert current(away).data_version == current(home).data_version
    assert not copy_newest(away, store), "it has that one"
    # Somebody reads the old version while the new one comes.
    reading = open_store(away)
    builder(home, store, SECOND)
    assert copy_newest(away, store)
    assert ids(away) == ["A", "B"]
    assert reading.run("lists/data_size").one()["incidents"] == 1
    reading.close()
    builder(home, store, THIRD)
    assert copy_newest(away, store)
    assert ids(away) == ["C"]
    assert len(versions_of(away)) == 2, "the live one, and the one before"


def test_a_server_is_not_outdated_for_lack_of_exports_but_for_other_settings(
    tmp_path, builder, store
) -> None:
    builder(tmp_path / "builder", store)
    away = server(tmp_path / "server", store)
    copy_newest(away, store)
    assert outdated(open_workspace(away)) == ""
    (away / "review.toml").write_text(named(store) + '[severity]\nrule = "final"\n')
    assert outdated(open_workspace(away)) == "built before review.toml changed"


def test_the_pointer_moves_last_and_old_versions_stay_for_who_copies_them(tmp_path, builder, store) -> None:
    home = builder(tmp_path / "builder", store)
    first = objects_in(store)
    assert len(first) == 1
    builder(home, store, SECOND)
    assert len(objects_in(store)) == 2, "a server may still be copying the first"
    share(home, store, grace=timedelta(0))
    (left,) = objects_in(store)
    assert left != first[0]
    away = server(tmp_path / "server", store)
    assert copy_newest(away, store) and ids(away) == ["A", "B"]
    # Back to the exports of the first: its file is there again, and not among those that go.
    builder(home, store, FIRST)
    share(home, store, grace=timedelta(0))
    assert len(objects_in(store)) == 1
    assert copy_newest(away, store) and ids(away) == ["A"]


def test_a_build_that_changes_nothing_shares_what_was_not_shared(tmp_path, built, store, capsys) -> None:
    home = Path(shutil.copytree(built[FIRST["a.csv"]], tmp_path / "builder"))
    (home / "review.toml").write_text(named(store))
    assert main(["build", "--data", str(home)]) == 0
    assert len(objects_in(store)) == 1
    away = server(tmp_path / "server", store)
    assert copy_newest(away, store) and ids(away) == ["A"]
    capsys.readouterr()
    assert main(["build", "--data", str(away)]) == 2
    err = capsys.readouterr().err
    assert f"has no exports/ and copies what is built elsewhere ({store})" in err and err.count("\n") == 1
    assert len(objects_in(store)) == 1


def test_of_two_builders_the_one_that_read_an_older_pointer_writes_nothing(store, tmp_path) -> None:
    objects = Objects(store)
    objects.write("current.json", b"1", None)
    with pytest.raises(Changed):
        objects.write("current.json", b"2", None)
    if store.startswith("file:"):
        return  # a folder cannot tell; there the lock of builds holds
    read = objects.read("current.json")
    objects.write("current.json", b"3", read)
    with pytest.raises(Changed):
        objects.write("current.json", b"4", read)
    assert objects.read("current.json").content == b"3"


def shortened(store: str, content: bytes) -> bytes:
    return content[:-4096]


def flipped(store: str, content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    ("change", "said"),
    [(shortened, "damaged|cannot be read"), (flipped, "it is not as it was shared")],
)
def test_a_damaged_file_is_not_taken_over(
    tmp_path, builder, store, change: Callable[[str, bytes], bytes], said: str
) -> None:
    home, away = builder(tmp_path / "builder", store), server(tmp_path / "server", store)
    copy_newest(away, store)
    builder(home, store, SECOND)
    objects = Objects(store)
    name = json.loads(objects.read("current.json").content)["file"]
    read = objects.read(name)
    objects.write(name, change(store, read.content), read)
    with pytest.raises(WarehouseError, match=said) as caught:
        copy_newest(away, store)
    assert "\n" not in str(caught.value)
    assert ids(away) == ["A"]
    assert not list((away / "warehouse").glob("building-*"))
    # A forced build heals it, and what a look at its size tells, any build.
    build(home, load_settings(home), force=change is flipped)
    assert copy_newest(away, store) and ids(away) == ["A", "B"]


def test_what_a_pointer_cannot_mean_is_one_line(tmp_path, builder, store) -> None:
    builder(tmp_path / "builder", store)
    away = server(tmp_path / "server", store)
    copy_newest(away, store)
    for changes, said in (
        (
            {"layout": 999},
            r"built by a newer version of this program \(its layout is 999, .*Upgrade this server",
        ),
        (
            {"layout": 1},
            r"built by an older version of this program \(its layout is 1, .*Upgrade the builder",
        ),
        ({"layout": "x"}, "the pointer of the shared warehouse is damaged"),
        (
            {"layout": current(away).layout, "file": "versions/none.duckdb", "digest": "0" * 64},
            "cannot be read",
        ),
    ):
        pointer(store, **changes)
        with pytest.raises(WarehouseError, match=said) as caught:
            copy_newest(away, store)
        assert "\n" not in str(caught.value) and store in str(caught.value)
        assert ids(away) == ["A"]


def test_a_copy_that_was_damaged_here_is_copied_again(tmp_path, builder, store) -> None:
    builder(tmp_path / "builder", store)
    away = server(tmp_path / "server", store)
    copy_newest(away, store)
    path = current(away).path
    path.write_bytes(path.read_bytes()[:-1])
    assert copy_newest(away, store) and ids(away) == ["A"]


@pytest.mark.parametrize("gone", ["folder", "bucket", "server"])
def test_a_store_that_is_not_there_is_said_once_and_the_last_version_serves(
    tmp_path, builder, request, gone, monkeypatch, caplog
) -> None:
    place = tmp_path / "shared"
    place.mkdir()
    store = place.as_uri()
    builder(tmp_path / "builder", store)
    away = server(tmp_path / "server", store)
    copying = Copying(away)
    monkeypatch.setattr("reliability.replicas.copying.EVERY_SECONDS", 0)
    assert copying.look(load_settings(away)) and ids(away) == ["A"]
    if gone == "folder":
        place.rename(tmp_path / "elsewhere")
    else:
        for name, value in request.getfixturevalue("s3").environment.items():
            monkeypatch.setenv(name, value)
        if gone == "server":
            monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        (away / "review.toml").write_text(named("s3://no-such-bucket/x"))
    with caplog.at_level(logging.WARNING):
        assert not any(copying.look(load_settings(away)) for _ in range(2))
    (said,) = [record.getMessage() for record in caplog.records if "copied" in record.getMessage()]
    assert said.startswith("Not copied, the last good version stays: ") and "\n" not in said
    assert "loopback only" not in said
    assert ids(away) == ["A"]
    failed = last_failure(away)
    assert failed is not None and failed.what in said
    if gone == "folder":
        (tmp_path / "elsewhere").rename(place)
    else:
        (away / "review.toml").write_text(named(store))
    assert not copying.look(load_settings(away))
    assert last_failure(away) is None


def test_a_build_that_cannot_be_shared_serves_here_and_says_so(tmp_path, builder, capsys) -> None:
    place = tmp_path / "shared"
    place.mkdir()
    home = builder(tmp_path / "builder", place.as_uri())
    (place / "current.json").unlink()
    (place / "current.json").mkdir()
    (home / "exports" / "a.csv").write_text(SECOND["a.csv"])
    assert main(["build", "--data", str(home)]) == 2
    err = capsys.readouterr().err
    assert "built, but not shared: " in err and err.count("\n") == 1
    assert ids(home) == ["A", "B"]
    assert "not shared" in last_failure(home).what
    (place / "current.json").rmdir()
    assert main(["build", "--data", str(home)]) == 0
    away = server(tmp_path / "server", place.as_uri())
    assert copy_newest(away, place.as_uri()) and ids(away) == ["A", "B"]


KILLED = """
import os, signal, sys
from pathlib import Path
from reliability.replicas import building, objects
from reliability.settings import load_settings
where, folder = sys.argv[1], Path(sys.argv[2])
real = getattr(objects.Objects, where)
def killed(self, *args):
    if where == "write":
        os.kill(os.getpid(), signal.SIGKILL)
    real(self, *args)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(objects.Objects, where, killed)
building.build(folder, load_settings(folder))
"""


@pytest.mark.parametrize("where", ["upload", "write"])
def test_a_builder_killed_while_it_shares_leaves_the_version_before(tmp_path, builder, store, where) -> None:
    home, away = builder(tmp_path / "builder", store), server(tmp_path / "server", store)
    (home / "exports" / "a.csv").write_text(SECOND["a.csv"])
    command = [sys.executable, "-c", KILLED, where, str(home)]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
    assert copy_newest(away, store) and ids(away) == ["A"]
    build(home, load_settings(home))
    assert copy_newest(away, store) and ids(away) == ["A", "B"]


def test_the_watch_of_a_server_copies_and_builds_nothing(tmp_path, builder, monkeypatch) -> None:
    (tmp_path / "shared").mkdir()
    store = (tmp_path / "shared").as_uri()
    home, away = builder(tmp_path / "builder", store), server(tmp_path / "server", store)
    monkeypatch.setattr("reliability.replicas.copying.EVERY_SECONDS", 0)
    watch = Watch(away)
    watch.begin()
    assert ids(away) == ["A"], "before anybody comes"
    assert not watch.look()
    builder(home, store, SECOND)
    assert watch.look() and ids(away) == ["A", "B"]
    assert not (away / "exports").exists()


def test_nobody_administers_on_a_server_that_copies(tmp_path, open_page, own_sample) -> None:
    (tmp_path / "shared").mkdir()
    store = (tmp_path / "shared").as_uri()
    with (own_sample / "review.toml").open("a") as settings:
        settings.write("\n" + named(store))
    build(own_sample, load_settings(own_sample))
    away = tmp_path / "server"
    away.mkdir()
    (away / "review.toml").write_text((own_sample / "review.toml").read_text())
    copy_newest(away, store)
    app = open_page("data", away)
    shown = " ".join(pieces(app))
    assert "Adding exports is done where the exports are: this server copies what is built there." in shown
    assert [uploader.disabled for uploader in app.get("file_uploader")] == [True]
    assert main(["freeze", "--quarter", "2025-Q3", "--data", str(away)]) == 2


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("s3://key:s3cret@bucket/x", "contains more than a place"),
        ("s3://bucket/x?token=s3cret", "contains more than a place"),
        ("s3://", "is neither an S3 address nor that of a folder"),
        ("ftp://bucket/x", "is neither an S3 address nor that of a folder"),
        ("shared/x", "is neither an S3 address nor that of a folder"),
        ("file://host/x", "is neither an S3 address nor that of a folder"),
    ],
)
def test_an_address_that_is_none_is_refused_and_not_repeated(tmp_path, address, said) -> None:
    (tmp_path / "review.toml").write_text(named(address))
    (problem,) = settings_problems(tmp_path)
    assert said in str(problem) and "review.toml, [warehouse] store" in str(problem)
    assert "s3cret" not in str(problem)


HOLDS = """
import sys, time
from pathlib import Path
from reliability.journal import Journal
with Journal(Path(sys.argv[1])).building(0):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_machines_with_one_journal_do_not_build_at_once(postgres, tmp_path, capsys) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir(), other.mkdir()
    write_exports(other, FIRST)
    postgres.journal_in(one)
    (other / "review.toml").write_text((one / "review.toml").read_text())
    command = [sys.executable, "-c", HOLDS, str(one)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None and holder.stdout.readline() == "held\n"
            begun = time.monotonic()
            with pytest.raises(WarehouseError) as caught:
                build(other, load_settings(other), wait_seconds=1)
            assert 1 <= time.monotonic() - begun < 10
            said = str(caught.value)
            assert "another build has been running for 1 s (build on " in said and "\n" not in said
            assert f"process {holder.pid})" in said
            assert current(other) is None
            # People write meanwhile: the two locks are not one.
            assert Journal(other).append("note", "x", {}, "ana").id == 1
        finally:
            holder.kill()
    build(other, load_settings(other), wait_seconds=10)
    assert ids(other) == ["A"], "who is killed lets go"


def test_a_journal_that_cannot_be_reached_stops_a_build_with_one_line(tmp_path, capsys) -> None:
    write_exports(tmp_path, FIRST, '[journal]\nurl = "postgresql://ann@127.0.0.1:1/reviews"\n')
    assert main(["build", "--data", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "cannot be reached" in err and err.count("\n") == 1
    with pytest.raises(ReliabilityError):
        open_store(tmp_path)
