"""The search for damage by chance: always the same answer in CI, new finds and a bound in `make fuzz`."""

import os
import re
import subprocess

import hypothesis
import pytest

from tests.conftest import ROOT


def test_the_same_commit_always_gives_the_same_answer() -> None:
    if os.environ.get("RELIABILITY_FUZZ"):
        pytest.skip("this is `make fuzz`, which looks for new finds")
    assert hypothesis.settings().derandomize


def test_make_fuzz_looks_for_new_finds_mangles_every_fixture_and_ends() -> None:
    said = subprocess.run(
        ["make", "-n", "fuzz", "SECONDS=7"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"benchmarks\.hostile --only mangled", said)
    assert re.search(
        r"RELIABILITY_FUZZ=1 \S+ -m pytest .*tests/test_exports_properties\.py tests/test_exports_binary_properties\.py",
        said,
    )
    assert "until=$(( $(date +%s) + 7 ))" in said and "-lt $until" in said
