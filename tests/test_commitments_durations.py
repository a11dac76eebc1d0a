"""Promises on durations: medians with open incidents, limits, and stamps that were never recorded."""

from datetime import timedelta

import pytest
from scipy import stats

from reliability import model
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.review import card_words
from reliability.review.findings import of_recovery
from reliability.ui.promises.page import figure_html
from tests.promises_by_hand import ZERO, Goal, durations, incident, judged, late_record, promise, spread

SHORTER = promise("time_to_recover_median", Goal(change=-0.30))
LIMIT = promise("time_to_engage_median", Goal(at_most=15))
NO_CARD = model.Card("time_to_recover_median", "Time to recover", "", model.OK, 16.0, "minutes", "16 min")
AROUND_100 = [60, 70, 80, 90, 95, 105, 110, 120, 130, 140] * 4
AROUND_50 = [minutes / 2 for minutes in AROUND_100]


def test_a_median_halved_is_met_with_its_figures(tmp_path):
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, AROUND_50))
    assert (found.verdict, found.value, found.baseline.value) == (Verdict.MET, 50, 100)
    assert (found.n, found.baseline.n, found.open) == (40, 40, 0)
    assert found.ratio == pytest.approx(0.5)
    assert found.interval[0] < 0.5 < found.interval[1] < 0.7
    assert found.interval_of == "ratio"
    assert found.goal_value == pytest.approx(70)
    assert plain(found.goal_text) == "goal: at most 1 h 10 min"
    assert plain(found.clause) == "the median P1 time to recover is down 50 %, more than chance explains"
    details = [plain(detail) for detail in found.details]
    assert any(detail.startswith("Geometric mean of the ended ones: ") for detail in details)
    # All durations are halved, so the typical one is too, to the shortest step between two pairs.
    assert any(
        detail.startswith("Typical incident (Hodges-Lehmann), which decides: -50 % (") for detail in details
    )
    assert any(detail.startswith("Ratio of the medians: -50 % (") for detail in details)
    # The whole interval reaches the target.
    assert found.verdict_text == "met beyond doubt"


def test_a_few_incidents_with_wide_spread_are_within_noise(tmp_path):
    before = [20, 60, 90, 100, 160, 300, 900, 30, 110, 75]
    found = judged(tmp_path, SHORTER, incidents=durations(before, [10, 30, 45, 60, 80, 200, 700, 20, 62, 40]))
    assert found.verdict == Verdict.MET_IN_NOISE
    assert "with no change at all a drop this large comes" in found.sentence


def test_below_a_hundred_incidents_the_card_shows_how_many_kept_to_the_time_what_it_cost_and_the_worst(
    tmp_path,
):
    after = [10, 20, 30, 40, 50, 60, 70, 71, 300, None]
    minute = ZERO + timedelta(days=200)
    requests = [
        {"endpoint": name, "service": "a", "interval_start": minute, "interval_end": minute + timedelta(hours=1),
         "good": good, "total": 1000}
        for name, good in (("/a", 900), ("/b", 950))
    ]  # fmt: skip
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, after), availability=requests)
    low, high = stats.binomtest(7, 10).proportion_ci(0.9, "wilson")
    # The baseline's median is 100 minutes, so 70 are promised; the open one has lasted longer than that.
    kept = f"7 of 10 within 1 h 10 min (70 %, 90 % range {low:.0%} to {high:.0%})".replace("%", " %").replace(
        "  %", " %"
    )
    # A tenth of an hour of /a and a twentieth of /b: 6 and 3 minutes. The open one began on day 265.5, seen on day 334.
    lost, longest = "9 min of error budget lost", "longest: 68 d 12 h (I509)"
    assert plain(found.evidence).endswith(f"; {kept}; {lost}; {longest}")
    assert not any("of error budget lost" in detail for detail in found.details)


def test_from_a_hundred_incidents_on_they_are_for_those_who_look_closer(tmp_path):
    many = judged(tmp_path, SHORTER, incidents=durations(AROUND_100 * 3, AROUND_50 * 3))
    assert "longest" not in many.evidence
    assert any(plain(detail).startswith("longest: ") for detail in many.details)


