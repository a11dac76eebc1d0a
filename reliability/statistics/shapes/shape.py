"""What one shape of promise says."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How a promise of "so much less" reads over its days.

    name: what review.toml calls it. words: the form's words for it, after "The number means". order: its place among
    the shapes; the first one is the default.
    total: from the promised ratio (0.6 for 40 % less) to the ratio of the whole window's total that keeps it.
    part: from the share of the window that has passed (0-1) and the promised ratio to the part of the total (0-1) that
    may have been used by then; 0 at 0, 1 at 1, never falling. straight: whether part is the share itself.
    """

    name: str
    words: str
    order: int
    total: Callable[[float], float]
    part: Callable[[float, float], float]
    straight: bool = False
