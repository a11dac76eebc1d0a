"""Goals and silences in words, for figures of every family."""

from types import SimpleNamespace
from typing import Any

import pytest

from reliability.commitments.figures import goal_text, text_of, unsaid
from reliability.formatting import plain
from tests.frames_by_hand import framed
from tests.promises_by_hand import Goal, promise

SHARE, MEAN = "engaged_within_target_share", "escalation_to_engineering_hours_mean"


def kpi(value: float | None, n: int = 10, silent: int = 0) -> Any:
    return SimpleNamespace(value=value, n=n, left_out={"not recorded": silent})


@pytest.mark.parametrize(
    ("of", "goal", "before", "words"),
    [
        (SHARE, Goal(at_least=1.0), None, "goal: every one"),
        (SHARE, Goal(at_least=0.9), None, "goal: at least 90 %"),
        (SHARE, Goal(at_most=0.2), None, "goal: at most 20 %"),
        (SHARE, Goal(change=0.5), 0.4, "goal: at least 60 %"),
        (SHARE, Goal(change=-0.5), 0.4, "goal: at most 20 %"),
        (MEAN, Goal(at_least=2.0), None, "goal: at least 2 h"),
        (MEAN, Goal(change=-0.25), 8.0, "goal: at most 6 h"),
    ],
)
def test_a_goal_in_words(of, goal, before, words):
    frame = framed(promise(of, goal), {})
    assert plain(goal_text(frame, None if before is None else kpi(before))) == words


def test_a_change_of_a_baseline_without_a_figure_has_no_goal_in_words():
    frame = framed(promise(SHARE, Goal(change=0.5)), {})
    assert goal_text(frame) == goal_text(frame, kpi(None)) == ""


def test_a_figure_in_the_words_of_its_unit():
    assert plain(text_of(framed(promise(SHARE, Goal(at_least=0.9)), {}), 0.254)) == "25 %"
    assert text_of(framed(promise(SHARE, Goal(at_least=0.9)), {}), None) == "\N{EM DASH}"


def test_records_that_do_not_say_it_are_said_where_they_are_more_than_a_fifth():
    assert unsaid(kpi(0.5, 8, 2)) == ""
    assert unsaid(kpi(0.5, 7, 2)) == "2 of 9 records do not say it."
    assert unsaid(kpi(0.5, 8, 2), kpi(0.5, 7, 2)) == "2 of 9 records of the baseline do not say it."
    assert unsaid(kpi(None, 0, 3)) == "None of 3 records says it."
    assert unsaid(None, None) == ""
