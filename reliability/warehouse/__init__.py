"""The warehouse: exports become checked tables and facts in one DuckDB file, published whole or not at all.

`build` makes and publishes a version, `current` names the live one, `open_store` opens it for queries.
"""

from reliability.warehouse.build import build
from reliability.warehouse.inputs import MAPPINGS
from reliability.warehouse.report import BuildReport, FileReport
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
    "Published",
    "build",
    "current",
    "last_failure",
    "open_store",
]
