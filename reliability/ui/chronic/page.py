"""The Chronic issues page: the answer in a sentence, its cards, and an issue's state with its look."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import streamlit as st

from reliability import formatting as fmt
from reliability.model import CONCERN, GOOD, NOISE, NOT_YET, UNKNOWN, Card, Filters
from reliability.review import cards as review_cards
from reliability.review.chronic_words import ENDED, HOLDING, RECURRING, REOPENED, sentence, state_words
from reliability.ui import empty, text, theme
from reliability.ui.view import View
from reliability.ui.work import page as work

PLANS = (
    review_cards.CardPlan("repeat_incidents", "Repeat incidents"),
    review_cards.CardPlan("permanent_endings_share", "Endings that held {ended} days", course=False),
    review_cards.CardPlan("repeat_escalations", "Repeat escalations"),
    review_cards.CardPlan(
        "escalation_to_executive_within_target_share", "Repeats at an executive within {executive}", course=False
    ),
)  # fmt: skip
_TONES = {RECURRING: CONCERN, REOPENED: CONCERN, HOLDING: NOISE, ENDED: GOOD}

MOST = 20
"""Issues that the list shows at first."""


@dataclass(frozen=True)
class Chronic:
    """The chronic issues the filters leave, costliest first, as they stood at `seen_at`.

    issues: the first of them, of `lists/chronic_issues`. totals: what the first one says of all of them.
    """

    issues: Sequence[dict[str, Any]]
    seen_at: datetime

    @property
    def totals(self) -> dict[str, Any]:
        """The `all_` columns: the same in every row; nothing where there is no issue."""
        return self.issues[0] if self.issues else {}


def asked(view: View, **chosen: Any) -> dict[str, Any]:
    """Return what `lists/chronic_issues` is asked, with all that the filters choose unless something is chosen."""
    return {"as_of": seen_at(view), "search": None, "issue_id": None, "order_by": None, **chosen}


def seen_at(view: View) -> datetime:
    """Return the instant issues are judged at: a past quarter shows them as they stood at its end."""
    return view.scope.seen_at


def seen_day(view: View) -> str:
    """Return the last day that issues are judged by, in words."""
    return fmt.day(view.as_of, view.zone) if view.period.partial else fmt.last_day(view.period.end, view.zone)


def read(view: View) -> Chronic:
    """Return the chronic issues of the view."""
    return Chronic(view.scope.run("lists/chronic_issues", **asked(view, limit=MOST)).rows, seen_at(view))


def nothing_left(found: Chronic, view: View) -> bool:
    """Tell whether the filters leave no problem, and in the period no incident: no part of the page has anything."""
    return view.filters != Filters() and not found.issues and not view.row("incidents")["n"]


def headline(found: Chronic, view: View) -> None:
    """Say how many problems keep coming back, what holds, and which one outlived most fixes."""
    facts = [endings_clause(view)] if found.issues else []
    when = "as of" if view.period.partial else "as it stood on"
    facts.append(f"{when} {seen_day(view)}")
    said = sentence(found.totals, view.settings.incidents.ended_after_days)
    said += "" if found.issues else empty.with_filters()
    st.html(
        f'<h1 class="rl-headline">{text.html(said)}</h1>'
        f'<p class="rl-reason">{text.html(" · ".join(fact for fact in facts if fact))}</p>'
    )


def endings_clause(view: View) -> str:
    """Return in one clause how many of the year's endings came back."""
    row = view.row("permanent_endings_share")
    if not row["n"]:
        return ""
    return (
        f"Of {fmt.plural(row['n'], 'time')} a problem was declared over in the year, it came back "
        f"{fmt.count(row['came_back'])} times; {fmt.count(row['open'])} still {'holds' if row['open'] == 1 else 'hold'}"
    )


def state_html(issue: dict[str, Any]) -> str:
    """Return an issue's state as HTML: icon and word in the colour of the verdict."""
    look = theme.tone(_TONES.get(issue["state"], UNKNOWN))
    word, more = state_words(issue)
    return (
        f'<span class="{look.css}"><span aria-hidden="true">{look.icon}</span> <b>{text.html(word)}</b></span>'
        + (f'<br><span class="rl-faint">{text.html(more)}</span>' if more else "")
    )


def cards(view: View) -> tuple[Card, ...]:
    """Return the page's cards; that of the endings says how many there were."""
    return tuple(_told(card, view) for card in work.cards(view, PLANS))


def _told(card: Card, view: View) -> Card:
    if card.id != "permanent_endings_share":
        return card
    row = view.row(card.id)
    evidence = (
        f"{fmt.count(row['came_back'])} of {fmt.plural(row['n'], 'ending')} in a year came back, "
        f"{fmt.count(row['open'])} hold so far"
        if row["n"]
        else ""
    )
    if row["n"] and row["value"] is None:
        return replace(card, status=NOT_YET, evidence=evidence, was="")
    # Two years that share most of their endings are no comparison.
    return replace(card, evidence=evidence, was="")
