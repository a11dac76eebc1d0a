"""The statement of a roll-up as a person may read it, or run it elsewhere."""

from sqlglot.errors import UnsupportedError

from reliability.errors import RollupError
from reliability.rollups.definitions import Rollup
from reliability.rollups.model import NUMBERS, PARQUET, TEXTS, TIMESTAMPS, Layout
from reliability.rollups.text import TESTED, chained, written

_USUAL = {"instant": TIMESTAMPS, "text": TEXTS, "whole": NUMBERS, "measure": NUMBERS}


def text_for(rollup: Rollup, dialect: str) -> str:
    """The statement that reads typed rows (`raw_0`) in a dialect, with a note where no test runs that dialect."""
    layout = Layout(PARQUET, tuple((rollup.called[c.name], _USUAL[c.kind]) for c in rollup.columns))
    has_ids = "id" in rollup.called
    tree = chained(rollup.text("read"), rollup.columns, rollup.called, [layout], has_ids)
    try:
        text = written(tree, dialect)
    except UnsupportedError as error:
        raise RollupError(str(error), dialect, "Use another dialect.") from error
    note = "" if dialect in TESTED else f"-- Untested: no test runs this on {dialect}.\n"
    return note + text
