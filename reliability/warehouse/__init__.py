"""The warehouse: exports become checked tables and facts in one DuckDB file, published whole or not at all.

`build` makes and publishes a version, `restate` one with what people decided since, `current` names the live one,
`open_store` opens it for queries.
"""

from reliability.warehouse.build import build
from reliability.warehouse.inputs import MAPPINGS, Inputs, changed
from reliability.warehouse.repeat_decisions import RepeatDecision
from reliability.warehouse.report import BuildReport, FileReport
from reliability.warehouse.restating import restate
from reliability.warehouse.versions import (
    FOLDER,
    LAYOUT,
    Failure,
    Published,
    current,
    last_failure,
    open_store,
)

__all__ = [
    "FOLDER",
    "LAYOUT",
    "MAPPINGS",
    "BuildReport",
    "Failure",
    "FileReport",
    "Inputs",
    "Published",
    "RepeatDecision",
    "build",
    "changed",
    "current",
    "last_failure",
    "open_store",
    "restate",
]
