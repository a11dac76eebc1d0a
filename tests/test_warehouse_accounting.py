"""Rows read = kept + superseded + excluded + set aside: for every fixture, for real exports, for made-up ones."""

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.queries import FOLDER, read_query
from reliability.schema import DUCKDB_TYPES, PROVENANCE, TABLES
from reliability.warehouse.accounting import checks
from reliability.warehouse.staging import NOT_RECOGNISED
from tests.build_folder import Built, build_folder, rebuild, table, write_exports

FIXTURES = Path(__file__).parent / "fixtures"


def hold_the_books(built: Built) -> None:
    """The sum of every file, and the tables behind the numbers."""
    for file in built.report.files:
        assert file.rows_read == file.kept + file.superseded + file.excluded + file.set_aside, file
        assert sum(file.reasons.values()) == file.superseded + file.excluded + file.set_aside, file
    tables = " union all ".join(
        f"select source_file, count(*) as kept from {name} group by 1" for name in TABLES
    )
    kept = {f.file: f.kept for f in built.report.files if f.kept}
    assert dict(built.rows(f"select source_file, sum(kept) from ({tables}) group by 1")) == kept
    listed = dict(built.rows("select source_file, count(*) from left_out group by 1"))
    # A file that is refused as a whole gives its problem as the one reason of all its rows.
    refused = {f.file for f in built.report.files if set(f.reasons) & {f.problem, NOT_RECOGNISED}}
    for file in built.report.files:
        left = file.superseded + file.excluded + file.set_aside
        assert listed.get(file.file, 0) == (0 if file.file in refused else left), file
    for name, spec in TABLES.items():
        keys = ", ".join(spec.key)
        assert built.rows(f"select {keys} from {name} group by {keys} having count(*) > 1") == []


@pytest.fixture(scope="module")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("fixtures")
    shutil.copytree(FIXTURES, folder / "exports")
    return rebuild(folder)


def test_the_rows_of_every_fixture_add_up(fixtures: Built) -> None:
    assert len(fixtures.report.files) >= 40
    hold_the_books(fixtures)


def test_every_fixture_is_read_in_the_format_of_its_folder(fixtures: Built) -> None:
    assert {f.file: f.format for f in fixtures.report.files} == {
        f.file: f.file.partition("/")[0] for f in fixtures.report.files
    }


def test_every_canonical_table_has_the_columns_of_the_schema(fixtures: Built) -> None:
    for name, spec in TABLES.items():
        expected = {**spec.columns, **PROVENANCE}
        described = fixtures.rows(f"select column_name, column_type from (describe {name})")
        types = {"timestamptz": "timestamp with time zone"}
        assert {c: t.lower() for c, t in described} == {
            c: types.get(DUCKDB_TYPES[kind], DUCKDB_TYPES[kind]) for c, kind in expected.items()
        }


def test_two_builds_of_the_same_give_the_same_rows(fixtures: Built, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES, tmp_path / "exports")
    again = rebuild(tmp_path)
    assert again.report.document() == fixtures.report.document()
    for name in (*TABLES, "left_out", "incident_versions", "severity_words", "files", "fact_incidents"):
        query = f"select * from {name} order by all"
        assert again.rows(query) == fixtures.rows(query)


NAMES = st.sampled_from(["A", "B", "C", "", "?"])
INSTANTS = st.sampled_from(
    ["2025-07-01 08:00:00", "2025-07-02T08:00:00Z", "16/07/2025 08:00", "soon", "", "0"]
)
ROWS = st.lists(
    st.tuples(
        NAMES,
        INSTANTS,
        st.sampled_from(["P1", "P3", "purple", ""]),
        st.sampled_from(["open", "resolved", "cancelled", "merged", ""]),
        st.sampled_from(["", "drill", "incident"]),
        st.sampled_from(["", "A", "B"]),
        INSTANTS,
        st.sampled_from(["", "1", "x", "-2"]),
    ),
    max_size=12,
)


