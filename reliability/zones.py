"""Time zones by their IANA names."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zone_names() -> frozenset[str]:
    """Every IANA name this machine knows: Europe/Berlin. Listing them walks 600 files, so it happens once a process."""
    return frozenset(available_timezones())
