"""Real exports of public origin: as many records as their publishers state, none of them lost."""

import re
from pathlib import Path

import pytest

from reliability.exports import sources
from tests.exported import load

RECORDS = {
    "gcp-status-2022/gcp_incidents.json": 157,
    "gitbugs-jira/hadoop_bugs-combined.csv": 126,
    "gitbugs-jira/hadoop_bugs.csv.gz": 2_503,
    "github-status/downtime_windows.csv": 819,
    "github-status/incidents.jsonl": 819,
    "github-status/segments.csv": 3_751,
    "nps-garden-retailer-fr/nps_latin1.csv": 13_954,
    "nps-garden-retailer-fr/nps_utf8.csv": 13_954,
    "qualtrics-export-sample/qualtrics_3header_german.csv": 1,
    "servicenow-list-export-sample/incident.csv": 97,
    "uci-servicenow/incident_event_log.csv.gz": 141_712,
    "uci-servicenow/incident_event_log_head400.csv": 400,
    "uci-servicenow/incidents_last_state.csv.gz": 24_918,
}


def test_every_real_export_is_a_source(real_exports: Path) -> None:
    assert set(RECORDS) <= {source.name for source in sources(real_exports)}


@pytest.mark.parametrize("name", RECORDS)
def test_every_record_arrives(real_exports: Path, name: str) -> None:
    found = load(real_exports, name)
    assert len(found.rows) == found.table.records == RECORDS[name]
    assert len(set(found.lines)) == RECORDS[name]


def test_the_last_row_of_a_file_with_long_texts_has_its_line(real_exports: Path) -> None:
    import gzip

    text = gzip.decompress((real_exports / "gitbugs-jira/hadoop_bugs.csv.gz").read_bytes()).decode()
    lines = text.split("\n")
    for line, cells in load(real_exports, "gitbugs-jira/hadoop_bugs.csv.gz").rows:
        assert str(cells["Issue id"]) in lines[line - 1] or "\n" in str(cells["Summary"])


def test_latin_1_and_utf_8_copies_of_one_survey_are_the_same(real_exports: Path) -> None:
    folder = real_exports / "nps-garden-retailer-fr"
    # Bytes between 0x80 and 0x9F are signs in cp1252 and controls in latin-1, which the UTF-8 copy was made by.
    copied = [(line, _in_cp1252(cells)) for line, cells in load(folder, "nps_utf8.csv").rows]
    assert load(folder, "nps_latin1.csv").rows == copied


def _in_cp1252(cells: dict[str, object]) -> dict[str, object]:
    """Read controls that stand for signs of cp1252 as those; a line with bytes that cp1252 lacks stays latin-1."""
    try:
        return {
            name: cell if cell is None else _CONTROL.sub(_sign, str(cell)) for name, cell in cells.items()
        }
    except UnicodeDecodeError:
        return cells


_CONTROL = re.compile("[\x80-\x9f]")


def _sign(control: re.Match[str]) -> str:
    return control[0].encode("latin-1").decode("cp1252")


def test_scores_of_the_survey_add_up(real_exports: Path) -> None:
    scores = [cells["nps"] for _, cells in load(real_exports, "nps-garden-retailer-fr/nps_utf8.csv").rows]
    assert scores.count("NA") == 342


def test_states_and_priorities_of_the_ticket_log_add_up(real_exports: Path) -> None:
    rows = [cells for _, cells in load(real_exports, "uci-servicenow/incidents_last_state.csv.gz").rows]
    priorities = [cells["priority"] for cells in rows]
    assert priorities.count("1 - Critical") == 270
    assert priorities.count("3 - Moderate") == 23_466
    assert sum(cells["resolved_at"] == "?" for cells in rows) == 1_556
