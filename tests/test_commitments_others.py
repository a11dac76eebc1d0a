"""Promises on NPS, availability, duties, shares and means; and the list of all promises of the sample."""

import json
import math
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from scipy import stats

from reliability import model
from reliability.commitments import commitment_statuses
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.queries import catalogue
from reliability.serialise import plain as to_json
from reliability.settings import load_settings
from reliability.statistics.intervals import Z
from reliability.statistics.nps import net_promoter_score, nps_change
from tests.promises_by_hand import ZERO, Goal, incident, judged, late_record, promise, spread

POINTS = promise("nps", Goal(change_points=8))
UPTIME = promise("availability", Goal(at_least=0.9995))
POSTMORTEMS = promise("postmortem_on_time_share", Goal(at_least=1.0))


def answers(
    first: int, day: float, days: float, promoters: int, passives: int, detractors: int, each: int = 1
) -> list:
    scores = [10] * promoters + [7] * passives + [2] * detractors
    return [
        {
            "response_id": f"R{first + i}",
            "responded_at": ZERO + timedelta(days=day + days * (i + 0.5) / len(scores)),
            "score": score,
            "account_id": f"A{first + i // each}",
        }
        for i, score in enumerate(scores)
    ]


def test_points_won_back_are_judged_by_their_margin(tmp_path):
    rows = [*answers(0, 0, 180, 100, 50, 100), *answers(2000, 180, 90, 140, 35, 75)]
    rows += answers(9000, 330, 1, 1, 0, 0)
    found = judged(tmp_path, POINTS, nps_responses=rows)
    expected = nps_change(
        net_promoter_score([10] * 140 + [7] * 35 + [2] * 75),
        net_promoter_score([10] * 100 + [7] * 50 + [2] * 100),
    )
    assert (found.verdict, found.value, found.baseline.value, found.n) == (Verdict.MET, 26, 0, 250)
    assert (found.change, found.goal_value, found.target) == (26, 8, 8)
    assert found.change_interval == found.interval == pytest.approx(expected.interval)
    assert (found.interval_of, found.ratio) == ("points", None)
    assert plain(found.clause) == "NPS is up 26 points, more than chance explains"


def test_accounts_that_answer_again_are_compared_with_themselves(tmp_path):
    # Each account moves by one step: what sets the accounts apart is not in the margin.
    def side(first: int, day: float, days: float, scores: list[int]) -> list:
        rows = answers(first, day, days, len(scores), 0, 0)
        return [
            {**row, "score": s, "account_id": f"A{i}"}
            for i, (row, s) in enumerate(zip(rows, scores, strict=True))
        ]

    was, now = [2] * 40 + [7] * 40, [2] * 34 + [7] * 6 + [7] * 30 + [10] * 10
    rows = [*side(0, 0, 180, was), *side(2000, 180, 90, now), *answers(9000, 330, 1, 1, 0, 0)]
    found = judged(tmp_path, POINTS, nps_responses=rows)
    # From -1/0 to +16 steps in 80 pairs: 20 points; a pair moves by 1 (16 of 80) or by 0.
    moved = [1] * 16 + [0] * 64
    error = 100 * stats.tstd(moved) / math.sqrt(80)
    assert found.change == pytest.approx(20)
    assert found.change_interval == pytest.approx((20 - Z * error, 20 + Z * error))
    assert found.verdict == Verdict.MET


@pytest.mark.parametrize(
    ("now", "as_of", "word"),
    [
        ((45, 20, 35), "2025-12-01", Verdict.MET_IN_NOISE),
        ((45, 20, 35), "2025-10-01", Verdict.REACHED_SO_FAR),
        ((10, 20, 70), "2025-10-01", Verdict.SHORT_SO_FAR),
        ((41, 20, 39), "2025-12-01", Verdict.NOT_MET_IN_NOISE),
        ((10, 20, 70), "2025-12-01", Verdict.WORSE),
        ((6, 2, 6), "2025-12-01", Verdict.TOO_FEW_ANSWERS),
        ((70, 20, 10), "2025-08-14", Verdict.ON_PACE),
        ((45, 20, 35), "2025-08-14", Verdict.ON_PACE_IN_NOISE),
        ((10, 20, 70), "2025-08-14", Verdict.OFF_PACE),
    ],
)
def test_words_of_a_score(tmp_path, now, as_of, word):
    rows = [*answers(0, 0, 180, 80, 40, 80), *answers(9000, 330, 1, 1, 0, 0)]
    rows += answers(2000, 180, 44 if as_of == "2025-08-14" else 90, *now)
    assert judged(tmp_path, POINTS, as_of, nps_responses=rows).verdict == word


