"""Figures: the header is the whole record, one text answers many windows, and one file adds a figure."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from reliability.errors import QueryError
from reliability.queries import FOLDER, catalogue, read_query
from reliability.queries.figures import Family, figures, read_figure
from tests.conftest import ROOT
from tests.organisation_by_hand import CORE, organisation
from tests.warehouse_by_hand import create_tables, make_facts

FIGURES = sorted(figures())
PASTED = sorted(name for name in catalogue() if name.startswith(("kpis/", "samples/")))
# Where figures are computed, judged and composed nobody knows one by name.
GENERAL = ("commitments", "kpis", "queries", "settings", "statistics", "review", "serve", "cli")


def record(**changes: str | None) -> str:
    """A figure's file, with header keys changed or (None) left out."""
    keys: dict[str, str | None] = {
        "title": "Share", "definition": "A share.", "grain": "one row per window", "unit": "share", "better": "lower",
        "family": "share", "noun": "the share", "short": "shares", "tables": "incidents",
        "params": "windows windows",
        "columns": "window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, "
        "denominator double",
    }  # fmt: skip
    keys |= {name.replace("_", " "): value for name, value in changes.items()}
    lines = [f"-- {key}: {value}" for key, value in keys.items() if value is not None]
    return "\n".join([*lines, "select * from windows_of($windows, ['incidents'])"])


def refusal(folder: Path, text: str) -> str:
    """What is said about a figure's file."""
    (folder / "kpis").mkdir(exist_ok=True)
    path = folder / "kpis" / "x.sql"
    path.write_text(text)
    with pytest.raises(QueryError) as error:
        read_figure(read_query(path, folder))
    return str(error.value)


def test_a_complete_record_is_read(tmp_path: Path) -> None:
    (tmp_path / "kpis").mkdir()
    said = {
        "card": "3 A share of {engage}",
        "covered_by": "repeats",
        "beside": "open / n: are open; n / open: a: b",
    }
    (tmp_path / "kpis" / "x.sql").write_text(record(**said))
    found = figures(tmp_path)["x"]
    assert found.beside == (("open", "n", "are open"), ("n", "open", "a: b"))
    assert (found.family, found.card and found.card.order, found.covered_by) == (
        Family.SHARE,
        3,
        ("repeats",),
    )
    assert found.missing_for_a_promise() == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"famly": "share"}, "the header has no key 'famly'. Did you mean 'family'?"),
        ({"family": "shares"}, "there is no family 'shares'. Did you mean 'share'?"),
        ({"unit": None}, "the header does not say 'unit'. Add '-- unit: ...'."),
        ({"better": "less"}, "better is 'less'. Allowed: higher, lower, neither."),
        ({"tables": "incident"}, "there is no table 'incident'. Did you mean 'incidents'?"),
        ({"card": "P1s"}, "card is 'P1s'. Write its place and its title, for example '3 Repeat escalations'."),
        ({"chart": "1 day"}, "chart is '1 day'. Write its place and week or month: '1 week'."),
        ({"beside": "linked / n: of incidents are linked"},
         "beside says 'linked / n: of incidents are linked'. Write '-- beside: repeats / incidents: of incidents are "
         "repeats', with two of its columns."),
        ({"columns": "window_id bigint, value double, n bigint, open bigint, partial boolean"},
         "does not return 'numerator'. A figure of family share returns window_id, value, n, open, partial, "
         "numerator, denominator; list them in '-- columns:' with their types."),
    ],
)  # fmt: skip
def test_what_a_record_lacks_is_said_with_the_nearest_name(
    tmp_path: Path, changes: dict[str, str | None], said: str
) -> None:
    text = record(**changes)
    ((key, value),) = changes.items()
    # What is missing is missed where the header begins.
    line = 1 if value is None else 1 + text[: text.index(f"-- {key}:")].count("\n")
    assert refusal(tmp_path, text) == f"queries/kpis/x.sql, line {line}: {said}"


def test_a_median_without_samples_has_no_interval_and_is_refused(tmp_path: Path) -> None:
    columns = "window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double"
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "x.sql").write_text(record(family="median", columns=columns))
    with pytest.raises(QueryError, match="does not say 'samples'"):
        figures(tmp_path)


@pytest.mark.parametrize("name", ["family", "noun", "short"])
def test_what_a_promise_needs_is_named_when_it_is_missing(tmp_path: Path, name: str) -> None:
    (tmp_path / "kpis").mkdir()
    (tmp_path / "kpis" / "x.sql").write_text(record(**{name: None}))
    assert figures(tmp_path)["x"].missing_for_a_promise() == name


def test_nothing_that_computes_or_judges_lists_figures() -> None:
    # Words that are also tables, units or families say nothing of a figure.
    ids = [name for name in FIGURES if name not in ("incidents", "availability", "nps_responses", "nps")]
    named = re.compile(rf'"(?:kpis/|rows/)?({"|".join(ids)})"')
    found = []
    for room in GENERAL:
        for path in (ROOT / "reliability" / room).rglob("*.py"):
            text = re.sub(r'""".*?"""', "", path.read_text(), flags=re.DOTALL)
            found += [(path.name, name) for name in named.findall(text)]
    assert found == []


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    create_tables(connection, organisation())
    make_facts(connection, core_services=CORE)
    yield connection
    connection.close()


