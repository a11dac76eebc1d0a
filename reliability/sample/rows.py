"""Words shared by the drawing modules.

A table is a dict of equally long numpy arrays. Instants are Unix seconds; 0 means that there is none.
"""

import numpy as np

Rows = dict[str, np.ndarray]

SERVICENOW, PAGERDUTY, REGISTER = 0, 1, 2
INCIDENT, DRILL, TEST, MAINTENANCE = 0, 1, 2, 3
NONE = -1  # no problem, no earlier incident
LINKS = ("repeat_of", "merged_into")  # positions of other rows

MINUTE, HOUR, DAY = 60, 3600, 86400


def stacked(parts: list[Rows]) -> Rows:
    """Rows of several tables with the same columns, one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def counted(rows: Rows) -> np.ndarray:
    """Which rows are incidents that count: no drill, test or maintenance, not merged, not cancelled."""
    return (rows["kind"] == INCIDENT) & (rows["merged_into"] == NONE) & ~rows["cancelled"]
