"""The rate on the last day counts: it falls in a straight line from the baseline's to the promised one."""

from reliability.statistics.shapes.shape import Shape


def _total(ratio: float) -> float:
    # The mean of a straight line is half-way between its ends.
    return (1 + ratio) / 2


def _part(share: float, ratio: float) -> float:
    # The area below the line up to now, over the area below all of it.
    return (share - (1 - ratio) * share * share / 2) / _total(ratio)


SHAPE = Shape(name="rate by deadline", words="the rate on the last day", order=2, total=_total, part=_part)
