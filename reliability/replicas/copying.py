"""Copying: a server without exports takes over the newest version that a builder shared, and opens its own copy."""

import logging
import time
from pathlib import Path

from reliability.errors import ReliabilityError, WarehouseError
from reliability.journal import Journal
from reliability.replicas.objects import Objects
from reliability.replicas.sharing import Shared, newest
from reliability.rulings import rows_of
from reliability.settings import Settings
from reliability.warehouse import restate, versions
from reliability.warehouse.building import WAIT_SECONDS, as_failure
from reliability.warehouse.digests import digest_of
from reliability.warehouse.inputs import LAYOUT
from reliability.warehouse.restating import SLOW_BYTES

EVERY_SECONDS = 5.0
"""How often a server looks whether there is a newer version."""

_log = logging.getLogger(__name__)


def copy_newest(data_dir: Path, url: str) -> bool:
    """Make the newest version of a store the live one of a data folder; returns whether it was another one before.

    Only what has the size and digest that the pointer names takes the live one's place. Raises WarehouseError
    otherwise, and leaves the last good version. Waits for another process of this machine that copies right now.
    """
    objects = Objects(url)
    shared, _ = newest(objects)
    if shared is None:
        remedy = "Build where the exports are; this server copies it then."
        raise WarehouseError("no version is shared there yet", url, remedy)
    if shared.layout != LAYOUT:
        which, remedy = (
            ("a newer", "Upgrade this server.")
            if shared.layout > LAYOUT
            else ("an older", "Upgrade the builder, and build there.")
        )
        what = f"the shared warehouse was built by {which} version of this program"
        raise WarehouseError(f"{what} (its layout is {shared.layout}, here it is {LAYOUT})", url, remedy)
    if _has(data_dir, shared):
        return False
    folder = data_dir / versions.FOLDER
    with versions.only_builder(folder, WAIT_SECONDS):
        if _has(data_dir, shared):
            return False
        path = versions.new_path(folder)
        try:
            objects.download(shared.file, shared.bytes, path)
            _check(path, shared, f"{url}/{shared.file}")
            versions.publish(path, shared.data_version, shared.inputs, shared.digest)
        except OSError as error:
            raise as_failure(error, folder) from error
        finally:
            path.unlink(missing_ok=True)
    return True


def _has(data_dir: Path, shared: Shared) -> bool:
    """Whether the live version is the shared one, whole, or was restated from it."""
    live = versions.current(data_dir)
    if live is None or live.origin != shared.digest or live.layout != shared.layout:
        return False
    try:
        versions.check_whole(live)
    except WarehouseError:
        return False
    return True


def _check(path: Path, shared: Shared, where: str) -> None:
    remedy = "Run `python -m reliability build --force` where the exports are."
    if (size := path.stat().st_size) != shared.bytes:
        what = f"the shared warehouse is damaged: it has {size} of {shared.bytes} bytes"
        raise WarehouseError(what, where, remedy)
    if digest_of(path) != shared.digest:
        raise WarehouseError("the shared warehouse is damaged: it is not as it was shared", where, remedy)


class Copying:
    """What a server does that has no exports: every few seconds it looks for a newer version and for new decisions."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._next = 0.0
        self._decided = ""
        self._said = ""

    def look(self, settings: Settings) -> bool:
        """Look, unless that was just done; returns whether another version is live. Whatever fails is said once."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + EVERY_SECONDS
        try:
            is_new = copy_newest(self._data_dir, settings.warehouse.store)
            is_new |= self._bring_in(settings, is_new)
        except ReliabilityError as error:
            self._say(error)
            return False
        if self._said:
            self._said = ""
            versions.clear_failure(self._data_dir / versions.FOLDER)
        return is_new

    def _bring_in(self, settings: Settings, is_new: bool) -> bool:
        """Let the figures have what people decided at any server since: all come to the same version."""
        decided = Journal(self._data_dir).state()
        if decided == self._decided and not is_new:
            return False
        before = versions.current(self._data_dir)
        if before is not None and (before.bytes or 0) <= SLOW_BYTES:
            after = restate(self._data_dir, settings, lambda: rows_of(self._data_dir))
            self._decided = decided
            return after.data_version != before.data_version
        return False

    def _say(self, error: ReliabilityError) -> None:
        if str(error) == self._said:
            return
        self._said = str(error)
        has_one = versions.current(self._data_dir) is not None
        _log.warning("Not copied%s: %s", ", the last good version stays" if has_one else "", error)
        if isinstance(error, WarehouseError):
            versions.record_failure(self._data_dir / versions.FOLDER, error)
