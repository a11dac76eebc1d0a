"""The worlds: how each is drawn, what is true in it, and which promise is judged in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from benchmarks.worlds import organisation as made
from benchmarks.worlds.organisation import BASELINE, FIRST_DAY, PROMISED, QUARTER, WINDOW, Rate
from reliability.settings import Baseline, Commitment, Goal

NORMAL = 32
"""P1s per 90 days unless said otherwise."""
_LATE = 5.0
_LOG_SD = 1.13
_MEDIAN = 120.0

Draw = Callable[[np.random.Generator], made.Incidents | made.Answers]


@dataclass(frozen=True)
class Scenario:
    """One kind of world.

    drawn: how, in words. truth: what the interval should hold: a ratio, or points. changed: whether the promise was
    truly kept by what was done; any plain "met" is false without. judged_on: the day it is judged on. with_p2: whether
    P2s are told. rule: of severity.
    """

    name: str
    drawn: str
    draw: Draw
    promise: Commitment
    truth: float = 1.0
    changed: bool = False
    judged_on: int = PROMISED + WINDOW + 7
    with_p2: bool = False
    rule: str = "highest"
    declared: bool = False
    most: float = 0.07
    """The largest share of false "met" that is aimed at."""
    cost: float | None = None
    """How much less often than by the score rule alone a true change may be "met"; None where no aim is set."""


def promise(kpi: str, goal: Goal, baseline: int = BASELINE) -> Commitment:
    """Promise a goal for the window, against so many days before it."""
    start = FIRST_DAY.date() + timedelta(days=PROMISED)
    return Commitment(
        "it", "A promise", kpi, start, WINDOW, goal, Baseline(start - timedelta(days=baseline), start)
    )


FEWER = promise("p1_incidents", Goal(change=-0.4))
SINCE_THE_QUARTER = promise("p1_incidents", Goal(change=-0.4), QUARTER)
FASTER = promise("time_to_recover_median", Goal(change=-0.3))
HAPPIER = promise("nps", Goal(change_points=8))


def expected(factors: Rate, baseline: int = BASELINE) -> float:
    """Give the ratio of the expected counts a day, in the window over in the baseline."""
    window = factors[PROMISED : PROMISED + WINDOW].mean()
    return float(window / factors[PROMISED - baseline : PROMISED].mean())


def _p1s(factors: Rate, per_quarter: float = NORMAL, log_sd: float = 0.0) -> Draw:
    def draw(generator: np.random.Generator) -> made.Incidents:
        rate = made.level(per_quarter) * factors
        if log_sd:
            rate = rate * made.drift(generator, log_sd)
        return made.incidents(made.moments(generator, rate))

    return draw


def _clusters(size: float, days: float) -> Draw:
    def draw(generator: np.random.Generator) -> made.Incidents:
        return made.incidents(made.clustered(generator, made.level(NORMAL), size, days))

    return draw


def _with_p2s(ratio: float, per_p1: float, filed: float = 0.0, known: bool = True) -> Draw:
    """P2s beside P1s, so many for each. filed: the share of the window's P1s that are filed as P2s."""

    def draw(generator: np.random.Generator) -> made.Incidents:
        p1 = made.moments(generator, made.level(NORMAL) * made.changed(ratio))
        p2 = made.moments(generator, made.level(NORMAL * per_p1))
        hidden = (p1 >= PROMISED) & (generator.random(p1.size) < filed)
        return made.incidents(p1, p2, hidden, known)

    return draw


def _late(generator: np.random.Generator) -> made.Incidents:
    p1 = made.moments(generator, made.level(NORMAL))
    return made.incidents(p1, lag=generator.exponential(_LATE, p1.size))


def _durations(n: int, minutes: Callable[[np.random.Generator, int], np.ndarray], ratio: float = 1.0) -> Draw:
    """So many P1s in the window, in each quarter before it as many."""

    def draw(generator: np.random.Generator) -> made.Incidents:
        opened = np.concatenate(
            [
                PROMISED - BASELINE + generator.random(4 * n) * BASELINE,
                PROMISED + generator.random(n) * WINDOW,
            ]
        )
        took = minutes(generator, opened.size) * np.where(opened < PROMISED, 1.0, ratio)
        return made.incidents(opened, minutes=took)

    return draw


