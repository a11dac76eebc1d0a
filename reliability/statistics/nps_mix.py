"""NPS with the mix of segments held still, so that a change of who answered is not read as a change of mind.

A score is the sum over segments of their share of the answers times their own score. Between two windows

    change = sum of w * (now - was)  +  sum of (share now - share then) * middle

where w is the mean of a segment's two shares and middle the mean of its two scores: an exact split, without a rest.
The first part is the change at one and the same mix (direct standardisation, the standard being the mean of the two
mixes), the second is what the mix explains.

Sources
- Kitagawa (1955), Journal of the American Statistical Association 50, 1168-1194, doi
  10.1080/01621459.1955.10501299 (the split)
- Fleiss, Levin, Paik (2003), Statistical Methods for Rates and Proportions, 3rd edition, section 19.2, doi
  10.1002/0471445428 (the variance of a standardised rate with the weights taken as given)
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reliability.statistics.intervals import Interval, Z
from reliability.statistics.nps import LEAST_ANSWERS, NetPromoterScore, NpsChange

Scores = Mapping[str | None, NetPromoterScore]


@dataclass(frozen=True)
class MixChange:
    """A change taken apart: change = at_one_mix.difference + explained, in points.

    shares: segment -> share of the answers then and now, 0-1. compared: the segments that were compared; when some
    have too few answers for their own comparison, None among them stands for all of those together.
    """

    change: float
    at_one_mix: NpsChange
    explained: float
    shares: dict[str | None, tuple[float, float]]
    compared: tuple[str | None, ...]


def mix_change(
    now: Scores, was: Scores, totals: tuple[NetPromoterScore, NetPromoterScore]
) -> MixChange | None:
    """Take the change between two windows apart by segment.

    now, was: the score of each segment that answered. totals: the score of all answers (now, was). Segments with fewer
    than 15 answers in either window are taken together, and with the next smallest one when they are still too few.
    None when there are no answers in a window, or not two groups to tell apart: then the mix says nothing.
    """
    after, before = totals
    if after.value is None or before.value is None:
        return None
    groups = _groups(now, was)
    if len(groups) < 2:
        return None
    difference = middle = variance = 0.0
    for group in groups.values():
        then, here = _together(group, was), _together(group, now)
        weight = (then.n / before.n + here.n / after.n) / 2
        difference += weight * (_value(here) - _value(then))
        middle += weight * (here.adjusted - then.adjusted)
        variance += weight**2 * (here.variance + then.variance)
    reach = 100 * Z * math.sqrt(variance)
    enough = after.enough and before.enough
    change = after.value - before.value
    return MixChange(
        change,
        NpsChange(difference, Interval(middle - reach, middle + reach), enough),
        change - difference,
        {name: (_part(name, was, before), _part(name, now, after)) for name in dict.fromkeys([*was, *now])},
        tuple(groups),
    )


def _groups(now: Scores, was: Scores) -> dict[str | None, list[str | None]]:
    """Return the segments to compare, small ones together under None."""

    def fewest(name: str | None) -> int:
        return min(scores[name].n if name in scores else 0 for scores in (now, was))

    ordered = sorted(dict.fromkeys([*was, *now]), key=lambda name: (fewest(name), str(name)))
    small = [name for name in ordered if fewest(name) < LEAST_ANSWERS]
    large = [name for name in ordered if name not in small]
    while small and large and min(_together(small, now).n, _together(small, was).n) < LEAST_ANSWERS:
        small.append(large.pop(0))
    if small and not large:
        return {}
    return {**{name: [name] for name in large}, **({None: small} if small else {})}


def _together(names: list[str | None], scores: Scores) -> NetPromoterScore:
    """Return several segments as one score: the variance of a mean of independent parts."""
    found = [scores[name] for name in names if name in scores]
    n = sum(score.n for score in found)
    ups, downs = sum(score.promoters for score in found), sum(score.detractors for score in found)
    return NetPromoterScore(
        100 * (ups - downs) / n if n else None,
        ups,
        sum(score.passives for score in found),
        downs,
        sum(score.accounts for score in found),
        0,
        sum(score.variance * score.n**2 for score in found) / n**2 if n else 0.0,
    )


def _value(score: NetPromoterScore) -> float:
    return score.value or 0.0


def _part(name: str | None, scores: Scores, total: NetPromoterScore) -> float:
    return scores[name].n / total.n if name in scores and total.n else 0.0
