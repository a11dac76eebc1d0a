"""Bearer tokens for `/api`: by name and role, kept as digests in access.toml, so that the file gives none away.

access.toml lies beside review.toml. It is not part of a review and is read by the server's user alone.
"""

import hashlib
import hmac
import re
import secrets
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import tomlkit
from filelock import FileLock
from filelock import Timeout as LockTimeout

from reliability.errors import ReliabilityError, SettingsError
from reliability.settings.access import ROLES
from reliability.settings.reader import Table
from reliability.whole_files import replace_text

FILE = "access.toml"

_HEAD = (
    "# Tokens for /api, as digests. `python -m reliability access` adds and revokes them (docs/access.md).\n"
)
_NEEDS_TOKEN = "api_needs_token"
_PREFIX = "rlb_"
_RANDOM_BYTES = 32
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LOCK_SECONDS = 10


@dataclass(frozen=True)
class Token:
    """One token. ends_on: the first day on which it no longer counts (UTC), None: it has no end."""

    name: str
    role: str
    digest: str
    made_on: date
    ends_on: date | None = None

    def holds(self, today: date) -> bool:
        """Whether it counts on a day."""
        return self.ends_on is None or today < self.ends_on


@dataclass(frozen=True)
class Secrets:
    """What access.toml holds: the tokens, and what this app proves itself with to the OpenID provider.

    closed: the file cannot be read, so that no token counts. needs_token: there were tokens once; without a sign-in
    /api stays closed when the last one is revoked.
    """

    tokens: tuple[Token, ...] = ()
    client_secret: str = ""
    closed: bool = False
    needs_token: bool = False

    def bearer(self, authorization: str, today: date) -> Token | None:
        """Return the token that an Authorization header carries, None when it carries none that counts."""
        scheme, _, given = authorization.partition(" ")
        digest = digest_of(given.strip())
        found = None
        for token in self.tokens:  # all of them, so that the time does not say which one was close
            if hmac.compare_digest(token.digest, digest) and token.holds(today):
                found = token
        return found if scheme.lower() == "bearer" else None


def digest_of(token: str) -> str:
    """Return what is kept of a token. It is random and long: no salt and no slow hash is needed."""
    return f"sha256:{hashlib.sha256(token.encode('utf-8', 'surrogateescape')).hexdigest()}"


def read(data_dir: Path) -> Secrets:
    """Read access.toml; without one there are no tokens. Raises SettingsError with what is wrong in it."""
    path = data_dir / FILE
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Secrets()
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", FILE, "Correct it, or remove it.") from error
    except OSError as error:
        raise SettingsError(
            f"cannot be read ({error.strerror})", str(path), "Check its permissions."
        ) from error
    problems: list[SettingsError] = []
    root = Table(values, FILE, problems)
    oidc = root.table("oidc")
    client_secret = oidc.text("client_secret")
    oidc.finish()
    tokens = tuple(_token(table) for table in root.tables("tokens"))
    needs_token = root.flag(_NEEDS_TOKEN) or bool(tokens)
    root.finish()
    if problems:
        raise problems[0]
    return Secrets(tokens, client_secret, needs_token=needs_token)


def _token(table: Table) -> Token:
    for key in ("name", "role", "digest", "made_on"):
        if not table.given(key):
            table.problem(key, "is missing", "A token needs name, role, digest and made_on.")
    digest = table.text("digest")
    if table.given("digest") and not _DIGEST.fullmatch(digest):
        table.problem(
            "digest", "is no digest", "Make the token again with `python -m reliability access add`."
        )
    found = Token(
        table.text("name"),
        table.choice("role", ROLES[0], ROLES),
        digest,
        table.day("made_on") or date.min,
        table.day("ends_on"),
    )
    table.finish()
    return found


def add(
    data_dir: Path,
    name: str,
    role: str,
    ends_on: date | None = None,
    *,
    write_down: Callable[[], object] = lambda: None,
) -> str:
    """Make a token, keep its digest, and return it: it is shown once and cannot be had again.

    write_down: puts it into the journal, before it counts: nothing is changed when that fails.
    Raises SettingsError for a name that is taken or a role that does not exist.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"'{name}' cannot be the name of a token", FILE, "Use letters, digits, '.', '-' and '_'."
        )
    if role not in ROLES:
        raise SettingsError(f"there is no role '{role}'", FILE, f"Allowed: {', '.join(ROLES)}.")
    secret = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    with _edited(data_dir) as document:
        if any(token.name == name for token in read(data_dir).tokens):
            raise SettingsError(
                f"there is a token '{name}' already", FILE, "Revoke it, or choose another name."
            )
        entry: dict[str, Any] = {
            "name": name,
            "role": role,
            "digest": digest_of(secret),
            "made_on": datetime.now(UTC).date(),
        }
        if ends_on is not None:
            entry["ends_on"] = ends_on
        document[_NEEDS_TOKEN] = True
        document.setdefault("tokens", tomlkit.aot()).append(tomlkit.item(entry))
        write_down()
    return secret


def revoke(data_dir: Path, name: str, *, write_down: Callable[[], object] = lambda: None) -> Token:
    """Take a token away; it counts no longer with the next request. Raises SettingsError when there is none.

    write_down: puts it into the journal, before the token stops to count.
    """
    with _edited(data_dir) as document:
        found = next((token for token in read(data_dir).tokens if token.name == name), None)
        if found is None:
            raise SettingsError(
                f"there is no token '{name}'", FILE, "`python -m reliability access list` lists them all."
            )
        document[_NEEDS_TOKEN] = True
        entries = document["tokens"]
        kept = [entry for entry in entries if entry["name"] != name]
        del document["tokens"]
        if kept:
            rest = tomlkit.aot()
            for entry in kept:
                rest.append(entry)
            document["tokens"] = rest
        write_down()
    return found


@contextmanager
def _edited(data_dir: Path) -> Iterator[Any]:
    """Change access.toml: whole or not at all, one writer at a time, readable by its owner alone."""
    if not data_dir.is_dir():
        raise ReliabilityError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    path = data_dir / FILE
    read(data_dir)  # a file that is wrong is left alone
    try:
        with FileLock(path.with_name(f".{FILE}.lock"), timeout=_LOCK_SECONDS):
            text = path.read_text(encoding="utf-8") if path.exists() else _HEAD
            document = tomlkit.parse(text)
            yield document
            replace_text(path, tomlkit.dumps(document), private=True)
    except LockTimeout as error:
        raise SettingsError("somebody else is writing it", FILE, "Try again in a moment.") from error
    except OSError as error:
        raise SettingsError(
            f"cannot be written ({error.strerror})", str(path), "Check its permissions."
        ) from error
