"""Secrets: from a file that the environment names, or from the environment; never from review.toml."""

import os
from pathlib import Path

from reliability.errors import ReliabilityError


def secret(name: str) -> str:
    """Return the secret called `name`: the contents of the file in `name`_FILE, else `name` itself; "" without.

    Raises ReliabilityError when the file cannot be read.
    """
    named = os.environ.get(f"{name}_FILE", "")
    if not named:
        return os.environ.get(name, "").strip()
    try:
        return Path(named).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "is not text"
        remedy = f"Check {name}_FILE and the file's permissions."
        raise ReliabilityError(f"cannot be read: {said}", named, remedy) from error
