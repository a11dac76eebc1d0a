"""Check the statistics by simulation: how often intervals hold the truth, verdicts are right and charts cry wolf.

    python -m benchmarks.coverage [--runs 1000]
    python -m benchmarks.coverage --worlds 4000

Prints the tables of docs/statistics.md in Markdown. Counts of two Poisson windows are enumerated exactly;
everything else is drawn `--runs` times with fixed seeds. `--worlds` judges so many made-up organisations of each kind
(worlds/scenarios.py) by the product's own functions instead, and one of each count through exports and warehouse.
"""

import argparse
import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import stats

from benchmarks.bonett_price import bonett_price
from benchmarks.worlds.judging import judged, rows
from benchmarks.worlds.pipeline import piped
from benchmarks.worlds.scenarios import KINDS
from reliability.commitments.verdict import Verdict
from reliability.commitments.verdicts import judge_change
from reliability.statistics.control_charts import count_chart, gap_chart
from reliability.statistics.intervals import dispersion, rate_interval, rate_ratio, share_ratio, wilson_limits
from reliability.statistics.medians import MedianChange, geometric_change, median_change
from reliability.statistics.nps import net_promoter_score, nps_change
from reliability.statistics.pace import chance_within
from reliability.statistics.power import count_power
from reliability.statistics.survival import Durations

Table = list[dict[str, str]]
_PIPED = 1


def percent(share: float) -> str:
    """Format a share without decimals, so that runs of different length can be compared by eye."""
    return f"{100 * share:.0f} %"


def rate_coverage(baselines: Sequence[int] = (5, 10, 20, 40, 60)) -> Table:
    """Enumerate the coverage of the rate ratio's interval, and of one rate's, for true ratios of 1 and 0.6."""
    rows = []
    for mean in baselines:
        row = {"incidents in the baseline": str(mean)}
        for ratio in (1.0, 0.6):
            reach = np.arange(0, int(mean + 9 * math.sqrt(mean) + 15))
            b, k = reach[None, :], reach[:, None]
            chance = stats.poisson.pmf(b, mean) * stats.poisson.pmf(k, ratio * mean)
            low, high = wilson_limits(k, np.maximum(k + b, 1))
            share = ratio / (1 + ratio)
            held = (low <= share) & (share <= high)
            held[0, 0] = True  # nothing in either window: the interval is everything
            row[f"ratio {ratio:g}"] = f"{(chance * held).sum():.3f}"
        single = [rate_interval(int(c)) for c in reach]
        pmf = stats.poisson.pmf(reach, mean)
        row["one rate"] = f"{sum(p for p, i in zip(pmf, single, strict=True) if mean in i):.3f}"
        rows.append(row)
    return rows


def clustered_rate_coverage(runs: int, weekly: float = 4.0) -> Table:
    """Simulate weekly counts that vary phi times as much as Poisson: coverage with and without the dispersion."""
    rows = []
    for phi in (1.0, 1.5, 2.0, 3.0):
        generator = np.random.default_rng(int(phi * 10))
        held = {("13", False): 0, ("13", True): 0, ("52", True): 0}
        for _ in range(runs):
            weeks = _clustered(generator, weekly, phi, 65)
            for (baseline, adjusted), _count in held.items():
                before, after = weeks[52 - int(baseline) : 52], weeks[52:]
                used = dispersion(before, after) if adjusted else 1.0
                days = 7.0 * before.size
                found = rate_ratio(int(after.sum()), 91, int(before.sum()), days, used)
                held[baseline, adjusted] += 1 in found.interval
        rows.append(
            {
                "true dispersion": f"{phi:g}",
                "plain Poisson, 13 + 13 weeks": f"{held['13', False] / runs:.2f}",
                "estimated, 13 + 13 weeks": f"{held['13', True] / runs:.2f}",
                "estimated, 52 + 13 weeks": f"{held['52', True] / runs:.2f}",
            }
        )
    return rows


def _clustered(generator: np.random.Generator, mean: float, phi: float, size: int) -> np.ndarray:
    if phi == 1:
        return generator.poisson(mean, size)
    return generator.negative_binomial(mean / (phi - 1), 1 / phi, size)


def rate_power(means: Sequence[int] = (5, 10, 12, 15, 20, 30, 60, 100)) -> Table:
    """Enumerate the power of the verdict on a count for baselines of 90 and 360 days."""
    rows = []
    for mean in means:
        row = {"P1s per 90 days": str(mean)}
        for label, ratio, kind in (
            ('no change, "met"', 1.0, "met"),
            ('true -40 %, "met"', 0.6, "met"),
            ("true -40 %, any cut shown", 0.6, "any_improvement"),
            ('true -50 %, "met"', 0.5, "met"),
        ):
            found = [count_power(mean * d / 90, d, 90, 0.6, ratio) for d in (90, 360)]
            row[label] = " / ".join(percent(getattr(p, kind)) for p in found)
        rows.append(row)
    return rows


