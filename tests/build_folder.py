"""A data folder written in a test, built, and read back.

built = build_folder(tmp_path, {"desk.csv": "incident_id,opened_at,status\\nA,2025-07-01T08:00:00Z,open\\n"})
built.rows("select incident_id from incidents")
built.file("desk.csv").kept
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from reliability.settings import Settings, load_settings
from reliability.warehouse import BuildReport, FileReport, build, current


@dataclass
class Built:
    """A built data folder."""

    folder: Path
    report: BuildReport

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the live version."""
        live = current(self.folder)
        assert live is not None
        with duckdb.connect(str(live.path), read_only=True) as con:
            con.execute("set TimeZone = 'UTC'")
            return con.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        """The only value of a query."""
        ((value,),) = self.rows(sql)
        return value

    def file(self, name: str) -> FileReport:
        """The report of one export."""
        return next(f for f in self.report.files if f.file == name)


def write_exports(folder: Path, files: Mapping[str, str | bytes], settings: str = "") -> Path:
    """Write exports (name -> content) and review.toml below `folder`."""
    for name, content in files.items():
        path = folder / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    (folder / "review.toml").write_text(settings, encoding="utf-8")
    return folder


def build_folder(folder: Path, files: Mapping[str, str | bytes], settings: str = "", **options: Any) -> Built:
    """Write a data folder and build it. options: of `reliability.warehouse.build`."""
    write_exports(folder, files, settings)
    return Built(folder, build(folder, load_settings(folder), **options))


def rebuild(folder: Path, settings: Settings | None = None, **options: Any) -> Built:
    """Build a folder that is there already."""
    return Built(folder, build(folder, settings or load_settings(folder), **options))


def table(header: str, *lines: str) -> str:
    """A CSV text of a header and lines."""
    return "\n".join((header, *lines, ""))
