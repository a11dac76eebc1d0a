"""How the files of a log are written, each looked at once."""

from reliability.errors import RollupError
from reliability.rollups.definitions import Rollup
from reliability.rollups.files import layout_of
from reliability.rollups.model import CSV, PARQUET, Layout, LogFile
from reliability.rollups.text import is_readable


class Layouts:
    """The layouts of a log's files, checked against what a roll-up asks for."""

    def __init__(self, rollup: Rollup) -> None:
        self._rollup = rollup
        self._found: dict[str, Layout] = {}

    def of(self, file: LogFile) -> Layout:
        """Return how a file is written. Raises RollupError when a column is missing or cannot be read."""
        if file.path not in self._found:
            self._found[file.path] = self._checked(file)
        return self._found[file.path]

    def _checked(self, file: LogFile) -> Layout:
        """How a file is written, with the columns that are asked for alone. Raises RollupError when one is missing."""
        rollup = self._rollup
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
                what = f"the column '{theirs}' contains {kinds[theirs].replace('_', ' ')}"
                raise RollupError(what, file.path, f"Name another one for {column.name}.")
        if layout.format == CSV:
            return layout
        asked = {rollup.called[column.name] for column in rollup.columns}
        return Layout(layout.format, tuple(pair for pair in layout.columns if pair[0] in asked))