def test_answers_that_arrive_ten_days_late_make_the_word_final_ten_days_later(tmp_path):
    rows = [*answers(0, 0, 180, 100, 50, 100), *answers(2000, 180, 90, 140, 35, 75)]
    rows += answers(9000, 330, 1, 1, 0, 0)
    late = [row | {"recorded_at": row["responded_at"] + timedelta(days=10)} for row in rows]
    early = judged(tmp_path, POINTS, "2025-10-07", nps_responses=late)
    assert (early.verdict, early.verdict_text) == (
        Verdict.REACHED_SO_FAR,
        "reached so far, final on 8 Oct 2025",
    )
    assert judged(tmp_path, POINTS, "2025-10-08", nps_responses=late).verdict is Verdict.MET


def test_answers_of_one_account_widen_the_margin(tmp_path):
    alone = [
        *answers(0, 0, 180, 80, 40, 80),
        *answers(2000, 180, 90, 90, 40, 70),
        *answers(9000, 330, 1, 1, 0, 0),
    ]
    grouped = [*answers(0, 0, 180, 80, 40, 80, 10), *answers(2000, 180, 90, 90, 40, 70, 10)]
    grouped += answers(9000, 330, 1, 1, 0, 0)
    narrow, wide = (judged(tmp_path, POINTS, nps_responses=rows).interval for rows in (alone, grouped))
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


def test_the_claimed_loss_is_held_against_the_answers(tmp_path):
    rows = [*answers(4000, -180, 180, 130, 50, 70), *answers(0, 0, 180, 100, 50, 100)]
    rows += [*answers(2000, 180, 90, 100, 50, 100), *answers(9000, 330, 1, 1, 0, 0)]
    found = judged(tmp_path, POINTS, nps_responses=rows)
    # 24 to 0: a loss of 24, not of 8.
    assert any(
        "The 8 points to win back do not fit the answers: -24 points" in plain(d) for d in found.details
    )


def test_a_score_to_reach(tmp_path):
    level = promise("nps", Goal(at_least=30), baseline=None)
    rows = [*answers(2000, 180, 90, 70, 20, 10), *answers(9000, 330, 1, 1, 0, 0)]
    found = judged(tmp_path, level, nps_responses=rows)
    assert (found.verdict, found.value, found.interval_of) == (Verdict.MET, 60, "value")
    assert judged(tmp_path, level, nps_responses=answers(9000, 330, 1, 1, 0, 0)).verdict == Verdict.NO_DATA


def requests(
    endpoint: str, bad: dict[int, int], days: range, valid: int = 10_000, skip: tuple[int, ...] = ()
) -> list:
    return [
        {
            "endpoint": endpoint,
            "interval_start": ZERO + timedelta(days=day),
            "interval_end": ZERO + timedelta(days=day + 1),
            "good": valid - bad.get(day, 0),
            "total": valid,
        }
        for day in days
        if day not in skip
    ]


def test_one_endpoint_below_the_objective_misses_the_promise(tmp_path):
    # 90 days of 10,000 requests: a budget of 450.
    rows = [*requests("/a", {200: 100}, range(170, 340)), *requests("/b", {200: 451}, range(170, 340))]
    found = judged(tmp_path, UPTIME, availability=rows)
    assert (found.verdict, found.n) == (Verdict.MISSED, 1_800_000)
    assert found.value == pytest.approx(1 - 551 / 1_800_000)
    assert found.sentence.endswith("Below it: /b.")
    assert found.interval is None
    exact = [*requests("/a", {200: 100}, range(170, 340)), *requests("/b", {200: 450}, range(170, 340))]
    assert judged(tmp_path, UPTIME, availability=exact).verdict == Verdict.MET


def test_an_endpoint_is_held_to_an_objective_of_its_own(tmp_path):
    # /b failed 500 of 900,000: more than the promised 99.95 % allows (450), less than its own 99.9 % (900).
    a, b = requests("/a", {200: 100}, range(170, 340)), requests("/b", {200: 500}, range(170, 340))
    assert judged(tmp_path, UPTIME, availability=a + b).verdict == Verdict.MISSED
    found = judged(tmp_path, UPTIME, availability=a + [{**row, "objective": 0.999} for row in b])
    assert found.verdict == Verdict.MET
    assert plain(found.goal_text) == "goal: at least 99.95 % (/b 99.9 %), every endpoint"
    strict = judged(tmp_path, UPTIME, availability=[{**row, "objective": 0.9999} for row in a] + b)
    assert strict.sentence.endswith("Below it: /b, /a.")


