"""The Reliability work page: the answer in a sentence, its cards, and which exports are there."""

import streamlit as st

from reliability import formatting as fmt
from reliability.model import Card
from reliability.review import capacity
from reliability.review import cards as review_cards
from reliability.review.promises import promises
from reliability.ui import text
from reliability.ui.view import View
from reliability.ui.work.capacity import Sprints
from reliability.ui.work.postmortems import Owed


def headline(sprints: Sprints, owed: Owed, view: View) -> None:
    """Say where the capacity went and which postmortems are owed, and the line of what is behind."""
    said = [part for part in (capacity_clause(sprints), postmortem_clause(owed)) if part]
    title = "; ".join(said) or f"No reliability work is recorded for {view.period.label}"
    title = title[:1].upper() + title[1:]
    facts = [f"goal {fmt.share(sprints.goal)} of each sprint on root causes"] if sprints.all else []
    facts.append(f"{view.period.label}, as of {fmt.instant(view.as_of, view.zone)}")
    st.html(
        f'<h1 class="rl-headline">{text.html(title)}</h1><p class="rl-reason">{text.html(" · ".join(facts))}</p>'
    )


def capacity_clause(sprints: Sprints) -> str:
    """Return what root causes got: of the promised sprints and since, else of all that ended."""
    ended = capacity.ended(sprints.all)
    promised = [s for s in ended if s.promised]
    part = capacity.share(promised or ended)
    if part is None:
        return ""
    whole = f"root causes got {fmt.share(part)} of"
    if not promised:
        return f"{whole} {fmt.plural(len(ended), 'sprint')}"
    said = f"{whole} the {fmt.plural(len(promised), 'promised sprint')}"
    later = capacity.share(capacity.since(sprints.all))
    if later is None:
        return said
    reached = capacity.reaches(part, sprints.goal)
    kept = capacity.reaches(later, sprints.goal)
    joined = "but only" if reached and not kept else "and"
    return f"{said}, {joined} {fmt.share(later)} since"


def postmortem_clause(owed: Owed) -> str:
    """Return which postmortems are owed, in one clause."""
    if not owed.known or not owed.rows:
        return ""
    found = [(len(owed.of(outcome)), outcome) for outcome in ("late", "missing")]
    found = [(number, outcome) for number, outcome in found if number]
    if not found:
        return "no postmortem is late" if owed.of("on time") else ""
    (first, outcome), *more = found
    said = f"{fmt.plural(first, 'postmortem')} {'is' if first == 1 else 'are'} {outcome}"
    return said + "".join(f" and {fmt.count(number)} {other}" for number, other in more)


def cards(view: View, plans: tuple[review_cards.CardPlan, ...] | None = None) -> tuple[Card, ...]:
    """Return a page's cards, composed once per choice and data version; by default those of this page."""
    chosen = plans or review_cards.work_plans()
    return view.remembered(
        ("cards", chosen, view.period.id, view.comparison, view.filters, view.as_of),
        lambda: review_cards.cards(view.scope, promises(view.scope), view.comparison, chosen),
    )
