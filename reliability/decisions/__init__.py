"""What was decided on the promises: question, chosen option, owner, day it is due, and what became of it."""

from reliability.decisions.record import (
    CARRIED_OVER,
    DONE,
    DROPPED,
    KIND,
    OPEN,
    RECORDING,
    STATES,
    Decision,
    Step,
    decide,
    decisions,
    follow,
    open_about,
)

__all__ = [
    "CARRIED_OVER",
    "DONE",
    "DROPPED",
    "KIND",
    "OPEN",
    "RECORDING",
    "STATES",
    "Decision",
    "Step",
    "decide",
    "decisions",
    "follow",
    "open_about",
]
