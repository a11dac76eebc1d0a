"""With more than a fifth of severities unknown nothing that asks for one is told; a fixed limit needs no baseline."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reliability.commitments import CommitmentStatus, commitment_status
from reliability.commitments.evidence import Evidence
from reliability.commitments.verdict import Verdict
from reliability.model import Filters
from reliability.queries.figures import Choice, Family, figures
from reliability.settings import Organisation, Settings
from tests.promises_by_hand import ZERO, Baseline, Commitment, Goal, incident, judged, promise, spread
from tests.warehouse_by_hand import by_hand

UNKNOWN = {"severity": None, "source_file": "words.csv"}
SEVERE = Filters(severities=(1, 2))


def rows(before: int, after: int, unknown_before: int = 0, unknown_after: int = 0) -> list[dict[str, Any]]:
    """P1s and incidents without a known severity in the baseline's 180 days and in the promise's 90."""

    def timed(many: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for row in many:
            at: datetime = row["opened_at"]
            row |= {"detected_at": at, "engaged_at": at + timedelta(minutes=5), "problem_id": "P"}
        return many

    return timed(
        [
            *spread(0, before, 0, 180),
            *spread(1000, after, 180, 270),
            *spread(2000, unknown_before, 0, 180, **UNKNOWN),
            *spread(3000, unknown_after, 180, 270, **UNKNOWN),
            incident(9999, ZERO + timedelta(days=333), severity=4),
        ]
    )


PROMISES = [
    promise("p1_incidents", Goal(change=-0.4)),
    promise("time_to_recover_median", Goal(change=-0.3)),
    promise("time_to_engage_median", Goal(change=-0.3)),
    promise("engaged_within_target_share", Goal(change=0.1)),
    promise("engaged_within_target_share", Goal(at_least=0.8), baseline=None),
    promise("time_to_recover_median", Goal(at_most=90), baseline=None),
    promise("incidents", Goal(change=-0.4), filters=SEVERE),
    promise("repeat_incidents", Goal(change=-0.4), filters=SEVERE),
    promise("repeat_share", Goal(change=-0.4), filters=SEVERE),
    promise("time_to_recover_median_all", Goal(change=-0.3), filters=SEVERE),
    promise("time_to_recover_median_all", Goal(at_most=90), filters=SEVERE, baseline=None),
]
NAMES = [
    f"{p.kpi}-{'change' if p.goal.change else 'limit'}{'-filtered' if p.filters == SEVERE else ''}"
    for p in PROMISES
]


@pytest.mark.parametrize("of", PROMISES, ids=NAMES)
def test_every_promise_that_asks_for_a_severity_wants_four_of_five_in_its_window(
    tmp_path, of: Commitment
) -> None:
    enough = judged(tmp_path, of, incidents=rows(80, 40, unknown_after=10))
    assert enough.verdict not in (Verdict.NOT_RECORDED, Verdict.NO_DATA)
    assert "severity unknown for 10" in enough.warnings
    (tmp_path / "few").mkdir()
    found = judged(tmp_path / "few", of, incidents=rows(80, 40, unknown_after=11))
    assert found.verdict is Verdict.NOT_RECORDED
    assert found.sentence == (
        "11 of 51 incidents of the window have no known severity, most of them in words.csv. "
        "Say on the Data page what their words mean, or add an export that has them."
    )
    assert (found.value, found.left_out, found.chance) == (None, {"severity unknown": 11}, None)


@pytest.mark.parametrize(
    ("of_each", "most"), [((4, 4, 4), ""), ((6, 3, 3), ""), ((7, 3, 2), ", most of them in a.csv")]
)
@pytest.mark.parametrize("of", [PROMISES[0], PROMISES[6]], ids=["p1", "filtered"])
def test_most_of_them_are_more_than_half(
    tmp_path, of: Commitment, of_each: tuple[int, ...], most: str
) -> None:
    made = rows(80, 40, unknown_after=12)
    names = iter([f"{name}.csv" for name, number in zip("abc", of_each, strict=True) for _ in range(number)])
    for row in made:
        if row.get("source_file") == "words.csv":
            row["source_file"] = next(names)
    found = judged(tmp_path, of, incidents=made)
    assert f"12 of 52 incidents of the window have no known severity{most}. Say" in found.sentence


@pytest.mark.parametrize(
    "of", [p for p in PROMISES if p.baseline], ids=[n for n in NAMES if "limit" not in n]
)
def test_and_in_its_baseline(tmp_path, of: Commitment) -> None:
    enough = judged(tmp_path, of, incidents=rows(80, 40, unknown_before=20))
    assert enough.verdict not in (Verdict.NOT_RECORDED, Verdict.NO_DATA)
    (tmp_path / "few").mkdir()
    found = judged(tmp_path / "few", of, incidents=rows(80, 40, unknown_before=21))
    assert found.verdict is Verdict.NOT_RECORDED
    assert found.sentence.startswith(
        "21 of 101 incidents of the baseline have no known severity, most of them in "
    )


@pytest.mark.parametrize(
    "of",
    [
        promise("incidents", Goal(change=-0.4)),
        promise("time_to_recover_median_all", Goal(change=-0.3)),
        promise("repeat_incidents", Goal(change=-0.4)),
    ],
    ids=lambda p: p.kpi,
)
def test_what_asks_for_no_severity_does_not_mind(tmp_path, of: Commitment) -> None:
    found = judged(tmp_path, of, incidents=rows(80, 40, unknown_before=60, unknown_after=60))
    assert found.verdict is not Verdict.NOT_RECORDED


def test_what_is_over_its_limit_already_stays_over_it(tmp_path) -> None:
    limit = promise("p1_incidents", Goal(at_most=30), baseline=None)
    over = judged(tmp_path, limit, incidents=rows(0, 40, unknown_after=40))
    assert over.value == 40 and over.verdict in (Verdict.MISSED, Verdict.NOT_MET_IN_NOISE)
    # Exactly at its limit, one more of them would be one too many.
    (tmp_path / "at").mkdir()
    at = judged(
        tmp_path / "at",
        promise("p1_incidents", Goal(at_most=40), baseline=None),
        incidents=rows(0, 40, unknown_after=40),
    )
    assert at.verdict is Verdict.NOT_RECORDED
    (tmp_path / "cut").mkdir()
    cut = judged(
        tmp_path / "cut",
        promise("p1_incidents", Goal(change=-0.4)),
        "2025-09-01",
        incidents=rows(80, 60, 0, 60),
    )
    assert (cut.verdict, cut.allowed) == (Verdict.MISSED_ALREADY, 24)


def test_a_duty_of_sev1s_is_not_kept_where_nobody_knows_which_they_were(tmp_path) -> None:
    duty = promise("postmortem_on_time_share", Goal(at_least=1.0), baseline=None)
    known = rows(0, 4, unknown_after=0)
    written = [
        {"incident_id": row["incident_id"], "published_at": row["opened_at"] + timedelta(hours=30)}
        for row in known[:-1]
    ]
    kept = judged(tmp_path, duty, incidents=known, postmortems=written)
    assert kept.verdict is Verdict.MET
    (tmp_path / "unknown").mkdir()
    unknown = judged(tmp_path / "unknown", duty, incidents=rows(0, 4, unknown_after=2), postmortems=written)
    assert unknown.verdict is Verdict.NOT_RECORDED
    # One that failed has failed.
    (tmp_path / "failed").mkdir()
    failed = judged(tmp_path / "failed", duty, incidents=rows(0, 4, unknown_after=2), postmortems=written[1:])
    assert failed.verdict is Verdict.NOT_MET


def test_a_fixed_limit_is_judged_without_a_baseline_whose_severities_are_unknown(tmp_path) -> None:
    limit = promise("p1_incidents", Goal(at_most=50))
    found = judged(tmp_path, limit, incidents=rows(80, 20, unknown_before=60))
    assert found.verdict is Verdict.MET
    assert (found.baseline, found.ratio) == (None, None)
    assert "too many severities of the baseline are unknown: judged by the limit alone" in found.warnings
    (tmp_path / "known").mkdir()
    compared = judged(tmp_path / "known", limit, incidents=rows(80, 20))
    assert compared.ratio == pytest.approx(0.5)


def test_a_fixed_limit_is_judged_without_a_baseline_that_has_a_gap(tmp_path) -> None:
    # 48 P1s in the first ten weeks, then silence until the window: half of the baseline is not known.
    limit = promise("p1_incidents", Goal(at_most=50), baseline=Baseline(date(2025, 1, 1), date(2025, 6, 30)))
    p2 = [*spread(0, 48, 0, 70, severity=2), *spread(200, 100, 180, 333, severity=2)]
    incidents = [*p2, *spread(400, 48, 0, 70), *spread(600, 20, 180, 270)]
    quiet = {"quiet_starts": [], "quiet_ends": []}
    found = _with_gaps(tmp_path, limit, incidents, quiet)
    assert "the baseline has a gap: judged by the limit alone" in found.warnings
    assert (found.verdict, found.baseline, found.ratio) == (Verdict.MET, None, None)
    # A change cannot be told without its baseline.
    (tmp_path / "change").mkdir()
    change = _with_gaps(tmp_path / "change", promise("p1_incidents", Goal(change=-0.4)), incidents, quiet)
    assert change.verdict is Verdict.DATA_GAP


def _with_gaps(
    folder: Path, commitment: Commitment, incidents: list[dict[str, Any]], quiet: dict[str, Any]
) -> CommitmentStatus:
    known = Settings(Organisation(time_zone="UTC"), commitments=(commitment,))
    with by_hand(folder, {"as_of": "2025-12-01", **quiet}, incidents=incidents) as store:
        return commitment_status(commitment, Evidence(store, known, datetime(2025, 12, 1, tzinfo=UTC)))


def test_a_figure_that_may_be_judged_by_another_severity_rule_asks_for_severities() -> None:
    by_rule = {f.id for f in figures().values() if Choice.SEVERITY_RULE in f.choices}
    asking = {f.id for f in figures().values() if f.by_severity}
    assert by_rule < asking
    assert asking - by_rule == {"postmortem_on_time_share", "reclassified_incidents"}
    assert all(f.family is not Family.AVAILABILITY for f in figures().values() if f.by_severity)
