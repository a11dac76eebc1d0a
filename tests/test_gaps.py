"""A gap in the data is not a zero: what counts as one, and what figures and promises say over it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.commitments import commitment_statuses
from reliability.settings import Goal, Organisation, Settings, load_settings
from reliability.warehouse.doubts import all_doubts
from reliability.warehouse.workspace import open_workspace
from tests.build_folder import build_folder, table
from tests.promises_by_hand import judged, promise
from tests.test_ui import said
from tests.warehouse_by_hand import by_hand, figures, params

SETTINGS = '[organisation]\nname = "Gaps"\ntime_zone = "UTC"\n'
HEADER = "incident_id,opened_at,severity,resolved_at"
OLD = table(
    HEADER,
    *(f"A{n},2024-{day}T10:00:00Z,{level},2024-{day}T11:00:00Z" for n, (day, level) in enumerate(
        [("11-03", "P1"), ("11-10", "P1"), ("11-20", "P2"), ("12-01", "P1"), ("12-12", "P3"), ("12-27", "P3")]
    )),
)  # fmt: skip
NEW = table(
    HEADER,
    *(f"B{n},2026-{day}T10:00:00Z,{level},2026-{day}T11:00:00Z" for n, (day, level) in enumerate(
        [("01-03", "P1"), ("01-10", "P2"), ("01-20", "P1"), ("02-03", "P1"), ("02-14", "P3")]
    )),
)  # fmt: skip
QUARTERS = {
    "2024-Q4": ("2024-10-01", "2025-01-01"),
    "2025-Q1": ("2025-01-01", "2025-04-01"),
    "2025-Q2": ("2025-04-01", "2025-07-01"),
    "2026-Q1": ("2026-01-01", "2026-04-01"),
}


def every(days: float, start: str, end: str, **more: Any) -> list[dict[str, Any]]:
    """P2 incidents so many days apart from `start` to before `end`."""
    at, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    rows = []
    while at < last:
        more = {"severity": 2, "source_file": "all.csv", **more}
        rows.append({"incident_id": f"{at:%Y-%m-%dT%H}", "opened_at": at, **more})
        at += timedelta(days=days)
    return rows


def gaps(tmp_path: Path, rows: list[dict[str, Any]], **settings: Any) -> list[tuple[Any, ...]]:
    """The days of the gaps of these incidents."""
    with by_hand(tmp_path, settings, incidents=rows) as store:
        (found,) = [r for r in store.run("lists/data_range").rows if r["table_name"] == "incidents"]
    return [(s.date(), e.date()) for s, e in zip(found["gap_starts"], found["gap_ends"], strict=True)]


def test_a_year_that_is_missing_between_two_exports_has_no_figures(tmp_path: Path) -> None:
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, SETTINGS)
    store = open_workspace(tmp_path).store
    found = {
        name: [
            figures(store, kpi, params(start, end, min(end, "2026-02-15")))["value"]
            for kpi in ("p1_incidents", "incidents", "time_to_recover_median_all")
        ]
        for name, (start, end) in QUARTERS.items()
    }
    store.close()
    assert found == {
        "2024-Q4": [3, 6, 60],
        "2025-Q1": [None, None, None],
        "2025-Q2": [None, None, None],
        "2026-Q1": [3, 5, 60],
    }


@pytest.mark.parametrize(
    ("baseline", "start", "said"),
    [
        ("2024-11-03, end = 2025-03-01", "2026-01-01", "of the baseline (between 2024.csv and 2026.csv)"),
        ("2024-11-03, end = 2024-12-27", "2025-11-01", "of the window (between 2024.csv and 2026.csv)"),
    ],
)
def test_a_promise_over_a_gap_cannot_be_told_and_names_what_is_missing(
    tmp_path: Path, baseline: str, start: str, said: str
) -> None:
    settings = f"""{SETTINGS}
