"""Decisions: what is open and whether it worked, what must be decided now, and everything that was decided."""

from reliability.ui.decisions import page
from reliability.ui.view import view

page.show(view())
