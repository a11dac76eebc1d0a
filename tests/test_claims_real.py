"""Every sentence that promises on real exports can produce, read over; skipped where the exports are not there."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.kpis import Readings
from reliability.settings import Baseline, Commitment, Goal, Organisation, Settings
from reliability.warehouse import build, open_store
from tests.claims import CLAIM, NEVER, luck_in_a_census, overclaimed, sentences, tone_of

pytestmark = pytest.mark.slow

# An export, and the days on which promises made in it begin: across its years, good and bad ones.
HISTORIES = {
    "github-status/incidents.jsonl": [date(2023, 3, 1) + timedelta(days=91 * i) for i in range(10)],
    "gcp-status-2022/gcp_incidents.json": [date(2022, 7, 1)],
    # A tracker over years, most of whose tickets stay open for long.
    "gitbugs-jira/hadoop_bugs.csv.gz": [date(2021, 4, 1), date(2022, 10, 1), date(2024, 7, 1)],
    # Three full months and a tail of slow tickets: baselines that begin before the data, and days after it.
    "uci-servicenow/incidents_last_state.csv.gz": [date(2016, 4, 15), date(2016, 6, 1)],
    "servicenow-list-export-sample/incident.csv": [date(2025, 3, 1)],
    # A survey without a date in it.
    "nps-garden-retailer-fr/nps_utf8.csv": [date(2017, 1, 1)],
    "qualtrics-export-sample/qualtrics_3header_german.csv": [date(2017, 6, 1)],
}
# A list without a P1, a survey without a date and one with a single answer can say little, which is read all the same.
POOR = ("servicenow-list", "nps-garden", "qualtrics")
FEWER, FASTER = Goal(change=-0.4), Goal(change=-0.3)


def promises(start: date) -> list[Commitment]:
    """Promises from a day on: fewer and faster against the year and against the quarter before, and fixed limits."""
    year, quarter = (Baseline(start - timedelta(days=days), start) for days in (364, 91))
    made = [
        ("p1_incidents", FEWER, year),
        ("p1_incidents", FEWER, quarter),
        ("p1_incidents", Goal(at_most=5), None),
        ("incidents", FEWER, year),
        ("incidents", FEWER, quarter),
        ("time_to_recover_median", FASTER, year),
        ("time_to_recover_median_all", FASTER, year),
        ("time_to_recover_median_all", Goal(at_most=60), None),
        ("repeat_share", Goal(at_most=0.1), None),
        ("repeat_incidents", FEWER, quarter),
        ("nps", Goal(change_points=8), quarter),
        ("nps", Goal(at_least=30), None),
        ("nps_responses", Goal(at_least=200), None),
        ("nps_responses", Goal(change=0.2), quarter),
    ]
    return [
        Commitment(f"{kpi}-{i}-{start}", "A promise", kpi, start, 90, goal, baseline)
        for i, (kpi, goal, baseline) in enumerate(made)
    ]


@pytest.fixture(scope="module", params=HISTORIES)
def judged(
    request: pytest.FixtureRequest, real_exports: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[CommitmentStatus]]:
    """Half way, on the day after the last, and a month later."""
    data = tmp_path_factory.mktemp("claims")
    (data / "exports").mkdir()
    shutil.copy(real_exports / request.param, data / "exports")
    made = {start: promises(start) for start in HISTORIES[request.param]}
    known = Settings(
        Organisation(time_zone="UTC"), commitments=tuple(one for some in made.values() for one in some)
    )
    build(data, known)
    store = open_store(data)
    found = []
    for start, some in made.items():
        own = Settings(Organisation(time_zone="UTC"), commitments=tuple(some))
        readings = Readings(store, own)
        for days in (45, 90, 120):
            at = datetime.combine(start, datetime.min.time(), UTC) + timedelta(days=days)
            found += commitment_statuses(store, own, at, readings)
    yield found
    store.close()


def test_real_promises_say_many_things(judged, request) -> None:
    few = request.node.callspec.params["judged"].startswith(POOR)
    assert len({text for status in judged for text in sentences(status)}) > (10 if few else 50)


@pytest.mark.parametrize("pattern", NEVER.values(), ids=NEVER.keys())
def test_no_sentence_says_what_no_figure_carries(judged, pattern) -> None:
    wrong = {text for s in judged for text in sentences(s) if re.search(pattern, text)}
    assert not wrong


def test_chance_is_never_ruled_out_before_the_final_word(judged) -> None:
    early = [s for s in judged if not s.is_final]
    assert early
    said = [(s.id, text) for s in early for text in sentences(s) if CLAIM.search(text)]
    # Whether a quarter before the promise was a bad one is over and known.
    assert not [
        (name, text) for name, text in said if not text.startswith("The baseline's worst quarter had ")
    ]


def test_nothing_claims_more_than_the_word_beside_it(judged) -> None:
    assert not [(s.id, text) for s in judged for text in overclaimed(s)]


def test_what_was_counted_in_full_knows_no_luck(judged) -> None:
    assert not [(s.id, text) for s in judged for text in luck_in_a_census(s)]


def test_the_tone_is_that_of_the_word(judged) -> None:
    assert not [(s.id, s.tone, s.verdict_text) for s in judged if s.tone != tone_of(s.verdict_text)]
    assert all(s.verdict_text.startswith(s.verdict.shown) for s in judged)
