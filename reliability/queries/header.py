"""Queries: the `.sql` files and their headers.

A query file starts with a comment header that people and the program both read:

    -- title: P1 incidents
    -- definition: Incidents whose counted severity is 1, opened in the window.
    --   A line that starts with two more spaces continues the one above.
    -- grain: one row per window
    -- params: windows windows, services varchar[], teams varchar[]
    -- columns: window_id bigint, value double, n bigint, open bigint, partial boolean

Which keys there are depends on the folder the file lies in; any other is refused with the nearest one. A figure's
(queries/kpis) are read in figures.py, a gate's in gates.py. The type `windows` is that of a list of windows:
struct(id bigint, start timestamptz, end timestamptz, as_of timestamptz)[].
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from reliability.errors import QueryError, nearest

FOLDER = Path(__file__).resolve().parent.parent.parent / "queries"

# Not the commas between the fields of a struct.
_OUTER_COMMA = re.compile(r",(?![^(]*\))")
_ANY = ("title", "definition", "grain", "params", "columns", "leaves out")
_SHOWN = (*_ANY, "unit", "better", "tables", "rows")
_KEYS = {
    "charts": (*_SHOWN, "page", "noun"),
    "checks": (*_ANY, "table"),
    "facts": (*_ANY, "makes"),
    "gates": (*_ANY, "resolver", "needs", "default", "order", "thresholds"),
    "kpis": (
        *_SHOWN, "family", "noun", "short", "verb", "adds up", "covered by", "samples", "card", "work card", "instead",
        "also on", "audiences", "duty", "digits", "chart", "reason", "control", "choices", "by severity", "lacking",
        "volume", "beside", "example",
    ),
    "rollups": (*_ANY, "logs"),
    "samples": (*_ANY, "example"),
}  # fmt: skip
# Keys that are followed by a name of the file's own: "fails overdue".
_NAMED_KEYS = {"gates": ("fails", "cannot tell", "passes")}
_ANSWERS = ("build", "commitments", "lists", "repeats", "rows")
_KEYS |= dict.fromkeys(_ANSWERS, _ANY)

_HEADER_KEY = re.compile(r"^-- ([a-z][a-z ]*):\s*(.*)$")
_CONTINUATION = re.compile(r"^--  +(\S.*)$")
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_QUOTED_OR_COMMENT = re.compile(r"--[^\n]*|'(?:[^']|'')*'")


def parse_header(text: str, where: str) -> dict[str, str]:
    """Read the comment header of a `.sql` file.

    Returns key -> value with continuation lines joined by a space, in file order.
    Raises QueryError when the file does not start with one or repeats a key.
    """
    found: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.startswith("--"):
            break
        if key := _HEADER_KEY.match(line):
            last = key[1]
            if last in found:
                raise QueryError(f"the header says '{last}' twice", f"{where}, line {number}", "Keep one.")
            found[last] = key[2].strip()
        elif (more := _CONTINUATION.match(line)) and last:
            found[last] = f"{found[last]} {more[1].strip()}".strip()
    if not found:
        raise QueryError("no header", where, "Start the file with '-- title: ...' (see docs/queries.md).")
    return found


def listed(text: str) -> tuple[str, ...]:
    """Split a header's value at its commas: "incidents, tickets" -> ("incidents", "tickets")."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _typed_names(text: str, where: str) -> dict[str, str]:
    """Split 'start timestamptz, found struct(a varchar, b bigint)[]' into {name: type}."""
    names: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in _OUTER_COMMA.split(text))):
        name, _, kind = part.partition(" ")
        if not kind:
            raise QueryError(f"'{part}' has no type", where, "Write 'name type', for example 'n bigint'.")
        names[name] = kind.strip()
    return names


