"""A ledger in words: "4, now 7: late export +2 (L1, L2), removed record −1 (B)"."""

from reliability import formatting
from reliability.restatements.model import Cause, Part, Restated

NO_FIGURE = "no figure"
IN_ORDER = "The causes in the order in which they take effect, each on top of those before it"
_MOST = 5


def is_counted(one: Restated) -> bool:
    """Whether it is a figure of its own: no sentence, and no point of a chart, which follow from figures."""
    return not one.figure.startswith("chart/") and bool(one.unit)


def name_of(figure: str) -> str:
    """Return the id of a figure as people read it: "p1_incidents", "p1_incidents n", "left out, incidents: drill"."""
    kind, _, rest = figure.partition("/")
    if kind != "card":
        return figure.replace("/", ", ", 1)
    card, _, part = rest.partition("/")
    return card if part == "value" else f"{card} {part}"


def because(one: Restated) -> str:
    """Say what each cause did, with the rows behind it."""
    return ", ".join(_part(part, one.unit) for part in one.because)


def _part(part: Part, unit: str) -> str:
    rows = [f"{row.id}" for row in part.rows]
    behind = f" ({formatting.listed(rows, _MOST)})" if rows else ""
    return f"{part.cause} {effect(part, unit)}{behind}"


def effect(part: Part, unit: str) -> str:
    """Say what a cause did to a figure: "+2", "−30 min"; from what to what where there is no difference to state."""
    if part.effect is None:
        return f"{part.before or NO_FIGURE} to {part.after or NO_FIGURE}"
    said = formatting.change(part.effect, 0, unit)
    # Too little to be seen in the figure as it is shown.
    return said if any(digit in said for digit in "123456789") or not part.effect else "by less than is shown"


def said_of(cause: Cause) -> str:
    """Say what a cause consists of: "late export: exports/pager.csv is a new export, L1 was in no export"."""
    named = [f"{record.id} {record.what}" for record in cause.records]
    return f"{cause.name}: {formatting.listed(named, _MOST) or 'nothing that can be listed'}"
