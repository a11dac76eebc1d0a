"""Formats: the `.sql` files that say what exports look like, read and checked."""

import difflib
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from reliability.errors import ExportError
from reliability.queries import FOLDER, parse_header
from reliability.schema import TABLES
from reliability.settings import is_code_page
from reliability.warehouse.format import (
    DOCUMENTATION,
    FOLD,
    LIKELY,
    ONE_PER_RECORD,
    REAL_FILE,
    UNVERIFIED,
    Format,
)
from reliability.warehouse.instants import DAY_FIRST, MONTH_FIRST
from reliability.warehouse.mapping_sql import check_select
from reliability.zones import zone_names

BUILT_IN = FOLDER / "import"

_ALLOWED = {
    "rows": (ONE_PER_RECORD, FOLD),
    "verified": (REAL_FILE, DOCUMENTATION, UNVERIFIED),
    "table": tuple(TABLES),
    "date order": ("", DAY_FIRST, MONTH_FIRST),
}

_KEYS = (
    *("title", "definition", "source", "table", "requires", "optional", "any of", "excludes"),
    *(
        "rows",
        "zone",
        "date order",
        "verified",
        "instead of",
        "form",
        "also",
        "date",
        "likely",
        "like",
        "holds",
        "encoding",
    ),
)


def read_format(path: Path) -> Format:
    """Read one `.sql` file. Raises QueryError or ExportError naming the key that is missing or wrong.

    What is not the project's own must be one SELECT that reads nothing but the export.
    """
    where = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ExportError("it is not UTF-8 text", where, "Save it as UTF-8.") from error
    except OSError as error:
        what = f"it cannot be read ({error.strerror or error})"
        raise ExportError(what, where, "Check its permissions.") from error
    return _parsed(text, where, path.stem, path.parent != BUILT_IN)


@lru_cache(maxsize=512)
def _parsed(text: str, where: str, name: str, by_hand: bool) -> Format:
    """A format by its text: a build reads all of them, and few change between two builds of one process."""
    header = parse_header(text, where)
    for key in header:
        if key not in _KEYS:
            near = difflib.get_close_matches(key, _KEYS, 1)
            raise ExportError(f"unknown header key '{key}'", where, f"Did you mean '{(near or _KEYS)[0]}'?")
    for key in ("title", "definition", "source", "table", "requires", "verified"):
        if not header.get(key):
            raise ExportError(f"the header has no '{key}'", where, f"Add '-- {key}: ...'.")
    header.setdefault("rows", ONE_PER_RECORD)
    header.setdefault("date order", "")
    for key, allowed in _ALLOWED.items():
        if header[key] not in allowed:
            raise ExportError(f"{key} is '{header[key]}'", where, f"Allowed: {', '.join(allowed)}.")
    if (zone := header.get("zone", "")) and zone not in zone_names():
        raise ExportError(f"there is no time zone '{zone}'", where, "Write an IANA name: Europe/Berlin.")
    if (page := header.get("encoding", "")) and not is_code_page(page):
        raise ExportError(f"there is no code page '{page}'", where, "Write one such as cp1250 or cp932.")
    if by_hand:
        check_select(text, where)
    requires = [_alternatives(item) for item in _items(header["requires"])]
    if not requires:
        raise ExportError(
            f"requires is '{header['requires']}'", where, "Write the columns that every such file has."
        )
    found = Format(
        name=name,
        title=header["title"],
        definition=header["definition"],
        source=header["source"],
        table=header["table"],
        requires=tuple(names[0] for names in requires),
        alternatives={names[0]: names[1:] for names in requires if len(names) > 1},
        also=_other_names(header.get("also", ""), where),
        date=header.get("date", ""),
        likely=_names(header.get("likely", "")),
        like=_pattern("like", header.get("like", ""), where),
        holds=_condition(header.get("holds", ""), where),
        optional=_names(header.get("optional", "")),
        any_of=_names(header.get("any of", "")),
        excludes=_names(header.get("excludes", "")),
        rows=header["rows"],
        zone=zone,
        verified=header["verified"],
        sql=text.rstrip().removesuffix(";"),
        by_hand=by_hand,
        date_order=header.get("date order", ""),
        instead_of=header.get("instead of", ""),
        encoding=page,
    )
    if found.date and found.date not in found.columns:
        remedy = "Name the column in 'requires' or 'optional' too, spelled alike."
        raise ExportError(f"date is '{found.date}', which no other key names", where, remedy)
    if unknown := [name for name in found.likely if name not in found.columns or name not in LIKELY]:
        what = f"likely is '{unknown[0]}', which no other key names or nothing is likely for"
        raise ExportError(what, where, f"It may be {' or '.join(LIKELY)}, named in 'optional' too.")
    return found


def formats(folders: Iterable[Path] = (BUILT_IN,)) -> dict[str, Format]:
    """Every format in `folders` by name.

    A later folder replaces a format of the same name; a folder that does not exist is skipped.
    """
    found: dict[str, Format] = {}
    for folder in folders:
        found.update((path.stem, read_format(path)) for path in sorted(folder.glob("*.sql")))
    return found


@cache
def unconfirmed() -> frozenset[str]:
    """The built-in formats whose header was seen neither in a real file nor in the vendor's documentation."""
    return frozenset(name for name, known in formats().items() if known.verified == UNVERIFIED)


# Signs that separate names in a header; a name that holds one has a backslash before it.
_SEPARATORS = re.compile(r"[;|=\\]")
_PART = re.compile(r"(?:\\.|[^;\\]|\\$)+")
_ESCAPED = re.compile(r"\\([;|=\\])")


def escaped(name: str) -> str:
    """Spell the name of a column for the header of a format."""
    return _SEPARATORS.sub(r"\\\g<0>", " ".join(name.split()))


def _plain(name: str) -> str:
    return _ESCAPED.sub(r"\1", name.strip())


def _items(text: str) -> list[str]:
    """The parts between semicolons, still escaped."""
    parts = _PART.findall(text)
    return [part.strip() for part in parts if part.strip()]


def _names(text: str) -> tuple[str, ...]:
    return tuple(map(_plain, _items(text)))


def _alternatives(item: str) -> tuple[str, ...]:
    return tuple(_plain(name) for name in item.split(" | ") if name.strip())


def _other_names(text: str, where: str) -> dict[str, tuple[str, ...]]:
    """ "Summary = Résumé | Resumen ; Status = Estado": column -> its other names."""
    found = {}
    for item in _items(text):
        own, _, others = item.partition(" = ")
        names = _alternatives(others)
        if not own.strip() or not names:
            remedy = "Write a column, ' = ' and its other names with ' | ' between them; ' ; ' before the next column."
            raise ExportError(f"also has '{item}'", where, remedy)
        found[_plain(own)] = names
    return found


def _condition(text: str, where: str) -> tuple[str, str]:
    """ "labels = pattern": the column and the pattern."""
    column, separator, pattern = text.partition(" = ")
    if text and not (separator and column.strip() and pattern.strip()):
        raise ExportError(f"holds is '{text}'", where, "Write a column, ' = ' and a pattern.")
    return column.strip(), _pattern("holds", pattern.strip(), where)


def _pattern(key: str, text: str, where: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        what = f"{key} has the pattern '{text}', which is no regular expression ({error})"
        raise ExportError(
            what, where, "Close its brackets, or write \\ before signs that stand for themselves."
        ) from error
    return text
