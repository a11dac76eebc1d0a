"""Promises on counts: the whole way from rows written by hand to the word."""

from datetime import UTC, date, datetime, timedelta

import pytest
from scipy import stats

from reliability import model
from reliability.commitments.verdict import Reason, Verdict
from reliability.formatting import plain
from reliability.review.findings import of_counts
from tests.promises_by_hand import (
    Baseline,
    Filters,
    Goal,
    Span,
    counts,
    incident,
    judged,
    late_record,
    promise,
    spread,
)

CUT = promise("p1_incidents", Goal(change=-0.40))


def test_a_real_drop_is_met_with_its_figures(tmp_path):
    found = judged(tmp_path, CUT, incidents=counts(80, 20))
    low, high = stats.binomtest(20, 100).proportion_ci(0.9, "wilson")
    assert (found.verdict, found.tone, found.pace, found.provisional) == (Verdict.MET, model.GOOD, "", False)
    assert (found.value, found.n, found.baseline.value, found.baseline.n) == (20, 20, 80, 80)
    assert (found.baseline.days, found.window.days, found.window.elapsed_days) == (180, 90, 90)
    assert found.ratio == pytest.approx(0.5)
    # Twice as many days in the baseline: the odds of the share, times two.
    assert found.interval == pytest.approx((2 * low / (1 - low), 2 * high / (1 - high)))
    assert (found.target, found.allowed, found.allowance_left, found.goal_value) == (0.6, 24, 4, 24)
    assert plain(found.sentence) == (
        "Down 50 %, target 40 %, more than week-to-week chance explains: 40 P1s per 90 days then, 20 now."
    )
    assert plain(found.goal_text) == "goal: at most 24 in 90 days from 30 Jun 2025"
    assert plain(found.clause) == "P1s are down 50 %, more than week-to-week chance explains"
    assert plain(found.evidence).startswith("20 of 24 allowed, -50 % (90 % range ")


def test_twelve_then_seven_reaches_the_target_but_luck_can_do_that(tmp_path):
    even = promise("p1_incidents", Goal(change=-0.40), baseline=Baseline(date(2025, 4, 1), date(2025, 6, 30)))
    rows = [*spread(0, 12, 90, 180), *spread(500, 7, 180, 270), *late_record()]
    found = judged(tmp_path, even, incidents=rows)
    assert found.verdict == Verdict.MET_IN_NOISE
    assert plain(found.sentence) == (
        "From 12 P1s to 7 is down 42 % and reaches the target, but with no change at all a drop this large comes "
        "1 time in 6."
    )
    assert "with no change at all this comes 1 time in 6" in plain(found.evidence)
    assert plain(found.power) == "With about 12 P1s, a true 40 % cut will be confirmed 28 times in 100."


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [
        (80, 60, Verdict.WORSE),
        (200, 75, Verdict.IMPROVED),
        (200, 95, Verdict.MISSED),
        (40, 15, Verdict.NOT_MET_IN_NOISE),
        (8, 3, Verdict.TOO_FEW),
        (8, 0, Verdict.MET),
        (0, 9, Verdict.WORSE),
        (0, 0, Verdict.TOO_FEW),
    ],
)
def test_each_word_has_its_case(tmp_path, before, after, word):
    rows = counts(before, after) + spread(900, 1, 0, 1, severity=4)
    assert judged(tmp_path, CUT, incidents=rows).verdict == word


def test_weeks_without_incidents_show_the_clusters(tmp_path):
    # Ten on one day every fourth week: far more uneven than chance.
    rows = late_record()
    for week in range(0, 38, 4):
        rows += spread(week * 10, 10 if week < 25 else 6, week * 7, week * 7 + 1)
    found = judged(tmp_path, CUT, incidents=rows)
    assert any("clusters" in warning for warning in found.warnings)
    steady = judged(tmp_path, CUT, incidents=counts(70, 24))
    assert steady.interval[1] - steady.interval[0] < found.interval[1] - found.interval[0]


def claims(found) -> str:
    """Everything a status says in words."""
    return " ".join((found.sentence, found.clause, found.evidence, found.verdict_text))


