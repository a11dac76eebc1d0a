"""Checks of one query: each finds what it is for, says where and what to do, and finds nothing in the project's own."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lifelines import KaplanMeierFitter

from reliability.checks import answering, on_trial
from reliability.checks.adding_up import added_up
from reliability.cli.main import main
from reliability.errors import QueryError
from reliability.queries import FOLDER, Query, Store, read_query
from reliability.settings.loading import parse_settings
from tests.conftest import ROOT
from tests.organisation_by_hand import CORE, organisation
from tests.warehouse_by_hand import by_hand, instant

P1S = (FOLDER / "kpis" / "p1_incidents.sql").read_text(encoding="utf-8")
HOURS = (FOLDER / "charts" / "incidents_by_hour.sql").read_text(encoding="utf-8")

Check = Callable[[Query], list[QueryError]]


@pytest.fixture(scope="module")
def check(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Check]:
    """Check a query on the untidy organisation; each module opens its warehouses once."""
    said = {"incidents": {"core_services": CORE}, "organisation": {"time_zone": "Europe/Berlin"}}
    settings, _ = parse_settings(said)
    with (
        by_hand(tmp_path_factory.mktemp("checked"), {"core_services": CORE}, **organisation()) as store,
        on_trial(store, settings, instant("2025-09-28")) as checked,
    ):
        yield checked


@pytest.fixture(scope="module")
def check_sample(store: Store) -> Iterator[Check]:
    settings, _ = parse_settings({"organisation": {"time_zone": "Europe/Berlin"}})
    with on_trial(store, settings, instant("2025-11-17 08:00")) as checked:
        yield checked


def changed(tmp_path: Path, name: str, text: str) -> Query:
    path = tmp_path / f"{name}.sql"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return read_query(path, tmp_path)


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) >= 1, old
    return text.replace(old, new)


@pytest.mark.slow
@pytest.mark.parametrize("asked", answering(), ids=lambda asked: asked.name)
def test_every_query_of_the_project_is_sound(asked: Query, check: Check) -> None:
    assert [str(problem) for problem in check(asked)] == []


@pytest.mark.parametrize(
    "asked", [query for query in answering() if query.name.startswith("kpis/")], ids=lambda asked: asked.name
)
def test_every_figure_is_sound_on_the_sample(asked: Query, check_sample: Check) -> None:
    assert [str(problem) for problem in check_sample(asked)] == []


VALUE = """case
        when counted.severity_unknown = counted.incidents then null
        when asked.covered then coalesce(counted.p1, 0)
    end::double as value"""
BAD = {
    "a header key that is missing": (
        ("-- grain: one row per window\n", ""),
        "line 1: the header does not say 'grain'. Add '-- grain: ...'.",
    ),
    "a word that is none": (
        ("-- adds up: sum", "-- adds up: summ"),
        "line 18: adds up is 'summ'. Did you mean 'sum'?",
    ),
    "rows that are none": (
        ("rows/p1_incidents", "rows/p1_incident"),
        "line 17: there is no query 'rows/p1_incident'. Did you mean 'rows/p1_incidents'?",
    ),
    "a type that is another": (
        (" as by_last_severity,\n    coalesce", "::double as by_last_severity,\n    coalesce"),
        "line 29: 'by_last_severity' is double, not bigint as declared. Cast it: ::bigint.",
    ),
    "a column that nobody declared": (
        ("    asked.partial,\n", "    asked.partial,\n    1::bigint as extra,\n"),
        "line 29: returns 'extra', which the header does not declare. Add 'extra bigint' to '-- columns:', or do not "
        "return it.",
    ),
    "a column that is not there": (
        ("    asked.partial,\n", ""),
        "line 29: does not return 'partial', which the header declares. Return it, or take 'partial' out of "
        "'-- columns:'.",
    ),
    "zero where nothing is known": (
        (VALUE, "coalesce(counted.p1, 0)::double as value"),
        "line 32: returns a value where there is no data at all: that would read as a measured 0. Return NULL, or no "
        "row, unless `covered` (windows_of) or covers() says that something is known.",
    ),
    "a window without a row": (
        ("left join counted", "inner join counted"),
        "line 7: asked about windows 1 and 2 it returns rows for none (on your warehouse, a quarter long before any "
        "data). Begin with windows_of and left join what is counted: one row a window, in order of window_id.",
    ),
    "windows in another order": (
        ("order by asked.window_id", "order by asked.window_id desc"),
        "line 7: asked about windows 1 and 2 it returns rows for [2, 1] (on your warehouse, the last whole quarter). "
        "Begin with windows_of and left join what is counted: one row a window, in order of window_id.",
    ),
    "a count that is NULL": (
        ("coalesce(counted.still_open, 0)::bigint as open", "counted.still_open::bigint as open"),
        "line 29: 'open' is NULL (on your warehouse, the last year, filtered). coalesce(open, 0).",
    ),
    "what breaks on missing values": (
        (
            "    asked.partial,\n",
            "    if((select bool_and(status is null) from incidents), error('no status'), asked.partial) as partial,\n",
        ),
        ": Invalid Input Error: no status (on rows without optional values, the last whole quarter). Fix the query.",
    ),
    "a name that DuckDB does not know": (
        ("    group by window_id", "    group by windowid"),
        'line 50: Binder Error: Referenced column "windowid" not found in FROM clause! (on your warehouse, the last '
        "whole quarter). Fix the query.",
    ),
    "rows that do not add up": (
        (
            "sum(n) filter (where severity_counted = 1) as p1",
            "2 * sum(n) filter (where severity_counted = 1) as p1",
        ),
        "line 18: the value is 92, its rows add up to 46 (on your warehouse, the last whole quarter). Make the figure and "
        "rows/p1_incidents count the same records, or let 'adds up' say how these make the value.",
    ),
    "records left out in silence": (
        ("sum(n) filter (where severity_counted is null) as severity_unknown", "0 as severity_unknown"),
        "line 17: its rows leave out 12 as 'severity unknown', the figure 0 (on your warehouse, the last whole quarter). "
        "Count them as left_out_severity_unknown.",
    ),
    "an example without a value": (
        ("services := null, teams := null", "services := null"),
        "line 25: does not give $teams. Add 'teams := ...'.",
    ),
    "an example that is none": (
        ("services := null", "services := nulls"),
        "line 25: cannot be pasted: Invalid Input Error: Only scalar parameters, named parameters or NULL supported for "
        "EXECUTE. Correct the example.",
    ),
}


@pytest.mark.parametrize(("change", "said"), BAD.values(), ids=BAD)
def test_what_is_wrong_with_a_figure_is_said_with_its_line_and_remedy(
    change: tuple[str, str], said: str, check: Check, tmp_path: Path
) -> None:
    asked = changed(tmp_path, "kpis/p1_incidents", replaced(P1S, *change))
    found = [str(problem) for problem in check(asked)]
    where = "queries/kpis/p1_incidents.sql"
    assert (f"{where}{said}" if said.startswith(":") else f"{where}, {said}") in found


def test_keys_that_are_missing_are_all_named_at_once_and_rows_are_not_added_up_in_a_way_nobody_named(
    check: Check, tmp_path: Path
) -> None:
    text = replaced(replaced(P1S, "-- adds up: sum\n", ""), "-- better: lower\n", "")
    where = "queries/kpis/p1_incidents.sql, line 1"
    assert [str(problem) for problem in check(changed(tmp_path, "kpis/p1_incidents", text))] == [
        f"{where}: the header does not say 'adds up'. Add '-- adds up: ...'.",
        f"{where}: the header does not say 'better'. Add '-- better: ...'.",
    ]


def test_a_chart_shows_nothing_where_nothing_is_known(check: Check, tmp_path: Path) -> None:
    bad = replaced(HOURS, "where covers('incidents', $start, $end, $as_of)\n", "")
    (found,) = check(changed(tmp_path, "charts/incidents_by_hour", bad.replace("$end,", "$end,")))
    assert "returns a value where there is no data at all" in str(found)


GATE = """-- title: Signed
-- definition: Somebody signed.
-- grain: one row per failing change
-- resolver: anybody
-- default: warn
-- params: as_of timestamptz, change_ids varchar[]
-- fails unsigned: Nobody signed it.
-- columns: change_id varchar, verdict varchar, service varchar
select
    change_id::varchar as change_id,
    'unsigned'::varchar as verdict,
    service::varchar as service,
