"""Adding exports in the browser: files are written into the data folder as they are, then the warehouse is rebuilt."""

import hashlib
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ExportError, ReliabilityError
from reliability.settings import load_settings
from reliability.ui import empty, text

TYPES = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "parquet", "gz", "zip")
_UNSAFE = re.compile(r"[^\w .()+-]+")
_LONGEST_NAME = 120


class Uploaded(Protocol):
    """What a browser sent: a name and the bytes."""

    name: str

    def getvalue(self) -> bytes:
        """Return the whole file."""
        ...


@dataclass(frozen=True)
class Saved:
    """Where an uploaded file went. `new` is False when the very same file was there already."""

    path: Path
    new: bool


def safe_name(name: str) -> str:
    """Return a file name that stays in its folder: no path, no hidden file, no odd characters, a known ending.

    Raises ExportError when nothing usable is left or the ending is not one that can be read.
    """
    bare = re.split(r"[\\/]", name)[-1]
    clean = " ".join(_UNSAFE.sub("_", bare).split()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot or not stem.strip(" ._"):
        raise ExportError("a file without a usable name", name[:80], "Rename it, for example incidents.csv.")
    if ending.lower() not in TYPES:
        raise ExportError(f"a .{ending} file cannot be read", name[:80], f"Export as {', '.join(TYPES[:7])}.")
    return f"{stem[:_LONGEST_NAME]}.{ending}"


def save(file: Uploaded, folder: Path) -> Saved:
    """Write an uploaded file into `folder`, whole or not at all. Files that are there are never overwritten.

    The same bytes under the same name are not written twice; other bytes get a number ("incidents (2).csv").
    """
    content = file.getvalue()
    if not content:
        raise ExportError("the file is empty", file.name, "Export it again.")
    folder.mkdir(parents=True, exist_ok=True)
    name = safe_name(file.name)
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256(content).digest()
    number = 1
    while (path := folder / (name if number == 1 else f"{stem} ({number}).{ending}")).exists():
        if path.stat().st_size == len(content) and hashlib.sha256(path.read_bytes()).digest() == digest:
            return Saved(path, new=False)
        number += 1
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".upload-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
        os.chmod(draft, 0o644)
        os.link(draft, path)  # fails, rather than replaces, when another upload took the name meanwhile
    finally:
        os.unlink(draft)
    return Saved(path, new=True)


def add_exports(data_dir: Path) -> None:
    """Let the visitor add export files, or rebuild after files or settings were changed by hand."""
    if said := st.session_state.pop("_built", None):
        st.toast(said, icon=":material/check:")
    with st.container(border=True, key="add-exports"):
        st.html(
            '<div class="rl"><p class="rl-finding">Add exports</p><p class="rl-subtitle">exactly as the tools produced '
            "them; they are recognised by their header and never changed</p></div>"
        )
        chosen = st.file_uploader(
            "Export files",
            type=list(TYPES),
            accept_multiple_files=True,
            label_visibility="collapsed",
            key=f"uploads-{st.session_state.get('_uploads', 0)}",
        )
        with st.container(horizontal=True):
            if st.button("Add and rebuild", disabled=not chosen, icon=":material/upload:"):
                _add(chosen, data_dir)
            if st.button("Rebuild", type="tertiary", help="After changing files or review.toml by hand."):
                rebuild(data_dir)


def _add(chosen: Sequence[Uploaded], data_dir: Path) -> None:
    saved: list[Saved] = []
    problems: list[ReliabilityError] = []
    for file in chosen:
        try:
            saved.append(save(file, data_dir / "exports"))
        except ReliabilityError as error:
            problems.append(error)
        except OSError as error:
            problems.append(
                ExportError(f"could not be written: {error.strerror}", file.name, "Check the folder.")
            )
    for problem in problems:
        empty.show_error(problem)
    if saved:
        rebuild(data_dir, saved, stay=bool(problems))


def rebuild(data_dir: Path, saved: Sequence[Saved] = (), stay: bool = False, said: str = "Rebuilt") -> None:
    """Build a new warehouse version with a progress bar and run the page again, unless it is to `stay`.

    said: what the visitor is told of it, where no file was added. The last good version keeps serving when it fails.
    """
    from reliability.repeats.decisions import rows_of
    from reliability.warehouse import build

    bar = st.progress(0.0, text="Reading exports …")

    def tell(step: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), text=text.markdown(step))

    try:
        build(data_dir, load_settings(data_dir), progress=tell, decisions=lambda: rows_of(data_dir))
    except ReliabilityError as error:
        bar.empty()
        empty.show_error(error)
        return
    bar.empty()
    new = [s.path.name for s in saved if s.new]
    known = len(saved) - len(new)
    parts = [f"Added {fmt.listed(new)}" if new else said]
    if known:
        parts.append(f"{fmt.plural(known, 'file')} already there")
    st.session_state["_built"] = ", ".join(parts)
    st.session_state["_uploads"] = st.session_state.get("_uploads", 0) + 1
    if not stay:
        st.rerun()
