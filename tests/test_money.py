"""Money as text, one style for every page. Expected texts are written by hand; `_` stands for the no-break space."""

import pytest

from reliability import formatting
from reliability.money import is_currency, money


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (None, "EUR", "not recorded"),
        (float("nan"), "", "not recorded"),
        (0, "EUR", "EUR_0"),
        (0, "", "0"),
        (950, "€", "€950"),
        (1_500, "", "1.5_thousand"),
        (830_000, "EUR", "EUR_830_thousand"),
        (999_400, "", "999_thousand"),
        (999_600, "", "1_million"),
        (2e6, "US$", "US$2_million"),
        (29_546_900, "kr", "kr_29.5_million"),
        (250_000_000, "EUR", "EUR_250_million"),
        (1.25e9, "EUR", "EUR_1.2_billion"),
        (-4_300_000, "€", f"{formatting.MINUS}€4.3_million"),
    ],
)
def test_an_amount_stands_with_its_currency_and_short(value: float | None, currency: str, text: str) -> None:
    assert money(value, currency) == text.replace("_", formatting.NO_BREAK)


def test_codes_and_signs_are_currencies_and_slips_of_the_finger_are_not() -> None:
    assert all(is_currency(c) for c in ("EUR", "USD", "€", "£", "¥", "US$", "kr", "zł", "Fr.", "₹"))
    assert not any(is_currency(c) for c in ("", "eur", "Euro!", "EURO S", "10", "<b>", "E R", "dollars"))
