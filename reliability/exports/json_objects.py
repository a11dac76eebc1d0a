"""Objects of a JSON text, one after another, where a broken one never costs its neighbours.

Values keep the spelling they have in the text: `1.10` stays `1.10`, and a nested object is its own JSON.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

NOT_AN_OBJECT = "it is not an object"
CUT_OBJECT = "the file ends in the middle of this object"
TOO_DEEP = "it is nested too deeply"
CUT_LIST = "the file ends before the list is closed: it was cut here"

_decoder = json.JSONDecoder(strict=False)
_BETWEEN = re.compile(r"[\s,]*")
_BLANK = re.compile(r"\s*")
_BRACKET = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*+"', re.DOTALL)
_OBJECT = re.compile(r'\{\s*"')
# A member without escapes: its key, a text or a word (a number, true, null, or nothing in brackets), and what follows
# it; or its key alone, when something nested does. One match in place of two values and four looks for blanks.
_PLAIN = re.compile(
    r"""\s*"([^"\\\x00-\x1f]*)"\s*:\s*(?:(?:"([^"\\\x00-\x1f]*)"|"""
    r"""(-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|true|false|null|\[\s*\]|\{\s*\}))"""
    r"""\s*([,}])|(?=[\[{]))"""
)
_SIGN = re.compile(r"\s*([,}])")


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object: its key, its value, and where the value stands in the text."""

    key: str
    value: object
    start: int
    end: int


class BrokenObject(ValueError):
    """An object that is no JSON.

    members: those before it broke. at: where the value starts, or the sign is missing, that broke it.
    """

    def __init__(self, reason: str, members: list[Member], at: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.members = members
        self.at = at


@dataclass(frozen=True, slots=True)
class Found:
    """One element of a list: where it starts, its cells (None, with a reason, when broken), its text."""

    start: int
    cells: Mapping[str, str | None] | None
    text: str
    reason: str = ""


def read_value(text: str, at: int) -> tuple[object, int]:
    """Read any value; return it and where it ends. Raises ValueError when it is no JSON."""
    try:
        return _decoder.raw_decode(text, at)
    except RecursionError as error:
        raise ValueError(TOO_DEEP) from error


def read_members(text: str, at: int) -> tuple[list[Member], int]:
    """Read the object at `at`; return its members and where it ends. Raises BrokenObject."""
    members: list[Member] = []
    try:
        at = _skip(text, at + 1)
        while text[at : at + 1] != "}":
            key, at = read_value(text, at)
            if not isinstance(key, str):
                raise ValueError("a key is no text")
            at = _skip(text, _expect(text, _skip(text, at), ":"))
            value, end = read_value(text, at)
            members.append(Member(key, value, at, end))
            at = _skip(text, end)
            if text[at : at + 1] != "}":
                at = _skip(text, _expect(text, at, ","))
    except ValueError as error:
        raise BrokenObject(_reason(text, error), members, at) from error
    return members, at + 1


def read_object(text: str, at: int) -> tuple[dict[str, str | None], int]:
    """Read the object at `at`; return its members as text, null as None, and its end. Raises BrokenObject."""
    if plain := _read_plain(text, at):
        return plain
    members, end = read_members(text, at)
    cells = {
        m.key: m.value if m.value is None or isinstance(m.value, str) else text[m.start : m.end]
        for m in members
    }
    return cells, end


def _read_plain(text: str, at: int) -> tuple[dict[str, str | None], int] | None:
    """Read an object of plain members, as most are; None when there is anything else in it."""
    cells: dict[str, str | None] = {}
    at += 1
    while member := _PLAIN.match(text, at):
        key, string, word, sign = member.groups()
        at = member.end()
        if string is not None:
            cells[key] = string
        elif word is not None:
            cells[key] = None if word == "null" else word
        else:
            try:
                _, end = _decoder.raw_decode(text, at)
            except (ValueError, RecursionError):
                return None
            cells[key] = text[at:end]
            follows = _SIGN.match(text, end)
            if follows is None:
                return None
            sign, at = follows[1], follows.end()
        if sign == "}":
            return cells, at
    return None


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _expect(text: str, at: int, sign: str) -> int:
    if text[at : at + 1] != sign:
        raise json.JSONDecodeError(f"'{sign}' is missing", text, at)
    return at + 1


def _reason(text: str, error: ValueError) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    if error.pos + 2 >= len(text):
        return CUT_OBJECT
    return f"it is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}"


class ObjectReader:
    """Reads lists of objects and remembers what keys they have.

    Behind a broken element reading goes on at the next object that shares half of its keys with its
    neighbours: an object nested in the broken one does not.
    """

    def __init__(self) -> None:
        self._keys: Counter[str] = Counter()
        self._objects = 0

    def learn(self, cells: Mapping[str, str | None]) -> None:
        """Take note of an object's keys."""
        self._keys.update(cells.keys())
        self._objects += 1

    def read_list(self, text: str, at: int, last: bool = False) -> Iterator[Found]:
        """Yield the elements of the list at `at`; with `last`, of the lists that follow it too."""
        at += 1
        while (at := _after(text, at)) < len(text):
            if text[at] == "]":
                at = _skip(text, at + 1)
                if not last or at >= len(text):
                    return
                if text[at] == "[":
                    at += 1
                    continue
            found, at = self._one(text, at)
            if at >= len(text) and found.cells is None and not text.rstrip().endswith("]"):
                yield Found(found.start, None, found.text, CUT_OBJECT)
                return
            yield found
        yield Found(max(len(text) - 1, 0), None, text[-80:], CUT_LIST)

    def read_stream(self, text: str, at: int = 0) -> Iterator[Found]:
        """Yield the objects of a text that has no list around them."""
        while (at := _after(text, at)) < len(text):
            found, at = self._one(text, at)
            yield found

    def _one(self, text: str, at: int) -> tuple[Found, int]:
        try:
            if text[at] != "{":
                _, end = read_value(text, at)
                return Found(at, None, text[at:end], NOT_AN_OBJECT), end
            cells, end = read_object(text, at)
        except BrokenObject as broken:
            if broken.reason == TOO_DEEP:
                end = _end_of(text, at)
                return Found(at, None, text[at:end], TOO_DEEP), end
            end = self._next_object(text, at + 1, {m.key for m in broken.members})
            return Found(at, None, text[at:end].rstrip(" \r\n\t,"), broken.reason), end
        except ValueError as error:
            deep = str(error) == TOO_DEEP
            end = _end_of(text, at) if deep else self._next_object(text, at + 1, set())
            return Found(at, None, text[at:end].rstrip(" \r\n\t,"), _reason(text, error)), end
        self.learn(cells)
        return Found(at, cells, text[at:end]), end

    def _next_object(self, text: str, at: int, keys_of_broken: set[str]) -> int:
        usual = {k for k, n in self._keys.items() if n * 2 >= self._objects} or keys_of_broken
        while candidate := _OBJECT.search(text, at):
            at = candidate.start()
            try:
                keys = set(read_object(text, at)[0])
            except BrokenObject as broken:
                keys = {m.key for m in broken.members}
            if len(keys & usual) * 2 >= len(usual):
                return at
            at += 1
        return len(text)


def _end_of(text: str, at: int) -> int:
    """Return where the object or list at `at` ends, by its brackets alone: it is too deep to be read."""
    depth = 0
    for sign in _BRACKET.finditer(text, at):
        if sign[0] in "{[":
            depth += 1
        elif sign[0] in "}]":
            depth -= 1
            if not depth:
                return sign.end()
    return len(text)


def _after(text: str, at: int) -> int:
    between = _BETWEEN.match(text, at)
    return between.end() if between else at
