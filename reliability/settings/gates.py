"""[gates] of review.toml: which gate holds a change, what it measures against, and who may sign off."""

from functools import cache
from pathlib import Path

from reliability.errors import QueryError
from reliability.queries import FOLDER, read_query
from reliability.queries.gates import MODES, Gate, read_gate
from reliability.settings import model
from reliability.settings.reader import Table

_LONGEST_WAIVER_DAYS = 366


@cache
def known_gates(folder: Path = FOLDER) -> tuple[Gate, ...]:
    """Every gate below queries/gates/. One whose file is faulty is left to `python -m reliability check`."""
    found = []
    for path in sorted((folder / "gates").glob("*.sql")):
        try:
            found.append(read_gate(read_query(path, folder)))
        except (QueryError, OSError, UnicodeDecodeError):
            continue
    return tuple(found)


def read_gates(table: Table, folder: Path = FOLDER) -> model.Gates:
    """Read the [gates] table. A gate is a key of it; its thresholds are keys of [gates.thresholds]."""
    known = known_gates(folder)
    modes = {gate.id: table.choice(gate.id, gate.default, MODES) for gate in known}
    numbers = table.table("thresholds")
    thresholds = {
        t.name: numbers.number_within(t.name, t.default, t.low, t.high) for g in known for t in g.thresholds
    }
    numbers.finish()
    found = model.Gates(
        modes={gate: mode for gate, mode in modes.items() if table.given(gate)},
        thresholds={name: value for name, value in thresholds.items() if numbers.given(name)},
        signoff_by=table.names("signoff_by"),
        core_services=table.names("core_services"),
        waiver_days=table.integer("waiver_days", model.Gates.waiver_days, 1, _LONGEST_WAIVER_DAYS),
    )
    table.finish()
    return found
