"""Simulate how often a true cut of a median is confirmed and write reliability/power.csv.

    python benchmarks/median_power.py [--runs 4000] [--out reliability/power.csv]

Durations are lognormal, nothing is open, both windows hold n incidents. A run with no change gives the ratio
r and the upper end U of its interval; with a true ratio T they would be T r and T U. So the promise "T" is
confirmed when r <= 1 and U < 1 / T, and one simulation serves every T.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from reliability.statistics.medians import median_change
from reliability.statistics.power import TABLE
from reliability.statistics.survival import Durations

LOG_SDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)
SIZES = (8, 10, 14, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)
RATIOS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def simulate(n: int, log_sd: float, runs: int, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ratios and upper ends, each of shape (runs,), of windows of n incidents without any change."""
    generator = np.random.default_rng([seed, n])
    ratios, uppers = np.empty(runs), np.empty(runs)
    for i in range(runs):
        logs = generator.normal(0, 1, size=(2, n))
        period, baseline = (Durations.of(np.exp(log_sd * row)) for row in logs)
        found = median_change(period, baseline, draws=draws, seed=i)
        ratios[i] = found.ratio
        uppers[i] = found.interval.high
    return ratios, uppers


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=TABLE)
    asked = parser.parse_args()
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["log_sd", "n", "ratio", "met"])
        for log_sd in LOG_SDS:
            for n in SIZES:
                ratios, uppers = simulate(n, log_sd, asked.runs, asked.draws, seed=1)
                for ratio in RATIOS:
                    met = float(((ratios <= 1) & (uppers < 1 / ratio)).mean())
                    out.writerow([log_sd, n, ratio, f"{met:.3f}"])


if __name__ == "__main__":
    main()
