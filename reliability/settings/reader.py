"""Typed reading of TOML tables: asking for a key declares it, and what nobody asked for is an error."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from reliability.errors import SettingsError, nearest
from reliability.zones import zone_names

_MISSING = object()
_LONGEST_NUMBER, _LONGEST_TEXT = 40, 200
_LARGEST_NUMBER = 1e15  # beyond it a number is a slip of the finger, and no longer exact
_YEARS = range(1970, 2200)  # anything else is a slip of the finger, and would overflow in some time zones


def _iso(read: Callable[[str], Any], text: str) -> Any:
    """Read a date or instant; the message of the standard library would not help a person."""
    try:
        return read(text.strip())
    except ValueError:
        raise ValueError from None


def shown(value: Any) -> str:
    """A value as a person wrote it, with its kind: `"15" (text)`."""
    if isinstance(value, bool):
        return f"{str(value).lower()} (true/false)"
    if isinstance(value, str):
        return f'"{_beginning(value, _LONGEST_TEXT)}" (text)'
    if isinstance(value, int | float):
        return f"{_beginning(str(value), _LONGEST_NUMBER)} (number)"
    if isinstance(value, datetime):
        return f"{value.isoformat()} (date and time)"
    if isinstance(value, date):
        return f"{value.isoformat()} (date)"
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else f"{value} (time)"


def _beginning(text: str, longest: int) -> str:
    """A text, or its beginning where the whole of it would be no line."""
    return text if len(text) <= longest else f"{text[:longest]}..."


class Table:
    """One TOML table being read. Problems are collected, so that all of them can be shown at once.

    values: the table as parsed. where: how messages call it ("review.toml, [targets]"); prefix: what they put
    before its keys ("goal."). Every getter returns its default (or None) when the key is absent or wrong.
    Call `finish` last: it reports the keys that nobody asked for.
    """

    def __init__(
        self, values: dict[str, Any], where: str, problems: list[SettingsError], prefix: str = ""
    ) -> None:
        self.values = values
        self.where = where
        self.problems = problems
        self.prefix = prefix
        self.asked: set[str] = set()

    def problem(self, key: str, what: str, remedy: str) -> None:
        """Note that `key` says something that is not allowed."""
        separator = " " if "[" in self.where else ", "
        self.problems.append(
            SettingsError(what, f"{self.where}{separator}{self.prefix}{key}".rstrip("."), remedy)
        )

    def _get(self, key: str) -> Any:
        self.asked.add(key)
        return self.values.get(key, _MISSING)

    def _typed(self, key: str, default: Any, read: Callable[[Any], Any], allowed: str) -> Any:
        """Read one value; `read` raises ValueError when it is not what it must be."""
        value = self._get(key)
        if value is _MISSING:
            return default
        try:
            return read(value)
        except ValueError as error:
            self.problem(key, f"found {shown(value)}", str(error) or f"Allowed: {allowed}.")
            return default

    def text(self, key: str, default: str = "") -> str:
        """Text on one line, without outer blanks."""

        def read(value: Any) -> str:
            if not isinstance(value, str):
                raise ValueError
            return value.strip()

        return self._typed(key, default, read, "text in quotes")

    def flag(self, key: str, default: bool = False) -> bool:
        """true or false."""

        def read(value: Any) -> bool:
            if not isinstance(value, bool):
                raise ValueError
            return value

        return self._typed(key, default, read, "true or false, without quotes")

    def integer(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both allowed."""

        def read(value: Any) -> int:
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise ValueError
            return value

        return self._typed(key, default, read, f"a whole number from {low} to {high}")

    def number(self, key: str, default: Any, above: float, below: float, allowed: str) -> Any:
        """A finite number strictly between `above` and `below`; `allowed` says so in words."""

        def read(value: Any) -> float:
            if isinstance(value, bool) or not isinstance(value, int | float) or not above < value < below:
                raise ValueError
            if abs(value) > _LARGEST_NUMBER:
                raise ValueError(f"Allowed: {allowed}, at most 1 followed by 15 zeros.")
            return value

        return self._typed(key, default, read, allowed)

    def number_within(self, key: str, default: float, low: float, high: float) -> float:
        """A number from `low` to `high`, both allowed."""

        def read(value: Any) -> float:
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ValueError
            return float(value)

        return self._typed(key, default, read, f"a number from {low:g} to {high:g}")

    def choice(self, key: str, default: Any, choices: tuple[str, ...]) -> Any:
        """One of a few words."""
        listed = " or ".join(f'"{c}"' for c in choices)

        def read(value: Any) -> str:
            if value not in choices:
                raise ValueError
            return value

        return self._typed(key, default, read, listed)

    def names(self, key: str, default: tuple[str, ...] = (), known: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of text; each one of `known` when given."""

        def read(value: Any) -> tuple[str, ...]:
            if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
                raise ValueError
            for word in value:
                if known and word not in known:
                    raise ValueError(f"There is no '{word}'. {nearest(word, known)}")
            return tuple(value)

        return self._typed(key, default, read, 'a list of text, for example ["checkout", "search"]')

    def integers(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers from `low` to `high`."""

        def read(value: Any) -> tuple[int, ...]:
            if not isinstance(value, list) or any(type(v) is not int or not low <= v <= high for v in value):
                raise ValueError
            return tuple(value)

        return self._typed(key, (), read, f"a list of whole numbers from {low} to {high}")

    def zone(self, key: str, default: Any) -> Any:
        """The name of a time zone of the IANA database."""

        def read(value: Any) -> str:
            if not isinstance(value, str):
                raise ValueError
            if value not in zone_names():
                near = get_close_matches(value, zone_names(), n=1, cutoff=0.6)
                hint = (
                    f"Did you mean '{near[0]}'?" if near else "Use a name such as 'Europe/Berlin' or 'UTC'."
                )
                raise ValueError(f"There is no time zone '{_beginning(value, _LONGEST_TEXT)}'. {hint}")
            return value

        return self._typed(key, default, read, "the name of a time zone, for example 'Europe/Berlin'")

    def day(self, key: str) -> date | None:
        """A calendar day, as a TOML date or as text "2025-08-18"."""

        def read(value: Any) -> date:
            if isinstance(value, str):
                value = _iso(date.fromisoformat, value)
            if not isinstance(value, date) or isinstance(value, datetime) or value.year not in _YEARS:
                raise ValueError
            return value

        return self._typed(key, None, read, "a day, for example 2025-08-18")

    def instant(self, key: str, zone: ZoneInfo) -> datetime | None:
        """A moment, in UTC; one without an offset is read in `zone`."""

        def read(value: Any) -> datetime:
            if isinstance(value, str):
                value = _iso(date.fromisoformat if len(value) <= 10 else datetime.fromisoformat, value)
            if not isinstance(value, datetime) or value.year not in _YEARS:
                raise ValueError
            return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)

        return self._typed(key, None, read, "a date with a time, for example 2025-11-17T08:00:00+01:00")

    def table(self, key: str) -> "Table":
        """A table below this one; an empty one when it is absent."""
        value: Any = self._get(key)
        top = "[" not in self.where
        if value is not _MISSING and not isinstance(value, dict):
            self.problem(key, f"found {shown(value)}", "Write a table: keys and values.")
            value = _MISSING
        where = f"{self.where}, [{key}]" if top else self.where
        prefix = "" if top else f"{self.prefix}{key}."
        return Table({} if value is _MISSING else value, where, self.problems, prefix)

    def tables(self, key: str) -> list["Table"]:
        """The tables of a list of tables, each called by its id or its number in messages."""
        value = self._get(key)
        if value is _MISSING:
            return []
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            self.problem(key, f"found {shown(value)}", f"Start each one with [[{key}]] on a line of its own.")
            return []
        found = []
        for number, values in enumerate(value, start=1):
            called = f"'{values['id']}'" if isinstance(values.get("id"), str) else f"no. {number}"
            found.append(Table(values, f"{self.where}, [[{key}]] {called}", self.problems))
        return found

    def given(self, key: str) -> bool:
        """Whether the key is there, right or wrong."""
        return key in self.values

    def finish(self) -> None:
        """Report every key that nobody asked for, with the nearest one that exists."""
        for key in self.values:
            if key not in self.asked:
                self.problem(key, "there is no such setting", nearest(key, self.asked, "Settings here"))
