"""Frames of promises over data that are told to cover this or that: no warehouse is needed for them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reliability.commitments.coverage import Covered
from reliability.commitments.evidence import Evidence
from reliability.commitments.frame import Frame
from reliability.commitments.windows import frame_of
from reliability.settings import Commitment, Organisation, Settings, Span
from tests.promises_by_hand import ZERO

LATER = datetime(2025, 12, 1, tzinfo=UTC)
ALWAYS = Covered(ZERO - timedelta(days=400), LATER)


@dataclass
class Known(Evidence):
    """Evidence that is told what the data cover."""

    settings: Settings
    as_of: datetime = LATER
    coverage: dict[str, Covered] = field(default_factory=dict)
    late: int = 14
    undated_answers: int = 0  # type: ignore[misc]

    def late_days(self, tables: Any) -> int:
        return self.late


def framed(of: Commitment, covered: dict[str, Covered], *windows: Span, as_of: datetime = LATER) -> Frame:
    settings = Settings(Organisation(time_zone="UTC"), incident_windows=windows, commitments=(of,))
    return frame_of(of, Known(settings, as_of, covered))