[[commitments]]
id = "p1"
title = "Fewer P1s"
kpi = "p1_incidents"
baseline = {{start = {baseline}}}
start = {start}
days = 90
goal = {{change = -0.1}}
"""
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, settings)
    store = open_workspace(tmp_path).store
    (status,) = commitment_statuses(store, load_settings(tmp_path), datetime(2026, 2, 14, 12, tzinfo=UTC))
    store.close()
    assert status.verdict == "cannot tell: the data have a gap"
    assert status.value is None
    assert status.sentence.startswith("No export covers 27 Dec 2024 to 3 Jan 2026, ")
    assert said in status.sentence
    assert "[[quiet]]" in status.sentence


@pytest.mark.parametrize(
    ("most", "end", "as_of", "verdict"),
    [
        (10, "2025-10-28", "2025-09-28", "missed already"),  # 17 came before the silence
        (20, "2025-10-28", "2025-11-20", "missed"),
        (
            75,
            "2025-10-28",
            "2025-11-20",
            "cannot tell: the data have a gap",
        ),  # 70 are known, it may hold more
    ],
)
def test_a_limit_that_is_passed_stays_passed_whatever_a_gap_would_add(
    tmp_path: Path, most: int, end: str, as_of: str, verdict: str
) -> None:
    # One every 36 hours; nothing is known of two weeks of July and August, a tenth to a fifth of each window.
    rows = [*every(1.5, "2025-01-01", "2025-07-26"), *every(1.5, "2025-08-10", "2025-12-01")]
    days = (date.fromisoformat(end) - date(2025, 6, 30)).days
    limit = promise("incidents", Goal(at_most=most), days=days, baseline=None)
    settings = Settings(organisation=Organisation(time_zone="UTC"), commitments=(limit,))
    now = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with by_hand(tmp_path, {"as_of": as_of}, incidents=rows) as store:
        (found,) = commitment_statuses(store, settings, now)
    assert found.verdict == verdict


def test_a_duty_that_failed_has_failed_whatever_a_gap_would_add(tmp_path: Path) -> None:
    every_one = promise("engaged_within_target_share", Goal(at_least=1.0), baseline=None)

    def judged_over_a_gap(folder: Path, late: bool) -> str:
        rows = [*every(1.5, "2025-06-01", "2025-07-26"), *every(1.5, "2025-08-10", "2025-12-01")]
        for row in rows:
            at = row["opened_at"]
            row |= {"severity": 1, "detected_at": at, "engaged_at": at + timedelta(minutes=50 if late else 5)}
        # P1s may be silent for longer than others: an own tool of P3s shows where the data are.
        rows += [{**row, "incident_id": f"{row['incident_id']} 3", "severity": 3} for row in rows]
        folder.mkdir()
        settings = Settings(organisation=Organisation(time_zone="UTC"), commitments=(every_one,))
        with by_hand(folder, {"as_of": "2025-11-30"}, incidents=rows) as store:
            (found,) = commitment_statuses(store, settings, datetime(2025, 11, 30, tzinfo=UTC))
        return str(found.verdict)

    assert judged_over_a_gap(tmp_path / "late", True) == "not met"
    assert judged_over_a_gap(tmp_path / "kept", False) == "cannot tell: the data have a gap"


def test_days_that_somebody_calls_quiet_are_no_gap(tmp_path: Path) -> None:
    quiet = f"{SETTINGS}[[quiet]]\nstart = 2025-01-01\nend = 2026-01-01\nnote = 'closed for a year'\n"
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, quiet)
    store = open_workspace(tmp_path).store
    assert figures(store, "p1_incidents", params(*QUARTERS["2025-Q2"]))["value"] == 0
    store.close()


def test_a_silence_in_one_file_is_a_gap_where_it_is_too_long_for_the_rate(tmp_path: Path) -> None:
    # One every second day: 9.21 / 0.5 = 18.4 days are the limit.
    before = every(2, "2025-01-01", "2025-04-01")
    assert gaps(tmp_path, [*before, *every(2, "2025-04-17", "2025-07-01")]) == []
    assert gaps(tmp_path, [*before, *every(2, "2025-04-24", "2025-07-01")]) == [
        (date(2025, 3, 30), date(2025, 4, 24))
    ]


def test_clusters_make_longer_silences_ordinary(tmp_path: Path) -> None:
    # As many as before, but six on each twelfth day: weekly counts of 0 and 6 are uneven, and 35 days are no gap.
    def clustered(start: str, end: str) -> list[dict[str, Any]]:
        rows = every(12, start, end)
        return [{**row, "incident_id": f"{row['incident_id']} {n}"} for row in rows for n in range(6)]

    assert (
        gaps(tmp_path, [*clustered("2025-01-01", "2025-04-01"), *clustered("2025-04-30", "2025-07-01")]) == []
    )


def test_a_tool_that_holds_only_p1s_may_be_silent_for_long(tmp_path: Path) -> None:
    rows = [*every(2, "2025-01-01", "2025-04-01"), *every(2, "2025-06-01", "2025-08-01")]
    assert gaps(tmp_path, rows)
    assert gaps(tmp_path, [{**row, "severity": 1} for row in rows]) == []


def test_a_few_days_of_a_window_in_a_gap_make_it_partial_and_leave_its_figure(tmp_path: Path) -> None:
    rows = [*every(0.5, "2025-01-01", "2025-03-24"), *every(0.5, "2025-04-06", "2025-07-01")]
    with by_hand(tmp_path, incidents=rows) as store:
        quarter = store.run("kpis/incidents", {**windows("2025-01-01", "2025-04-01")}).rows[0]
        april = store.run("kpis/incidents", {**windows("2025-04-01", "2025-04-15")}).rows[0]
    # 8 of 90 days are lost, then 5 of 14.
    assert (quarter["value"], quarter["partial"]) == (164, True)
    assert (april["value"], april["partial"]) == (None, True)


def test_a_silence_that_is_not_too_long_yet_is_no_gap(tmp_path: Path) -> None:
    rows = [*every(2, "2025-01-01", "2025-04-01"), *every(2, "2025-06-01", "2025-07-01")]
    with by_hand(tmp_path, incidents=rows) as store:
        then = figures(store, "incidents", params("2025-03-25", "2025-04-08", "2025-04-02"))
        # 60 records in 117 days outside the silence: too long 9.21 * 117 / 60 = 18.0 days after 30 March.
        before = figures(store, "incidents", params("2025-03-25", "2025-04-08", "2025-04-16"))
        after = figures(store, "incidents", params("2025-03-25", "2025-04-08", "2025-04-18"))
    assert (then["value"], before["value"], after["value"]) == (3, 3, None)


def windows(start: str, end: str) -> dict[str, Any]:
    """The parameters of one window, as a figure asks for it."""
    asked = params(start, end, "2025-07-01")
    one = {"id": 1, "start": asked["start"], "end": asked["end"], "as_of": asked["as_of"]}
    return {"windows": [one], "services": None, "teams": None, "severities": None}


def test_where_no_severity_is_known_there_is_no_number_of_p1s(tmp_path: Path) -> None:
    rows = [{"incident_id": f"{n}", "opened_at": f"2025-07-0{n}"} for n in range(1, 4)]
    with by_hand(tmp_path, incidents=rows) as store:
        none = figures(store, "p1_incidents", params("2025-07-01", "2025-08-01"))
        every_one = figures(store, "incidents", params("2025-07-01", "2025-08-01"))
    assert (none["value"], none["left_out_severity_unknown"], every_one["value"]) == (None, 3, 3)


@pytest.mark.parametrize(
    ("unknown", "verdict"), [(4, "met, but within noise"), (6, "cannot tell: not recorded")]
)
def test_a_promise_on_p1s_wants_four_of_five_severities(tmp_path: Path, unknown: int, verdict: str) -> None:
    def rows(day: str, count: int, severity: int | None) -> list[dict[str, Any]]:
        return [
            {
                "incident_id": f"{day} {severity} {n}",
                "opened_at": f"{day} {n % 24:02}:{n // 24:02}",
                "severity": severity,
            }
            for n in range(count)
        ]

    incidents = [*rows("2025-03-01", 60, 1), *rows("2025-08-01", 4, 1), *rows("2025-08-02", 16, 3)]
    incidents += [*rows("2025-08-03", unknown, None), *rows("2025-11-30", 1, 4)]
    found = judged(tmp_path, promise("p1_incidents", Goal(change=-0.4)), incidents=incidents)
    assert found.verdict == verdict
    if unknown == 6:
        assert found.sentence.startswith(
            "6 of 26 incidents of the window have no known severity, most of them in "
        )
        assert (found.value, found.left_out) == (None, {"severity unknown": 6})


def test_answers_without_a_date_are_not_an_export_that_is_missing(tmp_path: Path) -> None:
    settings = f"""{SETTINGS}
