"""How good suggestions are where the truth is known; benchmarks/README.md holds the figures."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.repeats import Corpus, best, hadoop, quality
from reliability.repeats.candidates import Candidates
from tests.repeats_by_hand import row, texts


def test_precision_recall_and_hits_are_counted_as_they_say() -> None:
    known = texts(*(row(f"I{n}", n, "x") for n in range(8)))
    corpus = Corpus("by hand", known, {3: {0, 1}, 5: {2}, 7: {6}})
    chosen = Candidates(
        incident=np.array([3, 3, 4, 5, 5]),
        partner=np.array([0, 2, 1, 4, 2]),
        score=np.ones(5),
        same_title=np.zeros(5, dtype=bool),
    )
    found = quality(corpus, chosen, range(8))
    # Of five pairs two are right; the truth has four. Incidents 3, 4, 5 are flagged, 3 and 5 rightly; 7 is missed.
    assert (found.pairs, found.pair_precision, found.pair_recall) == (5, 0.4, 0.5)
    assert (found.flagged, found.flag_precision, found.flag_recall) == (
        3,
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
    )
    assert (found.top_1, found.top_5) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert quality(corpus, chosen, range(4, 8)).repeats == 2


def test_links_are_followed_through_and_end_at_the_look_back(real_exports: Path) -> None:
    corpus = hadoop(real_exports)
    assert len(corpus.texts) == 2503
    assert [sum(n in half for n in corpus.truth) for half in (corpus.half(False), corpus.half(True))] == [
        20,
        19,
    ]


@pytest.mark.parametrize("with_text", [True, False])
def test_the_partner_is_among_the_first_five_for_most_true_repeats_of_both_halves(
    real_exports: Path, with_text: bool
) -> None:
    corpus = hadoop(real_exports, with_text)
    chosen = best(corpus)
    for second in (False, True):
        assert quality(corpus, chosen, corpus.half(second)).top_5 >= 0.85
