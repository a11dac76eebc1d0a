"""Under which settings a file was read."""

import hashlib
import json

from reliability import __version__
from reliability.queries import query
from reliability.rollups.definitions import Rollup
from reliability.rollups.maintenance import overlapping
from reliability.rollups.state import Known


def fingerprint(rollup: Rollup, known: Known) -> str:
    """What the settings make of the rows of a file, so far as it takes the single row to know it."""
    names = (rollup.text("read"), "rollups/local_times", "rollups/refused")
    texts = [query(name).sql for name in names]
    said = [
        __version__,
        rollup.log.columns,
        rollup.log.time_zone,
        dict(rollup.read_values),
        rollup.finds_doubled,
        overlapping(rollup.windows, known.oldest, known.newest),
        texts,
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]
