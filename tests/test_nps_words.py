"""The words of a change: fell, rose, no change shown, too few responses to tell; when and with whom, never why."""

import re
from itertools import product

import pytest

from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.review import nps_words as words
from reliability.review.nps_course import Course
from reliability.statistics.intervals import Interval
from reliability.statistics.nps import NpsChange, net_promoter_score, nps_change
from reliability.statistics.nps_mix import MixChange

NBSP = "\N{NO-BREAK SPACE}"


def scores(value: int, n: int = 1000):
    """A score of `value` points with a fifth of passives."""
    passives = n // 5
    promoters = (n - passives + value * n // 100) // 2
    return net_promoter_score([10] * promoters + [7] * passives + [0] * (n - passives - promoters))


def change(difference: float, low: float, high: float, enough: bool = True) -> NpsChange:
    return NpsChange(difference, Interval(low, high), enough)


FELL, ROSE, NONE, FEW = change(-23, -39, -7), change(9, 2, 16), change(-3, -10, 4), change(-30, -60, 0, False)


def plain(text: str) -> str:
    return text.replace(NBSP, " ")


@pytest.mark.parametrize(
    ("found", "tone", "word"),
    [
        (FELL, CONCERN, "fell"),
        (ROSE, GOOD, "rose"),
        (NONE, NOISE, "no change shown (within the margin)"),
        (FEW, UNKNOWN, "too few responses to tell"),
        (None, UNKNOWN, "no answers"),
    ],
)
def test_every_change_has_one_word_and_one_tone(found, tone, word):
    assert (words.tone(found), words.word(found)) == (tone, word)


@pytest.mark.parametrize(
    ("before", "during", "after", "said"),
    [
        (34, 24, 33, "NPS fell in the incident window, from +34 to +24, and rose since, to +33"),
        (34, 24, 10, "NPS fell in the incident window, from +34 to +24, and fell further since, to +10"),
        (34, 24, 25, "NPS fell in the incident window, from +34 to +24, and no change is shown since (+25)"),
        (
            34,
            33,
            20,
            "NPS shows no change in the incident window (+34 to +33, within the margin), and fell since, to +20",
        ),
        (20, 34, None, "NPS rose in the incident window, from +20 to +34"),
    ],
)
def test_the_headline_is_a_sentence_made_of_the_words(before, during, after, said):
    course = Course(scores(before), scores(during), None if after is None else scores(after))
    assert words.headline(course, None, "the incident window") == said


def test_the_headline_says_too_few_and_no_answers_as_they_are():
    few = Course(scores(34), scores(-40, 10), scores(0, 5))
    assert words.headline(few, None, "the window") == (
        "Too few responses to tell whether NPS changed in the window, and there are too few responses since to tell"
    )
    nothing = Course(scores(34), net_promoter_score([]), None)
    assert (
        words.headline(nothing, None, "the window") == "No answers to compare the window with the time before"
    )


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        (FELL, "; accounts hit by a P1 fell 23 points against the others"),
        (ROSE, "; accounts hit by a P1 rose 9 points against the others"),
        (NONE, "; accounts hit by a P1 and the others show no difference"),
        (FEW, ""),
        (None, ""),
    ],
)
def test_the_headline_adds_how_accounts_that_were_hit_went(apart, said):
    course = Course(scores(34), scores(24), None)
    assert (
        plain(words.headline(course, apart, "the window")) == f"NPS fell in the window, from +34 to +24{said}"
    )


def test_a_claim_is_compatible_only_inside_the_interval():
    assert plain(words.claim_sentence(change(-8, -15, -1), -8)) == (
        "The claimed −8 fits the answers (90 % range −15 to −1)."
    )
    assert "does not fit" in words.claim_sentence(change(-2, -7, 3), -8)
    assert "cannot be told" in words.claim_sentence(FEW, -8)
    assert "cannot be told" in words.claim_sentence(None, -8)


@pytest.mark.parametrize(
    ("whole", "even", "said"),
    [
        (
            -8,
            -6.8,
            "Who answered explains 1 of the 8 points: had the same mix of segments answered, it would be −7.",
        ),
        (
            -8,
            -7.9,
            "Who answered explains none of it: had the same mix of segments answered, it would be −8 too.",
        ),
        (
            -3,
            -8,
            "Who answered hides 5 points: had the same mix of segments answered, it would be −8, not −3.",
        ),
        (
            -8,
            2,
            "Who answered hides 10 points: had the same mix of segments answered, it would be +2, not −8.",
        ),
    ],
)
def test_the_mix_is_said_in_points(whole, even, said):
    found = MixChange(whole, change(even, even - 5, even + 5), whole - even, {}, ())
    assert plain(words.mix_sentence(found)) == said
    assert "cannot be compared" in words.mix_sentence(None)


def test_an_interval_that_leaves_zero_out_never_shows_zero():
    assert words.span(Interval(-14.2, -0.3)) == "−14 to −0.3"
    assert words.span(Interval(0.04, 9)) == "just above 0 to +9"
    assert words.span(Interval(-9, -0.01)) == "−9 to just under 0"
    assert words.span(Interval(-3.2, 0.2)) == "−3 to 0"
    assert words.span(None) == ""


def test_a_step_stands_against_the_one_before():
    labels = ("Oct 2025", "Sep 2025")
    now, was = scores(20), scores(34)
    assert (
        words.step_sentence(now, was, nps_change(now, was), labels)
        == "NPS fell: +34 in Sep 2025, +20 in Oct 2025"
    )
    now = scores(33)
    assert words.step_sentence(now, was, nps_change(now, was), labels) == (
        "No change shown from Sep 2025 to Oct 2025: +34, then +33"
    )
    now = scores(0, 10)
    assert plain(words.step_sentence(now, was, nps_change(now, was), labels)) == (
        "Too few responses to tell Sep 2025 from Oct 2025: 1 000 answers, then 10".replace(
            "1 000", "1\u202f000"
        )
    )
    none = net_promoter_score([])
    assert words.step_sentence(none, was, None, labels) == "No answers in Oct 2025"
    assert words.step_sentence(was, none, None, labels) == "NPS +34 in Oct 2025; no answers in Sep 2025"


def test_no_sentence_says_why():
    courses = [Course(scores(a), scores(b), scores(c)) for a, b, c in product((10, 34), repeat=3)]
    said = [
        words.headline(course, apart, "the window")
        for course in courses
        for apart in (FELL, ROSE, NONE, None)
    ]
    said += [words.apart_sentence(found, "in the window") for found in (FELL, ROSE, NONE, FEW, None)]
    assert not [s for s in said if re.search(r"because|due to|caused|thanks to|result of", s, re.IGNORECASE)]
    assert plain(words.apart_sentence(FELL, "in the window")) == (
        "In the window: accounts hit fell 23 points against the others (90 % range −39 to −7)."
    )
