"""Reasons for which rows are in no figure, as people read them: a review keeps them with the names of tables."""

from reliability.schema import TABLES, spoken

_ENDS = ": "
_NAMES = {spoken(name): name for name in TABLES}


def in_words(kept: str) -> str:
    """Return a reason as a review keeps it in words: "nps_responses: no score" becomes "NPS responses: no score"."""
    table, ends, reason = kept.partition(_ENDS)
    return f"{spoken(table)}{ends}{reason}" if table in TABLES else kept


def as_kept(words: str) -> str:
    """Return what `in_words` was given; what an earlier version published, with the name of the table, stays."""
    table, ends, reason = words.partition(_ENDS)
    return f"{_NAMES.get(table, table)}{ends}{reason}"
