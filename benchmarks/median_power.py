"""Simulate how often a true cut of a median is confirmed and write reliability/statistics/power.csv.

    python benchmarks/median_power.py [--runs 4000] [--out reliability/statistics/power.csv]

Durations are lognormal, nothing is open, both windows hold n incidents. A run with no change gives the ratio
r of the medians and the upper end U of the interval of a typical duration; with a true ratio T they would be T r and
T U. So the promise "T" is confirmed when r <= 1 and U < 1 / T, and one simulation serves every T. Ranks do not
change with the spread of the logs, so one serves every log_sd too: log U grows with it.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from reliability.statistics.power import TABLE
from reliability.statistics.survival import Durations
from reliability.statistics.typical import typical_change

LOG_SDS = (0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 2.5)
SIZES = (8, 10, 14, 20, 30, 50, 75, 100, 150, 200, 300, 500, 1000)
RATIOS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def simulate(n: int, runs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Simulate windows of n incidents without any change, with logs of standard deviation 1.

    Return the logs, shape (runs, 2, n), and the logs of the upper ends, shape (runs,).
    """
    logs = np.random.default_rng([seed, n]).normal(0, 1, size=(runs, 2, n))
    uppers = [typical_change(*(Durations.of(np.exp(row)) for row in pair)).interval.high for pair in logs]
    return logs, np.log(uppers)


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--out", type=Path, default=TABLE)
    asked = parser.parse_args()
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["log_sd", "n", "ratio", "met"])
        simulated = {n: simulate(n, asked.runs, seed=1) for n in SIZES}
        for log_sd in LOG_SDS:
            for n, (logs, uppers) in simulated.items():
                medians = np.median(np.exp(log_sd * logs), axis=2)
                for ratio in RATIOS:
                    sure = log_sd * uppers < -np.log(ratio)
                    met = float(((medians[:, 0] <= medians[:, 1]) & sure).mean())
                    out.writerow([log_sd, n, ratio, f"{met:.3f}"])


if __name__ == "__main__":
    main()