def share_coverage(runs: int) -> Table:
    """Enumerate Wilson's coverage of one share at one half, simulate that of a ratio of two shares."""
    rows = []
    for n in (8, 12, 20, 30, 50):
        k = np.arange(n + 1)
        low, high = wilson_limits(k, n)
        pmf = stats.binom.pmf(k, n, 0.5)
        generator = np.random.default_rng(n)
        pairs = generator.binomial(n, (0.3, 0.5), size=(runs, 2))
        ratio = sum(0.6 in share_ratio(int(a), n, int(b), n) for a, b in pairs) / runs
        one = (pmf * ((low <= 0.5) & (high >= 0.5))).sum()
        rows.append({"decided": str(n), "share of 50 %": f"{one:.2f}", "ratio 30 % / 50 %": f"{ratio:.2f}"})
    return rows


Draw = Callable[[np.random.Generator, int], Durations]


def lognormal(log_sd: float, closed_by: float | None = None) -> Draw:
    """Make a source of durations with median 1; `closed_by` is the largest age of an open one."""

    def draw(generator: np.random.Generator, n: int) -> Durations:
        ends = generator.lognormal(0, log_sd, n)
        if closed_by is None:
            return Durations.of(ends)
        ages = generator.uniform(0, closed_by, n)
        return Durations.of(np.minimum(ends, ages), ends <= ages)

    return draw


def median_coverage(runs: int, sizes: Sequence[int] = (8, 12, 20, 50), draws: int = 1000) -> Table:
    """Simulate the coverage of what decides and of three other methods, also with open incidents."""
    sources = {"log-sd 1": lognormal(1.0), "log-sd 1.5": lognormal(1.5), "a fifth open": lognormal(1.0, 9.0)}
    rows = []
    for n in sizes:
        for name, draw in sources.items():
            generator = np.random.default_rng([n, len(name)])
            held, width, still = np.zeros(4), [], 0.0
            for seed in range(runs):
                period, baseline = draw(generator, n), draw(generator, n)
                still += (period.open + baseline.open) / (2 * n * runs)
                found = median_change(period, baseline, draws=draws, seed=seed)
                others = bonett_price(period.minutes, baseline.minutes), geometric_change(period, baseline)
                held += [
                    1 in found.interval,
                    1 in found.medians_interval,
                    others[0] is not None and 1 in others[0],
                    others[1] is not None and 1 in others[1].interval,
                ]
                low, high = found.interval
                width.append(high / low if low > 0 else math.inf)
            closed = still == 0
            rows.append(
                {
                    "incidents per window": str(n),
                    "durations": name if closed else f"log-sd 1, {percent(still)} open",
                    "Hodges-Lehmann": f"{held[0] / runs:.2f}",
                    "bootstrap": f"{held[1] / runs:.2f}",
                    "Bonett-Price": f"{held[2] / runs:.2f}" if closed else "-",
                    "Welch on logs": f"{held[3] / runs:.2f}" if closed else "-",
                    "width U/L": f"x{np.median(width):.1f}",
                }
            )
    return rows


def median_power_table(runs: int, sizes: Sequence[int] = (10, 20, 50, 100), draws: int = 1000) -> Table:
    """Simulate how often a median's promise of -30 % is called met, for log-sd 1.0 / 1.25 / 1.5."""
    rows = []
    for n in sizes:
        met: dict[float, list[float]] = {1.0: [], 0.7: [], 0.5: []}
        for log_sd in (1.0, 1.25, 1.5):
            generator = np.random.default_rng([n, int(log_sd * 100)])
            draw = lognormal(log_sd)
            found = [
                median_change(draw(generator, n), draw(generator, n), draws=draws, seed=seed)
                for seed in range(runs)
            ]
            for true_ratio, shares in met.items():
                shares.append(sum(_met(f, true_ratio, 0.7) for f in found) / runs)
        rows.append(
            {"incidents per window": str(n)}
            | {
                ("no change" if ratio == 1 else f"true -{100 - 100 * ratio:.0f} %"): " / ".join(
                    percent(s) for s in shares
                )
                for ratio, shares in met.items()
            }
        )
    return rows


def _met(found: MedianChange, true_ratio: float, target: float) -> bool:
    """Judge the same windows as if the period's durations had all been `true_ratio` times as long."""
    if found.ratio is None:
        return False
    interval = type(found.interval)(*(end * true_ratio for end in found.interval))
    return judge_change(found.ratio * true_ratio, interval, target).verdict == Verdict.MET


