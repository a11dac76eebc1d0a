"""What a glide path shows, in one line: the title of its chart."""

from collections.abc import Sequence

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.model import Point

# Less than this many events beside the path is on the path.
_NEAR = 0.5


def of_count(status: CommitmentStatus, points: Sequence[Point], planned: float, zone: str) -> str:
    """Say where a count stands against its allowance. points: added up, oldest first; planned: the path's now."""
    allowed, left = status.allowed or 0, status.allowance_left or 0
    if left < 0:
        passed = next((p.at for p in points if (p.value or 0) > allowed), points[-1].at)
        return (
            f"The allowance of {formatting.count(allowed)} was passed by {formatting.last_day(passed, zone)}"
        )
    if status.window.elapsed_days >= status.window.days:
        if left == 0:
            return f"All {formatting.count(allowed)} allowed were used, none beyond"
        return (
            f"{formatting.count(left)} of the {formatting.count(allowed)} allowed were left at the deadline"
        )
    beside = (points[-1].value or 0.0) - planned
    if abs(beside) < _NEAR:
        place = "On the path"
    else:
        place = f"{formatting.count(max(1, abs(beside)))} {'over' if beside > 0 else 'under'} the path"
    return f"{place}, {formatting.count(left) if left else 'none'} of {formatting.count(allowed)} left"


def of_level(status: CommitmentStatus, last: Point, planned: float | None, lower: bool) -> str:
    """Say on which side of the goal (or of its path, while the window runs) a figure is, and how surely."""
    figure = formatting.figure(last.value, status.unit)
    if planned is None or last.value is None:
        return f"{figure} to date"
    running = status.window.elapsed_days < status.window.days
    what = "path" if running and planned != status.goal_value else "goal"
    reached = last.value <= planned if lower else last.value >= planned
    line = formatting.figure(planned, status.unit)
    place = f"{figure}, {_side(reached, lower)} the {what} of {line}"
    if what == "path":
        place = f"{figure}, {_side(reached, lower)} the path ({line} by now)"
    if last.low is None or last.high is None:
        return place
    if last.low <= planned <= last.high:
        return f"{place}; its range reaches past it"
    return f"{place}; so is the whole range"


def _side(reached: bool, lower: bool) -> str:
    if reached:
        return "within" if lower else "at or above"
    return "above" if lower else "below"
