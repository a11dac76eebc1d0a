"""What a roll-up remembers: which files it read, and what each of them said. One DuckDB file, one transaction a batch.

A run that is killed leaves what it had committed: the next one goes on from there, and nothing is counted twice.
"""

import json
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import RollupError
from reliability.queries import query
from reliability.rollups.model import BROKEN, SAME_FILE, SmallTable
from reliability.rollups.small_tables import create

FILE = "state.duckdb"
SCRATCH = ".batch-"
"""How the folders that a batch is read into begin."""

_LAYOUT = 1
_DRAFT = ".new-"
_ROOM = "Check the free space and the folder's permissions, then run it again."
_DAMAGED = "If the disk is sound, remove it and the roll-up's export, and roll up again from the logs."


@dataclass(frozen=True)
class Known:
    """A file that was read. fingerprint: of the settings it was read under. same_as: the file it repeats, or None."""

    file: int
    path: str
    size: int
    modified: float
    digest: str
    fingerprint: str
    oldest: int | None
    newest: int | None
    same_as: int | None = None


class State:
    """The state in `folder`, held open by one run at a time."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / FILE).exists():
                self._make()
            self._open(folder / FILE)
        except (OSError, duckdb.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            what = f"it cannot be written ({reason or str(error).splitlines()[0]})"
            raise RollupError(what, str(folder), _ROOM) from error
        # Nobody else is here: what a killed run had begun is of no use.
        for scratch in folder.glob(f"{SCRATCH}*"):
            shutil.rmtree(scratch, ignore_errors=True)
        for draft in folder.glob(f"{_DRAFT}*"):
            draft.unlink(missing_ok=True)

    def _make(self) -> None:
        """Make an empty state under another name, so that one that a full disk stopped is not taken for a state."""
        draft = self.folder / f"{_DRAFT}{os.getpid()}"
        draft.unlink(missing_ok=True)
        try:
            self._open(draft)
            self.close()
            with suppress(FileExistsError):  # another run was quicker: its state is the one
                os.link(draft, self.folder / FILE)
        finally:
            draft.unlink(missing_ok=True)
            draft.with_name(f"{draft.name}.wal").unlink(missing_ok=True)

    def _open(self, path: Path) -> None:
        try:
            self.con = duckdb.connect(str(path))
        except duckdb.IOException as error:
            said = str(error).splitlines()[0]
            if "lock" in said:
                remedy = "Wait until it is done, then run it again."
                raise RollupError("another roll-up is writing there", str(self.folder), remedy) from error
            raise RollupError(said, str(self.folder), _DAMAGED) from error
        try:
            self.con.execute("set TimeZone = 'UTC'")
            self._create()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let another run have it."""
        self.con.close()

    def _create(self) -> None:
        partial = query(f"rollups/{self.name}/read").columns
        columns = ", ".join(f'"{column}" {kind}' for column, kind in partial.items())
        self.con.execute("begin")
        self.con.execute(
            "create table if not exists about "
            "(layout bigint, target varchar, runs bigint, written varchar, said varchar)"
        )
        self.con.execute(
            "create table if not exists files (file bigint, path varchar, size bigint, modified double, "
            "digest varchar, fingerprint varchar, oldest bigint, newest bigint, same_as bigint, run bigint)"
        )
        self.con.execute(f"create table if not exists partial ({columns})")
        if self.con.execute("select count(*) from about").fetchone() != (1,):
            self.con.execute("insert into about values (?, null, 0, null, null)", [_LAYOUT])
        self.con.execute("commit")
        found = self.con.execute("select layout from about").fetchone()
        names = [row[0] for row in self.con.execute("select column_name from (describe partial)").fetchall()]
        if found != (_LAYOUT,) or names != list(partial):
            self.close()
            raise RollupError(
                "it was written by another version of this program",
                str(self.folder),
                "Remove it and the roll-up's export, and roll up again from the logs.",
            )

    def begin_run(self) -> int:
        """The number of this run."""
        self.con.execute("update about set runs = runs + 1")
        return self._one("select runs from about")

    def target(self) -> str | None:
        """The file that this roll-up writes, None before it ever did."""
        return self._one("select target from about")

    def set_target(self, path: str) -> None:
        """Note what file is this roll-up's, before it is written."""
        self.con.execute("update about set target = ?, written = null", [path])

    def said_of(self, signature: str) -> dict[str, Any] | None:
        """What was noted when an export of this signature was written, if it is the newest one."""
        found = self.con.execute("select said from about where written = ?", [signature]).fetchone()
        return json.loads(found[0]) if found else None

    def note(self, signature: str, said: Mapping[str, Any]) -> None:
        """Note that the export is written, and what is to be said of it."""
        self.con.execute("update about set written = ?, said = ?", [signature, json.dumps(said)])

    def files(self) -> list[Known]:
        """Every file that was read, in the order of reading."""
        rows = self.con.execute(
            "select file, path, size, modified, digest, fingerprint, oldest, newest, same_as from files order by file"
        ).fetchall()
        return [Known(*row) for row in rows]

    def rename(self, file: int, path: str, size: int, modified: float) -> None:
        """A file is now called otherwise."""
        self.con.execute(
            "update files set path = ?, size = ?, modified = ? where file = ?", [path, size, modified, file]
        )

    def commit(
        self,
        read: Sequence[Known],
        rows: Path | None,
        broken: Mapping[int, int],
        forget: Iterable[int],
        run: int,
    ) -> None:
        """Take in what was read of some files, and forget what others said, as one step."""
        gone = list(forget)
        self.con.execute("begin")
        try:
            if gone:
                self.con.execute("delete from partial where list_contains(?, file)", [gone])
                self.con.execute("delete from files where list_contains(?, file)", [gone])
            for known in read:
                self.con.execute(
                    "insert into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        *(
                            known.file,
                            known.path,
                            known.size,
                            known.modified,
                            known.digest,
                            known.fingerprint,
                        ),
                        *(known.oldest, known.newest, known.same_as, run),
                    ],
                )
            if rows is not None:
                self._take_in(rows)
            if broken:
                self.con.executemany(
                    "insert into partial by name select ? as file, ? as left_out, ? as rows",
                    [(file, BROKEN, count) for file, count in broken.items()],
                )
            self.con.execute("commit")
        except duckdb.Error:
            self.con.execute("rollback")
            raise

    def _take_in(self, rows: Path) -> None:
        partial = query(f"rollups/{self.name}/read").columns
        if rows.suffix == ".parquet":
            self.con.execute("insert into partial by name from read_parquet($path)", {"path": str(rows)})
            return
        types = {column: kind.upper() for column, kind in partial.items()}
        self.con.execute(
            "insert into partial by name from read_json($path, format = 'newline_delimited', columns = $types)",
            {"path": str(rows), "types": types},
        )

    def spans(self, rows: Path, is_json: bool) -> dict[int, tuple[int, int]]:
        """The first and last second of every file in the rows of a job."""
        types = "{'file': 'BIGINT', 'oldest': 'BIGINT', 'newest': 'BIGINT', 'left_out': 'VARCHAR'}"
        lines = f"read_json($path, format = 'newline_delimited', columns = {types})"
        reader = lines if is_json else "read_parquet($path)"
        found = self.con.execute(
            f"select file, min(oldest), max(newest) from {reader} where left_out is null group by file",
            {"path": str(rows)},
        ).fetchall()
        return {file: (first, last) for file, first, last in found}

    def judge(self, tables: Mapping[str, SmallTable]) -> None:
        """Make the table `judged` from what was read."""
        for name, table in tables.items():
            create(self.con, name, table)
        text = query(f"rollups/{self.name}/judge").sql
        given = "files as (from received_files)"
        if "words" in tables:
            given += f", explained as ({query('rollups/explained').sql})"
        # When each file was received, as the texts ask for it. A time that lies before most of the file's rows is not
        # that of its reception: copies and images may carry any.
        self.con.execute(
            """
            create or replace temp view received_files as
            select
                files.file,
                case
                    when
                        2 * coalesce(sum(partial.rows) filter (where partial.oldest > files.modified), 0)
                        <= coalesce(sum(partial.rows), 0)
                        then ceil(any_value(files.modified))::bigint
                end as received,
            from files
            left join partial on files.file = partial.file and partial.left_out is null
            group by files.file
            """
        )
        self.con.execute(f"create or replace temp table judged as with {given} select * from ({text})")

    def accounting(self, run: int | None = None) -> tuple[int, dict[str, int]]:
        """(rows counted, rows left out by reason) of a run, or of everything that was read."""
        rows = self.con.execute(
            """
            with said as (
                select files.file, files.run, judged.left_out, judged.rows,
                from files inner join judged on judged.file = files.file
                union all
                select files.file, files.run, $same as left_out, sum(judged.rows) as rows,
                from files inner join judged on judged.file = files.same_as
                group by all
            )
            select left_out, sum(rows)::bigint from said where $run is null or run = $run group by all order by all
            """,
            {"run": run, "same": SAME_FILE},
        ).fetchall()
        counted = sum(count for reason, count in rows if reason is None)
        return counted, {reason: count for reason, count in rows if reason is not None}

    def write(self, values: Mapping[str, Any], to: Path) -> int:
        """Write the export again beside its place, then move it there; returns its rows."""
        text = query(f"rollups/{self.name}/write").sql
        name = to.name.lower()
        partly = to.with_name(f".{to.name}.partly")
        options = "format parquet" if name.endswith(".parquet") else "format csv, header"
        if name.endswith(".gz"):
            options += ", compression gzip"
        elif name.endswith(".zst"):
            options += ", compression zstd"
        try:
            to.parent.mkdir(parents=True, exist_ok=True)
            self.con.execute(f"create or replace temp table written as {text}", dict(values))
            self.con.execute(f"copy written to $path ({options})", {"path": str(partly)})
            partly.replace(to)
        finally:
            partly.unlink(missing_ok=True)
        return self._one("select count(*) from written")

    def _one(self, text: str) -> Any:
        found = self.con.execute(text).fetchone()
        assert found is not None
        return found[0]


def read_broken(path: Path) -> dict[int, int]:
    """File -> lines that the engine could not read."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").split()
    numbers = [json.loads(word) for word in lines]
    return dict(zip(numbers[::2], numbers[1::2], strict=True))
