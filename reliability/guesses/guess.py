"""Guesses: which column of an export may be which canonical one, by its name and by the look of its values."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from unicodedata import normalize

from reliability.guesses.epochs import is_when
from reliability.guesses.hints import (
    ASKS_ELSE,
    NAMED_ID,
    NAMED_SEVERITY,
    NAMED_UNTIL,
    NAMED_URGENCY,
)
from reliability.guesses.lengths import down_and_up, duration_of
from reliability.guesses.looks import Profile
from reliability.guesses.names import folded, likeness
from reliability.guesses.other_dates import is_other_date
from reliability.schema import BOOLEAN, DATE, INSTANT, INTEGER, NUMBER, SEVERITY, TABLES, Table

_LEAST_LIKE = 0.74
_SURE = 0.85
_SOME = 0.1  # of the cells are scores, where a column answers several questions

# How much a column says for a table: many have a title, only incidents have a severity and an end.
_TELLING: dict[str, dict[str, float]] = {
    "incidents": {
        "severity": 3, "duration": 2, "resolved_at": 2, "mitigated_at": 1, "detected_at": 1,
        "acknowledged_at": 1, "root_cause": 1, "status": 0.5, "service": 0.5, "title": 0.3,
    },
    "nps_responses": {"score": 4, "comment": 1, "responded_at": 0.5, "segment": 0.3},
    "tickets": {"subject": 0.8, "account_id": 0.6, "solved_at": 1, "priority": 0.7, "created_at": 0.4},
    "alerts": {"fired_at": 0.6, "title": 0.2},
    "accounts": {"annual_value": 3, "segment": 1, "name": 1, "account_id": 1},
    "availability": {"good": 2.5, "total": 2, "endpoint": 1, "interval_start": 0.4, "interval_end": 0.4},
    "changes": {"merged_at": 2.5, "released_at": 2, "planned_for": 2, "requested_at": 0.5},
    "sprint_work": {"sprint": 2.5, "work_type": 1, "planned_points": 1.5, "done_points": 1},
    "support_rotations": {"engineer": 1.5, "hours": 1.5, "planned_hours": 1.5},
    "postmortems": {"published_at": 1, "actions_total": 2, "actions_done": 2, "blameless": 2},
    "roadmap": {"quarter": 2, "expected_mttr_change": 2, "expected_availability_change": 2},
}  # fmt: skip
# Words in the name of a file or of a column that say what is listed.
_SUBJECTS = {
    "incidents": (
        r"incident|outage|stoe?rung|vorfall|panne|incidencia|incidente|ausfall|severity|mttr|postmortem|"
        r"incydent|awari[ae]|zgloszen|инцидент|авари|сбо[ий]|olay|ariza|kesinti|guasto|storing|verstoring|"
        r"driftstorning|avbrott|driftstans|장애|인시던트|障害|故障|"
        r"vypad|poruch|hairio|hiba(k|jegy)|авар|інцидент|insiden|gangguan|defectiun"
    ),
    "nps_responses": (
        r"nps|survey|umfrage|enquete|encuesta|pesquisa|sondaggio|feedback|respon|promoter|ankiet|"
        r"opini[ae]|анкет|опрос|отзыв|anket|memnuniyet|설문|만족도|undersokning|enkat|tevredenheid|onderzoek|"
        r"アンケート|问卷|問卷|满意|spokojenost|kysely|tyytyvaisyys|felmeres|elegedetts|tilfreds|опитуван|survei|sondaj"
    ),
    "tickets": r"ticket|support|zendesk|helpdesk|\bcases?\b|requests?\b",
    "alerts": r"alert|alarm|alerte|page[sr]\b",
    "accounts": r"accounts?\b|customers?\b|kunden|clients?\b|clientes",
    "availability": r"availability|uptime|\bsli\b|\bslo\b|verfugbarkeit",
    "changes": (
        r"change|deploy|release|pull|\bpr\b|\bprs\b|anderung|rollout|changement|deploiement|cambio|despliegue|mudanca|"
        r"wijziging|wdrozen|zmian|релиз|изменени|degisiklik"
    ),
    "sprint_work": r"sprint",
    "support_rotations": r"rotation|on ?call|shift",
    "postmortems": r"post ?mortem",
    "roadmap": r"roadmap",
}
_SUBJECTS = {table: normalize("NFKD", words) for table, words in _SUBJECTS.items()}
_ACCOUNT_WORDS = (
    r"\b(compan\w*|customer\w*|account\w*|client\w*|organi[sz]ation\w*|org|tenant|firma|kunde\w*|unternehmen|societe|"
    r"entreprise|empresa|cliente\w*|azienda|klant\w*|bedrijf|klient\w*|kund\w*|foretag|musteri\w*|sirket\w*|"
    r"клиент\w*|компани\w*|e ?mail|mail|user|segment|"
    r"survey|question|form|team|service|parent)\b|会社|顧客|고객|회사"
)
_ACCOUNT = re.compile(normalize("NFKD", _ACCOUNT_WORDS))
_PERIOD = re.compile(
    r"\b(year|jahr|annee|ano|anno|jaar|quarter|quartal|trimestre|month|monat|mois|mes|mese|maand|week|woche|kw|semaine|semana|"
    r"settimana|day|tag|jour|dia|giorno|dag)\b"
)
_PERSON = re.compile(r"\b(first|last|user|full|recipient|contact|caller)\b|\bby$")


@dataclass(frozen=True)
class Guess:
    """What an export's columns seem to be.

    columns: canonical column -> column of the export, each used once but for a day with two times of day. times:
    canonical instant -> column with the time of day, where the date has none. duration: a column that
    holds how long it took, "" for none, and its unit, "" where neither its name nor its values say. each_row: no column
    is an id, so every row is a record of its own.
    only: a column that says what each row is about, and its value for the rows that are meant; None for all rows.
    """

    columns: dict[str, str] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    duration: str = ""
    unit: str = ""
    each_row: bool = False
    only: tuple[str, str] | None = None


def guess(table: Table, columns: Mapping[str, Profile]) -> Guess:
    """Guess what the columns of an export (name -> look) are in a table; only what seems likely.

    A column whose values cannot be what the canonical column holds is never guessed. An id is never guessed from a
    year, a score, a date or an account.
    """
    only = _only(table, columns)
    picked = _picked(table, columns, only)
    if table.name == "incidents":
        _begin_with_the_start(picked, columns, table)
    duration, unit = "", ""
    if table.name == "incidents" and "resolved_at" not in picked:
        duration, unit = duration_of(columns, picked)
        if not duration and "mitigated_at" not in picked and "closed_at" in picked:
            # Tools close days later; where a file knows no other end, its keeper means this one.
            picked["resolved_at"] = picked.pop("closed_at")
    taken = {*picked.values(), duration, only[0] if only else ""}
    for wanted, kind in table.columns.items():
        if wanted not in picked and (look := _by_look(table, wanted, kind, columns, taken)):
            picked[wanted] = look
            taken.add(look)
    if table.name == "incidents" and not duration and "opened_at" in picked and "resolved_at" not in picked:
        # Where only one date is left that is no plan, no deadline and no later change, it is when it was over.
        left = [
            n for n, seen in columns.items() if n not in taken and is_when(n, seen) and not is_other_date(n)
        ]
        if len(left) == 1:
            picked["resolved_at"] = left[0]
            taken.add(left[0])
    times = _times(picked, columns, table)
    if table.name == "incidents" and not duration:
        _end_on_the_day_it_began(picked, times, columns)
    ordered = {name: picked[name] for name in table.columns if name in picked}
    own = _own_id(table)
    if only and own in ordered and not columns[ordered[own]].is_unique:
        # One person's answers to several questions bear one id: none of them may replace another.
        del ordered[own]
    return Guess(ordered, times, duration, unit, bool(own) and own not in ordered, only)


def _begin_with_the_start(picked: dict[str, str], columns: Mapping[str, Profile], table: Table) -> None:
    """Take what is named as the start for the opening where nothing else says when, or says only the day."""
    opened, started = picked.get("opened_at"), picked.get("started_at")
    detected = picked.get("detected_at")
    if not opened and not started and detected and columns[detected].filled:
        # Of stamps that are all stages of one thing, whatever the others are called, the first is when it began.
        order = list(columns)
        dated = [name for name in order[: order.index(detected)] if is_when(name, columns[name])]
        if not dated:
            picked["opened_at"] = picked.pop("detected_at")
    if not started or not columns[started].filled:
        return
    if (
        not opened
        or not columns[opened].filled
        or (
            columns[opened].is_days
            and not columns[started].is_days
            and not _times({"opened_at": opened}, columns, table)
        )
    ):
        picked["opened_at"] = picked.pop("started_at")


def _end_on_the_day_it_began(
    picked: dict[str, str], times: dict[str, str], columns: Mapping[str, Profile]
) -> None:
    """Where one date has two times of day, take the one that is called an end for the end."""
    if "resolved_at" in picked or "opened_at" not in times:
        return
    free = [
        n for n, seen in columns.items() if seen.is_times and n not in {*picked.values(), *times.values()}
    ]
    pair = down_and_up(columns)
    if pair and pair[1] in free:
        picked["resolved_at"], times["resolved_at"] = picked["opened_at"], pair[1]
    elif end := next(
        (n for n in free if NAMED_UNTIL.search(folded(n)) or likeness("resolved_at", n) >= _LEAST_LIKE), ""
    ):
        picked["resolved_at"], times["resolved_at"] = picked["opened_at"], end


def guess_table(columns: Mapping[str, Profile], file: str = "") -> str:
    """Guess the canonical table of an export by what its columns, and its file's name, say of it."""
    said = folded(file)
    heads = " ".join(map(folded, columns))

    def evidence(table: Table) -> float:
        picked = _picked(table, columns, _only(table, columns))
        weights = _TELLING.get(table.name, {})
        points = sum(weights.get(name, 0.1) for name in picked)
        if table.name == "incidents" and "resolved_at" not in picked and duration_of(columns, picked)[0]:
            points += weights["duration"]
        if table.name == "incidents" and "resolved_at" not in picked and down_and_up(columns):
            points += weights["resolved_at"]
        if (
            table.name == "incidents"
            and "severity" not in picked
            and _by_look(table, "severity", SEVERITY, columns, set(picked.values()))
        ):
            points += weights["severity"] / 2
        own = _own_id(table)
        if own and own in picked and _is_named(table, picked[own]):
            points += 2
        if subject := _SUBJECTS.get(table.name):
            points += 1.5 * bool(re.search(subject, said)) + 0.5 * bool(re.search(subject, heads))
        return points - 2 * len(_missing(table, picked, columns))

    # The first of equals: incidents before everything else.
    return max(TABLES.values(), key=evidence).name