def test_there_is_no_final_word_for_a_week_where_the_source_does_not_say_when_it_was_told(tmp_path):
    rows = counts(80, 20)
    early = judged(tmp_path, CUT, "2025-10-01", incidents=rows)
    assert (early.verdict, early.tone) == (Verdict.REACHED_SO_FAR, model.NOISE)
    assert early.verdict_text == "reached so far, final on 5 Oct 2025"
    assert plain(early.sentence) == (
        "Down 50 % so far, target 40 %: 40 P1s per 90 days then, 20 now. Final on 5 Oct 2025."
    )
    assert "more than" not in claims(early)
    assert judged(tmp_path, CUT, "2025-10-05", incidents=rows).verdict_text == "met"


def told_after(days: float, rows: list) -> list:
    return [row | {"recorded_at": row["opened_at"] + timedelta(days=days)} for row in rows]


def test_a_look_back_holds_what_had_happened_with_what_is_known_of_it_today(tmp_path):
    # Looked at from 15 August; half of the 12 P1s before it reached the tools in November, those after it are not in.
    known = [row | {"recorded_at": datetime(2025, 11, 20, tzinfo=UTC)} for row in spread(600, 6, 180, 226)]
    rows = [
        *spread(0, 80, 0, 180),
        *spread(500, 6, 180, 226),
        *known,
        *spread(900, 9, 227, 270),
        *late_record(),
    ]
    assert judged(tmp_path, CUT, "2025-08-15", incidents=rows).value == 12


def test_the_final_day_follows_from_how_late_the_source_records(tmp_path):
    # Nine in ten at once, one in ten after 21 days: 95 of 100 are there after 21 days.
    rows = [*told_after(0.01, spread(0, 80, 0, 180)), *told_after(0.01, spread(500, 18, 180, 270))]
    rows += [*told_after(21, spread(900, 11, 90, 270)), *late_record()]
    assert judged(tmp_path, CUT, "2025-10-18", incidents=rows).verdict_text.endswith("final on 19 Oct 2025")
    assert judged(tmp_path, CUT, "2025-10-19", incidents=rows).verdict != Verdict.REACHED_SO_FAR


def test_of_two_sources_the_slower_one_says_when_a_word_is_final(tmp_path):
    # One records at once (a second later, so that it says when), the other always after 21 days.
    rows = [
        *told_after(1 / 86400, counts(80, 20)),
        *told_after(21, from_tool(spread(900, 40, 0, 334, severity=4), "jira")),
    ]
    assert judged(tmp_path, CUT, "2025-10-18", incidents=rows).verdict_text.endswith("final on 19 Oct 2025")
    assert judged(tmp_path, CUT, "2025-10-19", incidents=rows).verdict != Verdict.REACHED_SO_FAR
    # One that records in the moment of opening says nothing: 7 days, fewer than the 21.
    silent = [
        *told_after(0, counts(80, 20)),
        *told_after(21, from_tool(spread(900, 40, 0, 334, severity=4), "jira")),
    ]
    assert judged(tmp_path, CUT, "2025-10-18", incidents=silent).verdict_text.endswith("final on 19 Oct 2025")
    alone = judged(tmp_path, CUT, "2025-10-01", incidents=told_after(0, counts(80, 20)))
    assert alone.verdict_text.endswith("final on 5 Oct 2025")


def test_what_is_yet_to_be_recorded_is_estimated(tmp_path):
    # Half are told at once, half after three days: of those six that happened yesterday six more are to come.
    rows = [*told_after(0.01, spread(0, 60, 0, 180)), *told_after(3.01, spread(100, 66, 0, 180))]
    rows += told_after(0.01, [incident(500 + i, datetime(2025, 8, 13, 10 + i, tzinfo=UTC)) for i in range(6)])
    # The source speaks in July as well: otherwise its silence would be a gap.
    rows += [*spread(900, 15, 181, 224, severity=4), *late_record()]
    found = judged(tmp_path, CUT, "2025-08-14", incidents=rows)
    assert "About 6 more may still be recorded" in found.details
    assert not any("recorded" in said for said in judged(tmp_path, CUT, incidents=rows).details)
    # So it is where there is nothing to compare with, and where many are wanted.
    for goal in (Goal(at_most=30), Goal(at_least=30)):
        alone = promise("p1_incidents", goal, baseline=None)
        found = judged(tmp_path, alone, "2025-08-14", incidents=rows)
        assert "About 6 more may still be recorded" in found.details, goal