def test_a_median_that_falls_alone_is_within_noise_and_the_typical_incident_says_so(tmp_path):
    # Half of the incidents take as long as before, half a little less than the middle: the median drops to 60.
    before = [10, 20, 30, 40, 90, 100, 200, 300, 400, 500]
    found = judged(
        tmp_path, SHORTER, incidents=durations(before, [10, 20, 30, 40, 50, 70, 200, 300, 400, 500])
    )
    # Medians 95 and 60; of the hundred ratios of pairs, the middle ones are 40/40 and its like.
    assert found.ratio == pytest.approx(60 / 95)
    assert found.verdict == Verdict.MET_IN_NOISE
    assert "The median reaches the target, the typical incident does not" in found.details


def test_a_median_that_rises_while_the_typical_incident_is_faster_is_no_finding(tmp_path):
    # Three quarters of the incidents take half as long, but the middle of the ten lands where few were before.
    before = [10, 11, 12, 13, 14, 15, 400, 410, 420, 430, 440] * 4
    after = [1, 1, 1, 1, 1, 16, 40, 41, 42, 43, 44] * 4
    found = judged(tmp_path, SHORTER, incidents=durations(before, after))
    assert found.ratio == pytest.approx(16 / 15) and found.interval.high < 1
    title = plain(of_recovery(NO_CARD, found, "UTC"))
    assert title.startswith("Time to recover since ")
    assert title.endswith(f" (+7 %): {found.verdict_text}")


def test_seven_durations_are_too_few_whatever_they_say(tmp_path):
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, [1] * 7))
    assert (found.verdict, found.tone) == (Verdict.TOO_FEW, model.UNKNOWN)


def test_open_incidents_stay_in(tmp_path):
    # Half of the new ones are open: their ages say the median is not shorter.
    after = [20, 20, 20, 20, 20, None, None, None, None, None, None]
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, after))
    assert (found.n, found.open, found.value) == (11, 6, None)
    assert found.verdict != Verdict.MET
    # The first of the open ones began on day 225 (180 + 90 * 5.5 / 11), seen on 1 December, day 334.
    assert found.above == 109 * 1440
    assert (plain(found.figure), found.ratio) == ("more than 109 d", None)
    assert plain(found.sentence) == "Median more than 109 d (11 incidents, 6 still open); it was 1 h 40 min."


def test_exactly_half_open_is_more_than_what_half_took(tmp_path):
    after = [60, 120, 180, 240, 300, *[None] * 5]
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, after))
    assert (found.value, found.above, plain(found.figure)) == (None, 300, "more than 5 h")
    assert plain(figure_html(found)) == '<p class="rl-figure">more than 5 h</p>'


def test_open_incidents_that_decide_the_word_make_it_provisional(tmp_path):
    # 25 opened a week before as_of and are open; 30 older ones took ten days, half of the baseline's twenty.
    day = 1440
    rows = durations([20 * day] * 40, [])
    rows += spread(500, 30, 180, 250, minutes=10 * day) + spread(800, 25, 269, 270, minutes=None)
    found = judged(tmp_path, SHORTER, "2025-10-06", incidents=rows)
    assert (found.open, found.value, found.verdict) == (25, 10 * day, Verdict.REACHED_SO_FAR)
    # Were the open ones never to end, chance alone could do it.
    assert found.verdict_text == "reached so far, what is undecided can change it"
    assert "more than chance" not in found.sentence + found.clause


def test_without_a_baseline_median_nothing_is_worse_or_better(tmp_path):
    found = judged(tmp_path, SHORTER, incidents=durations([None] * 40, AROUND_50))
    assert (found.verdict, found.ratio) == (Verdict.TOO_FEW, None)
    assert found.sentence.endswith("nothing to compare.")


def test_a_baseline_posted_after_the_fact_cannot_be_compared_with(tmp_path):
    found = judged(tmp_path, SHORTER, incidents=durations([0] * 40, AROUND_50))
    assert (found.verdict, found.ratio) == (Verdict.NOT_RECORDED, None)
    assert (
        found.sentence == "How long they took: in the baseline it is unknown for 40 of 40 (40 zero length)."
    )


def test_recovery_that_nobody_recorded_cannot_be_judged(tmp_path):
    closed = spread(800, 12, 180, 270, minutes=None, status="closed")
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, AROUND_50) + closed)
    assert found.verdict == Verdict.NOT_RECORDED
    assert found.left_out == {"not recorded": 12}
    few = closed[:5]
    assert judged(tmp_path, SHORTER, incidents=durations(AROUND_100, AROUND_50) + few).verdict == Verdict.MET


