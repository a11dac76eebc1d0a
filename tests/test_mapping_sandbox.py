"""A mapping reads the export and nothing else, does nothing, and ends in time."""

import re
import time
from pathlib import Path

import duckdb
import pytest

from reliability.cli.main import main
from reliability.errors import ExportError, WarehouseError
from reliability.mappings.saved import saved
from reliability.warehouse import formats, sandbox
from reliability.warehouse.formats import BUILT_IN
from reliability.warehouse.mapping_sql import check_select
from tests.build_folder import build_folder, rebuild
from tests.test_warehouse_files import OWN, mapping
from tests.test_warehouse_publish import ids

pytestmark = pytest.mark.slow

GOOD = "select wer as incident_id, wann as opened_at, 'open' as status, source_line from export"


@pytest.mark.parametrize("path", sorted(BUILT_IN.glob("*.sql")), ids=lambda path: path.stem)
def test_the_projects_own_import_queries_keep_to_the_rule_for_mappings(path: Path) -> None:
    check_select(path.read_text(encoding="utf-8"), path.name)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"{GOOD}; {GOOD}", "it contains 2 statements"),
        ("", "it contains no statement"),
        ("-- only a comment", "it contains no statement"),
        ("select from where", "it does not parse"),
        (f"copy ({GOOD}) to 'stolen.csv'", "it is not a SELECT but COPY"),
        (f"{GOOD}; copy (select 1) to 'stolen.csv'", "it contains 2 statements"),
        ("attach 'x.duckdb' as x", "it is not a SELECT but ATTACH"),
        ("insert into export values (1)", "it is not a SELECT but INSERT"),
        ("set enable_external_access = true", "it is not a SELECT but SET"),
        ("select content as title from export, read_text('/etc/passwd')", "the table function 'read_text'"),
        ("select (select max(content) from read_blob('x')) from export", "the table function 'read_blob'"),
        ("select [(select max(file) from glob('*')) for x in [1]] from export", "the table function 'glob'"),
        ("select * from query('copy (select 1) to ''x''')", "the table function 'query'"),
        (
            "with a as (select * from sniff_csv('x')) select * from a, export",
            "the table function 'sniff_csv'",
        ),
        ("from '/etc/passwd'", "it reads '/etc/passwd'"),
        ("select * from export union all from 'other.csv'", "it reads 'other.csv'"),
        ("select * from warehouse.main.files", "it reads 'warehouse.main.files'"),
        ("select * from information_schema.tables", "it reads 'information_schema.tables'"),
        ("select * from (describe export)", "it shows what the database holds"),
        # DuckDB takes a name for a query of the mapping only where that query is known.
        ("select * from (with files as (select 1) select 1), files, export", "it reads 'files'"),
        ("with files as (from files) select * from files, export", "it reads 'files'"),
        ("with a as (from files), files as (select 1) select * from a, export", "it reads 'files'"),
        ("with \"other.csv\" as (from 'other.csv') select * from export", "it reads 'other.csv'"),
        ("with fileſ as (select 1) select * from files, export", "it reads 'files'"),
        (
            "with a as (insert into files values (1) returning *) select * from a, export",
            "it does more than read",
        ),
        ("with a as (delete from files returning *) select * from a, export", "it does more than read"),
        ("with a as (update files set n = 1 returning *) select * from a, export", "it does more than read"),
        ("select current_setting('temp_directory') from export", "the function 'current_setting'"),
        ("select sleep_ms(10000), * from export", "the function 'sleep_ms'"),
        ("select random(), * from export", "the function 'random'"),
        ("select len(range(3000000000)) from export", "the function 'range'"),
        ("select unnest(generate_series(1, 3000000000)) from export", "the function 'generate_series'"),
        ("select * from range(len(repeat(wer, 1000000000))), export", "the function 'repeat'"),
        (f"select {'+'.join(['1'] * 30_000)} from export", "it does not parse"),
    ],
)
def test_what_reaches_past_the_export_is_refused(sql: str, said: str) -> None:
    with pytest.raises(ExportError) as caught:
        check_select(sql, "mappings/m.sql")
    line = str(caught.value)
    assert line.startswith("mappings/m.sql: ") and said in line and "\n" not in line


@pytest.mark.parametrize(
    "sql",
    [
        f"{GOOD};",
        f"{GOOD}; -- that was all",
        "with a as (select *, unnest(string_split(wer, ',')) as w from export), B as (from a) select * from b",
        "select (select sum(range) from range(3)), * from export order by 1",
        "with recursive r as (select 1 as n union all select n + 1 from r where n < 9) select * from r, export",
        "with a as (from export), b as (from a where wer in (from a select wer)) select * from (from b), (from a)",
        "with a as (from export) select (with c as (from a) select max(wer) from c) as id, * from a",
        "with a as materialized (from export) from a union all (with export as (from export) from export)",
        f"/* ; copy */ {GOOD} -- ; copy (select 1) to 'x'",
    ],
)
def test_any_one_select_over_the_export_is_fine(sql: str) -> None:
    check_select(sql, "mappings/m.sql")


def put(folder: Path, select: str) -> None:
    (folder / "mappings").mkdir(parents=True, exist_ok=True)
    (folder / "mappings" / "own.sql").write_text(mapping(select), encoding="utf-8")


