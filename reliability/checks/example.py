"""The example of a header runs as an analyst pastes it: `prepare pasted as FILE; execute pasted(EXAMPLE);`."""

import re
from collections.abc import Iterator

import duckdb

from reliability.checks.problem import problem
from reliability.checks.trial import Trial
from reliability.errors import QueryError
from reliability.queries import Query

_GIVEN = re.compile(r"(\w+) := ")


def check_example(query: Query, trial: Trial) -> Iterator[QueryError]:
    """Yield what keeps the example from running; nothing for a query without one."""
    example = query.header.get("example")
    if not example:
        return
    given = set(_GIVEN.findall(example))
    for name in sorted(set(query.parameters) ^ given):
        what = (
            f"does not give ${name}"
            if name in query.parameters
            else f"gives ${name}, which the SQL does not use"
        )
        remedy = f"Add '{name} := ...'." if name in query.parameters else "Remove it."
        yield problem(query, "example", what, remedy)
        return
    # What the shell reads; nothing here comes from outside the query's own file.
    try:
        trial.connection.execute(f"prepare pasted as {query.sql}")
        trial.connection.execute(f"execute pasted({example})").fetchall()
    except duckdb.Error as error:
        said = str(error).splitlines()[0].rstrip(".")
        yield problem(query, "example", f"cannot be pasted: {said}", "Correct the example.")
    finally:
        trial.connection.execute("deallocate pasted") if _is_prepared(trial) else None


def _is_prepared(trial: Trial) -> bool:
    asked = "select count(*) from duckdb_prepared_statements() where name = 'pasted'"
    return trial.connection.execute(asked).fetchone() == (1,)
