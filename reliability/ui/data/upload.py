"""Adding exports in the browser: files are written into the data folder as they are, then the warehouse is rebuilt."""

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from reliability import formatting as fmt
from reliability.access import spool
from reliability.access.identity import ADDING, ADMINISTER
from reliability.errors import ExportError, ReliabilityError, RightsError
from reliability.exports.folder import is_export
from reliability.settings import load_settings
from reliability.ui import empty, panels, text, turns, visitor
from reliability.ui.data import looked

if TYPE_CHECKING:
    from reliability.warehouse import BuildReport

TYPES = ("csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "parquet", "gz", "zip")
_UNSAFE = re.compile(r"[^\w .()+-]+")
# Folders hold names of 255 bytes, and a number may follow.
_LONGEST_NAME, _MOST_BYTES = 120, 220
_COPIED_AT_ONCE = 1024 * 1024


class Uploaded(Protocol):
    """What a browser sent: a name and the bytes."""

    name: str

    def getvalue(self) -> bytes:
        """Return the whole file."""
        ...


Recorded = Callable[[Path, int, str], AbstractContextManager[None]]


@dataclass(frozen=True)
class Saved:
    """Where an uploaded file went. `new` is False when the very same file was there already."""

    path: Path
    new: bool


def safe_name(name: str) -> str:
    """Return a file name that stays in its folder: no path, no hidden file, no odd characters, a known ending.

    A name that readers take for a note ("README.csv") gets a word in front. Raises ExportError for a missing ending,
    and for one that cannot be read.
    """
    bare = unicodedata.normalize("NFC", re.split(r"[\\/]", name)[-1])
    clean = " ".join(_UNSAFE.sub("_", bare).split()).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not dot:
        raise ExportError("a file without an ending", bare[:80], "Rename it, for example incidents.csv.")
    if ending.lower() not in TYPES:
        raise ExportError(
            f"a .{ending[:20]} file cannot be read", bare[:80], "Save or export it as CSV, JSON or XLSX."
        )
    stem = (
        stem.strip(" ._")[:_LONGEST_NAME].encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(" .")
        or "export"
    )
    safe = f"{stem}.{ending}"
    return safe if is_export(safe) else f"export {safe}"


def _unrecorded(_path: Path, _size: int, _digest: str) -> AbstractContextManager[None]:
    return nullcontext()


def save(file: Uploaded, folder: Path, recorded: Recorded = _unrecorded) -> Saved:
    """Write an uploaded file into `folder`, whole or not at all. Files that are there are never overwritten.

    The same bytes under the same name are not written twice; other bytes get a number ("incidents (2).csv").
    recorded: entered with path, bytes and SHA-256 before the file appears, and not for one that was there already.
    Raises ExportError, and leaves nothing, where it cannot be written.
    """
    try:
        return _save(file, folder, recorded)
    except OSError as error:
        what = f"could not be written: {error.strerror or error}"
        raise ExportError(what, file.name, "Make room on the disk, or check the folder.") from error


def _save(file: Uploaded, folder: Path, recorded: Recorded) -> Saved:
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
        with recorded(path, size, digest.hex()):
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
        panels.confirm(said)
    for problem in st.session_state.pop("_not_added", ()):
        empty.note(problem)
    why = visitor.lack(ADMINISTER, ADDING)
    with st.container(border=True, key="add-exports"):
        st.html(
            '<div class="rl"><p class="rl-finding">Add exports</p><p class="rl-subtitle">exactly as the tools produced '
            "them: CSV, TSV, JSON, XLSX or Parquet, also as .gz or .zip; they are recognised by their header and never "
            "changed</p></div>"
        )
        chosen = st.file_uploader(
            "Export files",
            accept_multiple_files=True,
            label_visibility="collapsed",
            disabled=bool(why),
            key=f"uploads-{st.session_state.get('_uploads', 0)}",
        )
        if why:
            empty.note(why, concern=False)
            return
        _preview_and_add(chosen or [], data_dir)
        _undo_and_remove(data_dir)


def _preview_and_add(chosen: Sequence[Uploaded], data_dir: Path) -> None:
    """Show what the chosen files would change; only then they may be added."""
    which = tuple((file.name, hashlib.sha256(file.getvalue()).hexdigest()) for file in chosen)
    with st.container(horizontal=True):
        looking = st.button("See what changes", disabled=not chosen, icon=":material/visibility:")
        if st.button("Rebuild", type="tertiary", help="After changing files or review.toml by hand."):
            rebuild(data_dir)
        if chosen:
            visitor.ask_name_once("upload-person", visitor.WRITING)
    if looking:
        _look(chosen, which, data_dir)
    held = st.session_state.get("_preview")
    if not chosen or not held or held[0] != which:
        return
    found: looked.Looked = held[1]
    looked.show(found)
    with st.container(horizontal=True):
        adding = [chosen[at] for at in found.addable]
        if adding and st.button("Add and rebuild", type="primary", icon=":material/upload:"):
            _add(adding, data_dir, found.not_added)
        if st.button("Discard", type="tertiary", help="Nothing has been changed."):
            _forget()
            st.rerun()


def _look(chosen: Sequence[Uploaded], which: object, data_dir: Path) -> None:
    from reliability.imports import preview
    from reliability.rulings import rows_of

    with tempfile.TemporaryDirectory(prefix="upload-") as scratch, st.spinner("Reading the files …"):
        added: dict[str, Path] = {}
        names: list[str] = []
        refused: list[ReliabilityError] = []
        for file in chosen:
            try:
                name = free_name(data_dir / "exports", safe_name(file.name), set(added))
                added[name] = save(file, Path(scratch) / str(len(added))).path
            except ReliabilityError as error:
                refused.append(error)
                name = ""
            names.append(name)
        try:
            found = None
            if added:
                with turns.pages.stepped_aside():
                    found = preview(data_dir, load_settings(data_dir), added, lambda: rows_of(data_dir))
            st.session_state["_preview"] = (which, looked.Looked(tuple(names), tuple(refused), found))
        except ReliabilityError as error:
            empty.show_error(error)


def free_name(folder: Path, name: str, taken: set[str]) -> str:
    """A name that no file of the folder, and none of `taken`, has: "incidents (2).csv"."""
    stem, _, ending = name.rpartition(".")
    number = 1
    while (free := name if number == 1 else f"{stem} ({number}).{ending}") in taken or (
        folder / free
    ).exists():
        number += 1
    return free


def _undo_and_remove(data_dir: Path) -> None:
    """Offer to take the last act back, and to take any file out."""
    from reliability.imports import last_act, remove, undo

    folder = data_dir / "exports"
    files = sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name[0] != "."
    )
    act = last_act(data_dir)
    if not files and act is None:
        return
    with st.container(horizontal=True):
        if act is not None:
            names = fmt.listed(act.files)
            label = f"Undo: {act.what} {text.markdown(names)}"
            nameless = visitor.is_nameless()
            with st.popover(label, type="tertiary") if nameless else nullcontext():
                if nameless:
                    visitor.ask_name_once("undo-person", visitor.WRITING)
                # A key of each act's own: a press on an old page is lost rather than meant for a later act.
                key = f"undo-import-{text.digest(act)}"
                if st.button("Undo" if nameless else label, type="tertiary", key=key):
                    said = f"Took back: {act.what} {names}"
                    _done(data_dir, lambda: undo(data_dir, act), said, act.files)
        if files:
            with st.popover("Remove a file", type="tertiary"):
                chosen = st.multiselect("Files", files, key="remove-files", label_visibility="collapsed")
                st.html(
                    '<p class="rl rl-small">They go to removed/ in the data folder; Undo brings them back.</p>'
                )
                visitor.ask_name_once("remove-person", visitor.WRITING)
                if st.button("Remove and rebuild", disabled=not chosen, key="remove-files-now"):
                    _done(data_dir, lambda: remove(data_dir, chosen), f"Removed {fmt.listed(chosen)}", chosen)


