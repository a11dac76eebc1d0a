"""The SQL of a drawer: the values printed below a query are SQL, and with them it answers what the drawer shows."""

import html
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reliability.model import Filters
from reliability.queries import query
from reliability.queries.literals import literal
from reliability.settings.periods import quarter
from reliability.ui import drawer
from reliability.ui.plot import Clicked
from reliability.ui.view import View
from reliability.warehouse.workspace import open_workspace

CODES = re.compile(r"<td><code>(.*?)</code></td><td><code>(.*?)</code></td>")


@pytest.fixture
def view(sample_dir: Path) -> View:
    workspace = open_workspace(sample_dir)
    filters = Filters(services=("identity", "checkout"), severities=(1,))
    return View(workspace, quarter("2025-Q3", workspace.settings, workspace.as_of), "previous", filters)


def pasted(con: duckdb.DuckDBPyConnection, sql: str, printed: str) -> list[dict[str, Any]]:
    """Run a query with the values that stand in the printed table, as a person would who copies them."""
    values = ", ".join(
        f'"{html.unescape(name).removeprefix("$")}" := {html.unescape(value)}'
        for name, value in CODES.findall(printed)
    )
    con.execute(f"prepare pasted as {sql.strip().rstrip(';')}")
    answer = con.execute(f"execute pasted({values})")
    names = [column[0] for column in answer.description]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    con.execute("deallocate pasted")
    return rows


@pytest.mark.parametrize(
    "name",
    [
        "kpis/p1_incidents",
        "kpis/time_to_recover_median",
        "kpis/availability",
        "rows/p1_incidents",
        "charts/signoff_monthly",
    ],
)
def test_the_printed_values_run_and_answer_what_is_shown(name: str, view: View) -> None:
    shown = view.scope.run(name).rows
    assert any(value not in (None, 0) for row in shown for value in row.values())
    printed = drawer.parameter_table(query(name), view.scope.parameters())
    with view.store._cursor() as con:
        assert pasted(con, query(name).sql, printed) == shown


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 99.95, "it's", datetime(2025, 7, 1, 22, tzinfo=UTC), date(2025, 7, 1), ["a", "b"],
     [{"id": 0, "end": datetime(2025, 10, 1, tzinfo=UTC)}]],
)  # fmt: skip
def test_a_value_written_as_sql_is_read_back(value: Any) -> None:
    with duckdb.connect() as con:
        con.execute("load icu; set TimeZone = 'UTC'")
        assert con.execute(f"select {literal(value)}").fetchone() == (value,)


def test_the_sql_behind_a_point_is_asked_about_its_own_step(open_page) -> None:
    app = open_page("incidents", quarter="2025-Q3")
    app.session_state["_clicked"] = Clicked(
        "incidents_weekly", "2025-08-03T22:00:00+00:00", "2025-08-10T22:00:00+00:00", ""
    )
    app.run()
    assert not app.exception
    shown = [html.unescape(str(element.proto.body)) for element in app.get("html")]
    (values,) = [dict(CODES.findall(body)) for body in shown if "$windows" in body]
    assert values["$windows"].startswith(
        "[{'id': 0, 'start': '2025-08-03 22:00:00+00:00'::timestamptz, 'end': '2025-08-10 22:00:00+00:00'::timestamptz"
    )