@dataclass(frozen=True)
class Query:
    """One `.sql` file: its header and its text. `name` is the path below queries/ without `.sql`."""

    name: str
    sql: str
    header: Mapping[str, str]
    parameters: Mapping[str, str]
    columns: Mapping[str, str]

    @property
    def id(self) -> str:
        """The last part of the name: the id of a figure or a gate."""
        return self.name.rsplit("/", 1)[-1]

    @property
    def where(self) -> str:
        """The file, as messages name it."""
        return f"queries/{self.name}.sql"

    def at(self, key: str) -> str:
        """The line of a header's key, as messages name it; the first line where there is no such key."""
        return _at(key, self.sql, self.where)

    @property
    def title(self) -> str:
        """What it answers, in a few words."""
        return self.header.get("title", "")

    @property
    def definition(self) -> str:
        """The same in full sentences."""
        return self.header.get("definition", "")

    @property
    def grain(self) -> str:
        """What one row is."""
        return self.header.get("grain", "")

    @property
    def unit(self) -> str:
        """The unit of `value`, "" where there is no such column."""
        return self.header.get("unit", "")

    @property
    def better(self) -> str:
        """Whether "lower" or "higher" is better, or "neither"."""
        return self.header.get("better", "")

    @property
    def leaves_out(self) -> str:
        """What is not counted, as text with semicolons."""
        return self.header.get("leaves out", "")

    @property
    def tables(self) -> tuple[str, ...]:
        """The canonical tables whose exports fill it."""
        return listed(self.header.get("tables", ""))

    @property
    def rows(self) -> str:
        """The query with the records behind it, "" when there is none."""
        return self.header.get("rows", "")


def read_query(path: Path, folder: Path = FOLDER) -> Query:
    """Parse one query file. Raises QueryError for an unknown key, or when header and text disagree about parameters."""
    name = path.relative_to(folder).with_suffix("").as_posix()
    return parse_query(name, path.read_text(encoding="utf-8"))


@lru_cache(maxsize=2048)
def parse_query(name: str, text: str) -> Query:
    """Parse the text of a query, also one that was kept elsewhere; otherwise like `read_query`."""
    where = f"queries/{name}.sql"
    header = parse_header(text, where)
    folder = name.split("/")[0]
    known, starts = _KEYS.get(folder), _NAMED_KEYS.get(folder, ())
    if known is not None and (
        unknown := [key for key in header if key not in known and not key.startswith(_starting(starts))]
    ):
        keys = (*known, *(f"{start} ..." for start in starts))
        at = _at(unknown[0], text, where)
        raise QueryError(f"the header has no key '{unknown[0]}'", at, nearest(unknown[0], keys, "Keys"))
    declared = _typed_names(header.get("params", ""), where)
    used = set(_PARAMETER.findall(_QUOTED_OR_COMMENT.sub("", text)))
    if missing := sorted(used - set(declared)):
        raise QueryError(
            f"uses ${missing[0]}, which the header does not declare",
            _at("params", text, where),
            "Add it to '-- params:'.",
        )
    if unused := sorted(set(declared) - used):
        what = f"declares ${unused[0]}, which the SQL does not use"
        raise QueryError(what, _at("params", text, where), "Remove it.")
    columns = _typed_names(header.get("columns", ""), where)
    return Query(name, text, header, declared, columns)


def _at(key: str, text: str, where: str) -> str:
    lines = enumerate(text.splitlines(), start=1)
    return f"{where}, line {next((number for number, line in lines if line.startswith(f'-- {key}:')), 1)}"


def _starting(starts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{start} " for start in starts)


def catalogue(folder: Path = FOLDER) -> dict[str, Query]:
    """Every query below `folder` by name, in name order."""
    return _catalogue(folder)  # with the folder: to a cache the default said and unsaid are two


@cache
def _catalogue(folder: Path) -> dict[str, Query]:
    return {q.name: q for q in (read_query(p, folder) for p in sorted(folder.rglob("*.sql")))}


def query(name: str) -> Query:
    """One query by name ("kpis/nps"). Raises QueryError with the nearest names when there is none."""
    found = catalogue().get(name)
    if found is None:
        raise QueryError(f"there is no query '{name}'", "queries/", "See `python -m reliability check`.")
    return found
