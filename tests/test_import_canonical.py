"""The project's own CSV files: what is written is what is read."""

import csv

import pytest

from tests.mapped import FIXTURES, mapped

# Columns the query changes on purpose; canonical_incidents has tests of its own below.
BLANK = ("", "NA", "N/A")


@pytest.mark.parametrize(
    "table",
    sorted(
        folder.name.removeprefix("canonical_")
        for folder in FIXTURES.glob("canonical_*")
        if folder.name != "canonical_incidents"
    ),
)
def test_a_canonical_file_is_read_as_written(table: str) -> None:
    with (FIXTURES / f"canonical_{table}" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        written = [
            {name: value for name, value in row.items() if value not in BLANK} for row in csv.DictReader(file)
        ]
    read = mapped(f"canonical_{table}", f"{table}.csv")
    assert [row.pop("source_line") for row in read] == list(range(2, len(written) + 2))
    assert read == written


def test_an_incident_is_read_with_every_column() -> None:
    row = mapped("canonical_incidents", "incidents.csv")[0]
    assert row["severity_text"] == "P1"
    assert (row["status"], row["kind"]) == ("resolved", "incident")
    assert row["engaged_at"] == "2025-08-20T08:09:00Z"
    assert row["resolved_at"] == "2025-08-20T09:30:00Z"
    assert (row["problem_id"], row["repeat_of"], row["customers_affected"]) == ("PROB 7", "I-0", "12")
    assert row["exported_at"] == "2025-08-22T00:00:00Z"
    assert (row["recorded_at"], row["external_ids"]) == ("2025-08-20T08:12:00Z", "OPS-31")


def test_an_open_incident_has_no_resolve_time_whatever_the_file_says() -> None:
    row = mapped("canonical_incidents", "incidents.csv")[1]
    assert (row["status"], row["severity_text"]) == ("open", "2")
    assert "resolved_at" not in row


def test_a_status_in_other_words_is_told_from_the_times() -> None:
    row = mapped("canonical_incidents", "incidents.csv")[2]
    assert (row["status"], row["kind"]) == ("closed", "drill")
    assert row["resolved_at"] == "2025-08-22T09:00:00Z"
