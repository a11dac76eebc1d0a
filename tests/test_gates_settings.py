"""[gates] of review.toml, and the pages about gates: what they say is what the program does."""

import re
import tomllib
from pathlib import Path

import pytest

from reliability.gates.evaluation import evaluate, parameters
from reliability.gates.model import Evaluation
from reliability.queries.gates import all_gates
from reliability.settings import Gates, Settings, load_settings, parse_settings
from reliability.settings.gates import known_gates, read_gates
from reliability.settings.reader import Table
from tests.warehouse_by_hand import by_hand, instant

# What added gates say is not theirs to test.
pytestmark = pytest.mark.usefixtures("shipped_gates")

ROOT = Path(__file__).resolve().parent.parent
GATES = (ROOT / "docs" / "gates.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")

ALL = """
[gates]
error_budget = "warn"
launch_freeze = "off"
signoff_by = ["Reliability office*"]
core_services = ["api"]
waiver_days = 30
[gates.thresholds]
error_budget_left = 0.1
postmortem_days = 30
"""


def test_what_is_said_of_gates_is_read(tmp_path):
    (tmp_path / "review.toml").write_text(ALL)
    assert load_settings(tmp_path).gates == Gates(
        modes={"error_budget": "warn", "launch_freeze": "off"},
        thresholds={"error_budget_left": 0.1, "postmortem_days": 30.0},
        signoff_by=("Reliability office*",),
        core_services=("api",),
        waiver_days=30,
    )


def test_what_is_not_said_keeps_its_default():
    assert parse_settings({})[0].gates == Gates({}, {}, (), (), 90)
    values = parameters(Settings(), instant("2025-11-17"))
    assert (values["error_budget_left"], values["engaged_share"], values["postmortem_days"]) == (0, 0.5, 90)


def test_the_warehouse_does_not_depend_on_gates():
    assert parse_settings(tomllib.loads(ALL))[0].fingerprint == Settings().fingerprint


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('eror_budget = "warn"', "eror_budget: there is no such setting. Did you mean 'error_budget'?"),
        (
            'error_budget = "hold"',
            'error_budget: found "hold" (text). Allowed: "block" or "warn" or "off".',
        ),
        (
            "error_budget = true",
            'error_budget: found true (true/false). Allowed: "block" or "warn" or "off".',
        ),
        (
            "thresholds = {error_budget_lft = 0.1}",
            "thresholds.error_budget_lft: there is no such setting. Did you mean 'error_budget_left'?",
        ),
        (
            "thresholds = {error_budget_left = 10}",
            "thresholds.error_budget_left: found 10 (number). Allowed: a number from 0 to 1.",
        ),
        (
            "thresholds = {engaged_share = nan}",
            "thresholds.engaged_share: found nan (number). Allowed: a number from 0 to 1.",
        ),
        ("thresholds = 3", "thresholds: found 3 (number). Write a table: keys and values."),
        (
            'signoff_by = "Ana"',
            'signoff_by: found "Ana" (text). Allowed: a list of text, for example ["checkout", "search"].',
        ),
        ("waiver_days = 0", "waiver_days: found 0 (number). Allowed: a whole number from 1 to 366."),
    ],
)
def test_what_is_wrong_is_named_with_its_key_and_a_way_out(text, complaint):
    problems = parse_settings(tomllib.loads(f"[gates]\n{text}"))[1]
    assert [str(problem) for problem in problems] == [f"review.toml, [gates] {complaint}"]


def test_a_gate_that_was_added_is_a_setting_and_a_faulty_one_hurts_no_setting(tmp_path):
    (tmp_path / "gates").mkdir()
    own = sql_of_the_page()
    (tmp_path / "gates" / "no_fridays.sql").write_text(own)
    (tmp_path / "gates" / "broken.sql").write_text("select 1")
    assert [gate.id for gate in known_gates(tmp_path)] == ["no_fridays"]
    problems: list = []
    values = {"no_fridays": "off", "thresholds": {"last_weekday": 5}}
    found = read_gates(Table(values, "review.toml, [gates]", problems), tmp_path)
    assert (found.modes, found.thresholds, problems) == ({"no_fridays": "off"}, {"last_weekday": 5.0}, [])


def sql_of_the_page() -> str:
    return GATES.split("```sql\n")[1].split("```")[0]


def test_the_gate_that_the_page_shows_works(tmp_path):
    (tmp_path / "queries" / "gates").mkdir(parents=True)
    (tmp_path / "queries" / "gates" / "no_fridays.sql").write_text(sql_of_the_page())
    changes = [
        {"change_id": "A", "planned_for": "2025-11-21"},
        {"change_id": "B", "planned_for": "2025-11-20"},
    ]
    with by_hand(tmp_path, changes=changes) as store:
        found: Evaluation = evaluate(store, Settings(), instant("2025-11-17"), folder=tmp_path / "queries")
    assert [d.change.change_id for d in found.held] == ["A"]
    assert found.held[0].problems[0].reason == "It would go out on a Friday."
    assert found.held[0].problems[0].resolver == "the release manager"


def rows_of(table_head: str) -> list[list[str]]:
    lines = GATES.split(table_head)[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_gate_is_on_the_page_with_its_resolver_and_default():
    listed = {row[0].strip("`"): (row[2], row[3]) for row in rows_of("| gate | holds a change when")}
    gates = all_gates()
    assert list(listed) == list(gates)
    for name, (resolver, default) in listed.items():
        assert default == gates[name].default
        assert resolver.replace("its team", "the team of the change") == gates[name].resolver


def test_every_threshold_is_on_the_page_with_its_default():
    listed = {
        row[0].strip("`"): (row[1].strip("`"), float(row[3])) for row in rows_of("| threshold | of the gate")
    }
    expected = {t.name: (g.id, t.default) for g in all_gates().values() for t in g.thresholds}
    assert listed == expected


def test_every_parameter_is_on_the_page():
    named = {name for row in rows_of("| parameter | value") for name in re.findall(r"`(\w+)`", row[0])}
    thresholds = {t.name for g in all_gates().values() for t in g.thresholds}
    assert named == {*parameters(Settings(), instant("2025-11-17")), "change_ids"} - thresholds


def test_the_settings_of_the_page_are_right():
    for example in re.findall(r"```toml\n(.*?)```", GATES, re.DOTALL):
        assert parse_settings(tomllib.loads(example))[1] == []


def test_the_page_about_settings_names_every_gate_and_key():
    section = next(part for part in SETTINGS.split("\n## ")[1:] if part.startswith("`[gates]`"))
    for name in all_gates():
        assert f"`{name}`" in section
    for key in ("thresholds", "signoff_by", "core_services", "waiver_days"):
        assert f"| `{key}` |" in section


def test_every_column_of_changes_is_on_the_page():
    from reliability.schema import TABLES

    section = GATES.split("## The export of changes")[1].split("\n## ")[0]
    assert [name for name in TABLES["changes"].columns if f"`{name}`" not in section] == []
