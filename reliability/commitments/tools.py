"""Tools whose records begin or end inside what a promise compares: fewer or more may be seen, not happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from reliability.formatting import day, listed
from reliability.settings.periods import Window

# A promise that misses more of its records than this cannot be judged; less is worth a warning.
MATERIAL = 0.1


@dataclass(frozen=True)
class ToolSpan:
    """When the records of one tool begin and end.

    silence_days: how long it is silent at most by chance; None for a tool without a pace.
    """

    source: str
    records: int
    first: datetime
    last: datetime
    silence_days: float | None


@dataclass(frozen=True)
class ToolsChanged:
    """What changed of the tools between the start of a baseline and the end of a window.

    warnings: a line each. material: the words are about so many records that a comparison says nothing. needed: of
    each that is material, what an export would have to hold: "of jira from before 8 Jul 2025".
    """

    warnings: tuple[str, ...] = ()
    material: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


def tools_changed(spans: Sequence[ToolSpan], compared: Window, zone: str) -> ToolsChanged:
    """Find the tools that begin or end inside a time, beside others that go on.

    A tool that begins about when another ends took over from it: worth saying, but the records go on. One tool alone
    that begins or stops is what the data cover, and is judged as that.
    """
    seen = [s for s in spans if s.first < compared.end and s.last >= compared.start]
    if len(seen) < 2:
        return ToolsChanged()
    total = sum(s.records for s in seen)
    begins = [s for s in seen if _silence(s) and s.first > compared.start + _silence(s)]
    ends = [s for s in seen if _silence(s) and s.last < compared.end - _silence(s)]
    warnings, material, needed = [], [], []
    for span, at, others, verb, missing in (
        *((s, s.first, [o.last for o in ends if o is not s], "begin", "before") for s in begins),
        *((s, s.last, [o.first for o in begins if o is not s], "end", "after") for s in ends),
    ):
        warnings.append(f"the records of {span.source} {verb} on {day(at, zone)}")
        taken_over = any(abs(at - other) <= _silence(span) for other in others)
        if not taken_over and span.records > MATERIAL * total:
            material.append(f"those of {span.source} {verb} on {day(at, zone)}")
            needed.append(f"of {span.source} from {missing} {day(at, zone)}")
    return ToolsChanged(tuple(warnings), tuple(material), tuple(needed))


def what_changed(found: ToolsChanged) -> str:
    """Say why a comparison says nothing, and which export would settle it.

    "Records of other tools then than now: those of jira begin on 8 Jul 2025. An export of jira from before ..."
    """
    return (
        f"Records of other tools then than now: {listed(found.material)}. "
        f"An export {listed(found.needed)} would settle it."
    )


def _silence(span: ToolSpan) -> timedelta:
    return timedelta(days=span.silence_days or 0)