from changes_at($as_of, $change_ids)
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("'unsigned'", "'unsigned'", None),
        ("'unsigned'", "'signed'", "returns the verdict 'signed'"),
        ("$as_of, $change_ids)\n", "$as_of, $change_ids) where $least > 1\n", "nothing gives $least"),
        ("change_id::varchar as", "null::varchar as", "returns a row without a change"),
        ("Nobody signed it", "Nobody signed {it}",
         "'fails unsigned' cannot be said: 'it' is not a part; there are as_of, change_ids, change_id, verdict, service"),
        ("from changes_at($as_of, $change_ids)", "from (select 'X' as change_id, $as_of, $change_ids, '' as service)",
         "returns 1 rows where there is no data at all"),
    ],
)  # fmt: skip
def test_a_gate_says_which_change_why_and_who(
    old: str, new: str, said: str | None, check: Check, tmp_path: Path
) -> None:
    text = replaced(GATE, old, new)
    if "$least" in text:
        text = replaced(text, "change_ids varchar[]", "change_ids varchar[], least double")
    found = [problem.what for problem in check(changed(tmp_path, "gates/signed", text))]
    assert [what.partition(" (on ")[0] for what in found] == ([said] if said else [])


def test_rows_say_where_each_record_comes_from(check: Check, tmp_path: Path) -> None:
    text = "-- title: x\n-- definition: x\n-- grain: x\n-- columns: n bigint\nselect 1::bigint as n\n"
    found = [problem.what for problem in check(changed(tmp_path, "rows/x", text))]
    assert found == [
        "does not say where each record comes from",
        "has no column 'left_out varchar'",
        "returns 1 rows where there is no data at all",
    ]


