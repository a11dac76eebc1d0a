"""The sentence on a quarter, its line of why, and chart titles: words by rule from hand-made promises."""

import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reliability.commitments import CommitmentBaseline, CommitmentStatus, CommitmentWindow
from reliability.commitments.chance import false_met, one_of_many
from reliability.commitments.facts import Fact
from reliability.commitments.verdict import Verdict
from reliability.model import CONCERN, GOOD, NOISE, OK, UNKNOWN, Card, Change, Period
from reliability.queries.figures import figure
from reliability.review import card_words, findings, headline
from reliability.review.buckets import Bucket, bucket_of
from reliability.review.promises import promise_beside, promise_of
from reliability.statistics.intervals import Interval

START, END = datetime(2025, 8, 17, 22, tzinfo=UTC), datetime(2025, 11, 15, 23, tzinfo=UTC)
WINDOW = CommitmentWindow(START, END, 90.0, 90.0)


def promise(name: str, verdict: str, tone: str, kpi: str = "p1_incidents", **more) -> CommitmentStatus:
    return CommitmentStatus(
        id=name, title=f"Promise on {name}", kpi=kpi, unit="incidents", owner="", baseline=None, window=WINDOW, value=1.0,
        n=1, short_title=name, verdict=Verdict(verdict), tone=tone, sentence=f"{name} in words.", **more,
    )  # fmt: skip


def quarter(partial: bool) -> Period:
    return Period("2025-Q4", "2025 Q4", START, END, END, partial, 47.0, 92.0)


def card(value: float | None = 14, before: float | None = 17) -> Card:
    changes = (Change("against 2025 Q3", before, "17", "−3"),) if before is not None else ()
    return Card(
        "p1_incidents",
        "P1 incidents",
        "kpis/p1_incidents",
        OK,
        value,
        "incidents",
        "14",
        was="was 17",
        changes=changes,
    )


def said(period: Period, found: list[CommitmentStatus]) -> str:
    return headline.headline(period, found, []).replace("\u00a0", " ")


def test_most_promises_reached_is_a_good_quarter():
    found = [
        promise("P1s", "met", GOOD),
        promise("recovery", "met, but within noise", NOISE),
        promise("capacity", "on pace", GOOD),
        promise("repeats", "missed", CONCERN),
        promise("postmortems", "not met", CONCERN),
    ]
    assert said(quarter(False), found) == (
        "Good quarter. Of 5 promises: 1 kept, 1 reached but could be luck, 1 on the way and 2 missed."
    )


def test_few_kept_is_bad_and_half_is_mixed():
    missed = [promise(n, "missed", CONCERN) for n in ("a", "b", "c")]
    kept = [promise(n, "met", GOOD) for n in ("d", "e", "f")]
    assert said(quarter(False), missed + kept[:2]) == "Bad quarter. Of 5 promises: 2 kept and 3 missed."
    assert said(quarter(True), missed + kept) == "Mixed quarter so far. Of 6 promises: 3 kept and 3 missed."


def test_what_cannot_be_told_is_never_counted_as_kept():
    found = [promise("P1s", "met", GOOD)] + [promise(n, "too early to tell", UNKNOWN) for n in ("a", "b")]
    assert said(quarter(True), found) == (
        "Too early to judge the quarter so far. Of 3 promises: 1 kept and 2 on the way."
    )


@pytest.mark.parametrize("word", [word for word in Verdict if bucket_of(word) is Bucket.CANNOT_TELL])
def test_a_promise_that_cannot_be_told_makes_no_quarter_good_or_bad(word: Verdict):
    shown = said(quarter(False), [promise("availability", word, word.tone)])
    assert not re.match("Good|Bad|Mixed", shown)
    # Beside one that was kept it is half of what was promised: the other half decides.
    both = [promise("availability", word, word.tone), promise("P1s", "missed", CONCERN)]
    assert said(quarter(False), both).startswith("Bad quarter")


def test_not_met_within_noise_is_neither_kept_nor_a_demand():
    found = [promise("P1s", "met", GOOD), promise("repeats", "not met, within noise", NOISE)]
    assert said(quarter(False), found) == (
        "Mixed quarter. Of 2 promises: 1 kept and 1 over or short but could be luck."
    )


