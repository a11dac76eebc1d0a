"""Every sentence the sample's promises can produce, read over: none claims more than its figure carries."""

import re
from datetime import UTC, datetime

import pytest

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.commitments.verdict import Verdict
from reliability.kpis import Readings
from reliability.queries.figures import Family, figure
from reliability.review import headline
from reliability.settings import load_settings
from tests.claims import CLAIM, NEVER, overclaimed, sentences

# While the earlier ones of single teams run and after they ended; while most promises run, on the day after some have ended, after the last late record, and long after.
LOOKS = [
    datetime(2024, 12, 1, tzinfo=UTC),
    datetime(2025, 4, 1, tzinfo=UTC),
    datetime(2025, 9, 29, tzinfo=UTC),
    datetime(2025, 11, 17, 8, tzinfo=UTC),
    datetime(2025, 12, 1, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def judged(store, sample_dir) -> list[CommitmentStatus]:
    settings = load_settings(sample_dir)
    readings = Readings(store, settings)
    return [status for at in LOOKS for status in commitment_statuses(store, settings, at, readings)]


@pytest.mark.parametrize("pattern", NEVER.values(), ids=NEVER.keys())
def test_no_sentence_says_what_no_figure_carries(judged, pattern):
    wrong = [(s.id, text) for s in judged for text in sentences(s) if re.search(pattern, text)]
    assert not wrong


def test_chance_is_never_ruled_out_before_the_final_word(judged):
    early = [s for s in judged if not s.is_final]
    assert len(early) > 10
    assert not [(s.id, text) for s in early for text in sentences(s) if CLAIM.search(text)]
    # The same promises do say it later, so that the pattern is no blank.
    assert any(CLAIM.search(text) for s in judged if s.is_final for text in sentences(s))


def test_what_was_counted_in_full_knows_no_luck(judged):
    census = [s for s in judged if figure(s.kpi).family in (Family.CENSUS, Family.AVAILABILITY)]
    assert census
    assert not [(s.id, t) for s in census for t in sentences(s) if re.search(r"\bluck\b|\bchance\b", t)]


def test_every_sentence_of_a_lowered_word_is_read(judged):
    lowered = {s.id for s in judged if s.verdict is Verdict.MET_NOT_SHOWN}
    assert lowered == {"storefront-p1s", "catalog-small-incidents", "orders-holidays"}


def test_nothing_claims_more_than_the_word_beside_it(judged):
    assert not [(s.id, text) for s in judged for text in overclaimed(s)]


def test_the_tone_is_that_of_the_word(judged):
    assert all(status.tone == status.verdict.tone for status in judged)
    assert all(not s.verdict_text or s.verdict_text.startswith(str(s.verdict)) for s in judged)


def test_the_line_of_why_claims_nothing_before_the_final_word(judged):
    running = [s for s in judged if not s.is_final]
    assert not CLAIM.search(headline.reason(running, []))