def test_reversed_times_are_left_out_and_counted(tmp_path):
    wrong = spread(800, 3, 180, 270, minutes=-30)
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, AROUND_50) + wrong)
    assert (found.n, found.left_out) == (40, {"reversed times": 3})


@pytest.mark.parametrize(
    ("after", "word"),
    [
        ([m * 0.6 for m in AROUND_100], Verdict.ON_PACE),
        ([m * 0.98 for m in AROUND_100], Verdict.OFF_PACE),
        ([5], Verdict.TOO_FEW),
    ],
)
def test_a_running_median_is_held_against_its_path(tmp_path, after, word):
    found = judged(tmp_path, SHORTER, "2025-08-14", incidents=durations(AROUND_100, after))
    assert (found.verdict, found.pace) == (word, word)
    if word == Verdict.ON_PACE:
        # Half of the way from 100 to 70 on a log scale: 100 times the root of 0.7.
        assert "better than the path to 1 h 10 min, which is at 1 h 24 min by now" in plain(found.sentence)


def test_power_is_told_from_the_size_and_spread_of_the_baseline(tmp_path):
    found = judged(tmp_path, SHORTER, incidents=durations(AROUND_100, AROUND_50))
    assert plain(found.power).startswith(
        "With about 20 incidents per 90 days, a true 30 % cut will be confirmed "
    )
    few = judged(tmp_path, SHORTER, incidents=durations([100] * 5 + [90] * 5, AROUND_50))
    assert plain(few.power) == "With about 5 incidents per 90 days this median cannot be judged."


def engaged(minutes: list[float | None], first: int, day: float, length: float = 90) -> list[dict]:
    """P1s engaged after these minutes; None: never, although they are over."""
    rows = []
    for i, took in enumerate(minutes):
        at = ZERO + timedelta(days=day + length * (i + 0.5) / len(minutes))
        stamp = {} if took is None else {"engaged_at": at + timedelta(minutes=took)}
        rows.append(incident(first + i, at, 200, detected_at=at, **stamp))
    return rows


def test_a_median_within_a_limit_is_more_than_half_within_it(tmp_path):
    after = [5] * 14 + [40] * 6
    found = judged(
        tmp_path, LIMIT, incidents=[*engaged([45] * 20, 0, 0, 180), *engaged(after, 500, 180), *late_record()]
    )
    assert (found.verdict, found.value) == (Verdict.MET, 5)
    low, high = stats.binomtest(14, 20).proportion_ci(0.9, "wilson")
    spread_of = f"90 % range {low * 100:.0f} % to {high * 100:.0f} %"
    assert plain(found.evidence).startswith(f"14 of 20 within 15 min (70 %), {spread_of}; ")
    assert plain(found.sentence) == (
        "Median 5 min, promised at most 15 min: 14 of 20 within 15 min (70 %), more than chance explains."
    )
    assert found.ratio == pytest.approx(5 / 45)


def test_beside_a_limit_of_few_stand_what_it_cost_and_the_worst_too(tmp_path):
    after = [5] * 14 + [40] * 6
    minute = ZERO + timedelta(days=200)
    requests = [
        {"endpoint": "/a", "service": "a", "interval_start": minute, "interval_end": minute + timedelta(hours=1),
         "good": 900, "total": 1000}
    ]  # fmt: skip
    rows = [*engaged([45] * 20, 0, 0, 180), *engaged(after, 500, 180), *late_record()]
    found = judged(tmp_path, LIMIT, incidents=rows, availability=requests)
    asides = "; 6 min of error budget lost; longest: 40 min (I514 and 5 more)"
    assert plain(found.evidence).endswith(asides)
    assert list(map(plain, card_words.asides(found))) == [
        "14 of 20 in time",
        "budget -6 min",
        "longest 40 min (I514 and 5 more)",
    ]
    (tmp_path / "many").mkdir()
    rows = [*engaged([45] * 100, 0, 0, 180), *engaged(after * 5, 500, 180), *late_record()]
    many = judged(tmp_path / "many", LIMIT, incidents=rows, availability=requests)
    assert "longest" not in many.evidence and card_words.asides(many) == ()
    assert any(plain(detail).startswith("longest: ") for detail in many.details)


