"""Code pages: which legacy encoding lines that are not UTF-8 are in, and whether that is certain.

Pages of Latin letters differ in few of them, which statistics of a text tell badly: there the alphabets of
languages decide, and cp1252 goes first where several fit. Other scripts have words of their own letters alone; which
page of them it is says charset-normalizer. A short table has too few letters for statistics, but the words that tables
are made of: in another page none of them comes out by chance.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WESTERN = "cp1252"
LOOKED_AT = 1 << 18
"""Bytes of such lines that are looked at."""

# Letters beyond ASCII of a language; with the rarest (ŕ, ĺ) French and Norwegian would pass for Slovak.
_ALPHABETS = {
    WESTERN: (
        *("äöüß", "àâæçéèêëîïôœùûüÿ", "áéíñóúüªº", "ãáâàçéêíóôõúüªº", "àèéìíîòóùúªº", "åäöæøéèêóòôü"),
        *("ëïéèêöüáóíúûàç", "áðéíóúýþæö", "äöõüšž", "çëâê"),
    ),
    "cp1250": (*("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "čćđšžé", "ăâîşţ"),),
    "cp1254": ("çğıöşüâîû",),
}
_OTHER_SCRIPTS = (
    "cp1251",
    "cp932",
    "gb18030",
    "cp949",
    "big5",
    "euc_jp",
    "koi8_r",
    "cp1253",
    "cp1255",
    "cp1256",
    "cp874",
)
_WORDS = {
    page: tuple(told["words"])
    for told in tomllib.loads(
        Path(__file__).with_name("table_words.toml").read_text(encoding="utf-8")
    ).values()
    for page in told["pages"]
}
_TOLD_BY_WORDS = 1 << 14  # bytes in which words are looked for
_FEWEST = 8  # letters from which a script is believed, and a doubt is worth a word
_FEWEST_OF_ALL = 3  # with fewer it is a damaged byte as likely as a word
_FOREIGN = 0.02  # of the letters may be of another language: a name
_MOST_MIXED = 0.1  # of the words of another script may have Latin letters in them
_MOST_CHAOS = 0.12
_CLEARLY = 0.02
_DAMAGED = 0.05  # of the lines may not be in the page
# "回答ID", "NPSスコア": where words are not apart, abbreviations stand in them.
_ABBREVIATION = re.compile(r"[A-Z]{2,}(?=[\u3040-\u9fff]{2})|(?<=[\u3040-\u9fff]{2})[A-Z]{2,}")
_SIGN_IN_WORD = re.compile(r"(?<=[^\W\d_])[²³¹¿£¥¼½¾¨¸´÷§©®±¶»«¢¤¦¬¯](?=[^\W\d_])")

PAGES = (WESTERN, *(page for page in _ALPHABETS if page != WESTERN), *_OTHER_SCRIPTS)
"""The code pages that can be distinguished."""


@dataclass(frozen=True)
class CodePage:
    """A page, and the one that it may be as well: "" where there is no doubt."""

    name: str
    perhaps: str = ""


def code_page(lines: Iterable[bytes]) -> CodePage:
    """Tell the page of lines that are not UTF-8, of which the first 256 kB are looked at."""
    sample = _sample(lines)
    letters = sum(byte > 0x7F for byte in sample)
    if letters < _FEWEST_OF_ALL:
        return CodePage(WESTERN)
    if told := _of_words(sample[:_TOLD_BY_WORDS]):
        return CodePage(told)
    fitting = [page for page in _ALPHABETS if _is_one_language(sample, page)]
    if fitting:
        others = [page for page in fitting[1:] if _differ_much(sample, fitting[0], page)]
        return CodePage(fitting[0], others[0] if others else "")
    if letters < _FEWEST:
        return CodePage(WESTERN)
    return _of_script(sample) or _of_many_languages(sample)


def _sample(lines: Iterable[bytes]) -> bytes:
    taken: list[bytes] = []
    size = 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if size > LOOKED_AT:
            break
    return b"\n".join(taken)


def _letters(text: str) -> list[str]:
    """The letters beyond ASCII, and signs in the middle of words, which no language has there."""
    return [c for c in text.casefold() if c.isalpha() and not c.isascii()] + _SIGN_IN_WORD.findall(text)


def _is_one_language(sample: bytes, page: str) -> bool:
    text = _decoded(sample, page)
    letters = _letters(text) if text is not None else []
    return any(
        sum(letter not in alphabet for letter in letters) <= _FOREIGN * len(letters)
        for alphabet in (_ALPHABETS[page] if text is not None else ())
    )


def _differ_much(sample: bytes, one: str, other: str) -> bool:
    """Whether two pages read many letters of a sample differently."""
    first, second = _decoded(sample, one) or "", _decoded(sample, other) or ""
    return sum(a != b for a, b in zip(first, second, strict=False)) >= _FEWEST


def _of_words(sample: bytes) -> str:
    """The page in which most words of tables come out, "" where none does in any, or as many in two."""
    found = []
    for page, words in _WORDS.items():
        text = _decoded(sample, page)
        if text is not None:
            said = text.casefold()
            found.append((sum(word in said for word in words), page))
    most = max((n for n, _ in found), default=0)
    best = [page for n, page in found if n == most]
    return best[0] if most and len(best) == 1 else ""


def _of_script(sample: bytes) -> CodePage | None:
    """The page of another script than Latin; None when no script has these words."""
    own = [page for page in _OTHER_SCRIPTS if _has_own_words(sample, page)]
    if not own:
        return None
    lines = sample.split(b"\n")
    sound = [line for line in lines if all(_line(line, page) is not None for page in own)]
    if 2 * len(sound) > len(lines):
        sample = b"\n".join(sound)
    from charset_normalizer import from_bytes  # few files need it

    matches = from_bytes(sample, cp_isolation=own, threshold=0.3, preemptive_behaviour=False)
    # cp1251 goes before what is as orderly, then the page that its language speaks for.
    found = sorted((m.chaos, -m.coherence, _OTHER_SCRIPTS.index(m.encoding), m.encoding) for m in matches)
    if not found or found[0][0] > _MOST_CHAOS:
        return None
    (chaos, coherence, _, best), *rest = found
    near = [page for c, h, _, page in rest if c < chaos + _CLEARLY and h < coherence + 0.1]
    near = [page for page in near if _decoded(sample, page) != _decoded(sample, best)]
    return CodePage(best, near[0] if near else "")


def _has_own_words(sample: bytes, page: str) -> bool:
    text = _decoded(sample, page)
    if text is None:
        return False
    words = re.findall(r"[^\W\d_]+", _ABBREVIATION.sub(" ", text))
    foreign = [word for word in words if not word.isascii()]
    mixed = sum(any(c.isascii() for c in word) for word in foreign)
    return bool(foreign) and mixed <= _MOST_MIXED * len(foreign)


def _of_many_languages(sample: bytes) -> CodePage:
    """The Latin page with the fewest signs out of place, of a text in several languages or in none."""
    counts: dict[str, float] = {}
    for page in _ALPHABETS:
        text = _decoded(sample, page)
        if text is not None:
            known = set("".join(_ALPHABETS[page]))
            letters = _letters(text)
            counts[page] = sum(letter not in known for letter in letters) / max(1, len(letters))
    if not counts:
        return CodePage(WESTERN)
    best = min(counts, key=lambda page: counts[page])
    if best == WESTERN or counts.get(WESTERN, 1.0) <= counts[best] + 0.1:
        return CodePage(WESTERN)
    return CodePage(best, WESTERN)


def _decoded(sample: bytes, page: str) -> str | None:
    """The lines of a sample in a page, a few damaged ones left out; None when more are not in it."""
    lines = sample.split(b"\n")
    found = [text for line in lines if (text := _line(line, page)) is not None]
    damaged = len(lines) - len(found)
    return None if damaged > (max(1, _DAMAGED * len(lines)) if len(lines) > 3 else 0) else "\n".join(found)


def _line(line: bytes, page: str) -> str | None:
    try:
        return line.decode(page)
    except UnicodeDecodeError:
        return None
