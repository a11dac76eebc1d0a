"""Shares judged from what is told of them, exactly at their limits; no warehouse is needed for that."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reliability.commitments import CommitmentStatus
from reliability.commitments.shares import figure_status
from reliability.commitments.verdict import Verdict
from reliability.commitments.verdicts import LEAST_DECIDED
from reliability.formatting import plain
from reliability.kpis import Kpi
from reliability.queries.figures import figure
from reliability.settings import Commitment, Organisation, Settings, Span
from reliability.settings.periods import Window
from tests.frames_by_hand import ALWAYS, LATER, Known, framed
from tests.promises_by_hand import ZERO, Goal, promise

SHARE, CENSUS, DUTY = "engaged_within_target_share", "root_cause_capacity_share", "postmortem_on_time_share"
MIDWAY = datetime(2025, 8, 14, tzinfo=UTC)  # half of the 90 days


@dataclass
class Told(Known):
    """Evidence that is told a figure: of the window, of the baseline, which begins at ZERO, and of other times."""

    now: Kpi | None = None
    before: Kpi | None = None
    rest: Kpi | None = None
    row: dict[str, Any] = field(default_factory=dict)

    def kpi(self, kpi: str, window: Window, *_: object) -> tuple[Any, dict[str, Any]]:
        if window.start == ZERO:
            return self.before, {}
        return (self.now, self.row) if window.start.month >= 6 else (self.rest, {})


def kpi(yes: float | None, of: float | None, *, open: int = 0, value: float | None = None, **out: int) -> Kpi:
    known = yes / of if yes is not None and of else value
    left = {name.replace("_", " "): number for name, number in out.items()}
    return Kpi(SHARE, "", "share", "higher", known, int(of or 0), open, "", left, None, yes, of)


def judged(
    of: Commitment,
    now: Kpi,
    before: Kpi | None = None,
    as_of: datetime = LATER,
    rest: Kpi | None = None,
    bad: tuple[Span, ...] = (),
    **row: Any,
) -> CommitmentStatus:
    covered = dict.fromkeys(figure(of.kpi).covered_by, ALWAYS)
    settings = Settings(Organisation(time_zone="UTC"))
    evidence = Told(settings, as_of, covered, now=now, before=before, rest=rest, row=row)
    return figure_status(framed(of, covered, *bad, as_of=as_of), evidence)


HALF = promise(SHARE, Goal(at_least=0.5), baseline=None)
MORE = promise(SHARE, Goal(change=0.5))


def test_so_many_decided_are_enough_and_one_fewer_are_not():
    assert judged(HALF, kpi(LEAST_DECIDED, LEAST_DECIDED)).verdict is Verdict.MET
    assert judged(HALF, kpi(LEAST_DECIDED - 1, LEAST_DECIDED - 1)).verdict is Verdict.TOO_FEW


def test_a_level_states_its_parts_and_its_share():
    found = judged(HALF, kpi(70, 100))
    assert found.sentence == (
        "70\N{NO-BREAK SPACE}%, promised at least 50\N{NO-BREAK SPACE}%: 70 of 100, more than chance explains."
    )
    assert plain(str(found.facts[0])) == "70 of 100 (70 %)" and found.facts[0].told
    assert (found.interval_of, found.goal_value, found.target) == ("share", 0.5, 0.5)


def test_what_was_counted_in_full_is_stated_without_a_range():
    of = promise(CENSUS, Goal(at_least=0.5), baseline=None)
    found = judged(of, kpi(None, None, value=0.5))
    assert (found.verdict, found.interval, found.interval_of) == (Verdict.MET, None, "")
    assert plain(found.sentence) == "50 %, promised at least 50 %."
    assert [plain(str(fact)) for fact in found.facts] == ["50 %"] and found.facts[0].told
    parts = judged(of, kpi(3, 6))
    assert [plain(str(fact)) for fact in parts.facts] == ["3 of 6 (50 %)"] and not parts.facts[0].told
    assert judged(of, kpi(None, None, value=0.49)).verdict is Verdict.MISSED


def test_a_census_whose_records_do_not_say_it_says_so():
    of = promise(CENSUS, Goal(at_least=0.5), baseline=None)
    found = judged(of, kpi(6, 8, not_recorded=8))
    assert found.verdict is Verdict.NOT_RECORDED
    assert found.sentence.startswith("More than one in five of the records")


def test_a_running_share_has_a_chance_from_so_many_decided_on():
    assert judged(HALF, kpi(LEAST_DECIDED, LEAST_DECIDED), as_of=MIDWAY).chance is not None
    assert judged(HALF, kpi(LEAST_DECIDED - 1, LEAST_DECIDED - 1), as_of=MIDWAY).chance is None
    assert judged(HALF, kpi(LEAST_DECIDED, LEAST_DECIDED)).chance is None  # it is over
    early = datetime(2025, 7, 5, tzinfo=UTC)
    assert judged(HALF, kpi(LEAST_DECIDED, LEAST_DECIDED), as_of=early).chance is None


def test_a_change_needs_a_figure_of_both_times():
    word = Verdict.NO_DATA
    for before in (None, kpi(None, 0), kpi(0, 40)):
        found = judged(MORE, kpi(30, 40), before)
        assert (found.verdict, found.sentence) == (word, "The baseline has no figure.")
    found = judged(MORE, kpi(35, 40), kpi(10, 40))
    assert (found.verdict, found.ratio) == (Verdict.MET, 3.5)


def test_a_change_of_a_census_is_held_to_its_target_to_the_end_and_to_its_path_before():
    of = promise(CENSUS, Goal(change=0.5))
    assert judged(of, kpi(None, None, value=0.6), kpi(None, None, value=0.4)).verdict is Verdict.MET
    assert judged(of, kpi(None, None, value=0.59), kpi(None, None, value=0.4)).verdict is Verdict.MISSED
    assert judged(of, kpi(None, None, value=0.6), kpi(None, None, value=0.4), MIDWAY).verdict.reached
    # 0.42 of 0.6 is 0.7000000000000001 in doubles, 0.6 of 0.4 a little less than 1.5: both are at their target.
    fewer = promise(CENSUS, Goal(change=-0.3))
    assert judged(fewer, kpi(None, None, value=0.42), kpi(None, None, value=0.6)).verdict is Verdict.MET
    assert judged(fewer, kpi(None, None, value=0.43), kpi(None, None, value=0.6)).verdict is Verdict.MISSED


@pytest.mark.parametrize(
    ("rest", "was"),
    [(kpi(0, 10), "0 %"), (kpi(None, 0), "nothing"), (kpi(30, 40), "75 %"), (kpi(20, 40), None)],
)
def test_a_rise_from_declared_windows_is_judged_again_by_what_lies_outside_them(rest, was):
    # 1 January to 1 May is declared: May and June are left of the baseline. 38 of 40 are 95 %.
    bad = Span(date(2025, 1, 1), date(2025, 5, 1))
    found = judged(MORE, kpi(38, 40), kpi(10, 40), rest=rest, bad=(bad,))
    said = f"Without the declared incident windows it was {was}"
    assert found.verdict is (Verdict.MET_NOT_SHOWN if was else Verdict.MET)
    assert [plain(detail) for detail in found.details] == ([said] if was else [])


@pytest.mark.parametrize(
    ("on_time", "of", "row", "word", "words"),
    [
        (12, 12, {}, Verdict.MET, []),
        (9, 12, {"missing": 3, "failed": ["A"]}, Verdict.NOT_MET, ["missing: A"]),
        (9, 12, {"missing": 0, "failed": ["A"]}, Verdict.NOT_MET, ["late: A"]),
        (9, 12, {"missing": 1, "failed": ["A"]}, Verdict.NOT_MET, ["late or missing: A"]),
        (12, 12, {"not_blameless": 1, "failed": ["A"]}, Verdict.NOT_MET, ["not blameless: A"]),
    ],
)
def test_a_duty_says_how_it_was_failed(on_time, of, row, word, words):
    found = judged(promise(DUTY, Goal(at_least=1.0), baseline=None), kpi(on_time, of), **row)
    assert found.verdict is word
    assert [str(fact) for fact in found.facts[1:]] == words


def test_a_duty_that_nothing_owed_is_none():
    of = promise(DUTY, Goal(at_least=1.0), baseline=None)
    assert judged(of, kpi(0, 0)).verdict is Verdict.NONE_DUE
    nothing = judged(HALF, kpi(None, 0))
    assert (nothing.verdict, nothing.sentence) == (Verdict.NO_DATA, "No record decides it.")
    waiting = judged(HALF, kpi(None, 0), as_of=MIDWAY)
    assert (waiting.verdict, waiting.sentence) == (Verdict.TOO_EARLY, "Nothing is decided yet.")


def test_what_nobody_recorded_is_taken_as_yes_and_as_no():
    # 10 of 40 are 25 %, at most 37 % by their 90 % score interval: missed. With 9 more as yes, 19 of 49 are 39 %, at most
    # 50.5 %: that could be half.
    assert judged(HALF, kpi(10, 40)).verdict is Verdict.MISSED
    found = judged(HALF, kpi(10, 40, not_recorded=9))
    assert (found.verdict, found.provisional) == (Verdict.SHORT_SO_FAR, True)
    # As no, 45 of 60 become 45 of 70: 75 % and 64 % are both more than half, beyond doubt.
    assert judged(HALF, kpi(45, 60, not_recorded=10)).verdict is Verdict.MET
