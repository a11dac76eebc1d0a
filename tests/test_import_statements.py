"""How many statements an import asks: of a small export nearly all of its time goes into planning them."""

from pathlib import Path

import duckdb

from reliability.settings import Settings
from reliability.warehouse import build
from tests.build_folder import table, write_exports
from tests.statements import counted

HEADER = "incident_id,title,service,severity,opened_at,resolved_at,note"


def export(number: int, rows: int = 5) -> str:
    return table(
        HEADER,
        *(
            f"I{number}-{i},Outage,api,P1,2025-07-{i + 1:02}T08:00:00Z,2025-07-{i + 1:02}T09:00:00Z,none"
            for i in range(rows)
        ),
    )


def asked(folder: Path, files: dict[str, str]) -> list[str]:
    """What importing some files runs, up to the checked tables."""
    write_exports(folder, files)
    found: list[str] = []
    with counted() as statements:

        def tell(what: str, _share: float) -> None:
            if what == "Making the facts":
                found.extend(statements.asked)

        report = build(folder, Settings(), progress=tell)
    assert sum(file.kept for file in report.files) == 5 * len(files)
    # Several may come in one text.
    return [statement.query.strip() for text in found for statement in duckdb.extract_statements(text)]


def test_importing_one_export_takes_few_statements(tmp_path: Path) -> None:
    found = asked(tmp_path, {"a.csv": export(1)})
    macros = [text for text in found if text.startswith("create or replace macro")]
    assert len(macros) <= 14
    assert len(found) - len(macros) <= 80


def test_each_further_export_of_one_shape_takes_a_few_more(tmp_path: Path) -> None:
    few = asked(tmp_path / "few", {f"{n:02}.csv": export(n) for n in range(10)})
    many = asked(tmp_path / "many", {f"{n:02}.csv": export(n) for n in range(40)})
    assert len(many) - len(few) <= 30 * 5