def test_a_running_count_to_reach_has_a_chance(tmp_path):
    # 20 after half of the window: 10 or more of the rest are wanted, negative binomial around 20.5 as so far.
    rows = [*spread(0, 1, -1, 0, severity=4), *spread(500, 20, 180, 225)]
    wanted = promise("p1_incidents", Goal(at_least=29.5), baseline=None)
    found = judged(tmp_path, wanted, "2025-08-14", incidents=rows)
    assert found.chance == pytest.approx(stats.nbinom.sf(9, 20.5, 0.5))
    # Early, reached and ended ones have none.
    assert judged(tmp_path, wanted, "2025-07-10", incidents=rows).chance is None
    reached = promise("p1_incidents", Goal(at_least=20), baseline=None)
    assert judged(tmp_path, reached, "2025-08-14", incidents=rows).chance is None
    assert judged(tmp_path, wanted, incidents=[*rows, *late_record()]).chance is None


def test_slow_drift_before_a_promise_widens_what_is_sure(tmp_path):
    # Two years of the same 80 P1s per half year: evenly, or by turns 30 in one half year and 130 in the next.
    history = [
        spread(2000 + 200 * i, n, -730 + 182.5 * i, -730 + 182.5 * (i + 1))
        for i, n in enumerate((80, 80, 80, 80))
    ]
    even = judged(tmp_path, CUT, incidents=[*(row for half in history for row in half), *counts(80, 20)])
    (tmp_path / "drift").mkdir()
    turns = [
        spread(2000 + 200 * i, n, -730 + 182.5 * i, -730 + 182.5 * (i + 1))
        for i, n in enumerate((30, 130, 30, 130))
    ]
    drift = judged(
        tmp_path / "drift", CUT, incidents=[*(row for half in turns for row in half), *counts(80, 20)]
    )
    assert (even.verdict, drift.verdict) == (Verdict.MET, Verdict.MET_IN_NOISE)
    assert even.ratio == drift.ratio == pytest.approx(0.5)
    assert any("drift slowly" in said for said in drift.details)
    assert not any("drift" in said for said in even.details)


def test_too_little_history_to_see_drift_is_said(tmp_path):
    found = judged(tmp_path, CUT, incidents=counts(80, 20))
    assert "Slow drift cannot be seen in 26 weeks before the promise" in [plain(d) for d in found.details]


def test_before_the_deadline_there_is_only_pace(tmp_path):
    found = judged(tmp_path, CUT, "2025-08-14", incidents=counts(80, 20))
    assert found.pace == found.verdict
    assert found.value == 10
    assert found.window.elapsed_days == 45
    # 10 in 45 days, 14 left: negative binomial with Jeffreys' prior.
    assert found.chance == pytest.approx(stats.nbinom.cdf(14, 10.5, 0.5))
    assert found.verdict == Verdict.ON_PACE
    expected = round(100 * stats.nbinom.cdf(14, 10.5, 0.5))
    assert plain(found.sentence) == (
        f"14 left of 24 allowed, about 10 expected in the next 45 days: chance {expected} %."
    )


@pytest.mark.parametrize(
    ("after", "as_of", "word"),
    [
        (60, "2025-08-14", Verdict.MISSED_ALREADY),
        (20, "2025-07-10", Verdict.TOO_EARLY),
        (46, "2025-08-14", Verdict.OFF_PACE),
    ],
)
def test_pace_words(tmp_path, after, as_of, word):
    assert judged(tmp_path, CUT, as_of, incidents=counts(80, after)).verdict == word


def test_the_sentence_of_a_running_count_names_its_chance_until_it_is_missed(tmp_path):
    def chance(after: int) -> list[bool]:
        found = judged(tmp_path, CUT, "2025-08-14", incidents=counts(80, after))
        return [fact.told for fact in found.facts if fact.text.startswith("chance ")]

    assert (chance(20), chance(60)) == ([True], [False])


