"""Zones: the time zone that the name of a column says: "Opened (ET)", "Start UTC", "closed_at_utc", "Ende [CET]"; and
columns that say it row by row.
"""

import re
from unicodedata import normalize

from reliability.guesses.looks import Profile
from reliability.guesses.names import folded
from reliability.zones import zone_names

# What people mean by them: the time of a place with its summer time, not an offset the whole year round. Words with
# several meanings (IST, CST of China) are not here.
_PLACES = {
    "UTC": ("UTC", "GMT", "Z", "ZULU"),
    "America/New_York": ("ET", "EST", "EDT"),
    "America/Chicago": ("CT", "CST", "CDT"),
    "America/Denver": ("MT", "MST", "MDT"),
    "America/Los_Angeles": ("PT", "PST", "PDT"),
    "Europe/London": ("BST", "UK"),
    "Europe/Berlin": ("CET", "CEST", "MEZ", "MESZ"),
    "Europe/Athens": ("EET", "EEST"),
    "Europe/Moscow": ("MSK",),
    "Asia/Singapore": ("SGT",),
    "Asia/Hong_Kong": ("HKT",),
    "Asia/Tokyo": ("JST",),
    "Asia/Seoul": ("KST",),
    "Australia/Sydney": ("AEST", "AEDT", "AET"),
    "Pacific/Auckland": ("NZST", "NZDT"),
}
_NAMED_ZONE = re.compile(
    normalize(
        "NFKD",
        r"\b(time ?zone|tz|zone|zeitzone|fuseau|zona horaria|huso|fuso|tijdzone|strefa|часовой пояс|saat dilimi"
        r"|tidszon\w*|aikavyohyke|offset)\b|タイムゾーン|时区|시간대",
    )
)
_WRITTEN_OFFSET = re.compile(r"(?:(?:UTC|GMT) ?)?[+-]\d{1,2}(?::?\d{2})?")
_ZONE_OF = {word: zone for zone, words in _PLACES.items() for word in words}
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_AT_THE_END = re.compile(r"(?:^|[\s_./-])([A-Z]{2,5}|utc|gmt)\s*$")
_OFFSET = re.compile(r"(?:UTC|GMT)\s*([+-])\s*0?(\d{1,2})(?::?00)?")


def zone_of_name(name: str) -> str:
    """The IANA zone that a column's name says its times are in, "" where it says none."""
    inside = [part.strip() for part in _IN_BRACKETS.findall(name)]
    for said in inside:
        if zone := _zone(said):
            return zone
    bare = _AT_THE_END.search(_IN_BRACKETS.sub(" ", name).rstrip())
    return _zone(bare[1]) if bare else ""


def holds_zones(name: str, seen: Profile) -> bool:
    """Whether a column says for each row in which zone its times are; short words do only where it is called so."""
    values = [value for value, _ in seen.common]
    if not values:
        return False
    if all("/" in value and value in zone_names() for value in values):
        return True
    called_so = _NAMED_ZONE.search(folded(name)) is not None
    return called_so and all(
        value in zone_names()
        or value.upper() in _ZONE_OF
        or _WRITTEN_OFFSET.fullmatch(value.upper()) is not None
        for value in values
    )


def _zone(said: str) -> str:
    word = re.sub(r"\s*\btime\b", "", said, flags=re.IGNORECASE).strip()
    if word in zone_names() and "/" in word:
        return word
    if offset := _OFFSET.fullmatch(word.upper()):
        # POSIX counts these the other way round: Etc/GMT-2 is two hours ahead of UTC.
        zone = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"
        return zone if zone in zone_names() else ""
    return _ZONE_OF.get(word.upper(), "")
