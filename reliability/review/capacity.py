"""Capacity per sprint: what was planned and done, of which kind, and whether root causes got what was promised."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# In the order they are drawn and read.
KINDS = ("root_cause", "feature", "other", "unlabelled")

# A goal hit exactly must not be missed by the last bit of a division.
_EXACT = 1e-9


@dataclass(frozen=True)
class Sprint:
    """One sprint. points: kind -> points, done ones where they are recorded, else planned.

    running: it had not ended at the instant the data is seen from. promised: it began inside the promise's days.
    planned, done: points of all kinds, None where nobody recorded any. planned_share: root-cause work of the planned.
    """

    name: str
    begins_at: datetime
    ends_at: datetime | None
    running: bool
    promised: bool
    planned: float | None
    done: float | None
    planned_share: float | None
    points: Mapping[str, float]

    @property
    def total(self) -> float:
        """Points of all kinds, unlabelled work included: it may have been anything."""
        return sum(self.points.values())

    @property
    def share(self) -> float | None:
        """Root-cause work as a share (0-1) of all; None without points."""
        return share([self])

    @property
    def highest_share(self) -> float | None:
        """The share if all unlabelled work had been root-cause work; None without points."""
        if not self.total:
            return None
        return (self.points.get("root_cause", 0.0) + self.points.get("unlabelled", 0.0)) / self.total


def sprints(
    rows: Iterable[Mapping[str, Any]], promise: tuple[datetime, datetime] | None
) -> tuple[Sprint, ...]:
    """Read the rows of `charts/capacity_by_sprint`, oldest first. promise: its days [start, end), if there is one."""
    return tuple(
        Sprint(
            name=str(row["sprint"]),
            begins_at=row["at"],
            ends_at=row["ends_at"],
            running=bool(row["partial"]),
            promised=promise is not None and promise[0] <= row["at"] < promise[1],
            planned=row["planned_points"],
            done=row["done_points"],
            planned_share=row["planned_share"],
            points={kind: float(row[kind] or 0.0) for kind in KINDS},
        )
        for row in rows
    )


def share(chosen: Sequence[Sprint]) -> float | None:
    """Give root-cause work as a share (0-1) of all points of several sprints; None without points."""
    total = sum(sprint.total for sprint in chosen)
    return sum(sprint.points.get("root_cause", 0.0) for sprint in chosen) / total if total else None


def reaches(part: float | None, goal: float) -> bool | None:
    """Tell whether a share reaches the goal; None when there is no share."""
    return None if part is None else part >= goal - _EXACT


def ended(all_sprints: Sequence[Sprint]) -> tuple[Sprint, ...]:
    """Return the sprints that are over."""
    return tuple(sprint for sprint in all_sprints if not sprint.running)


def since(all_sprints: Sequence[Sprint]) -> tuple[Sprint, ...]:
    """Return the ended sprints that began after the promised ones; none when no sprint was promised."""
    promised = [sprint.begins_at for sprint in all_sprints if sprint.promised]
    if not promised:
        return ()
    return tuple(s for s in ended(all_sprints) if not s.promised and s.begins_at > max(promised))
