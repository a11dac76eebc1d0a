"""Data folders to measure on: the sample, or a made-up organisation of any size, built and removed afterwards."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.made_up import write_organisation
from benchmarks.measure import scratch
from reliability.data_dir import ROOT
from reliability.settings import load_settings
from reliability.warehouse import build


@contextmanager
def built_folder(incidents: int = 0) -> Iterator[Path]:
    """Give a data folder with its warehouse: so many incidents made up, or with 0 a copy of the sample."""
    with scratch() as folder:
        data = folder / "data"
        if incidents:
            write_organisation(data, incidents)
        else:
            shutil.copytree(ROOT / "data", data, ignore=shutil.ignore_patterns("warehouse", "journal.*"))
        build(data, load_settings(data))
        yield data