def _lognormal(median: float, log_sd: float) -> Callable[[np.random.Generator, int], np.ndarray]:
    return lambda generator, size: median * generator.lognormal(0, log_sd, size)


def _pareto(generator: np.random.Generator, size: int) -> np.ndarray:
    return np.asarray(_MEDIAN / 2 * (1 + generator.pareto(1.0, size)))


def _answers(lift: float) -> Draw:
    """150 accounts, each with its own leaning, that answer twice a quarter on average; lift: points from then on."""

    def draw(generator: np.random.Generator) -> made.Answers:
        accounts = 150
        leaning = generator.normal(0, 1, accounts)
        times = generator.poisson(2 * (BASELINE + WINDOW) / QUARTER, accounts)
        who = np.repeat(np.arange(accounts), times)
        at = PROMISED - BASELINE + generator.random(who.size) * (BASELINE + WINDOW)
        liking = (leaning[who] + generator.normal(0, 1, who.size)) / np.sqrt(2)
        # A third are promoters, a quarter detractors; some of the passives turn promoters after the promise.
        scores = np.where(liking > 0.43, 10, np.where(liking < -0.67, 3, 8))
        passive = (scores == 8).mean()
        won = (at >= PROMISED) & (scores == 8) & (generator.random(who.size) < lift / 100 / passive)
        return made.Answers(at, np.where(won, 10, scores), who)

    return draw


_YEARS_TREND, _DEPTH, _BAD = 0.30, 0.40, 1.4
_TREND, _SEASON = made.trend(_YEARS_TREND), made.season(_DEPTH)
_BAD_QUARTER, _WORSE_QUARTER = made.bad_quarter(_BAD), made.bad_quarter(2.5)
_ONE = np.ones(made.ALL_DAYS)


def _change(ratio: float) -> Rate:
    return made.changed(ratio)


NO_CHANGE = (
    Scenario("no change", "P1s independent of each other", _p1s(_ONE), FEWER),
    Scenario("weekday rhythm", "1.3 times on weekdays, 0.25 at weekends", _p1s(made.weekdays()), FEWER),
    Scenario(
        "clusters of 2 in 1.5 days", "1 + Poisson(1) P1s, each within 1.5 days", _clusters(2, 1.5), FEWER
    ),
    Scenario("clusters of 3 in 5 days", "1 + Poisson(2) P1s, each within 5 days", _clusters(3, 5), FEWER),
    Scenario("drift .2", "log rate AR(1), sd .2, 60 days", _p1s(_ONE, log_sd=0.2), FEWER),
    Scenario("drift .35", "log rate AR(1), sd .35, 60 days", _p1s(_ONE, log_sd=0.35), FEWER),
    Scenario("trend", "30 % fewer a year, all along", _p1s(_TREND), FEWER, expected(_TREND)),
    Scenario(
        "season",
        "cosine of a year, 40 % less in the window's middle",
        _p1s(_SEASON),
        FEWER,
        expected(_SEASON),
    ),
    *(
        Scenario(
            f"return to normal{and_drift}",
            f"the quarter before at 2.5 times{also}",
            _p1s(_WORSE_QUARTER, log_sd=log_sd),
            FEWER,
            expected(_WORSE_QUARTER),
        )
        for and_drift, also, log_sd in (
            ("", "", 0.0),
            (", drift .35", "; log rate AR(1), sd .35, 60 days", 0.35),
        )
    ),
    *(
        Scenario(
            f"a bad quarter as baseline, {'' if declared else 'not '}declared",
            "the quarter before at 1.4 times, compared with alone",
            _p1s(_BAD_QUARTER),
            SINCE_THE_QUARTER,
            expected(_BAD_QUARTER, QUARTER),
            declared=declared,
        )
        for declared in (True, False)
    ),
    Scenario("5 P1s a quarter", "independent", _p1s(_ONE, 5), FEWER),
    Scenario("10 P1s a quarter", "independent", _p1s(_ONE, 10), FEWER),
    Scenario(
        "10 a quarter, trend", "30 % fewer a year", _p1s(_TREND, 10), FEWER, expected(_TREND), most=0.11
    ),
    Scenario(
        "10 a quarter, season",
        "40 % less in the window's middle",
        _p1s(_SEASON, 10),
        FEWER,
        expected(_SEASON),
        most=0.11,
    ),
    *(
        Scenario(
            f"filed as P2 at once, {per} P2s per P1",
            "40 % of the window's P1s; no history shows it",
            _with_p2s(1.0, per, 0.4, known=False),
            FEWER,
            0.6,
            with_p2=True,
        )
        for per in (1, 3, 8)
    ),
    Scenario(
        "downgraded to P2, 3 P2s per P1",
        "40 % of the window's P1s; the history shows it; the last severity counts",
        _with_p2s(1.0, 3, 0.4),
        FEWER,
        0.6,
        with_p2=True,
        rule="final",
    ),
    Scenario(
        "late reports, when final",
        "recorded 5 days later on average (exponential); judged when 95 of 100 have come",
        _late,
        FEWER,
        judged_on=PROMISED + WINDOW + 16,
    ),
    Scenario(
        "late reports, on the last day", "the same, judged at once", _late, FEWER, judged_on=PROMISED + WINDOW
    ),
    Scenario("+20 %", "independent", _p1s(_change(1.2)), FEWER, 1.2),
)

