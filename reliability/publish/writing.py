"""Writing published files: each whole, and into a new folder all of them or none."""

import contextlib
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.whole_files import replace_all

_ABANDONED_SECONDS = 3600.0


def write_whole(files: Sequence[tuple[Path, str | bytes]]) -> None:
    """Write files, each of them whole. Raises ReliabilityError when one cannot be written: then none is.

    Files of one folder that is not there yet come with it in one step: all of them or none, whenever the process is
    killed. Elsewhere all are written beside their places before the first is renamed; killed in the moment between two
    renames, some are new and the others as they were. Each says which review it is of.
    """
    contents = [(to, content.encode() if isinstance(content, str) else content) for to, content in files]
    to = next((to for to, _ in contents), Path())
    folders = {to.parent for to, _ in contents}
    try:
        if len(folders) == 1 and not (folder := next(iter(folders))).exists():
            _write_folder(folder, contents)
            return
        for to, _ in contents:
            to.parent.mkdir(parents=True, exist_ok=True)
        replace_all(contents)
    except OSError as error:
        where = str(to if len(contents) == 1 else to.parent)
        remedy = "Nothing was published. Make room or name another place."
        raise ReliabilityError(f"cannot be written: {error.strerror}", where, remedy) from error


def _write_folder(folder: Path, contents: Sequence[tuple[Path, bytes]]) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{folder.name}."
    _tidy(folder.parent, prefix)
    made = Path(tempfile.mkdtemp(prefix=prefix, dir=folder.parent))
    try:
        replace_all([(made / to.name, content) for to, content in contents])
        made.chmod(0o755)
        # Fails where somebody else made the folder meanwhile and it holds anything.
        os.rename(made, folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _tidy(place: Path, prefix: str) -> None:
    """Remove what a killed run left an hour ago: before, somebody may still write it."""
    for left in place.glob(f"{glob.escape(prefix)}????????"):
        with contextlib.suppress(OSError):
            if left.is_dir() and time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(left)
