"""The closed-form interval of a ratio of two medians that the bootstrap is compared with.

Source
- Bonett and Price (2020), Journal of Educational and Behavioral Statistics 45, 750-770, doi
  10.3102/1076998620934125
"""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from reliability.statistics.intervals import Interval, Z


def bonett_price(period: ArrayLike, baseline: ArrayLike, z: float = Z) -> Interval | None:
    """Give the closed-form interval of a ratio of two medians; every duration must have ended.

    period, baseline: durations above zero, shape (n,). Good from about 12 in each window. None with fewer
    than 2 or with a duration of 0.
    """
    logs = [np.sort(np.log(v)) if np.all(v > 0) else np.empty(0) for v in map(np.asarray, (period, baseline))]
    if min(v.size for v in logs) < 2:
        return None
    error = math.hypot(*(_log_median_error(v) for v in logs))
    centre = float(np.median(np.asarray(period, dtype=float)) / np.median(np.asarray(baseline, dtype=float)))
    return Interval(centre * math.exp(-z * error), centre * math.exp(z * error))


def _log_median_error(logs: np.ndarray) -> float:
    n = logs.size
    rank = max(1, round(n / 2 - math.sqrt(n)))
    reach = special.ndtri(1 - special.bdtr(rank - 1, n, 0.5))
    return float((logs[n - rank] - logs[rank - 1]) / (2 * reach))