def nps_coverage(runs: int) -> Table:
    """Simulate the coverage of a change of NPS, with single answers and with several per account."""
    shares = (0.25, 0.25, 0.50)
    rows = []
    for accounts, each in ((8, 1), (30, 1), (100, 1), (400, 1), (30, 2), (30, 5), (30, 10)):
        generator = np.random.default_rng([accounts, each])
        plain = clustered = 0
        for _ in range(runs):
            windows = []
            for _window in range(2):
                # Answers of one account are alike: half of them repeat the account's own opinion.
                own = generator.choice([0, 8, 10], size=(accounts, 1), p=shares)
                free = generator.choice([0, 8, 10], size=(accounts, each), p=shares)
                scores = np.where(generator.random((accounts, each)) < 0.5, own, free) if each > 1 else free
                windows.append((scores.ravel(), np.repeat(np.arange(accounts).astype(str), each).tolist()))
            alone = [net_promoter_score(s) for s, _ in windows]
            grouped = [net_promoter_score(s, names) for s, names in windows]
            plain += 0 in nps_change(*alone).interval
            clustered += 0 in nps_change(*grouped).interval
        rows.append(
            {
                "answers": f"{accounts} accounts x {each}",
                "adjusted Wald": f"{plain / runs:.2f}",
                "by account": f"{clustered / runs:.2f}",
            }
        )
    return rows


def chart_signals(runs: int, means: Iterable[float] = (0.5, 1, 2, 4, 8)) -> Table:
    """Simulate 13 weeks after 26 of baseline: false signals when nothing changed, and a 40 % cut that is seen."""
    rows = []
    for mean in means:
        generator = np.random.default_rng(int(mean * 10))
        found = {"c": np.zeros(3), "t": np.zeros(3)}
        for _ in range(runs):
            for ratio, columns in ((1.0, (0, 1)), (0.6, (2,))):
                moments, before = _events(generator, mean, ratio)
                weekly = np.histogram(moments, bins=np.arange(0, 274, 7))[0]
                charts = {"c": count_chart(weekly, 26), "t": gap_chart(moments, before - 1, 273)}
                for kind, chart in charts.items():
                    better = {s.better for s in chart.signals} if chart else set()
                    for column in columns:
                        found[kind][column] += (column != 1) in better
        rows.append(
            {"mean per week": f"{mean:g}"}
            | {
                f"{kind}-chart: falsely better / worse; cut seen": (
                    f"{a:.2f} / {b:.2f}; {c:.2f}" if kind == "c" or mean <= 2 else "-"
                )
                for kind, (a, b, c) in ((k, f / runs) for k, f in found.items())
            }
        )
    return rows


def _events(generator: np.random.Generator, mean: float, ratio: float) -> tuple[np.ndarray, int]:
    """Return sorted moments in days of 26 + 13 weeks, and how many fall into the first 26."""
    before = generator.uniform(0, 182, generator.poisson(26 * mean))
    after = generator.uniform(182, 273, generator.poisson(13 * mean * ratio))
    return np.sort(np.concatenate([before, after])), before.size


def pace_calibration(runs: int) -> Table:
    """Simulate quarters half over: how often a promise was kept when its chance was put at so much."""
    generator = np.random.default_rng(45)
    told, kept = [], []
    for _ in range(runs * 10):
        rate = generator.uniform(8, 40)
        first, second = generator.poisson(rate / 2, 2)
        allowed = int(rate * generator.uniform(0.7, 1.3))
        chance = chance_within(int(first), 45, 90, allowed)
        if chance is not None and 0 < chance < 1:
            told.append(chance)
            kept.append(first + second <= allowed)
    decile = np.minimum((np.array(told) * 10).astype(int), 9)
    return [
        {
            "chance told": f"{d * 10}-{d * 10 + 10} %",
            "kept": percent(float(np.array(kept)[decile == d].mean())),
            "cases": str(int((decile == d).sum())),
        }
        for d in range(10)
    ]


def markdown(title: str, rows: Table) -> str:
    """Format rows as a Markdown table under a heading."""
    columns = list(rows[0])
    lines = [f"### {title}", "", "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(row[c] for c in columns) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _print_worlds(worlds: int) -> None:
    for title, scenarios in KINDS.items():
        found = [judged(scenario, worlds) for scenario in scenarios]
        print(markdown(f"{title}: {worlds:,} worlds each", rows(found)), flush=True)
    print(markdown("Through exports and warehouse", piped(_PIPED)))


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--worlds", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.worlds:
        _print_worlds(chosen.worlds)
        return
    runs = chosen.runs
    print(markdown("Rate ratio: coverage (exact)", rate_coverage()))
    print(markdown("Rate ratio: coverage when incidents come in clusters", clustered_rate_coverage(runs)))
    print(markdown("Rate ratio: power (exact; baseline of 90 / 360 days)", rate_power()))
    print(markdown("Shares: coverage", share_coverage(runs)))
    print(markdown("Ratio of medians: coverage", median_coverage(runs)))
    print(markdown('Ratio of medians: how often "met", log-sd 1 / 1.25 / 1.5', median_power_table(runs)))
    print(markdown("NPS: coverage of a change", nps_coverage(runs)))
    print(markdown("Control charts: 13 weeks after a baseline of 26", chart_signals(runs)))
    print(markdown("Pace at day 45 of 90", pace_calibration(runs)))


if __name__ == "__main__":
    main()