def test_a_build_runs_nothing_of_a_mapping_that_is_refused_and_the_last_good_version_stays(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(tmp_path, GOOD)
    build_folder(tmp_path, {"own.csv": OWN})
    stolen = tmp_path / "stolen.csv"
    put(tmp_path, f"{GOOD}; copy (select 1) to '{stolen}'")
    assert main(["build", "--data", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert err == (
        "error: mappings/own.sql: it contains 2 statements. Write exactly one SELECT from export (docs/formats.md).\n"
    )
    assert not stolen.exists()
    assert ids(tmp_path) == ["Anna", "Bert"]
    (found,) = saved(tmp_path)
    assert "it contains 2 statements" in found.problem


@pytest.mark.parametrize(
    "select",
    [
        "with recursive r as (select 1 as n union all select n + 1 from r) "
        "select wer as incident_id, max(n)::varchar as title, source_line from export, r group by all",
        "select wer as incident_id, (select sum(a.range * b.range) from range(10000000) a, range(10000000) b)::varchar "
        "as title, source_line from export",
    ],
    ids=["endless", "very slow"],
)
def test_a_mapping_that_does_not_end_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, select: str
) -> None:
    monkeypatch.setattr(sandbox, "SECONDS", 0.5)
    put(tmp_path, select)
    begun = time.monotonic()
    with pytest.raises(
        WarehouseError, match=r"mappings/own.sql, on own.csv: it took longer than \d s and was stopped"
    ):
        build_folder(tmp_path, {"own.csv": OWN})
    assert time.monotonic() - begun < 30
    assert list((tmp_path / "warehouse").glob("building-*")) == []
    put(tmp_path, GOOD)
    rebuild(tmp_path)
    assert ids(tmp_path) == ["Anna", "Bert"]


@pytest.mark.parametrize(
    ("column", "remedy"),
    [("opened", "Did you mean 'opened_at'?"), ("xyzzy", "It may give: acknowledged_at, ")],
)
def test_a_column_that_the_table_does_not_have_is_named_with_the_nearest_one(
    tmp_path: Path, column: str, remedy: str
) -> None:
    put(tmp_path, f"select wer as incident_id, wer as {column}, source_line from export")
    said = f"mappings/own.sql, on own.csv: gives '{column}', which incidents does not have. {remedy}"
    with pytest.raises(WarehouseError, match=re.escape(said)):
        build_folder(tmp_path, {"own.csv": OWN})


def test_the_time_of_a_mapping_does_not_end_what_runs_after_it() -> None:
    with duckdb.connect() as con:
        with sandbox.time_limit(con, 0.2, "x", ""):
            pass
        assert con.execute("select count(*) from range(300000000)").fetchone() == (300_000_000,)


def test_no_query_of_a_build_reaches_a_file_outside_the_exports(tmp_path: Path) -> None:
    inside, outside = tmp_path / "exports", tmp_path / "secret.txt"
    inside.mkdir()
    (inside / "a.csv").write_text("a\n1\n")
    outside.write_text("secret")
    (inside / "link.txt").symlink_to(outside)
    with duckdb.connect() as con:
        sandbox.shut(con, [inside])
        assert con.execute("from read_csv($path)", {"path": str(inside / "a.csv")}).fetchall() == [(1,)]
        for path in (outside, inside / "link.txt", inside / ".." / "secret.txt"):
            with pytest.raises(duckdb.PermissionException):
                con.execute("from read_text($path)", {"path": str(path)})
        for statement in (f"copy (select 1) to '{tmp_path}/x.csv'", f"attach '{tmp_path}/x.duckdb' as x"):
            with pytest.raises(duckdb.PermissionException):
                con.execute(statement)
        for statement in ("set enable_external_access = true", "set allowed_directories = ['/']"):
            with pytest.raises(duckdb.InvalidInputException):
                con.execute(statement)


@pytest.mark.parametrize("source", ["read_text('{secret}')", "read_csv('{secret}')", "glob('{folder}/*')"])
def test_a_build_itself_is_shut_whatever_a_mapping_got_past_its_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Two walls: with the first one gone, the second one holds."""
    monkeypatch.setattr(formats, "check_select", lambda *_a: None)
    secret = tmp_path / "elsewhere" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text("secret,of,others\n", encoding="utf-8")
    stolen = source.format(secret=secret, folder=secret.parent)
    data = tmp_path / "data"
    put(
        data,
        f"select wer as incident_id, (select first(x)::varchar from {stolen} x) as title, source_line from export",
    )
    with pytest.raises(WarehouseError, match=r"mappings/own\.sql"):
        build_folder(data, {"own.csv": OWN})
    assert not list((data / "warehouse").glob("*.duckdb"))


def test_a_link_that_leaves_the_exports_is_named_and_not_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(OWN)
    (tmp_path / "elsewhere").mkdir()
    put(tmp_path / "data", GOOD)
    exports = tmp_path / "data" / "exports"
    exports.mkdir()
    (exports / "leaves.csv").symlink_to(outside)
    (exports / "nowhere.csv").symlink_to(tmp_path / "nothing.csv")
    (exports / "folder").symlink_to(tmp_path / "elsewhere")
    (exports / "loop.csv").symlink_to(exports / "loop.csv")
    (exports / "own.csv").write_text(OWN)
    (exports / "same.csv").symlink_to(exports / "own.csv")
    built = build_folder(tmp_path / "data", {})
    assert {f.file: f.problem.partition(".")[0] for f in built.report.files if f.problem} == {
        "folder": "it is a link that leaves the exports folder",
        "leaves.csv": "it is a link that leaves the exports folder",
        "loop.csv": "it is a link that leads nowhere",
        "nowhere.csv": "it is a link that leads nowhere",
    }
    assert built.file("leaves.csv").rows_read == 0
    assert (built.file("own.csv").rows_read, built.file("same.csv").rows_read) == (2, 2)
    # What lies behind such a link is no input; where it leads to is.
    outside.write_text(OWN + "C,2025-07-03 08:00:00,3\n")
    assert rebuild(tmp_path / "data").report.unchanged
    (exports / "leaves.csv").unlink()
    (exports / "leaves.csv").symlink_to(tmp_path / "another.csv")
    assert not rebuild(tmp_path / "data").report.unchanged
