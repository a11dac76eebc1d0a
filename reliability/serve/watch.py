"""Watching: a server rebuilds after exports or settings changed, when `[build] watch = true` says so; one without
exports copies what a builder shares."""

import logging
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from reliability.errors import ReliabilityError, WarehouseError
from reliability.settings import Settings, load_settings
from reliability.warehouse import Published, changed, current
from reliability.warehouse.inputs import exports_are_elsewhere
from reliability.warehouse.versions import check_whole

if TYPE_CHECKING:
    from reliability.replicas.copying import Copying

EVERY_SECONDS = 2.0
_WHO = "the server, which watches"

_log = logging.getLogger(__name__)


class Watch(threading.Thread):
    """Looks at the inputs every few seconds and builds once they have rested between two looks.

    What could not be built is not tried again before it changes; the last good version serves meanwhile. ended: set
    to end it; a build that runs then ends by itself.
    """

    def __init__(
        self, data_dir: Path, ended: threading.Event | None = None, every_seconds: float = EVERY_SECONDS
    ) -> None:
        super().__init__(name="watch", daemon=True)
        self._data_dir = data_dir
        self._every_seconds = every_seconds
        self._ended = ended or threading.Event()
        self._seen = ""
        self._failed = ""
        self._said = ""
        self._copying: Copying | None = None

    def run(self) -> None:
        """Look until it is ended."""
        while not self._ended.wait(self._every_seconds):
            try:
                self.look()
                self._said = ""
            except Exception as error:
                self._say(error)

    def begin(self) -> None:
        """Before anybody comes: let a server that copies have a version to open. Never fails."""
        with suppress(ReliabilityError):
            settings = load_settings(self._data_dir)
            if exports_are_elsewhere(self._data_dir, settings):
                self._copy(settings)

    def _copy(self, settings: Settings) -> bool:
        # Only a server that copies needs the client of object stores loaded.
        from reliability.replicas.copying import Copying

        self._copying = self._copying or Copying(self._data_dir)
        return self._copying.look(settings)

    def _say(self, error: Exception) -> None:
        """Log a fault once, not with every look: a traceback only for one that is no slip in the settings."""
        said = f"{type(error).__name__}: {error}"
        if said != self._said:
            self._said = said
            _log.warning("Not watched: %s", error, exc_info=not isinstance(error, ReliabilityError))

    def look(self) -> bool:
        """Look once; returns whether that made a new version live.

        Raises ReliabilityError when the settings cannot be read.
        """
        settings = load_settings(self._data_dir)
        if exports_are_elsewhere(self._data_dir, settings):
            return self._copy(settings)
        if not settings.build.watch:
            return False
        state = self._state(settings)
        is_resting, self._seen = state == self._seen, state
        if not state or not is_resting or state == self._failed:
            return False
        self._failed = state  # before the build: a fault that nobody expected counts too
        # Most servers never build: what reads exports is loaded by those that do.
        from reliability.replicas import build

        try:
            build(self._data_dir, settings, who=_WHO)
        except ReliabilityError as error:
            _log.warning("Not rebuilt: %s", error)
            return False
        self._seen = self._failed = ""
        return True

    def _state(self, settings: Settings) -> str:
        """What is not as it was built, with sizes and times: "" when nothing is."""
        live = current(self._data_dir)
        if live is None or live.inputs is None or _is_damaged(live):
            return f"no sound warehouse {settings.fingerprint}"
        marks = []
        for name in changed(self._data_dir, settings, live.inputs):
            path = self._data_dir / name
            try:
                stat = path.stat()
                marks.append(f"{name} {stat.st_size} {stat.st_mtime_ns}")
            except OSError:
                marks.append(name)
        return "\n".join([*marks, settings.fingerprint]) if marks else ""


def _is_damaged(live: Published) -> bool:
    try:
        check_whole(live)
    except WarehouseError:
        return True
    return False
