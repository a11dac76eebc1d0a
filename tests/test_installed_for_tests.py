"""What tests install, they install once, however many of them run at the same time; and CI says what it lacks."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import debian, npm
from tests.browser.server import ROOT

# A stand-in for a program that must not run twice at the same time: it says when it began and when it ended.
_ALONE = """#!/bin/sh
echo begin >> "$LOG"; sleep 0.3; echo end >> "$LOG"
mkdir -p node_modules/thing && echo '{}' > node_modules/thing/package.json
"""


def beside(code: str, folder: Path, monkeypatch: pytest.MonkeyPatch, *programs: str) -> list[str]:
    """Run code in three processes at once, with stand-ins for programs; return what these wrote down."""
    bin_dir = folder / "bin"
    bin_dir.mkdir()
    for name in programs:
        (bin_dir / name).write_text(_ALONE)
        (bin_dir / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{bin_dir}:/usr/bin:/bin")
    monkeypatch.setenv("LOG", str(folder / "log"))
    begin = f"import sys, os; sys.path.insert(0, {str(ROOT)!r}); from pathlib import Path\n"
    running = [subprocess.Popen([sys.executable, "-c", begin + code], cwd=folder) for _ in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    return (folder / "log").read_text().split()


def test_a_package_of_npm_is_installed_by_one_and_waited_for_by_the_others(tmp_path, monkeypatch):
    code = (
        "from tests import npm\n"
        f"npm.ROOT = Path({str(tmp_path)!r})\n"
        "assert (npm.package('thing', '~1.0') / 'node_modules' / 'thing' / 'package.json').is_file()\n"
    )
    assert beside(code, tmp_path, monkeypatch, "npm", "node") == ["begin", "end"]


def test_an_installation_that_was_killed_begins_again(tmp_path, monkeypatch):
    half = tmp_path / "tests" / "out" / "thing-1.0" / "node_modules" / "thing"
    half.mkdir(parents=True)
    (half / "package.json").write_text("{}")
    code = f"from tests import npm\nnpm.ROOT = Path({str(tmp_path)!r})\nnpm.package('thing', '~1.0')\n"
    assert beside(code, tmp_path, monkeypatch, "npm", "node") == ["begin", "end"]


def test_packages_of_debian_are_installed_one_after_the_other(tmp_path, monkeypatch):
    code = (
        "from tests import debian\n"
        f"debian._LOCK = Path({str(tmp_path / 'lock')!r})\n"
        "debian.os.geteuid = lambda: 0\n"
        "debian.install('thing')\n"
    )
    assert beside(code, tmp_path, monkeypatch, "apt-get") == ["begin", "end"] * 6


@pytest.mark.parametrize("in_ci", [True, False])
def test_what_cannot_be_had_fails_in_ci_and_is_said_elsewhere(tmp_path, monkeypatch, in_ci):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(npm, "ROOT", tmp_path)
    if in_ci:
        monkeypatch.setenv("CI", "true")
    else:
        monkeypatch.delenv("CI", raising=False)
    ended = pytest.fail.Exception if in_ci else pytest.skip.Exception
    with pytest.raises(ended, match="what needs oidc-provider was not tested"):
        npm.package("oidc-provider", "~9.13")
    with pytest.raises(ended, match="there is no no-such-program"):
        debian.needed("no-such-program", "no-such-package")
