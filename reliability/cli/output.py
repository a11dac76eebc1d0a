"""Output: one JSON document or a plain table on stdout, everything else on stderr."""

import getpass
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from reliability.serialise import plain
from reliability.warehouse.workspace import Workspace, open_workspace, outdated


def emit_json(document: Any) -> None:
    """Print one JSON document; instants as ISO 8601 UTC, infinities as null."""
    json.dump(plain(document), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def emit_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print aligned columns; the last column is not padded."""
    widths = [max(len(str(r[i])) for r in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        cells = [str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  ".join(cells).rstrip())


def opened(data_dir: Path, as_of: datetime | None = None) -> Workspace:
    """Open a data folder that has been built; what changed since is said on stderr. Raises ReliabilityError."""
    workspace = open_workspace(data_dir, as_of)
    if said := outdated(workspace):
        click.echo(f"warning: {said}: rebuild with `python -m reliability build`", err=True)
    return workspace


def user_name() -> str | None:
    """Return who runs this command, for the journal; None where the system knows no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return None


def writer_name() -> str:
    """Return who runs this command, as the journal names somebody in any case."""
    return user_name() or "command line"


def file_problem(file: Mapping[str, Any]) -> str:
    """Return what is the matter with an export file and what to do about it, in one line."""
    line = f"exports/{file['file']}: {file['problem']}"
    if file["recognised"] is not False:
        return line
    remedy = (
        "Map it on the Data page, or name its format in review.toml, [[exports]] format (docs/formats.md)."
    )
    return f"{line.rstrip('.')}. {remedy}"