def _own_id(table: Table) -> str:
    """The column that names a row of the table, "" where no single one does."""
    first = next(iter(table.columns))
    return first if first.endswith("_id") and first in table.required and len(table.required) < 3 and (
        table.name != "incident_accounts"
    ) else ""  # fmt: skip


def _is_named(table: Table, given: str) -> bool:
    """Whether an id's name says of what it is the id: "Ticket number", not "Number"."""
    subject = _SUBJECTS.get(table.name)
    return bool(subject and re.search(subject, folded(given)))


def _missing(table: Table, picked: Mapping[str, str], columns: Mapping[str, Profile]) -> list[str]:
    """What the table needs and nothing may be; an id can be done without, and any date may be the date."""
    taken = set(picked.values())
    return [
        name
        for name in table.required
        if name not in picked
        and name != _own_id(table)
        and not (table.columns[name] in (INSTANT, DATE) and _by_look(table, name, INSTANT, columns, taken))
    ]


def _only(table: Table, columns: Mapping[str, Profile]) -> tuple[str, str] | None:
    """For answers to several questions in one column: the column that says which, and its word for this one."""
    if table.name != "nps_responses":
        return None
    scored = [n for n, seen in columns.items() if seen.is_scores and likeness("score", n) >= _SURE]
    for name, seen in columns.items():
        if name not in scored and 2 <= seen.distinct <= 40 and seen.distinct < seen.filled / 2:
            values = [value for value, _ in seen.common]
            about = [value for value in values if likeness("score", value) >= 0.9]
            others = [v.endswith("?") or ASKS_ELSE.search(folded(v)) for v in values if v not in about]
            # A column of scores counts whole, unless the other rows say that they answer something else.
            if len(about) == 1 and (not scored or all(others)):
                return name, about[0]
    return None


