"""Full disks are tested by root and in a namespace of one's own; elsewhere it is said that they were not."""

import os
import shutil
import subprocess
import sys

import pytest

from tests import small_disk as disks
from tests.debian import leave_out
from tests.small_disk import fill, free, read_only, small_disk


def test_a_small_disk_fills_up_and_refuses_writes(tmp_path):
    with small_disk(tmp_path / "disk", 64) as disk:
        filler = fill(disk, 8)
        assert 4096 <= free(disk) <= 8192
        with pytest.raises(OSError, match="No space left"):
            (disk / "more").write_bytes(b"x" * 20_000)
        filler.unlink()
        with read_only(disk), pytest.raises(OSError, match="Read-only file system"):
            (disk / "another").touch()
        (disk / "another").touch()
        assert os.path.ismount(disk)


def _not_allowed(tmp_path, monkeypatch):
    """Let mounting and namespaces fail, as in a container that forbids both."""
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "mount").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "mount").chmod(0o755)


@pytest.mark.parametrize(
    ("ci", "outcome"), [("", pytest.skip.Exception), ("1", pytest.fail.Exception)], ids=["by hand", "in CI"]
)
def test_where_no_disk_may_be_mounted_that_is_said(tmp_path, monkeypatch, ci, outcome):
    monkeypatch.setenv("CI", ci)
    _not_allowed(tmp_path, monkeypatch)
    with (
        pytest.raises(outcome, match="disks full as a whole were not tested"),
        small_disk(tmp_path / "a", 64),
    ):
        pass


def test_what_fails_in_a_namespace_fails(monkeypatch):
    monkeypatch.setenv("PYTEST_CURRENT_TEST", f"{__file__}::there_is_no_such_test (call)")
    monkeypatch.setattr(disks, "_NAMESPACE", ("env",))
    with pytest.raises(pytest.fail.Exception, match="in a namespace of its own"):
        disks.in_a_namespace()


def test_who_may_not_mount_tests_in_a_namespace(tmp_path, monkeypatch):
    if subprocess.run([*disks._NAMESPACE, "true"], capture_output=True).returncode:
        leave_out("no namespace may be made here: what tests full disks for ordinary users was not tested")
    mount = shutil.which("mount")
    (tmp_path / "mount").write_text(f'#!/bin/sh\n[ -n "${disks._INSIDE}" ] && exec {mount} "$@"\nexit 1\n')
    (tmp_path / "mount").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    test = f"{__file__}::{test_a_small_disk_fills_up_and_refuses_writes.__name__}"
    command = [sys.executable, "-m", "pytest", "-n0", "-rs", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert "1 skipped" in done.stdout and "it passed, in a namespace of its own" in done.stdout, done.stdout
