"""Formats: headers recognise what they should and nothing else; queries give canonical columns as text."""

import re
from pathlib import Path

import duckdb
import pytest

from reliability.cli.main import main
from reliability.errors import ExportError
from reliability.exports import sources
from reliability.schema import TABLES
from reliability.warehouse.format import REAL_FILE, Format, output_columns
from reliability.warehouse.formats import BUILT_IN, formats, read_format
from reliability.warehouse.recognition import named, recognise, unrecognised
from tests.build_folder import write_exports
from tests.mapped import FIXTURES, KNOWN, connection, prepare, read

DOCS = Path(__file__).parent.parent / "docs" / "formats.md"
FOLDERS = sorted(folder for folder in FIXTURES.iterdir() if folder.name in KNOWN)
EXPORTS = [(folder.name, found.name) for folder in FOLDERS for found in sources(folder)]


@pytest.mark.parametrize(("format_name", "file"), EXPORTS)
def test_a_fixture_is_recognised_as_the_format_it_is_filed_under(format_name: str, file: str) -> None:
    found = next(export for export in sources(FIXTURES / format_name) if export.name == file)
    chosen, rows = read(found)
    assert chosen is not None and chosen.name == format_name
    assert rows


def test_every_format_has_a_fixture() -> None:
    assert {folder.name for folder in FOLDERS} == set(KNOWN)


def _raw(con: duckdb.DuckDBPyConnection, columns: tuple[str, ...], *, rows: int) -> None:
    names = ", ".join('"' + column.replace('"', '""') + '" varchar' for column in columns)
    con.execute(f"create or replace table raw ({names}, source_line bigint)")
    con.executemany("insert into raw (source_line) values (?)", [[line + 2] for line in range(rows)] or [[0]])
    if not rows:
        con.execute("delete from raw")


@pytest.mark.parametrize("rows", [0, 3])
@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_a_query_gives_canonical_columns_as_text_whatever_the_file_lacks(known: Format, rows: int) -> None:
    con = connection()
    _raw(con, (*known.requires, *known.any_of[:1]), rows=rows)
    prepare(con, "raw", known)
    result = con.sql(known.sql)
    assert set(result.columns) <= output_columns(known.table)
    assert len(set(result.columns)) == len(result.columns)
    types = dict(zip(result.columns, map(str, result.types), strict=True))
    assert types.pop("source_line") == "BIGINT"
    assert set(types.values()) == {"VARCHAR"}
    assert sorted(row[result.columns.index("source_line")] for row in result.fetchall()) == list(
        range(2, rows + 2)
    )


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN)
def test_a_query_gives_every_column_a_row_cannot_do_without(known: Format) -> None:
    con = connection()
    _raw(con, (*known.requires, *known.any_of[:1]), rows=0)
    prepare(con, "raw", known)
    assert set(TABLES[known.table].required) <= set(con.sql(known.sql).columns)


@pytest.mark.parametrize(
    "known", [f for f in KNOWN.values() if not f.holds[0] and not f.like], ids=lambda f: f.name
)
def test_the_shortest_and_the_longest_header_of_a_format_are_recognised_as_it(known: Format) -> None:
    assert recognise([*known.requires, *known.any_of[:1]], KNOWN) is known
    assert recognise(known.columns, KNOWN) is known


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_the_project_reads_every_table_of_its_own_with_all_columns(table) -> None:
    columns = [*table.columns, "exported_at"]
    chosen = recognise(columns, KNOWN)
    assert chosen is not None and chosen.name == f"canonical_{table.name}"
    con = connection()
    _raw(con, tuple(columns), rows=1)
    prepare(con, "raw", chosen)
    given = set(con.sql(chosen.sql).columns)
    # The severity is a word until the settings translate it.
    assert given | {"severity"} >= set(columns)


@pytest.mark.parametrize(
    "header",
    [
        "incident_id,downtime_start,downtime_end,duration_minutes,source,title,impact",
        "incident_id,start_at,end_at,status",
        "Issue id,Duplicate id",
        "state,created,last_update,severity,severity_1",
        "id,title,rating",
        "id,name,score,status",
        "product_id,id,rating,comment",
        "request_id,request_sent_at,response_received_at,star_rating,comments,channel",
        "id,name,created_at,updated_at",
        "service,url",
        "account_id,name,email",
        "number,begin,end",
        "date,team,hours",
        "Id,Subject,Status",
        "Summary,Status",
        "column_1,column_2",
    ],
)
def test_a_header_that_belongs_to_no_format_is_not_misread(header: str) -> None:
    assert recognise(header.split(","), KNOWN) is None


