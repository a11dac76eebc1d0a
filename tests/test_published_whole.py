"""Files that are published: each whole, when the process is killed at any moment and the disk is full; in a new folder all
of them or none."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.publish.any_file import read_any
from reliability.publish.writing import write_whole
from reliability.review.frozen import Frozen
from tests.conftest import ROOT
from tests.small_disk import fill, small_disk

pytestmark = pytest.mark.slow

_FILES = {"workbook": "a.xlsx", "csv": "a.csv", "deck": "a.pptx"}
NAMES = ("review.html", "review.xlsx", "review.csv")
_KILLED = """
import os, signal, sys
from pathlib import Path
from reliability.publish.writing import write_whole
calls, last = 0, int(sys.argv[2])
def dying(do):
    def done(*given):
        global calls
        calls += 1
        if calls > last:
            os.kill(os.getpid(), signal.SIGKILL)
        return do(*given)
    return done
os.fsync, os.replace, os.rename = dying(os.fsync), dying(os.replace), dying(os.rename)
folder = Path(sys.argv[1])
write_whole([(folder / name, "new" * 100_000) for name in sys.argv[3:]])
"""


def put(folder: Path, text: str) -> None:
    write_whole([(folder / name, text) for name in NAMES])


@pytest.mark.parametrize(("last", "renamed"), [(0, 0), (1, 0), (2, 0), (3, 0), (4, 1), (5, 2), (6, 3)])
def test_killed_at_any_moment_every_file_is_the_old_one_or_the_new_one(
    tmp_path: Path, last: int, renamed: int
) -> None:
    # Three files are written, then three are renamed: six moments between which it dies.
    put(tmp_path, "old")
    command = [sys.executable, "-c", _KILLED, str(tmp_path), str(last), *NAMES]
    done = subprocess.run(command, cwd=ROOT, timeout=120)
    assert done.returncode == (-signal.SIGKILL if last < 6 else 0)
    held = [(tmp_path / name).read_text() for name in NAMES]
    assert held == ["new" * 100_000] * renamed + ["old"] * (3 - renamed)
    put(tmp_path, "later")
    left = sorted(path.name for path in tmp_path.iterdir() if path.name not in NAMES)
    assert all(name.startswith(".review.") for name in left), "nothing has the name of a published file"
    hours_ago = time.time() - 2 * 3600
    for name in left:
        os.utime(tmp_path / name, (hours_ago, hours_ago))
    put(tmp_path, "last")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("last", range(8))
def test_killed_at_any_moment_a_new_folder_has_all_of_its_files_or_is_not_there(
    tmp_path: Path, last: int
) -> None:
    # Three files are written, three are renamed, then their folder is: seven moments.
    folder = tmp_path / "out"
    command = [sys.executable, "-c", _KILLED, str(folder), str(last), *NAMES]
    done = subprocess.run(command, cwd=ROOT, timeout=120)
    assert done.returncode == (-signal.SIGKILL if last < 7 else 0)
    assert folder.exists() == (last == 7)
    if last == 7:
        assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
        return
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".out.")
    hours_ago = time.time() - 2 * 3600
    os.utime(left, (hours_ago, hours_ago))
    put(folder, "later")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_command_killed_while_it_publishes_leaves_the_whole_pack_or_nothing(
    frozen: Frozen, data_dir: Path, tmp_path: Path
) -> None:
    """The whole pack is killed earlier and later, and once more after it was told to be done."""
    names = {"a.xlsx", "a.csv", "a.pptx", f"review-{frozen.id}.html"}

    def started(out: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "reliability", "publish", frozen.id, "--data", str(data_dir)]
        files = ["--html", "--out", str(out)]
        files += [f"--{kind}={out / name}" for kind, name in _FILES.items()]
        return subprocess.Popen([*command, *files], cwd=ROOT, stdout=subprocess.DEVNULL)

    begun = time.monotonic()
    whole = started(tmp_path / "whole")
    assert whole.wait(timeout=170) == 0
    taken = time.monotonic() - begun
    assert {path.name for path in (tmp_path / "whole").iterdir()} == names
    killed = 0
    for number, share in enumerate((0.3, 0.6, 0.8, 0.9, 1.0)):
        out = tmp_path / f"out{number}"
        running = started(out)
        try:
            running.wait(timeout=taken * share)
        except subprocess.TimeoutExpired:
            running.kill()
            killed += running.wait(timeout=60) == -signal.SIGKILL
        found = {path.name for path in out.iterdir()} if out.exists() else set()
        assert found in (set(), names)
        for name in found:
            assert read_any(out / name).review_id == frozen.id
    assert killed >= 2


def test_a_disk_that_is_full_before_the_last_file_changes_none_of_them(
    frozen: Frozen, data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(tmp_path / "disk", 1024) as disk:
        table = disk / "a.csv"
        # The figures of the sample are 90 kB as CSV, the page is more.
        filler = fill(disk, leave_kilobytes=120)
        command = ["publish", frozen.id, "--csv", str(table), "--html", "--out", str(disk)]
        assert main([*command, "--data", str(data_dir)]) == 2
        said = capsys.readouterr().err
        assert "cannot be written: No space left on device. Nothing was published. Make room" in said
        assert len(said.strip().splitlines()) == 1
        assert [path.name for path in disk.iterdir()] == ["filler"]
        filler.unlink()
        assert main([*command, "--data", str(data_dir)]) == 0
        assert sorted(path.suffix for path in disk.iterdir()) == [".csv", ".html"]
