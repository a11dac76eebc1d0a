"""The total of all days counts: every day may use the same part of it."""

from reliability.statistics.shapes.shape import Shape

SHAPE = Shape(
    name="total",
    words="the total of all days",
    order=1,
    total=lambda ratio: ratio,
    part=lambda share, ratio: share,
    straight=True,
)
