"""Files that are published: all of them whole or none, when the process is killed at any moment and the disk is full."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reliability.cli.main import main
from reliability.publish.writing import write_whole
from reliability.review.frozen import Frozen
from tests.conftest import ROOT
from tests.small_disk import fill, small_disk

pytestmark = pytest.mark.slow

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
os.fsync, os.replace = dying(os.fsync), dying(os.replace)
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
