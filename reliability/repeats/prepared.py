"""Prepared suggestions: the candidates of one version of the warehouse, in a file beside it.

A page reads only the incidents that it shows; nobody holds the texts of the whole history. The file is made by whoever
asks first, or after a build, and may be deleted at any time; one of another version, or a damaged one, is made again.
"""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from filelock import FileLock, Timeout

from reliability.errors import QueryError
from reliability.queries import FOLDER as QUERIES
from reliability.queries import Store, query
from reliability.queries.memory import Memory
from reliability.repeats.candidates import Candidates
from reliability.repeats.history import BATCH, History
from reliability.repeats.index import all_candidates
from reliability.repeats.model import CLOSE, TOP, Key
from reliability.repeats.texts import Part, Texts, texts_of
from reliability.repeats.titles import is_generic
from reliability.warehouse.versions import FOLDER
from reliability.warehouse.workspace import Workspace

LAYOUT = 1
"""Raise it whenever what the file holds changes its meaning."""

LARGE = 50_000
"""From so many incidents on, what reads the whole history again takes so long that a page does not wait for it."""

_PART = 250_000
"""So many are put in order of opening at a time: all of a history takes as much memory as all that is known of it."""

_PAIRS = 1_000_000
_ENDING = ".repeats"
_WAIT_SECONDS = 600
_REMEMBERED_BYTES = 1_000_000
_COLUMNS = """
    create table incident (
        place bigint, source varchar, incident_id varchar, service varchar, team varchar, severity bigint,
        opened_at timestamptz, title varchar, is_repeat boolean, repeat_flagged_at timestamptz, folded_service varchar,
        folded_title varchar, folded_text varchar, is_generic boolean, issue_id varchar, repeat_partner varchar
    );
    create table candidate (place bigint, "number" bigint, partner_place bigint, score double, same_title boolean);
    create table suggestion (place bigint, partner_place bigint, score double, same_title boolean);
    create table word (word varchar, incidents bigint);
    create table made (layout bigint, of_version varchar);
    create temp table generic (title varchar, service varchar)
"""
_TITLES = """
    select folded_title, folded_service, sum(count(*)) over (partition by folded_title)::bigint
    from incident
    group by folded_title, folded_service
"""
_GENERIC = """
    update incident set is_generic = true
    from generic
    where incident.folded_title = generic.title and incident.folded_service = generic.service
"""
# The likeliest candidate of each incident that is worth showing unasked, while nobody has decided anything.
_FIRST = """
    insert into suggestion
    select place, arg_min(partner_place, "number"), arg_min(score, "number"), arg_min(same_title, "number"),
    from candidate
    where "number" < $top and (same_title or score >= $close)
    group by place
    order by place
"""

_opened: dict[Path, tuple[str, Store]] = {}
_opening = threading.Lock()
_running: dict[Path, subprocess.Popen[bytes]] = {}


def prepared(workspace: Workspace) -> Store:
    """Return what is prepared for a workspace's warehouse, preparing it when it is not there.

    The one asked for last stays open. Where nothing can be written, it is held in memory.
    """
    path, stamp = _place(workspace), _stamp(workspace)
    with _opening:
        if (held := _opened.get(path)) and held[0] == stamp:
            return held[1]
        store = _read(path, stamp) or _make(workspace, path, stamp)
        for _, old in _opened.values():
            old.close()
        _opened.clear()
        _opened[path] = (stamp, store)
        return store


