"""The evidence of a promise, fact by fact: written in a row, without ranges, and what its sentence leaves to say."""

import re
from datetime import UTC, datetime

import pytest

from reliability.commitments import CommitmentStatus, commitment_statuses
from reliability.commitments.facts import Fact, joined, left_to_say, shortened, told
from reliability.formatting import plain
from reliability.kpis import Readings
from reliability.settings import load_settings

DROP = Fact("−40 %", "(90 % range −64 % to −2 %)")
SHARE = (Fact("995 of 2082", told=True), Fact("", "90 % range 46 % to 50 %"))
LOOKS = [datetime(2025, 6, 2, tzinfo=UTC), datetime(2025, 9, 29, tzinfo=UTC), datetime(2025, 11, 17, 8, tzinfo=UTC), datetime(2025, 12, 30, tzinfo=UTC)]  # fmt: skip


def test_facts_stand_in_a_row_and_names_apart():
    facts = (DROP, Fact("13 incidents"), Fact("luck alone does this 1 time in 6", aside=True))
    assert joined(facts) == "−40 % (90 % range −64 % to −2 %), 13 incidents; luck alone does this 1 time in 6"
    assert joined((Fact("not: IR-4", aside=True),)) == "not: IR-4"
    assert joined(()) == ""


def test_ranges_go_and_what_is_only_a_range_goes_whole():
    assert joined(shortened((DROP, Fact("13 incidents")))) == "−40 %, 13 incidents"
    assert joined(shortened(SHARE)) == "995 of 2082"


def test_what_the_sentence_states_is_not_said_again():
    assert left_to_say(SHARE) == "90 % range 46 % to 50 %"
    assert left_to_say(told(SHARE)) == ""
    assert left_to_say(told(SHARE, False)) == joined(SHARE)


@pytest.fixture(scope="module")
def judged(store, sample_dir) -> list[CommitmentStatus]:
    settings = load_settings(sample_dir)
    readings = Readings(store, settings)
    return [status for at in LOOKS for status in commitment_statuses(store, settings, at, readings)]


def _figures(said: str) -> set[str]:
    words = re.findall(r"[^\s()]+", plain(said))
    return {word.strip(".,;:") for word in words if re.search(r"\d", word)}


def test_what_is_called_told_stands_in_the_sentence(judged):
    called = [(s, fact) for s in judged for fact in s.facts if fact.told]
    assert len(called) > 10
    wrong = [
        (s.id, str(fact), s.sentence)
        for s, fact in called
        if not _figures(str(fact)) <= _figures(s.sentence)
        or (not _figures(str(fact)) and plain(str(fact)).removeprefix("below: ") not in plain(s.sentence))
    ]
    assert not wrong


def test_what_is_left_to_say_tells_something_new(judged):
    left = [(s, fact) for s in judged for fact in s.facts if not fact.told]
    assert len(left) > 10
    assert not [(s.id, str(fact), s.sentence) for s, fact in left if _words(str(fact)) <= _words(s.sentence)]


def _words(said: str) -> set[str]:
    return {word.strip(".,;:()") for word in plain(said).split()}
