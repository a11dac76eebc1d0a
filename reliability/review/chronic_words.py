"""Problems that come back, in words: the answer over all of them, the state of one, what they are worth."""

from collections.abc import Mapping
from typing import Any

from reliability import formatting

RECURRING, REOPENED, HOLDING, ENDED = "recurring", "reopened", "holding", "ended"
_FEW_FIXES = 2


def sentence(totals: Mapping[str, Any], agreed: int) -> str:
    """Return the answer in one sentence.

    totals: the `all_` columns of `lists/chronic_issues`, empty without an issue. agreed: days from which one has ended.
    """
    if not totals:
        return "No problem is known to come back"
    back = totals["all_recurring"] + totals["all_reopened"]
    parts = [
        f"{formatting.plural(back, 'problem')} {'keeps' if back == 1 else 'keep'} coming back"
        if back
        else "No problem is coming back at the moment"
    ]
    if holding := totals["all_holding"]:
        verb = "has" if holding == 1 else "have"
        parts.append(f"{formatting.count(holding)} {verb} stayed away so far")
    if ended := totals["all_ended"]:
        verb = "has" if ended == 1 else "have"
        parts.append(
            f"{formatting.count(ended)} {verb} ended, away for {formatting.count(agreed)} days or more"
        )
    if reopened := totals["all_reopened"]:
        parts.append(f"{formatting.count(reopened)} had ended and came back")
    if totals["all_outlived_fixes"] >= _FEW_FIXES:
        fixes = formatting.plural(totals["all_outlived_fixes"], "time")
        parts.append(
            f"“{formatting.shortened(totals['all_outlived'], 48)}” came back {fixes} after remediation"
        )
    return "; ".join(parts)


def state_words(issue: dict[str, Any]) -> tuple[str, str]:
    """Return an issue's state in a word, and what belongs beside it."""
    days = formatting.plural(int(issue["held_days"] or 0), "day")
    if issue["state"] in (RECURRING, REOPENED):
        more = "open now" if issue["is_open"] else f"last {_ago(issue['days_since_last'])}"
        return issue["state"].capitalize(), more
    if issue["state"] == ENDED:
        return "Ended", f"away for {days}"
    if issue["fixed_at"] is not None:
        return "Fixed", f"holding for {days}"
    return "Quiet", f"for {days}, no fix recorded"


def _ago(days: float | None) -> str:
    if days is None:
        return ""
    whole = int(days)
    return "today" if whole == 0 else f"{formatting.plural(whole, 'day')} ago"
