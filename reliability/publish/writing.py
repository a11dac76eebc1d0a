"""Writing a published file: whole or not there."""

from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.whole_files import replace_text


def write_whole(text: str, to: Path) -> None:
    """Write a file in one step. Raises ReliabilityError when it cannot be written."""
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        replace_text(to, text)
    except OSError as error:
        remedy = "Nothing was published. Make room or name another folder with --out."
        raise ReliabilityError(f"cannot be written: {error.strerror}", str(to), remedy) from error
