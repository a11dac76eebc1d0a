"""Reads the batches of a plan on an engine, and commits each."""

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from reliability.queries import query
from reliability.rollups.fingerprints import fingerprint
from reliability.rollups.model import BROKEN_FILE, PARQUET, Engine, Job, Layout, Scan, SmallTable
from reliability.rollups.plan import Batch, Plan
from reliability.rollups.state import SCRATCH, Known, read_broken
from reliability.rollups.text import chained

COMPARED = {"file": "bigint", "from_second": "bigint", "until_second": "bigint"}


class Reader:
    """Reads what a plan says.

    not_compared: files that rows written twice could not be looked for in, because they are gone.
    """

    def __init__(self, plan: Plan, engine: Engine) -> None:
        self.plan = plan
        self.engine = engine
        self.rollup = plan.rollup
        self.state = plan.state
        self.not_compared: set[int] = set()

    def read(self, batch: Batch) -> None:
        """Read a batch and commit it."""
        forget = [self.plan.replaced[number] for number, _, _ in batch.files if number in self.plan.replaced]
        if batch.layout.format != PARQUET and not batch.layout.columns:
            self._commit(batch, None, {}, forget, {})
            return
        with tempfile.TemporaryDirectory(dir=self.state.folder, prefix=SCRATCH) as scratch:
            folder = Path(scratch) / "read"
            folder.mkdir()
            scans, compared = self._scans(batch, Path(scratch), forget)
            has_ids = self._has_ids([scan.layout for scan in scans])
            job = self._job(self.rollup.text("read"), scans, has_ids, compared)
            rows = self.engine.run(job, folder)
            is_json = rows.suffix != ".parquet"
            spans = self.state.spans(rows, is_json)
            own = {number for number, _, _ in batch.files}
            broken = {file: count for file, count in read_broken(folder / BROKEN_FILE).items() if file in own}
            self._commit(batch, rows, broken, forget, spans)

    def _commit(
        self,
        batch: Batch,
        rows: Path | None,
        broken: dict[int, int],
        forget: list[int],
        spans: dict[int, tuple[int, int]],
    ) -> None:
        read = []
        for number, file, content in batch.files:
            first, last = spans.get(number, (None, None))
            known = Known(number, file.path, file.size, file.modified, content, "", first, last)
            read.append(replace(known, fingerprint=fingerprint(self.rollup, known)))
        self.state.commit(read, rows, broken, forget, self.plan.run)
        self.plan.took_in = True

    def _has_ids(self, layouts: Sequence[Layout]) -> bool:
        theirs = self.rollup.called.get("id")
        return self.rollup.finds_doubled and any(theirs in dict(layout.columns) for layout in layouts)

    def _job(self, name: str, scans: tuple[Scan, ...], has_ids: bool, compared: SmallTable) -> Job:
        layouts = [scan.layout for scan in scans]
        tables = dict(self.rollup.read_tables)
        if has_ids:
            tables["compared"] = compared
        tree = chained(name, self.rollup.columns, self.rollup.called, layouts, has_ids)
        asked = {*query(name).parameters, *query("rollups/refused").parameters}
        values = {key: value for key, value in self.rollup.read_values.items() if key in asked}
        return Job(tree, scans, tables, values)

    def _scans(self, batch: Batch, scratch: Path, forget: list[int]) -> tuple[tuple[Scan, ...], SmallTable]:
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
        rows = self.engine.run(self._job("rollups/hours", (own,), False, SmallTable(COMPARED)), folder)
        hours = sorted(_hours(rows))
        if not hours:
            return (own,), SmallTable(COMPARED)
        there = {file.path: file for file in self.plan.listed}
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
            by_layout.setdefault(self.plan.layouts.of(file), []).append((known.file, known.path))
            compared.append((known.file, first, last))
        scans = [Scan(layout, tuple(files)) for layout, files in by_layout.items()]
        return (own, *scans), SmallTable(COMPARED, compared)


def _hours(rows: Path) -> list[int]:
    if rows.suffix == ".parquet":
        return [hour for hour in pq.read_table(rows)["hour"].to_pylist() if hour is not None]
    with rows.open(encoding="utf-8") as lines:
        return [json.loads(line)["hour"] for line in lines]