@given(files=st.lists(ROWS, min_size=1, max_size=3))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_rows_of_any_export_add_up(
    files: list[list[tuple[str, ...]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    header = "incident_id,opened_at,severity,status,kind,merged_into,resolved_at,reopen_count"
    texts = {f"{n}.csv": table(header, *(",".join(row) for row in rows)) for n, rows in enumerate(files)}
    built = build_folder(tmp_path_factory.mktemp("any"), texts)
    hold_the_books(built)
    for number, rows in enumerate(files):
        assert built.file(f"{number}.csv").rows_read == len(rows)


def test_the_order_of_lines_does_not_decide_what_is_counted(tmp_path: Path) -> None:
    rows = [
        f"I{n % 40},2025-07-{1 + n % 28:02} 08:00:00,P{1 + n % 4},open,,,,,2025-08-01T{n // 60:02}:{n % 60:02}:00Z"
        for n in range(200)
    ]
    header = "incident_id,opened_at,severity,status,kind,merged_into,resolved_at,reopen_count,exported_at"
    found = []
    for seed in range(2):
        random.Random(seed).shuffle(rows)
        built = build_folder(tmp_path / str(seed), {"a.csv": table(header, *rows)})
        found.append(
            built.rows(
                "select incident_id, opened_at, severity, severity_highest, severity_first from incidents order by 1"
            )
        )
    assert len(found[0]) == 40
    assert found[0] == found[1]


def test_every_check_says_which_table_it_is_for_and_what_it_returns() -> None:
    files = sorted((FOLDER / "checks").glob("*.sql"))
    assert files
    assert sorted(path for name in TABLES for path in checks(name)) == files
    for path in files:
        query = read_query(path)
        assert path.stem.startswith(query.header["table"])
        assert query.title and query.definition
        assert dict(query.columns) == {"row_id": "bigint", "reason": "varchar", "detail": "varchar"}


def one(built: Built, columns: str) -> tuple[object, ...]:
    ((*values,),) = built.rows(f"select {columns} from incidents")
    return tuple(values)


@pytest.fixture
def real(real_exports: Path, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Build copies of real exports: name in the data folder -> path below the real exports."""

    def built(**files: str) -> Built:
        write_exports(tmp_path, {})
        (tmp_path / "exports").mkdir(exist_ok=True)
        for name, path in files.items():
            source = real_exports / path
            shutil.copy(source, tmp_path / "exports" / (name + "".join(source.suffixes)))
        found = rebuild(tmp_path)
        hold_the_books(found)
        return found

    return built


COUNTS = (
    "count(*), count(*) filter (where severity = 1), count(*) filter (where severity_highest = 1), "
    "count(*) filter (where status = 'closed' and resolved_at is null)"
)


def test_real_servicenow_last_states_keep_their_known_numbers(real) -> None:  # type: ignore[no-untyped-def]
    built = real(states="uci-servicenow/incidents_last_state.csv.gz")
    assert one(built, COUNTS) == (24_918, 270, 0, 1_556)


@pytest.mark.slow
def test_a_real_servicenow_event_log_folds_to_the_same_incidents_and_keeps_their_history(real) -> None:  # type: ignore[no-untyped-def]
    built = real(log="uci-servicenow/incident_event_log.csv.gz")
    (file,) = built.report.files
    assert (file.rows_read, file.kept, file.superseded, file.set_aside) == (141_712, 24_918, 116_794, 0)
    assert one(built, COUNTS) == (24_918, 270, 352, 1_556)


@pytest.mark.slow
def test_a_real_event_log_and_its_last_states_in_one_folder_count_each_incident_once(real) -> None:  # type: ignore[no-untyped-def]
    built = real(
        log="uci-servicenow/incident_event_log.csv.gz", states="uci-servicenow/incidents_last_state.csv.gz"
    )
    assert one(built, COUNTS) == (24_918, 270, 352, 1_556)
    assert sum(f.kept for f in built.report.files) == 24_918


def test_a_real_status_page_leaves_its_maintenance_out(real) -> None:  # type: ignore[no-untyped-def]
    built = real(history="github-status/incidents.jsonl")
    (file,) = built.report.files
    assert (file.rows_read, file.excluded, file.reasons) == (819, 18, {"maintenance": 18})


@pytest.mark.parametrize("encoding", ["latin1", "utf8"])
def test_a_real_survey_counts_only_its_scores(real, encoding: str) -> None:  # type: ignore[no-untyped-def]
    built = real(survey=f"nps-garden-retailer-fr/nps_{encoding}.csv")
    (file,) = built.report.files
    assert (file.rows_read, file.kept, file.set_aside, file.reasons) == (
        13_954,
        13_612,
        342,
        {"no score": 342},
    )
    nps = built.one("select 100 * (avg((score >= 9)::int) - avg((score <= 6)::int)) from nps_responses")
    assert round(nps, 1) == 53.4


def test_the_rows_of_the_other_real_exports_add_up(real) -> None:  # type: ignore[no-untyped-def]
    built = real(
        jira="gitbugs-jira/hadoop_bugs.csv.gz",
        duplicates="gitbugs-jira/hadoop_bugs-combined.csv",
        gcp="gcp-status-2022/gcp_incidents.json",
        snow="servicenow-list-export-sample/incident.csv",
        segments="github-status/segments.csv",
        qualtrics="qualtrics-export-sample/qualtrics_3header_german.csv",
    )
    rows = {f.file.partition(".")[0]: f.rows_read for f in built.report.files}
    assert rows == {"jira": 2503, "duplicates": 126, "gcp": 157, "snow": 97, "segments": 3751, "qualtrics": 1}
    assert built.report.unrecognised == ("duplicates.csv", "segments.csv")
