"""Chronic issues: which problems keep coming back, what they cost, what ended them, and how they are escalated."""

from reliability.ui import cards, chronic, chronic_endings, chronic_list, chronic_story, drawer, escalations
from reliability.ui.view import view

seen = view()
found = chronic.read(seen)
chosen = chronic_list.chosen(seen)

if chosen is not None:
    chronic_story.show(chosen, seen)
else:
    chronic.headline(found, seen)
    cards.grid(chronic.cards(seen), lambda card: drawer.open_card(card, seen))
    chronic_list.show(found, seen)
    chronic_endings.show(seen)
    escalations.show(seen)
