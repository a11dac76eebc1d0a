"""Money as people read it: "EUR 18.8 million", "€830 thousand"; a plain number where no currency is set."""

import unicodedata

from reliability import formatting

NOT_RECORDED = "not recorded"

_UNITS = ((1e9, "billion"), (1e6, "million"), (1e3, "thousand"))
_NEXT = 0.9995  # what rounds to 1000 of a unit is 1 of the next one
_LONGEST = 4


def money(value: float | None, currency: str = "") -> str:
    """Format an amount, rounded to three digits or so: 23719800 -> "23.7 million"; None is not recorded, and never 0.

    currency: as `[organisation] currency` has it. A code or a word stands apart from the amount, a sign does not.
    """
    if value is None or formatting.is_missing(value):
        return NOT_RECORDED
    sign = formatting.MINUS if value < 0 and round(value) else ""
    return f"{sign}{_before(currency)}{_amount(abs(value))}"


def is_currency(written: str) -> bool:
    """Whether it is a code of ISO 4217 in form (EUR), or a sign or abbreviation of at most four characters (€, kr)."""
    if len(written) == 3 and written.isascii() and written.isalpha():
        return written.isupper()
    return 0 < len(written) <= _LONGEST and all(c.isalpha() or c == "." or _is_sign(c) for c in written)


def _before(currency: str) -> str:
    if not currency:
        return ""
    return currency if _is_sign(currency[-1]) else f"{currency}{formatting.NO_BREAK}"


def _is_sign(character: str) -> bool:
    return unicodedata.category(character) == "Sc"


def _amount(value: float) -> str:
    for size, unit in _UNITS:
        if value >= _NEXT * size:
            scaled = value / size
            digits = f"{scaled:.0f}" if scaled >= 99.95 else f"{scaled:.1f}".removesuffix(".0")
            return f"{digits}{formatting.NO_BREAK}{unit}"
    return formatting.count(value)
