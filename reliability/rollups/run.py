"""Roll up a raw log: read what is new, a batch at a time, and write the export."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from reliability import __version__
from reliability.errors import RollupError
from reliability.queries import query
from reliability.rollups.definitions import Rollup
from reliability.rollups.files import digest, layout_of, log_files
from reliability.rollups.maintenance import overlapping
from reliability.rollups.model import (
    BROKEN_FILE,
    CSV,
    PARQUET,
    Engine,
    Job,
    Layout,
    LogFile,
    Scan,
    SmallTable,
)
from reliability.rollups.state import SCRATCH, Known, State, read_broken
from reliability.rollups.text import chained, is_readable

BATCH_MB = 2048
"""What is committed at a time, in megabytes of files: a killed run reads at most so much again."""

COMPARED = {"file": "bigint", "from_second": "bigint", "until_second": "bigint"}

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class RollupReport:
    """What a run did. rows_read = counted + all of left_out, in this run and in total.

    rows_written: of the export. files_read, files_unchanged: of the log. not_compared: files that rows written twice
    could not be looked for in, because they are gone. settings_outdated: files that are gone and were read under
    other settings.
    """

    name: str
    engine: str
    to: str
    rows_read: int
    counted: int
    left_out: dict[str, int]
    rows_written: int
    files_read: int
    files_unchanged: int
    not_compared: int
    settings_outdated: int
    total_rows_read: int
    total_counted: int
    total_left_out: dict[str, int]


@dataclass(frozen=True)
class _Batch:
    """Files of one layout that are read and committed together, with their numbers and digests."""

    layout: Layout
    files: tuple[tuple[int, LogFile, str], ...]


def roll_up(
    rollup: Rollup,
    source: str,
    to: Path,
    folder: Path,
    engine: Engine,
    *,
    batch_mb: float = BATCH_MB,
    progress: Progress | None = None,
) -> RollupReport:
    """Bring the export `to` up to date with the log at `source`. folder: where the state of this roll-up is kept.

    Files that were read before and have not changed are not read again. Raises RollupError with what to do.
    """
    tell = progress or (lambda _what, _share: None)
    listed = log_files(source)
    state = State(folder, rollup.name)
    try:
        if to.exists() and state.target() != _place(to, folder):
            raise RollupError(
                "it was not written by this roll-up", str(to), "Name another file with --to, or move it away."
            )
        run = state.begin_run()
        plan = _Plan(rollup, state, listed, run)
        batches = list(plan.batches(batch_mb))
        if batches:
            with engine:
                for number, batch in enumerate(batches):
                    tell("Reading", number / len(batches))
                    plan.read(batch, engine)
        tell("Writing", 0.98)
        said = _written(rollup, state, to)
        counted = 0
        left_out: dict[str, int] = {}
        if plan.took_in:
            state.judge(rollup.judge_tables)
            counted, left_out = state.accounting(run)
        return RollupReport(
            name=rollup.name,
            engine=engine.name,
            to=str(to),
            rows_read=counted + sum(left_out.values()),
            counted=counted,
            left_out=left_out,
            rows_written=said["rows_written"],
            files_read=sum(len(batch.files) for batch in batches),
            files_unchanged=plan.unchanged,
            not_compared=len(plan.not_compared),
            settings_outdated=plan.outdated,
            total_rows_read=said["counted"] + sum(said["left_out"].values()),
            total_counted=said["counted"],
            total_left_out=said["left_out"],
        )
    except duckdb.Error as error:
        what = str(error).splitlines()[0]
        raise RollupError(what, str(folder), "Check the free space, then run it again.") from error
    finally:
        state.close()


def _place(to: Path, folder: Path) -> str:
    """An export as seen from the state: the same in a copied data folder."""
    return Path(os.path.relpath(to.resolve(), folder.resolve())).as_posix()


def _written(rollup: Rollup, state: State, to: Path) -> dict[str, Any]:
    """Write the export, unless it is there and nothing that it is made of has changed; returns what is said of it."""
    made_of = [
        __version__,
        _place(to, state.folder),
        [asdict(known) for known in state.files()],
        {name: [list(row) for row in table.rows] for name, table in rollup.judge_tables.items()},
        dict(rollup.write_values),
        [query(rollup.text(step)).sql for step in ("judge", "write")],
    ]
    signature = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    if to.exists() and (said := state.said_of(signature)) is not None:
        return said
    state.judge(rollup.judge_tables)
    state.set_target(_place(to, state.folder))
    rows_written = state.write(rollup.write_values, to)
    counted, left_out = state.accounting()
    said = {"rows_written": rows_written, "counted": counted, "left_out": left_out}
    state.note(signature, said)
    return said


class _Plan:
    """What is to be read, and what of the state it replaces."""

    def __init__(self, rollup: Rollup, state: State, listed: Sequence[LogFile], run: int) -> None:
        self.rollup = rollup
        self.state = state
        self.listed = listed
        self.run = run
        self.unchanged = 0
        self.outdated = 0
        self.took_in = False
        self.not_compared: set[int] = set()
        known = state.files()
        self.next_file = 1 + max((k.file for k in known), default=0)
        self.layouts: dict[str, Layout] = {}
        self.replaced: dict[int, int] = {}  # file to read -> file to forget
        self._by_path = {k.path: k for k in known}
        self._by_digest = {k.digest: k for k in known if k.same_as is None}

    def batches(self, batch_mb: float) -> Iterator[_Batch]:
        """Files to read in name order, cut where the layout changes or a batch is full."""
        waiting: list[tuple[int, LogFile, str]] = []
        layout: Layout | None = None
        for number, file, content in self._to_read():
            found = self._layout(file)
            size = sum(other.size for _, other, _ in waiting)
            if waiting and (found != layout or size + file.size > batch_mb * 1_000_000):
                assert layout is not None
                yield _Batch(layout, tuple(waiting))
                waiting = []
            layout = found
            waiting.append((number, file, content))
        if waiting:
            assert layout is not None
            yield _Batch(layout, tuple(waiting))

    def _to_read(self) -> list[tuple[int, LogFile, str]]:
        """Every file that has to be read, with its number. Renamed and repeated ones are noted on the way."""
        paths = {file.path: file for file in self.listed}
        found: list[tuple[int, LogFile, str]] = []
        changed: list[tuple[LogFile, Known]] = []
        fresh: list[tuple[LogFile, str]] = []
        for file in self.listed:
            before = self._by_path.get(file.path)
            if before is None:
                fresh.append((file, digest(file)))
            elif (before.size, before.modified) == (file.size, file.modified):
                self._is_outdated(before, changed, file)
            elif (content := digest(file)) == before.digest:
                self.state.rename(before.file, file.path, file.size, file.modified)
                self._is_outdated(before, changed, file)
            else:
                fresh.append((file, content))
        contents = {content for _, content in fresh}
        for file, content in fresh:
            twin, before = self._by_digest.get(content), self._by_path.get(file.path)
            forget = before.file if before and before.digest not in contents else None
            if twin is not None and not self._still_there(twin, paths, fresh):
                # It is called otherwise now: what it said stays, unless its old name means something new.
                self.state.rename(twin.file, file.path, file.size, file.modified)
                self._by_digest[content] = replace(twin, path=file.path)
                self.unchanged += 1
            elif twin is not None:
                same = Known(
                    self._number(),
                    file.path,
                    file.size,
                    file.modified,
                    content,
                    twin.fingerprint,
                    None,
                    None,
                    twin.file,
                )
                self.state.commit([same], None, {}, [forget] if forget else [], self.run)
                self.took_in = True
            else:
                number = self._number()
                if forget is not None:
                    self.replaced[number] = forget
                found.append((number, file, content))
                self._by_digest[content] = Known(
                    number, file.path, file.size, file.modified, content, "", None, None
                )
        for file, before in changed:
            number = self._number()
            self.replaced[number] = before.file
            found.append((number, file, before.digest))
        listed_paths = set(paths)
        self.outdated = sum(
            known.same_as is None
            and known.path not in listed_paths
            and known.fingerprint != self._fingerprint(known)
            for known in self.state.files()
        )
        return sorted(found, key=lambda item: item[1].path)

    def _still_there(self, twin: Known, paths: dict[str, LogFile], fresh: list[tuple[LogFile, str]]) -> bool:
        """Whether the file that was read under this content still has it."""
        if twin.path not in paths:
            return False
        return all(content == twin.digest for file, content in fresh if file.path == twin.path)

    def _is_outdated(self, before: Known, changed: list[tuple[LogFile, Known]], file: LogFile) -> None:
        if before.same_as is None and before.fingerprint != self._fingerprint(before):
            changed.append((file, before))
        else:
            self.unchanged += 1

    def _number(self) -> int:
        self.next_file += 1
        return self.next_file - 1

    def _fingerprint(self, known: Known) -> str:
        """What the settings make of the rows of a file, so far as it takes the single row to know it."""
        rollup = self.rollup
        texts = [query(rollup.text("read")).sql, query("rollups/local_times").sql]
        said = [
            __version__,
            rollup.log.columns,
            rollup.log.time_zone,
            dict(rollup.read_values),
            rollup.finds_doubled,
            overlapping(rollup.windows, known.oldest, known.newest),
            texts,
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]

    def _layout(self, file: LogFile) -> Layout:
        if file.path not in self.layouts:
            self.layouts[file.path] = self._checked_layout(file)
        return self.layouts[file.path]

    def _checked_layout(self, file: LogFile) -> Layout:
        """How a file is written, with the columns that are asked for alone. Raises RollupError when one is missing."""
        rollup = self.rollup
        layout = layout_of(file, rollup.columns, rollup.called)
        kinds = dict(layout.columns)
        if layout.format != PARQUET and not layout.columns:
            return layout  # nothing in it
        for column in rollup.columns:
            theirs = rollup.called[column.name]
            is_asked = not column.optional or column.name in rollup.log.columns
            if theirs not in kinds and is_asked:
                raise RollupError(
                    f"there is no column '{theirs}'. There are: {', '.join(kinds) or 'none'}",
                    file.path,
                    f'Name it in review.toml, [rollups.{rollup.name}] columns = {{ {column.name} = "..." }}.',
                )
            if theirs in kinds and not is_readable(column.kind, kinds[theirs]):
                what = f"the column '{theirs}' holds {kinds[theirs].replace('_', ' ')}"
                raise RollupError(what, file.path, f"Name another one for {column.name}.")
        if layout.format == CSV:
            return layout
        asked = {rollup.called[column.name] for column in rollup.columns}
        return Layout(layout.format, tuple(pair for pair in layout.columns if pair[0] in asked))

    def read(self, batch: _Batch, engine: Engine) -> None:
        """Read a batch and commit it."""
        forget = [self.replaced[number] for number, _, _ in batch.files if number in self.replaced]
        if batch.layout.format != PARQUET and not batch.layout.columns:
            self._commit(batch, None, {}, forget, {})
            return
        with tempfile.TemporaryDirectory(dir=self.state.folder, prefix=SCRATCH) as scratch:
            folder = Path(scratch) / "read"
            folder.mkdir()
            scans, compared = self._scans(batch, engine, Path(scratch), forget)
            has_ids = self._has_ids([scan.layout for scan in scans])
            job = self._job(self.rollup.text("read"), scans, has_ids, compared)
            rows = engine.run(job, folder)
            is_json = rows.suffix != ".parquet"
            spans = self.state.spans(rows, is_json)
            own = {number for number, _, _ in batch.files}
            broken = {file: count for file, count in read_broken(folder / BROKEN_FILE).items() if file in own}
            self._commit(batch, rows, broken, forget, spans)

    def _commit(
        self,
        batch: _Batch,
        rows: Path | None,
        broken: dict[int, int],
        forget: list[int],
        spans: dict[int, tuple[int, int]],
    ) -> None:
        read = []
        for number, file, content in batch.files:
            first, last = spans.get(number, (None, None))
            known = Known(number, file.path, file.size, file.modified, content, "", first, last)
            read.append(replace(known, fingerprint=self._fingerprint(known)))
        self.state.commit(read, rows, broken, forget, self.run)
        self.took_in = True

    def _has_ids(self, layouts: Sequence[Layout]) -> bool:
        theirs = self.rollup.called.get("id")
        return self.rollup.finds_doubled and any(theirs in dict(layout.columns) for layout in layouts)

    def _job(self, name: str, scans: tuple[Scan, ...], has_ids: bool, compared: SmallTable) -> Job:
        layouts = [scan.layout for scan in scans]
        tables = dict(self.rollup.read_tables)
        if has_ids:
            tables["compared"] = compared
        tree = chained(name, self.rollup.columns, self.rollup.called, layouts, has_ids)
        asked = query(name).parameters
        values = {key: value for key, value in self.rollup.read_values.items() if key in asked}
        return Job(tree, scans, tables, values)

    def _scans(
        self, batch: _Batch, engine: Engine, scratch: Path, forget: list[int]
    ) -> tuple[tuple[Scan, ...], SmallTable]:
        """The files of a batch, and those of earlier ones in which its rows may have been written already."""
        own = Scan(batch.layout, tuple((number, file.path) for number, file, _ in batch.files))
        earlier = [
            k
            for k in self.state.files()
            if k.same_as is None and k.file not in forget and k.oldest is not None
        ]
        if not earlier or not self._has_ids([batch.layout]):
            return (own,), SmallTable(COMPARED)
        folder = scratch / "hours"
        folder.mkdir()
        rows = engine.run(self._job("rollups/hours", (own,), False, SmallTable(COMPARED)), folder)
        hours = sorted(_hours(rows))
        if not hours:
            return (own,), SmallTable(COMPARED)
        there = {file.path: file for file in self.listed}
        by_layout: dict[Layout, list[tuple[int, str]]] = {}
        first, last = hours[0], hours[-1] + 3600
        compared = []
        for known in earlier:
            assert known.oldest is not None and known.newest is not None
            if not any(known.oldest < hour + 3600 and known.newest >= hour for hour in hours):
                continue
            file = there.get(known.path)
            if file is None or (file.size, file.modified) != (known.size, known.modified):
                self.not_compared.add(known.file)
                continue
            by_layout.setdefault(self._layout(file), []).append((known.file, known.path))
            compared.append((known.file, first, last))
        scans = [Scan(layout, tuple(files)) for layout, files in by_layout.items()]
        return (own, *scans), SmallTable(COMPARED, compared)


def _hours(rows: Path) -> list[int]:
    if rows.suffix == ".parquet":
        return [hour for hour in pq.read_table(rows)["hour"].to_pylist() if hour is not None]
    with rows.open(encoding="utf-8") as lines:
        return [json.loads(line)["hour"] for line in lines]
