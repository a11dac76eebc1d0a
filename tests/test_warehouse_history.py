"""Several copies of one thing: the newest stays, the older ones tell its history."""

from datetime import UTC, datetime
from pathlib import Path

from tests.build_folder import Built, build_folder, table

HEADER = "incident_id,opened_at,severity,status,updated_at,exported_at"
AT = "2025-07-01 08:00:00"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def kept(built: Built) -> list[tuple[object, ...]]:
    return built.rows(
        "select incident_id, severity, status, source_file, source_line from incidents order by 1"
    )


def test_the_copy_exported_last_stays_whatever_its_file_is_called(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "z.csv": table(HEADER, f"A,{AT},P1,open,,2025-07-02T00:00:00Z"),
            "a.csv": table(HEADER, f"A,{AT},P3,closed,,2025-08-02T00:00:00Z"),
        },
    )
    assert kept(built) == [("A", 3, "closed", "a.csv", 2)]
    assert built.rows("select source_file, disposition, reason, row_key, detail from left_out") == [
        ("z.csv", "superseded", "older copy", "A", "the newest is line 2 of a.csv")
    ]
    assert built.file("z.csv").superseded == 1


def test_an_export_that_does_not_say_when_it_was_made_is_as_new_as_its_newest_instant(tmp_path: Path) -> None:
    july = table("incident_id,opened_at,status,title", f"A,{AT},open,x", "B,2025-07-20 08:00:00,open,x")
    august = table("incident_id,opened_at,status,title", f"A,{AT},resolved,x", "C,2025-08-20 08:00:00,open,x")
    built = build_folder(tmp_path, {"1-august.csv": august, "2-july.csv": july})
    assert built.rows("select incident_id, status, exported_at from incidents order by 1") == [
        ("A", "resolved", utc(2025, 8, 20, 8)),
        ("B", "open", utc(2025, 7, 20, 8)),
        ("C", "open", utc(2025, 8, 20, 8)),
    ]
    assert built.file("2-july.csv").newest_at == built.file("2-july.csv").exported_at == utc(2025, 7, 20, 8)


def test_of_copies_exported_together_the_one_updated_last_stays(tmp_path: Path) -> None:
    out = "2025-08-02T00:00:00Z"
    built = build_folder(
        tmp_path,
        {"a.csv": table(HEADER, f"A,{AT},P1,closed,2025-07-03,{out}", f"A,{AT},P2,open,2025-07-02,{out}")},
    )
    assert kept(built) == [("A", 1, "closed", "a.csv", 2)]


def test_of_copies_that_do_not_differ_in_time_the_last_line_of_the_last_file_stays(tmp_path: Path) -> None:
    rows = table(HEADER, f"A,{AT},P1,open,,", f"A,{AT},P1,open,,")
    built = build_folder(tmp_path, {"a.csv": rows, "b.csv": rows})
    assert kept(built) == [("A", 1, "open", "b.csv", 3)]
    assert [built.file(name).superseded for name in ("a.csv", "b.csv")] == [2, 1]


def test_the_same_id_from_another_tool_is_another_incident(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "own.csv": table("incident_id,opened_at,status", f"INC1,{AT},open"),
            "snow.csv": table("number,opened_at,short_description,state", f"INC1,{AT},x,New"),
        },
    )
    assert built.rows("select source from incidents order by 1") == [("canonical",), ("servicenow",)]


def test_the_history_keeps_the_first_and_the_worst_severity(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "log.csv": table(
                HEADER,
                f"A,{AT},P3,open,,2025-07-02T00:00:00Z",
                f"A,{AT},P1,open,,2025-07-03T00:00:00Z",
                f"A,{AT},P2,closed,,2025-07-04T00:00:00Z",
                f"B,{AT},P2,open,,2025-07-02T00:00:00Z",
                f"C,{AT},,open,,2025-07-01T00:00:00Z",
                f"C,{AT},purple,open,,2025-07-02T00:00:00Z",
                f"C,{AT},P4,open,,2025-07-03T00:00:00Z",
            )
        },
    )
    columns = "incident_id, severity, severity_highest, severity_first"
    assert built.rows(f"select {columns} from incidents order by 1") == [
        ("A", 2, 1, 3),
        # One record tells of no history.
        ("B", 2, None, None),
        ("C", 4, 4, 4),
    ]
    assert built.rows(
        "select incident_id, exported_at, severity, severity_text, status, source_line from incident_versions order by 1, 2"
    ) == [
        ("A", utc(2025, 7, 2), 3, "P3", "open", 2),
        ("A", utc(2025, 7, 3), 1, "P1", "open", 3),
        ("C", utc(2025, 7, 1), None, None, "open", 6),
        ("C", utc(2025, 7, 2), None, "purple", "open", 7),
    ]


def test_what_a_tool_itself_says_of_the_worst_and_first_severity_counts_too(tmp_path: Path) -> None:
    header = "incident_id,opened_at,severity,severity_highest,severity_first,exported_at"
    built = build_folder(
        tmp_path,
        {
            "a.csv": table(
                header,
                f"A,{AT},P3,P1,P2,2025-07-02T00:00:00Z",
                f"B,{AT},P3,P2,,2025-07-02T00:00:00Z",
                f"B,{AT},P3,,P4,2025-07-03T00:00:00Z",
            )
        },
    )
    assert built.rows("select incident_id, severity_highest, severity_first from incidents order by 1") == [
        ("A", 1, 2),
        ("B", 2, 4),
    ]