def test_a_running_count_says_what_one_more_a_week_would_make_of_its_chance(tmp_path):
    # 70 in 180 days: at most 21. Seen after 45 of 90 days with 10 of them; 45 days are 6.4 weeks.
    rows = [*spread(0, 70, 0, 180), *spread(500, 10, 180, 225), *late_record()]
    found = judged(tmp_path, CUT, "2025-08-14", incidents=rows)
    (said,) = (line for line in found.details if "one more" in line)
    more, fewer = (round(100 * stats.nbinom.cdf(rest, 10.5, 0.5)) for rest in (4, 17))
    assert plain(said) == (
        f"With one more P1 a week from now on the chance to keep it is {more} %, with one fewer {fewer} %"
    )
    over = judged(tmp_path, CUT, incidents=rows)
    assert not any("one more" in line for line in over.details)


def test_a_rate_by_the_deadline_allows_a_total_half_way(tmp_path):
    by_deadline = promise("p1_incidents", Goal(change=-0.40), shape="rate by deadline")
    found = judged(tmp_path, by_deadline, incidents=counts(80, 30))
    assert (found.allowed, found.target) == (32, pytest.approx(0.8))


def test_only_counted_ones_count(tmp_path):
    rows = [*counts(80, 20), *spread(700, 15, 180, 270, severity=2), *spread(800, 3, 180, 270, severity=None)]
    found = judged(tmp_path, CUT, incidents=rows)
    assert found.value == 20
    assert found.left_out == {"severity unknown": 3}


def test_filters_narrow_a_promise(tmp_path):
    rows = [*counts(80, 20, service="api"), *spread(700, 15, 180, 270, service="mail")]
    only = promise("p1_incidents", Goal(change=-0.40), filters=Filters(services=("api",)))
    assert judged(tmp_path, only, incidents=rows).value == 20
    severe = promise("incidents", Goal(change=-0.40), filters=Filters(severities=(4,)))
    assert judged(tmp_path, severe, incidents=rows).value == 0


def test_another_severity_rule_that_gives_another_word_is_noted(tmp_path):
    # Twenty P1s, of which nine were talked down to P2 afterwards; nobody did that before.
    rows = [*counts(80, 26), *spread(700, 24, 180, 270, severity=2, severity_highest=1)]
    found = judged(tmp_path, CUT, incidents=rows)
    assert found.value == 50
    assert Reason.SEVERITY_RULE in found.warnings
    assert "By the last severity it would be 26" in found.details
    assert any(detail.startswith("By the last severity it would be “") for detail in found.details)


def test_a_short_baseline_inside_an_incident_window_is_called_that(tmp_path):
    short = promise(
        "p1_incidents", Goal(change=-0.40), baseline=Baseline(date(2025, 4, 1), date(2025, 6, 30))
    )
    bad = {"incident_windows": (Span(date(2025, 4, 10), date(2025, 6, 30)),)}
    rows = counts(80, 20)
    assert (
        "baseline chosen after a bad quarter"
        in judged(tmp_path, short, settings=bad, incidents=rows).warnings
    )
    assert (
        "baseline chosen after a bad quarter"
        not in judged(tmp_path, CUT, settings=bad, incidents=rows).warnings
    )


def test_a_baseline_begins_where_the_data_do(tmp_path):
    rows = [*spread(0, 40, 90, 180), *spread(500, 20, 180, 270), *late_record()]
    found = judged(tmp_path, CUT, incidents=rows)
    assert found.baseline.start == datetime(2025, 4, 2, tzinfo=UTC)
    assert found.baseline.days == 89
    assert any("begins on 2 Apr 2025" in warning for warning in found.warnings)


def test_a_baseline_without_data_is_no_baseline(tmp_path):
    rows = [*spread(500, 20, 182, 270), *late_record()]
    found = judged(tmp_path, CUT, incidents=rows)
    assert (found.verdict, found.baseline, found.value) == (Verdict.NO_DATA, None, None)
    assert found.sentence == "No export covers the baseline, 1 Jan 2025 to 29 Jun 2025."


def test_no_export_is_no_data(tmp_path):
    found = judged(tmp_path, CUT)
    assert (found.verdict, found.tone) == (Verdict.NO_DATA, model.UNKNOWN)
    assert (
        judged(tmp_path, promise("repeat_escalations", Goal(change=-0.4)), incidents=counts(9, 9)).verdict
        == Verdict.NO_DATA
    )


def test_a_promise_that_has_not_begun_says_when_it_does(tmp_path):
    found = judged(tmp_path, CUT, "2025-06-01", incidents=counts(80, 20))
    assert (found.verdict, found.sentence) == (Verdict.NOT_BEGUN, "It begins on 30 Jun 2025.")


