"""What is installed: pinned with digests, within the ranges, listed part by part, and asked about."""

import json
import re

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.audit import verdict
from tests.conftest import ROOT
from tests.test_makefile import make

# The machine that the list of parts is made on.
LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_machine": "x86_64",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "python_version": "3.11",
    "python_full_version": "3.11.9",
}


def ranges(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r"))]


def pins(name: str) -> list[tuple[Requirement, int]]:
    """Every pin with its number of digests."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    return [(Requirement(block.split("\\\n")[0].strip()), block.count("--hash=sha256:")) for block in blocks]


def versions(name: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for pin, _ in pins(name):
        (exactly,) = pin.specifier
        assert exactly.operator == "==", str(pin)
        found.setdefault(canonicalize_name(pin.name), set()).add(exactly.version)
    return found


@pytest.mark.parametrize(
    ("lock", "files"),
    [
        ("requirements.lock", ["requirements.txt"]),
        ("requirements-dev.lock", ["requirements.txt", "requirements-dev.txt"]),
    ],
)
def test_what_is_asked_for_is_pinned_within_its_range_and_with_digests(lock: str, files: list[str]) -> None:
    pinned = versions(lock)
    for wanted in (requirement for file in files for requirement in ranges(file)):
        for version in pinned.get(canonicalize_name(wanted.name), {"none"}):
            assert version != "none" and version in wanted.specifier, (
                f"make lock: {wanted} is {version} in {lock}"
            )
    assert [str(pin) for pin, digests in pins(lock) if not digests] == []


def test_tests_run_with_the_very_packages_that_are_served() -> None:
    served, tested = versions("requirements.lock"), versions("requirements-dev.lock")
    assert {name: tested.get(name) for name in served} == served


def test_both_are_installed_by_digest_only() -> None:
    assert "--require-hashes -r requirements.lock" in make("run", "RUNTIME=.venv-of-nobody/.installed")
    assert "--require-hashes -r requirements-dev.lock" in make(
        "lint", "DEVELOPMENT=.venv-of-nobody/.installed"
    )


def test_the_list_of_parts_is_that_of_the_lock() -> None:
    parts = json.loads((ROOT / "docs" / "parts.cdx.json").read_text(encoding="utf-8"))
    assert (parts["bomFormat"], parts["specVersion"]) == ("CycloneDX", "1.6")
    listed = {canonicalize_name(part["name"]): part["version"] for part in parts["components"]}
    wanted = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin, _ in pins("requirements.lock")
        if pin.marker is None or Marker(str(pin.marker)).evaluate(LINUX)
    }
    assert listed == wanted, "make lock"


FLAW = {"id": "PYSEC-2099-1", "fix_versions": ["1.1"], "aliases": [], "description": "..."}


@pytest.mark.parametrize(
    ("dependencies", "code", "told"),
    [
        (
            [{"name": "a", "version": "1.0", "vulns": []}],
            0,
            "No known vulnerability in what is pinned: 1 looked up.",
        ),
        ([{"name": "a", "version": "1.0", "vulns": [FLAW]}], 1, "a 1.0: PYSEC-2099-1, fixed in 1.1"),
        (
            [{"name": "a", "version": "1.0", "vulns": [{**FLAW, "fix_versions": []}]}],
            1,
            "PYSEC-2099-1, no fix yet",
        ),
        (
            [{"name": "a", "skip_reason": "Dependency not found"}],
            2,
            "1 of 1 packages could not be looked up: a",
        ),
        (
            [{"name": "a", "skip_reason": "?"}, {"name": "b", "version": "2", "vulns": [FLAW]}],
            1,
            "1 of 2 packages could not be looked up",
        ),
    ],
)
def test_a_flaw_fails_the_audit_and_silence_is_no_answer(
    dependencies: list[dict[str, object]], code: int, told: str
) -> None:
    found, words = verdict({"dependencies": dependencies, "fixes": []})
    assert found == code
    assert told in words
