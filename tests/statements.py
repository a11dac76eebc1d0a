"""Count the SQL statements that pages run, whatever object runs them: the database's own connections are watched.

python -m benchmarks.statements      # prints what tests/test_visit_statements.py holds
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from reliability.repeats.prepared import prepare
from reliability.serve.server import SHELL
from reliability.ui.navigation import FOLDER, SECTIONS
from reliability.warehouse.workspace import open_workspace

_TITLE = "-- title:"
# Pages that ask for more than a handful of figures under the filters.
_FILTERED = ("incidents", "chronic_issues", "customers", "work")


class Watched:
    """A DuckDB connection, or a cursor of it, that notes every text it is asked to run; otherwise it is the same."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, asked: list[str]) -> None:
        self._connection = connection
        self._asked = asked

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> "Watched":
        """Return another cursor, watched too."""
        return Watched(self._connection.cursor(), self._asked)

    def execute(self, statement: Any, *values: Any, **named: Any) -> "Watched":
        """Note the text, then run it."""
        self._note(statement)
        self._connection.execute(statement, *values, **named)
        return self

    def sql(self, statement: Any, **named: Any) -> Any:
        """Note the text, then run it."""
        self._note(statement)
        return self._connection.sql(statement, **named)

    def __enter__(self) -> "Watched":
        self._connection.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._connection.__exit__(*raised)

    def _note(self, statement: Any) -> None:
        self._asked.append(statement.query if isinstance(statement, duckdb.Statement) else statement)


class Statements:
    """What was run since the last `take`. Settings of a connection are not counted: they ask for nothing."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def take(self) -> Counter[str]:
        """Return how often each statement was run, by its title (or its first line), and begin again."""
        found, self.asked[:] = list(self.asked), []
        return Counter(_name(text) for text in found if not text.lstrip().startswith("set "))


@contextmanager
def counted() -> Iterator[Statements]:
    """Watch every connection opened inside the block; Streamlit's caches are emptied first, and afterwards.

    What is open already stays unwatched: look at a data folder that this process has not opened before.
    """
    import streamlit as st

    statements = Statements()
    connect = duckdb.connect

    def watched(*given: Any, **named: Any) -> Any:
        return Watched(connect(*given, **named), statements.asked)

    def forget() -> None:
        st.cache_data.clear()
        st.cache_resource.clear()

    forget()
    duckdb.connect = watched
    try:
        yield statements
    finally:
        duckdb.connect = connect
        forget()


def survey() -> dict[str, Counter[str]]:
    """Return what preparing suggestions runs, and each step of a visit: the first review, other choices on it, then every page for the first time, some with a filter after that.

    RELIABILITY_DATA must name a built data folder that this process has not opened before.
    Raises AssertionError when a page shows an exception.
    """
    found = {}
    with counted() as statements:
        found["suggestions, once a version"] = _prepared(statements)
        app = visitor()
        found["first review"] = run(app, statements)
        found["the same again"] = run(app, statements)
        choose(app, "quarter", 1)
        found["another quarter"] = run(app, statements)
        choose(app, "compare", 1)
        found["another comparison"] = run(app, statements)
        choose(app, "service", 0)
        found["another filter"] = run(app, statements)
        for script in SCRIPTS[1:]:
            app = visitor()
            run(app, statements)
            go(app, script)
            found[f"page {script}"] = run(app, statements)
            if script in _FILTERED:
                choose(app, "service", 1)
                found[f"page {script}, another filter"] = run(app, statements)
    return found


def _prepared(statements: Statements) -> Counter[str]:
    workspace = open_workspace(Path(os.environ["RELIABILITY_DATA"]))
    try:
        prepare(workspace)
        return statements.take()
    finally:
        workspace.store.close()


SCRIPTS = tuple(
    entry.script
    for entries in SECTIONS.values()
    for entry in entries
    if (FOLDER / f"{entry.script}.py").exists()
)


def visitor(seconds: float = 120) -> Any:
    """Return a visitor who has not seen anything yet: Streamlit's AppTest, with so many seconds for a page."""
    from streamlit.testing.v1 import AppTest

    return AppTest.from_file(str(SHELL), default_timeout=seconds)


def run(app: Any, statements: Statements) -> Counter[str]:
    """Run the page as chosen and return what that asked. Raises AssertionError when it shows an exception."""
    statements.take()
    app.run()
    assert app.main.children and not app.exception, [error.value for error in app.exception]
    return statements.take()


def choose(app: Any, key: str, index: int) -> None:
    """Choose an option of one of the filters on top; only the next run of the page sees it."""
    chooser = next(box for box in [*app.selectbox, *app.multiselect] if box.key == key)
    option = chooser.options[index]
    chooser.set_value([option] if hasattr(chooser, "unselect") else option)


def go(app: Any, script: str) -> None:
    """Turn to a page by the name of its script; only the next run shows it."""
    app.switch_page(os.path.relpath(FOLDER / f"{script}.py", SHELL.parent))


def _name(text: str) -> str:
    for line in text.splitlines():
        if line.startswith(_TITLE):
            return line.removeprefix(_TITLE).strip()
    return text.strip().splitlines()[0]