def _picked(table: Table, columns: Mapping[str, Profile], only: tuple[str, str] | None) -> dict[str, str]:
    """What the names of columns say; of answers to several questions, the column that some scores are in."""
    picked = _by_name(table, columns, mixed=only is not None)
    if only and "score" not in picked:
        taken = {*picked.values(), only[0]}
        held = {
            name: seen.scores
            for name, seen in columns.items()
            if name not in taken and seen.scores >= _SOME and not is_when(name, seen) and not seen.is_unique
        }
        if held:
            picked["score"] = max(held, key=lambda name: held[name])
    return picked


def _by_name(table: Table, columns: Mapping[str, Profile], mixed: bool = False) -> dict[str, str]:
    """mixed: the scores share their column with answers to other questions."""
    scored = sorted(_scored(table, columns, mixed), key=lambda found: (-found[0], found[1], found[2]))
    picked: dict[str, str] = {}
    for _, wanted, given in scored:
        if wanted not in picked and given not in picked.values():
            picked[wanted] = given
    return picked


def _scored(table: Table, columns: Mapping[str, Profile], mixed: bool) -> Iterator[tuple[float, str, str]]:
    for wanted, kind in table.columns.items():
        if wanted in ("severity_text", "severity_highest", "severity_first"):
            continue  # one severity is asked for; the word is kept beside the level
        for given, seen in columns.items():
            likely = likeness(wanted, given) - 0.15 * (seen.filled == 0)
            if likely < _LEAST_LIKE:
                continue
            some_scores = mixed and wanted == "score" and seen.scores >= _SOME
            if not some_scores and not _may_hold(table, wanted, kind, given, seen, likely):
                continue
            # What no row counts without goes first where a column could be several things, then what is filled.
            bonus = 0.05 * (wanted in table.required) + _fitness(wanted, kind, given, seen)
            yield likely + bonus, wanted, given


