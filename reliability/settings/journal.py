"""[journal] of review.toml: where what people wrote is kept."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from reliability.errors import SettingsError
from reliability.settings.file import FILE
from reliability.settings.reader import Table

_MENTIONED = re.compile(r"^\s*(\[\s*[\"']?journal|[\"']?journal[\"']?\s*[.=])", re.MULTILINE)


@dataclass(frozen=True)
class JournalPlace:
    """url: of a PostgreSQL database, "": the file in the data folder."""

    url: str = ""


def read_journal(table: Table) -> JournalPlace:
    """Read the [journal] table."""
    url = table.text("url")
    if url and (why := _wrong(url)):
        table.problem("url", *why)
        url = ""
    table.finish()
    return JournalPlace(url)


def journal_place(data_dir: Path) -> JournalPlace:
    """Where the journal of a data folder is; whatever else is wrong in review.toml does not matter here.

    Raises SettingsError when that cannot be told: another place would be another journal.
    """
    path = data_dir / FILE
    try:
        stat = path.stat()
    except OSError:
        return JournalPlace()  # what a missing file means is for the warehouse that was built with one
    return _read(path, stat.st_mtime_ns, stat.st_size, stat.st_ino)


@lru_cache(maxsize=64)
def _read(path: Path, _modified_ns: int, _bytes: int, _inode: int) -> JournalPlace:
    text = ""
    try:
        text = path.read_text(encoding="utf-8-sig", errors="replace")
        said = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, OSError) or _MENTIONED.search(text):
            what = "cannot be read, so nobody knows where the journal is"
            raise SettingsError(what, FILE, "`python -m reliability check` names the line.") from error
        return JournalPlace()
    problems: list[SettingsError] = []
    found = read_journal(Table(said, FILE, problems).table("journal"))
    if problems:
        raise problems[0]
    return found


def _wrong(url: str) -> tuple[str, str] | None:
    """What is wrong with an address and what to do; the address itself may contain a password and is not repeated."""
    example = 'For example "postgresql://reliability@db.example.com/reliability".'
    try:
        parts = urlsplit(url)
        secret = parts.password is not None
    except ValueError:
        return "is no address", example
    if parts.scheme not in ("postgresql", "postgres"):
        return "is not the address of a PostgreSQL database", example
    if secret or any(
        key.lower() in ("password", "passfile", "sslpassword") for key, _ in parse_qsl(parts.query)
    ):
        remedy = "Leave it out: it is taken from PGPASSWORD or from the file of PGPASSFILE."
        return "contains a password, and review.toml is read by many", remedy
    return None