@pytest.mark.parametrize("name", PASTED)
def test_a_file_runs_as_pasted_with_the_example_in_its_header(
    name: str, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """As an analyst pastes it: prepare pasted as FILE; execute pasted(EXAMPLE);"""
    asked = catalogue()[name]
    text = (FOLDER / f"{name}.sql").read_text()
    example = asked.header["example"]
    assert set(re.findall(r"(\w+) := ", example)) == set(asked.parameters)
    warehouse.execute(f"prepare pasted as {text}")
    rows = warehouse.execute(f"execute pasted({example})").fetchall()
    warehouse.execute("deallocate pasted")
    if name.startswith("kpis/"):
        assert [row[0] for row in rows] == [1]


# ------------------------------------------------------------------------------------------- one file adds a figure

SHARE = """-- title: P1s that customers reported first
-- definition: Share of the P1 incidents opened in the window that a support ticket knew of before anybody engaged.
-- grain: one row per window
-- unit: share
-- better: lower
-- family: share
-- noun: the share of P1s that customers reported first
-- short: reported by customers
-- leaves out: incidents whose severity is unknown
-- tables: incidents
-- rows: rows/p1_incidents
-- adds up: -
-- card: 9 P1s that customers reported first
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01'::timestamptz, 'end': '2025-10-01'::timestamptz,
--   'as_of': '2025-11-17'::timestamptz}], services := null, teams := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator double
with asked as (
    select *, from windows_of($windows, ['incidents'])
),

counted as (
    select
        asked.window_id,
        count(*) as p1s,
        count(*) filter (where incident.first_ticket_at < incident.engaged_at) as reported,
    from asked
    inner join fact_incidents as incident
        on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
    where
        incident.severity_counted = 1
        and incident.opened_at <= asked.as_of
        and accepts($services, incident.service)
        and accepts($teams, incident.team)
    group by asked.window_id
)

select
    asked.window_id,
    (counted.reported / nullif(counted.p1s, 0))::double as value,
    coalesce(counted.p1s, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.reported, 0)::double as numerator,
    coalesce(counted.p1s, 0)::double as denominator,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
"""

# 19 P1s of the third quarter, none of them known to support first.
INCIDENTS = "incident_id,title,severity,opened_at,engaged_at,resolved_at\n" + "".join(
    f"INC{n},Down,P1,2025-07-{n:02}T08:00:00Z,2025-07-{n:02}T08:05:00Z,2025-07-{n:02}T09:{n:02}:00Z\n"
    for n in range(1, 20)
)
LAST = "LATE,Slow,P4,2025-12-31T08:00:00Z,,2025-12-31T09:00:00Z\n"
PROMISES = """
[[commitments]]
id = "reported-first"
title = "Customers report at most one P1 in ten first"
kpi = "reported_first_share"
start = 2025-07-01
days = 90
goal = {at_most = 0.10}
"""


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with one more file in queries/kpis, and a data folder with a promise on it, built."""
    home = tmp_path_factory.mktemp("extended")
    for name in ("reliability", "queries", "pages"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    (home / "queries" / "kpis" / "reported_first_share.sql").write_text(SHARE)
    exports = home / "data" / "exports"
    exports.mkdir(parents=True)
    (exports / "incidents.csv").write_text(INCIDENTS + LAST)
    (home / "data" / "review.toml").write_text(PROMISES)
    built = run(home, "build")
    assert built.returncode == 0, built.stderr
    return home


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line of the extended project."""
    return subprocess.run(
        [sys.executable, "-m", "reliability", *words, "--data", "data"],
        cwd=home, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def answer(home: Path, *words: str) -> dict:
    done = run(home, *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_one_new_file_is_a_figure_everywhere(extended: Path) -> None:
    found = {k["id"]: k for k in answer(extended, "kpis", "--quarter", "2025-Q3")["kpis"]}[
        "reported_first_share"
    ]
    assert (found["value"], found["n"]) == (0, 19)
    # Wilson, 0 of 19: z² / (n + z²) with z = 1.6449
    assert found["interval"] == pytest.approx([0, 2.70554 / 21.70554], abs=1e-5)

    (promise,) = answer(extended, "commitments")["commitments"]
    assert (promise["verdict"], promise["value"], promise["n"]) == ("met, but within noise", 0, 19)

    review = answer(extended, "review", "--quarter", "2025-Q3")
    card = {card["id"]: card for card in review["cards"]}["reported_first_share"]
    assert card["title"] == "P1s that customers reported first"
    # Card and series come from the same text: the month of July is the quarter's figure.
    july = [point for point in card["sparkline"] if point["n"]]
    assert [(point["value"], point["n"]) for point in july] == [(0, 19)]

    assert run(extended, "check").returncode == 0, run(extended, "check").stdout


@pytest.mark.slow
def test_the_pages_show_the_new_figure_with_its_definition_and_rows(extended: Path) -> None:
    """Definitions lists it; its card's drawer opens to its rows."""
    script = (
        "import os; os.environ['RELIABILITY_DATA'] = 'data'\n"
        "from streamlit.testing.v1 import AppTest\n"
        "app = AppTest.from_file('reliability/serve/shell.py', default_timeout=60).run()\n"
        "app.query_params['quarter'] = '2025-Q3'; app.query_params['kpi'] = 'reported_first_share'\n"
        "app.switch_page('../../pages/definitions.py').run()\n"
        "assert not app.exception, app.exception\n"
        "assert any('P1s that customers reported first' in e.label for e in app.expander)\n"
        "from reliability.queries import query\n"
        "from reliability.queries.figures import figure\n"
        "assert 'contributes' in query(figure('reported_first_share').rows).columns\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=extended, capture_output=True, text=True, timeout=180,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.slow
def test_a_figure_without_a_family_is_shown_but_cannot_be_promised(extended: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(extended, home)
    path = home / "queries" / "kpis" / "reported_first_share.sql"
    path.write_text(path.read_text().replace("-- family: share\n", ""))
    done = run(home, "commitments")
    assert done.returncode == 2
    assert "'reported_first_share' cannot be promised: its header does not say 'family'" in done.stderr
    assert "Add '-- family: ...' to queries/kpis/reported_first_share.sql." in done.stderr


COUNT = SHARE.replace("-- unit: share", "-- unit: incidents").replace("-- family: share", "-- family: count").replace(
    "(counted.reported / nullif(counted.p1s, 0))::double as value", "coalesce(counted.p1s, 0)::double as value"
)  # fmt: skip


@pytest.mark.slow
def test_a_new_count_has_its_poisson_interval_and_an_allowance(extended: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(extended, home)
    (home / "queries" / "kpis" / "reported_first_share.sql").unlink()
    (home / "queries" / "kpis" / "own_count.sql").write_text(COUNT)
    toml = home / "data" / "review.toml"
    toml.write_text(PROMISES.replace("reported_first_share", "own_count").replace("0.10", "25"))
    found = {k["id"]: k for k in answer(home, "kpis", "--quarter", "2025-Q3")["kpis"]}["own_count"]
    assert found["value"] == 19
    low, high = found["interval"]
    assert low < 19 < high
    (promise,) = answer(home, "commitments")["commitments"]
    assert (promise["value"], promise["allowed"], promise["allowance_left"]) == (19, 25, 6)


MEDIAN = Path(FOLDER / "kpis" / "time_to_recover_median_all.sql")
MEAN = Path(FOLDER / "kpis" / "escalation_to_engineering_hours_mean.sql")


@pytest.mark.slow
def test_a_new_median_keeps_open_ones_and_a_new_mean_has_its_interval(extended: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(extended, home)
    kpis = home / "queries" / "kpis"
    # Recovery of the gravest two severities; open ones in it.
    median = MEDIAN.read_text().replace("accepts($severities, severity_counted)", "severity_counted <= 2")
    median = median.replace(", severities bigint[]", "").replace(", severities := null", "")
    (kpis / "grave_recovery_median.sql").write_text(re.sub(r"-- (also on|reason): .*\n", "", median))
    (home / "data" / "exports" / "incidents.csv").write_text(
        INCIDENTS + LAST + "OPEN,Down,P1,2025-07-20T08:00:00Z,,\n"
    )
    # Minutes of P1s as a mean of what ended.
    mean = SHARE.replace("-- unit: share", "-- unit: minutes").replace("-- family: share", "-- family: mean")
    mean = mean.replace("numerator double, denominator double", "deviation double")
    mean = mean.replace(
        "count(*) filter (where incident.first_ticket_at < incident.engaged_at) as reported,",
        "avg(incident.recover_minutes) as minutes, stddev_samp(incident.recover_minutes) as deviation,",
    )
    mean = mean.replace(
        "(counted.reported / nullif(counted.p1s, 0))::double as value", "counted.minutes::double as value"
    )
    mean = mean.replace(
        "    coalesce(counted.reported, 0)::double as numerator,\n"
        "    coalesce(counted.p1s, 0)::double as denominator,\n",
        "    counted.deviation::double as deviation,\n",
    )
    (kpis / "p1_minutes_mean.sql").write_text(re.sub(r"-- card: .*\n", "", mean))
    assert run(home, "build").returncode == 0
    found = {k["id"]: k for k in answer(home, "kpis", "--quarter", "2025-Q3")["kpis"]}
    grave, average = found["grave_recovery_median"], found["p1_minutes_mean"]
    # 61 to 79 minutes and one open for months: of twenty the tenth and eleventh, 70 and 71
    assert (grave["value"], grave["n"], grave["open"]) == (70.5, 20, 1)
    assert grave["interval"][0] < 70.5 < grave["interval"][1]
    # mean of 61..79; Student's t with n of the row
    assert average["value"] == 70
    assert average["interval"][0] < 70 < average["interval"][1]