def test_a_source_that_stops_is_not_success(tmp_path):
    rows = [*spread(0, 80, 0, 180), *spread(500, 8, 180, 220)]
    found = judged(tmp_path, CUT, incidents=rows)
    assert (found.verdict, found.tone) == (Verdict.DATA_STOP, model.UNKNOWN)
    assert found.sentence.startswith("The data stop on 6 Aug 2025")
    assert found.sentence.endswith("An export of incidents from after that day would settle it.")
    worse = [*spread(0, 80, 0, 180), *spread(500, 80, 180, 220)]
    assert judged(tmp_path, CUT, incidents=worse).verdict == Verdict.WORSE


def test_a_fixed_number_is_judged_against_the_baseline_where_there_is_one(tmp_path):
    fixed = promise("p1_incidents", Goal(at_most=24))
    found = judged(tmp_path, fixed, incidents=counts(80, 20))
    assert (found.verdict, found.allowed, found.target) == (Verdict.MET, 24, pytest.approx(0.6))


def test_a_fixed_number_above_the_baseline_asks_only_not_to_get_that_bad(tmp_path):
    loose = promise("p1_incidents", Goal(at_most=60))
    found = judged(tmp_path, loose, incidents=counts(80, 40))
    assert found.verdict == Verdict.MET
    assert plain(found.sentence).startswith("40 P1s, promised at most 60: a rate of ")
    assert plain(found.clause) == "P1s: 40 of 60 allowed"
    assert found.power == "", "no cut is promised that could be confirmed"
    worse = judged(tmp_path, loose, incidents=counts(80, 110))
    assert worse.verdict == Verdict.WORSE
    assert worse.sentence.endswith("not reached, and chance does not explain the gap.")
    assert judged(tmp_path, loose, incidents=counts(80, 55)).verdict == Verdict.MET_IN_NOISE


def test_a_limit_above_the_baseline_claims_no_fall_that_another_cause_could_explain(tmp_path):
    # As many more P2s as there are fewer P1s: a cut would be called "not shown to be more than relabelling".
    rows = [*counts(80, 20), *spread(2000, 20, 0, 180, severity=2), *spread(3000, 40, 180, 270, severity=2)]
    cut = judged(tmp_path, promise("p1_incidents", Goal(at_most=30)), incidents=rows)
    assert cut.verdict == Verdict.MET_NOT_SHOWN
    loose = judged(tmp_path, promise("p1_incidents", Goal(at_most=60)), incidents=rows)
    assert loose.verdict == Verdict.MET
    assert plain(loose.sentence).startswith("20 P1s, promised at most 60: a rate of ")


def test_a_chart_claims_no_more_than_the_verdict(tmp_path):
    # None in 45 days after 11 in 180: without any change that comes 0.8 ** 11 = 9 times in 100.
    none = judged(tmp_path, promise("p1_incidents", Goal(change=-0.4), days=45), incidents=counts(11, 0))
    assert none.verdict == Verdict.MET_IN_NOISE
    assert none.interval.high < 1, "the range alone would claim more"
    card = model.Card("p1_incidents", "P1 incidents", "kpis/p1_incidents", model.OK, 0.0, "incidents", "0")
    said = plain(of_counts("P1s", card, none, "UTC"))
    assert said.endswith("but chance could explain it") and "more than" not in said


@pytest.mark.parametrize(
    ("after", "as_of", "word"),
    [
        (10, "2025-12-01", Verdict.MET),
        (20, "2025-12-01", Verdict.MET_IN_NOISE),
        (25, "2025-12-01", Verdict.NOT_MET_IN_NOISE),
        (50, "2025-12-01", Verdict.MISSED),
        (50, "2025-08-20", Verdict.MISSED_ALREADY),
        (8, "2025-08-20", Verdict.ON_PACE),
    ],
)
def test_a_fixed_number_without_a_baseline(tmp_path, after, as_of, word):
    alone = promise("p1_incidents", Goal(at_most=24), baseline=None)
    rows = [*spread(900, 1, 0, 1, severity=4), *spread(500, after, 180, 270), *late_record()]
    found = judged(tmp_path, alone, as_of, incidents=rows)
    assert found.verdict == word
    assert found.baseline is None
    assert found.allowed == 24


