"""The Data page while there is nothing to review yet: add exports, or map those that are there."""

from pathlib import Path
from typing import Any

from reliability.errors import ReliabilityError
from reliability.exports import sources
from reliability.settings import load_settings
from reliability.ui import empty, mapping, upload
from reliability.warehouse import open_store


def show(data_dir: Path) -> None:
    """Show what was made of each export so far, the form to map one, and the way to add others."""
    try:
        settings = load_settings(data_dir)
    except ReliabilityError:
        return  # the shell has said what is wrong with them; nothing can be read before that is right
    files = _files(data_dir)
    for file in files:
        if file["problem"]:
            empty.note(f"{file['file']}: {file['problem']}")
    mapping.panel(data_dir, settings, files)
    upload.add_exports(data_dir)


def _files(data_dir: Path) -> list[dict[str, Any]]:
    """Every export with what the last build made of it; nothing but its name before the first build."""
    try:
        store = open_store(data_dir)
    except ReliabilityError:
        folder = data_dir / "exports"
        found = sources(folder) if folder.is_dir() else []
        return [
            {"file": s.name, "recognised": False, "format": None, "title": None, "problem": ""} for s in found
        ]
    try:
        return store.run("lists/file_accounting").rows
    finally:
        store.close()
