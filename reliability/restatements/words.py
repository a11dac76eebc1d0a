"""A ledger in words: "4, now 7: late export +2 (L1, L2), removed record −1 (B)"."""

from collections.abc import Mapping

from reliability import formatting
from reliability.restatements.model import Cause, Ledger, Part, Restated

NO_FIGURE = "no figure"
IN_ORDER = "The causes in the order in which they take effect, each on top of those before it"
_MOST = 5
_PARTS = {
    "card/value": "",
    "card/n": "records",
    "promise/verdict": "promise",
    "promise/figure": "promise's figure",
}


def told(found: Ledger) -> list[Restated]:
    """Return what is worth telling one by one: the words of promises first, then figures.

    Sentences, cells of lists and points of charts follow from these.
    """
    words = [one for one in found.restated if is_word(one)]
    return words + [one for one in found.restated if _is_figure(one)]


def is_word(one: Restated) -> bool:
    """Whether it says how a promise stands: "Met", now "Missed"."""
    return one.figure.startswith("promise/") and one.figure.endswith("/verdict")


def _is_figure(one: Restated) -> bool:
    kind, _, part = one.figure.partition("/")
    if kind == "promise":
        return part.endswith("/figure")
    return kind != "chart" and bool(one.unit)


def name_of(figure: str, titles: Mapping[str, str] | None = None) -> str:
    """Return the id of a figure as people read it: "p1_incidents", "p1s, promise", "left out, incidents: drill".

    titles: of cards ("card/ID") and promises ("promise/ID"), for those who do not know the ids.
    """
    kind, _, rest = figure.partition("/")
    if kind not in ("card", "promise"):
        return figure.replace("/", ", ", 1)
    one, _, part = rest.partition("/")
    title = (titles or {}).get(f"{kind}/{one}", one)
    said = _PARTS.get(f"{kind}/{part}", part)
    return f"{title}, {said}" if said else title


def because(one: Restated) -> str:
    """Say what each cause did, with the rows behind it."""
    # Of words that one cause changed, what was presented and what is now says it already.
    told = len(one.because) == 1 and one.because[0].effect is None
    return ", ".join(_part(part, "" if told else effect(part, one.unit)) for part in one.because)


def _part(part: Part, did: str) -> str:
    rows = [f"{row.id}" for row in part.rows]
    behind = f"({formatting.listed(rows, _MOST)})" if rows else ""
    return " ".join(filter(None, (part.cause, did, behind)))


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
