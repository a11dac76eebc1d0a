"""Sharing: the live version goes to the store, its file first and the pointer last; what is no longer copied goes.

`current.json` names the newest version there, with size and digest. Files below `versions/` never change: each has its
digest in its name.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reliability.errors import WarehouseError
from reliability.replicas.objects import Changed, Objects, Read
from reliability.warehouse.inputs import Inputs, read_inputs
from reliability.warehouse.versions import Published, current

POINTER, FOLDER = "current.json", "versions"

GRACE = timedelta(hours=1)
"""How long a version stays after a newer one took its place: servers may still be copying it."""

_LEFT_BEHIND = timedelta(days=1)
"""How old a file must be that no pointer ever named: its builder was killed, or is still at it."""


@dataclass(frozen=True)
class Shared:
    """The newest version of a store. former: the files of those before it, with when they were replaced (UTC)."""

    file: str
    data_version: str
    layout: int
    bytes: int
    digest: str
    inputs: Inputs | None
    former: dict[str, datetime]

    def document(self) -> dict[str, Any]:
        """Plain values, for the pointer."""
        return {
            "file": self.file,
            "data_version": self.data_version,
            "layout": self.layout,
            "bytes": self.bytes,
            "digest": self.digest,
            "inputs": self.inputs.document() if self.inputs else None,
            "former": {name: at.isoformat() for name, at in self.former.items()},
        }


def newest(objects: Objects) -> tuple[Shared | None, Read | None]:
    """What the pointer of a store says, and the pointer as it was read. Raises WarehouseError for a damaged one."""
    read = objects.read(POINTER)
    if read is None:
        return None, None
    try:
        told = json.loads(read.content)
        shared = Shared(
            file=str(told["file"]),
            data_version=str(told["data_version"]),
            layout=int(told["layout"]),
            bytes=int(told["bytes"]),
            digest=str(told["digest"]),
            inputs=read_inputs(told["inputs"]),
            former={str(name): datetime.fromisoformat(at) for name, at in told["former"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        what = "the pointer of the shared warehouse is damaged"
        remedy = "Remove it, and build again where the exports are."
        raise WarehouseError(what, f"{objects.url}/{POINTER}", remedy) from error
    return shared, read


def share(data_dir: Path, url: str, grace: timedelta = GRACE) -> None:
    """Let a store have the live version of a data folder as its newest, and remove what nobody copies any more.

    Killed at any moment, the store's pointer names a whole version: the one before, or this one. Raises WarehouseError
    when it cannot be done; the version serves here all the same, and the next build shares it.
    """
    live = current(data_dir)
    if live is None or live.digest is None or live.bytes is None:
        raise WarehouseError("there is no warehouse to share", str(data_dir), "Build again.")
    objects = Objects(url)
    shared, read = newest(objects)
    now = datetime.now(UTC)
    former = dict(shared.former) if shared else {}
    is_there = (
        shared is not None
        and (shared.digest, shared.layout) == (live.digest, live.layout)
        and objects.size(shared.file) == live.bytes
    )
    if shared is None or not is_there:
        if shared is not None:
            former[shared.file] = now
        # What is due goes now: only the others are kept in mind.
        kept = {name: at for name, at in former.items() if now - at <= grace}
        shared = _put(objects, live, kept, read)
    _tidy(objects, shared.file, former, now, grace)


def _put(objects: Objects, live: Published, former: dict[str, datetime], read: Read | None) -> Shared:
    assert live.digest is not None and live.bytes is not None
    name = f"{FOLDER}/{live.data_version}-{live.digest[:16]}.duckdb"
    # Opened before anything else: a newer version may take its place here meanwhile, and remove its name.
    with live.path.open("rb") as file:
        if objects.size(name) != live.bytes:
            objects.upload(name, file)
    former = {other: at for other, at in former.items() if other != name}
    shared = Shared(name, live.data_version, live.layout, live.bytes, live.digest, live.inputs, former)
    try:
        objects.write(POINTER, json.dumps(shared.document()).encode(), read)
    except Changed as error:
        what = "another builder shared a version meanwhile"
        raise WarehouseError(what, objects.url, "Build again, on one machine only.") from error
    return shared


def _tidy(objects: Objects, live: str, former: dict[str, datetime], now: datetime, grace: timedelta) -> None:
    """Remove former versions after their time of grace, and what killed builders left behind."""
    objects.remove(
        [
            one.name
            for one in objects.listed(FOLDER)
            if one.name != live
            and (now - former[one.name] > grace if one.name in former else now - one.at > _LEFT_BEHIND)
        ]
    )