def test_the_share_that_held_is_that_of_another_library() -> None:
    """The reference that figures are held to, against lifelines: endings of all ages, some of them come back."""
    days, came_back = (
        [3.0, 10, 25, 89, 89, 90, 120, 200],
        [True, False, True, False, True, True, False, False],
    )
    rows = [{"contributes": d, "came_back": c} for d, c in zip(days, came_back, strict=True)]
    expected = float(KaplanMeierFitter().fit(days, came_back).predict(90 - 1e-6))
    assert added_up("held", rows, {"ended_after_days": 90}) == pytest.approx(expected)
    assert added_up("held", rows[:4], {"ended_after_days": 90}) is None


def test_one_query_is_checked_by_its_name_or_its_file(
    sample_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("kpis/nps", "queries/kpis/nps.sql"):
        assert main(["check", name, "--data", str(sample_dir)]) == 0
        assert capsys.readouterr().out == "no problems found\n"


def test_one_query_is_checked_without_what_draws_publishes_judges_or_serves(sample_dir: Path) -> None:
    # What makes it slow to start is what it imports: an analyst asks for it after every change.
    ran = subprocess.run(
        [
            sys.executable,
            "-X",
            "importtime",
            "-m",
            "reliability",
            "check",
            "kpis/nps",
            "--data",
            str(sample_dir),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "no problems found\n"
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    heavy = {"streamlit", "plotly", "pptx", "pandas", "scipy.stats", "fontTools", "starlette", "psycopg"}
    assert "duckdb" in imported and not imported & heavy
    rooms = {name.split(".")[1] for name in imported if name.startswith("reliability.")}
    assert not rooms & {"charts", "commitments", "deliver", "publish", "review", "sample", "serve", "ui"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kpis/np", "queries/: there is no query 'kpis/np'. Did you mean 'kpis/nps'?"),
        (
            "charts/worst_alerts",
            "queries/: there is no query 'charts/worst_alerts'. Did you mean 'lists/work/worst_alerts'?",
        ),
        (
            "facts/40_covers",
            "queries/facts/40_covers.sql: is not a query of the published warehouse. `python -m reliability build` runs it.",
        ),
    ],
)
def test_a_query_that_cannot_be_checked_is_bad_usage(
    name: str, said: str, sample_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", name, "--data", str(sample_dir)]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith(f"error: {said}")


def test_a_query_that_is_wrong_is_a_negative_answer(
    sample_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = replaced(P1S, "order by asked.window_id", "order by asked.window_id desc")
    for text, said in ((bad, "it returns rows for [2, 1]"), ("select 1", "no header")):
        asked = tmp_path / "kpis" / "p1_incidents.sql"
        asked.parent.mkdir(exist_ok=True)
        asked.write_text(text, encoding="utf-8")
        monkeypatch.setattr("reliability.cli.check.path_of", lambda _name, asked=asked: asked)
        monkeypatch.setattr("reliability.cli.check.read_query", lambda path: read_query(path, tmp_path))
        assert main(["check", "kpis/p1_incidents", "--data", str(sample_dir)]) == 1
        assert said in capsys.readouterr().out
