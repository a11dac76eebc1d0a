"""Contents of files kept by their digest, each once, compressed: what a frozen review was made from."""

import contextlib
import gzip
import io
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

from reliability.errors import ReliabilityError
from reliability.warehouse.digests import digest_of_stream

FOLDER = "frozen"
_ABANDONED_SECONDS = 3600.0
_REMEDY = "Nothing was frozen. Make room, then freeze again."


class Contents:
    """The kept contents of one data folder, in `frozen/` beside the journal.

    A content is whole or not there: it is written under another name, compared with its digest, then renamed.
    """

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / FOLDER

    def keep(self, name: str, digest: str) -> None:
        """Keep the content of a file of the data folder, unless it is kept already, and whole.

        digest: as the warehouse's inputs have it. Raises ReliabilityError when the file holds something else by now,
        and when it cannot be written.
        """
        self._keep(name, digest, (self.data_dir / name).open)

    def keep_bytes(self, name: str, content: bytes) -> str:
        """Keep what is no file of the data folder, and return its digest. name: what errors call it."""
        digest = digest_of_stream(io.BytesIO(content))
        self._keep(name, digest, lambda _mode: io.BytesIO(content))
        return digest

    def _keep(self, name: str, digest: str, opened: Callable[[str], Any]) -> None:
        kept = self.path(digest)
        if _digest_in(kept) == digest:
            return
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            handle, unfinished = tempfile.mkstemp(dir=kept.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as raw:
                    # No name and no time inside: the same content is the same file.
                    with opened("rb") as file, gzip.GzipFile("", "wb", 6, raw, 0) as packed:
                        shutil.copyfileobj(file, packed, 1 << 20)
                    raw.flush()
                    os.fsync(raw.fileno())
                if _digest_in(Path(unfinished)) != digest:
                    remedy = "Run `python -m reliability build`, look at the review, then freeze it."
                    raise ReliabilityError("has changed since the warehouse was built", name, remedy)
                if kept.is_dir() and not kept.is_symlink():
                    shutil.rmtree(kept)
                Path(unfinished).replace(kept)
            finally:
                Path(unfinished).unlink(missing_ok=True)
        except OSError as error:
            raise ReliabilityError(f"cannot be kept: {error.strerror}", name, _REMEDY) from error

    def tidy(self) -> None:
        """Remove what freezes that were killed left unfinished, an hour later: before, somebody may still write it."""
        for left in self.folder.glob("*/*.part"):
            with contextlib.suppress(OSError):
                if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                    left.unlink()

    def restore(self, digest: str, to: Path) -> None:
        """Write a kept content to a file. Raises ReliabilityError when it is missing or damaged, and when there is no
        room for it."""
        kept = self._whole(digest)
        try:
            with gzip.open(kept, "rb") as packed, to.open("wb") as file:
                shutil.copyfileobj(packed, file, 1 << 20)
        except OSError as error:
            remedy = "Make room, or give the right to write there; then try again."
            raise ReliabilityError(f"cannot be written: {error.strerror}", str(to), remedy) from error

    def read(self, digest: str) -> bytes:
        """Return a kept content. Raises ReliabilityError when it is missing or damaged."""
        return gzip.decompress(self._whole(digest).read_bytes())

    def _whole(self, digest: str) -> Path:
        kept = self.path(digest)
        where = kept.relative_to(self.data_dir).as_posix()
        held = _digest_in(kept)
        if held != digest:
            what = "holds another content" if held else "is missing or damaged"
            raise ReliabilityError(what, where, "Restore the folder from a backup.")
        return kept

    def path(self, digest: str) -> Path:
        """Return where a content lies, or would."""
        return self.folder / digest[:2] / f"{digest}.gz"


def _digest_in(kept: Path) -> str:
    """The digest of what a compressed file holds, every byte of it read; "" for one that is missing or damaged."""
    try:
        with gzip.open(kept, "rb") as packed:
            return digest_of_stream(cast(BinaryIO, packed))
    except (OSError, EOFError, zlib.error):
        return ""