def test_a_header_is_recognised_whatever_its_case_order_and_inner_blanks() -> None:
    header = ["STATUS", "created", "issue  KEY", "Summary", "Something else"]
    chosen = recognise(header, KNOWN)
    assert chosen is not None and chosen.name == "jira_issues"
    con = duckdb.connect()
    _raw(con, tuple(header), rows=1)
    con.execute("""update raw set "issue  KEY" = 'OPS-1', "STATUS" = 'Open'""")
    prepare(con, "raw", chosen)
    row = con.execute(f"select incident_id, status from ({chosen.sql})").fetchone()
    assert row == ("OPS-1", "open")


@pytest.mark.parametrize("word", ["", "  ", "?", "NA", "N/A", "null", "None", "--", "NS"])
def test_a_blank_cell_is_null_for_the_query(word: str) -> None:
    con = duckdb.connect()
    con.execute("create table raw as select ?::varchar as number, 2::bigint as source_line", [word])
    prepare(con, "raw", _format(requires=("number",)))
    assert con.execute("select number from export").fetchone() == (None,)


@pytest.mark.parametrize("word", ["none", "0", "n", " x ", "Na"])
def test_a_cell_that_says_something_reaches_the_query_untouched(word: str) -> None:
    con = duckdb.connect()
    con.execute("create table raw as select ?::varchar as number, 2::bigint as source_line", [word])
    prepare(con, "raw", _format(requires=("number",)))
    assert con.execute("select number from export").fetchone() == (word,)


def _format(name: str = "shop", **changes) -> Format:
    given = {
        "title": name.title(),
        "definition": "One row per incident.",
        "source": name,
        "table": "incidents",
        "requires": ("a",),
        "optional": (),
        "any_of": (),
        "excludes": (),
        "rows": "one per record",
        "zone": "",
        "verified": "unverified",
        "sql": "select 1",
    }
    return Format(name=name, **{**given, **changes})


def test_of_two_formats_that_fit_the_one_that_requires_more_wins() -> None:
    known = {
        "short": _format("short", requires=("a",)),
        "long": _format("long", requires=("a", "b")),
    }
    assert recognise(["a", "b", "c"], known) is known["long"]
    assert recognise(["a", "c"], known) is known["short"]


def test_a_column_that_a_format_excludes_tells_it_apart() -> None:
    known = {"short": _format("short", requires=("a",), excludes=("b",))}
    assert recognise(["a", "B"], known) is None
    assert "'Short' because of 'b'" in unrecognised(["a", "B"], known)


def test_a_header_that_fits_two_formats_equally_is_an_error_that_names_both() -> None:
    known = {"east": _format("east", requires=("a",)), "west": _format("west", requires=("b",))}
    with pytest.raises(ExportError, match="both 'East' and 'West'") as caught:
        recognise(["a", "b"], known)
    assert 'format = "east" or "west"' in caught.value.remedy


def test_an_unknown_header_is_explained_by_what_the_nearest_format_needs() -> None:
    assert "'Jira and Jira Service Management issues (CSV)', which also needs 'Created'" in unrecognised(
        ["Summary", "Issue key", "Status"], KNOWN
    )
    assert unrecognised(["Umsatz", "Filiale"], KNOWN) == "no format has this header"
    # An id alone makes it no file of HubSpot, nor of accounts that were hit.
    assert unrecognised(["id", "impact_level", "start_timestamp"], KNOWN) == "no format has this header"
    assert unrecognised(["incident_id", "date", "severity"], KNOWN) == "no format has this header"


def test_a_header_without_any_of_the_alternatives_says_so() -> None:
    known = {"shop": _format(requires=("a",), any_of=("b", "c"))}
    assert recognise(["a"], known) is None
    assert unrecognised(["a"], known).endswith("'Shop' also needs one of 'b', 'c'")


