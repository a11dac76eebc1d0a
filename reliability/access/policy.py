"""What review.toml says about access, as a running server follows it."""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from reliability.access import tokens
from reliability.access.tokens import Secrets, Token
from reliability.errors import SettingsError
from reliability.settings.access import Access, load_access
from reliability.settings.file import FILE

_LOG = logging.getLogger(__name__)


class Policy:
    """The access settings of a data folder, read again when review.toml changes.

    The mode stays what it was at the start: changing how people come in takes a restart. A file that became wrong
    changes nothing, so that no slip of the pen opens the door.
    """

    def __init__(self, data_dir: Path) -> None:
        """Raises SettingsError when [access] cannot be read."""
        self.data_dir = data_dir
        self._lock = threading.Lock()
        self._stamp = _stamp(data_dir / FILE)
        self._access = load_access(data_dir) if data_dir.is_dir() else Access()
        self.mode = self._access.mode
        self._secrets_stamp = _stamp(data_dir / tokens.FILE)
        self._secrets = tokens.read(data_dir)

    @property
    def access(self) -> Access:
        """The settings that count now."""
        stamp = _stamp(self.data_dir / FILE)
        if stamp != self._stamp:
            with self._lock:
                if stamp != self._stamp:
                    self._read(stamp)
        return self._access

    def _read(self, stamp: tuple[int, int, int]) -> None:
        self._stamp = stamp
        try:
            found = load_access(self.data_dir)
        except SettingsError as error:
            _LOG.warning("Access stays as it was: %s", error)
            return
        if found.mode != self.mode:
            _LOG.warning("[access] mode is '%s' now and '%s' until a restart.", found.mode, self.mode)
            return
        self._access = found

    @property
    def secrets(self) -> Secrets:
        """What access.toml holds now. One that became wrong lets in nobody."""
        stamp = _stamp(self.data_dir / tokens.FILE)
        if stamp != self._secrets_stamp:
            with self._lock:
                if stamp != self._secrets_stamp:
                    self._secrets_stamp = stamp
                    try:
                        self._secrets = tokens.read(self.data_dir)
                    except SettingsError as error:
                        _LOG.warning("No token counts: %s", error)
                        self._secrets = Secrets(client_secret=self._secrets.client_secret, closed=True)
        return self._secrets

    @property
    def needs_token(self) -> bool:
        """Whether /api asks for a token: with a sign-in always, else once there has been one."""
        return self.access.signs_in or self.secrets.closed or self.secrets.needs_token

    def bearer(self, authorization: str) -> Token | None:
        """Return the token that an Authorization header carries, None when it carries none that counts."""
        return self.secrets.bearer(authorization, datetime.now(UTC).date())


_policies: dict[Path, Policy] = {}


def policy_of(data_dir: Path) -> Policy:
    """Return the one policy that this process has for a data folder. Raises SettingsError, see `Policy`."""
    folder = data_dir.resolve()
    if folder not in _policies:
        _policies[folder] = Policy(folder)
    return _policies[folder]


def _stamp(path: Path) -> tuple[int, int, int]:
    """What changes when a file does; replacing a file changes its inode."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_size, found.st_ino
