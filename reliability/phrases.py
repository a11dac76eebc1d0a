"""Sentences with gaps, as headers of queries write them: the query returns the parts, the words are made here.

    {service}                       a part, by its type: text as it is, a count, a day, names with "and" between them
    {spent:share}                   a part in a named format (see FORMATS)
    {issues:has|have}               one | many, by a number; none | one | many with three; yes | no, by a truth value
    {issues:A chronic issue|# chronic issues}      # is the number of the choice around it
    [ until {ends_at:last day}| with no end]       left out, or said otherwise, when a part in it is unknown or empty

What is chosen between may itself have gaps. A part that is unknown outside of brackets reads "—".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reliability import formatting as fmt

Parts = Mapping[str, Any]

FORMATS: Mapping[str, Callable[[Any, str], str]] = {
    "share": lambda part, _zone: fmt.share(part),
    "minutes": lambda part, _zone: fmt.duration(part),
    "days": lambda part, _zone: fmt.plural(part, "day"),
    "day": fmt.day,
    "last day": lambda end, zone: fmt.MISSING if end is None else fmt.last_day(end, zone),
    "weekday": fmt.weekday,
    "month": fmt.month,
    "time": fmt.time,
}
"""Name of a format -> the words of a part in a time zone. `last day` is the one before an exclusive end."""

_NUMBERS = ("bigint", "integer", "double")
_BY_TYPE: Mapping[str, Callable[[Any, str], str]] = {
    "varchar": lambda part, _zone: fmt.MISSING if part is None else str(part),
    "varchar[]": lambda part, _zone: fmt.listed(part or []) or fmt.MISSING,
    "bigint": lambda part, _zone: fmt.count(part),
    "timestamptz": fmt.day,
}
_SIGNS = "{}[]|#"
_FITS = dict.fromkeys(("share", "minutes", "days"), _NUMBERS)


@dataclass(frozen=True)
class _Gap:
    """A part of a sentence: in the format of that name, by its type (""), or a choice between `options`."""

    name: str
    kind: str
    form: str = ""
    options: tuple["_Text", ...] = ()


@dataclass(frozen=True)
class _Optional:
    """What is said when all of its parts are known, and what otherwise."""

    known: "_Text"
    otherwise: "_Text"


_Text = tuple["str | _Gap | _Optional", ...]


class Phrase:
    """A sentence with gaps. `types` are the parts there are, name -> type as DuckDB has it.

    Raises ValueError saying what cannot be read: an unknown part or format, one that does not fit the part's type,
    a bracket that is not closed.
    """

    def __init__(self, template: str, types: Mapping[str, str]) -> None:
        self.template = template
        self._types = types
        self._at = 0
        self._text = self._read("")

    def say(self, parts: Parts, zone: str) -> str:
        """Return the sentence with its gaps filled. zone: the time zone of its days and times."""
        return _say(self._text, parts, zone, "#")

    def _read(self, ends: str) -> _Text:
        """Read up to one of the characters of `ends`, or to the end where it is ""."""
        found: list[str | _Gap | _Optional] = []
        while self._at < len(self.template) and (here := self.template[self._at]) not in ends:
            plain = self._word(_SIGNS)
            if plain:
                found.append(plain)
                continue
            self._at += 1
            if here == "{":
                found.append(self._gap())
            elif here == "[":
                options = self._options("]")
                if len(options) > 2:
                    raise ValueError(f"more than two ways to say it in brackets: '{self.template}'")
                found.append(_Optional(options[0], options[1] if len(options) == 2 else ()))
            elif here in "}]":
                raise ValueError(f"a '{here}' too many: '{self.template}'")
            else:
                found.append(here)
        if ends and self._at == len(self.template):
            raise ValueError(f"'{ends[-1]}' is missing: '{self.template}'")
        return tuple(found)

    def _options(self, end: str) -> tuple[_Text, ...]:
        found = [self._read(f"|{end}")]
        while self.template[self._at] == "|":
            self._at += 1
            found.append(self._read(f"|{end}"))
        self._at += 1
        return tuple(found)

    def _word(self, ends: str) -> str:
        """Read plain text up to one of the characters of `ends`."""
        start = self._at
        while self._at < len(self.template) and self.template[self._at] not in ends:
            self._at += 1
        return self.template[start : self._at]

    def _gap(self) -> _Gap:
        name = self._word(":}").strip()
        if self._at == len(self.template):
            raise ValueError(f"'}}' is missing: '{self.template}'")
        kind = self._types.get(name)
        if kind is None:
            raise ValueError(f"'{name}' is not a part; there are {', '.join(self._types)}")
        self._at += 1
        if self.template[self._at - 1] == "}":
            return self._formatted(_Gap(name, kind))
        options = self._options("}")
        if len(options) > 1:
            return self._choice(_Gap(name, kind, options=options))
        return self._formatted(_Gap(name, kind, form="".join(map(str, options[0])).strip()))

    def _formatted(self, gap: _Gap) -> _Gap:
        known = [name for name in FORMATS if gap.kind in _FITS.get(name, ("timestamptz",))]
        if gap.form in known or (not gap.form and gap.kind in _BY_TYPE):
            return gap
        said = f"'{gap.name}' is {gap.kind}"
        if gap.form:
            said += f" and has no format '{gap.form}'"
        raise ValueError(f"{said}; write {' or '.join(f'{{{gap.name}:{name}}}' for name in known)}")

    def _choice(self, gap: _Gap) -> _Gap:
        allowed = {"boolean": (2,), **dict.fromkeys(_NUMBERS, (2, 3))}.get(gap.kind, ())
        if len(gap.options) not in allowed:
            raise ValueError(
                f"'{gap.name}' is {gap.kind} and chooses between {len(gap.options)} ways to say it; "
                "a number chooses between one|many or none|one|many, a truth value between yes|no"
            )
        return gap


def _say(text: _Text, parts: Parts, zone: str, number: str) -> str:
    said = []
    for piece in text:
        if isinstance(piece, str):
            said.append(number if piece == "#" else piece)
        elif isinstance(piece, _Gap):
            said.append(_fill(piece, parts, zone, number))
        else:
            known = all(_is_known(parts.get(gap.name)) for gap in piece.known if isinstance(gap, _Gap))
            said.append(_say(piece.known if known else piece.otherwise, parts, zone, number))
    return "".join(said)


def _fill(gap: _Gap, parts: Parts, zone: str, number: str) -> str:
    part = parts.get(gap.name)
    if gap.options:
        chosen = _chosen(part, len(gap.options))
        inner = number if isinstance(part, bool) else fmt.count(part)
        return _say(gap.options[chosen], parts, zone, inner)
    return (FORMATS[gap.form] if gap.form else _BY_TYPE[gap.kind])(part, zone)


def _chosen(part: Any, ways: int) -> int:
    """Return which way is said: an unknown number is many, an unknown truth value no."""
    if isinstance(part, bool) or part is None:
        return 0 if part else ways - 1
    few = 0 if part == 0 else 1 if part == 1 else 2
    return few if ways == 3 else int(part != 1)


def _is_known(part: Any) -> bool:
    return not fmt.is_missing(part) and part not in ("", [])
