"""Freezing: a review and everything it was made from are kept, whole or not at all."""

from datetime import UTC, datetime

from reliability import __version__
from reliability.errors import ReliabilityError
from reliability.exports import link_problem
from reliability.journal import Journal
from reliability.model import Review
from reliability.queries import FOLDER
from reliability.review.frozen.contents import Contents
from reliability.review.frozen.record import KIND, FrozenReview, Kept, body_of, identified
from reliability.review.frozen.settings_text import kept_settings
from reliability.warehouse.inputs import EXPORTS, Inputs
from reliability.warehouse.workspace import Workspace, outdated

_REBUILD = "Run `python -m reliability build`, look at the review and freeze it again."
_LONGEST_NOTE = 2000


def freeze(workspace: Workspace, review: Review, by: str, note: str = "") -> FrozenReview:
    """Keep a review as presented; everything is on disk when this returns.

    review: as composed from this workspace. by: who freezes it. Raises ReliabilityError when it is not of these data,
    when anything changed since they were read, or when nothing can be written; the journal is then as it was.
    """
    if review.data_version != workspace.store.data_version:
        raise ReliabilityError(
            "the data changed since the review was made", "freeze", "Look again, then freeze it."
        )
    if said := outdated(workspace):
        raise ReliabilityError(f"the figures were {said}; nothing was frozen", "freeze", _REBUILD)
    if workspace.inputs is None:
        what = "an older version of this program built the warehouse; nothing was frozen"
        raise ReliabilityError(what, "freeze", _REBUILD)
    if len(note) > _LONGEST_NOTE:
        raise ReliabilityError(f"the note is longer than {_LONGEST_NOTE} characters", "note", "Shorten it.")
    files = _files(workspace, workspace.inputs)
    journal = Journal(workspace.data_dir)
    frozen = identified(
        FrozenReview(
            id="",
            quarter=review.period.id,
            by=by.strip(),
            frozen_at=datetime.now(UTC),
            note=note.strip(),
            zone=workspace.settings.organisation.time_zone,
            program=__version__,
            settings=kept_settings(workspace.data_dir, workspace.settings),
            queries=_queries(),
            files=files,
            journal=journal.state(),
            review=review,
        )
    )
    with Contents(workspace.data_dir).keeping(files):
        journal.append(KIND, frozen.id, body_of(frozen), frozen.by)
    return frozen


def _files(workspace: Workspace, inputs: Inputs) -> tuple[Kept, ...]:
    """Return what the warehouse was made from, but for links that the build refused to follow."""
    folder = workspace.data_dir
    return tuple(
        Kept(name, file.bytes, file.digest)
        for name, file in sorted(inputs.files.items())
        if not ((folder / name).is_symlink() and link_problem(folder / name, folder / EXPORTS))
    )


def _queries() -> dict[str, str]:
    """Return the whole text of every query, header included, by its name below queries/."""
    return {
        path.relative_to(FOLDER).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.rglob("*.sql"))
    }
