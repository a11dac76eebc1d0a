"""The warehouse: exports become checked tables and facts in one DuckDB file, published whole or not at all.

`build` makes and publishes a version, `restate` one with what people decided since, `current` names the live one,
`open_store` opens it for queries. A server shows what is published: what builds is imported when something is built.
"""

from typing import TYPE_CHECKING, Any

from reliability.warehouse.inputs import MAPPINGS, Inputs, changed
from reliability.warehouse.repeat_decisions import RepeatDecision
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

if TYPE_CHECKING:
    from reliability.warehouse.building import build
    from reliability.warehouse.restating import restate

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


def __getattr__(name: str) -> Any:
    if name == "build":
        from reliability.warehouse.building import build

        return build
    if name == "restate":
        from reliability.warehouse.restating import restate

        return restate
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