def _done(data_dir: Path, act: Callable[[], object], said: str, files: Sequence[str]) -> None:
    try:
        visitor.require(ADMINISTER, ADDING)
        with visitor.recorded(data_dir, "export", said, {"action": said, "files": list(files)}):
            act()
    except ReliabilityError as error:
        empty.show_error(error)
        return
    rebuild(data_dir, said=said)


def _forget() -> None:
    """Empty the uploader and the preview of what was in it."""
    st.session_state.pop("_preview", None)
    st.session_state["_uploads"] = st.session_state.get("_uploads", 0) + 1


def _add(chosen: Sequence[Uploaded], data_dir: Path, not_added: Sequence[str] = ()) -> None:
    """Keep files among the exports and rebuild. not_added: chosen ones that are left out, each with why."""
    from reliability.imports import record_added

    try:
        visitor.require(ADMINISTER, ADDING)
        visitor.signed(visitor.remembered_name())
    except RightsError as error:
        empty.note(str(error))
        return

    def recorded(path: Path, size: int, digest: str) -> AbstractContextManager[None]:
        body = {"action": "added", "bytes": size, "sha256": digest}
        return visitor.recorded(data_dir, "export", path.name, body)

    saved: list[Saved] = []
    problems: list[ReliabilityError] = []
    for file in chosen:
        try:
            saved.append(save(file, data_dir / "exports", recorded))
        except ReliabilityError as error:
            problems.append(error)
    if not problems:
        for file in chosen:
            spool.release(file.getvalue())
    if saved:
        try:
            record_added(data_dir, [one.path.name for one in saved if one.new])
        except ExportError as error:
            problems.append(error)
    if not saved:
        for problem in problems:
            empty.show_error(problem)
        return
    # Said after the rebuild: what a page says before it is drawn anew nobody reads.
    left = [f"Not added: {name}." for name in not_added]
    st.session_state["_not_added"] = [*left, *(str(problem) for problem in problems)]
    rebuild(data_dir, saved)


