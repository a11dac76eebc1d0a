"""Local times: the offset of a zone on every local day, and where its clock is changed."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from reliability.rollups.model import SmallTable

_FIRST, _LAST = datetime(1999, 12, 31), datetime(2061, 1, 1)
_DAY = 86_400
_NEVER = 1 << 60

COLUMNS = {
    "day": "bigint",
    "offset_before": "bigint",
    "changes_from": "bigint",
    "changes_until": "bigint",
    "offset_after": "bigint",
    "is_repeated": "boolean",
}


@lru_cache(maxsize=8)
def local_days(zone: str) -> SmallTable:
    """Offsets of `zone` in seconds, per local day from 2000 to 2060, and the stretch that is ambiguous or missing.

    Stretches are in seconds since 1970 as the wall clock shows them. UTC has no rows: nothing is to be taken off.
    """
    if zone in ("UTC", "Etc/UTC"):
        return SmallTable(COLUMNS)
    info = ZoneInfo(zone)
    days = range(_seconds(_FIRST) // _DAY, _seconds(_LAST) // _DAY)
    changed: dict[int, tuple[int, int, int, int, bool]] = {}
    moment, offset = _FIRST, _offset(_FIRST, info)
    while moment < _LAST:
        following = moment + timedelta(days=1)
        later = _offset(following, info)
        if later != offset:
            change = _seconds(_change(moment, following, info))
            first, end = sorted((change + offset, change + later))
            for day in range(first // _DAY, (end - 1) // _DAY + 1):
                changed[day] = (offset, first, end, later, later < offset)
        moment, offset = following, later
    return SmallTable(COLUMNS, [(day, *(changed.get(day) or _unchanged(day, info))) for day in days])


def _unchanged(day: int, zone: ZoneInfo) -> tuple[int, int, int, int, bool]:
    """A day without a change: its offset at local noon, which is never in doubt."""
    noon = datetime(1970, 1, 1, tzinfo=zone) + timedelta(days=day, hours=12)
    offset = int((noon.utcoffset() or timedelta()).total_seconds())
    return offset, _NEVER, _NEVER, offset, False


def _seconds(utc: datetime) -> int:
    return int(utc.replace(tzinfo=UTC).timestamp())


def _offset(utc: datetime, zone: ZoneInfo) -> int:
    """Seconds that the wall is ahead of UTC at an instant."""
    shift = utc.replace(tzinfo=UTC).astimezone(zone).utcoffset()
    return int(shift.total_seconds()) if shift else 0


def _change(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """The first second of (start, end] with another offset than `start`."""
    before = _offset(start, zone)
    while end - start > timedelta(seconds=1):
        middle = start + timedelta(seconds=int((end - start).total_seconds()) // 2)
        start, end = (middle, end) if _offset(middle, zone) == before else (start, middle)
    return end
