"""The cards of the review: whose figure is large, which promise stands on it, what surrounds a figure."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from reliability import formatting
from reliability.commitments import commitment_statuses
from reliability.commitments.verdict import Verdict
from reliability.formatting import plain
from reliability.kpis.series import spread
from reliability.model import NO_DATA, Card, Filters, Review
from reliability.queries import Asks
from reliability.queries.figures import Family, figure, figures
from reliability.review.buckets import Bucket, bucket_of
from reliability.review.cards import _in_period, cards, review_plans, unnarrowed, work_plans
from reliability.review.compose import compose
from reliability.review.promises import promises
from reliability.review.scope import Scope
from reliability.settings import Commitment, Goal, Organisation, Settings, load_settings
from reliability.settings.periods import quarter, quarters_between
from reliability.ui.chronic import page as chronic
from reliability.ui.review import cards as drawn
from tests.warehouse_by_hand import by_hand


@pytest.fixture
def settings(sample_dir: Path) -> Settings:
    return load_settings(sample_dir)


CENSUSES = [found.id for found in figures().values() if found.family is Family.CENSUS]


@pytest.mark.parametrize("name", CENSUSES)
def test_what_was_counted_in_full_has_no_interval_step_by_step(name: str) -> None:
    row = {"value": 0.8, "numerator": 8.0, "denominator": 10.0}
    assert spread(figure(name), row) == (None, None)


def test_a_share_that_could_have_been_another_has_one_step_by_step() -> None:
    # scipy.stats.binomtest(8, 10).proportion_ci(0.9, "wilson")
    low, high = spread(figure("repeat_share"), {"value": 0.8, "numerator": 8.0, "denominator": 10.0})
    assert (low, high) == pytest.approx((0.5408, 0.9314), abs=1e-3)


def test_a_chart_draws_no_promise_of_another_figure(store, settings: Settings) -> None:
    # What was promised is the median of all severities; the chart and the card are of P1.
    promised = replace(
        next(c for c in settings.commitments if c.id == "mttr"), kpi="time_to_recover_median_all"
    )
    review = compose(store, replace(settings, commitments=(promised,)), "2025-Q4")
    (chart,) = [c for c in review.charts if c.id == "time_to_recover_median_monthly"]
    assert chart.levels == ()
    assert "baseline" not in [band.role for band in chart.bands]
    (card,) = [c for c in review.cards if c.id == "time_to_recover_median"]
    assert card.commitment == "mttr"
    assert card.goal.startswith(f"{figure('time_to_recover_median_all').title}, goal: at most ")


@pytest.fixture
def shown(store, settings: Settings) -> Review:
    return compose(store, settings, "2025-Q4")


def test_the_large_figure_is_the_one_the_verdict_speaks_of(shown: Review) -> None:
    cards = {card.id: card for card in shown.cards}
    said = {
        name: (card.judged, card.verdict.word if card.verdict else "", plain(card.in_period))
        for name, card in cards.items()
    }
    # The quarter alone reads 57 %, which no goal of at least 60 % has met; 61 % were promised and kept in two sprints.
    assert said["root_cause_capacity_share"] == ("61\xa0%", "Met", "2025 Q4 so far: 57 % (Q3: 26 %)")
    assert said["p1_incidents"] == (
        "19",
        "Reached so far",
        "2025 Q4 so far: 14, 3 unknown (Q3: 17, 9 unknown)",
    )
    # All requests together are above the goal that one endpoint missed.
    assert said["availability"] == (
        "4 of 5\xa0endpoints",
        "Missed",
        "2025 Q4 so far: 99.967 % (Q3: 99.932 %)",
    )
    assert said["postmortem_on_time_share"][0] == "17 of 19"
    body = drawn.body(cards["root_cause_capacity_share"])
    assert '<p class="rl-figure">61\xa0% <span class="rl-beside">at least 60\xa0%<' in body
    assert body.index("61\xa0%") < body.index("Met") < body.index("57\xa0%")
    assert "was 26" not in body


def test_beside_its_verdict_a_card_names_one_day_and_who_failed_by_what(shown: Review) -> None:
    clauses = {card.id: plain(card.clause) for card in shown.cards}
    # Over on 15 Nov, but records of it arrive up to the 23rd: that is the day to wait for.
    assert clauses["p1_incidents"] == "final on 23 Nov"
    assert clauses["repeat_escalations"] == "over by 4 · final on 23 Nov"
    assert clauses["postmortem_on_time_share"] == "late: IR-00584 and IR-00521 · to 15 Nov"
    assert clauses["root_cause_capacity_share"] == "to 14 Sep"
    days = [len(re.findall(r"\d+ (?:Sep|Oct|Nov|Dec)", clause)) for clause in clauses.values()]
    assert max(days) == 1
    (over,) = [card for card in shown.cards if card.id == "repeat_escalations"]
    assert (over.verdict.word, over.verdict.tone) == ("Over so far", "concern")  # type: ignore[union-attr]


def test_another_figure_than_the_cards_own_is_named(shown: Review) -> None:
    (card,) = [card for card in shown.cards if card.id == "engaged_within_target_share"]
    assert (card.judged_title, plain(card.judged)) == ("Median time to engage, P1", "12 min")
    assert plain(card.in_period) == (
        "P1 engaged within 15 min, 2025 Q4 so far: 8 of 13, 3 unknown (Q3: 1 of 17, 9 unknown)"
    )
    assert 'rl-figure">12\xa0min' in drawn.body(card)


def number(said: str) -> float:
    """Read a figure as a person reads it: "1 h 50 min" is 110, "17 of 19" is a share, "+31" is 31."""
    said = plain(said)
    if share := re.match(r"(\d+) of (\d+)", said):
        return int(share[1]) / int(share[2])
    if times := re.findall(r"(\d+) (d|h|min)\b", said):
        return sum(int(n) * {"d": 1440, "h": 60, "min": 1}[unit] for n, unit in times)
    return float(re.search(r"[+-]?[\d.]+", said)[0])  # type: ignore[index]


def contradiction(card: Card) -> str:
    """Say how a card's figure and its goal, as shown, contradict its verdict; "" when they do not."""
    assert card.verdict is not None
    figure_, goal = number(card.judged), plain(card.beside)
    if goal.startswith(("every one", "at least 99")) or " of " in plain(card.judged):
        reached = figure_ == 1
    else:
        reached = (
            figure_ <= number(goal) if goal.startswith(("allowed", "at most")) else figure_ >= number(goal)
        )
    said = card.verdict.word[:1].lower() + card.verdict.word[1:]
    longest_first = sorted(Verdict, key=lambda known: len(known.shown), reverse=True)
    word = next(known for known in longest_first if said.startswith(known.shown))
    bucket = bucket_of(word)
    wrong = bucket is Bucket.MISSED if reached else bucket in (Bucket.KEPT, Bucket.REACHED)
    return f"{card.id}: {card.judged}, {card.beside}: {word}" if wrong else ""


