"""Files: which are read as what, in which zone and order of day and month, and what is said of those that are not."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reliability.errors import WarehouseError
from reliability.exports import export_source
from tests.build_folder import build_folder, table

GOOD = table("incident_id,opened_at,status", "A,2025-07-01 08:00:00,open")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_file_without_a_format_is_counted_and_named_but_its_rows_are_not_listed(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path, {"good.csv": GOOD, "odd.csv": table("colour,shape", "red,round", "blue,square")}
    )
    odd = built.file("odd.csv")
    assert (odd.rows_read, odd.set_aside, odd.recognised, odd.format) == (2, 2, False, None)
    assert odd.reasons == {"format not recognised": 2}
    assert odd.problem.startswith("no format has this header")
    assert built.report.unrecognised == ("odd.csv",)
    assert built.one("select count(*) from left_out") == 0
    assert built.rows("select file, recognised, set_aside from files order by 1") == [
        ("good.csv", True, 0),
        ("odd.csv", False, 2),
    ]


def test_a_file_that_cannot_be_read_at_all_does_not_stop_the_others(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path, {"good.csv": GOOD, "empty.csv": "", "picture.csv": b"\x89PNG\r\n\x1a\n\x00\x00"}
    )
    for name in ("empty.csv", "picture.csv"):
        report = built.file(name)
        assert (report.rows_read, report.recognised) == (0, None)
        assert report.problem
    assert built.report.unrecognised == ()
    assert len(built.report.problems) == 2
    assert built.one("select count(*) from incidents") == 1


def test_a_file_that_adds_nothing_says_so_in_a_line_of_its_own(tmp_path: Path) -> None:
    header = "incident_id,opened_at,status,kind"
    files = {
        "good.csv": table(header, "A,2025-07-01 08:00:00,open,"),
        "header.csv": table(header),
        "header.json": "[]",
        "undated.csv": table(header, "B,soon,open,", "C,later,open,"),
        "mixed.csv": table(header, "D,soon,open,", "E,later,open,", ",2025-07-01 08:00:00,open,"),
        "tests.csv": table(header, "T,2025-07-01 08:00:00,open,test"),
        "copy.csv": table(header, "A,2025-07-01 08:00:00,open,"),
    }
    built = build_folder(tmp_path, files)
    said = {f.file: f.problem for f in built.report.files if f.recognised}
    assert said["header.csv"].startswith("it has a header and no rows")
    assert said["undated.csv"].startswith("none of its 2 rows counts: opened_at cannot be read as a date. ")
    assert said["mixed.csv"].startswith(
        "none of its 3 rows counts: opened_at cannot be read as a date (2), and others"
    )
    assert said["tests.csv"].startswith("its only row does not count: ")
    assert said["good.csv"] == said["copy.csv"] == ""
    assert built.file("header.json").problem
    assert sum("header.csv" in line for line in built.report.problems) == 1


def test_lines_that_cannot_be_read_are_set_aside_with_line_and_reason(tmp_path: Path) -> None:
    built = build_folder(tmp_path, {"good.csv": GOOD + ",,\n" + "B,2025-07-02 08:00:00,open\n"})
    assert built.file("good.csv").reasons == {"empty row": 1}
    assert built.rows("select table_name, source_line, disposition, reason from left_out") == [
        ("incidents", 3, "set aside", "empty row")
    ]
    assert (built.file("good.csv").rows_read, built.file("good.csv").kept) == (3, 2)


def test_naive_times_are_in_the_zone_of_the_organisation_unless_the_export_has_its_own(
    tmp_path: Path,
) -> None:
    settings = """