def test_a_header_that_lacks_a_question_or_the_cells_that_tell_it_apart_says_which() -> None:
    asked = {"form": _format("form", requires=("a",), any_of=("b",), like="(?i)recommend")}
    assert unrecognised(["a", "b"], asked).endswith(
        "'Form' also needs a column whose name fits the pattern (?i)recommend"
    )
    held = {"long": _format("long", requires=("a",), holds=("a", "NPS"))}
    assert unrecognised(["a"], held).endswith("'Long' also needs cells in 'a' that fit the pattern NPS")


def test_a_forced_format_that_does_not_exist_gets_the_nearest_name() -> None:
    with pytest.raises(ExportError, match="Did you mean 'jira_issues'"):
        named("jira_issue", KNOWN)
    assert named("jira_issues", KNOWN).source == "jira"


def test_a_forced_format_that_the_file_cannot_satisfy_names_the_missing_column() -> None:
    con = duckdb.connect()
    _raw(con, ("number",), rows=1)
    with pytest.raises(ExportError, match="no column 'opened_at'"):
        prepare(con, "raw", KNOWN["servicenow_incident"])


_OWN = """-- title: Our board
-- definition: One row per incident.
-- source: board
-- table: incidents
-- requires: Card ; When
-- verified: real file

select "Card"::varchar as incident_id, "When"::varchar as opened_at, source_line::bigint as source_line
from export;
"""


def test_a_mapping_in_another_folder_is_as_good_as_a_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "board.sql").write_text(_OWN, encoding="utf-8")
    known = formats([BUILT_IN, tmp_path, tmp_path / "absent"])
    chosen = recognise(["Card", "When"], known)
    assert chosen is not None and chosen.name == "board"
    con = duckdb.connect()
    _raw(con, ("Card", "When"), rows=1)
    prepare(con, "raw", chosen)
    assert con.execute(f"select count(*) from ({chosen.sql})").fetchone() == (1,)


def test_a_later_folder_replaces_a_format_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "jira_issues.sql").write_text(_OWN, encoding="utf-8")
    known = formats([BUILT_IN, tmp_path])
    assert known["jira_issues"].title == "Our board"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("-- source: board\n", "", "has no 'source'"),
        ("-- requires: Card ; When\n", "-- requires:\n", "has no 'requires'"),
        ("table: incidents", "table: incident", "table is 'incident'"),
        ("verified: real file", "verified: surely", "verified is 'surely'"),
        ("-- verified", "-- rows: many\n-- verified", "rows is 'many'"),
        ("-- verified", "-- zone: Berlin\n-- verified", "no time zone 'Berlin'"),
        ("-- verified", "-- exclude: a\n-- verified", "Did you mean 'excludes'"),
        ("-- requires: Card ; When\n", "-- requires: ;\n", "requires is ';'"),
        ("-- verified", "-- like: (nps\n-- verified", r"like has the pattern '\(nps'"),
        ("-- verified", "-- holds: Card = [a\n-- verified", r"holds has the pattern '\[a'"),
        ("-- verified", "-- holds:  = a\n-- verified", "holds is '= a'"),
        ("-- verified", "-- also: Card Karte\n-- verified", "also has 'Card Karte'"),
        ("-- verified", "-- also: Card = Karte ; When = \n-- verified", "also has 'When ='"),
        ("-- verified", "-- date: Whenn\n-- verified", "date is 'Whenn', which no other key names"),
    ],
)
def test_a_wrong_header_is_an_error_that_names_the_file_and_the_key(
    tmp_path: Path, old: str, new: str, problem: str
) -> None:
    path = tmp_path / "board.sql"
    path.write_text(_OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ExportError, match=problem) as caught:
        read_format(path)
    assert "board.sql" in caught.value.where


def test_a_slip_in_a_mapping_is_one_line_of_a_build(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_exports(tmp_path, {"board.csv": "Card,When\nA,2025-07-01T08:00:00Z\n"})
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "board.sql").write_text(
        _OWN.replace("-- verified", "-- like: (nps\n-- verified")
    )
    assert main(["build", "--data", str(tmp_path)]) == 2
    (said,) = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert "mappings/board.sql" in said and "like has the pattern" in said


@pytest.mark.parametrize(("name", "seen"), [("jira_issues", False), ("typeform_responses", True)])
def test_a_query_of_the_project_sees_columns_it_does_not_name_only_where_it_looks_for_them(
    name: str, seen: bool
) -> None:
    con = connection()
    known = KNOWN[name]
    _raw(con, (*known.requires, *(f"Further {i}" for i in range(1000))), rows=1)
    prepare(con, "raw", known)
    columns = con.table("export").columns
    assert set(known.columns) | {"source_line"} <= set(columns)
    assert ("Further 999" in columns) is seen
    assert len(con.execute(known.sql).fetchall()) == 1


