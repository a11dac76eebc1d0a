"""Guesses: which column of an export may be which canonical one, by its name and by the look of its values."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence

from reliability.schema import BOOLEAN, DATE, INSTANT, INTEGER, NUMBER, TABLES, Table

# How tools call what the canonical tables call otherwise, the surest first.
_SYNONYMS = {
    "incident_id": (
        "incident number",
        "incident",
        "number",
        "key",
        "issue key",
        "case",
        "reference",
        "ref",
        "id",
    ),
    "ticket_id": ("ticket number", "ticket", "case number", "number", "key", "reference", "id"),
    "alert_id": ("alert", "number", "key", "id"),
    "response_id": ("answer id", "respondent id", "response", "id"),
    "account_id": ("account", "customer id", "customer", "organisation", "organization", "company", "client"),
    "change_id": ("change number", "pull request", "change", "number", "key", "id"),
    "item_id": ("item", "epic", "number", "key", "id"),
    "title": ("summary", "subject", "name", "short description", "headline", "description"),
    "subject": ("summary", "title", "short description", "description"),
    "service": (
        "affected service",
        "business service",
        "application",
        "app",
        "system",
        "component",
        "product",
    ),
    "team": ("assignment group", "assigned team", "squad", "group", "owner team"),
    "severity": ("sev", "priority", "prio", "impact", "urgency", "level"),
    "status": ("state", "phase"),
    "kind": ("type", "incident type", "change type", "category"),
    "opened_at": ("opened", "created", "reported", "creation date", "open time", "start", "date", "when"),
    "started_at": ("started", "impact start", "start time", "began"),
    "detected_at": ("detected", "detection time", "noticed"),
    "acknowledged_at": ("acknowledged", "ack", "ack time", "first response"),
    "engaged_at": ("engaged", "responder joined", "assigned at"),
    "mitigated_at": ("mitigated", "mitigation time"),
    "resolved_at": (
        "resolved",
        "resolution time",
        "done",
        "fixed",
        "restored",
        "end",
        "end time",
        "ended",
    ),
    "closed_at": ("closed", "close time", "closure date"),
    "updated_at": ("updated", "last updated", "modified", "changed"),
    "created_at": ("created", "opened", "creation date", "date", "submitted"),
    "solved_at": ("solved", "resolved", "closed"),
    "fired_at": ("fired", "triggered", "created", "time", "timestamp", "date"),
    "responded_at": ("responded", "response date", "answered", "submitted", "date", "timestamp", "created"),
    "score": ("nps", "nps score", "rating", "answer", "likelihood to recommend"),
    "comment": ("feedback", "verbatim", "reason", "remarks"),
    "segment": ("tier", "plan", "customer segment"),
    "customers_affected": ("affected customers", "customers", "users affected", "impacted users"),
    "problem_id": ("problem", "parent problem", "related problem"),
    "root_cause": ("cause", "root cause analysis"),
    "url": ("link", "permalink"),
}
_FILLERS = ("at", "on", "when", "date", "time", "timestamp", "utc")
_LEAST_LIKE = 0.84
_DATE_LIKE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[-/. ][A-Za-zä]{3,}[-/. ]\d{2,4}|\d{4}\d{2}\d{2}T"
)
_ID_LIKE = re.compile(r"(?=\S*\d)[\w#:.-]+$")
_NUMBER_LIKE = re.compile(r"[$€£]?\s*-?[\d.,]+\s*[%$€£]?")
_FLAGS = {"true", "false", "yes", "no", "y", "n", "0", "1", "ja", "nein", "oui", "non", "x"}


def guess(table: Table, examples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return canonical column -> column of the export, each used once at most; only what seems likely.

    examples: column of the export -> a few of its values, blanks left out. Columns whose values cannot be what the
    canonical column holds are never guessed.
    """
    picked = _by_name(table, examples)
    for wanted in table.required:
        look = None if wanted in picked else _by_look(table.columns[wanted], wanted, examples, picked)
        if look:
            picked[wanted] = look
    return {name: picked[name] for name in table.columns if name in picked}


def _by_name(table: Table, examples: Mapping[str, Sequence[str]]) -> dict[str, str]:
    scored = sorted(_scored(table, examples), key=lambda found: (-found[0], found[1], found[2]))
    picked: dict[str, str] = {}
    for _, wanted, given in scored:
        if wanted not in picked and given not in picked.values():
            picked[wanted] = given
    return picked


def _by_look(
    kind: str, wanted: str, examples: Mapping[str, Sequence[str]], picked: Mapping[str, str]
) -> str | None:
    """The first column that nothing else is and whose values look like an id, or a date, whatever it is called."""
    if kind == INSTANT:
        look = _DATE_LIKE
    elif wanted.endswith("_id"):
        look = _ID_LIKE
    else:
        return None
    free = (name for name, values in examples.items() if values and name not in picked.values())
    return next((name for name in free if all(look.match(v.strip()) for v in examples[name])), None)


def _scored(table: Table, examples: Mapping[str, Sequence[str]]) -> Iterator[tuple[float, str, str]]:
    for wanted, kind in table.columns.items():
        for given, values in examples.items():
            likeness = _likeness(wanted, _folded(given))
            if likeness >= _LEAST_LIKE and _may_hold(wanted, kind, values):
                # What no row counts without goes first where a column could be several things.
                yield likeness + 0.05 * (wanted in table.required), wanted, given


def _likeness(wanted: str, given: str) -> float:
    """How alike two names are: 1 for the same, a little less for a known synonym, the less the rarer it is."""
    own = _folded(wanted)
    bare = own.removesuffix(" at")
    if given in (own, bare):
        return 1.0
    for rank, synonym in enumerate(_SYNONYMS.get(wanted, ())):
        # "Created", "Created at", "Created date" and "Date created" are one name.
        if given == synonym or _core(given) == synonym:
            return 0.97 - 0.01 * rank
    return difflib.SequenceMatcher(None, own, given).ratio() * 0.95


def _core(name: str) -> str:
    words = [word for word in name.split() if word not in _FILLERS]
    return " ".join(words)


def _folded(name: str) -> str:
    """Words of a column's name, in lower case: "OpenedAt", "opened_at" and "Opened  At" are one name."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", apart.lower()))


def is_date_like(value: str) -> bool:
    """Whether a text holds something like a date."""
    return _DATE_LIKE.search(value) is not None


def _may_hold(wanted: str, kind: str, values: Sequence[str]) -> bool:
    if not values:
        return True
    if kind in (INSTANT, DATE):
        return all(map(is_date_like, values))
    if kind in (INTEGER, NUMBER):
        in_range = wanted != "score" or all(value.strip()[:2].strip(" .-").isdigit() for value in values)
        return in_range and (
            wanted == "score" or all(_NUMBER_LIKE.fullmatch(value.strip()) for value in values)
        )
    if kind == BOOLEAN:
        return all(value.strip().lower() in _FLAGS for value in values)
    if wanted.endswith("_id"):
        return not any(_DATE_LIKE.fullmatch(value.strip()) for value in values)
    return True


def guess_table(examples: Mapping[str, Sequence[str]]) -> str:
    """Return the canonical table that an export is most likely for: all it needs is there, and most of the rest."""

    def fit(table: Table) -> tuple[bool, int, int]:
        picked = _by_name(table, examples)
        needed = [name for name in table.required if name in picked]
        return bool(needed) and len(needed) == len(table.required), len(picked), len(needed)

    # The first of equals: incidents before everything else.
    return max(TABLES.values(), key=fit).name
