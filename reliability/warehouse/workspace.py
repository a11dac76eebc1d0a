"""A workspace: one organisation's data folder, its settings, its published warehouse, and the moment it is seen at."""

import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reliability.data_dir import default_data_dir
from reliability.errors import NothingYetError, WarehouseError
from reliability.formatting import listed
from reliability.queries import Asks, Store
from reliability.settings import FILE, Settings, load_settings
from reliability.warehouse import Inputs, changed, current, open_store
from reliability.warehouse.versions import check_settings_file


@dataclass(frozen=True)
class Workspace:
    """Settings and warehouse of one data folder, seen as of one instant (UTC).

    inputs: what the warehouse was made from; None where an older version of this program built it.
    """

    data_dir: Path
    settings: Settings
    store: Store
    as_of: datetime
    inputs: Inputs | None = None


def open_workspace(data_dir: Path, as_of: datetime | None = None) -> Workspace:
    """Open a data folder that has been built.

    as_of: the instant to look from; by default the settings' own, else the newest instant in the exports.
    Raises SettingsError or WarehouseError with what to do.
    """
    if not data_dir.is_dir():
        raise WarehouseError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    check_settings_file(data_dir)
    settings = load_settings(data_dir)
    store = open_store(data_dir)
    live = current(data_dir)
    inputs = live.inputs if live and live.path == store.path else None
    return Workspace(data_dir, settings, store, as_of or known_until(store), inputs)


def outdated(workspace: Workspace) -> str:
    """Say what changed since the warehouse was built: "built before review.toml changed"; "" when nothing did.

    Every figure dates from before then. Cheap enough to ask for every page.
    """
    return outdated_since(workspace.data_dir, workspace.settings, workspace.inputs)


def outdated_since(data_dir: Path, settings: Settings, inputs: Inputs | None) -> str:
    """Say what is not as it was when `inputs` were read. See `outdated`."""
    names = changed(data_dir, settings, inputs) if inputs else []
    return f"built before {listed(names)} changed" if names else ""


def known_until(store: Asks) -> datetime:
    """Return the warehouse's own `as_of`: the newest instant in the exports, or the one the settings fix."""
    instant = store.run("lists/meta").one()["as_of"]
    if instant is None:
        raise NothingYetError(
            "no export holds a single readable date",
            "exports",
            "Add an export on the Data page, or say there which column of one is its date.",
        )
    return instant


def _time_of(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


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
    # By file: a damaged version is rebuilt under another name, although nothing that it is made from changed.
    stamp = (published.path.name if published else "", _time_of(folder / FILE))
    with _opening:
        if (held := _opened.get(folder)) and held[0] == stamp:
            return held[1]
        workspace = open_workspace(folder)
        _opened[folder] = (stamp, workspace)
        return workspace
