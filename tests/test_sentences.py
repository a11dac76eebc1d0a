"""Sentences: what an executive reads beside each word."""

import math
import re

import pytest

from reliability.commitments import sentences as s
from reliability.commitments.verdict import Judgement, Verdict
from reliability.formatting import plain


def change(word: str, figure: str = "down 46 %", luck: float | None = 0.18, **more) -> str:
    judgement = Judgement(word, beyond_doubt=more.pop("beyond_doubt", False))
    parts = {"then": "12 P1s", "now": "7", "change": figure, "goal": "40 %", "luck": luck} | more
    return plain(s.change_sentence(judgement, **parts))


def test_a_drop_that_reaches_the_target_and_chance_does_not_explain():
    assert change(Verdict.MET) == "Down 46 %, target 40 %, more than chance explains: 12 P1s then, 7 now."
    assert change(Verdict.MET, beyond_doubt=True) == (
        "Down 46 %, target 40 %: more than chance explains, and beyond the target too."
    )


@pytest.mark.parametrize("word", Verdict)
def test_no_sentence_claims_more_than_its_figure(word):
    said = []
    for sentence in (
        lambda: change(word),
        lambda: change(word, beyond_doubt=True),
        lambda: change(word, "up 20 %", lower=False),
        lambda: s.level_sentence(
            Judgement(word), figure="median 12 min", evidence="11 of 18", goal="at most 15 min"
        ),
        lambda: s.change_pace_sentence(
            Judgement(word), now="median 31 min", path="26 min", goal="15 min", n="18 incidents"
        ),
    ):
        try:
            said.append(sentence())
        except ValueError as error:
            assert "is never called" in str(error)
    for text in said:
        assert not re.search(r"\breal\b|rules? out|because of|noticed", text), text


def test_a_drop_that_luck_can_explain_says_how_often_luck_does_it():
    assert change(Verdict.MET_IN_NOISE, "down 42 %") == (
        "From 12 P1s to 7 is down 42 % and reaches the target, but with no change at all a drop this large "
        "comes 1 time in 6."
    )
    assert change(Verdict.MET_IN_NOISE, luck=None).endswith("a drop this large can be luck.")


def test_the_other_words_of_a_finished_change():
    assert change(Verdict.IMPROVED, "down 28 %") == (
        "Down 28 %, more than chance explains, short of the promised 40 %."
    )
    assert change(Verdict.MISSED, "down 5 %") == (
        "Down 5 %; 40 % was not reached, and chance does not explain the gap."
    )
    assert change(Verdict.NOT_MET_IN_NOISE, "down 25 %") == (
        "Down 25 %: this could be no change at all, and it could be the promised 40 %."
    )
    assert change(Verdict.WORSE, "up 60 %") == "Up 60 %, more than chance explains: 12 P1s then, 7 now."
    assert change(Verdict.TOO_FEW) == "12 P1s then, 7 now: a figure like this says little either way."
    assert "do not say it" in change(Verdict.NOT_RECORDED)
    assert "no data" in change(Verdict.NO_DATA)


def test_rises_are_called_rises():
    assert "a rise this large comes" in change(Verdict.MET_IN_NOISE, "up 20 %", lower=False)


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.18, "1 time in 6"),
        (0.05, "1 time in 20"),
        (0.34, "1 time in 3"),
        (0.5, "about every second time"),
        (0.9, "most of the time"),
        (0.0001, "less than 1 time in 1000"),
    ],
)
def test_chances_in_words(chance, words):
    assert s.one_in(chance) == words


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.72, "down 28 %"),
        (1.6, "up 60 %"),
        (1.001, "unchanged"),
        (0.0, "down 100 %"),
        (math.inf, "up beyond measure"),
    ],
)
def test_ratios_in_words(ratio, words):
    assert plain(s.relative(ratio)) == words


@pytest.mark.parametrize(
    ("difference", "words"),
    [(-8.2, "down 8 points"), (1.2, "up 1 point"), (0.6, "up 1 point"), (0.3, "unchanged")],
)
def test_points_in_words(difference, words):
    assert plain(s.points(difference)) == words


@pytest.mark.parametrize(
    ("word", "end"),
    [
        (Verdict.MET, "more than chance explains."),
        (Verdict.MET_IN_NOISE, "but this could be luck."),
        (Verdict.MISSED, "not reached, and chance does not explain the gap."),
        (Verdict.NOT_MET_IN_NOISE, "too few to tell that it is not reached."),
        (Verdict.ON_PACE, "so far, promised at most 15 min: 11 of 18 within 15 min."),
        (Verdict.REACHED_SO_FAR, "so far, promised at most 15 min: 11 of 18 within 15 min."),
        (Verdict.OFF_PACE, "11 of 18 within 15 min; not reached yet."),
        (Verdict.TOO_FEW, "says little either way."),
        (Verdict.NOT_RECORDED, "do not say it."),
        (Verdict.NO_DATA, "no data for this promise."),
    ],
)
def test_levels_in_words(word, end):
    said = s.level_sentence(
        Judgement(word), figure="median 12 min", evidence="11 of 18 within 15 min", goal="at most 15 min"
    )
    assert said.endswith(end)