def rebuild(data_dir: Path, saved: Sequence[Saved] = (), said: str = "Rebuilt") -> None:
    """Build a new warehouse version with a progress bar and run the page again.

    saved: files that were added. said: what the visitor is told of it, where none was. The last good version keeps
    serving when it fails.
    """
    from reliability.replicas import build

    try:
        visitor.require(ADMINISTER, ADDING)
    except RightsError as error:
        empty.note(str(error))
        return
    bar = st.progress(0.0, text="Reading exports …")

    def tell(step: str, share: float) -> None:
        bar.progress(min(max(share, 0.0), 1.0), text=text.markdown(step))

    try:
        with turns.pages.stepped_aside():
            report = build(data_dir, load_settings(data_dir), progress=tell, who=visitor.builds_as())
    except ReliabilityError as error:
        bar.empty()
        empty.show_error(error)
        return
    bar.empty()
    st.session_state["_built"] = ". ".join(_became(saved, report) if saved else [said])
    _forget()
    st.rerun()


def _became(saved: Sequence[Saved], report: "BuildReport") -> list[str]:
    """What became of added files, in sentences without their full stops."""
    new = [one.path.name for one in saved if one.new]
    tables = {name: [f for f in report.files if f.file.split("!")[0] == name] for name in new}
    counted = [name for name, files in tables.items() if any(f.kept or f.superseded for f in files)]
    unread = [
        name
        for name, files in tables.items()
        if name not in counted and any(f.recognised is False for f in files)
    ]
    idle = [name for name in new if name not in (*counted, *unread)]
    known = len(saved) - len(new)
    parts = [f"Added {fmt.listed(counted)}"] if counted else []
    if unread:
        parts.append(f"Not read yet: {fmt.listed(unread)}; map {'it' if len(unread) == 1 else 'them'} below")
    if idle:
        parts.append(f"Not a row counts of {fmt.listed(idle)}")
    if known:
        parts.append(f"{fmt.plural(known, 'file')} already there")
    return parts