[organisation]
time_zone = "Europe/Berlin"
[[exports]]
match = "york/*"
time_zone = "America/New_York"
"""
    built = build_folder(
        tmp_path,
        {
            "a.csv": table("incident_id,opened_at,status", "A,2025-07-01 08:00:00,open"),
            "york/b.csv": table(
                "incident_id,opened_at,status", "B,2025-07-01 08:00:00,open", "C,2025-07-01T08:00:00Z,open"
            ),
        },
        settings,
    )
    assert built.rows("select incident_id, opened_at from incidents order by 1") == [
        ("A", utc(2025, 7, 1, 6)),
        ("B", utc(2025, 7, 1, 12)),
        ("C", utc(2025, 7, 1, 8)),
    ]


def test_a_format_that_always_writes_utc_is_not_moved(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "t.csv": table(
                "#,How likely are you to recommend us?,Start Date (UTC),Submit Date (UTC),Network ID",
                "r1,9,2025-07-01 08:00:00,2025-07-01 08:01:00,n",
            )
        },
        '[organisation]\ntime_zone = "America/New_York"\n',
    )
    assert built.file("t.csv").format == "typeform_responses"
    assert built.one("select responded_at from nps_responses") == utc(2025, 7, 1, 8, 1)


def test_a_file_whose_dates_fit_both_orders_is_refused_with_the_question(tmp_path: Path) -> None:
    text = table("incident_id,opened_at,status", "A,03/04/2026 10:00,open", "B,05/06/2026 10:00,open")
    built = build_folder(tmp_path / "ask", {"good.csv": GOOD, "x.csv": text})
    refused = built.file("x.csv")
    question = (
        "opened_at: 03/04/2026 10:00 fits both day/month and month/day. "
        'Set date_order = "dmy" or "mdy" for this export in review.toml, [[exports]].'
    )
    assert refused.problem == question
    assert (refused.rows_read, refused.kept, refused.set_aside, refused.recognised) == (2, 0, 2, True)
    assert refused.reasons == {question: 2}
    assert built.report.unrecognised == ()
    assert built.one("select count(*) from incidents") == 1

    answer = '[[exports]]\nmatch = "x.csv"\ndate_order = "mdy"\n'
    built = build_folder(tmp_path / "answer", {"x.csv": text}, answer)
    assert built.rows("select opened_at from incidents order by 1") == [
        (utc(2026, 3, 4, 10),),
        (utc(2026, 5, 6, 10),),
    ]


def test_one_column_of_a_file_decides_for_its_sisters(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "x.csv": table(
                "incident_id,opened_at,status,resolved_at",
                "A,03/04/2025 10:00,resolved,04/04/2025 10:00",
                "B,13/04/2025 10:00,resolved,05/05/2025 10:00",
            )
        },
    )
    assert built.one("select resolved_at from incidents where incident_id = 'A'") == utc(2025, 4, 4, 10)


def test_a_format_can_be_forced_and_one_that_does_not_exist_is_told(tmp_path: Path) -> None:
    text = table("id,comment,score,status", "A,fine,9,open")
    assert build_folder(tmp_path / "a", {"x.csv": text}).file("x.csv").format is None
    forced = '[[exports]]\nmatch = "*.csv"\nformat = "nps_scores"\n'
    built = build_folder(tmp_path / "b", {"x.csv": text}, forced)
    assert built.file("x.csv").format == "nps_scores"
    assert built.one("select score from nps_responses") == 9
    built = build_folder(tmp_path / "c", {"x.csv": text}, forced.replace("nps_scores", "nps_score"))
    assert "Did you mean 'nps_scores'?" in built.file("x.csv").problem
    assert built.file("x.csv").set_aside == 1


def mapping(select: str, requires: str = "wer ; wann") -> str:
    return f"""-- title: Own tickets
