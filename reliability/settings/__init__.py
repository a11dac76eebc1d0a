"""Settings: what an organisation says about itself in review.toml, typed and checked."""

from reliability.settings.loading import FILE, is_code_page, load_settings, parse_settings, settings_problems
from reliability.settings.model import (
    Baseline,
    Build,
    Commitment,
    ExportRule,
    Gates,
    Goal,
    Incidents,
    Organisation,
    Settings,
    Severity,
    Span,
    Targets,
)
from reliability.settings.words import DEFAULT_WORDS, normal_word

__all__ = [
    "DEFAULT_WORDS",
    "FILE",
    "Baseline",
    "Build",
    "Commitment",
    "ExportRule",
    "Gates",
    "Goal",
    "Incidents",
    "Organisation",
    "Settings",
    "Severity",
    "Span",
    "Targets",
    "is_code_page",
    "load_settings",
    "normal_word",
    "parse_settings",
    "settings_problems",
]
