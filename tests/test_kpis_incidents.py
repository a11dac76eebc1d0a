"""Counts of incidents: which window, which severity, and when there is no figure at all."""

from pathlib import Path

import pytest

from tests.warehouse_by_hand import by_hand, figures, instant, params

Q3 = params("2025-07-01", "2025-10-01")

INCIDENTS = [
    {"incident_id": "before", "opened_at": "2025-06-30 23:59:59", "severity": 1},
    {
        "incident_id": "first instant",
        "opened_at": "2025-07-01 00:00",
        "severity": 1,
        "service": "api",
        "team": "blue",
    },
    {
        "incident_id": "lowered",
        "opened_at": "2025-08-01",
        "severity": 3,
        "severity_highest": 1,
        "service": "api",
    },
    {"incident_id": "P2", "opened_at": "2025-08-02", "severity": 2, "service": "mail", "team": "blue"},
    {"incident_id": "unknown", "opened_at": "2025-08-03", "service": "api"},
    {
        "incident_id": "open",
        "opened_at": "2025-09-30 23:59:59",
        "severity": 1,
        "status": "open",
        "service": "mail",
    },
    {"incident_id": "after", "opened_at": "2025-10-01 00:00", "severity": 1},
    {"incident_id": "resolved in it", "opened_at": "2025-05-01", "severity": 1, "resolved_at": "2025-08-01"},
]