def test_without_promises_the_sentence_gives_figures_and_claims_nothing():
    assert headline.headline(quarter(False), [], [card()]) == "2025 Q4: P1 incidents 14, was 17"
    assert headline.headline(quarter(False), [], [card(None)]) == "2025 Q4: no export covers it"
    unknown = replace(card(None), left_out={"severity unknown": 3})
    assert headline.headline(quarter(False), [], [unknown]) == (
        "2025 Q4: P1 incidents not to be told, severity unknown for 3\N{NO-BREAK SPACE}records"
    )


def test_the_number_of_verdicts_given_at_once_is_said_with_its_price():
    # An NPS promise whose interval is wide enough that 5 % decides, twice: 1 - 0.95^2 = 0.0975.
    score = {"kpi": "nps", "target": 2.0, "change_interval": Interval(1, 21), "interval_of": "points"}
    found = [promise(n, "met", GOOD, **score) for n in ("a", "b")]
    assert headline.comparisons(found).startswith("2 finished promises")
    assert "10 of 100" in headline.comparisons(found)
    assert headline.comparisons(found[:1]) == ""
    # Running ones, duties and what cannot be told have no part in it.
    running = promise("c", "on pace", GOOD, pace="on pace", **score)
    duty = promise("d", "met", GOOD, kpi="postmortem_on_time_share")
    few = promise("e", "too few responses to tell", UNKNOWN, **score)
    assert one_of_many([*found, running, duty, few]) == (2, pytest.approx(0.0975))


def test_the_chance_of_a_false_met_is_that_of_the_promise_itself():
    start = datetime(2024, 8, 17, 22, tzinfo=UTC)
    baseline = CommitmentBaseline(start, START, 360.0, 40.0, 40)
    count = {"baseline": baseline, "target": 0.6, "interval_of": "ratio"}
    # 10 a quarter against a year: 4.3 in 100, as an independent calculation says.
    one = replace(promise("a", "met", GOOD, interval=Interval(0.2, 0.9)), **count)
    assert false_met(one) == pytest.approx(0.043, abs=5e-4)
    # A ratio of medians: the goal, ln 0.7, lies 1.96 spreads away; 2.5 in 100 beyond it.
    width = 2 * 1.6448536 * abs(math.log(0.7)) / 1.959964
    median = {"target": 0.7, "interval": Interval(0.5, 0.5 * math.exp(width)), "interval_of": "ratio"}
    found = promise("b", "met", GOOD, kpi="time_to_recover_median", **median)
    assert false_met(found) == pytest.approx(0.025, abs=1e-4)
    # A goal of nothing at all has no distance: one in twenty, the interval's own side.
    assert false_met(replace(found, target=0.0)) == pytest.approx(0.05)


def test_the_line_of_why_has_the_clauses_in_order():
    found = [
        promise("NPS", "met", GOOD, "nps", clause="NPS is up 5 points"),
        promise("P1s", "met", GOOD, clause="P1s are down"),
    ]
    assert headline.reason(found, []) == "P1s are down. NPS is up 5 points."


def test_only_concerns_are_for_the_meeting_to_decide():
    found = [promise("P1s", "met", GOOD), promise("repeats", "missed", CONCERN)]
    assert headline.decisions(found) == ("Promise on repeats: repeats in words.",)


def test_a_chart_says_sure_changes_and_doubtful_ones_apart():
    sure = promise("P1s", "met", GOOD, ratio=0.6, interval=(0.4, 0.9))
    doubt = promise("P1s", "not met, within noise", NOISE, ratio=0.8, interval=(0.5, 1.2))
    zone = "Europe/Berlin"
    assert (
        findings.of_counts("P1s", card(), sure, zone)
        == "P1s are down since 18 Aug (−40\u00a0%): more than week-to-week chance explains"
    )
    assert findings.of_counts("P1s", card(), doubt, zone) == (
        "P1s are lower since 18 Aug (−20\u00a0%), but chance could explain it"
    )
    running = replace(sure, pace="on pace", verdict=Verdict.ON_PACE, verdict_text="on pace")
    assert findings.of_counts("P1s", card(), running, zone) == "P1s since 18 Aug: on pace (−40\u00a0% so far)"
    early = replace(sure, provisional=True, verdict_word="reached so far")
    for said in (findings.of_counts("P1s", card(), early, zone), findings.of_recovery(card(), early, zone)):
        assert said.endswith(": reached so far (−40\u00a0%)")
    unknown = promise("P1s", "too few incidents to tell", UNKNOWN, ratio=0.5, interval=(0.1, 3.0))
    assert findings.of_counts("P1s", card(), unknown, zone) == "P1s since 18 Aug: too few incidents to tell"
    assert findings.of_counts("P1s", card(), None, zone) == "P1s: 14, was 17"


