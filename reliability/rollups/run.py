"""Roll up a raw log: read what is new, a batch at a time, and write the export."""

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from reliability.errors import RollupError
from reliability.rollups.definitions import Rollup
from reliability.rollups.export import place_of, written
from reliability.rollups.files import log_files
from reliability.rollups.model import Engine, LogFile
from reliability.rollups.plan import Plan
from reliability.rollups.reader import Reader
from reliability.rollups.report import RollupReport
from reliability.rollups.state import State

BATCH_MB = 2048
"""What is committed at a time, in megabytes of files: a killed run reads at most so much again."""

Progress = Callable[[str, float], None]


def roll_up(
    rollup: Rollup,
    source: str,
    to: Path,
    folder: Path,
    engine: Engine,
    *,
    listed: Sequence[LogFile] | None = None,
    batch_mb: float = BATCH_MB,
    progress: Progress | None = None,
    changing: Callable[[], object] | None = None,
) -> RollupReport:
    """Bring the export `to` up to date with the log at `source`. folder: where the state of this roll-up is kept.

    listed: the files of the log, where they are known already; none where only what was read before is to be written.
    changing: called once before anything is read, and only when something new is; what it raises stops the run.
    Files that were read before and have not changed are not read again. Raises RollupError with what to do.
    """
    tell = progress or (lambda _what, _share: None)
    listed = log_files(source) if listed is None else listed
    state = State(folder, rollup.name)
    try:
        if to.exists() and state.target() != place_of(to, folder):
            raise RollupError(
                "it was not written by this roll-up", str(to), "Name another file with --to, or move it away."
            )
        run = state.begin_run()
        plan = Plan(rollup, state, listed, run)
        reader = Reader(plan, engine)
        batches = list(plan.batches(batch_mb))
        if changing is not None and (batches or not to.exists()):
            changing()
        if batches:
            with engine:
                for number, batch in enumerate(batches):
                    tell("Reading", number / len(batches))
                    reader.read(batch)
        tell("Writing", 0.98)
        said = written(rollup, state, to)
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
            not_compared=len(reader.not_compared),
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
