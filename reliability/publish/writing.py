"""Writing a published file: whole or not there."""

import os
import tempfile
from pathlib import Path

from reliability.errors import ReliabilityError


def write_whole(text: str, to: Path) -> None:
    """Write a file under another name, then rename it. Raises ReliabilityError when it cannot be written."""
    unfinished: Path | None = None
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=to.parent, suffix=".part")
        unfinished = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(0o644)
        unfinished.replace(to)
    except OSError as error:
        remedy = "Nothing was published. Make room or name another folder with --out."
        raise ReliabilityError(f"cannot be written: {error.strerror}", str(to), remedy) from error
    finally:
        if unfinished:
            unfinished.unlink(missing_ok=True)
