"""References to other records as objects: the Table API of ServiceNow in its three modes, and an interface's answer that went
through a data frame. The same three incidents in each: 40, 60 and 80 minutes of July 2025."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.build_folder import Built, build_folder

SETTINGS = '[organisation]\nname = "Objects"\ntime_zone = "Europe/Berlin"\n'
MINUTES = (40, 60, 80)
KEPT = """
    select service, team, problem_id, severity_counted, recover_minutes, strftime(opened_at, '%d %H:%M')
    from fact_incidents order by opened_at
"""


def link(value: str, shown: str) -> dict[str, str]:
    return {"link": f"https://dev.example/api/now/table/x/{value}", "value": value, "display_value": shown}


def record(
    number: int, cell: Callable[[str, str], Any], reference: Callable[[str, str], Any]
) -> dict[str, Any]:
    """One incident. cell, reference: what a mode makes of a value and of what a person reads for it."""
    day, minutes = 10 * number, MINUTES[number - 1]
    begun, over = f"2025-07-{day} 10:00:00", f"2025-07-{day} {10 + minutes // 60}:{minutes % 60:02d}:00"
    return {
        "number": cell(f"INC000{number}", f"INC000{number}"),
        "state": cell("7", "Closed"),
        "incident_state": cell("7", "Closed"),
        "priority": cell("1", "1 - Critical"),
        "opened_at": cell(begun, begun),
        "resolved_at": cell(over, over),
        "closed_at": cell(over, over),
        "short_description": cell("Mail down", "Mail down"),
        "assignment_group": reference("grp1", "Network"),
        "business_service": reference("svc1", "Mail"),
        "problem_id": reference("prb1", "PRB0040"),
    }


MODES = {
    # sysparm_display_value: what a cell holds, what a reference holds, and the names that come out of it.
    "false": (
        lambda value, shown: value,
        lambda value, shown: {k: v for k, v in link(value, shown).items() if k != "display_value"},
        ("svc1", "grp1", "prb1"),
    ),
    "true": (
        lambda value, shown: shown,
        lambda value, shown: {"display_value": shown, "link": link(value, shown)["link"]},
        ("Mail", "Network", "PRB0040"),
    ),
    "all": (
        lambda value, shown: {"display_value": shown, "value": value},
        link,
        ("Mail", "Network", "PRB0040"),
    ),
}


def records(mode: str) -> list[dict[str, Any]]:
    cell, reference, _ = MODES[mode]
    return [record(number, cell, reference) for number in (1, 2, 3)]


def built(folder: Path, name: str, text: str) -> Built:
    return build_folder(folder, {name: text}, SETTINGS)


@pytest.mark.parametrize("mode", MODES)
def test_servicenows_table_api_is_read_in_each_of_its_modes(tmp_path: Path, mode: str) -> None:
    found = built(tmp_path, "incident.json", json.dumps({"result": records(mode)})).rows(KEPT)
    service, team, problem = MODES[mode][2]
    # The database keeps UTC; what a person is shown is in the organisation's zone, two hours ahead in July.
    hour = "10:00" if mode == "false" else "08:00"
    assert found == [
        (service, team, problem, 1, minutes, f"{day} {hour}")
        for day, minutes in zip((10, 20, 30), MINUTES, strict=True)
    ]


def test_values_of_the_table_api_that_went_through_a_data_frame(tmp_path: Path) -> None:
    text = io.StringIO()
    rows = records("false")
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)  # as pandas does: an object as Python writes it
    found = built(tmp_path, "incident.csv", text.getvalue()).rows(KEPT)
    assert [row[:4] for row in found] == [("svc1", "grp1", "prb1", 1)] * 3
    assert [row[4] for row in found] == list(MINUTES)


def test_pagerdutys_answer_that_went_through_a_data_frame(tmp_path: Path) -> None:
    def row(number: int) -> dict[str, Any]:
        day, minutes = 10 * number, MINUTES[number - 1]
        return {
            "incident_number": number,
            "title": f"T{number}",
            "created_at": f"2025-07-{day}T10:00:00Z",
            "status": "resolved",
            "resolved_at": f"2025-07-{day}T{10 + minutes // 60}:{minutes % 60:02d}:00Z",
            "service": {"id": "PSVC1", "type": "service_reference", "summary": "User Database"},
            "escalation_policy": {"id": "P1", "summary": "Default"},
            "teams": [{"id": "PT", "summary": "Payments"}],
            "priority": {"id": "PP", "summary": "P1"},
            "urgency": "high",
            "id": f"PX{number}",
        }

    text = io.StringIO()
    rows = [row(number) for number in (1, 2, 3)]
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    found = built(tmp_path, "incidents.csv", text.getvalue()).rows(KEPT)
    assert [(row[0], row[1], row[3], row[4]) for row in found] == [
        ("User Database", "Payments", 1, minutes) for minutes in MINUTES
    ]
