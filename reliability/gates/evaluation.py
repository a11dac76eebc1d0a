"""Run the gates on changes: which may ship, which are held, by what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from reliability.errors import ReliabilityError, nearest
from reliability.gates.finding import Finding, findings, nothing_known
from reliability.gates.model import (
    HOLD,
    SHIP,
    Change,
    Decision,
    Evaluation,
    GateResult,
)
from reliability.gates.waivers import Waiver, covering
from reliability.queries import FOLDER, Asks
from reliability.queries.gates import BLOCK, CANNOT_TELL, FAILED, OFF, PASSED, Gate, all_gates
from reliability.settings import Settings
from reliability.settings.periods import midnight, months, quarter_of

_NEAR = 3


def evaluate(
    store: Asks,
    settings: Settings,
    as_of: datetime,
    waivers: Sequence[Waiver] = (),
    change_ids: Sequence[str] | None = None,
    folder: Path = FOLDER,
) -> Evaluation:
    """Ask every gate that is not off about the planned changes, or about the named ones.

    Raises ReliabilityError when there is no export with changes at all (silence would look like permission) or a
    named change does not exist; QueryError when a gate's query is faulty.
    """
    records = {row["table_name"]: row["records"] for row in store.run("lists/data_range")}
    if not records.get("changes"):
        raise ReliabilityError(
            "no export holds changes, so nothing can be said about any",
            "exports/",
            "Add one (docs/gates.md lists its columns), then run `python -m reliability build`.",
        )
    named = None if change_ids is None else [resolve(store, name) for name in dict.fromkeys(change_ids)]
    asked = {**parameters(settings, as_of, folder), "change_ids": named}
    changes = [Change(*row.values()) for row in store.run("lists/changes_at", asked)]
    gates = tuple(
        (gate, mode)
        for gate in all_gates(folder).values()
        if (mode := settings.gates.modes.get(gate.id, gate.default)) != OFF
    )
    by_id = {change.change_id: change for change in changes}
    problems: dict[str, list[GateResult]] = defaultdict(list)
    measured: dict[str, dict[str, str]] = defaultdict(dict)
    for gate, mode in gates:
        empty = [table for table in gate.needs if not records.get(table)]
        answered = () if empty else store.run_query(gate.query, asked).rows
        found = nothing_known(empty, by_id) if empty else findings(gate, answered, asked)
        of_gate = [waiver for waiver in waivers if waiver.gate == gate.id]
        for change_id, of_change in _by_change(found).items():
            against = [finding for finding in of_change if finding.state != PASSED]
            if change_id in by_id and against:
                problem = _problem(gate, mode, against)
                if of_gate:
                    problem = _excuse(problem, by_id[change_id], _services(against), of_gate, as_of)
                problems[change_id].append(problem)
            elif change_id in by_id:
                measured[change_id][gate.id] = _reasons(of_change)
    decisions = tuple(
        _decide(change, tuple(problems.get(change.change_id, ())))._replace(
            measured=measured.get(change.change_id, {})
        )
        for change in changes
    )
    return Evaluation(as_of, gates, decisions)


def resolve(store: Asks, change_id: str) -> str:
    """Return a change's id as the exports write it; upper and lower case do not matter.

    Raises ReliabilityError naming the nearest ids when there is no such change.
    """
    found = store.run("lists/change_matches", {"search": change_id, "limit": _NEAR + 1}).rows
    exact = [row["change_id"] for row in found if row["match"] == "id"]
    if change_id in exact or len(exact) == 1:
        return change_id if change_id in exact else exact[0]
    near = [f"{row['change_id']}" for row in found[:_NEAR]]
    remedy = (
        f"Did you mean {' or '.join(near)}?" if near else "Leave out --change to ask about the planned ones."
    )
    raise ReliabilityError(f"there is no change '{change_id}'", "change", remedy)


def known_service(store: Asks, service: str) -> str:
    """Return a service that a change touches, by name. Raises ReliabilityError with the nearest when none does."""
    known = [row["service"] for row in store.run("lists/change_services")]
    if service in known:
        return service
    raise ReliabilityError(f"no change touches a service '{service}'", "service", nearest(service, known))


def parameters(settings: Settings, as_of: datetime, folder: Path = FOLDER) -> dict[str, Any]:
    """Return every value that a gate's query may ask for by name, but `change_ids`."""
    zone = settings.organisation.zone
    quarter = quarter_of(as_of, settings, as_of)
    this_month = months(as_of, as_of + timedelta(seconds=1), settings)[0]
    last_month = months(this_month.start - timedelta(days=1), this_month.start, settings)[0]
    thresholds = {t.name: t.default for gate in all_gates(folder).values() for t in gate.thresholds}
    return {
        **thresholds,
        **settings.gates.thresholds,
        "as_of": as_of,
        "core_services": list(settings.gates.core_services or settings.incidents.core_services) or None,
        "signoff_by": [like(name) for name in settings.gates.signoff_by],
        "time_zone": settings.organisation.time_zone,
        "availability": settings.targets.availability,
        "engage_minutes": settings.targets.engage_minutes,
        "executive_hours": settings.targets.executive_hours,
        "postmortem_hours": settings.targets.postmortem_hours,
        "look_back_days": settings.incidents.repeat_look_back_days,
        "quarter_start": quarter.start,
        "quarter_end": quarter.end,
        "month_start": last_month.start,
        "month_end": last_month.end,
        "freeze_starts": [midnight(span.start, zone) for span in settings.freezes],
        "freeze_ends": [midnight(span.end, zone) if span.end else None for span in settings.freezes],
        "freeze_notes": [span.note for span in settings.freezes],
    }


