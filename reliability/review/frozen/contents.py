"""The contents of exports, kept beside the journal: each once, compressed, under its digest."""

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from reliability.errors import JournalError
from reliability.journal import file as journal_file
from reliability.review.frozen.record import Kept
from reliability.warehouse.digests import Running

FOLDER = "frozen"
_PART = ".part"
_CHUNK = 1 << 20
_WAIT_SECONDS = 60.0
_LEVEL = 6
_ROOM = "Make room on the disk, or give the program the right to write there; then freeze again."


class Contents:
    """The contents that frozen reviews of one data folder were made from."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.folder = data_dir / FOLDER

    @contextmanager
    def keeping(self, files: Iterable[Kept]) -> Iterator[None]:
        """Keep the contents of files, all of them on disk, while nobody else does.

        What a killed freeze left unfinished is removed first. Raises JournalError when a file is not what its digest
        says, or when nothing can be written; contents that are whole stay, they are only missing a review then.
        """
        with self._explained():
            self.folder.mkdir(exist_ok=True)
            lock = FileLock(self.folder / ".lock", timeout=_WAIT_SECONDS)
            try:
                lock.acquire()
            except Timeout as error:
                remedy = "Somebody else is freezing a review: try again in a moment."
                raise JournalError("is busy; nothing was frozen", FOLDER, remedy) from error
        try:
            with self._explained():
                for left in self.folder.glob(f"*{_PART}"):
                    left.unlink()
                for kept in files:
                    self._keep(kept)
                journal_file.sync(self.folder)
            yield
        finally:
            lock.release()

    def restore(self, kept: Kept, to: Path) -> None:
        """Write kept contents to a file. Raises JournalError when they are missing or damaged."""
        digest = Running()
        source = self._place(kept.digest)
        where = f"{FOLDER}/{source.name}"
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            with gzip.open(source) as packed, to.open("wb") as made:
                while chunk := packed.read(_CHUNK):
                    digest.update(chunk)
                    made.write(chunk)
        except FileNotFoundError as error:
            what = f"the contents of {kept.file} are not there"
            raise JournalError(what, where, "Put back a copy of the folder.") from error
        except (EOFError, gzip.BadGzipFile) as error:
            what = f"the contents of {kept.file} are damaged ({error})"
            raise JournalError(what, where, "Put back a copy of the folder.") from error
        if digest.hexdigest() != kept.digest:
            what = f"the contents of {kept.file} are not what was frozen"
            raise JournalError(what, where, "Put back a copy of the folder.")

    def _keep(self, kept: Kept) -> None:
        place = self._place(kept.digest)
        if place.exists():
            return
        part = place.with_name(f"{place.name}{_PART}")
        digest = Running()
        try:
            with (self.data_dir / kept.file).open("rb") as source, part.open("wb") as made:
                # No name and no time inside: the same contents are the same file.
                with gzip.GzipFile("", "wb", _LEVEL, made, mtime=0) as packed:
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        packed.write(chunk)
                made.flush()
                os.fsync(made.fileno())
            if digest.hexdigest() != kept.digest:
                remedy = "Run `python -m reliability build`, look at the review and freeze it again."
                raise JournalError(
                    "changed since the figures were made; nothing was frozen", kept.file, remedy
                )
            os.replace(part, place)
        finally:
            part.unlink(missing_ok=True)

    def _place(self, digest: str) -> Path:
        return self.folder / f"{digest}.gz"

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            what = "is not there any more; nothing was frozen"
            where = Path(error.filename).name if error.filename else str(self.data_dir)
            raise JournalError(what, where, "Run `python -m reliability build` and freeze again.") from error
        except OSError as error:
            what = f"could not be written ({error.strerror or error}); nothing was frozen"
            raise JournalError(what, FOLDER, _ROOM) from error
