"""The Data page while there is nothing to review yet: add exports, or map those that are there."""

from pathlib import Path
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ReliabilityError
from reliability.exports import sources
from reliability.settings import load_settings
from reliability.ui import empty, text
from reliability.ui.data import mapping, upload
from reliability.warehouse import current, open_store


def show(data_dir: Path) -> None:
    """Show what was made of each export so far, the form to map one, and the way to add others."""
    try:
        settings = load_settings(data_dir)
    except ReliabilityError:
        return  # the shell has said what is wrong with them; nothing can be read before that is right
    files = _files(data_dir)
    unknown = [f for f in files if f["recognised"] is False]
    said = "There is nothing to review yet"
    todo = "Add exports of incidents or answers, as your tools produce them."
    if files:
        said = "One export, which cannot be reviewed yet"
        if len(files) > 1:
            said = f"{fmt.plural(len(files), 'export')}, none of which can be reviewed yet"
        todo = "No export holds a readable date. Correct how one is read, or add another."
    if files and all(f["recognised"] is None for f in files):
        todo = "It cannot be read at all." if len(files) == 1 else "None of them can be read at all."
        todo += " The reason is below: export again as it says, and add that."
    if unknown:
        todo = "Say once what the columns of your export are: it is tried before anything is saved."
    st.html(f'<h1 class="rl-headline">{text.html(said)}</h1><p class="rl-reason">{text.html(todo)}</p>')
    for file in files:
        if file["problem"]:
            empty.note(f"{file['file']}: {file['problem']}")
    mapping.panel(data_dir, settings, files)
    upload.add_exports(data_dir)


def _files(data_dir: Path) -> list[dict[str, Any]]:
    """Every export with what the last build made of it; nothing but its name before the first build."""
    try:
        store = open_store(data_dir)
    except ReliabilityError as error:
        if current(data_dir) is not None:
            empty.show_error(error)
        folder = data_dir / "exports"
        found = sources(folder) if folder.is_dir() else []
        return [
            {"file": s.name, "recognised": False, "format": None, "title": None, "problem": ""} for s in found
        ]
    try:
        return store.run("lists/file_accounting").rows
    finally:
        store.close()
