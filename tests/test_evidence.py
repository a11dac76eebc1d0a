"""How many records may still arrive, from how late a source records; told, not counted."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from reliability.queries.figures import figure
from reliability.settings import Organisation, Settings
from tests.frames_by_hand import ALWAYS, Known, framed
from tests.promises_by_hand import Goal, promise

P1 = promise("p1_incidents", Goal(change=-0.4))


@pytest.mark.parametrize(("within", "said"), [(50, 0.0), (49, None)])
def test_nothing_is_estimated_where_fewer_than_half_come_within_a_week(within, said):
    # Of 100 delays so many are of 7 days, the others of 8.
    delays = np.array([7.0] * within + [8.0] * (100 - within))
    covered = {"incidents": replace(ALWAYS, lag_days=delays)}
    long_after = datetime(2025, 12, 1, tzinfo=UTC)
    known = Known(Settings(Organisation(time_zone="UTC")), long_after, covered)
    assert known.still_missing(figure("p1_incidents"), framed(P1, covered).window, P1.filters) == said
