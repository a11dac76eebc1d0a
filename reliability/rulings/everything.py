"""All that people decided and figures are made with."""

from collections.abc import Sequence
from pathlib import Path

from reliability.journal import Journal
from reliability.repeats import decisions as repeats
from reliability.rulings import outages, quiet
from reliability.warehouse.repeat_decisions import Decided


def rows_of(data_dir: Path) -> Sequence[Decided]:
    """Return what the decisions of a data folder come to, for `warehouse.build` and `warehouse.restate`."""
    journal = Journal(data_dir)
    return [
        *repeats.rows(repeats.decisions(journal)),
        *quiet.rows(quiet.standing_in(journal)),
        *outages.rows(outages.standing_in(journal)),
    ]