def test_a_mapping_made_by_hand_sees_every_column(tmp_path: Path) -> None:
    (tmp_path / "board.sql").write_text(_OWN.replace('"Card"::varchar', '"Other"::varchar'), encoding="utf-8")
    chosen = read_format(tmp_path / "board.sql")
    con = connection()
    _raw(con, ("Card", "When", "Other"), rows=1)
    con.execute("update raw set \"Other\" = 'X', \"Card\" = ' NA '")
    prepare(con, "raw", chosen)
    assert con.execute(f"select incident_id from ({chosen.sql})").fetchall() == [("X",)]


def test_the_view_leaves_nothing_behind_in_the_database() -> None:
    con = duckdb.connect()
    _raw(con, ("number", "opened_at", "state"), rows=1)
    prepare(con, "raw", KNOWN["servicenow_incident"])
    left = con.execute("select count(*) from duckdb_views() where view_name = 'export' and not temporary")
    assert left.fetchone() == (0,)


REAL = {
    "gcp-status-2022/gcp_incidents.json": "gcp_incidents",
    "github-status/downtime_windows.csv": None,
    "github-status/incidents.jsonl": "statuspage_history",
    "github-status/segments.csv": None,
    "gitbugs-jira/hadoop_bugs-combined.csv": None,
    "gitbugs-jira/hadoop_bugs.csv.gz": "jira_issues",
    "nps-garden-retailer-fr/nps_latin1.csv": "nps_answers",
    "nps-garden-retailer-fr/nps_utf8.csv": "nps_answers",
    "qualtrics-export-sample/qualtrics_3header_german.csv": "qualtrics_responses",
    "servicenow-list-export-sample/incident.csv": "servicenow_incident",
    "uci-servicenow/incident_event_log.csv.gz": "servicenow_incident",
    "uci-servicenow/incident_event_log_head400.csv": "servicenow_incident",
    "uci-servicenow/incidents_last_state.csv.gz": "servicenow_incident",
}


def test_every_real_export_is_recognised_or_left_alone(real_exports: Path) -> None:
    found = {}
    for export in sources(real_exports):
        con = duckdb.connect()
        chosen = recognise(export.load(con, "raw").columns, KNOWN)
        found[export.name] = chosen.name if chosen else None
    assert found == REAL
    assert {name for name in REAL.values() if name} <= {
        known.name for known in KNOWN.values() if known.verified == REAL_FILE
    }


def test_the_documentation_lists_every_format_once() -> None:
    text = DOCS.read_text(encoding="utf-8")
    listed = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(KNOWN)
    for known in KNOWN.values():
        line = next(line for line in text.splitlines() if line.startswith(f"| `{known.name}`"))
        assert known.verified in line


def test_a_column_is_known_by_its_other_names_and_the_first_filled_one_counts() -> None:
    known = {"shop": _format(requires=("a",), also={"a": ("Ah", "Aah")}, sql="select a from export")}
    assert recognise(["AH", "b"], known) is known["shop"]
    con = duckdb.connect()
    _raw(con, ("Aah", "Ah", "b"), rows=0)
    con.execute("insert into raw values ('third', null, 'x', 2), ('third', 'second', 'x', 3)")
    prepare(con, "raw", known["shop"])
    assert con.execute("select a from export order by source_line").fetchall() == [("third",), ("second",)]


def test_one_of_several_required_columns_is_enough() -> None:
    known = _format(requires=("a", "b"), alternatives={"b": ("c",)})
    assert known.missing(["a", "c"]) == () and known.missing(["a"]) == ("b",)
    assert known.columns == ("a", "b", "c")