@pytest.mark.parametrize("kpi", ["p1_incidents", "time_to_recover_median", "nps"])
@pytest.mark.parametrize("word", Verdict)
def test_a_chart_title_made_from_a_promise_names_its_first_day(kpi: str, word: Verdict):
    # Surely fewer, surely more, either, the same, unknown.
    for ratio, interval in [
        (0.6, (0.4, 0.9)),
        (1.4, (1.1, 1.8)),
        (0.8, (0.5, 1.2)),
        (1.0, (0.8, 1.2)),
        (1.2, (0.5, 0.9)),
        (None, None),
    ]:
        moved = None if interval is None else tuple(10 * (end - 1) for end in interval)
        found = promise(
            "one", word, word.tone, kpi, ratio=ratio, interval=interval,
            change=None if ratio is None else 10 * (ratio - 1), change_interval=moved, verdict_text=word.value,
        )  # fmt: skip
        title = findings.of(figure(kpi), "P1s", card(), found, "Europe/Berlin")
        assert "since 18 Aug" in title, title


def test_nps_claims_no_more_than_its_margin():
    def title(low: float, high: float) -> str:
        found = promise("NPS", "on pace", NOISE, "nps", change=5.0, change_interval=(low, high))
        return findings.of_nps(card(), found, "Europe/Berlin").replace("\u00a0", " ")

    assert (
        title(-2.0, 13.0) == "NPS since 18 Aug: no change shown yet (+5 points, inside the margin of error)"
    )
    assert (
        title(1.0, 9.0)
        == "NPS since 18 Aug is up against the baseline (+5 points), beyond the margin of error"
    )


@pytest.mark.parametrize(
    ("word", "final_on"), [("met, but within noise", None), ("missed", None), ("reached so far", END)]
)
def test_a_score_to_reach_without_a_baseline_claims_no_change(word, final_on):
    found = promise("NPS", word, NOISE, "nps", verdict_word=word, final_on=final_on)
    said = findings.of_nps(card(), found, "Europe/Berlin").replace("\u00a0", " ")
    assert said == f"NPS since 18 Aug: {word}"


def test_a_promise_on_a_sister_figure_stands_on_the_card_alone():
    found = [promise("engagement", "met", GOOD, "time_to_engage_median")]
    assert promise_of("engaged_within_target_share", found) is None
    assert promise_beside("engaged_within_target_share", found) is found[0]
    assert promise_of("time_to_engage_median", found) is found[0]


def test_of_two_promises_on_one_figure_a_card_shows_the_one_begun_last():
    older = promise("P1s", "missed", CONCERN)
    later = promise("P1s again", "on pace", GOOD)
    newer = replace(later, window=replace(WINDOW, start=END, end=END + timedelta(days=90)))
    for found in ((older, newer), (newer, older)):
        assert promise_of("p1_incidents", found) is newer
    assert promise_of("nps", (older, newer)) is None


def test_a_level_the_baseline_is_far_from_is_seldom_met_by_luck():
    start = datetime(2024, 8, 17, 22, tzinfo=UTC)
    level = {"target": 0.5, "interval": Interval(0.4, 0.6), "interval_of": "share"}
    alone = promise("a", "met", GOOD, kpi="engaged_within_target_share", **level)
    assert false_met(alone) == pytest.approx(0.05)
    # From 40 %, 1.64 spreads below the goal: the figure must come out 3.29 spreads too high, 5 in 10 000.
    far = replace(alone, baseline=CommitmentBaseline(start, START, 360.0, 0.4, 50))
    assert false_met(far) == pytest.approx(0.0005, abs=5e-5)


def test_a_card_without_a_figure_dates_nothing():
    ended = promise("P1s", "met", GOOD, "time_to_recover_median", facts=(Fact("13 incidents"),))
    assert card_words.clause(ended, "Europe/Berlin") == "13 incidents · to\u00a015\u00a0Nov"
    assert card_words.clause(replace(ended, value=None, facts=()), "Europe/Berlin") == ""
