"""All that people decided and figures are made with."""

from collections.abc import Sequence
from pathlib import Path

from reliability.journal import Entry, Journal
from reliability.repeats import decisions as repeats
from reliability.rulings import outages, quiet
from reliability.warehouse.repeat_decisions import Decided


def rows_of(data_dir: Path) -> Sequence[Decided]:
    """Return what the decisions of a data folder come to, for `warehouse.build` and `warehouse.restate`."""
    return _rows(Journal(data_dir).entries())


def rows_before(journal: Journal, entry_id: int) -> Sequence[Decided]:
    """Return what the decisions came to before an entry was written: what was undone since still counts."""
    return _rows([entry for entry in journal.entries() if entry.id < entry_id])


def _rows(entries: Sequence[Entry]) -> list[Decided]:
    def of(kind: str) -> list[Entry]:
        return [entry for entry in entries if entry.kind == kind]

    return [
        *repeats.rows(repeats.standing_decisions(of(repeats.KIND))),
        *quiet.rows(quiet.standing_of(of(quiet.KIND))),
        *outages.rows(outages.standing_of(of(outages.KIND))),
    ]