CHANGE = (
    Scenario("-40 %", "independent", _p1s(_change(0.6)), FEWER, 0.6, changed=True, cost=0.03),
    Scenario(
        "-40 %, 3 P2s per P1",
        "independent, P2s unchanged",
        _with_p2s(0.6, 3),
        FEWER,
        0.6,
        changed=True,
        with_p2=True,
        cost=0.05,
    ),
    Scenario(
        "-40 %, only the quarter before",
        "independent; compared with that quarter alone",
        _p1s(_change(0.6)),
        SINCE_THE_QUARTER,
        0.6,
        changed=True,
        cost=0.03,
    ),
    Scenario("-60 %", "independent", _p1s(_change(0.4)), FEWER, 0.4, changed=True),
    Scenario(
        "-40 %, drift .35",
        "log rate AR(1), sd .35, 60 days",
        _p1s(_change(0.6), log_sd=0.35),
        FEWER,
        0.6,
        changed=True,
    ),
    Scenario(
        "-60 % after a bad quarter",
        "the quarter before at 2.5 times, compared with alone",
        _p1s(_WORSE_QUARTER * _change(0.4)),
        SINCE_THE_QUARTER,
        expected(_WORSE_QUARTER * _change(0.4), QUARTER),
        changed=True,
    ),
)

OTHERS = (
    *(
        Scenario(
            f"median, {n} P1s",
            f"log-normal, sd {_LOG_SD}; {4 * n} before",
            _durations(n, _lognormal(_MEDIAN, _LOG_SD)),
            FASTER,
        )
        for n in (13, 20)
    ),
    *(
        Scenario(
            f"median, {n} P1s, some open",
            "log-normal, median 5 days, sd 1.5; open where not over a week after the window",
            _durations(n, _lognormal(5 * 1440.0, 1.5)),
            FASTER,
        )
        for n in (13, 20)
    ),
    *(
        Scenario(
            f"median, {n} P1s, heavy tail", "Pareto, tail index 1: no mean", _durations(n, _pareto), FASTER
        )
        for n in (13, 20)
    ),
    Scenario(
        "median, 20 P1s, -50 %",
        f"log-normal, sd {_LOG_SD}",
        _durations(20, _lognormal(_MEDIAN, _LOG_SD), 0.5),
        FASTER,
        0.5,
        changed=True,
    ),
    Scenario(
        "NPS, repeated accounts", "150 accounts, 2 answers a quarter each, alike", _answers(0), HAPPIER, 0.0
    ),
    Scenario(
        "NPS +8 points",
        "the same, 8 in 100 passives-turned-promoters",
        _answers(8),
        HAPPIER,
        8.0,
        changed=True,
    ),
)

KINDS = {
    "Counts without a change": NO_CHANGE,
    "Counts with a change": CHANGE,
    "Medians and NPS": OTHERS,
}
