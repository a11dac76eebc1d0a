"""The examples of docs/pipelines.md: their YAML is read, and their very command lines run on the sample."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]
GITHUB, GITLAB = EXAMPLES
STEPS: list[dict[str, Any]] = GITHUB["jobs"]["gates"]["steps"]


def step(name: str) -> dict[str, Any]:
    return next(found for found in STEPS if found.get("name") == name)


def shell(script: str, folder: Path, data: Path, options: tuple[str, ...], **environment: str) -> int:
    """Run a script as the pipeline does, with `python` being this one; returns its exit code."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    python = tools / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["bash", *options, "-c", script],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{tools}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "RELIABILITY_DATA": str(data),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


def ask_github(title: str, folder: Path, data: Path) -> int:
    summary = str(folder / "summary.md")
    # GitHub runs every step with `bash -e`, or with `-eo pipefail` where the shell is named.
    return shell(
        step("Ask the gates")["run"], folder, data, ("-e",), TITLE=title, GITHUB_STEP_SUMMARY=summary
    )


def ask_gitlab(title: str, folder: Path, data: Path) -> int:
    script = "\n".join(GITLAB["gates"]["script"])
    return shell(script, folder, data, ("-eo", "pipefail"), CI_MERGE_REQUEST_TITLE=title)


@pytest.mark.slow
@pytest.mark.parametrize("ask", [ask_github, ask_gitlab])
@pytest.mark.parametrize(
    ("title", "code", "failures"),
    [
        ("CHG-3301: tax lookup", 0, 0),
        ("Search: typing errors (CHG-3302)", 1, 1),
        ("CHG-3302 $(touch hacked) `touch hacked` \"; touch hacked; '", 1, 1),
    ],
)
def test_the_pipeline_lets_through_what_may_ship_and_nothing_else(
    ask, title, code, failures, tmp_path, sample_dir
):
    assert ask(title, tmp_path, sample_dir) == code
    report = ElementTree.parse(tmp_path / "gates.xml").getroot()
    assert int(report.get("failures", "")) == failures
    assert (tmp_path / "gates.md").read_text().startswith("<!-- reliability-gates -->")
    assert not (tmp_path / "hacked").exists()


@pytest.mark.slow
@pytest.mark.parametrize("ask", [ask_github, ask_gitlab])
@pytest.mark.parametrize("title", ["no id in it", "CHG-1: unknown"])
def test_a_title_without_a_known_change_does_not_pass(ask, title, tmp_path, sample_dir):
    assert ask(title, tmp_path, sample_dir) not in (0,)


@pytest.mark.slow
def test_the_pipelines_build_works(tmp_path, own_sample):
    commands = [step("Build")["run"], GITLAB["gates"]["before_script"][1]]
    assert set(commands) == {"python -m reliability build"}
    assert shell(commands[0], tmp_path, own_sample, ("-e",)) == 0


def test_what_the_pipelines_install_is_there():
    for command in (step("Install")["run"], GITLAB["gates"]["before_script"][0]):
        assert command == "pip install -r requirements.txt"
    assert (ROOT / "requirements.txt").exists()


def test_titles_never_become_part_of_a_script():
    for found in STEPS:
        assert "${{" not in found.get("run", "")


def test_the_reports_are_kept_also_when_the_change_is_held():
    assert GITLAB["gates"]["artifacts"] == {
        "when": "always",
        "paths": ["gates.md"],
        "reports": {"junit": "gates.xml"},
    }
    assert step("Comment")["if"].startswith("always()")
    assert STEPS[-1]["if"] == "always()"
    assert STEPS[-1]["with"]["path"] == "gates.xml"
    # `on` is a truth value to YAML 1.1; GitHub reads it as a word.
    assert GITHUB[True] == {"pull_request": {"types": ["opened", "edited", "synchronize", "reopened"]}}
