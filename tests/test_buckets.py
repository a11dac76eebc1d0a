"""Buckets that add up: every word in one, every promise counted once, the same on every page and in JSON."""

import json
import re
from collections import Counter
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from reliability.commitments.verdict import Verdict
from reliability.model import CONCERN, GOOD
from reliability.review.buckets import Bucket, bucket_of, counts, sentence, shown_tone
from tests.test_review_page import pieces


@dataclass(frozen=True)
class One:
    verdict: Verdict | None


@dataclass(frozen=True)
class CommitmentWord(One):
    tone: str


@pytest.mark.parametrize("word", Verdict)
def test_a_bucket_is_never_better_than_its_word(word: Verdict) -> None:
    bucket = bucket_of(word)
    if bucket is Bucket.KEPT:
        assert word.tone == GOOD and word.reached
    if bucket in (Bucket.REACHED, Bucket.ON_ITS_WAY):
        assert word.tone != CONCERN
    if word.tone == CONCERN:
        assert bucket in (Bucket.BEHIND, Bucket.SHORT, Bucket.MISSED)


@pytest.mark.parametrize("word", Verdict)
def test_a_promise_is_shown_in_no_calmer_colour_than_its_bucket(word: Verdict) -> None:
    shown = shown_tone(CommitmentWord(word, word.tone))
    assert (shown == CONCERN) == (bucket_of(word).tone == CONCERN)
    assert shown in (CONCERN, word.tone)


def test_the_sentence_counts_every_promise_once_and_in_one_order() -> None:
    found = [One(Verdict.MISSED)] * 5 + [One(Verdict.MET)] * 2 + [One(Verdict.MET_IN_NOISE)] * 5
    found += [One(Verdict.NOT_MET_IN_NOISE), One(Verdict.NOT_BEGUN)]
    assert sentence(found).replace("\u00a0", " ") == (
        "Of 13 promises: 2 kept, 5 reached but could be luck, 1 over or short but could be luck and 5 missed"
    )
    assert [(one.name, one.number) for one in counts(found)] == [
        ("kept", 2),
        ("reached, could be luck", 5),
        ("over or short, could be luck", 1),
        ("missed", 5),
    ]
    assert sentence([One(Verdict.NOT_BEGUN)]) == "No promise was in force in this period"
    assert counts([]) == ()


def test_review_commitments_and_json_count_the_same_buckets(open_page, sample_dir) -> None:
    from reliability.cli.main import cli

    answer = CliRunner().invoke(
        cli, ["commitments", "--json", "--data", str(sample_dir)], catch_exceptions=False
    )
    listed = Counter(one["bucket"] for one in json.loads(answer.output)["commitments"] if one["in_force"])
    assert sum(listed.values()) >= 10
    for page in ("", "commitments"):
        (shown,) = [part for part in pieces(open_page(page)) if 'class="rl rl-buckets"' in part]
        bar = {name: int(number) for number, name in re.findall(r"<b>(\d+)</b> ([^<]+)<", shown)}
        assert bar == dict(listed)
    groups = [part for part in pieces(open_page("commitments")) if 'class="rl rl-group"' in part]
    headed = {
        match[1].lower(): int(match[2])
        for part in groups
        if (match := re.search(r"</span> ([^<]+) <span[^>]*>(\d+)<", part))
    }
    assert headed == dict(listed)
    assert list(headed) == [str(bucket) for bucket in Bucket if bucket in listed]
