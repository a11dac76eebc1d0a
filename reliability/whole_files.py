"""Files that are whole or not there: written under another name beside their place, then renamed."""

import contextlib
import glob
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

_ABANDONED_SECONDS = 3600.0
_RANDOM = "?" * 8  # what mkstemp puts after a prefix


def replace_text(path: Path, text: str, private: bool = False) -> None:
    """Put a text in place of a file, or of nothing, in one step, as `replace_bytes` does."""
    replace_bytes(path, text.encode(), private)


def replace_bytes(path: Path, content: bytes, private: bool = False) -> None:
    """Put a content in place of a file, or of nothing, in one step: readers see the old one or the new one.

    A file that is replaced keeps its permissions; a new one is readable by all, or by its owner alone when `private`.
    Raises OSError, and leaves nothing beside what was there.
    """
    replace_all([(path, content)], private)


def replace_all(contents: Iterable[tuple[Path, bytes]], private: bool = False) -> None:
    """Put contents in place of files as `replace_bytes` does: all are written, then all are renamed.

    What does not fit on the disk, or is killed while it writes, changes none of them. What a killed one left beside
    them is removed an hour later: before, somebody may still write it.
    """
    written: list[tuple[str, Path]] = []
    try:
        for path, content in contents:
            _tidy(path)
            handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            written.append((name, path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if not private:
                if path.exists():
                    shutil.copymode(path, name)
                else:
                    os.chmod(name, 0o644)
        while written:
            os.replace(*written[0])
            del written[0]
    finally:
        for name, _ in written:
            Path(name).unlink(missing_ok=True)


def _tidy(path: Path) -> None:
    for left in path.parent.glob(f".{glob.escape(path.name)}.{_RANDOM}"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                left.unlink()
