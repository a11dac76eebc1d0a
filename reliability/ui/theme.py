"""The look of verdicts and the one style sheet. Colours follow the theme in the browser, without a rerun."""

from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from reliability.charts.palette import CATEGORY_ROLES, DARK, LIGHT
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.ui import text

STYLE = Path(__file__).with_name("style.css")
# A picture of our own: a Material icon as page icon would be fetched from another server. Encoded once: a file would
# be read and encoded for every run of every page.
ICON = "data:image/svg+xml;base64," + b64encode(Path(__file__).with_name("icon.svg").read_bytes()).decode()
SIDEBAR_WIDTH = 216  # pixels


@dataclass(frozen=True)
class Tone:
    """How a verdict's tone looks: an icon that works without colour, and the style sheet's class."""

    icon: str
    css: str
    name: str


TONES = {
    GOOD: Tone("✓", "tone-good", "good"),
    NOISE: Tone("≈", "tone-noise", "could be luck"),
    CONCERN: Tone("▲", "tone-concern", "needs attention"),
    UNKNOWN: Tone("?", "tone-unknown", "not known"),
}


def tone(name: str) -> Tone:
    """Return the look of a tone; anything not known looks unknown, never good."""
    return TONES.get(name, TONES[UNKNOWN])


def roles() -> str:
    """Return the palette as CSS variables that follow the theme (`light-dark()` reads the page's scheme)."""
    names = LIGHT.__dataclass_fields__
    values = "".join(f"--{n}:light-dark({getattr(LIGHT, n)},{getattr(DARK, n)});" for n in names)
    return f":root{{{values}}}"


def ink() -> str:
    """Return rules by which what is drawn in a chart has the colour of its role on paper, which is always light."""
    rules = "".join(
        f".rl-plot :is({_painted(side, role)}){{{side}:var(--{role})!important}}"
        for role in (*CATEGORY_ROLES, "page")
        for side in ("fill", "stroke")
    )
    return f"@media print{{{rules}}}"


def _painted(side: str, role: str) -> str:
    """Return the selectors of what was painted in a role's colour under either theme, as the browser writes it."""
    colours = [getattr(palette, role) for palette in (LIGHT, DARK)]
    written = [f"rgb({', '.join(str(part) for part in bytes.fromhex(colour[1:]))})" for colour in colours]
    return ",".join(f'[style*="{side}: {colour}"]' for colour in written)


PROGRAM = "Reliability review"
"""What the corner of every page says where the organisation has no name."""

_GONE = (
    "the server of this review does not answer. You see what was last read; the page continues by itself as "
    "soon as the server is back. If it stays away, ask whoever runs it."
)


def apply() -> None:
    """Put the style sheet on the page. Called once per run, by the shell."""
    st.html(f"<style>{roles()}{ink()}{_style()}</style>")


def organisation(name: str, sample: bool) -> None:
    """Write the organisation's name above the navigation, the program's without one, and that a sample is one.

    What the page says once its server is gone has to be on it before.
    """
    gone = f"{name}: {_GONE}" if name else _GONE
    st.html(f"<style>.stApp{{--organisation:{text.css(name or PROGRAM)};--gone:{text.css(gone)};}}</style>")
    if sample:
        st.sidebar.html('<p class="rl-sample"><b>Sample organisation.</b> Every figure here is invented.</p>')


def _style() -> str:
    return STYLE.read_text(encoding="utf-8")
