"""Objects: files by name in a folder or below a prefix in S3, written whole or not at all."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import obstore
from obstore import exceptions
from obstore.store import from_url

from reliability.errors import WarehouseError

if TYPE_CHECKING:
    from obstore import UpdateVersion

_PART = 16 << 20
"""Bytes asked for at a time: each request has a time limit, however large the file is."""

_CODE = re.compile(r"<Code>(\w+)</Code>")
_REMEDY = "Check that it is there, that this server reaches it, and its credentials (AWS_ACCESS_KEY_ID ...)."


class Changed(Exception):
    """Somebody else has written the object since it was read."""


class Read(NamedTuple):
    """An object as it was read. mark: what another writing would change."""

    content: bytes
    mark: "UpdateVersion"


class Listed(NamedTuple):
    """An object that is there. at: when it was written (UTC)."""

    name: str
    bytes: int
    at: datetime


class Objects:
    """The objects below one address. Credentials come from the environment alone.

    Every method raises WarehouseError, with what to do, where the place cannot be used.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with self._explained("reached"):
            if url.startswith("file:"):
                self._store = from_url(url)
            else:
                self._store = from_url(
                    url,
                    client_options={
                        "connect_timeout": "5s",
                        "timeout": "60s",
                        "allow_http": os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true"),
                    },
                    retry_config={"max_retries": 3},
                )

    def read(self, name: str) -> Read | None:
        """A small object, None where there is none."""
        with self._explained("read"):
            try:
                found = obstore.get(self._store, name)
                meta = found.meta
                mark: UpdateVersion = {"e_tag": meta["e_tag"]}
                if meta["version"]:
                    mark["version"] = meta["version"]
                return Read(bytes(found.bytes()), mark)
            except FileNotFoundError:
                return None

    def write(self, name: str, content: bytes, before: Read | None) -> None:
        """Write a small object in the place of `before`, as it was read; None: where there was none.

        Raises Changed when it is another one by now, where the place can tell; one that cannot is written over.
        """
        with self._explained("written to"):
            try:
                obstore.put(self._store, name, content, mode=before.mark if before else "create")
            except (exceptions.PreconditionError, exceptions.AlreadyExistsError) as error:
                raise Changed from error
            except (exceptions.NotSupportedError, NotImplementedError):
                obstore.put(self._store, name, content, mode="overwrite")

    def size(self, name: str) -> int | None:
        """How many bytes an object has, None where there is none."""
        with self._explained("read"):
            try:
                return int(obstore.head(self._store, name)["size"])
            except FileNotFoundError:
                return None

    def upload(self, name: str, file: BinaryIO) -> None:
        """Write a file of any size; nobody sees a part of it."""
        with self._explained("written to"):
            obstore.put(self._store, name, file)

    def download(self, name: str, size: int, path: Path) -> None:
        """Read an object of `size` bytes into a new file."""
        with self._explained("read"), path.open("wb") as file:
            for start in range(0, size, _PART):
                end = min(start + _PART, size)
                file.write(obstore.get_range(self._store, name, start=start, end=end))

    def listed(self, prefix: str) -> list[Listed]:
        """What lies below a prefix."""
        with self._explained("read"):
            return [
                Listed(item["path"], item["size"], item["last_modified"])
                for batch in obstore.list(self._store, prefix)
                for item in batch
            ]

    def remove(self, names: Sequence[str]) -> None:
        """Remove objects; one that is gone already is fine."""
        with self._explained("written to"):
            for name in names:
                try:
                    obstore.delete(self._store, name)
                except FileNotFoundError:
                    continue

    @contextmanager
    def _explained(self, done: str) -> Iterator[None]:
        try:
            yield
        except (exceptions.BaseError, NotImplementedError, OSError) as error:
            what = f"the shared warehouse cannot be {done} ({_reason(error)})"
            raise WarehouseError(what, self.url, _REMEDY) from error


def _reason(error: Exception) -> str:
    """Why, in a few words: an answer of S3 may name keys, and is not repeated but for its code."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    text = str(error)
    if code := _CODE.search(text):
        return code[1]
    return " ".join(text.split("\n")[0].rpartition(" - ")[2].split())[:200]
