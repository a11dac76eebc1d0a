"""Judge many worlds of one kind by the product's own functions, and say how often it was right."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

import numpy as np

from benchmarks.worlds.evidence import evidence_of
from benchmarks.worlds.organisation import QUARTER, Answers, Incidents
from benchmarks.worlds.scenarios import Scenario
from reliability.commitments import CommitmentStatus, commitment_status
from reliability.commitments.opinions import judge_rates
from reliability.commitments.verdict import Verdict
from reliability.settings import Organisation, Settings, Span
from reliability.settings.model import Severity
from reliability.statistics.intervals import rate_ratio

SEED = 20261129


@dataclass(frozen=True)
class Found:
    """Shares (0-1) of the worlds. score_met: "met" by the score interval alone, None where it is no count."""

    scenario: Scenario
    worlds: int
    met: float
    lowered: float
    score_met: float | None
    covered: float

    @property
    def as_aimed(self) -> bool:
        """Whether coverage, false "met" and what the rules cost of the power are within the aims."""
        if self.covered < LEAST_COVERED:
            return False
        if not self.scenario.changed:
            return self.met <= self.scenario.most
        cost = self.scenario.cost
        return cost is None or self.score_met is None or self.score_met - self.met <= cost


LEAST_COVERED = 0.82


def drawn(scenario: Scenario, seed: int) -> Incidents | Answers:
    """Draw one world. The same name and seed give the same."""
    return scenario.draw(np.random.default_rng([SEED, crc32(scenario.name.encode()), seed]))


def status_of(scenario: Scenario, world: Incidents | Answers) -> CommitmentStatus:
    """Judge the promise in one world."""
    evidence = evidence_of(world, settings_of(scenario), scenario.judged_on, scenario.with_p2)
    return commitment_status(scenario.promise, evidence)


def settings_of(scenario: Scenario) -> Settings:
    """What the organisation of a world says about itself."""
    start = scenario.promise.start
    bad = (Span(start - timedelta(days=QUARTER), start),) if scenario.declared else ()
    return Settings(
        Organisation(time_zone="UTC"),
        severity=Severity(rule=scenario.rule),
        incident_windows=bad,
        commitments=(scenario.promise,),
    )


def judged(scenario: Scenario, worlds: int) -> Found:
    """Judge so many worlds."""
    met = lowered = score = covered = 0
    for seed in range(worlds):
        status = status_of(scenario, drawn(scenario, seed))
        met += status.verdict is Verdict.MET
        lowered += status.verdict is Verdict.MET_NOT_SHOWN
        score += _by_score_alone(status)
        covered += status.interval is not None and scenario.truth in status.interval
    is_count = scenario.promise.kpi == "p1_incidents"
    shares = (met / worlds, lowered / worlds, score / worlds if is_count else None, covered / worlds)
    return Found(scenario, worlds, *shares)


def _by_score_alone(status: CommitmentStatus) -> bool:
    """Whether the rule without clusters, drift and causes would say "met"."""
    if status.kpi != "p1_incidents" or status.baseline is None or status.target is None:
        return False
    found = rate_ratio(status.n, status.window.days, status.baseline.n, status.baseline.days)
    return judge_rates(found, status.target).verdict is Verdict.MET


def rows(found: Iterable[Found]) -> list[dict[str, str]]:
    """Put the shares into words, a row each."""
    return [
        {
            "world": one.scenario.name,
            "drawn": one.scenario.drawn,
            '"met" by the score rule alone': "-" if one.score_met is None else f"{100 * one.score_met:.1f} %",
            '"met"': f"{100 * one.met:.1f} %",
            "lowered": f"{100 * one.lowered:.1f} %",
            "interval holds the truth": f"{100 * one.covered:.0f} %",
            "aim": "reached" if one.as_aimed else "not reached",
        }
        for one in found
    ]