def of_every_page(store: Asks, settings: Settings, period: str, seen: datetime) -> list[Card]:
    """The cards of the review, of Reliability work and of Chronic issues, as of an instant."""
    scope = Scope(store, settings, quarter(period, settings, seen), Filters())
    found = promises(scope)
    pages = (None, work_plans(), chronic.PLANS)
    return [card for plans in pages for card in cards(scope, found, plans=plans)]


def test_no_card_of_any_quarter_contradicts_its_verdict(store, settings: Settings) -> None:
    as_of = store.run("lists/meta").one()["as_of"]
    quarters = quarters_between(as_of - timedelta(days=400), as_of, settings, as_of)
    looks = [(one.id, as_of) for one in quarters]
    looks += [("2025-Q3", as_of - timedelta(days=75)), ("2025-Q4", as_of - timedelta(days=20))]
    judged = [
        card
        for period, seen in looks
        for card in of_every_page(store, settings, period, seen)
        if card.verdict is not None
    ]
    assert len(judged) >= 24
    on_review = {plan.figure for plan in review_plans()}
    assert {"runbook_coverage_share", "permanent_endings_share"} & {card.id for card in judged} - on_review
    assert [said for card in judged if (said := contradiction(card))] == []


def test_a_contradiction_would_be_found(shown: Review) -> None:
    cards = {card.id: card for card in shown.cards}
    p1s = cards["p1_incidents"]
    assert contradiction(replace(p1s, judged="20")) and not contradiction(p1s)
    assert contradiction(replace(cards["availability"], judged="5 of 5\xa0endpoints"))
    recovery = cards["time_to_recover_median"]
    assert contradiction(replace(recovery, judged="2\xa0h\xa05\xa0min"))


def test_a_range_stands_behind_the_card_not_on_it(shown: Review) -> None:
    assert all("range" not in card.clause for card in shown.cards)
    assert any("range" in card.evidence for card in shown.cards)


def test_every_card_with_a_verdict_shows_the_promises_own_figure(
    store, settings: Settings, shown: Review
) -> None:
    promised = {status.id: status for status in commitment_statuses(store, settings, shown.period.as_of)}
    judged = [card for card in shown.cards if card.verdict is not None]
    assert len(judged) == 8
    for card in judged:
        status = promised[card.commitment]
        assert card.judged == status.figure
        if "endpoint" not in card.judged and " of " not in card.judged:
            assert card.judged == formatting.figure(status.value, status.unit)


def test_under_a_filter_a_card_is_the_periods_figure_without_goal_or_verdict(
    store, settings: Settings
) -> None:
    filtered = compose(store, settings, "2025-Q4", filters=Filters(services=("identity",)))
    for card in filtered.cards:
        assert (card.verdict, card.goal, card.judged, card.in_period) == (None, "", "", "")
        assert card.text
    assert all(level.role != "goal" for chart in filtered.charts for level in chart.levels)


