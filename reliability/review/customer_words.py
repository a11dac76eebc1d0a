"""Accounts hit by incidents, in words: how many, what they are worth, and what is not known of them."""

from typing import Any

from reliability import formatting
from reliability.money import money


def title(stake: dict[str, Any], period: str, currency: str) -> str:
    """Return the finding.

    stake: the row of `lists/accounts_at_stake`; period: its window in words; currency: what money is in, or "".
    """
    if not stake["accounts"]:
        return f"No account is known to be hit in {period}"
    said = f"{formatting.plural(stake['accounts'], 'account')} hit"
    if stake["p1_accounts"]:
        said += f", {formatting.count(stake['p1_accounts'])} by a P1"
        value = stake["p1_annual_value"]
        return f"{said}: {money(value, currency)} a year at stake with those" if value is not None else said
    value = stake["annual_value"]
    return f"{said}: {money(value, currency)} a year at stake" if value is not None else said


def notes(stake: dict[str, Any]) -> list[str]:
    """Return what to know of it: how many incidents name no account, which values are not recorded."""
    said = [
        "Change: the last score less the last one before the first of these incidents, where both are there."
    ]
    if silent := stake["incidents"] - stake["tells"]:
        incidents = formatting.plural(stake["incidents"], "incident")
        said.append(f"{formatting.count(silent)} of {incidents} name no account that they hit.")
    if not stake["valued"]:
        said.append(
            "No account's value a year is recorded: an export of accounts with annual_value fills it."
        )
    elif missing := stake["accounts"] - stake["valued"]:
        said.append(f"The value of {formatting.plural(missing, 'account')} is not recorded and in no sum.")
    return said
