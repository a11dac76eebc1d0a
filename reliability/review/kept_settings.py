"""The settings a review was made from, as text that may be kept and handed on."""

import re
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomlkit

from reliability.errors import SettingsError
from reliability.settings import FILE, Settings, load_settings
from reliability.settings.access import Access
from reliability.settings.deliver import Deliver
from reliability.settings.journal import JournalPlace
from reliability.settings.warehouse import SharedWarehouse

_NOT_KEPT = ("access", "deliver", "journal", "warehouse")
"""They change no figure, and a thawed folder has a journal and a warehouse of its own."""

_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")


def kept_settings(data_dir: Path, settings: Settings) -> str:
    """Return review.toml without comments, the tables of `_NOT_KEPT`, and credentials in addresses.

    settings: those that the review was made from. Raises SettingsError when the file has others by now.
    """
    path = data_dir / FILE
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    said = tomllib.loads(text)
    for table in _NOT_KEPT:
        said.pop(table, None)
    kept = tomlkit.dumps(said)
    with tempfile.TemporaryDirectory(prefix="settings-") as folder:
        (Path(folder) / FILE).write_text(kept, encoding="utf-8")
        again = load_settings(Path(folder))
    if _what_counts(again) != _what_counts(settings):
        raise SettingsError(
            "changed while the review was frozen", FILE, "Look at the review and freeze it again."
        )
    return tomlkit.dumps(_masked(said))


def _what_counts(settings: Settings) -> str:
    # Roll-ups name places relative to the data folder; what they gave is among the files that are kept.
    return replace(
        settings,
        access=Access(),
        deliver=Deliver(),
        journal=JournalPlace(),
        warehouse=SharedWarehouse(),
        rollups=type(settings.rollups)(),
    ).edition


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _masked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item) for item in value]
    return _CREDENTIALS.sub("", value) if isinstance(value, str) else value
