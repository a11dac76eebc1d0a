"""The commands `gates`, `waive` and `waivers` on the sample, and what the documentation says of them."""

import json
import re
import shlex
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from reliability.cli.main import main

# What added gates say is not theirs to test.
pytestmark = pytest.mark.usefixtures("shipped_gates")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run(capsys):
    """Run a command: `run(data, "gates", "--json")` -> (exit code, stdout, stderr)."""

    def ran(data: Path, *arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--data", str(data)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


def test_a_change_that_went_out_is_not_said_to_be_held_but_its_decision_and_exit_code_stay(run, sample_dir):
    code, out, _ = run(sample_dir, "gates", "--change", "CHG-2833")
    assert code == 1
    assert "went out without SLO impact statement and Reliability sign-off" in out.splitlines()[0]
    (row,) = [line.split() for line in out.splitlines() if line.startswith("CHG-2833")]
    assert row[1] == "out"
    code, out, _ = run(sample_dir, "gates", "--change", "CHG-2833", "--json")
    (change,) = json.loads(out)["changes"]
    assert (code, change["decision"], change["is_out"]) == (1, "hold", True)
    assert change["in_words"] == "went out without SLO impact statement and Reliability sign-off"
    _, out, _ = run(sample_dir, "gates", "--change", "CHG-3302", "--json")
    (change,) = json.loads(out)["changes"]
    assert (change["decision"], change["is_out"], change["in_words"]) == ("hold", False, "is held")


def test_the_sample_has_changes_that_ship_and_changes_that_are_held(run, sample_dir):
    code, out, _ = run(sample_dir, "gates", "--json")
    document = json.loads(out)
    decided = {change["id"]: change["decision"] for change in document["changes"]}
    assert code == 1
    assert decided == {
        "CHG-3301": "ship",
        "CHG-3302": "hold",
        "CHG-3303": "hold",
        "CHG-3304": "ship",
        "CHG-3305": "ship",
        "CHG-3306": "ship",
        "CHG-3307": "hold",
        "CHG-3308": "hold",
        "CHG-3309": "ship",
        "CHG-3310": "hold",
        "CHG-3311": "hold",
        "CHG-3312": "ship",
    }
    failed = {
        change["id"]: [gate["gate"] for gate in change["gates"] if gate["holds"]]
        for change in document["changes"]
        if change["decision"] == "hold"
    }
    assert failed == {
        "CHG-3302": ["reliability_signoff"],
        "CHG-3303": ["slo_impact_statement"],
        "CHG-3307": ["slo_impact_statement"],
        "CHG-3308": ["launch_freeze"],
        "CHG-3310": ["launch_freeze"],
        "CHG-3311": ["reliability_signoff"],
    }


def test_the_exit_code_says_whether_the_named_changes_may_ship(run, sample_dir):
    assert run(sample_dir, "gates", "--change", "CHG-3301")[0] == 0
    assert run(sample_dir, "gates", "--change", "chg-3302")[0] == 1
    assert run(sample_dir, "gates", "--change", "CHG-3301", "--change", "CHG-3302")[0] == 1


def test_the_table_begins_with_the_answer(run, sample_dir):
    code, out, _ = run(sample_dir, "gates")
    assert code == 1
    lines = out.splitlines()
    assert lines[0] == (
        "6 of 12 planned changes may ship; 6 are held: Reliability sign-off (2), SLO impact statement (2)"
        " and Feature freeze (2)."
    )
    assert any(line.startswith("CHG-3302  hold") for line in lines)
    assert (
        "- failed: Reliability sign-off. It is not signed off for reliability yet. (the reliability team)"
        in out
    )
    assert "\N{NO-BREAK SPACE}" not in out


@pytest.mark.parametrize("form", ["table", "json", "junit", "markdown"])
def test_an_unknown_change_is_one_line_with_the_nearest_ones(run, sample_dir, form):
    code, out, err = run(sample_dir, "gates", "--change", "CHG-33O1", "--format", form)
    assert (code, out) == (2, "")
    assert err.startswith("error: change: there is no change 'CHG-33O1'. Did you mean CHG-33")
    assert len(err.splitlines()) == 1


def test_every_format_holds_the_same_decision(run, sample_dir):
    named = ("gates", "--change", "CHG-3303", "--format")
    code, junit, _ = run(sample_dir, *named, "junit")
    assert code == 1
    assert [failure.get("message") for failure in ElementTree.fromstring(junit).iter("failure")] == [
        "There is no SLO impact statement for identity."
    ]
    code, markdown, _ = run(sample_dir, *named, "markdown")
    assert code == 1
    html = MarkdownIt().enable("table").render(markdown)
    assert "CHG-3303 Identity: sign-in with passkeys, first 5 % of users is held</h3>" in html
    assert "<td>There is no SLO impact statement for identity.</td>\n<td>team Identity</td>" in html


def test_a_past_instant_can_be_asked_about(run, sample_dir):
    code, out, _ = run(sample_dir, "gates", "--as-of", "2025-11-10", "--change", "CHG-3301", "--json")
    assert code == 1
    gates = {gate["gate"]: gate for gate in json.loads(out)["changes"][0]["gates"]}
    assert gates["reliability_signoff"]["reason"] == "It is not signed off for reliability yet."


WAIVER = ("waive", "--gate", "reliability_signoff", "--change", "CHG-3302", "--until", "2025-11-30")
SAID = ("--reason", "Off for customers", "--approver", "Head of Reliability", "--who", "ana")


def test_a_waiver_is_given_listed_and_taken_back(run, own_sample):
    code, out, _ = run(own_sample, *WAIVER, *SAID)
    assert (code, out) == (0, "waiver 1: reliability_signoff for CHG-3302 until 30 Nov 2025\n")
    assert run(own_sample, "gates", "--change", "CHG-3302")[0] == 0
    _, out, _ = run(own_sample, "waivers")
    assert "active, until 30 Nov 2025" in out
    assert "Head of Reliability" in out
    assert run(own_sample, "waive", "--undo", "1", "--who", "ben")[:2] == (
        0,
        "waiver 1 is taken back: reliability_signoff for CHG-3302\n",
    )
    assert run(own_sample, "gates", "--change", "CHG-3302")[0] == 1
    assert run(own_sample, "waivers")[:2] == (0, "no waivers\n")
    assert json.loads(run(own_sample, "waivers", "--json")[1])["waivers"] == []


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((*WAIVER, "--service", "search", *SAID), "it is not clear what to waive. Name one of --change, --service, --all."),
        ((*WAIVER[:3], "--until", "2025-11-30", *SAID), "it is not clear what to waive"),
        ((*WAIVER[:5], *SAID), "--until: is missing. Write the last day it holds, for example 2025-11-30."),
        ((*WAIVER[:5], "--until", "30.11.2025", *SAID), "--until: '30.11.2025' is not a day"),
        ((*WAIVER[:5], "--until", "2026-11-30", *SAID), "A waiver lasts 90 days at most: until 2026-02-15."),
        ((*WAIVER, "--who", "ana", "--approver", "CTO"), "the reason is missing"),
        (("waive", "--gate", "signoff", *WAIVER[3:], *SAID), "there is no gate 'signoff'"),
        ((*WAIVER[:3], "--change", "CHG-1", "--until", "2025-11-30", *SAID), "there is no change 'CHG-1'"),
        ((*WAIVER[:3], "--service", "serch", "--until", "2025-11-30", *SAID), "Did you mean 'search'?"),
        (("waive", "--undo", "7", "--who", "ana"), "there is no waiver 7"),
    ],
)  # fmt: skip
def test_a_waiver_that_cannot_be_is_one_clear_line_and_nothing_is_written(
    run, own_sample, arguments, complaint
):
    code, out, err = run(own_sample, *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert complaint in err
    assert run(own_sample, "waivers")[1] == "no waivers\n"


def test_the_commands_of_the_page_about_gates_run(run, own_sample):
    page = (ROOT / "docs" / "gates.md").read_text(encoding="utf-8")
    commands = re.search(r"```sh\n(.*?)```", page, re.DOTALL)
    assert commands is not None
    ran = []
    for line in commands[1].replace("\\\n", " ").splitlines():
        words = shlex.split(line)
        assert words[:3] == ["python", "-m", "reliability"]
        ran.append(run(own_sample, *words[3:])[0])
    assert ran == [0, 0, 0]
