"""Files that may not grow, as on a full disk: tested by every user, since a limit of the process needs no right.

Disks that are full as a whole are tested where one may be mounted (`tests.small_disk`); the journal has tests of its own.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reliability.journal import Journal
from reliability.review.frozen import frozen_reviews
from reliability.warehouse import current
from reliability.warehouse.versions import check_whole
from tests.browser.server import ROOT

pytestmark = pytest.mark.slow


def limited(kilobytes: int, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of which no file may have more than so many kilobytes."""
    program = (
        "import resource, sys\n"
        "from reliability.cli.main import main\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes * 1024}, resource.RLIM_INFINITY))\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", program, *arguments, "--data", str(data)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def assert_refused(done: subprocess.CompletedProcess[str]) -> None:
    """It ended with one line and the code of an error."""
    errors = [line for line in done.stderr.splitlines() if not line.startswith("warning: ")]
    assert (done.returncode, len(errors)) == (2, 1), done.stderr
    assert errors[0].startswith("error: ") and any(
        said in errors[0] for said in ("File too large", "could not be written")
    ), errors[0]


@pytest.mark.parametrize("kilobytes", [0, 500])
def test_a_build_that_cannot_write_leaves_the_last_good_version(own_sample: Path, kilobytes: int) -> None:
    before = current(own_sample)
    export = next((own_sample / "exports" / "incidents").glob("register-*.csv"))
    export.write_text(export.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert_refused(limited(kilobytes, own_sample, "build"))
    after = current(own_sample)
    assert before is not None and after is not None and after.path == before.path
    check_whole(after)
    assert not list((own_sample / "warehouse").glob("building-*"))


def test_a_review_that_cannot_be_kept_is_not_frozen(own_sample: Path) -> None:
    assert_refused(limited(1, own_sample, "freeze", "--quarter", "2025-Q3"))
    assert frozen_reviews(Journal(own_sample)) == []
    assert not [
        path for path in (own_sample / "frozen").rglob("*") if path.is_file() and path.suffix != ".gz"
    ]


def test_a_pack_that_cannot_be_written_is_not_there(frozen_sample: tuple[Path, Any], tmp_path: Path) -> None:
    data, frozen = frozen_sample
    out = tmp_path / "out"
    assert_refused(limited(8, data, "publish", frozen.id, "--html", "--out", str(out)))
    assert not out.exists() or not list(out.iterdir())
