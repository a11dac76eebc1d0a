"""Definitions of queries in words for people who read no SQL: values in place of parameters."""

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reliability import formatting
from reliability.errors import SettingsError
from reliability.kpis.parameters import standing
from reliability.queries.gates import all_gates
from reliability.review.frozen import Frozen
from reliability.settings import FILE, load_settings

_PARAMETER = re.compile(r"\$(\w+)")
_WRITTEN = {"availability": formatting.availability, "engaged_share": formatting.share}


def values_of(frozen: Frozen) -> dict[str, Any]:
    """Return the values that definitions name, by the settings that a review was made from."""
    found: dict[str, Any] = {t.name: t.default for gate in all_gates().values() for t in gate.thresholds}
    with tempfile.TemporaryDirectory(prefix="settings-") as folder:
        (Path(folder) / FILE).write_text(frozen.texts.get(FILE, ""), encoding="utf-8")
        try:
            settings = load_settings(Path(folder))
        except SettingsError:  # of a version whose settings had other keys
            return found
    return {**found, **settings.gates.thresholds, **standing(settings)}


def in_words(definition: str, values: Mapping[str, Any]) -> str:
    """Return a definition without signs of SQL: "at most $engage_minutes minutes" becomes "at most 15 minutes"."""

    def value(named: re.Match[str]) -> str:
        found = values.get(named[1])
        if not isinstance(found, int | float):
            return named[1].replace("_", " ")
        write = _WRITTEN.get(named[1], "{:g}".format)
        return write(found)

    said = _PARAMETER.sub(value, definition).replace("`", "")
    return re.sub(r"\bNULL\b", "No figure", said)
