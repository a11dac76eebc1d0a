"""Writing a published file: whole or not there."""

from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.whole_files import replace_bytes


def write_whole(content: str | bytes, to: Path) -> None:
    """Write a file in one step. Raises ReliabilityError when it cannot be written."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        replace_bytes(to, content.encode() if isinstance(content, str) else content)
    except OSError as error:
        remedy = "Nothing was published. Make room or name another place."
        raise ReliabilityError(f"cannot be written: {error.strerror}", str(to), remedy) from error
