"""The README: it names every command, shows one picture that is there, and stays short."""

import re

from reliability.cli.main import cli
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_named_and_no_other() -> None:
    assert set(re.findall(r"^    python -m reliability ([\w-]+)", README, re.MULTILINE)) == set(cli.commands)


def test_one_picture_is_shown_and_all_links_lead_somewhere() -> None:
    assert len(re.findall(r"!\[[^]]+\]", README)) == 1
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_it_fits_one_screen_and_a_half() -> None:
    assert len(README.splitlines()) <= 90
