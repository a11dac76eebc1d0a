"""The case that the sample tells, as numbers: when things happened, how often, and how fast people were.

Counts are those of scale 1. A stretch is a piece of the two years in which the rates stay the same; its counts
are exact, so that any scale and any seed tell the same story.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

ZONE = ZoneInfo("Europe/Berlin")
FIRST = date(2023, 11, 20)  # a Monday
AS_OF = datetime(2025, 11, 17, 8, 0, tzinfo=UTC)
LAST_SECOND = int(AS_OF.timestamp())

PAGERDUTY_FROM = date(2024, 6, 3)  # before: ServiceNow
REGISTER_FROM = date(2024, 7, 1)  # from here P1 and P2 are kept in the incident register
QUALTRICS_FROM = date(2025, 1, 1)  # before: Delighted
ALERTS_FROM = date(2024, 11, 18)
TURN = date(2025, 8, 18)  # the promises are made, the freeze begins

LOOK_BACK_DAYS = 30  # a shared problem makes a repeat within this many days


@dataclass(frozen=True)
class Stretch:
    """Days from `start` up to `end`, and what happened in them at scale 1.

    incidents: number of each severity 1-5, by the highest severity they ever had.
    recover, engage, detect: median minutes for a P1 (a few are engaged no sooner than they recover, which
    lowers the median of engage). chronic: share of P1 and P2 that belong to a chronic problem.
    escalated_repeats: how many repeats were escalated; None: six in ten of them.
    engineering_hours: mean from ticket to engineering lead. executive_hours: median from incident to
    executive. on_time: share of postmortems within 72 h. actionable: share of alerts worth a look.
    """

    start: date
    end: date
    incidents: tuple[int, int, int, int, int]
    recover: float
    engage: float
    detect: float
    chronic: float
    escalated_repeats: int | None
    engineering_hours: float
    executive_hours: float
    on_time: float
    alerts_per_week: int
    actionable: float


# The year before the promises; its bad last quarter; the 60th and the 90th day after.
_YEAR, _BAD_QUARTER, _DAY_60, _DAY_90 = (
    date(2024, 8, 19),
    date(2025, 5, 20),
    date(2025, 10, 17),
    date(2025, 11, 16),
)
STRETCHES = (
    Stretch(FIRST, _YEAR, (82, 188, 395, 395, 152), 160, 48, 11, 0.55, None, 12, 46, 0.50, 240, 0.34),
    Stretch(_YEAR, _BAD_QUARTER, (93, 205, 395, 400, 150), 162, 50, 11, 0.55, 91, 12, 48, 0.46, 250, 0.33),
    Stretch(_BAD_QUARTER, TURN, (36, 80, 150, 135, 50), 175, 51, 12, 0.60, 37, 12.2, 50, 0.36, 310, 0.29),
    Stretch(TURN, _DAY_60, (13, 37, 95, 95, 34), 116, 13, 8, 0.46, 15, 7.6, 4.8, 0.923, 180, 0.45),
    Stretch(_DAY_60, _DAY_90, (6, 17, 46, 45, 16), 112, 11.5, 8, 0.50, 7, 7.2, 4.6, 0.833, 150, 0.54),
    Stretch(_DAY_90, date(2025, 11, 18), (2, 2, 4, 3, 1), 112, 12, 8, 0.5, None, 7, 4.6, 1.0, 150, 0.54),
)  # fmt: skip

# (start, end, NPS, scored answers per 90 days): finer than the stretches, since trust moves more slowly.
MOODS = (
    (FIRST, date(2024, 8, 19), 36.0, 800),
    (date(2024, 8, 19), date(2025, 2, 19), 35.0, 830),
    (date(2025, 2, 19), date(2025, 5, 20), 34.0, 880),
    (date(2025, 5, 20), TURN, 26.0, 900),
    (TURN, date(2025, 10, 1), 29.0, 880),
    (date(2025, 10, 1), date(2025, 11, 18), 33.0, 880),
)

# Share of good requests per core endpoint: before the bad quarter, in it, and after the turn.
AVAILABILITY = {
    "checkout-api": (0.99946, 0.99790, 0.99921),
    "payments-gateway": (0.99955, 0.99915, 0.99957),
    "orders-api": (0.99958, 0.99925, 0.99968),
    "identity": (0.99975, 0.99948, 0.99974),
    "search": (0.99970, 0.99952, 0.99967),
}

# P1s that the story names, by local time and problem: the morning that the chief executive spent on the support
# floor; a Sunday evening; and one that is still open when the exports are made.
NAMED_P1S = (
    ("2025-07-08 06:52", "PRB0001042"),
    ("2025-07-08 07:41", "PRB0001063"),
    ("2025-07-08 08:36", "PRB0001042"),
    ("2025-11-16 19:12", "PRB0001063"),
    ("2025-11-17 07:41", "PRB0001057"),
)


def day_number(day: date) -> int:
    """Days since the first day of the sample."""
    return (day - FIRST).days


def seconds(day: date) -> int:
    """Unix seconds at which a day begins in the organisation's zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=ZONE).timestamp())


def local_seconds(text: str) -> int:
    """Unix seconds of a local time such as "2025-11-16 19:12"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


DAYS = day_number(date(2025, 11, 18))
MIDNIGHTS = np.array([seconds(FIRST + timedelta(days=n)) for n in range(DAYS + 1)])


def stretch_of(moments: np.ndarray) -> np.ndarray:
    """Number of the stretch in which each moment (Unix seconds) lies."""
    starts = [seconds(stretch.start) for stretch in STRETCHES]
    return np.clip(np.searchsorted(starts, moments, side="right") - 1, 0, len(STRETCHES) - 1)