def test_a_card_says_which_of_the_chosen_filters_its_figure_does_not_obey(store, settings: Settings) -> None:
    chosen = Filters(services=("identity",), severities=(1,))
    said = {card.id: card.evidence for card in compose(store, settings, "2025-Q4", filters=chosen).cards}
    # No answer names a service, and sprint work is planned by team: both show the whole company's figure.
    assert said.pop("nps") == said.pop("root_cause_capacity_share") == "for all services and severities"
    assert set(said.values()) == {""}
    assert "for all services and severities" in drawn.body(
        next(c for c in compose(store, settings, "2025-Q4", filters=chosen).cards if c.id == "nps")
    )
    # Endpoints belong to services, not to teams.
    assert unnarrowed("availability", Filters(teams=("Payments",))) == "for all teams"
    assert unnarrowed("p1_incidents", Filters(teams=("Payments",), services=("identity",))) == ""


def test_the_card_of_a_median_of_few_shows_how_many_kept_to_it_the_cost_and_the_worst(
    store, settings
) -> None:
    review = compose(store, settings, "2025-Q4")
    (card,) = [c for c in review.cards if c.id == "time_to_recover_median"]
    within, lost, longest, unknown = map(plain, card.asides)
    # Of the promise's own window: they may be P1s, so it stands on the face of the card and with its evidence.
    assert unknown == "severity unknown for 7"
    assert plain(card.evidence).endswith(" · severity unknown for 7")
    assert re.fullmatch(r"\d+ of \d+ in time", within)
    assert lost.startswith("budget -") and re.fullmatch(r"longest .* \(IR-\d+\)", longest)
    assert card.clause == "to\N{NO-BREAK SPACE}16\N{NO-BREAK SPACE}Oct", "one line with the verdict"
    drawing = plain(drawn.body(card))
    assert re.search(r'\(<span class="rl-nowrap">IR-\d+</span>\)', drawing), "an id breaks at no hyphen"
    # The time they kept to stands beside the figure, and how many there are in "7 of 13": neither is said twice.
    assert card.beside.startswith("at most ") and "incident" not in card.clause
    shown = re.sub("<[^>]+>", "", drawing)
    for said in (within, lost, longest):
        assert said in shown
    # Ranges stand behind a card, in its drawer.
    assert not any("range" in plain(drawn.body(card)) for card in review.cards)
    assert "90 % range" in plain(drawn.whole(card))
    # Figures of other families carry none, unless what was promised beside them is a median, or P1s are counted.
    assert {c.id for c in review.cards if c.asides} == {
        "time_to_recover_median",
        "engaged_within_target_share",
        "p1_incidents",
    }


def test_beside_a_promise_the_periods_own_number_of_unknown_severities_stands(tmp_path: Path) -> None:
    """The promise's ten days know all severities; of the quarter so far two are unknown, of the one before none is."""

    def at(day: str, number: int, severity: int | None = 1) -> dict[str, object]:
        return {"incident_id": f"{day}-{number}", "opened_at": f"{day} 10:00", "severity": severity}

    known = [at(f"2025-{month:02}-{day:02}", 0) for month in range(1, 12) for day in (3, 8, 13, 18, 23, 27)]
    unknown = [at("2025-10-05", 1, None), at("2025-10-06", 1, None)]
    promised = Commitment("few", "Few P1s", "p1_incidents", date(2025, 11, 10), 10, Goal(at_most=5.0))
    own = Settings(organisation=Organisation(time_zone="UTC"), commitments=(promised,))
    with by_hand(tmp_path, incidents=[*known, *unknown]) as made:
        review = compose(made, own, "2025-Q4", as_of=datetime(2025, 11, 28, tzinfo=UTC))
    (card,) = [c for c in review.cards if c.id == "p1_incidents"]
    assert "severity unknown" not in card.evidence
    assert plain(card.in_period) == "2025 Q4 so far: 12, severity unknown for 2 (Q3: 12)"


@pytest.mark.parametrize(("in_part", "said"), [(True, "2025 Q3 in part: 4"), (False, "2025 Q3: 4")])
def test_a_quarter_that_is_over_and_not_all_covered_is_marked(
    store, settings: Settings, in_part, said
) -> None:
    seen = datetime(2025, 11, 1, tzinfo=UTC)
    scope = Scope(store, settings, quarter("2025-Q3", settings, seen), Filters())
    before = quarter("2025-Q2", settings, seen)
    now = replace(scope.kpi("p1_incidents"), value=4.0, in_part=in_part, left_out={})
    promise = next(p for p in promises(scope) if p.kpi == "p1_incidents")
    words = _in_period(now, scope.period, replace(now, status=NO_DATA), before, replace(promise, left_out={}))
    assert plain(words) == said