def test_a_running_promise_uses_up_the_budget_of_each_endpoint(tmp_path):
    spent = requests("/a", {190: 800}, range(170, 340))
    assert judged(tmp_path, UPTIME, "2025-08-14", availability=spent).verdict == Verdict.MISSED_ALREADY
    own = [{**row, "objective": 0.999} for row in spent]
    assert judged(tmp_path, UPTIME, "2025-08-14", availability=own).verdict != Verdict.MISSED_ALREADY


def test_a_day_that_was_not_measured_could_change_it(tmp_path):
    rows = requests("/a", {200: 100}, range(170, 340), skip=(210,))
    found = judged(tmp_path, UPTIME, availability=rows)
    assert (found.verdict, found.tone) == (Verdict.MET_ON_MEASURED, model.NOISE)
    assert any("1 d not measured" in plain(detail) for detail in found.details)


@pytest.mark.parametrize(
    ("skipped", "gap"), [((), ""), ((44, 45), "12 h"), ((0, 1), "12 h"), ((358, 359), "10 h")]
)
def test_intervals_that_do_not_meet_the_windows_edges_add_nothing_to_what_was_not_measured(
    tmp_path, skipped, gap
):
    # Intervals of 6 hours from 02:00, in a window that begins and ends at midnight: the last two begin at 14:00 and 20:00.
    first = ZERO + timedelta(days=180, hours=2)
    rows = [
        {
            "endpoint": "/a",
            "service": "a",
            "interval_start": first + timedelta(hours=6 * i),
            "interval_end": first + timedelta(hours=6 * i + 6),
            "good": 99_999,
            "total": 100_000,
        }
        for i in range(-8, 400)
        if i not in skipped
    ]
    found = judged(tmp_path, UPTIME, availability=rows)
    said = re.search(r"([^,]+) not measured", plain(" ".join(found.details)))
    assert (said.group(1).strip() if said else "") == gap


def test_a_running_window_has_a_chance_from_past_days(tmp_path):
    quiet = requests("/a", dict.fromkeys(range(170, 340), 2), range(170, 340))
    found = judged(tmp_path, UPTIME, "2025-08-14", availability=quiet)
    assert (found.verdict, found.chance) == (Verdict.ON_PACE, 1.0)
    assert "likely to hold" in found.sentence
    loud = requests("/a", dict.fromkeys(range(170, 340), 9), range(170, 340))
    assert judged(tmp_path, UPTIME, "2025-08-14", availability=loud).verdict == Verdict.OFF_PACE
    spent = requests("/a", {190: 2000}, range(170, 340))
    assert judged(tmp_path, UPTIME, "2025-08-14", availability=spent).verdict == Verdict.MISSED_ALREADY
    early = judged(tmp_path, UPTIME, "2025-07-04", availability=quiet)
    assert (early.verdict, early.sentence.endswith("too early to say more.")) == (Verdict.TOO_EARLY, True)


def test_the_chance_is_that_of_the_days_left(tmp_path):
    # 5 of 10,000 a day may fail. 45 days with 2 have left 360 for the other 45: past days with 2 or 8, 6.5 on average,
    # make 293 of it, give or take 18. With more days left the same 6.5 a day would use up more than 5 a day allow.
    bad = dict.fromkeys(range(45, 180), 8) | dict.fromkeys(range(180, 340), 2)
    found = judged(tmp_path, UPTIME, "2025-08-14", availability=requests("/a", bad, range(45, 340)))
    assert found.chance > 0.99


def test_few_requests_cannot_show_the_objective(tmp_path):
    rows = requests("/a", {}, range(170, 340), valid=60)
    assert judged(tmp_path, UPTIME, availability=rows).verdict == Verdict.TOO_FEW_REQUESTS


def duty(hours: list[float | None], severity: int = 1) -> dict:
    """Sev1 incidents of the window with a postmortem so many hours after recovery; None: none."""
    rows = spread(500, len(hours), 180, 269, minutes=60, severity=severity)
    postmortems = [
        {
            "incident_id": row["incident_id"],
            "published_at": row["resolved_at"] + timedelta(hours=h),
            "blameless": True,
        }
        for row, h in zip(rows, hours, strict=True)
        if h is not None
    ]
    postmortems.append({"incident_id": "old", "published_at": ZERO})
    old = [incident(1, ZERO, severity=4)]
    return {"incidents": [*old, *rows, *late_record()], "postmortems": postmortems}


