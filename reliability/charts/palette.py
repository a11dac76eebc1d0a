"""Colours by role. A verdict is the only thing that has a hue; everything else is a shade of slate."""

from dataclasses import asdict, dataclass, fields

from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN


@dataclass(frozen=True)
class Palette:
    """One theme's colours, as CSS hex. `good` is also the accent of goal lines."""

    text: str
    muted: str
    faint: str
    page: str
    panel: str
    border: str
    good: str
    noise: str
    concern: str
    unknown: str
    baseline: str
    incident: str

    def tone(self, tone: str) -> str:
        """Return the colour of a verdict's tone; an unknown tone is grey."""
        return {GOOD: self.good, NOISE: self.noise, CONCERN: self.concern}.get(tone, self.unknown)


LIGHT = Palette(
    text="#102A43",
    muted="#52606D",
    faint="#7B8794",
    page="#FFFFFF",
    panel="#F5F7FA",
    border="#E1E7EC",
    good="#1F6FB2",
    noise="#52697F",
    concern="#A34A08",
    unknown="#5F6B77",
    baseline="#F1F3F5",
    incident="#FBEFE6",
)
DARK = Palette(
    text="#E6EDF3",
    muted="#A9B4C0",
    faint="#7D8895",
    page="#0F1720",
    panel="#17212B",
    border="#2A3642",
    good="#6CB4F0",
    noise="#9FB3C8",
    concern="#F0A05A",
    unknown="#9AA7B4",
    baseline="#1C2732",
    incident="#33261B",
)

# The roles of theme.chartCategoricalColors in .streamlit/config.toml, in order. The browser replaces these stand-ins by
# the theme's colours (reliability/ui/plot.mjs), so a chart follows a switch of theme without the server being asked.
CATEGORY_ROLES = (
    "good",
    "noise",
    "concern",
    "unknown",
    "text",
    "muted",
    "faint",
    "border",
    "baseline",
    "incident",
)
_STAND_INS = dict(zip(CATEGORY_ROLES, (f"#0000{n:02d}" for n in range(1, 11)), strict=True))
_PAGE_STAND_IN = "#000038"
IN_APP = Palette(page=_PAGE_STAND_IN, panel=_PAGE_STAND_IN, **_STAND_INS)

# In a document each colour is a custom property of its style sheet, which follows the reader's theme.
IN_DOCUMENT = Palette(**{role.name: f"var(--{role.name})" for role in fields(Palette)})

PALETTES = {"light": LIGHT, "dark": DARK, "app": IN_APP, "document": IN_DOCUMENT}
TONES = (GOOD, NOISE, CONCERN, UNKNOWN)


def properties(palette: Palette) -> str:
    """Return a palette as the custom properties that the theme "document" names."""
    return " ".join(f"--{role}: {colour};" for role, colour in asdict(palette).items())
