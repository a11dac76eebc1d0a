"""Looks: what the values of a column seem to be, whatever the column is called."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

EXAMPLES = 3

# Cells that mean "nothing here", as tools write them ("none" in lower case is a severity word), and people ("-").
_NOTHING = {"?", "-", "–", "—", "--", "NA", "N/A", "n/a", "null", "None", "NaN", "NS"}

# Values of a column that are looked at closely; the first ones tell as much as all.
_LOOKED_AT = 200

_MONTH = r"[^\W\d_]{3,12}\.?"
_DATE = re.compile(
    rf"\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}[-/.]\d{{1,2}}[-/.](\d{{4}}|\d{{2}})(?!\d)"
    rf"|\d{{4}}\. \d{{1,2}}\. \d{{1,2}}\.?|\d{{1,2}}\. \d{{1,2}}\. \d{{4}}"
    rf"|\d{{1,2}}(st|nd|rd|th|\.)?[-/ ]{_MONTH}[-/ ,]+(\d{{4}}|\d{{2}})(?!\d)|{_MONTH} \d{{1,2}},? \d{{4}}"
    rf"|\d{{1,2}} de [^\W\d_]+ de \d{{4}}|\d{{4}}[年년] ?\d{{1,2}}[月월] ?\d{{1,2}}[日일]|\d{{4}}\d{{2}}\d{{2}}T\d"
)
_CLOCK = (
    r"(?:(?:上午|午前|오전|下午|午後|오후) ?)?(?:\d{1,2}[:h.]\d{2}([:.]\d{2}([.,]\d+)?)?\s*([AaPp]\.? ?[Mm]\.?)?"
    r"|\d{1,2}[時时点시] ?\d{1,2}[分분]( ?\d{1,2}[秒초])?)"
)
_AT = r"(?:klo|kl\.?|ore|alle|um|om|at|a las|as|às|à|o godz\.?|godz\.?|saat|в)"
_ZONE = (
    r"(\s*(Z|Uhr|uur|ч|[A-Z]{2,5}|(UTC|GMT)?[+-]\d{1,2}(:?\d{2})?|[\[(]?[A-Z][A-Za-z_]+/[A-Za-z_/]+[\])]?"
    r"|\([^()]*\)))*"
)
_WHOLE_DATE = re.compile(
    rf"\s*(?:{_DATE.pattern})(?:(?:[T ,]+|(?<=[日일]))(?:[гr]\.?,? )?(?:{_AT} ?|- )?{_CLOCK}{_ZONE}"
    rf"|(?<=T\d)[\d:.]*{_ZONE}|Z)?\s*"
)
# "3 July 2025 9:30 AM → 10:10 AM (UTC)", "2025-07-03 09:30 - 2025-07-03 10:10", read by range_start and range_end in
# queries/build/values.sql. A dash between a day and a time of day ("Aug 30, 2024 - 13:30") joins one date.
_BETWEEN = r"(?:\s*[→⟶–—〜～]\s*|\s+(?:->?|to|bis|à|au|al?|até|until|till)\s+|/(?=\d{4}-))"
_RANGE = re.compile(
    rf"\D{{0,12}}(?:{_DATE.pattern})(?:.*?{_BETWEEN}.{{0,12}}?(?:{_DATE.pattern})|.*?\d[:h]\d\d.*?{_BETWEEN}{_CLOCK}).*"
)
# "23:40-00:20", "9:00 – 10:15": from when to when, on a day that stands elsewhere.
_HOURS = re.compile(rf"{_CLOCK}(?:\s*-\s*|{_BETWEEN}){_CLOCK}")
_ADDRESS = re.compile(r"\s*\d{1,3}(\.\d{1,3}){3}")  # of a machine
_TIME_OF_DAY = re.compile(_CLOCK)
# "Jul-25", "July 2025", "2025-07", "07/2025", "2025年7月": a month, of no day.
_MONTH_ALONE = re.compile(
    rf"(?i)\s*({_MONTH}[-/' ]+(\d{{4}}|\d{{2}})|(\d{{4}}|\d{{2}})[-/ ]{_MONTH}|\d{{4}}[-/.](0?[1-9]|1[0-2])"
    r"|(0?[1-9]|1[0-2])[-/.]\d{4}|\d{4}[年년] ?\d{1,2}[月월])\s*"
)
_HAS_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00(\.0+)?)?\s*(Z|[+-]00:?00)?$")
_DAY_AND_MONTH = re.compile(r"\s*(\d{1,2})[-/.] ?(\d{1,2})[-/.] ?\d{2,4}\b")
MONTHS = tuple(
    re.findall(
        r"\w+",
        "jan ene gen jän sty янв oca ian feb fev fév lut фев şub mar mär mrz maa mrt мар apr avr abr kwi апр nis may "
        "mai mei mag maj май мая jun giu jui cze июн haz iun jul lug lip июл tem iul aug aoû aou ago sie авг ağu sep "
        "set wrz сен eyl oct okt ott out paź paz окт eki nov lis ноя kas noi dec dez déc dic des gru дек ara",
    )
)
"""The first letters of months, as queries/build/odd_dates.sql reads them."""

# Seconds or milliseconds since 1970, of the years 2004 to 2035.
_EPOCH = re.compile(r"(1[1-9]\d{8}|20[0-5]\d{7})(\d{3}|\.\d+)?")
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_LABELLED = re.compile(r"\s*\"?(\d{1,2})(\.0+)?\"?\s*([-–—:=(.]+\s*\D.*)?")
_CODE = re.compile(r"(?=\S*\d)[\w#:./-]+")
_LEVEL = re.compile(
    r"(?i)\s*((p|s|sev|prio|priority|severity|level|impact|tier)[\s:_-]*\d|\d\s*[-–—:]\s*\w+|blocker|critical|major|high|"
    r"(第|p|s)?[一二三四五1-5] ?(级|級|급|등급)|"
    r"moderate|medium|normal|minor|low|trivial|highest|lowest|urgent|planning|none|kritisch|hoch|mittel|niedrig|gering|"
    r"dringend|critique|majeur|haute?|eleve|moyenn?e?|bas(se)?|faible|mineur|critic[oa]|alt[oa]|medi[oa]|baix[oa]|baj[oa]|"
    r"urgente|grave|leve|kritiek|hoog|laag|middel|"
    r"krytyczn\w+|wysok\w+|średni\w*|nisk\w+|критич\w+|высок\w+|средн\w+|низк\w+|срочн\w+|kritik|"
    r"yüksek|orta|düşük|acil|kritisk|"
    r"hög|medel|låg|høj|høy|lav|긴급|치명적|심각|높음|보통|낮음|緊急|重大|高|中|低|致命的)\b.*"
)
_STATE = re.compile(
    r"(?i)\s*(open|opened|new|in progress|work in progress|on hold|pending|investigating|identified|monitoring|"
    r"mitigated|acknowledged|triggered|resolved|closed|done|completed?|cancell?ed|declined|to do|active|offen|neu|"
    r"in arbeit|gelost|geschlossen|erledigt|ouvert|en cours|resolu|ferme|clos|abierto|en curso|resuelto|cerrado|aberto|"
    r"em andamento|"
    r"resolvido|fechado|encerrado|aperto|risolto|chiuso|opgelost|gesloten|"
    r"zamkni\w+|rozwi[aą]zan\w+|otwart\w+|w toku|now[ye]|закрыт\w*|реш[её]н\w*|открыт\w*|в работе|новы[йе]|"
    r"açık|kapalı|kapandı|çözüldü|devam ediyor|öppen|löst|stängd|pågår|avslutad|"
    r"해결|해결됨|종료|완료|진행 ?중|처리 ?중|対応中|解決済み?|完了|未対応)\s*"
)
_FLAGS = {
    "true",
    "false",
    "yes",
    "no",
    "y",
    "n",
    "0",
    "1",
    "ja",
    "nein",
    "oui",
    "non",
    "si",
    "sí",
    "sim",
    "não",
    "tak",
    "nie",
    "да",
    "нет",
    "evet",
    "hayır",
    "예",
    "아니오",
    "x",
}


@dataclass(frozen=True)
class Profile:
    """How the values of a column look. filled, distinct: of the values looked at, blanks left out.

    rows: rows looked at, blanks included. examples: up to three different values. The shares are of the filled values,
    0-1. low, high: of the values that are plain numbers; None without any. common: the most frequent values and how
    often. date_order: "dmy" or "mdy" where the dates say which comes first, "?" where they fit both, "" where it does
    not matter.
    """

    examples: tuple[str, ...] = ()
    rows: int = 0
    filled: int = 0
    distinct: int = 0
    dates: float = 0.0
    midnight: float = 0.0
    months: float = 0.0
    epochs: float = 0.0
    times: float = 0.0
    numbers: float = 0.0
    scores: float = 0.0
    codes: float = 0.0
    levels: float = 0.0
    states: float = 0.0
    flags: float = 0.0
    words: float = 0.0
    low: float | None = None
    high: float | None = None
    whole: bool = False
    common: tuple[tuple[str, int], ...] = ()
    date_order: str = ""

    @property
    def is_dates(self) -> bool:
        """Whether its values are dates, a slip or a total row aside."""
        return self.filled > 0 and self.dates >= 0.7

    @property
    def is_months(self) -> bool:
        """Whether its values are months, of no day."""
        return self.filled > 0 and self.months >= 0.9

    @property
    def is_days(self) -> bool:
        """Whether its dates say no time of day."""
        return self.is_dates and self.midnight >= 0.9

    @property
    def is_epochs(self) -> bool:
        """Whether its values may be seconds or milliseconds since 1970; they may be ids as well: ask the name."""
        return self.filled > 0 and self.epochs >= 0.9

    @property
    def is_times(self) -> bool:
        """Whether its values are times of day without a date."""
        return self.filled > 0 and self.times >= 0.8

    @property
    def is_numbers(self) -> bool:
        """Whether its values are plain numbers."""
        return self.filled > 0 and self.numbers >= 0.8

    @property
    def is_years(self) -> bool:
        """Whether its values are years."""
        return self.is_numbers and self.whole and _within(self, 1970, 2100)

    @property
    def is_scores(self) -> bool:
        """Whether its values are whole numbers from 0 to 10, labelled or not."""
        return self.filled > 0 and self.scores >= 0.8

    @property
    def is_unique(self) -> bool:
        """Whether hardly a value comes twice."""
        return self.filled > 0 and self.distinct >= 0.98 * self.filled


def _within(seen: Profile, low: float, high: float) -> bool:
    return seen.low is not None and seen.high is not None and low <= seen.low and seen.high <= high


def profile(values: Sequence[str | None]) -> Profile:
    """Look at the values of one column (None and blanks are no values)."""
    filled = [
        said for value in values if value is not None and (said := value.strip()) and said not in _NOTHING
    ]
    counted = Counter(filled)
    near = filled[:_LOOKED_AT]
    if not near:
        return Profile(rows=len(values))
    # Most columns hold few different values: each is looked at once.
    often = Counter(near).items()

    def share(looks: "re.Pattern[str]") -> float:
        return sum(n for v, n in often if looks.fullmatch(v) is not None) / len(near)

    numbers = [float(v.replace(",", ".")) for v in near if _NUMBER.fullmatch(v)]
    dated = [v for v, n in often if is_date_like(v) for _ in range(n)]
    return Profile(
        examples=tuple(list(counted)[:EXAMPLES]),
        rows=len(values),
        filled=len(filled),
        distinct=len(counted),
        dates=len(dated) / _that_may_be_dates(often, len(dated)),
        midnight=sum(not _HAS_CLOCK.search(v) or _MIDNIGHT.search(v) is not None for v in dated)
        / max(1, len(dated)),
        months=sum(n for v, n in often if _is_month(v)) / len(near),
        epochs=share(_EPOCH),
        times=share(_TIME_OF_DAY),
        numbers=len(numbers) / len(near),
        scores=sum(n for v, n in often if _is_score(v)) / len(near),
        codes=share(_CODE),
        levels=share(_LEVEL),
        states=share(_STATE),
        flags=sum(v.lower() in _FLAGS for v in near) / len(near),
        words=sum(" " in v and len(v) > 12 for v in near) / len(near),
        low=min(numbers, default=None),
        high=max(numbers, default=None),
        whole=bool(numbers) and all(n.is_integer() for n in numbers),
        common=tuple(counted.most_common(12)),
        date_order=_date_order(filled),
    )


def _that_may_be_dates(often: Iterable[tuple[str, int]], dated: int) -> int:
    """Values that a date could be: not the one or two words that stand where there is none yet ("ongoing", "offen")."""
    words = {value: n for value, n in often if not any(c.isdigit() for c in value)}
    whole = sum(n for _, n in often)
    return whole - sum(words.values()) if len(words) <= 2 and dated >= 0.2 * whole else whole


def _date_order(values: Sequence[str]) -> str:
    pairs = [(int(found[1]), int(found[2])) for v in values if (found := _DAY_AND_MONTH.match(v))]
    if any(first > 12 for first, _ in pairs):
        return "dmy"
    if any(second > 12 for _, second in pairs):
        return "mdy"
    return "?" if any(first != second for first, second in pairs) else ""


def is_date_like(value: str) -> bool:
    """Whether a text begins like a date, and is no longer than one."""
    return len(value) <= 48 and _DATE.search(value) is not None and not _ADDRESS.match(value)


def is_date(value: str) -> bool:
    """Whether a text is a date, with a time of day or without, and nothing else."""
    return _WHOLE_DATE.fullmatch(value) is not None


def is_date_range(value: str) -> bool:
    """Whether a text says from when to when, with the day or as times of day alone."""
    said = value.strip()
    return len(said) <= 96 and any(looks.fullmatch(said) for looks in (_RANGE, _HOURS))


def _is_month(value: str) -> bool:
    if not _MONTH_ALONE.fullmatch(value):
        return False
    word = re.sub(r"[\W\d_]", "", value).lower()
    # "Sprint-25" and "Team 12" are written like months.
    return word in ("", "年月", "년월") or word.startswith(MONTHS)


def _is_score(value: str) -> bool:
    found = _LABELLED.fullmatch(value)
    return found is not None and 0 <= int(found[1]) <= 10