def test_every_sev1_has_its_postmortem_or_is_named(tmp_path):
    assert judged(tmp_path, POSTMORTEMS, **duty([10, 20, 71])).verdict == Verdict.MET
    found = judged(tmp_path, POSTMORTEMS, **duty([10, 73, None]))
    assert (found.verdict, found.tone, found.interval) == (Verdict.NOT_MET, model.CONCERN, None)
    assert found.sentence == "1 of 3 on time; 1 late, 1 missing: I502 and I501."
    assert plain(found.goal_text) == "goal: every one"


def test_a_duty_is_met_so_far_until_the_window_ends(tmp_path):
    assert judged(tmp_path, POSTMORTEMS, "2025-08-14", **duty([10, 20, 30])).verdict == Verdict.MET_SO_FAR
    assert judged(tmp_path, POSTMORTEMS, "2025-08-14", **duty([100, 20, 30])).verdict == Verdict.NOT_MET


def test_without_a_sev1_none_is_due(tmp_path):
    found = judged(tmp_path, POSTMORTEMS, **duty([10], severity=2))
    assert (found.verdict, found.sentence) == (Verdict.NONE_DUE, "None was due.")


def test_a_sampled_share_has_a_margin(tmp_path):
    half = promise("engaged_within_target_share", Goal(at_least=0.5), baseline=None)
    rows = []
    for i, row in enumerate(spread(500, 20, 180, 270, minutes=200)):
        row |= {
            "detected_at": row["opened_at"],
            "engaged_at": row["opened_at"] + timedelta(minutes=5 if i < 12 else 50),
        }
        rows.append(row)
    found = judged(tmp_path, half, incidents=[*spread(900, 1, 0, 1, severity=4), *rows, *late_record()])
    assert (found.verdict, found.value, found.interval_of) == (Verdict.MET_IN_NOISE, 0.6, "share")
    assert found.interval == pytest.approx(tuple(stats.binomtest(12, 20).proportion_ci(0.9, "wilson")))


def alerts(before: tuple[int, int], after: tuple[int, int]) -> list:
    rows = []
    for first, day, days, (good, all_) in (
        (0, 0, 180, before),
        (5000, 180, 90, after),
        (9000, 330, 1, (1, 1)),
    ):
        rows += [
            {
                "alert_id": f"L{first + i}",
                "fired_at": ZERO + timedelta(days=day + days * (i + 0.5) / all_),
                "actionable": i < good,
            }
            for i in range(all_)
        ]
    return rows


@pytest.mark.parametrize(
    ("after", "as_of", "word"),
    [
        ((75, 100), "2025-12-01", Verdict.MET),
        ((42, 100), "2025-12-01", Verdict.IMPROVED),
        ((10, 100), "2025-12-01", Verdict.WORSE),
        ((1, 3), "2025-12-01", Verdict.TOO_FEW),
    ],
)
def test_a_share_that_should_rise_by_half(tmp_path, after, as_of, word):
    rise = promise("alert_actionable_share", Goal(change=0.5))
    found = judged(tmp_path, rise, as_of, alerts=alerts((60, 200), after))
    assert found.verdict == word
    assert found.goal_value == pytest.approx(0.45)
    assert found.interval[0] < found.ratio < found.interval[1]


@pytest.mark.parametrize(("silent", "word"), [(24, Verdict.MET), (26, Verdict.NOT_RECORDED)])
def test_a_share_of_which_a_fifth_is_not_recorded_cannot_be_told(tmp_path, silent, word):
    rise, level = Goal(change=0.5), Goal(at_least=0.5)
    rows = alerts((60, 200), (75, 100))
    rows += [
        {"alert_id": f"S{i}", "fired_at": ZERO + timedelta(days=200 + i), "actionable": None}
        for i in range(silent)
    ]
    for goal in (rise, level):
        found = judged(tmp_path, promise("alert_actionable_share", goal), alerts=rows)
        assert found.verdict == word, goal


