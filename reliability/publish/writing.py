"""Writing published files: all of them whole, or none."""

from collections.abc import Sequence
from pathlib import Path

from reliability.errors import ReliabilityError
from reliability.whole_files import replace_all


def write_whole(files: Sequence[tuple[Path, str | bytes]]) -> None:
    """Write files, all of them or none. Raises ReliabilityError when one cannot be written."""
    to = Path()
    try:
        for to, _ in files:
            to.parent.mkdir(parents=True, exist_ok=True)
        replace_all(
            [(to, content.encode() if isinstance(content, str) else content) for to, content in files]
        )
    except OSError as error:
        where = str(to if len(files) == 1 else to.parent)
        remedy = "Nothing was published. Make room or name another place."
        raise ReliabilityError(f"cannot be written: {error.strerror}", where, remedy) from error
