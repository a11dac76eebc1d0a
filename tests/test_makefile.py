"""What a fresh machine gets: the targets of the Makefile, and the packages that the code imports."""

import ast
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests import spark
from tests.browser import chromium

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
# Given by the owner or needed without being imported: DuckDB asks for pytz, zoneinfo for tzdata.
UNIMPORTED = {"pandas", "pyarrow", "plotly", "pytz", "tzdata"}


def make(*arguments: str, **environment: str) -> str:
    if shutil.which("make") is None:
        pytest.skip("there is no make on this machine")
    done = subprocess.run(
        ["make", "--dry-run", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_run_builds_and_serves_on_this_machine_only():
    commands = make("run")
    assert "-m reliability build" in commands
    assert "streamlit run app.py --server.address=localhost --server.port=8501" in commands


def test_the_port_can_be_chosen():
    assert "--server.port=9000" in make("run", "PORT=9000")


def test_workers_are_as_many_as_are_asked_for_behind_the_chosen_address():
    assert "-m reliability serve --workers=2 --host=localhost --port=8501" in make("serve")
    assert "--workers=3 --host=localhost --port=9000" in make("serve", "WORKERS=3", "PORT=9000")


def test_every_target_is_explained_and_there():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    explained = set(re.findall(r"^# make (\w+)", text, re.MULTILINE))
    assert explained == {
        *(
            "run",
            "serve",
            "test",
            "fuzz",
            "mutants",
            "lint",
            "bench",
            "hostile",
            "build",
            "lock",
            "audit",
            "clean",
        ),
    }
    for target in explained:
        assert make(target)


def test_cleaning_keeps_what_people_wrote():
    assert "journal" not in make("clean")


def test_ci_runs_the_tests_and_the_lint():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.findall(r"^make (\w+)$", script, re.MULTILINE) == ["lint", "test"]


def requirements(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9_-]+", line) for line in lines if not line.startswith(("#", "-r")))
    return {found[0].lower().replace("_", "-") for found in names if found}


# Reading what is installed takes a third of a second, and is asked for every file.
distributions = cache(packages_distributions)


def imported(*places: Path) -> set[str]:
    """The distributions that the code in these files and folders imports, also inside functions."""
    files = [file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place])]
    # What tests install apart, a server of S3 among it, is not theirs.
    files = [file for file in files if not file.is_relative_to(ROOT / "tests" / "out")]
    modules: set[str] = set()
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.partition(".")[0])
    outside = modules - sys.stdlib_module_names - {"reliability", "tests", "benchmarks"}
    # `google` belongs to many distributions: only protobuf is ours.
    known = distributions() | {"google": ["protobuf"]}
    return {known.get(module, [module])[0].lower().replace("_", "-") for module in outside}


def test_running_needs_what_requirements_say_and_nothing_else():
    code = imported(ROOT / "reliability", ROOT / "pages", ROOT / "app.py")
    # The driver of Spark alone runs in another Python, with requirements of its own.
    driver = ROOT / "reliability" / "rollups" / "spark_driver.py"
    assert imported(driver) == requirements("requirements-spark.txt") == {"pyspark"}
    code -= {"pyspark"}
    assert not any(
        "pyspark" in imported(path) for path in (ROOT / "reliability").rglob("*.py") if path != driver
    )
    # Chats are optional: who wants them installs it, and the tests do (docs/deliver.md).
    assert {"apprise"} <= code & requirements("requirements-dev.txt")
    code -= {"apprise"}
    listed = requirements("requirements.txt")
    assert code - listed == set(), "imported, but not in requirements.txt"
    assert listed - code - UNIMPORTED == set(), "in requirements.txt, but imported nowhere"


def test_tests_need_what_the_requirements_say():
    listed = requirements("requirements.txt") | requirements("requirements-dev.txt")
    # What the product is held against is installed apart (benchmarks/peers/requirements.txt).
    peers = set((ROOT / "benchmarks" / "peers").glob("*.py"))
    own = (f for f in (ROOT / "benchmarks").rglob("*.py") if ".venv" not in f.parts)
    files = [f for f in own if f not in peers]
    assert imported(ROOT / "tests", *files) - listed == set()


def test_a_chromium_named_by_the_environment_is_the_one_used(monkeypatch, tmp_path):
    own = tmp_path / "my-chromium"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(own))
    assert chromium.find() == str(own)


def test_a_named_chromium_that_is_not_there_is_an_error_not_another_one(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "gone"))
    assert chromium.find() is None
    assert chromium.main() == 2
    assert "which is not there" in capsys.readouterr().err


@pytest.mark.parametrize(("in_ci", "code", "word"), [("true", 1, "missing"), ("", 0, "left out")])
def test_no_java_fails_in_ci_and_is_said_plainly_elsewhere(monkeypatch, capsys, tmp_path, in_ci, code, word):
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert spark.main() == code
    assert f"No Java: the Spark tests are {word}. Install Java 17" in capsys.readouterr().err


def test_spark_is_installed_apart_and_only_by_the_tests():
    # As on a machine that has not installed it yet.
    assert "requirements-spark.txt" in make("test", "SPARK=.venv-of-nobody/.installed")
    assert "spark" not in make("run") + make("build") + make("lint")


@pytest.mark.parametrize(("in_ci", "code", "word"), [("true", 1, "missing"), ("", 0, "left out")])
def test_no_chromium_fails_in_ci_and_is_said_plainly_elsewhere(monkeypatch, capsys, in_ci, code, word):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("CI", in_ci)
    monkeypatch.setattr(chromium, "find", lambda: None)
    monkeypatch.setattr(chromium, "install", lambda: None)
    assert chromium.main() == code
    assert f"the tests in tests/browser are {word}" in capsys.readouterr().err
    assert "Set CHROMIUM" in chromium.ADVICE


@pytest.mark.parametrize(
    "path",
    [
        "chromium-1200/chrome-linux/chrome",
        "chromium-1200/chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing",
        "chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell",
    ],
)
def test_the_browser_that_playwright_keeps_is_found(monkeypatch, tmp_path, path):
    browser = tmp_path / path
    browser.parent.mkdir(parents=True)
    browser.touch()
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert chromium.find() == str(browser)
