"""Adding exports in the browser: files are written into the data folder as they are, then the warehouse is rebuilt."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import streamlit as st

from reliability import formatting as fmt
from reliability.errors import ExportError, JournalError, ReliabilityError, RightsError
from reliability.serve import spool
from reliability.serve.identity import ADMINISTER
from reliability.settings import load_settings
from reliability.ui import empty, text, visitor

TYPES = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "parquet", "gz", "zip")
_UNSAFE = re.compile(r"[^\w .()+-]+")
_LONGEST_NAME = 120
_COPIED_AT_ONCE = 1024 * 1024
_ADDING = "adding exports"


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
    waiting = spool.waiting(content, file.name)
    size = waiting.stat().st_size if waiting else len(content)
    if not size:
        raise ExportError("the file is empty", file.name, "Export it again.")
    folder.mkdir(parents=True, exist_ok=True)
    name = safe_name(file.name)
    stem, _, ending = name.rpartition(".")
    digest = _digest(waiting) if waiting else hashlib.sha256(content).digest()
    number = 1
    while (path := folder / (name if number == 1 else f"{stem} ({number}).{ending}")).exists():
        if path.stat().st_size == size and _digest(path) == digest:
            return Saved(path, new=False)
        number += 1
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".upload-")
    try:
        with os.fdopen(handle, "wb") as out:
            if waiting:
                with waiting.open("rb") as given:
                    shutil.copyfileobj(given, out, _COPIED_AT_ONCE)
            else:
                out.write(content)
        os.chmod(draft, 0o644)
        os.link(draft, path)  # fails, rather than replaces, when another upload took the name meanwhile
    finally:
        os.unlink(draft)
    return Saved(path, new=True)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def add_exports(data_dir: Path) -> None:
    """Let the visitor add export files, or rebuild after files or settings were changed by hand."""
    if said := st.session_state.pop("_built", None):
        st.toast(said, icon=":material/check:")
    why = visitor.lack(ADMINISTER, _ADDING)
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
            disabled=bool(why),
            key=f"uploads-{st.session_state.get('_uploads', 0)}",
        )
        with st.container(horizontal=True):
            if st.button("Add and rebuild", disabled=bool(why) or not chosen, icon=":material/upload:"):
                _add(chosen, data_dir)
            hint = "After changing files or review.toml by hand."
            if st.button("Rebuild", type="tertiary", disabled=bool(why), help=hint):
                rebuild(data_dir)
        if why:
            empty.note(why, concern=False)


def _add(chosen: Sequence[Uploaded], data_dir: Path) -> None:
    try:
        visitor.require(ADMINISTER, _ADDING)
    except RightsError as error:
        empty.note(str(error))
        return
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
    _keep_who(saved, data_dir, problems)
    if not problems:
        for file in chosen:
            spool.release(file.getvalue())
    if saved:
        rebuild(data_dir, saved, stay=bool(problems))


def _keep_who(saved: Sequence[Saved], data_dir: Path, problems: list[ReliabilityError]) -> None:
    """Keep in the journal who added which file. Files stay added when that fails, and the visitor is told."""
    for one in saved:
        if one.new:
            size = one.path.stat().st_size
            body = {"bytes": size, "sha256": _digest(one.path).hex()}
            try:
                visitor.write(data_dir, "export", one.path.name, body)
            except JournalError as error:
                empty.show_error(error)
                problems.append(error)


def rebuild(data_dir: Path, saved: Sequence[Saved] = (), stay: bool = False, said: str = "Rebuilt") -> None:
    """Build a new warehouse version with a progress bar and run the page again, unless it is to `stay`.

    said: what the visitor is told of it, where no file was added. The last good version keeps serving when it fails.
    """
    from reliability.repeats.decisions import rows_of
    from reliability.warehouse import build

    try:
        visitor.require(ADMINISTER, _ADDING)
    except RightsError as error:
        empty.note(str(error))
        return
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
