"""The chance that a running figure ends on the side of its goal, going on as so far.

What has come is known; what is still to come is drawn from the same source, whose share or mean is known only as well
as what came says it. It is about the figure as written at the end, whatever luck has to do with it.

Sources
- Beta-binomial prediction with Jeffreys' prior: Gelman et al. (2013), Bayesian Data Analysis, sections 2.4 and 2.8
- Prediction of a mean: Hahn and Meeker (1991), Statistical Intervals, section 4.7
"""

import math

import numpy as np
from scipy import special

_ROUNDING = 1e-9


def to_come(n: float, elapsed: float) -> float:
    """Give how many more are expected when n came in a share `elapsed` (above 0, up to 1) of the window."""
    return n * (1 - elapsed) / elapsed


def chance_of_share(
    yes: float, decided: float, rest: float, level: float, *, lower_is_better: bool, clustering: float = 1.0
) -> float:
    """Give the chance (0-1) that a share ends at most (or at least) at `level`.

    yes, decided: of those that came. rest: how many more are decided by the end. level: 0-1. clustering: how many times
    the variance is that of independent records; they then come so many at a time. Raises ValueError for numbers out of
    order.
    """
    if not 0 <= yes <= decided or decided <= 0 or rest < 0 or clustering < 1:
        raise ValueError(f"a share needs 0 <= yes <= decided, not {yes} of {decided} and {rest} to come")
    room = level * (decided + rest) - yes
    groups = round(rest / clustering)
    if groups < 1:
        within = room >= -_ROUNDING if lower_is_better else room <= _ROUNDING
        return float(within)
    chances = _beta_binomial(groups, yes / clustering + 0.5, (decided - yes) / clustering + 0.5)
    if lower_is_better:
        first, end = 0, math.floor(room / clustering + _ROUNDING) + 1
    else:
        first, end = math.ceil(room / clustering - _ROUNDING), groups + 1
    return min(1.0, float(chances[max(0, first) : max(0, end)].sum()))


def _beta_binomial(n: int, a: float, b: float) -> np.ndarray:
    """The chances of 0 to n successes where their share is a beta variable, shape (n + 1,)."""
    k = np.arange(n + 1)
    ways = -np.log(n + 1) - special.betaln(n - k + 1, k + 1)
    return np.asarray(np.exp(ways + special.betaln(k + a, n - k + b) - special.betaln(a, b)))


def chance_of_mean(
    mean: float,
    n: float,
    rest: float,
    error: float,
    level: float,
    *,
    lower_is_better: bool,
    freedom: float = math.inf,
) -> float:
    """Give the chance (0-1) that a mean, or a score, ends at most (or at least) at `level`, in its own unit.

    mean, error: of the n values that came, and the standard error of their mean. rest: how many more are to come.
    freedom: degrees of freedom of the error; infinite for a normal one.
    """
    sign = 1.0 if lower_is_better else -1.0
    spread = rest / (n + rest) * error * math.sqrt(1 + n / rest) if rest > 0 else 0.0
    if spread <= 0:
        return float(sign * mean <= sign * level + _ROUNDING)
    distance = sign * (level - mean) / spread
    return float(special.ndtr(distance) if math.isinf(freedom) else special.stdtr(freedom, distance))