def pace(word: str, done: int = 17, chance: float | None = 0.43, days_left: float = 30) -> str:
    parts = {"done": done, "allowed": 21, "expected": 5.2, "chance": chance, "days_left": days_left}
    return plain(s.count_pace_sentence(Judgement(word), **parts))


def test_a_running_count_says_what_is_left():
    assert (
        pace(Verdict.TOO_CLOSE) == "4 left of 21 allowed, about 5 expected in the next 30 days: chance 43 %."
    )
    assert pace(Verdict.MISSED_ALREADY, done=22, days_left=0.4) == "22 against 21 allowed, with 1 day to go."
    assert (
        pace(Verdict.TOO_EARLY, done=2)
        == "19 left of 21 allowed for the next 30 days; too early to say more."
    )
    assert pace(Verdict.TOO_EARLY, chance=None).endswith("too early to say more.")


@pytest.mark.parametrize(
    ("word", "end"),
    [
        (Verdict.ON_PACE, "better than the path to 15 min, which is at 26 min by now (18 incidents)."),
        (
            Verdict.ON_PACE_IN_NOISE,
            "on the path to 15 min, which is at 26 min by now; this could be luck (18 incidents).",
        ),
        (
            Verdict.BEHIND_IN_NOISE,
            "behind the path to 15 min, which is at 26 min by now; this could be luck (18 incidents).",
        ),
        (Verdict.OFF_PACE, "behind the path to 15 min, which is at 26 min by now (18 incidents)."),
        (Verdict.TOO_FEW, "says little either way."),
        (Verdict.NOT_RECORDED, "do not say it."),
    ],
)
def test_a_running_change_names_its_path(word, end):
    said = s.change_pace_sentence(
        Judgement(word), now="median 31 min", path="26 min", goal="15 min", n="18 incidents"
    )
    assert said.endswith(end)
    if word in (Verdict.ON_PACE, Verdict.BEHIND_IN_NOISE):
        assert said.startswith("Median 31 min, ")


def availability(word: str, missed: tuple[str, ...] = ()) -> str:
    parts = {"figure": "99.93 %", "goal": "99.95 %", "worst": "99.9 %", "best": "99.96 %", "missed": missed}
    return s.availability_sentence(Judgement(word), **parts)


def test_availability_names_the_endpoints_below():
    assert availability(Verdict.MISSED, ("/pay", "/login")).endswith("Below it: /pay, /login.")
    assert availability(Verdict.MISSED, ("a", "b", "c", "d", "e")).endswith("a, b, c and 2 more.")
    assert availability(Verdict.MET).endswith("on every endpoint.")
    assert "between 99.9 % and 99.96 %" in availability(Verdict.MISSED_ON_MEASURED)
    assert "too few requests" in availability(Verdict.TOO_FEW_REQUESTS)
    assert availability(Verdict.NO_DATA) == "No requests were measured."


def test_a_duty_names_its_exceptions():
    parts = {"on_time": 9, "late": 2, "missing": 1, "pending": 0, "ids": "INC-418, INC-431, INC-440"}
    said = plain(s.every_sentence(Judgement(Verdict.NOT_MET), **parts))
    assert said == "9 of 12 on time; 2 late, 1 missing: INC-418, INC-431, INC-440."
    none = {"on_time": 3, "late": 0, "missing": 0, "pending": 2, "ids": ""}
    assert plain(s.every_sentence(Judgement(Verdict.MET_SO_FAR), **none)) == "3 of 3 on time, 2 not yet due."
    assert s.every_sentence(Judgement(Verdict.MET), **none | {"pending": 0}) == "All 3 on time."
    so_far = Judgement(Verdict.REACHED_SO_FAR)
    assert s.every_sentence(so_far, **none | {"pending": 0}) == "3 of 3 on time so far."
    assert plain(s.every_sentence(so_far, **none)) == "3 of 3 on time so far, 2 not yet due."
    assert s.every_sentence(Judgement(Verdict.NONE_DUE), **none) == "None was due."
    assert "not blameless" in s.every_sentence(Judgement(Verdict.NOT_MET), **none | {"ids": "INC-1"})


def test_power_is_told_when_a_promise_is_made():
    said = s.power_sentence("about 12 P1s per 90 days", "40 %", 29)
    assert said == "With about 12 P1s per 90 days, a true 40 % cut will be confirmed 29 times in 100."


def test_intervals_are_said_as_changes():
    assert plain(s.interval_text((0.31, 0.71))) == "-69 % to -29 %"
    assert plain(s.interval_text((0.31, math.inf))) == "-69 % to no upper bound yet"
    assert s.interval_text(None) == ""
