"""What a build read, kept and left out."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class FileReport:
    """One export file (or archive member, or sheet) and what became of its rows.

    rows_read = kept + superseded + excluded + set_aside, always. reasons: reason -> rows, for all that were not kept.
    recognised: False when no format has its header, None when it could not even be read. problem: what a person
    has to do something about, or "". exported_at: when the file was made, as far as its rows show; newest_at: the
    newest thing that happened in it (both UTC, None when it holds no instant). bytes: size on disk. retired: the
    settings say that nothing new is expected of its tool.
    """

    file: str
    rows_read: int = 0
    kept: int = 0
    superseded: int = 0
    excluded: int = 0
    set_aside: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    format: str | None = None
    format_title: str | None = None
    table: str | None = None
    source: str | None = None
    recognised: bool | None = None
    problem: str = ""
    exported_at: datetime | None = None
    newest_at: datetime | None = None
    encoding: str = ""
    delimiter: str = ""
    bytes: int = 0
    retired: bool = False

    @property
    def unaccounted(self) -> int:
        """Rows that are neither kept nor left out: 0, or the build is wrong."""
        return self.rows_read - self.kept - self.superseded - self.excluded - self.set_aside


@dataclass(frozen=True)
class BuildReport:
    """A published warehouse version and the files it was built from.

    as_of: the instant everything is seen at (UTC), None when no export holds an instant. unchanged: nothing had
    changed, so nothing was built.
    """

    data_version: str
    as_of: datetime | None
    files: tuple[FileReport, ...]
    unchanged: bool = False

    @property
    def unrecognised(self) -> tuple[str, ...]:
        """Files whose header no format has."""
        return tuple(f.file for f in self.files if f.recognised is False)

    @property
    def problems(self) -> tuple[str, ...]:
        """One line per file that a person has to do something about."""
        return tuple(f"exports/{f.file}: {f.problem}" for f in self.files if f.problem)

    def document(self) -> dict[str, Any]:
        """Everything as plain values (instants stay datetimes), in the form that `build --json` prints."""
        return {
            "data_version": self.data_version,
            "as_of": self.as_of,
            "unchanged": self.unchanged,
            "files": [asdict(f) for f in self.files],
            "unrecognised": list(self.unrecognised),
            "problems": list(self.problems),
        }