def _fitness(wanted: str, kind: str, given: str, seen: Profile) -> float:
    """How well a column suits what many could be."""
    if kind == SEVERITY:
        name = folded(given)
        named = 0.15 * bool(NAMED_SEVERITY.search(name)) - 0.2 * bool(NAMED_URGENCY.search(name))
        return named + 0.08 * seen.levels - 0.1 * (seen.distinct < 2 < seen.filled)
    if wanted == "priority":
        return 0.08 * seen.levels
    if wanted == "status":
        return 0.08 * seen.states
    if wanted in ("title", "subject", "comment"):
        return 0.04 * seen.words + 0.02 * seen.distinct / max(1, seen.filled)
    if wanted.endswith("_id"):
        return 0.04 * seen.is_unique + 0.04 * (seen.codes >= 0.8)
    return 0.0


def _by_look(
    table: Table, wanted: str, kind: str, columns: Mapping[str, Profile], taken: set[str]
) -> str | None:
    """The first column that nothing else is and whose values look like what is wanted, whatever it is called."""
    free = {name: seen for name, seen in columns.items() if seen.filled and name not in taken}
    if wanted == table.happened_at or (kind in (INSTANT, DATE) and wanted in table.required):
        answers = table.name == "nps_responses"
        dates = [n for n, seen in free.items() if is_when(n, seen) and not is_other_date(n)]
        fits = sorted(dates, key=lambda n: is_other_date(n, of_answers=answers))
    elif wanted == _own_id(table):
        fits = [
            n for n, seen in free.items() if seen.is_unique and seen.filled > 1 and _may_be_id(n, seen, 0.0)
        ]
    elif kind == SEVERITY and wanted == "severity":
        fits = [n for n, seen in free.items() if seen.levels >= 0.8 and seen.distinct <= 8]
    elif wanted == "score":
        fits = sorted(
            (n for n, seen in free.items() if seen.is_scores and not seen.is_unique and seen.distinct > 2),
            key=lambda n: -(free[n].high or 0),
        )
    else:
        return None
    return next(iter(fits), None)


