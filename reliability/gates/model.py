"""What the gates say of changes, as plain frozen data."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from reliability.gates.waivers import Waiver
from reliability.queries.gates import BLOCK, PASSED, Gate

SHIP, HOLD = "ship", "hold"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Change(NamedTuple):
    """A change that asks to ship. service: one, or several with commas between them.

    planned_us: microseconds since 1970; made an instant only where it is shown. is_out: it went out already, so that
    nothing holds it any more.
    """

    change_id: str
    title: str | None
    kind: str | None
    service: str | None
    team: str | None
    release: str | None
    planned_us: int | None
    is_out: bool = False

    @property
    def touches(self) -> list[str]:
        """The services it touches."""
        return [name.strip() for name in re.split("[,;]", self.service or "") if name.strip()]

    @property
    def planned_for(self) -> datetime | None:
        """When it is meant to go out (UTC)."""
        return None if self.planned_us is None else _EPOCH + timedelta(microseconds=self.planned_us)


class GateResult(NamedTuple):
    """What one gate says of one change.

    state: "passed", "fail" or "cannot tell". reason: what is missing; when it passed what was measured,
    "" when nothing was asked for. resolver: who gives what is missing.
    waiver: the one that excuses it, or one that does not last until the change goes out. excused: whether one does.
    """

    gate: str
    title: str
    mode: str
    state: str
    reason: str = ""
    resolver: str = ""
    waiver: Waiver | None = None
    excused: bool = False

    @property
    def passed(self) -> bool:
        """Whether the gate itself has nothing to say against the change."""
        return self.state == PASSED

    @property
    def holds(self) -> bool:
        """Whether the change is held because of it. Not being able to tell holds like a failure."""
        return self.state != PASSED and self.mode == BLOCK and not self.excused


class Decision(NamedTuple):
    """Ship or hold. problems: what the gates have against it, in the gates' order; those that passed are left out.

    measured: gate -> the figure and window by which it passes. Only named changes have it.
    """

    change: Change
    decision: str
    problems: tuple[GateResult, ...]
    measured: Mapping[str, str] = MappingProxyType({})

    @property
    def held(self) -> bool:
        """Whether the change may not ship."""
        return self.decision == HOLD

    @property
    def holding(self) -> tuple[GateResult, ...]:
        """The problems that hold it."""
        return tuple(problem for problem in self.problems if problem.holds)


class Evaluation(NamedTuple):
    """The gates on a set of changes. gates: those that are not off, in order, each with its mode.

    outdated: what changed since the data were built, so that the answer dates from before then; "" when nothing did.
    """

    as_of: datetime
    gates: tuple[tuple[Gate, str], ...]
    decisions: tuple[Decision, ...]
    outdated: str = ""

    @property
    def held(self) -> tuple[Decision, ...]:
        """The changes that may not ship."""
        return tuple(d for d in self.decisions if d.held)

    def results(self, decision: Decision) -> tuple[GateResult, ...]:
        """Return every gate's result for a change, those that passed included."""
        problems = {problem.gate: problem for problem in decision.problems}
        return tuple(
            problems.get(gate.id)
            or GateResult(gate.id, gate.title, mode, PASSED, decision.measured.get(gate.id, ""))
            for gate, mode in self.gates
        )
