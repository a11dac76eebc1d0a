"""The README: it names every command, shows one picture, light and dark, and stays short."""

import re

from PIL import Image, ImageStat

from reliability.cli.main import MODULES
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_is_named_and_no_other() -> None:
    assert set(re.findall(r"^    python -m reliability ([\w-]+)", README, re.MULTILINE)) == set(MODULES)


def test_one_picture_is_shown_light_and_dark() -> None:
    assert not re.findall(r"!\[[^]]+\]", README) and README.count("<img ") == 1
    light, dark = (re.findall(rf'{name}="([^"]+)"', README) for name in ("src", "srcset"))
    assert len(light) == len(dark) == 1 and 'media="(prefers-color-scheme: dark)"' in README
    brightness = []
    for name in (*light, *dark):
        with Image.open(ROOT / name) as picture:
            assert picture.width * 900 == picture.height * 1440
            brightness.append(ImageStat.Stat(picture.convert("L")).mean[0])
    assert brightness[0] > 200 and brightness[1] < 60, "of 255"


def test_all_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", README)
    assert links and [link for link in links if not (ROOT / link).exists()] == []


def test_it_fits_one_screen_and_a_half() -> None:
    assert len(README.splitlines()) <= 90
