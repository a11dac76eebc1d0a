"""Verdicts: every line of the rule by a hand-made case, and the rule as a whole on random ones."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reliability.commitments import verdicts as v
from reliability.commitments.verdict import Judgement, Reason, Verdict
from reliability.model import CONCERN, GOOD, NOISE, UNKNOWN
from reliability.review.documents import commitments_document
from reliability.statistics.intervals import Interval, rate_ratio
from reliability.warehouse.workspace import open_workspace

# Ratios with a target of 0.6: figure, interval, whether the floor is reached, word.
FINISHED = [
    (0.50, (0.30, 0.80), True, Verdict.MET),
    (0.60, (0.40, 0.99), True, Verdict.MET),
    (0.50, (0.30, 1.10), True, Verdict.MET_IN_NOISE),
    (0.60, (0.40, 1.00), True, Verdict.MET_IN_NOISE),
    (0.72, (0.55, 0.95), True, Verdict.IMPROVED),
    (0.72, (0.65, 0.95), True, Verdict.IMPROVED),
    (0.95, (0.70, 1.30), True, Verdict.MISSED),
    (0.75, (0.50, 1.10), True, Verdict.NOT_MET_IN_NOISE),
    (0.75, (0.60, 1.10), True, Verdict.NOT_MET_IN_NOISE),
    (1.00, (0.55, 1.80), True, Verdict.NOT_MET_IN_NOISE),
    (1.60, (1.10, 2.30), True, Verdict.WORSE),
    (1.60, (1.00, 2.30), True, Verdict.MISSED),
    # Below the floor only a sure statement is made.
    (0.57, (0.20, 1.50), False, Verdict.TOO_FEW),
    (0.90, (0.40, 2.00), False, Verdict.TOO_FEW),
    (0.00, (0.00, 0.30), False, Verdict.MET),
    (3.00, (1.20, 9.00), False, Verdict.WORSE),
    (0.80, (0.65, 0.97), False, Verdict.IMPROVED),
    (1.00, (0.70, 1.40), False, Verdict.MISSED),
    # A baseline without any event.
    (None, (1.30, math.inf), False, Verdict.WORSE),
    (None, (0.70, math.inf), False, Verdict.MISSED),
    (None, (0.00, math.inf), False, Verdict.TOO_FEW),
    (math.inf, (0.50, math.inf), True, Verdict.NOT_MET_IN_NOISE),
]


@pytest.mark.parametrize(("figure", "ends", "enough", "word"), FINISHED)
def test_a_finished_change_gets_the_word_of_the_rule(figure, ends, enough, word):
    assert v.judge_change(figure, Interval(*ends), 0.6, enough=enough).verdict == word


@pytest.mark.parametrize(("figure", "ends", "word"), [(c[0], c[1], c[3]) for c in FINISHED if c[2] and c[0]])
def test_more_is_better_mirrors_every_word(figure, ends, word):
    mirrored = Interval(2 - ends[1], 2 - ends[0])
    assert v.judge_change(2 - figure, mirrored, 1.4, lower_is_better=False).verdict == word


def test_differences_are_judged_around_zero():
    judge = {"target": 8.0, "no_change": 0.0, "lower_is_better": False}
    assert v.judge_change(9.0, Interval(2, 16), **judge).verdict == Verdict.MET
    assert v.judge_change(9.0, Interval(-1, 19), **judge).verdict == Verdict.MET_IN_NOISE
    assert v.judge_change(5.0, Interval(1, 9), **judge).verdict == Verdict.IMPROVED
    assert v.judge_change(-9.0, Interval(-16, -2), **judge).verdict == Verdict.WORSE
    assert v.judge_change(1.0, Interval(-5, 7), **judge).verdict == Verdict.MISSED


def test_met_is_beyond_doubt_when_the_whole_interval_reaches_the_target():
    assert v.judge_change(0.4, Interval(0.3, 0.6), 0.6).beyond_doubt
    assert not v.judge_change(0.4, Interval(0.3, 0.61), 0.6).beyond_doubt
    assert v.judge_change(0.4, Interval(0.3, 0.6), 0.6).text == "met beyond doubt"


def test_a_target_hit_exactly_is_reached_in_spite_of_binary_fractions():
    assert v.judge_change((21 / 90) / (35 / 90), Interval(0.4, 0.9), 0.6).verdict == Verdict.MET
    assert v.judge_change(0.1 + 0.2, Interval(0.1, 0.9), 0.3).verdict == Verdict.MET


def test_a_hard_floor_lets_nothing_through():
    for ends in ((0.1, 0.4), (1.5, 3.0), (0.7, 0.9)):
        assert (
            v.judge_change(0.3, Interval(*ends), 0.6, enough=False, hard_floor=True).verdict
            == Verdict.TOO_FEW
        )


def test_twelve_then_none_is_met_and_twelve_then_seven_is_not():
    for k, word in ((0, Verdict.MET), (4, Verdict.MET), (7, Verdict.MET_IN_NOISE)):
        found = rate_ratio(k, 90, 12, 90)
        assert v.judge_change(found.ratio, found.interval, 0.6).verdict == word


ratios = st.floats(0.01, 20)


@given(ratios, ratios, ratios, st.booleans())
def test_every_case_has_one_word_that_says_what_it_must(a, b, c, enough):
    low, figure, high = sorted((a, b, c))
    found = v.judge_change(figure, Interval(low, high), 0.6, enough=enough)
    assert found.verdict in Verdict
    if found.verdict == Verdict.MET:
        assert figure <= 0.6 + 1e-6
        assert high < 1
    if found.verdict == Verdict.WORSE:
        assert low > 1
    if found.verdict == Verdict.MISSED:
        assert low > 0.6
    if figure <= 0.6:
        assert found.verdict in (Verdict.MET, Verdict.MET_IN_NOISE, Verdict.TOO_FEW)
    if high >= 1 >= low and low <= 0.6:
        assert found.tone in (NOISE, UNKNOWN)


@given(ratios, ratios, ratios)
def test_a_narrower_interval_never_turns_a_reached_target_into_a_missed_one(a, b, c):
    low, figure, high = sorted((a, b, c))
    wide, narrow = Interval(low, high), Interval((low + figure) / 2, (high + figure) / 2)
    words = [v.judge_change(figure, i, 0.6).verdict for i in (wide, narrow)]
    if words[0] in (Verdict.MET, Verdict.WORSE):
        assert words[1] == words[0]


# Half must be engaged in time: reached, Wilson interval of the share in time, enough decided, word.
@pytest.mark.parametrize(
    ("reached", "ends", "enough", "word"),
    [
        (True, (0.55, 0.90), True, Verdict.MET),
        (True, (0.50, 0.90), True, Verdict.MET_IN_NOISE),
        (False, (0.10, 0.45), True, Verdict.MISSED),
        (False, (0.10, 0.50), True, Verdict.NOT_MET_IN_NOISE),
        (True, (0.60, 1.00), False, Verdict.TOO_FEW),
    ],
)
def test_a_level_gets_the_word_of_the_rule(reached, ends, enough, word):
    found = v.judge_level(reached, Interval(*ends), 0.5, lower_is_better=False, enough=enough)
    assert found.verdict == word


def test_a_level_where_less_is_better():
    assert v.judge_level(True, Interval(2, 8), 9, lower_is_better=True, enough=True).verdict == Verdict.MET
    assert (
        v.judge_level(True, Interval(2, 9), 9, lower_is_better=True, enough=True).verdict
        == Verdict.MET_IN_NOISE
    )
    assert (
        v.judge_level(False, Interval(10, 20), 9, lower_is_better=True, enough=True).verdict == Verdict.MISSED
    )
    assert (
        v.judge_level(False, Interval(8, 20), 9, lower_is_better=True, enough=True).verdict
        == Verdict.NOT_MET_IN_NOISE
    )


@pytest.mark.parametrize(
    ("count", "chance", "elapsed", "word"),
    [
        (22, 0.0, 0.1, Verdict.MISSED_ALREADY),
        (10, 0.95, 0.24, Verdict.TOO_EARLY),
        (10, None, 0.5, Verdict.TOO_EARLY),
        (10, 0.80, 0.25, Verdict.ON_PACE),
        (10, 0.79, 0.5, Verdict.TOO_CLOSE),
        (10, 0.21, 0.5, Verdict.TOO_CLOSE),
        (10, 0.20, 0.5, Verdict.OFF_PACE),
        (21, 0.99, 0.9, Verdict.ON_PACE),
    ],
)
def test_a_running_count_gets_the_pace_of_its_chance(count, chance, elapsed, word):
    assert v.count_pace(count, 21, chance, elapsed).verdict == word


@pytest.mark.parametrize(
    ("figure", "ends", "enough", "word"),
    [
        (0.70, (0.50, 0.95), True, Verdict.ON_PACE),
        (0.70, (0.50, 1.00), True, Verdict.ON_PACE_IN_NOISE),
        (0.95, (0.85, 1.20), True, Verdict.OFF_PACE),
        (0.95, (0.80, 1.20), True, Verdict.BEHIND_IN_NOISE),
        (0.10, (0.05, 0.20), False, Verdict.TOO_FEW),
        (None, (0.00, math.inf), True, Verdict.TOO_FEW),
    ],
)
def test_a_running_change_is_held_against_its_path(figure, ends, enough, word):
    assert v.change_pace(figure, Interval(*ends), glide=0.84, enough=enough).verdict == word


def test_a_running_rise_is_held_against_its_path():
    up = {"no_change": 0.0, "lower_is_better": False}
    assert v.change_pace(5.0, Interval(1, 9), 4.0, **up).verdict == Verdict.ON_PACE
    assert v.change_pace(5.0, Interval(-1, 11), 4.0, **up).verdict == Verdict.ON_PACE_IN_NOISE
    assert v.change_pace(1.0, Interval(-5, 7), 4.0, **up).verdict == Verdict.BEHIND_IN_NOISE
    assert v.change_pace(-3.0, Interval(-9, 3), 4.0, **up).verdict == Verdict.OFF_PACE


@pytest.mark.parametrize(
    ("word", "pace"),
    [
        (Verdict.MET, Verdict.ON_PACE),
        (Verdict.MET_IN_NOISE, Verdict.ON_PACE_IN_NOISE),
        (Verdict.NOT_MET_IN_NOISE, Verdict.BEHIND_IN_NOISE),
        (Verdict.MISSED, Verdict.OFF_PACE),
        (Verdict.TOO_FEW, Verdict.TOO_FEW),
        (Verdict.NOT_RECORDED, Verdict.NOT_RECORDED),
    ],
)
def test_a_level_is_only_pace_until_its_window_ends(word, pace):
    assert v.level_pace(Judgement(word)).verdict == pace


@pytest.mark.parametrize("word", [Verdict.IMPROVED, Verdict.OVER_SO_FAR, Verdict.NOT_MET])
def test_a_word_that_no_level_gets_is_no_pace(word):
    with pytest.raises(KeyError):
        v.level_pace(Judgement(word))


@pytest.mark.parametrize(
    ("worst", "best", "share", "word"),
    [
        (0.9995, 0.9999, 0.9998, Verdict.MET),
        (0.9990, 0.9999, 0.9996, Verdict.MET_ON_MEASURED),
        (0.9990, 0.9996, 0.9994, Verdict.MISSED_ON_MEASURED),
        (0.9900, 0.9994, 0.9993, Verdict.MISSED),
        (None, None, None, Verdict.NO_DATA),
    ],
)
def test_availability_is_a_census_with_gaps(worst, best, share, word):
    assert v.judge_availability(worst, best, share, 0.9995).verdict == word


@pytest.mark.parametrize(
    ("words", "word"),
    [
        ((Verdict.MET, Verdict.MET), Verdict.MET),
        ((Verdict.MET, Verdict.MISSED, Verdict.MET_ON_MEASURED), Verdict.MISSED),
        ((Verdict.MET, Verdict.MET_ON_MEASURED), Verdict.MET_ON_MEASURED),
        ((Verdict.MET, Verdict.MISSED_ON_MEASURED, Verdict.MET_ON_MEASURED), Verdict.MISSED_ON_MEASURED),
        ((Verdict.MET, Verdict.TOO_FEW_REQUESTS), Verdict.TOO_FEW_REQUESTS),
        ((), Verdict.NO_DATA),
    ],
)
def test_one_endpoint_that_misses_is_enough(words, word):
    assert v.judge_every_endpoint(tuple(Judgement(w) for w in words)).verdict == word


@pytest.mark.parametrize(
    ("on_time", "late", "missing", "pending", "blamed", "word"),
    [
        (13, 0, 0, 0, 0, Verdict.MET),
        (13, 0, 0, 2, 0, Verdict.MET_SO_FAR),
        (0, 0, 0, 2, 0, Verdict.MET_SO_FAR),
        (13, 1, 0, 0, 0, Verdict.NOT_MET),
        (13, 0, 1, 5, 0, Verdict.NOT_MET),
        (13, 0, 0, 0, 1, Verdict.NOT_MET),
        (0, 0, 0, 0, 0, Verdict.NONE_DUE),
    ],
)
def test_a_duty_without_exceptions(on_time, late, missing, pending, blamed, word):
    assert v.judge_every(on_time, late, missing, pending, blamed).verdict == word


def test_more_than_a_fifth_unrecorded_replaces_the_word():
    met = Judgement(Verdict.MET)
    assert v.with_recording(met, 2, 10) is met
    assert v.with_recording(met, 3, 10).verdict == Verdict.NOT_RECORDED
    assert v.with_recording(met, 0, 0) is met


def test_silence_is_not_success():
    for word, said in (
        (Verdict.MET, Verdict.DATA_STOP),
        (Verdict.ON_PACE_IN_NOISE, Verdict.DATA_STOP),
        (Verdict.WORSE, Verdict.WORSE),
        (Verdict.TOO_FEW, Verdict.TOO_FEW),
    ):
        assert v.with_freshness(Judgement(word), stale=True).verdict == said
        assert v.with_freshness(Judgement(word), stale=False).verdict == word


def test_what_was_counted_in_full_is_met_or_missed():
    assert v.judge_census(True).verdict == Verdict.MET
    assert v.judge_census(False).verdict == Verdict.MISSED
    assert v.judge_census(True, running=True).verdict == Verdict.ON_PACE
    assert v.judge_census(False, running=True).verdict == Verdict.OFF_PACE


def test_it_is_provisional_while_rows_may_arrive_or_open_ones_decide():
    met, noise = Judgement(Verdict.MET), Judgement(Verdict.MET_IN_NOISE)
    assert v.with_provisional(met, False, met, met) == met
    assert v.with_provisional(met, True) == Judgement(Verdict.REACHED_SO_FAR)
    assert v.with_provisional(Judgement(Verdict.MISSED), True) == Judgement(Verdict.OVER_SO_FAR)
    short = v.with_provisional(Judgement(Verdict.WORSE), True, lower_is_better=False)
    assert (short.verdict, short.provisional) == (Verdict.SHORT_SO_FAR, True)
    assert (
        v.with_provisional(met, False, met, noise).text == "reached so far, what is undecided can change it"
    )
    assert v.with_provisional(Judgement(Verdict.TOO_FEW), True).verdict == Verdict.TOO_FEW


def test_a_second_opinion_is_noted_only_when_it_differs_and_can_tell():
    met = Judgement(Verdict.MET)
    assert (
        v.with_second_opinion(met, Judgement(Verdict.MISSED), Reason.SEVERITY_RULE).text
        == "met, depends on severity rule"
    )
    for other in (None, met, Judgement(Verdict.TOO_FEW)):
        assert v.with_second_opinion(met, other, Reason.SEVERITY_RULE) == met
    few = Judgement(Verdict.TOO_FEW)
    assert v.with_second_opinion(few, met, Reason.SEVERITY_RULE) == few


def test_all_suffixes_stand_in_order():
    found = v.with_second_opinion(
        Judgement(Verdict.MET, beyond_doubt=True), Judgement(Verdict.MISSED), Reason.SEVERITY_RULE
    )
    found = v.with_reason(found, Reason.LINKING)
    assert found.text == "met beyond doubt, depends on severity rule, linking changed"
    assert v.with_reason(found, Reason.SEVERITY_RULE, applies=False) == found
    # A word that is not final is not doubted on top.
    early = v.with_provisional(Judgement(Verdict.MET), True)
    assert v.with_second_opinion(early, Judgement(Verdict.MISSED), Reason.SEVERITY_RULE) == early


def test_each_verdict_has_the_tone_of_what_it_says():
    good = {"met", "met so far", "on pace"}
    concern = {"improved, short of target", "missed", "missed already", "not met", "off pace", "worse"}
    silent = {"not begun", "no data", "no Sev1 due", "too early to tell"}
    for verdict in Verdict:
        unknown = verdict in silent or verdict.startswith(("too few", "cannot tell"))
        tone = GOOD if verdict in good else CONCERN if verdict in concern else UNKNOWN if unknown else NOISE
        assert verdict.tone == tone, verdict


def test_reached_is_said_of_every_word_that_begins_with_met_reached_or_on_pace():
    reached = {v for v in Verdict if v.startswith(("met", "reached", "on pace"))}
    assert {v for v in Verdict if v.reached} == reached


def test_json_carries_the_stable_word_and_the_one_of_the_pages(sample_dir: Path) -> None:
    opened = open_workspace(sample_dir)
    found = {one["id"]: one for one in commitments_document(opened)["commitments"]}
    assert {one["verdict"] for one in found.values()} <= set(map(str, Verdict))
    assert found["mttr"]["verdict"] == "met, but within noise"
    assert found["mttr"]["verdict_text"] == found["mttr"]["verdict_word"] == "reached, could be luck"
    assert not any(
        "noise" in one[word] for one in found.values() for word in ("verdict_text", "verdict_word")
    )