def test_more_can_be_promised_too(tmp_path):
    more = promise("incidents", Goal(at_least=30), baseline=None)
    rows = counts(80, 20)
    assert judged(tmp_path, more, incidents=rows).verdict == Verdict.MISSED
    assert judged(tmp_path, promise("incidents", Goal(at_least=15)), incidents=rows).verdict == Verdict.MET
    found = judged(tmp_path, promise("incidents", Goal(change=0.5)), incidents=rows)
    assert (found.goal_value, found.baseline.value, found.baseline.n) == (60, 80, 80)


@pytest.mark.parametrize(
    ("after", "as_of", "word"),
    [
        (4, "2025-07-10", Verdict.TOO_EARLY),  # a tenth of the window
        (31, "2025-07-10", Verdict.MET),  # reached is reached
        (18, "2025-08-14", Verdict.ON_PACE),  # half of the window: 15 of 30
        (12, "2025-08-14", Verdict.OFF_PACE),
    ],
)
def test_a_number_to_reach_is_on_pace_with_its_part_of_the_days(tmp_path, after, as_of, word):
    more = promise("incidents", Goal(at_least=30), baseline=None)
    ends = 188 if as_of == "2025-07-10" else 224
    rows = [*spread(900, 1, 0, 1, severity=4), *spread(500, after, 180, ends), *late_record()]
    assert judged(tmp_path, more, as_of, incidents=rows).verdict == word


def repeats(before: int, after: int, linked_before: int, linked_after: int) -> dict:
    """Repeats with an escalated ticket each, linked to the first incident; more incidents with a problem id."""
    rows = [incident(1000, datetime(2025, 1, 1, tzinfo=UTC), severity=3)]
    rows += spread(0, before, 1, 180, repeat_of="I1000")
    rows += spread(500, after, 180, 270, repeat_of="I1000")
    tickets = [
        {
            "ticket_id": f"T{row['incident_id']}",
            "created_at": row["opened_at"],
            "incident_id": row["incident_id"],
            "escalated_to_engineering_at": row["opened_at"],
        }
        for row in rows[1:]
    ]
    rows += [
        r | {"problem_id": f"P{r['incident_id']}"} for r in spread(2000, linked_before, 1, 180, severity=3)
    ]
    rows += [
        r | {"problem_id": f"P{r['incident_id']}"} for r in spread(3000, linked_after, 180, 270, severity=3)
    ]
    rows += spread(4000, 800 - linked_before, 1, 180, severity=3)
    rows += spread(5000, 400 - linked_after, 180, 270, severity=3)
    return {"incidents": [*rows, *late_record()], "tickets": tickets}


def test_repeat_escalations_count_and_their_share_stands_beside_them(tmp_path):
    found = judged(tmp_path, promise("repeat_escalations", Goal(change=-0.40)), **repeats(60, 12, 60, 30))
    assert (found.value, found.baseline.value, found.allowed, found.verdict) == (12, 60, 18, Verdict.MET)
    assert any("of escalations are repeats" in detail for detail in found.details)
    assert Reason.LINKING not in found.warnings


def test_repeats_found_by_linking_less_are_not_fewer_repeats(tmp_path):
    found = judged(tmp_path, promise("repeat_escalations", Goal(change=-0.40)), **repeats(60, 12, 300, 20))
    assert Reason.LINKING in found.warnings
    assert found.verdict_text.endswith("linking changed")


def test_a_tool_that_never_names_repeats_does_not_make_zero_repeats(tmp_path):
    tables = repeats(60, 0, 60, 0)
    for row in tables["incidents"]:
        if row["opened_at"] >= datetime(2025, 6, 30, tzinfo=UTC):
            row["source"] = "another tool"
    found = judged(tmp_path, promise("repeat_incidents", Goal(change=-0.40)), **tables)
    assert (found.verdict, found.value) == (Verdict.NO_DATA, None)
    assert "never name what an incident repeats" in found.sentence


