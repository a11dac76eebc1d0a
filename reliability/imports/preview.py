"""Previews: what the review would say with some exports more, found by building a warehouse beside the live one."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from reliability.errors import NothingYetError, ReliabilityError
from reliability.exports.folder import export_files, link_problem
from reliability.formatting import MISSING
from reliability.model import Card
from reliability.queries import FOLDER, Store, read_query
from reliability.review.compose import compose
from reliability.rollups import NAMES, export_path
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.settings.periods import quarter_of
from reliability.settings.rollups import Rollups
from reliability.warehouse import MAPPINGS, FileReport, build, current, open_store
from reliability.warehouse.repeat_decisions import Decisions, none
from reliability.warehouse.workspace import known_until

_MOST_FILLED = 4
"""As many quarters that new rows fall in are compared beside the newest, those with most of them."""
# What a build adds to the newest copy of an incident because older copies are there too.
_FROM_HISTORY = ("severity_highest", "severity_first")


@dataclass(frozen=True)
class Arrival:
    """What one new table would bring. new, updated, unchanged: rows kept of it, against what is known now."""

    report: FileReport
    new: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def is_readable(self) -> bool:
        """Whether it is a table at all, which some format or mapping may read."""
        return self.report.recognised is not None

    @property
    def is_read(self) -> bool:
        """Whether a format knows it and anything of it counts, here or as a newer copy that is there already."""
        return bool(self.report.recognised and (self.report.kept or self.report.superseded))


@dataclass(frozen=True)
class FigureChange:
    """A card of a quarter that would say something else: its figure, or the word of its promise."""

    quarter: str
    title: str
    before: str
    after: str
    is_word: bool = False


@dataclass(frozen=True)
class Preview:
    """What would change. problem: why the review could not be compared, "" when it could.

    is_first: there is none yet to compare with.
    """

    arrivals: tuple[Arrival, ...]
    changes: tuple[FigureChange, ...] = ()
    problem: str = ""
    is_first: bool = False


def preview(
    data_dir: Path, settings: Settings, added: Mapping[str, Path], decisions: Decisions = none
) -> Preview:
    """Say what adding files would change; nothing of the data folder is touched.

    added: name below exports/ -> where the file lies now. Raises WarehouseError when nothing can be built.
    """
    with tempfile.TemporaryDirectory(prefix="preview-") as scratch:
        root = Path(scratch)
        _shadow(data_dir, root, added)
        # What was rolled up stands among the exports: no log is read for a preview.
        report = build(root, replace(settings, rollups=Rollups()), decisions=decisions)
        mine = [f for f in report.files if f.file.split("!")[0] in added]
        after = current(root)
        assert after is not None
        live = current(data_dir)
        counts, brought = _counts(after.path, live.path if live else None, [f.file for f in mine])
        arrivals = tuple(Arrival(f, *counts.get(f.file, (0, 0, 0))) for f in mine)
        try:
            changes = _changes(data_dir, root, settings, brought)
        except ReliabilityError as error:
            return Preview(arrivals, problem=error.what)
        return Preview(arrivals, changes or (), is_first=changes is None)


def _shadow(data_dir: Path, root: Path, added: Mapping[str, Path]) -> None:
    """Let `root` look like the data folder with the files added: second names on one disk, copies on another."""
    exports = data_dir / "exports"
    (root / "exports").mkdir()
    there = export_files(exports) if exports.is_dir() else []
    rolled_up = (path for name in NAMES if (path := export_path(data_dir, name)).exists())
    files = [(p.relative_to(exports).as_posix(), p) for p in there]
    files += [(p.relative_to(data_dir).as_posix(), p) for p in rolled_up]
    for name, path in [*files, *added.items()]:
        link = root / "exports" / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() and link_problem(path, exports):
            link.symlink_to(path.readlink())  # refused here as there
        else:
            _same_file(path, link)
    if (data_dir / MAPPINGS).is_dir():
        shutil.copytree(data_dir / MAPPINGS, root / MAPPINGS)


def _same_file(path: Path, link: Path) -> None:
    """Let a second name stand for a file: a build does not follow links that leave the exports."""
    try:
        os.link(path.resolve(), link)
    except OSError:
        shutil.copyfile(path, link)


def _counts(
    after: Path, before: Path | None, files: Sequence[str]
) -> tuple[dict[str, tuple[int, int, int]], Counter[datetime]]:
    """Per file the kept rows that are new, updated and unchanged; and how many of the first two in which hour."""
    found: dict[str, tuple[int, int, int]] = {}
    brought: Counter[datetime] = Counter()
    sql = read_query(FOLDER / "build" / "arrivals.sql").sql
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("attach $path as after_all (read_only)", {"path": str(after)})
        if before is not None:
            con.execute("attach $path as before_all (read_only)", {"path": str(before)})
        for table in TABLES.values():
            keys = ", ".join(f"coalesce(\"{key}\"::varchar, '')" for key in table.key)
            own = ", ".join(f'"{name}"' for name in table.columns if name not in _FROM_HISTORY)
            at = f'"{table.happened_at}"' if table.happened_at else "null::timestamptz"
            shape = (
                f"select source_file, concat_ws(chr(31), {keys}) as row_key, hash({own}) as contents, "
                f"{at} as happened_at from"
            )
            con.execute(f'create or replace temp view rows_after as {shape} after_all."{table.name}"')
            earlier = (
                f'before_all."{table.name}"'
                if before is not None
                else f'(from after_all."{table.name}" limit 0)'
            )
            con.execute(f"create or replace temp view rows_before as {shape} {earlier}")
            for file, new, updated, unchanged, hours in con.execute(sql, {"files": list(files)}).fetchall():
                found[file] = (new, updated, unchanged)
                brought.update(hours or {})
    return found, brought


def _changes(
    data_dir: Path, root: Path, settings: Settings, brought: Mapping[datetime, int]
) -> tuple[FigureChange, ...] | None:
    """What quarters say now, against what they would say: the one that is open now, the one then, and those filled.

    brought: hour -> how many new or updated rows happened in it. None when there is nothing yet that could be reviewed.
    Raises NothingYetError when there would still be nothing.
    """
    with closing(open_store(root)) as after:
        until = known_until(after)
        if current(data_dir) is None:
            return None
        with closing(open_store(data_dir)) as before:
            try:
                now = known_until(before)
            except NothingYetError:
                return None
            quarters = dict.fromkeys(quarter_of(at, settings, at).id for at in (until, now))
            filled: Counter[str] = Counter()
            for hour, rows in brought.items():
                filled[quarter_of(hour, settings, until).id] += rows
            asked = dict.fromkeys([*quarters, *(name for name, _ in filled.most_common(_MOST_FILLED))])
            return tuple(
                change
                for quarter in asked
                for change in _compared(
                    quarter, _cards(before, settings, quarter), _cards(after, settings, quarter)
                )
            )


def _cards(store: Store, settings: Settings, quarter: str) -> dict[str, Card]:
    return {card.id: card for card in compose(store, settings, quarter).cards}


def _compared(quarter: str, before: Mapping[str, Card], after: Mapping[str, Card]) -> list[FigureChange]:
    found = []
    for id, now in after.items():
        then = before.get(id)
        was, becomes = _figure(then), _figure(now)
        if was != becomes:
            found.append(FigureChange(quarter, now.title, was, becomes))
        words = [card.verdict.word if card and card.verdict else "" for card in (then, now)]
        if words[0] != words[1]:
            found.append(FigureChange(quarter, now.title, words[0] or "no word", words[1] or "no word", True))
    return found


def _figure(card: Card | None) -> str:
    return card.text if card and card.text not in ("", MISSING) else "no figure"
