"""Settings: what an organisation says about itself in review.toml, typed and checked.

A server listens before it needs more of it than `access`: what reads all of it is imported when it is asked for.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reliability.settings.file import FILE
    from reliability.settings.loading import is_code_page, load_settings, parse_settings, settings_problems
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


def __getattr__(name: str) -> Any:
    if name in __all__:
        from reliability.settings import file, loading, model, words

        for module in (loading, model, words, file):
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