def is_prepared(workspace: Workspace) -> bool:
    """Say whether suggestions can be read at once; else, where they take long, begin to prepare them elsewhere.

    A small warehouse counts as prepared: reading it takes no time.
    """
    path, stamp = _place(workspace), _stamp(workspace)
    if (held := _opened.get(path)) and held[0] == stamp:
        return True
    if not is_large(workspace):
        return True
    if path.is_file() and _read_stamp(path) == stamp:
        return True
    begun = _running.get(path)
    if begun is None or begun.poll() is not None:
        # Aside: the texts of a million incidents fill more memory than all else together.
        command = [sys.executable, "-m", "reliability", "repeats", "--prepare", "--data"]
        _running[path] = subprocess.Popen(
            [*command, str(workspace.data_dir)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    return False


def part(store: Store, from_: int, to: int) -> Part:
    """Read the incidents at places [from_, to)."""
    return Part(store.run("suggestions/incidents", {"first": from_, "beyond": to, "places": []}).rows)


def listed(store: Store, places: Iterable[int]) -> Part:
    """Read some incidents, with how common their words are in the whole history."""
    wanted = sorted(set(places))
    found = Part(store.run("suggestions/incidents", {"first": 0, "beyond": 0, "places": wanted}).rows)
    words = sorted({word for title, body in found.telling for word in {*title, *body}})
    common = store.run("suggestions/words", {"words": words})
    vars(found)["frequency"] = {row["word"]: row["incidents"] for row in common}
    return found


def places_of(store: Store, keys: Iterable[Key]) -> dict[Key, int]:
    """Return the places of the incidents that are known."""
    wanted = set(keys)
    if not wanted:
        return {}
    rows = store.run("suggestions/known", {"ids": sorted({name for _, name in wanted})})
    known = {(row["source"], row["incident_id"]): row["place"] for row in rows}
    return {key: known[key] for key in wanted if key in known}


def _place(workspace: Workspace) -> Path:
    return workspace.data_dir / FOLDER / f"{workspace.store.path.stem}{_ENDING}"


def _stamp(workspace: Workspace) -> str:
    told = workspace.store.path.stat()
    return f"{workspace.store.data_version} {told.st_size} {told.st_mtime_ns}"


def _read_stamp(path: Path) -> str:
    """Which warehouse a file was made for; "" for one that cannot be read."""
    try:
        with duckdb.connect(str(path), read_only=True) as con:
            row = con.execute(
                "select of_version from made where layout = $layout", {"layout": LAYOUT}
            ).fetchone()
    except (duckdb.Error, OSError):
        return ""
    return str(row[0]) if row else ""


def _read(path: Path, stamp: str) -> Store | None:
    if not path.is_file() or _read_stamp(path) != stamp:
        return None
    return Store(path, stamp)


def _make(workspace: Workspace, path: Path, stamp: str) -> Store:
    folder = path.parent
    if not folder.is_dir():
        return _in_memory(workspace, stamp)
    try:
        with FileLock(folder / "repeats-prepared.lock", timeout=_WAIT_SECONDS):
            if (made := _read(path, stamp)) is not None:
                return made
            part_ = folder / f"building-{path.stem}-{os.getpid()}-{os.urandom(4).hex()}{_ENDING}"
            try:
                with duckdb.connect(str(part_)) as con:
                    _fill(con, workspace, stamp)
                os.replace(part_, path)
            finally:
                part_.unlink(missing_ok=True)
            _tidy(path)
            return Store(path, stamp)
    except (OSError, Timeout, duckdb.IOException):
        return _in_memory(workspace, stamp)


def _in_memory(workspace: Workspace, stamp: str) -> Store:
    con = duckdb.connect()
    _fill(con, workspace, stamp)
    return _Held(con, stamp)


class _Held(Store):
    """Prepared suggestions that no file holds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, version: str) -> None:
        self._hold(Path("memory"), version, connection)
        self.memory = Memory(_REMEMBERED_BYTES)


def _tidy(made: Path) -> None:
    """Remove what was prepared for versions that are gone."""
    for path in made.parent.glob(f"*{_ENDING}"):
        is_old = path != made and not path.with_suffix(".duckdb").exists()
        if is_old and not path.name.startswith("building-"):
            with suppress(OSError):
                path.unlink()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage: among millions of words it finds none, and takes a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_without_collecting()
def _fill(con: duckdb.DuckDBPyConnection, workspace: Workspace, stamp: str) -> None:
    con.execute("set TimeZone = 'UTC'")
    con.execute(_COLUMNS)
    con.execute((QUERIES / "facts" / "00_accepts.sql").read_text(encoding="utf-8"))
    history = _read_incidents(con, workspace.store, stamp)
    _insert_candidates(con, all_candidates(history, workspace.data_dir / FOLDER))
    con.execute(_FIRST, {"top": TOP, "close": CLOSE})
    _insert(con, "word", {"word": list(history.frequency), "incidents": list(history.frequency.values())})
    con.execute("insert into made values ($layout, $stamp)", {"layout": LAYOUT, "stamp": stamp})


def _read_incidents(con: duckdb.DuckDBPyConnection, store: Store, stamp: str) -> History:
    """Copy what is shown of every incident, a batch at a time; what candidates are found by is read from there."""
    opened = [np.zeros(0, dtype=np.int64)]
    digests = bytearray()
    place = 0
    for span in store.run("repeats/spans", {"most": _PART}):
        for rows in store.batches(query("repeats/texts"), span, BATCH):
            texts = texts_of(rows)
            _insert_incidents(con, place, rows, texts)
            opened.append(texts.opened)
            digests += texts.digests
            place += len(rows)
    _mark_generic(con, place)
    generic = con.execute("select is_generic from incident order by place").fetchnumpy()["is_generic"]
    return History(_Held(con.cursor(), stamp), np.concatenate(opened), digests, generic)


def _mark_generic(con: duckdb.DuckDBPyConnection, incidents: int) -> None:
    """Mark titles that say nothing of what happened, which shows only when all have been seen."""
    titles = con.cursor().execute(_TITLES)
    while some := titles.fetchmany(BATCH):
        generic = [
            (title, service) for title, service, seen in some if is_generic(title, service, seen, incidents)
        ]
        _insert(con, "generic", {"title": [t for t, _ in generic], "service": [s for _, s in generic]})
    con.execute(_GENERIC)


def _insert_incidents(
    con: duckdb.DuckDBPyConnection, place: int, rows: Sequence[Mapping[str, Any]], texts: Texts
) -> None:
    """Insert a batch, the first of which has this place; none of its titles is called generic yet."""
    names = ("source", "incident_id", "service", "team", "severity")
    columns: dict[str, Any] = {"place": np.arange(place, place + len(rows))}
    columns |= {name: [row[name] for row in rows] for name in names}
    columns["opened_at"] = texts.opened
    columns |= {name: [row[name] for row in rows] for name in ("title", "is_repeat", "repeat_flagged_at")}
    columns |= {
        "folded_service": texts.service,
        "folded_title": texts.title,
        "folded_text": texts.body,
        "is_generic": np.zeros(len(rows), dtype=bool),
        "issue_id": texts.issue,
        "repeat_partner": texts.partner,
    }
    _insert(con, "incident", columns, "replace (make_timestamptz(opened_at) as opened_at)")


def _insert_candidates(con: duckdb.DuckDBPyConnection, found: Candidates) -> None:
    begins = np.flatnonzero(np.diff(found.incident, prepend=-1))
    number = np.arange(len(found)) - np.repeat(begins, np.diff([*begins, len(found)]))
    for first in range(0, len(found), _PAIRS):
        some = slice(first, first + _PAIRS)
        columns = {
            "place": found.incident[some],
            "number": number[some],
            "partner_place": found.partner[some],
            "score": np.round(found.score[some].astype(np.float64), 3),
            "same_title": found.same_title[some],
        }
        _insert(con, "candidate", columns)


def _insert(con: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, Any], how: str = "") -> None:
    """Insert columns into `table`, a name of the program's own. how: what is made of them on the way."""
    import pandas as pd

    frame = pd.DataFrame({name: pd.Series(values, dtype=_kind(values)) for name, values in columns.items()})
    if not len(frame):
        return
    con.register("given", frame)
    try:
        con.execute(f"insert into {table} select * {how} from given")
    finally:
        con.unregister("given")


def _kind(values: Any) -> Any:
    return values.dtype if isinstance(values, np.ndarray) else object


def prepare(workspace: Workspace) -> None:
    """Prepare the suggestions of a workspace, if they are not. Raises QueryError when its texts cannot be read."""
    try:
        prepared(workspace)
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise QueryError(f"suggestions cannot be prepared ({first})", "repeats", "Build again.") from error


def prepare_large(workspace: Workspace) -> None:
    """Prepare the suggestions of a warehouse for which a page would not wait; the others cost a page little."""
    if is_large(workspace):
        prepare(workspace)


def is_large(workspace: Workspace) -> bool:
    return workspace.store.run("lists/data_size").one()["incidents"] >= LARGE