def _times(picked: Mapping[str, str], columns: Mapping[str, Profile], table: Table) -> dict[str, str]:
    """For dates without a time of day: the free column with the time that goes with each."""
    clocks = [n for n, seen in columns.items() if seen.is_times and n not in picked.values()]
    order = list(columns)
    found: dict[str, str] = {}
    for wanted, given in picked.items():
        if table.columns[wanted] != INSTANT or not columns[given].is_days or not clocks:
            continue
        named = [n for n in clocks if likeness(wanted, n) >= _LEAST_LIKE]
        if wanted == table.happened_at and (pair := down_and_up(columns)):
            named = [n for n in clocks if n == pair[0]]
        beside = [n for n in clocks if order.index(n) == order.index(given) + 1]
        if chosen := next(iter(named or beside), ""):
            found[wanted] = chosen
            clocks.remove(chosen)
    return found


def _may_be_id(given: str, seen: Profile, likely: float) -> bool:
    """Whether a column may name the rows of a table: never a year, a score, a date or an account."""
    name = folded(given)
    if (
        is_when(given, seen)
        or seen.is_times
        or (seen.is_years and not seen.is_unique)
        or _PERIOD.search(name)
    ):
        return False
    if _ACCOUNT.search(name) or re.search(r"\b(score|rating|nps)$", name):
        return False
    if seen.is_scores and not (seen.is_unique and likely >= _SURE):
        return False
    if seen.is_years and likely < _SURE:
        return False
    if seen.words >= 0.3 and seen.codes < 0.3:
        return False  # what happened, in a sentence
    numbered = seen.is_unique and all(any(c.isdigit() for c in value) for value in seen.examples)
    if seen.codes < 0.3 and not seen.is_numbers and not numbered and not NAMED_ID.search(name):
        return False  # "Incident", "Case": what is listed, in words
    return seen.codes >= 0.8 or seen.is_numbers or likely >= _SURE


def _may_hold(table: Table, wanted: str, kind: str, given: str, seen: Profile, likely: float) -> bool:
    if not seen.filled:
        return True
    if kind in (INSTANT, DATE):
        return is_when(given, seen)
    if wanted == "score":
        return seen.is_scores
    if kind in (INTEGER, NUMBER):
        return seen.is_numbers or (
            seen.flags < 0.8 and all(any(c.isdigit() for c in v) for v in seen.examples)
        )
    if kind == BOOLEAN:
        return seen.flags >= 0.8
    if is_when(given, seen) or seen.is_times:
        return False
    if kind == SEVERITY or wanted == "priority":
        small = seen.is_numbers and seen.whole and (seen.high or 0) <= 10
        return seen.distinct <= (30 if likely >= 0.9 else 15) and (
            small or (not seen.is_numbers and seen.words < 0.5)
        )
    if wanted in ("status", "kind"):
        return seen.distinct <= 25 and not seen.is_numbers and seen.words < 0.5
    if wanted == _own_id(table):
        return _may_be_id(given, seen, likely)
    if wanted.endswith("_id"):
        # A customer may be told by its name; what refers to another record is a code or a number.
        is_code = wanted == "account_id" or seen.codes >= 0.5
        return is_code and not (seen.is_numbers and not seen.whole)
    if _PERSON.search(folded(given)):
        return False
    return not seen.is_numbers
