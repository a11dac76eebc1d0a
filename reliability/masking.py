"""People hidden in free text: addresses, numbers, handles and the names of greetings and signatures.

Fixed rules, no guessing, so that everybody can know what they find and what they do not:

- e-mail addresses become [e-mail];
- telephone numbers become [phone]: 7 to 15 digits that begin with +, 0 or a bracket, or stand as 555-123-4567;
- handles such as @name become [handle];
- one to three capitalised words become [name] after a greeting at the start of a sentence ("Dear", "Hello",
  "Sehr geehrte Frau"), after a close ("Regards,", "signed,", "Viele Grüße") and after a title ("Mr", "Dr", "Frau").

A name inside a sentence ("Anna called us back") is not recognised: no rule can tell it from a product or a town.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

# What is shared names roles and services, not people.
PEOPLE = ("owner", "engineer", "reliability_signoff_by")

# What customers wrote themselves may name people too.
_WRITTEN = ("comment", "subject")

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+|00?|\()\(?\d(?:[ ()/.\-\u00a0]{0,2}\d){5,14}|\d{3}[-. ]\d{3}[-. ]\d{4})(?![\w-])"
)
_HANDLE = re.compile(r"(?<![\w@/])@[A-Za-z_][\w.]{1,30}(?<!\.)")
# A word of a name: begins with a capital letter (checked below), may hold an apostrophe, a hyphen, or be an initial.
_WORD = r"[^\W\d_](?:[\w'’\-]{0,30}[^\W_]|\.)?"
_NAME = rf"(?P<name>{_WORD}(?:[ \u00a0]{_WORD}){{0,2}})"
_TITLE = r"(?:(?:mr|mrs|ms|miss|dr|prof|herrn?|frau|madame|monsieur|mme|sr|sra|señora?)\.?(?:[ \u00a0](?:dr|prof)\.?)?)"
_GREETING = (
    r"(?:dear|hello|hi|hey|hallo|guten tag|liebe[rs]?|sehr geehrte[rs]?|bonjour|ch[eè]re?s?|hola|estimad[oa]s?|ciao|"
    r"hej)"
)
_CLOSE = (
    r"(?:signed|sincerely|yours(?: truly| sincerely| faithfully)?|(?:kind|best|warm|many)?[ \u00a0]?regards|"
    r"best wishes|all the best|best|cheers|thanks|thank you|many thanks|"
    r"(?:mit )?(?:viele[n]?|beste[n]?|liebe[n]?|freundliche[n]?) gr(?:ü|ue)(?:ß|ss)e[n]?|mfg|vg|lg|danke|"
    r"cordialement|bien à vous|merci|saludos|gracias|groetjes?)"
)
_SALUTED = re.compile(
    rf"(?:^|(?<=[.!?\n]))\s*{_GREETING}[ \u00a0]+(?:{_TITLE}[ \u00a0]+)?{_NAME}", re.IGNORECASE
)
_SIGNED = re.compile(
    rf"(?<!\w){_CLOSE}[ \u00a0]*(?:[,:;!.\-–—][ \u00a0]*)?(?:\r?\n\s*|[ \u00a0]|(?<=[,:;!.\-–—]))(?:by[ \u00a0])?"
    rf"(?:{_TITLE}[ \u00a0]+)?{_NAME}",
    re.IGNORECASE,
)
_TITLED = re.compile(rf"(?<!\w){_TITLE}[ \u00a0]+{_NAME}", re.IGNORECASE)
_DASHED = re.compile(rf"(?:[.!?]|\n)\s*[-–—]{{1,2}}[ \u00a0]*{_NAME}\s*$")
# Words that stand where a name would and are nobody's.
_NOBODY = frozenset(
    re.findall(
        r"\S+",
        """
        all team teams support everyone everybody there sir sirs madam folks guys people you they we i it the a an this
        that for to so but and not no never again if when why what how please customer customers service company dr prof
        mr mrs ms herr frau alle zusammen leute damen herren kunde kunden für und aber nicht das die der ein eine tous
        toutes équipe
        """,
    )
)


class Masked(NamedTuple):
    """A text without the people in it, and how many places were masked."""

    text: str
    hidden: int


@lru_cache(maxsize=8192)
def mask(text: str | None) -> Masked:
    """Hide e-mail addresses, telephone numbers, handles and the names of greetings and signatures in a text."""
    found, hidden = text or "", 0
    for pattern, label in ((_EMAIL, "[e-mail]"), (_PHONE, "[phone]"), (_HANDLE, "[handle]")):
        found, times = pattern.subn(label, found)
        hidden += times
    for pattern in (_SALUTED, _SIGNED, _TITLED, _DASHED):
        found, times = _without_names(pattern, found)
        hidden += times
    return Masked(found, hidden)


def without_people(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return records with the people hidden in what customers wrote."""
    written = [column for column in _WRITTEN if rows and column in rows[0]]
    if not written:
        return list(rows)
    return [{**row, **{c: mask(row[c]).text for c in written if row[c] is not None}} for row in rows]


def _without_names(pattern: re.Pattern[str], text: str) -> tuple[str, int]:
    parts, last, times = [], 0, 0
    while match := pattern.search(text, last):
        start = match.start("name")
        length = _length(match["name"])
        # What follows a name, or stands where one would, may hold the next greeting or title.
        parts.append(text[last:start])
        parts.append("[name]" if length else text[start])
        last, times = start + (length or 1), times + (length > 0)
    return "".join([*parts, text[last:]]), times


def _length(words: str) -> int:
    """Return how many characters of some words are a name: its leading capitalised words that are not everyday ones."""
    taken = 0
    for word in re.finditer(r"[^ \u00a0]+", words):
        bare = word[0]
        if not bare[0].isupper() or bare.lower().strip(".'’-") in _NOBODY:
            break
        taken = word.end()
    return taken