def test_an_incident_that_became_a_drill_is_excluded_once_and_its_older_copies_are_superseded(
    tmp_path: Path,
) -> None:
    header = "incident_id,opened_at,status,kind,exported_at"
    built = build_folder(
        tmp_path,
        {
            "a.csv": table(
                header,
                f"A,{AT},open,incident,2025-07-02T00:00:00Z",
                f"A,{AT},closed,drill,2025-07-03T00:00:00Z",
                f"B,{AT},open,drill,2025-07-02T00:00:00Z",
                f"B,{AT},closed,incident,2025-07-03T00:00:00Z",
            )
        },
    )
    assert built.rows("select source_line, disposition, reason from left_out order by 1") == [
        (2, "superseded", "older copy"),
        (3, "excluded", "drill"),
        (4, "superseded", "older copy"),
    ]
    assert built.one("select incident_id from incidents") == "B"


def test_a_copy_that_cannot_be_read_does_not_replace_a_good_one(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "a.csv": table(
                HEADER, f"A,{AT},P1,open,,2025-07-02T00:00:00Z", "A,soon,P1,closed,,2025-07-03T00:00:00Z"
            )
        },
    )
    assert kept(built) == [("A", 1, "open", "a.csv", 2)]


def test_a_key_with_a_blank_part_is_a_key(tmp_path: Path) -> None:
    header = "sprint,starts_on,ends_on,team,work_type,planned_points,done_points"
    built = build_folder(
        tmp_path,
        {
            "s.csv": table(
                header,
                *(
                    f"S1,2025-07-01,2025-07-14,{team},feature,{n},1"
                    for n, team in enumerate(("", "core", ""))
                ),
            )
        },
    )
    assert built.rows("select team, planned_points from sprint_work order by 1 nulls first") == [
        (None, 2.0),
        ("core", 1.0),
    ]


def test_the_end_of_the_data_is_the_newest_thing_that_happened_not_a_plan(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "incidents.csv": table(
                "incident_id,opened_at,status,kind", f"A,{AT},open,", "B,2026-01-01 08:00:00,open,scheduled"
            ),
            "changes.csv": table(
                "change_id,title,planned_for,merged_at", "C,x,2025-12-01 08:00:00,2025-07-02 08:00:00"
            ),
            "availability.csv": table(
                "endpoint,service,interval_start,interval_end,good,total",
                "/a,api,2025-07-03 00:00:00,2025-07-04 00:00:00,9,10",
            ),
        },
    )
    assert built.report.as_of == utc(2025, 7, 3)
    assert built.one("select as_of from meta") == utc(2025, 7, 3)
    # A source is as fresh as what happened in it; what is excluded does not make it fresher.
    assert built.file("incidents.csv").newest_at == utc(2025, 7, 1, 8)


def test_with_nothing_but_availability_the_data_end_with_its_last_interval(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {
            "availability.csv": table(
                "endpoint,service,interval_start,interval_end,good,total",
                "/a,api,2025-07-03 00:00:00,2025-07-04 00:00:00,9,10",
            )
        },
    )
    assert built.report.as_of == utc(2025, 7, 4)


def test_one_typing_error_in_a_thousand_does_not_move_the_end_of_the_data(tmp_path: Path) -> None:
    lines = [f"I{n},2025-07-{1 + n % 28:02} 08:00:00,open" for n in range(1100)]
    built = build_folder(
        tmp_path, {"a.csv": table("incident_id,opened_at,status", *lines, "X,2052-07-01 08:00:00,open")}
    )
    assert built.report.as_of == built.file("a.csv").newest_at == utc(2025, 7, 28, 8)
    assert built.file("a.csv").problem == (
        "1 row lies more than a year after all others (up to 2052-07-01): "
        "taken for a typing error, not for the end of the data."
    )
    assert built.file("a.csv").kept == 1101


def test_a_quiet_year_is_not_a_typing_error_in_a_small_export(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {"a.csv": table("incident_id,opened_at,status", f"A,{AT},open", "B,2027-07-01 08:00:00,open")},
    )
    assert built.report.as_of == utc(2027, 7, 1, 8)


def test_the_settings_may_fix_the_end_of_the_data(tmp_path: Path) -> None:
    built = build_folder(
        tmp_path,
        {"a.csv": table("incident_id,opened_at,status", f"A,{AT},open")},
        '[organisation]\nas_of = 2025-06-30T12:00:00Z\ntime_zone = "Europe/Berlin"\n',
    )
    assert built.report.as_of == utc(2025, 6, 30, 12)
    assert built.rows("select as_of, time_zone from meta") == [(utc(2025, 6, 30, 12), "Europe/Berlin")]


def test_no_instant_anywhere_is_no_end_of_the_data(tmp_path: Path) -> None:
    assert build_folder(tmp_path, {}).report.as_of is None
    assert build_folder(tmp_path, {"a.csv": table("account_id,name", "A,One")}).report.as_of is None
