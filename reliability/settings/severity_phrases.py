"""Severity phrases: the level or the kind that a tool's text means where no list holds the whole of it.

"SEV1 (Critical)", "Priority 1 - Critical", "Impact: High" and "1. Critical" say a level in parts. A part is a code (P1,
sev_2, Severity-1), a number (1), or a word (critical). Codes go before numbers, numbers before words. Parts of one sort
that contradict each other say no level, and neither does a text with an unknown word and no code: it stays
unknown, unless a level stands alone in front ("Critical - Business stopped").
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path


def fold(text: str) -> str:
    """Write a text without case, width and accents: "Crítica" is "critica", a full-width "P1" is "p1"."""
    bare = (c for c in unicodedata.normalize("NFKD", text.replace("_", " ")) if not unicodedata.combining(c))
    return " ".join("".join(bare).casefold().split())


_TOLD = tomllib.loads((Path(__file__).parent / "severity_words.toml").read_text(encoding="utf-8"))
_LEVELS = {fold(word): int(level) for level, words in _TOLD["levels"].items() for word in words}
_KINDS = {fold(word): kind for kind, words in _TOLD["kinds"].items() if kind != "beside" for word in words}
_BESIDE_KINDS = {fold(word) for word in _TOLD["kinds"]["beside"]}
_LABELS = {fold(word) for word in _TOLD["labels"]}
_FILLERS = {fold(word) for word in _TOLD["fillers"]} | _LABELS
_SPELLED = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_SPELLED |= {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}

_LABEL = "|".join(sorted(map(re.escape, _LABELS), key=len, reverse=True))
_APART = r"[\s.:#=/()\[\]–—-]"
_ALONE_BEFORE, _ALONE_AFTER = r"(?<![^\W_])", r"(?![^\W_]|[.,]\d)"
_CODE = re.compile(rf"{_ALONE_BEFORE}(?:(?:{_LABEL})|[psl]){_APART}*0*([0-5]){_ALONE_AFTER}")
_SPELLED_CODE = re.compile(rf"{_ALONE_BEFORE}(?:{_LABEL}){_APART}+({'|'.join(_SPELLED)}){_ALONE_AFTER}")
# 一级, 2級, 1등급: Chinese, Japanese and Korean put the word for a level behind it.
_GRADES = {
    **dict(zip("一二三四五", range(1, 6), strict=True)),
    **{str(number): number for number in range(1, 6)},
}
_GRADE_WORDS = "|".join(map(fold, ("级", "級", "급", "등급")))
_GRADE = re.compile(rf"(?<![\w.,])(?:第|p|s)?({'|'.join(_GRADES)}) ?(?:{_GRADE_WORDS})(?!\d)")
_NUMBER = re.compile(rf"{_ALONE_BEFORE}(?<!\d[.,])([0-5]){_ALONE_AFTER}")
_NUMBERED = re.compile(r"\W*[0-5]\s*[.:)\]–—-]")
_WHOLE = re.compile(r"(?<=^\d)[.,]0+$")
_DIGITS = re.compile(r"\d+")
_PARTED = re.compile(r"\s[–—-]\s|:\s|\s[(\[]")
_DENIED = {"not", "no", "was", "were", "formerly", "before", "nicht", "war", "pas", "etait", "era"}
_WORDS = re.compile(r"[^\W\d_]+")


def level_of(text: str, own: Mapping[str, int]) -> int | None:
    """Return the level (1 worst, 5 least) that a text says in parts, None when it says none or several.

    own: words of the organisation with their levels; one of them that is a part of the text decides. A number or a
    letter alone is no such part: what "1" or "A" means in one tool says nothing of "Sev 1" or "a crash" in another.
    """
    said = _WHOLE.sub("", fold(text))
    parts = {
        fold(word): level
        for word, level in own.items()
        if len(word.strip()) > 1 and not word.strip().isdigit()
    }
    if levels := {level for word, level in parts.items() if word and _has(said, word)}:
        return _one(levels)
    codes = {int(number) for number in _CODE.findall(said)}
    codes |= {_SPELLED[number] for number in _SPELLED_CODE.findall(said)}
    codes |= {_GRADES[number] for number in _GRADE.findall(said)}
    if codes:
        return _one({max(code, 1) for code in codes})
    numbers, words = [int(number) for number in _NUMBER.findall(said)], _WORDS.findall(said)
    word = _level_of_words(words)
    if len(numbers) != len(_DIGITS.findall(said)) or len(numbers) > 1:
        return None
    if not numbers:
        return _level_in_front(said) if word is None else word
    if not words:
        # A zero alone is as often "none" as it is worse than one.
        return numbers[0] or None
    number = max(numbers[0], 1)
    if word is None:
        return number if _NUMBERED.match(said) else None
    # "3 - Critical" and "1 - Low" count upwards: the word says which end it is.
    return word if abs(word - number) > 1 else number


def kind_of(text: str) -> str | None:
    """Return the kind of row that a text names in place of a level ("Planned maintenance"), else None."""
    words = _WORDS.findall(fold(text))
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    if not kinds or any(word not in _KINDS and word not in _BESIDE_KINDS for word in words):
        return None
    return "maintenance" if "maintenance" in kinds else kinds[0]


def _has(said: str, part: str) -> bool:
    return re.search(rf"{_ALONE_BEFORE}{re.escape(part)}(?![^\W_])", said) is not None


def _level_of_words(words: list[str]) -> int | None:
    """The level that words say together, as one phrase or one by one; None when one of them is not known."""
    bare = [word for word in words if word not in _FILLERS]
    for phrase in (words, bare):
        if (level := _LEVELS.get(" ".join(phrase))) is not None:
            return level
    return _one({_LEVELS[word] for word in bare}) if all(word in _LEVELS for word in bare) else None


def _level_in_front(said: str) -> int | None:
    """The level that all in front of the first dash, colon or bracket says, unless what follows says another one."""
    parts = _PARTED.split(said, maxsplit=1)
    if len(parts) < 2:
        return None
    level, others = _level_of_words(_WORDS.findall(parts[0])), _WORDS.findall(parts[1])
    if level is None or any(word in _KINDS or word in _DENIED for word in others):
        return None
    return level if all(_LEVELS.get(word, level) == level for word in others) else None


def _one(levels: set[int]) -> int | None:
    return next(iter(levels)) if len(levels) == 1 else None
