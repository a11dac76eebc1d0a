"""Roll-ups: raw logs of any size to exports, on the engine that is there."""

from reliability.rollups.definitions import FILES, NAMES, Rollup, rollup
from reliability.rollups.run import BATCH_MB, RollupReport, roll_up

__all__ = ["BATCH_MB", "FILES", "NAMES", "Rollup", "RollupReport", "roll_up", "rollup"]