@pytest.mark.parametrize(
    ("within", "beyond", "word"),
    [
        (13, 7, Verdict.MET_IN_NOISE),
        (7, 13, Verdict.NOT_MET_IN_NOISE),
        (6, 14, Verdict.MISSED),
        (4, 0, Verdict.TOO_FEW),
    ],
)
def test_limits_without_a_baseline(tmp_path, within, beyond, word):
    alone = promise("time_to_engage_median", Goal(at_most=15), baseline=None)
    rows = [
        *spread(900, 1, 0, 1, severity=4),
        *engaged([5] * within + [40] * beyond, 500, 180),
        *late_record(),
    ]
    found = judged(tmp_path, alone, incidents=rows)
    assert found.verdict == word
    low, high = stats.binomtest(within, within + beyond).proportion_ci(0.9, "wilson")
    assert found.interval == pytest.approx((low, high))
    assert found.interval_of == "share"


def test_engagements_that_were_not_recorded_may_decide_the_word(tmp_path):
    alone = promise("time_to_engage_median", Goal(at_most=15), baseline=None)
    first = spread(900, 1, 0, 1, severity=4)
    few = [*first, *engaged([5] * 14 + [40] * 6 + [None] * 3, 500, 180), *late_record()]
    found = judged(tmp_path, alone, incidents=few)
    assert (found.verdict, found.left_out["not recorded"]) == (Verdict.REACHED_SO_FAR, 3)
    many = [*first, *engaged([5] * 14 + [40] * 6 + [None] * 6, 500, 180), *late_record()]
    assert judged(tmp_path, alone, incidents=many).verdict == Verdict.NOT_RECORDED


def test_one_that_waits_less_than_the_limit_is_undecided(tmp_path):
    alone = promise("time_to_engage_median", Goal(at_most=15), baseline=None)
    at = ZERO + timedelta(days=200)
    rows = [*spread(900, 1, 0, 1, severity=4), *engaged([5] * 14 + [40] * 6, 500, 180, 19)]
    rows.append(incident(700, at - timedelta(minutes=10), None))
    found = judged(tmp_path, alone, at.strftime("%Y-%m-%d"), incidents=rows)
    assert plain(found.evidence).startswith("14 of 20 within 15 min (70 %), 90 % range ")
    assert found.verdict == Verdict.ON_PACE
    assert any("1 still within the time" in detail for detail in found.details)


def test_a_running_limit_glides_down_from_the_baseline(tmp_path):
    rows = [*engaged([45] * 20, 0, 0, 180), *engaged([20] * 20, 500, 180), *late_record()]
    found = judged(tmp_path, LIMIT, "2025-08-14", incidents=rows)
    # 45 to 15 on a log scale: 26 minutes at half time.
    assert found.verdict == Verdict.ON_PACE
    assert plain(found.sentence) == (
        "Median 20 min, better than the path to 15 min, which is at 26 min by now (10 incidents)."
    )


def test_nothing_yet_is_said_so(tmp_path):
    found = judged(tmp_path, LIMIT, "2025-07-04", incidents=engaged([45] * 20, 0, 0, 180))
    assert (found.verdict, found.sentence) == (Verdict.TOO_FEW, "Nothing to measure yet.")


def test_detection_and_all_severities_have_their_clocks(tmp_path):
    at = ZERO + timedelta(days=1)
    rows = [
        incident(i, at + timedelta(days=8 * i), 60, severity=2, started_at=at + timedelta(days=8 * i),
                 detected_at=at + timedelta(days=8 * i, minutes=20 if i < 22 else 5))
        for i in range(33)
    ]  # fmt: skip
    # After the window, so that what is silent there is no gap that begins inside it.
    rows += [incident(i, at + timedelta(days=8 * i), severity=4) for i in range(34, 41)]
    detect = promise("time_to_detect_median", Goal(change=-0.30))
    found = judged(tmp_path, detect, incidents=[*rows, *late_record()])
    assert (found.baseline.value, found.value, found.verdict) == (20, 5, Verdict.MET)
    everything = promise("time_to_recover_median_all", Goal(change=-0.30))
    assert judged(tmp_path, everything, incidents=[*rows, *late_record()]).verdict == Verdict.MISSED
