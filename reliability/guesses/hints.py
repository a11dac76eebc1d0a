"""Hints: words by which one of several columns that could be one thing is chosen, in the languages of exports."""

import re
from unicodedata import normalize


def _hint(*words: str) -> re.Pattern[str]:
    return re.compile(normalize("NFKD", "|".join(words)))


# Severity, priority and urgency are three things: where a file has several, the first goes first.
NAMED_SEVERITY = _hint(
    r"\bsev(er\w*)?\b|schwere|gravi|gravedad|sever|critic|kritik|ernst|allvarlig|alvorlig|krytycz|критич",
    r"심각|重大|重要|深刻",
)
NAMED_URGENCY = _hint(r"urgen|dringlich|pilnosc|срочн|aciliyet|긴급|緊急")
# The later of two times of day beside one date: "From", "To".
NAMED_UNTIL = _hint(
    r"\b(to|until|till|end\w*|stop\w*|bis|ende|fin|hasta|fim|ate|fine|fino|tot|einde|do|koniec|slut)\b",
    r"終|復旧|解決",
)
# That a column says which one, not what: "Incident no.", "Ticket key", "管理番号".
NAMED_ID = _hint(
    r"\b(id|ids|uid|uuid|guid|arn|no|nr|num|nro|n|number|ref|reference|key|code|folio|token|cle|clave|chave|codice|codigo"
    r"|kayit|lp|lfd|schlussel|kenn\w*|referenc\w*|refer\w*|identif\w*)\b",
    r"num[me]r|numero|nummer\b|\wnr\b|номер|код\b|番号|番號|编号|编码|單號|单号|キー|번호|코드",
)
# What the other answers of a survey that also asks for a score are called.
ASKS_ELSE = _hint(
    r"\b(csat|ces|effort|satisf\w*|easy|ease|zufrieden\w*|aufwand|satisfa\w*|esfuerzo|esforco)\b|満足"
)
# When a service went down and when it was up again, where both stand beside one date.
NAMED_DOWN = _hint(r"^(time (went )?down|went down( at)?|down( at| from| since)?)$")
NAMED_UP = _hint(r"^(time (back )?up|(came )?(back )?up( again)?( at)?|came back( at)?)$")
