"""A copy of the built sample for a test to write to."""

import shutil
from pathlib import Path

# Servers that read the shared sample spool uploads beside it, and remove them while another test process copies.
PASSING = (".uploads",)


def sample_copy(sample_dir: Path, folder: Path, *without: str) -> Path:
    """Copy the sample with its warehouse and journal to a new folder; returns that folder.

    without: names left out, as patterns (`journal.*`).
    """
    return Path(shutil.copytree(sample_dir, folder, ignore=shutil.ignore_patterns(*PASSING, *without)))
