"""Tests and drills: a column that says of each row whether it was one, for such rows are not counted."""

import re
from collections.abc import Mapping
from unicodedata import normalize

from reliability.guesses.looks import Profile
from reliability.guesses.names import folded

# The whole name: "Test passed" and "Test environment" say something else.
_NAMED = re.compile(
    normalize(
        "NFKD",
        r"(?:(?:is|was|ist|es|est)(?: an?)? )?"
        r"(?:tests?|testing|dummy|fake|sandbox|demo|drills?|exercise|game ?day|rehearsal|simulat(?:ion|ed)|synthetic"
        r"|practice|ubung|probe|probealarm|testfall|exercice|essai|simulacro|simulacion|prueba|ejercicio|simulado|simulacao|teste"
        r"|exercicio|prova|esercitazione|oefening|cwiczenie|tatbikat|ovning)"
        r"(?: (?:incident|ticket|record|case|data|alert|response|entry|row|account|event|run|only|mode))?"
        r"(?: (?:flag|y n|yn|yes no))?",
    )
)
_YES = ("true", "yes", "y", "1", "x", "t", "ja", "oui", "si", "sí", "sim", "tak", "да", "evet", "예")
# Where no row says yes yet, the word that it would say.
_YES_FOR = {
    "false": "true", "no": "yes", "n": "y", "0": "1", "f": "t", "nein": "ja", "non": "oui", "não": "sim", "nie": "tak",
    "нет": "да", "hayır": "evet", "아니오": "예",
}  # fmt: skip


def rows_of_tests(columns: Mapping[str, Profile]) -> dict[str, tuple[str, ...]]:
    """Columns that tell tests, drills and the like from what happened, each with the values that say it was one."""
    found = {}
    for name, seen in columns.items():
        last = folded(re.split(r"[.\]]", name)[-1] or name)
        if (
            not (_NAMED.fullmatch(folded(name)) or _NAMED.fullmatch(last))
            or seen.flags < 1
            or seen.distinct > 2
        ):
            continue
        said = [value for value, _ in seen.common]
        yes = [value for value in said if value.lower() in _YES]
        yes = yes or [_like(value, _YES_FOR[value.lower()]) for value in said if value.lower() in _YES_FOR]
        if yes:
            found[name] = tuple(yes)
    return found


def _like(value: str, word: str) -> str:
    """A word in the case of another one: "Yes" beside "No"."""
    return (
        word.capitalize()
        if value[:1].isupper() and not value.isupper()
        else word.upper()
        if value.isupper()
        else word
    )
