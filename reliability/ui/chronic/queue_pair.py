"""Two incidents side by side: what is known of each, and the words they share."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from reliability import formatting as fmt
from reliability.repeats import Suggestion
from reliability.repeats.model import SAME_TITLE
from reliability.repeats.texts import stem
from reliability.ui import panels, text
from reliability.ui.view import View

_WORD = re.compile(r"(\w+)")


def details(view: View, *keys: tuple[str | None, str]) -> list[dict[str, Any]]:
    """Return what is known of each incident."""
    found = view.scope.run("lists/incident_detail", incident_ids=[name for _, name in keys])
    known = {(row["source"], row["incident_id"]): row for row in found}
    return [known.get(key, {"source": key[0], "incident_id": key[1]}) for key in keys]


def likeness(suggestion: Suggestion) -> str:
    """Return the rule and the score in words: "the same title", "nearly the same words", "much in common"."""
    if suggestion.rule == SAME_TITLE:
        return "the same title"
    if suggestion.score >= 0.75:
        return "nearly the same words"
    return "much in common" if suggestion.score >= 0.5 else "some words in common"


def apart(days: float) -> str:
    """Return how far apart two incidents are: "the same day", "12 days apart"."""
    return "less than a day apart" if days < 1 else f"{fmt.plural(int(days), 'day')} apart"


def marked(value: object, words: Sequence[str]) -> str:
    """Return a text as HTML with the words it shares marked. Everything in it is escaped."""
    shared = {stem(word.lower()) for word in words}
    parts = _WORD.split(str(value or ""))
    return "".join(
        f"<mark>{text.html(part)}</mark>" if number % 2 and stem(part.lower()) in shared else text.html(part)
        for number, part in enumerate(parts)
    )


def side_by_side(later: dict[str, Any], earlier: dict[str, Any], suggestion: Suggestion, view: View) -> str:
    """Return the two incidents as one HTML table, a line per thing known."""
    lines: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        ("Title", lambda row: f"<b>{marked(row.get('title') or 'without a title', suggestion.words)}</b>"),
        ("Service", lambda row: text.html(row.get("service") or "not recorded")),
        ("Opened", lambda row: panels.whole(fmt.instant(row.get("opened_at"), view.zone))),
        ("Severity", lambda row: f"P{row['severity']}" if row.get("severity") else "not recorded"),
        ("Who was hit", lambda row: text.html(_hit(row))),
        ("Root cause", lambda row: marked(row.get("root_cause"), suggestion.words) or "not recorded"),
        ("Issue", lambda row: text.html(row.get("issue_id") or "none")),
        (
            "In the tool",
            lambda row: panels.link(row.get("url"), f"{row.get('source')}, {row['incident_id']}"),
        ),
    ]
    return panels.table(
        ("What is known", "This incident", "The earlier one"),
        [(panels.faint(name), show(later), show(earlier)) for name, show in lines],
    )


def _hit(row: dict[str, Any]) -> str:
    known = (("customers_affected", "customer"), ("accounts", "account"), ("tickets", "ticket"))
    parts = [fmt.plural(row[column], one) for column, one in known if row.get(column)]
    return ", ".join(parts) or "not recorded"
