"""The theme: one palette in Python, in .streamlit/config.toml and in the style sheet."""

import re
import tomllib
from itertools import chain

import pytest

from reliability.charts.palette import CATEGORY_ROLES, DARK, IN_APP, LIGHT, Palette
from reliability.ui import theme
from tests.conftest import ROOT

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
BOTH = [("light", LIGHT), ("dark", DARK)]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(
    "palette", ["chartCategoricalColors", "chartSequentialColors", "chartDivergingColors"]
)
def test_each_chart_palette_has_exactly_ten_colours(name: str, palette: str) -> None:
    """With fewer the browser puts 'undefined' in place of a colour and drops the whole palette."""
    colours = CONFIG["theme"][name][palette]
    assert len(colours) == 10
    assert all(re.fullmatch(r"#[0-9A-F]{6}", colour) for colour in colours)


@pytest.mark.parametrize(("name", "palette"), BOTH)
def test_the_categorical_colours_are_the_palettes_roles_in_order(name: str, palette: Palette) -> None:
    assert CONFIG["theme"][name]["chartCategoricalColors"] == [
        getattr(palette, role) for role in CATEGORY_ROLES
    ]


@pytest.mark.parametrize(("name", "palette"), BOTH)
def test_page_text_and_border_are_the_palettes(name: str, palette: Palette) -> None:
    section = CONFIG["theme"][name]
    assert section["backgroundColor"] == palette.page
    assert section["secondaryBackgroundColor"] == palette.panel
    assert section["textColor"] == palette.text
    assert section["borderColor"] == palette.border


@pytest.mark.parametrize(("name", "palette"), BOTH)
def test_there_is_no_red_and_no_green(name: str, palette: Palette) -> None:
    section = CONFIG["theme"][name]
    assert section["redColor"] == palette.concern
    assert section["greenColor"] == palette.good


@pytest.mark.parametrize(("name", "palette"), BOTH)
def test_text_and_verdicts_can_be_read_on_the_page(name: str, palette: Palette) -> None:
    for role in ("text", "muted", "good", "noise", "concern", "unknown"):
        assert contrast(getattr(palette, role), palette.page) >= 4.5, role
        assert contrast(getattr(palette, role), palette.panel) >= 4.5, role
    assert contrast(palette.faint, palette.page) >= 3  # lines and marks


@pytest.mark.parametrize(("name", "palette"), BOTH)
def test_the_words_of_a_bucket_can_be_read_on_its_own_pale_colour(name: str, palette: Palette) -> None:
    style = theme.STYLE.read_text(encoding="utf-8")
    (share,) = re.findall(r"background: color-mix\(in srgb, currentColor (\d+)%, var\(--page\)\)", style)
    for role in ("good", "noise", "concern", "unknown"):
        colour = getattr(palette, role)
        assert contrast(colour, mixed(colour, palette.page, int(share) / 100)) >= 4.5, role


def mixed(one: str, other: str, share: float) -> str:
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


def test_no_words_are_faint() -> None:
    style = theme.STYLE.read_text(encoding="utf-8")
    assert re.findall(r"[^{}]*\{[^{}]*(?<![-\w])color: var\(--faint\)[^{}]*\}", style) == []


@pytest.mark.parametrize("name", ["light", "dark"])
def test_white_text_can_be_read_on_a_primary_button(name: str) -> None:
    assert contrast(CONFIG["theme"][name]["primaryColor"], "#FFFFFF") >= 4.5


def test_the_stand_ins_are_those_that_the_browser_replaces() -> None:
    script = (theme.STYLE.parent / "plot.mjs").read_text(encoding="utf-8")
    assert f"const ROLES = {len(CATEGORY_ROLES)};" in script and f'const PAGE = "{IN_APP.page}";' in script
    assert [getattr(IN_APP, role) for role in CATEGORY_ROLES] == [
        "#000001", "#000002", "#000003", "#000004", "#000005",
        "#000006", "#000007", "#000008", "#000009", "#000010",
    ]  # fmt: skip


def test_the_server_shows_no_traceback_sends_no_statistics_and_hides_the_deploy_button() -> None:
    assert CONFIG["client"]["showErrorDetails"] == "none"
    assert CONFIG["client"]["showErrorLinks"] is False
    assert CONFIG["client"]["toolbarMode"] == "viewer"
    assert CONFIG["browser"]["gatherUsageStats"] is False


def test_nothing_of_the_theme_is_fetched_from_another_server() -> None:
    shown = (ROOT / ".streamlit" / "config.toml").read_text() + theme.STYLE.read_text()
    assert "http" not in shown
    assert theme.ICON.startswith("data:image/svg+xml;base64,")


def test_every_option_of_the_theme_is_one_that_streamlit_knows() -> None:
    from streamlit import config

    config.get_config_options(force_reparse=False)
    known = set(config._config_options_template)

    def names(section: dict, path: str) -> list[str]:
        return list(
            chain.from_iterable(
                names(value, f"{path}.{key}") if isinstance(value, dict) else [f"{path}.{key}"]
                for key, value in section.items()
            )
        )

    assert [n for s, values in CONFIG.items() for n in names(values, s) if n not in known] == []


def test_every_tone_has_an_icon_of_its_own_and_a_colour_in_the_style_sheet() -> None:
    assert len({tone.icon for tone in theme.TONES.values()}) == 4
    style = theme.STYLE.read_text(encoding="utf-8")
    assert all(f".{tone.css} {{ color:" in style for tone in theme.TONES.values())


def test_a_tone_that_is_not_known_looks_unknown_never_good() -> None:
    assert theme.tone("").icon == "?"
    assert theme.tone("splendid").icon == "?"


def test_the_style_sheet_uses_only_colours_of_the_palette() -> None:
    style = theme.STYLE.read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b", style) == []
    assert set(re.findall(r"var\(--([a-z]+)", style)) <= set(LIGHT.__dataclass_fields__) | {
        "organisation",
        "drawn",
        "most",  # cards side by side
        "gone",  # what is said when the server is gone
    }
    for role in LIGHT.__dataclass_fields__:
        assert f"--{role}:light-dark({getattr(LIGHT, role)},{getattr(DARK, role)})" in theme.roles()


def test_a_legend_names_no_brightness_which_turns_round_in_the_dark() -> None:
    # What is dark on a white page is the brighter one on a dark page: words and positions hold in both.
    places = [path for path in (ROOT / "reliability").rglob("*.py") if "statistics" not in path.parts]
    said = re.compile(r"· ?\b(dark|pale|mid|bright|light)\b:|\b(dark|pale|mid|bright): ")
    found = [
        f"{path.name}: {line.strip()}"
        for path in places
        for line in path.read_text().splitlines()
        if said.search(line)
    ]
    assert found == []
