"""The export of a roll-up: written when anything that it is made of has changed."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reliability import __version__
from reliability.queries import query
from reliability.rollups.definitions import Rollup
from reliability.rollups.state import State


def place_of(to: Path, folder: Path) -> str:
    """An export as seen from the state: the same in a copied data folder."""
    return Path(os.path.relpath(to.resolve(), folder.resolve())).as_posix()


def written(rollup: Rollup, state: State, to: Path) -> dict[str, Any]:
    """Write the export, unless it is there and nothing that it is made of has changed; returns what is said of it."""
    made_of = [
        __version__,
        place_of(to, state.folder),
        [asdict(known) for known in state.files()],
        {name: [list(row) for row in table.rows] for name, table in rollup.judge_tables.items()},
        dict(rollup.write_values),
        [query(name).sql for name in (rollup.text("judge"), rollup.text("write"), "rollups/explained")],
    ]
    signature = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()
    if to.exists() and (said := state.said_of(signature)) is not None:
        return said
    state.judge(rollup.judge_tables)
    state.set_target(place_of(to, state.folder))
    rows_written = state.write(rollup.write_values, to)
    counted, left_out = state.accounting()
    said = {"rows_written": rows_written, "counted": counted, "left_out": left_out}
    state.note(signature, said)
    return said