-- definition: Made by hand.
-- source: own
-- table: incidents
-- requires: {requires}
-- verified: unverified
{select}
"""


OWN = table("wer,wann,nr", "Anna,2025-07-01 08:00:00,1", "Bert,2025-07-02 08:00:00,2")


def build_with_mapping(folder: Path, select: str):  # type: ignore[no-untyped-def]
    (folder / "mappings").mkdir(parents=True)
    (folder / "mappings" / "own.sql").write_text(mapping(select), encoding="utf-8")
    return build_folder(folder, {"own.csv": OWN})


def test_a_mapping_saved_in_the_data_folder_is_as_good_as_a_built_in_one(tmp_path: Path) -> None:
    built = build_with_mapping(
        tmp_path,
        "select wer || nr as incident_id, wann as opened_at, 'open' as status, source_line from export",
    )
    assert built.rows("select source, incident_id, opened_at from incidents order by 2") == [
        ("own", "Anna1", utc(2025, 7, 1, 8)),
        ("own", "Bert2", utc(2025, 7, 2, 8)),
    ]


def test_records_that_an_import_query_drops_are_set_aside_and_listed(tmp_path: Path) -> None:
    built = build_with_mapping(
        tmp_path, "select wer as incident_id, wann as opened_at, source_line from export where wer <> 'Anna'"
    )
    assert built.file("own.csv").reasons == {"dropped by the import query": 1}
    assert built.rows("select source_line, disposition, reason from left_out") == [
        (2, "set aside", "dropped by the import query")
    ]


def test_an_import_query_that_multiplies_records_is_refused(tmp_path: Path) -> None:
    built = build_with_mapping(
        tmp_path, "select wer as incident_id, wann as opened_at, source_line from export, range(2)"
    )
    assert "gives 4 rows for 2 records" in built.file("own.csv").problem
    assert (built.file("own.csv").kept, built.file("own.csv").set_aside) == (0, 2)


def test_an_import_query_that_its_data_trip_up_costs_only_its_file(tmp_path: Path) -> None:
    built = build_with_mapping(
        tmp_path, "select wer::int::varchar as incident_id, wann as opened_at, source_line from export"
    )
    assert "the import query own failed on its contents" in built.file("own.csv").problem
    assert built.file("own.csv").set_aside == 2


@pytest.mark.parametrize(
    ("select", "what"),
    [
        ("select wer as incident_id, wann as opened_at, source_line from exports", "exports"),
        (
            "select wer as incident_id, wann as opened_at, 1 as colour, source_line from export",
            "gives 'colour'",
        ),
        ("select wer as incident_id, wann as opened_at from export", "does not give 'source_line'"),
        ("selec wer", "syntax error"),
    ],
)
def test_a_faulty_import_query_stops_the_build_and_is_named(tmp_path: Path, select: str, what: str) -> None:
    with pytest.raises(WarehouseError, match=what) as caught:
        build_with_mapping(tmp_path, select)
    assert "own.sql" in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_folder_without_exports_gives_an_empty_warehouse(tmp_path: Path) -> None:
    built = build_folder(tmp_path, {})
    assert built.report.files == ()
    assert built.one("select count(*) from fact_incidents") == 0


def test_the_report_is_plain_data_with_the_promised_keys(tmp_path: Path) -> None:
    document = build_folder(tmp_path, {"good.csv": GOOD}).report.document()
    assert {"data_version", "as_of", "files", "unrecognised"} <= set(document)
    (file,) = document["files"]
    assert {
        "file",
        "format",
        "table",
        "rows_read",
        "kept",
        "superseded",
        "excluded",
        "set_aside",
        "reasons",
    } <= set(file)


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_built(tmp_path: Path) -> None:
    strange = os.fsdecode(b"caf\xe9.csv")
    built = build_folder(
        tmp_path,
        {
            "broken.json": '[{"id":"1","\\ud83d":"x"},{"id":"2"}]',
            strange: "incident_id,opened_at,status\nB,2025-07-01T08:00:00Z,open\n",
            "good.csv": "incident_id,opened_at,status\nA,2025-07-01T08:00:00Z,open\n",
        },
    )
    assert built.rows("select incident_id, source_file from incidents order by 1") == [
        ("A", "good.csv"),
        ("B", r"caf\xe9.csv"),
    ]
    (problem,) = built.report.problems
    assert problem.startswith("exports/broken.json: no format has this header")
    assert built.file("broken.json").rows_read == built.file("broken.json").set_aside == 2


def test_whatever_a_reader_stumbles_over_stops_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = export_source.load_csv

    def stumbles(con: object, table: str, text: object, where: str, scratch: Path) -> object:
        if where == "bad.csv":
            raise ValueError("no such thing\nas this")
        return real(con, table, text, where, scratch)  # type: ignore[arg-type]

    monkeypatch.setattr(export_source, "load_csv", stumbles)
    row = "incident_id,opened_at,status\nA,2025-07-01T08:00:00Z,open\n"
    built = build_folder(tmp_path, {"bad.csv": row, "good.csv": row})
    assert built.report.problems == (
        "exports/bad.csv: reading it failed (ValueError: no such thing). Export it again, or report it with the file.",
    )
    assert built.file("good.csv").kept == 1