def test_a_window_with_a_clock_change_has_as_many_weeks_as_days_say(tmp_path):
    from reliability.commitments.evidence import Evidence
    from reliability.settings import Organisation, Settings
    from reliability.settings.periods import dated_window
    from tests.warehouse_by_hand import by_hand

    settings = Settings(organisation=Organisation(time_zone="Europe/Berlin"))
    for start, end, weeks in (
        (date(2025, 3, 3), date(2025, 4, 28), 8),
        (date(2025, 9, 29), date(2025, 11, 24), 8),
        (date(2025, 6, 30), date(2025, 9, 28), 12),
    ):
        window = dated_window(start, end, settings)
        rows = [
            incident(1, window.start),
            incident(2, window.end.replace(microsecond=0) - (window.end - window.end)),
        ]
        with by_hand(tmp_path, incidents=rows) as store:
            evidence = Evidence(store, settings, datetime(2025, 12, 1, tzinfo=UTC))
            found = evidence.counts("p1_incidents", window, Filters())
        assert found.weeks.size == weeks
        assert found.weeks.sum() == found.total == 1


def test_repeats_that_people_confirmed_in_one_window_only_are_a_change_of_linking(tmp_path):
    told = repeats(60, 30, 60, 30)
    named = promise("repeat_escalations", Goal(change=-0.40))
    assert Reason.LINKING not in judged(tmp_path, named, **told).warnings
    # 100 of the 400 incidents of the period are confirmed by a person; before, nobody looked.
    confirmed = [
        {
            "decision": "confirmed", "source": "hand", "incident_id": f"I{5000 + i}",
            "partner_source": "hand", "partner_id": "I4000", "entry_id": i + 1,
        }
        for i in range(100)
    ]  # fmt: skip
    (tmp_path / "after").mkdir()
    found = judged(tmp_path / "after", named, repeat_decisions=confirmed, **told)
    assert Reason.LINKING in found.warnings


def from_tool(rows, source):
    return [{**row, "incident_id": f"{source}-{row['incident_id']}", "source": source} for row in rows]


def test_a_tool_that_begins_beside_another_is_no_rise(tmp_path):
    # One a week all the time in one tool; the same ones again in another, which begins with the promise.
    steady = from_tool(spread(0, 44, 0, 308), "pagerduty")
    again = from_tool(spread(500, 17, 185, 308), "jira")
    found = judged(tmp_path, CUT, incidents=[*steady, *again])
    assert (found.verdict, found.tone) == (Verdict.OTHER_TOOLS, model.UNKNOWN)
    assert plain(found.sentence) == (
        "Records of other tools then than now: those of jira begin on 8 Jul 2025. "
        "An export of jira from before 8 Jul 2025 would settle it."
    )
    assert "the records of jira begin on 8 Jul 2025" in map(plain, found.warnings)


def test_one_tool_alone_or_two_that_go_on_change_nothing(tmp_path):
    steady = from_tool(spread(0, 44, 0, 308), "pagerduty")
    other = from_tool(spread(500, 44, 0, 308, severity=3), "jira")
    found = judged(tmp_path, CUT, incidents=[*steady, *other])
    assert found.tone != model.UNKNOWN
    assert not any("records of" in word for word in found.warnings)


def test_a_tool_that_takes_over_from_another_is_worth_saying_and_still_judged(tmp_path):
    before = from_tool(spread(0, 80, 0, 180), "pagerduty")
    after = from_tool(spread(500, 30, 180, 308), "incidentio")
    found = judged(tmp_path, CUT, incidents=[*before, *after])
    assert found.verdict == Verdict.MET
    assert [plain(word) for word in found.warnings if "records of" in word] == [
        "the records of incidentio begin on 2 Jul 2025",
        "the records of pagerduty end on 28 Jun 2025",
    ]


def test_a_small_tool_that_begins_is_a_warning_only(tmp_path):
    steady = from_tool(counts(80, 20), "pagerduty")
    few = from_tool(spread(800, 6, 200, 308, severity=4), "statuspage")
    found = judged(tmp_path, CUT, incidents=[*steady, *few])
    assert found.verdict == Verdict.MET
    assert any("records of statuspage begin" in word for word in found.warnings)


def test_one_of_them_is_no_plural(tmp_path):
    limit = promise("p1_incidents", Goal(at_most=5), baseline=None)
    found = judged(tmp_path, limit, incidents=counts(0, 1))
    assert plain(found.sentence).startswith("1 P1, promised at most 5: ")
