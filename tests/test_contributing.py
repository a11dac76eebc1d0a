"""What the page about contributing says: each of its files, put into a copy of the project, works by itself."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "contributing.md"
BLOCK = re.compile(r"^`([\w/.]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILES = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))

# The vendor's export: 40 red cards in the 90 days before July, 20 in the 90 days from then on, none with a crew; one
# yellow card of a crew that is still open, and one much later, so that the third quarter is covered.
CARDS = "Card No.,What happened,Crew,System,Colour,Raised,Closed\n"
CARDS += "".join(
    f"A{n},Down,,shop,red,2025-05-{1 + n % 28:02} 08:{n:02},2025-05-30 09:00\n" for n in range(40)
)
CARDS += "".join(
    f"B{n},Down,,shop,red,2025-08-{1 + n:02} 08:00,2025-08-{1 + n:02} 09:00\n" for n in range(20)
)
CARDS += "C1,Slow,Blue,shop,yellow,2025-09-10 08:00,\n"
CARDS += (
    "D1,Slow,Blue,shop,yellow,2025-10-05 08:00,2025-10-05 09:00\nD0,Slow,Blue,shop,yellow,2025-03-01 08:00,\n"
)
CHANGES = (
    "change_id,title,service,planned_for\nEARLY,One,shop,2025-10-20 16:59\nLATE,Two,shop,2025-10-20 17:00\n"
    "DAY,Three,shop,2025-10-20\n"
)
PROMISE = """
[organisation]
as_of = 2025-10-10T00:00:00Z

[[commitments]]
id = "fewer"
title = "40 % fewer P1s from half-time on"
kpi = "p1_incidents"
start = 2025-07-01
days = 90
goal = {change = -0.40}
baseline = {start = 2025-04-02, end = 2025-07-01}
shape = "rate by half-time"
"""


def test_the_page_adds_one_file_of_each_kind() -> None:
    assert [Path(path).parent.as_posix() for path in FILES] == [
        "queries/kpis",
        "queries/gates",
        "queries/import",
        "queries/charts",
        "reliability/statistics/shapes",
    ]
    assert not any((ROOT / path).exists() for path in FILES)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with the page's files in it and nothing else touched, and its warehouse."""
    home = tmp_path_factory.mktemp("contributed")
    for name in ("reliability", "queries", "pages"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path, text in FILES.items():
        (home / path).write_text(text, encoding="utf-8")
    exports = home / "data" / "exports"
    exports.mkdir(parents=True)
    (exports / "cards.csv").write_text(CARDS)
    (exports / "changes.csv").write_text(CHANGES)
    (home / "data" / "review.toml").write_text(PROMISE)
    built = run(home, "build")
    assert built.returncode == 0, built.stdout + built.stderr
    return home


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reliability", *words, "--data", "data"],
        cwd=home, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


def answer(home: Path, *words: str) -> dict:
    done = run(home, *words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_vendors_export_is_read_and_all_is_sound(home: Path) -> None:
    found = answer(home, "kpis", "--quarter", "2025-Q3")["kpis"]
    # 20 red cards are P1s, the yellow one is not.
    assert {k["id"]: k["value"] for k in found}["p1_incidents"] == 20
    checked = run(home, "check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.slow
def test_the_figure_is_among_the_figures_with_its_interval(home: Path) -> None:
    found = {k["id"]: k for k in answer(home, "kpis", "--quarter", "2025-Q3")["kpis"]}
    figure = found["incidents_without_team"]
    assert (figure["value"], figure["n"]) == (20, 20)
    assert found["incidents"]["value"] == 21
    low, high = figure["interval"]
    assert low < 20 < high


@pytest.mark.slow
def test_the_gate_warns_of_the_late_change_and_of_the_one_whose_hour_nobody_knows(home: Path) -> None:
    changes = {c["id"]: c for c in json.loads(run(home, "gates", "--json").stdout)["changes"]}
    said = {
        id: next(g for g in change["gates"] if g["gate"] == "late_in_the_day")
        for id, change in changes.items()
    }
    assert (said["EARLY"]["state"], said["LATE"]["state"], said["LATE"]["mode"]) == ("passed", "fail", "warn")
    assert said["LATE"]["reason"] == "It would go out at 17:00."
    # Midnight would be early; nobody said midnight.
    assert (said["DAY"]["state"], said["DAY"]["reason"]) == (
        "cannot tell",
        "Its plan names the day only, 20 Oct 2025.",
    )


@pytest.mark.slow
def test_the_promise_of_a_new_shape_has_its_verdict_everywhere(home: Path) -> None:
    (promise,) = answer(home, "commitments")["commitments"]
    # 40 P1s in 90 days; the mean of a rate that falls from 1 to 0.6 by half-time is (0.8 + 0.6) / 2 = 0.7.
    assert (promise["value"], promise["allowed"], promise["allowance_left"]) == (20, 28, 8)
    assert promise["verdict"].startswith("met")
    review = answer(home, "review", "--quarter", "2025-Q3")
    card = {card["id"]: card for card in review["cards"]}["p1_incidents"]
    assert (card["value"], card["goal_value"]) == (20, 28)
    assert "20 of 28 allowed" in card["evidence"]


@pytest.mark.slow
def test_the_chart_is_on_its_page_and_on_no_other(home: Path) -> None:
    script = (
        "import os; os.environ['RELIABILITY_DATA'] = 'data'\n"
        "from streamlit.testing.v1 import AppTest\n"
        "def html(page):\n"
        "    app = AppTest.from_file('reliability/serve/shell.py', default_timeout=120)\n"
        "    app.query_params['quarter'] = '2025-Q3'\n"
        "    app.run()\n"
        "    app.switch_page(f'../../pages/{page}.py').run()\n"
        "    assert not app.exception, app.exception\n"
        "    return ' '.join(e.proto.body for e in app.get('html') if '<style' not in e.proto.body)\n"
        "shown = html('incidents')\n"
        "assert 'Incidents by status, 2025 Q3' in shown, shown[:3000]\n"
        "assert 'Most: resolved, 20 of 21' in shown\n"
        "assert 'Incidents by status' not in html('work')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script], cwd=home, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.mark.parametrize("path", [path for path in FILES if path.endswith(".sql")])
def test_the_files_of_the_page_are_written_in_the_projects_style(path: str, tmp_path: Path) -> None:
    file = tmp_path / Path(path).name
    file.write_text(FILES[path], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--config", str(ROOT / ".sqlfluff"), str(file)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
