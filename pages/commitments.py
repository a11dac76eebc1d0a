"""Commitments: every promise with its baseline, its path to the goal, its pace and its verdict."""

from reliability.ui import plot
from reliability.ui.promises import drawer as promise_drawer
from reliability.ui.promises import page as promises
from reliability.ui.view import view

seen = view()
found = promises.standings(seen)

promises.headline(found, seen)
chosen = promises.show(found, seen)

if chosen is not None:
    promise_drawer.choose(chosen.status.id)
if point := plot.clicked():
    promise_drawer.open_point(point, found, seen)
else:
    promise_drawer.open_linked(seen)
