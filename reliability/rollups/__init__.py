"""Roll-ups: raw logs of any size to exports, on the engine that is there."""

from reliability.rollups.configured import (
    export_path,
    has_logs,
    missing_logs,
    roll_up_configured,
    state_folder,
)
from reliability.rollups.definitions import NAMES, Rollup, rollup
from reliability.rollups.run import BATCH_MB, RollupReport, roll_up

__all__ = [
    "BATCH_MB",
    "NAMES",
    "Rollup",
    "RollupReport",
    "export_path",
    "has_logs",
    "missing_logs",
    "roll_up",
    "roll_up_configured",
    "rollup",
    "state_folder",
]
