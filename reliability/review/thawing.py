"""Thawing: the data folder that a frozen review was made from, to build and look at again."""

import os
import shutil
import tempfile
import tomllib
from pathlib import Path

import tomlkit

from reliability.errors import ReliabilityError
from reliability.review.contents import Contents
from reliability.review.frozen import Frozen
from reliability.settings import FILE
from reliability.warehouse.inputs import EXPORTS, MAPPINGS

_ROLLUPS = "rollups"


def thaw(frozen: Frozen, data_dir: Path, to: Path) -> None:
    """Write the settings and exports that a review was made from to a new data folder, ready to build.

    data_dir: where the review was frozen. What had been rolled up from logs becomes an export: the logs are not kept.
    All of the exports appear, or none: some of them would build to other figures.
    Raises ReliabilityError for a folder that holds anything, for contents that are missing or damaged, and when
    there is no room.
    """
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise ReliabilityError("is not an empty folder", str(to), "Name a new one with --to.")
    try:
        to.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=to))
        try:
            _write(frozen, data_dir, unfinished)
            # The exports come last, and at once: without them there is no figure.
            for part in sorted(unfinished.iterdir(), key=lambda part: part.name == EXPORTS):
                os.replace(part, to / part.name)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    except OSError as error:
        remedy = "Make room, or give the right to write there; then try again."
        raise ReliabilityError(f"cannot be written: {error.strerror}", str(to), remedy) from error


def _write(frozen: Frozen, data_dir: Path, to: Path) -> None:
    contents = Contents(data_dir)
    for name, digest in frozen.exports.items():
        rolled_up = name.split("/")[0] not in (EXPORTS, MAPPINGS)
        place = to / EXPORTS / name if rolled_up else to / name
        place.parent.mkdir(parents=True, exist_ok=True)
        contents.restore(digest, place)
    settings = tomllib.loads(frozen.texts.get(FILE, ""))
    settings.pop(_ROLLUPS, None)
    (to / FILE).write_text(tomlkit.dumps(settings), encoding="utf-8")