as_of = 2026-02-14T12:00:00Z
[[commitments]]
id = "n"
title = "Better NPS"
kpi = "nps"
baseline = {{start = 2025-07-01, end = 2026-01-01}}
start = 2026-01-01
days = 90
goal = {{change_points = 5}}
"""
    answers = "id,nps,Month\n" + "".join(f"R{i},9,Jan-26\n" for i in range(12))
    build_folder(tmp_path, {"2026.csv": NEW, "nps.csv": answers}, settings)
    store = open_workspace(tmp_path).store
    (status,) = commitment_statuses(store, load_settings(tmp_path), datetime(2026, 2, 14, 12, tzinfo=UTC))
    doubts = dict(all_doubts(store))
    store.close()
    assert status.sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "12 answers kept, none has a date: map the column that says when they were given on the Data page."
    )
    assert doubts["nps.csv"] == "12 answers kept, none has a date: column Month was not read."


def test_the_review_of_a_gap_never_says_that_nothing_happened(tmp_path: Path, open_page) -> None:
    build_folder(tmp_path, {"2024.csv": OLD, "2026.csv": NEW}, SETTINGS)
    page = said(open_page(data_dir=tmp_path, quarter="2025-Q2")).replace("\N{NO-BREAK SPACE}", " ")
    assert "No export covers 2025 Q2: nothing is known of its incidents." in page
    assert "No incidents in this quarter" not in page


def test_every_headline_that_counts_p1s_says_of_how_many_the_severity_is_unknown(
    tmp_path: Path, open_page
) -> None:
    rows = [f"I{n},2025-07-0{n}T10:00:00Z,{'P1' if n < 5 else 'P2'},A,PRB1" for n in range(1, 8)]
    header = "incident_id,opened_at,severity,service,problem_id"
    hits = [f"I{n},ACME" for n in range(1, 9)]
    files = {
        "a.csv": table(header, *rows, "I8,2025-07-08T10:00:00Z,,A,PRB1", "I9,2025-07-09T10:00:00Z,P3,B,"),
        "hits.csv": table("incident_id,account_id", *hits),
    }
    build_folder(tmp_path, files, SETTINGS)
    for page, asked in (
        ("incidents", {}),
        ("customers", {"account": "ACME"}),
        ("chronic_issues", {"issue": "PRB1"}),
    ):
        text = said(open_page(page, data_dir=tmp_path, quarter="2025-Q3", **asked))
        assert "4 of them P1, severity unknown for 1" in text, page
    # On the card of P1s, whose one figure it is; the pack and the JSON have the card's evidence.
    review = said(open_page(data_dir=tmp_path, quarter="2025-Q3"))
    assert '<p class="rl-evidence">severity unknown for 1</p>' in review
    chosen = said(open_page("incidents", data_dir=tmp_path, quarter="2025-Q3", severity=["P1"]))
    assert "4 of them P1<" in chosen, "one without a severity is not among those chosen"
