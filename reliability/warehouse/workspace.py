"""A workspace: one organisation's data folder, its settings, its published warehouse, and the moment it is seen at."""

import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reliability.errors import WarehouseError
from reliability.queries import Asks, Store
from reliability.settings import Settings, load_settings
from reliability.warehouse import current, open_store

ROOT = Path(__file__).resolve().parent.parent.parent


def default_data_dir() -> Path:
    """Return the data folder: RELIABILITY_DATA, else the `data/` folder beside the package."""
    named = os.environ.get("RELIABILITY_DATA")
    return Path(named) if named else ROOT / "data"


@dataclass(frozen=True)
class Workspace:
    """Settings and warehouse of one data folder, seen as of one instant (UTC)."""

    data_dir: Path
    settings: Settings
    store: Store
    as_of: datetime


def open_workspace(data_dir: Path, as_of: datetime | None = None) -> Workspace:
    """Open a data folder that has been built.

    as_of: the instant to look from; by default the settings' own, else the newest instant in the exports.
    Raises SettingsError or WarehouseError with what to do.
    """
    if not data_dir.is_dir():
        raise WarehouseError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    settings = load_settings(data_dir)
    store = open_store(data_dir)
    return Workspace(data_dir, settings, store, as_of or known_until(store))


def known_until(store: Asks) -> datetime:
    """Return the warehouse's own `as_of`: the newest instant in the exports, or the one the settings fix."""
    instant = store.run("lists/meta").one()["as_of"]
    if instant is None:
        raise WarehouseError(
            "no export holds a single readable date", store.path.name, "Add an export on the Data page."
        )
    return instant


_opened: dict[Path, tuple[tuple[str, int], Workspace]] = {}
_opening = threading.Lock()


def open_current(data_dir: Path | None = None) -> Workspace:
    """Return the newest published version of a data folder, opened once per process and version.

    A running server calls this for every page run: a newly published warehouse, or an edited review.toml, is picked
    up without a restart. A version no longer handed out closes when its last reader lets go of it.
    Raises SettingsError or WarehouseError with what to do.
    """
    folder = (data_dir or default_data_dir()).resolve()
    published = current(folder)
    settings_file = folder / "review.toml"
    stamp = (
        published.data_version if published else "",
        settings_file.stat().st_mtime_ns if settings_file.exists() else 0,
    )
    with _opening:
        if (held := _opened.get(folder)) and held[0] == stamp:
            return held[1]
        workspace = open_workspace(folder)
        _opened[folder] = (stamp, workspace)
        return workspace