def test_records_that_say_nothing_are_not_no_records(tmp_path):
    rows = [row for row in alerts((60, 200), (75, 100)) if not row["alert_id"].startswith("L5")]
    rows += [
        {"alert_id": f"S{i}", "fired_at": ZERO + timedelta(days=200 + i), "actionable": None}
        for i in range(9)
    ]
    found = judged(tmp_path, promise("alert_actionable_share", Goal(at_least=0.5)), alerts=rows)
    assert (found.verdict, found.sentence) == (Verdict.NOT_RECORDED, "None of 9 records says it.")


def test_alerts_of_one_day_tell_as_much_as_one_alert(tmp_path):
    apart = alerts((60, 200), (75, 100))
    # The same labels, but fired on one day of each of three months.
    days = [datetime(2025, 7 + i * 3 // 100, 2, 12, tzinfo=UTC) for i in range(100)]
    moved = {f"L{5000 + i}": at for i, at in enumerate(days)}
    together = [{**row, "fired_at": moved.get(row["alert_id"], row["fired_at"])} for row in apart]
    level = promise("alert_actionable_share", Goal(at_least=0.5))
    wide, narrow = (judged(tmp_path, level, alerts=rows) for rows in (together, apart))
    assert wide.value == narrow.value == 0.75
    assert wide.interval.high - wide.interval.low > 2 * (narrow.interval.high - narrow.interval.low)


def test_what_is_counted_in_full_has_no_margin(tmp_path):
    capacity = promise("root_cause_capacity_share", Goal(at_least=0.6), baseline=None)
    work = [
        {
            "sprint": "S1",
            "starts_on": date(2025, 7, 1),
            "ends_on": date(2025, 7, 14),
            "work_type": kind,
            "done_points": p,
        }
        for kind, p in (("root_cause", 61), ("feature", 39))
    ]
    found = judged(tmp_path, capacity, sprint_work=work)
    assert (found.verdict, found.value, found.interval) == (Verdict.MET, 0.61, None)
    assert judged(tmp_path, capacity, "2025-08-01", sprint_work=work).verdict == Verdict.ON_PACE
    assert judged(tmp_path, capacity, "2025-07-05", sprint_work=work).verdict == Verdict.TOO_EARLY


def escalated(hours: list[float], first: int, day: float, days: float) -> tuple[list, list]:
    rows = spread(first, len(hours), day, day + days, minutes=500, repeat_of="I1")
    tickets = [
        {
            "ticket_id": f"T{row['incident_id']}",
            "incident_id": row["incident_id"],
            "created_at": row["opened_at"],
            "escalated_to_engineering_at": row["opened_at"] + timedelta(hours=h),
        }
        for row, h in zip(rows, hours, strict=True)
    ]
    return rows, tickets


def test_a_mean_is_judged_by_students_interval(tmp_path):
    hours = [4.0, 5, 6, 7, 5, 6, 4, 8, 6, 5]
    before, tickets_before = escalated([11.0, 12, 13] * 8, 100, 1, 178)
    after, tickets_after = escalated(hours, 500, 180, 90)
    tables = {
        "incidents": [incident(1, ZERO, severity=3), *before, *after, *late_record()],
        "tickets": [
            *tickets_before,
            *tickets_after,
            {"ticket_id": "last", "created_at": datetime(2025, 11, 30, tzinfo=UTC)},
        ],
    }
    found = judged(tmp_path, promise("escalation_to_engineering_hours_mean", Goal(at_most=8)), **tables)
    assert (found.verdict, found.value, found.baseline.value) == (Verdict.MET, 5.6, 12)
    expected = stats.t.interval(0.9, 9, loc=5.6, scale=stats.sem(hours))
    assert found.interval == pytest.approx(expected)
    (beside,) = found.details
    assert plain(beside).startswith("Against the baseline: -53 % (90 % range ")
    shorter = judged(tmp_path, promise("escalation_to_engineering_hours_mean", Goal(change=-0.3)), **tables)
    assert (shorter.verdict, shorter.ratio) == (Verdict.MET, pytest.approx(5.6 / 12))


def test_a_running_mean_has_a_chance_to_end_at_its_limit(tmp_path):
    # On day 225 of 180 to 270 ten took 4 or 6 hours; as many are to come, of a mean that is known no better than that.
    rows, tickets = escalated([4.0, 6] * 5, 500, 180, 44)
    tables = {"incidents": [incident(1, ZERO, severity=3), *rows], "tickets": tickets}
    goals = [
        promise("escalation_to_engineering_hours_mean", Goal(at_most=hours), baseline=None)
        for hours in (5, 5.5)
    ]
    even, likely = (judged(tmp_path, goal, "2025-08-14", **tables) for goal in goals)
    assert (even.value, even.chance) == (5, pytest.approx(0.5))
    # Half of the distance that the rest must not make up, over an error of the rest's mean around this one.
    error = stats.sem([4.0, 6] * 5) * 2**0.5
    assert likely.chance == pytest.approx(stats.t.cdf(0.5 * 2 / error, 9))


@pytest.mark.parametrize(("never", "word"), [(2, Verdict.MET), (3, Verdict.NOT_RECORDED)])
def test_a_mean_of_which_a_fifth_was_never_escalated_cannot_be_told(tmp_path, never, word):
    after, tickets = escalated([4.0, 5, 6, 7, 5, 6, 4, 8, 6, 5], 500, 180, 90)
    more, silent = escalated([1.0] * never, 700, 180, 90)
    found = judged(
        tmp_path,
        promise("escalation_to_engineering_hours_mean", Goal(at_most=8), baseline=None),
        incidents=[incident(1, ZERO, severity=3), *after, *more, *late_record()],
        tickets=[
            *tickets,
            *({**ticket, "escalated_to_engineering_at": None} for ticket in silent),
            {"ticket_id": "last", "created_at": datetime(2025, 11, 30, tzinfo=UTC)},
        ],
    )
    assert found.verdict == word


KEYS = [
    "id",
    "title",
    "kpi",
    "baseline",
    "window",
    "value",
    "n",
    "ratio",
    "interval",
    "target",
    "verdict",
    "provisional",
    "pace",
    "chance",
    "allowance_left",
    "sentence",
]


def test_every_promise_of_the_sample_has_a_word_a_tone_and_a_sentence(store, sample_dir):
    settings = load_settings(sample_dir)
    for as_of in (datetime(2025, 9, 20, tzinfo=UTC), datetime(2025, 11, 17, 8, tzinfo=UTC)):
        statuses = commitment_statuses(store, settings, as_of)
        assert [s.id for s in statuses] == [c.id for c in settings.commitments]
        for status in statuses:
            assert status.verdict.tone == status.tone
            assert status.sentence.endswith(".")
            assert status.clause
            assert status.goal_text.startswith("goal: ")
            document = json.loads(json.dumps(to_json(status), allow_nan=False))
            assert set(KEYS) <= set(document)
    verdicts = {s.id: s.verdict for s in statuses}
    # Its ninety days ended the day before, and reports come up to a week late.
    assert verdicts["p1-incidents"] == Verdict.REACHED_SO_FAR
    assert verdicts["mttr"] == Verdict.MET_IN_NOISE
    assert verdicts["postmortems"] == Verdict.NOT_MET
    assert verdicts["availability"] == Verdict.MISSED


def test_the_queries_of_promises_say_what_they_return(store):
    asked = {name: query for name, query in catalogue().items() if name.startswith("commitments/")}
    assert set(asked) == {"commitments/availability_daily"}
    values = {
        "start": ZERO, "end": ZERO + timedelta(days=90), "as_of": ZERO + timedelta(days=90), "services": None, "teams": None,
        "severities": None, "time_zone": "UTC", "core_services": None, "clock": "recover", "worst_only": True, "availability": 0.9995,
    }  # fmt: skip
    for name, query in asked.items():
        assert store.run(name, values).columns == list(query.columns)


def test_a_duty_that_hardly_any_record_says_is_not_met(tmp_path):
    every = promise("engaged_within_target_share", Goal(at_least=1.0), baseline=None)

    def rows(on_time: int, late: int, silent: int) -> list[dict]:
        found = spread(500, on_time + late + silent, 180, 270)
        for i, row in enumerate(found[: on_time + late]):
            row["engaged_at"] = row["opened_at"] + timedelta(minutes=5 if i < on_time else 50)
        return [*spread(900, 1, 0, 1, severity=4), *found, *late_record()]

    silent = judged(tmp_path, every, incidents=rows(10, 0, 30))
    assert silent.verdict == Verdict.NOT_RECORDED
    assert plain(silent.sentence) == "30 of 40 records do not say it; of the others 10 of 10 kept it."
    assert judged(tmp_path, every, incidents=rows(30, 0, 5)).verdict == Verdict.MET
    # What failed has failed, whatever the silent ones were.
    assert judged(tmp_path, every, incidents=rows(9, 1, 30)).verdict == Verdict.NOT_MET
