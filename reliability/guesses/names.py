"""Names: how alike the name of a column is to what a canonical column is called, in the languages exports come in."""

import re
import tomllib
from functools import cache, lru_cache
from pathlib import Path
from unicodedata import combining, normalize

from rapidfuzz import fuzz

_VOCABULARY = Path(__file__).with_name("names.toml")

# Questions are sentences: a score is told by the stem of "recommend".
_RECOMMEND = re.compile(
    normalize(
        "NFKD",
        r"recommend|empfehl|recommand|recomi?end|aanbevel|aanraden|consigli|raccomand|polec|"
        r"рекоменд|порекоменд|tavsiye|oner(?:me|ir)|rekommender|anbefal|すすめ|勧め|推奨|추천|推荐|推薦|doporuc|suosittel|ajanla|рекоменду|merekomendasi|\bnps\b",
    )
)
_WHY = re.compile(
    r"\b(why|reason|warum|grund|pourquoi|raison|por que|motivo|perche|waarom|"
    r"dlaczego|powod|почему|причин\w*|neden|varfor|hvorfor|comment|category|group|type|segment)\b"
)
_ELEMENT = re.compile(r"\[[^=\]]+=([^\]]+)\]")
# Keys that every object has; what they say is of the object, unless it stands for the whole row.
_NAMES = {"name", "value", "display value", "summary", "label", "title", "display name"}
_OF_ANYTHING = _NAMES | {
    "id",
    "key",
    "url",
    "link",
    "href",
    "html url",
    "self",
    "type",
    "status",
    "description",
    "number",
    "code",
    "slug",
}
_SAME = 0.9  # from which a whole path is a name itself: "customer.id"
# What stands for the whole row.
_WRAPPERS = {
    "attributes", "fields", "data", "properties", "node", "item", "record", "row", "result", "issue", "meta",
    "metadata", "incident", "outage", "event", "ticket", "case", "response", "answer", "payload", "details",
    "info", "source", "object",
}  # fmt: skip
_LONGEST_NAME = 6  # words; what is longer is a sentence
_ALIKE = 88  # percent of rapidfuzz


def likeness(wanted: str, given: str) -> float:
    """How alike a column's name is to a canonical one: 1 for the same, about 0.9 for a synonym, 0 for another thing.

    given: a name, or a path such as "attributes.started_at", whose last part counts most. What an element of a list is
    called is its name, whatever holds its value: "events[type=Detected].time" is "Detected".
    """
    if element := _ELEMENT.findall(given):
        return _likeness(wanted, folded(element[-1])) - 0.02
    whole = folded(given)
    *above, tail = [part for part in re.split(r"\.(?=\S)|\]", given) if part] or [given]
    last = folded(tail)
    found = _likeness(wanted, whole)
    if above and last in _OF_ANYTHING and folded(above[-1]) not in _WRAPPERS:
        # "Component.link" is the component's address, "Rank.name" the rank: of the row itself they say neither.
        stands_for = _likeness(wanted, folded(above[-1])) - 0.02 if last in _NAMES else 0.0
        return max(found if found >= _SAME else 0.0, stands_for)
    return max(found, _likeness(wanted, last) - 0.02) if last != whole else found


@cache
def _likeness(wanted: str, given: str) -> float:
    if given in (folded(wanted), folded(wanted).removesuffix(" at")):
        return 1.0
    if wanted == "score" and _RECOMMEND.search(given) and not _WHY.search(given):
        return 0.93
    words = set(given.split())
    core = _core(given)
    best = 0.0
    names = _read().get(wanted, ())
    for rank, synonym in enumerate(names):
        off = 0.1 * rank / len(names)
        if given == synonym:
            return max(best, 0.97 - off)
        best = max(best, _compared(core, words, synonym) - off)
    return best


def _compared(core: str, words: set[str], synonym: str) -> float:
    bare = _core(synonym)
    if core == bare:
        return 0.95
    if len(words) > _LONGEST_NAME or len(bare) < 3:
        return 0.0
    inside = set(bare.split())
    if inside <= words:
        return 0.8 + 0.1 * len(inside) / len(words)
    if " " not in core and len(bare) >= 5 and core.endswith(bare):
        return 0.8  # "Störungsbeginn"
    alike = fuzz.ratio(core, bare)
    return 0.9 * alike / 100 if alike >= _ALIKE and len(bare) >= 5 else 0.0


_STROKES = str.maketrans(
    {"ł": "l", "ø": "o", "ı": "i", "đ": "d", "æ": "ae"}
)  # accents that are no marks of their own


def folded(name: str) -> str:
    """The words of a name without case and accents: "OpenedAt", "opened_at" and "Opened  At" are one."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    plain = "".join(c for c in normalize("NFKD", apart) if not combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold().translate(_STROKES)))


@lru_cache(maxsize=8192)
def _core(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _read()["fillers"]) or name


@cache
def _read() -> dict[str, tuple[str, ...]]:
    given = tomllib.loads(_VOCABULARY.read_text(encoding="utf-8"))
    return {wanted: tuple(dict.fromkeys(map(folded, names))) for wanted, names in given.items()}