def test_a_window_holds_its_first_instant_and_not_its_last(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        figure = figures(store, "p1_incidents", Q3)
    # first instant, lowered (it was a P1 once), open
    # by its last severity "lowered" is none; by its first one is a P1 as well
    assert figure == {
        "value": 3, "n": 3, "open": 3, "by_last_severity": 2, "by_first_severity": 2, "left_out_severity_unknown": 1,
        "severity_unknown_in": "incidents.csv", "incidents": 5, "p2": 1, "others": 0, "p1_ever": 3, "p1_downgraded": 1,
    }  # fmt: skip


def test_the_severity_rule_of_the_settings_decides(tmp_path: Path) -> None:
    with by_hand(tmp_path, {"severity_rule": "final"}, incidents=INCIDENTS) as store:
        assert figures(store, "p1_incidents", Q3)["value"] == 2


def test_filters_narrow_the_count(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        api = figures(store, "p1_incidents", {**Q3, "services": ["api"]})
        blue = figures(store, "p1_incidents", {**Q3, "teams": ["blue"]})
        both = figures(store, "p1_incidents", {**Q3, "services": ["mail"], "teams": ["blue"]})
        none = figures(store, "p1_incidents", {**Q3, "services": ["no such"]})
    assert (api["value"], api["left_out_severity_unknown"]) == (2, 1)
    assert blue["value"] == 1
    assert both["value"] == 0, "there are incidents, and none of them is a P1"
    assert none["value"] == 0


def test_what_opened_after_as_of_is_not_there_yet(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        assert (
            figures(store, "p1_incidents", {**Q3, **params("2025-07-01", "2025-10-01", "2025-08-15")})[
                "value"
            ]
            == 2
        )


@pytest.mark.parametrize(
    ("start", "end", "as_of", "value"),
    [
        ("2025-08-10", "2025-08-20", "2025-11-01", 0),  # quiet days between the first and the last record
        ("2025-05-01", "2025-05-02", "2025-11-01", 1),  # the first record
        ("2025-04-01", "2025-05-01", "2025-11-01", None),  # before it
        ("2025-10-01", "2026-01-01", "2025-11-01", 1),  # the last record
        ("2025-10-02", "2026-01-01", "2025-11-01", None),  # after it: not quiet, unknown
        ("2025-08-10", "2025-08-20", "2025-08-09", None),  # not yet
    ],
)
def test_no_data_is_not_zero(tmp_path: Path, start: str, end: str, as_of: str, value: float | None) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        assert figures(store, "p1_incidents", params(start, end, as_of))["value"] == value
        assert figures(store, "incidents", params(start, end, as_of))["value"] == value


def test_a_record_vouches_until_its_last_stamp(tmp_path: Path) -> None:
    incident = {"incident_id": "A", "opened_at": "2025-07-01", "updated_at": "2025-08-05"}
    with by_hand(tmp_path, incidents=[incident]) as store:
        assert figures(store, "p1_incidents", params("2025-08-01", "2025-09-01"))["value"] == 0
        assert figures(store, "p1_incidents", params("2025-09-01", "2025-10-01"))["value"] is None


def test_an_export_vouches_until_it_was_made(tmp_path: Path) -> None:
    incident = {"incident_id": "A", "opened_at": "2025-07-01", "exported_at": "2025-08-05"}
    with by_hand(tmp_path, incidents=[incident]) as store:
        assert figures(store, "p1_incidents", params("2025-08-01", "2025-09-01"))["value"] == 0
        assert figures(store, "p1_incidents", params("2025-09-01", "2025-10-01"))["value"] is None


def test_the_severity_filter_counts_only_what_it_lists(tmp_path: Path) -> None:
    with by_hand(tmp_path, incidents=INCIDENTS) as store:
        everything = figures(store, "incidents", Q3)
        grave = figures(store, "incidents", {**Q3, "severities": [1, 2]})
        second = figures(store, "incidents", {**Q3, "severities": [2]})
    # Beside it: all of the window, and those of the severities that are not asked for.
    beside = {"incidents": 5, "others": 0}
    assert everything == {
        "value": 5, "n": 5, "open": 5, "left_out_severity_unknown": 0, "severity_unknown_in": None, **beside,
    }  # fmt: skip
    assert grave == {
        "value": 4, "n": 4, "open": 4, "left_out_severity_unknown": 1, "severity_unknown_in": "incidents.csv", **beside,
    }  # fmt: skip
    assert (second["value"], second["others"]) == (1, 3)


def test_reclassified_incidents_are_told_apart_by_direction(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "lowered", "opened_at": "2025-07-01", "severity": 2, "severity_highest": 1},
        {"incident_id": "raised", "opened_at": "2025-07-01", "severity": 1, "severity_first": 3},
        {"incident_id": "up and back", "opened_at": "2025-07-01", "severity": 2, "severity_first": 2,
         "severity_highest": 1},
        {"incident_id": "steady", "opened_at": "2025-07-01", "severity": 2, "severity_first": 2},
        {"incident_id": "no history", "opened_at": "2025-07-01", "severity": 1},
        {"incident_id": "unknown", "opened_at": "2025-07-01"},
    ]  # fmt: skip
    with by_hand(tmp_path, incidents=incidents) as store:
        figure = figures(store, "reclassified_incidents", Q3)
        matrix = store.run("charts/severity_reclassified", Q3).rows
    assert figure == {
        "value": 3, "n": 4, "open": 0, "lowered": 2, "raised": 1,
        "p1_by_first": 1, "p1_by_last": 2, "p1_by_gravest": 4,
        "left_out_no_history": 1, "left_out_severity_unknown": 1,
    }  # fmt: skip
    assert [(r["severity_first"], r["severity_last"], r["value"], r["lowered"]) for r in matrix] == [
        (1, 2, 1, 1), (2, 2, 2, 1), (3, 1, 1, 0),
    ]  # fmt: skip


def test_without_any_history_there_is_no_figure_for_reclassified(tmp_path: Path) -> None:
    with by_hand(
        tmp_path, incidents=[{"incident_id": "A", "opened_at": "2025-07-01", "severity": 1}]
    ) as store:
        assert figures(store, "reclassified_incidents", Q3)["value"] is None


def test_a_changed_severity_tells_which_export_said_what_and_when(tmp_path: Path) -> None:
    incidents = [
        {"incident_id": "A", "opened_at": "2025-07-01", "severity": 2, "severity_highest": 1, "severity_first": 3,
         "exported_at": "2025-10-01"},
        {"incident_id": "B", "opened_at": "2025-07-02", "severity": 1, "severity_first": 2, "exported_at": "2025-10-01"},
        {"incident_id": "C", "opened_at": "2025-07-03", "severity": 1, "exported_at": "2025-10-01"},
    ]  # fmt: skip
    said = [("2025-07-05", 3), ("2025-07-10", 1), ("2025-08-01", 1), ("2025-09-01", 2)]
    versions = [
        {"source": "hand", "incident_id": "A", "exported_at": at, "severity": level} for at, level in said
    ]
    with by_hand(tmp_path, incidents=incidents, incident_versions=versions) as store:
        first, second = store.run("lists/incidents/severity_changes", {**Q3, "limit": None}).rows
    assert (first["incident_id"], first["direction"], first["said"]) == ("A", "lowered", [3, 1, 2])
    assert first["said_at"] == [instant("2025-07-05"), instant("2025-07-10"), instant("2025-09-01")]
    # B's tool tells its own first severity; no earlier export is kept.
    assert (second["incident_id"], second["direction"], second["said"]) == ("B", "raised", [1])
