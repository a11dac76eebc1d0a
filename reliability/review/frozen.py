"""Frozen reviews: a quarter as it was presented, kept in the journal with all that it was made from."""

import base64
import json
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from reliability import __version__
from reliability.errors import ReliabilityError, nearest
from reliability.journal import Journal
from reliability.journal.entries import Entry, standing
from reliability.model import Filters, Review
from reliability.queries import FOLDER
from reliability.review.compose import compose_whole
from reliability.review.contents import Contents
from reliability.review.frozen_document import VERSION, document, review_of
from reliability.review.kept_settings import kept_settings
from reliability.review.rows_behind import RowsBehind, packed, rows_behind, unpacked
from reliability.review.scope import Scope
from reliability.settings import FILE
from reliability.warehouse.inputs import exports_are_elsewhere, is_refused
from reliability.warehouse.workspace import Workspace, outdated

KIND = "frozen review"
FREEZING = "freezing a review"


@dataclass(frozen=True)
class Frozen:
    """A review as presented.

    id: says its quarter, and is never given twice. at: when (UTC); who; note: for which meeting. as_of: the instant it
    was seen from. zone: the organisation's time zone then. exports: path below the data folder -> digest of its
    content. made_by: the version of this program.
    """

    id: str
    quarter: str
    at: datetime
    who: str
    note: str
    as_of: datetime
    data_version: str
    made_by: str
    zone: str
    exports: dict[str, str]
    entry: Entry

    @cached_property
    def review(self) -> Review:
        """The review, whole. Raises ReliabilityError when a newer program wrote it."""
        return review_of(int(self.entry.body["version"]), self.entry.body["review"])

    @property
    def filters(self) -> tuple[str, ...]:
        """What it was narrowed to, in words; empty for the whole company."""
        chosen: dict[str, list[Any]] = self.entry.body["review"]["filters"]
        severities = [f"severity {severity}" for severity in chosen["severities"]]
        return (*chosen["services"], *chosen["teams"], *severities)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The queries and settings that it was made from, by path: "queries/kpis/p1_incidents.sql", "review.toml"."""
        packed = base64.b64decode(self.entry.body["texts"])
        found: dict[str, str] = json.loads(zlib.decompress(packed))
        return found

    def rows(self, data_dir: Path) -> list[RowsBehind] | None:
        """The rows behind its figures; None for one that was frozen before they were kept.

        data_dir: where it was frozen. Raises ReliabilityError when they are missing or damaged.
        """
        digest = self.entry.body.get("rows")
        return unpacked(Contents(data_dir).read(digest)) if digest else None


def freeze(
    workspace: Workspace,
    quarter: str | None,
    who: str,
    note: str = "",
    comparison: str = "previous",
    filters: Filters | None = None,
) -> Frozen:
    """Keep a quarter's review as it is now, and return it.

    The contents of the exports come first and the journal's entry last: what was killed in between leaves contents that
    nothing names, and no frozen review. Raises ReliabilityError when the warehouse is older than its exports or
    settings, when there is no room, and for a quarter that is none.
    """
    if exports_are_elsewhere(workspace.data_dir, workspace.settings):
        remedy = "Freeze it where the exports are."
        raise ReliabilityError("cannot be frozen by a server that only copies figures", "the review", remedy)
    if said := outdated(workspace):
        remedy = "Run `python -m reliability build`, look at the review, then freeze it."
        raise ReliabilityError(f"cannot be frozen: {said}", "the review", remedy)
    if workspace.inputs is None:
        remedy = "Run `python -m reliability build`, then freeze it."
        raise ReliabilityError("was built by an older version of this program", "the warehouse", remedy)
    found = compose_whole(workspace, quarter, comparison, filters)
    # A link that the build refused to follow gave nothing to any figure.
    exports = {
        name: file.digest
        for name, file in workspace.inputs.files.items()
        if not is_refused(workspace.data_dir / name, workspace.data_dir)
    }
    texts = _texts(workspace)
    contents = Contents(workspace.data_dir)
    contents.tidy()
    for name, digest in exports.items():
        contents.keep(name, digest)
    scope = Scope(workspace.store, workspace.settings, found.period, found.filters)
    rows = contents.keep_bytes("the rows behind the figures", packed(rows_behind(scope, found.cards)))
    body = {
        "id": f"{found.period.id}-{secrets.token_hex(4)}",
        "version": VERSION,
        "note": note.strip(),
        "as_of": workspace.as_of.isoformat(),
        "data_version": found.data_version,
        "made_by": __version__,
        "zone": workspace.settings.organisation.time_zone,
        "exports": exports,
        "texts": texts,
        "rows": rows,
        "review": document(found),
    }
    return _frozen(Journal(workspace.data_dir).append(KIND, found.period.id, body, who))


def frozen_reviews(journal: Journal, quarter: str | None = None) -> list[Frozen]:
    """Return the frozen reviews, the newest first; of one quarter, or of all."""
    return [_frozen(entry) for entry in reversed(standing(journal.entries(KIND, quarter)))]


def frozen_review(journal: Journal, review_id: str) -> Frozen:
    """Return one of them. Raises ReliabilityError for an id that nothing has."""
    found = {frozen.id: frozen for frozen in frozen_reviews(journal)}
    if review_id not in found:
        remedy = (
            nearest(review_id, found) if found else "Nothing is frozen yet: `python -m reliability freeze`."
        )
        raise ReliabilityError(f"no frozen review is '{review_id}'", "review", remedy)
    return found[review_id]


def newest_of(journal: Journal, quarter: str) -> Frozen:
    """Return the newest frozen review of a quarter. Raises ReliabilityError where there is none."""
    found = frozen_reviews(journal)
    for one in found:
        if one.quarter == quarter:
            return one
    remedy = (
        nearest(quarter, {one.quarter for one in found}, "Frozen are reviews of")
        if found
        else "Nothing is frozen yet: `python -m reliability freeze`."
    )
    raise ReliabilityError(f"no review of '{quarter}' is frozen", "review", remedy)


def _frozen(entry: Entry) -> Frozen:
    body = entry.body
    try:
        return Frozen(
            id=str(body["id"]),
            quarter=entry.subject,
            at=entry.at,
            who=entry.who,
            note=str(body["note"]),
            as_of=datetime.fromisoformat(body["as_of"]),
            data_version=str(body["data_version"]),
            made_by=str(body["made_by"]),
            zone=str(body["zone"]),
            exports=dict(body["exports"]),
            entry=entry,
        )
    except (KeyError, TypeError, ValueError) as error:
        where = f"journal, entry {entry.id}"
        raise ReliabilityError(
            "is not a frozen review", where, "Run `python -m reliability journal verify`."
        ) from error


def _texts(workspace: Workspace) -> str:
    """The texts of all queries and of review.toml, packed: more than a megabyte otherwise. No secret is in it."""
    texts: dict[str, Any] = {
        f"queries/{path.relative_to(FOLDER).as_posix()}": path.read_text(encoding="utf-8")
        for path in sorted(FOLDER.rglob("*.sql"))
    }
    settings = workspace.data_dir / FILE
    if settings.is_file():
        texts[FILE] = kept_settings(workspace.data_dir, workspace.settings)
    return base64.b64encode(zlib.compress(json.dumps(texts).encode())).decode()