def like(name: str) -> str:
    """Return a name with `*` for anything as a lower-case pattern of SQL's `like ... escape '\\'`."""
    escaped = name.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def _by_change(found: Iterable[Finding]) -> dict[str, list[Finding]]:
    of_change: dict[str, list[Finding]] = {}
    for finding in found:
        of_change.setdefault(finding.change_id, []).append(finding)
    return of_change


def _problem(gate: Gate, mode: str, against: Sequence[Finding]) -> GateResult:
    """Join what a gate has against one change into one result."""
    failed = any(finding.state == FAILED for finding in against)
    resolver = ", ".join(dict.fromkeys(finding.resolver for finding in against))
    return GateResult(
        gate.id, gate.title, mode, FAILED if failed else CANNOT_TELL, _reasons(against), resolver
    )


def _reasons(found: Sequence[Finding]) -> str:
    return " ".join(dict.fromkeys(finding.reason for finding in found))


def _services(found: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.service for finding in found if finding.service))


def _excuse(
    problem: GateResult, change: Change, services: Sequence[str], waivers: Sequence[Waiver], as_of: datetime
) -> GateResult:
    """Add the waiver: every service that the problem is about has to be excused, until the change goes out.

    services: empty when the problem is about none, then those the change touches count. The waiver that ends first
    says how long it is excused; where that is not long enough, the one that ends last says why.
    """
    ships_at = change.planned_for
    about = services or change.touches or (None,)
    found = [covering(waivers, problem.gate, change.change_id, s, as_of, ships_at) for s in about]
    known = [waiver for waiver in found if waiver is not None]
    if len(known) == len(found) and all(waiver.holds(as_of, ships_at) for waiver in known):
        return problem._replace(waiver=min(known, key=lambda w: w.ends_at), excused=True)
    too_short = [waiver for waiver in known if not waiver.holds(as_of, ships_at)]
    return problem._replace(waiver=max(too_short, key=lambda w: w.ends_at, default=None))


def _decide(change: Change, problems: tuple[GateResult, ...]) -> Decision:
    if not problems:
        return Decision(change, SHIP, problems)
    held = any(problem.mode == BLOCK and not problem.excused for problem in problems)
    return Decision(change, HOLD if held else SHIP, problems)
