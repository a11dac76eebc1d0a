"""Files that are whole or not there: written under another name beside their place, then renamed."""

import os
import shutil
import tempfile
from pathlib import Path


def replace_text(path: Path, text: str, private: bool = False) -> None:
    """Put a text in place of a file, or of nothing, in one step, as `replace_bytes` does."""
    replace_bytes(path, text.encode(), private)


def replace_bytes(path: Path, content: bytes, private: bool = False) -> None:
    """Put a content in place of a file, or of nothing, in one step: readers see the old one or the new one.

    A file that is replaced keeps its permissions; a new one is readable by all, or by its owner alone when `private`.
    Raises OSError, and leaves nothing beside what was there.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            if path.exists():
                shutil.copymode(path, name)
            else:
                os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