@pytest.mark.parametrize(
    "dates",
    [
        ("2025-07-01 10:00:00", "2025-07-02"),
        ("1/7/2025", "13/07/2025 10:00"),
        ("03.11.2025 22:17", "04.11.2025"),
        ("25/Feb/26 10:17 PM", "9 März 2025"),
        ("Jul 1, 2025", "July 13, 2025 10:00"),
        ("2025年7月1日", "2025/07/02 10:00"),
    ],
)
def test_the_only_column_of_dates_is_the_date_of_an_answer(dates: tuple[str, str]) -> None:
    con = duckdb.connect()
    _raw(con, ("id", "nps", "Whenever", "Remark"), rows=0)
    con.executemany("insert into raw values (?, '9', ?, 'fine', 2)", [["1", dates[0]], ["2", dates[1]]])
    prepare(con, "raw", KNOWN["nps_answers"])
    assert con.execute("select responded_at from export order by id").fetchall() == [(dates[0],), (dates[1],)]


def test_of_two_columns_of_dates_none_is_guessed() -> None:
    con = duckdb.connect()
    _raw(con, ("id", "nps", "Asked", "Answered"), rows=0)
    con.execute("insert into raw values ('1', '9', '2025-07-01', '2025-07-02', 2)")
    prepare(con, "raw", KNOWN["nps_answers"])
    assert con.execute("select responded_at from export").fetchall() == [(None,)]


def test_formats_with_one_header_are_told_apart_by_what_they_hold() -> None:
    header = ["id", "type", "attributes"]
    assert recognise(header, KNOWN) is None
    for cell, name in (
        ('{"cause": "x"}', "betterstack_incidents"),
        ('{"sequential_id": 1}', "rootly_incidents_api"),
    ):
        chosen = recognise(header, KNOWN, {"attributes": [cell]})
        assert chosen is not None and chosen.name == name


@pytest.mark.parametrize("holds", ["labels", "labels = "])
def test_a_condition_that_says_nothing_is_an_error(tmp_path: Path, holds: str) -> None:
    (tmp_path / "own.sql").write_text(
        _OWN.replace("-- verified", f"-- holds: {holds}\n-- verified"), encoding="utf-8"
    )
    with pytest.raises(ExportError, match="holds is"):
        read_format(tmp_path / "own.sql")


def test_how_to_get_an_export_is_told_of_every_format_and_of_nothing_else() -> None:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in (DOCS.parent / "exports.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| tool")
    ]
    assert {len(row) for row in rows} == {5}
    assert all(tool and way for tool, way, *_ in rows)
    told = [name for row in rows for name in row[-1].strip("` ").split("`, `")]
    assert sorted(told) == sorted(KNOWN)


# A column that no export of a tool fills -> the word for it in what the file lacks or what that costs.
LACKED = {
    ("acknowledged_at", "acknowledged_seconds", "engaged_at", "engaged_seconds"): "engage",
    ("severity_text",): "severity",
    ("service",): "service",
    ("team",): "team",
}


def test_what_an_export_of_incidents_never_says_is_told_beside_how_to_get_it() -> None:
    lines = (DOCS.parent / "exports.md").read_text(encoding="utf-8").splitlines()
    rows = {line.rsplit("`", 2)[1]: line.split("|")[3:5] for line in lines if line.endswith("` |")}
    missing = []
    for name, known in KNOWN.items():
        if known.table != "incidents" or name.startswith("canonical_"):
            continue
        lacks_and_costs = " ".join(rows[name]).lower()
        for columns, word in LACKED.items():
            says = any(re.search(rf"\bas {column}\b", known.sql) for column in columns)
            if not says and word not in lacks_and_costs:
                missing.append((name, word))
    assert missing == []


def _when_entered(export) -> set[str]:
    _, rows = read(export)
    return {row["recorded_at"] for row in rows if row.get("recorded_at")}


# Formats of tools whose exports tell when a row was entered; in our own tables it is a column like any other.
@pytest.mark.parametrize(
    "format_name",
    [
        "bugzilla_bugs", "firehydrant_incidents",
        "firehydrant_incidents_api", "gcp_incidents", "github_issues", "gitlab_issues", "gitlab_issues_csv",
        "grafana_oncall_alert_groups", "hubspot_feedback", "incidentio_incidents", "jira_issues",
        "opsgenie_incidents", "pagerduty_analytics", "pagerduty_incidents", "qualtrics_responses",
        "rootly_incidents", "rootly_incidents_api", "servicenow_incident",
        "statuspage_incidents", "upptime_issues",
    ],
)  # fmt: skip
def test_an_export_that_tells_when_a_row_was_entered_is_read_for_it(format_name: str) -> None:
    assert any(_when_entered(export) for export in sources(FIXTURES / format_name))
