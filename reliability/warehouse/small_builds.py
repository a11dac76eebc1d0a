"""Small builds: what a connection leaves out where planning takes longer than reading."""

from collections.abc import Iterable

import duckdb

from reliability.exports import ExportSource

SMALL = 8_000_000
"""Bytes of exports up to which a build is small: forty thousand incidents or so."""

# Passes of the optimiser that cost a small statement more than they give it, and change no row.
_WITHOUT = (
    *("common_subplan", "projection_pullup", "projection_placement", "partitioned_execution"),
    *("partial_aggregate_pushdown", "grouping_sets", "scalar_fn_pushdown", "distinct_aggregate_rewrite"),
    *("aggregate_reuse", "redundant_order_keys", "self_join_aggregate", "window_self_join"),
    *("outer_join_simplification", "window_rewriter", "sampling_pushdown", "duplicate_groups"),
    *("reorder_filter", "late_materialization"),
)

# What archives, workbooks and Parquet begin with: they hold many times as much as their size says.
_PACKED = (b"PK", b"\x1f\x8b", b"PAR1")
_UNPACKED = 10


def hurry(con: duckdb.DuckDBPyConnection, found: Iterable[ExportSource]) -> None:
    """Let a connection that reads few bytes plan less, use one thread and store columns as they are.

    Every statement reads a few thousand rows: handing them to a second thread costs more than it gives, and so does
    trying which compression suits each column of a file of a few megabytes.
    """
    if sum(map(_bytes, found)) > SMALL:
        return
    con.execute(
        f"set threads = 1; set disabled_optimizers = '{','.join(_WITHOUT)}'; set force_compression = 'uncompressed'"
    )


def _bytes(source: ExportSource) -> int:
    if source.problem:
        return 0
    try:
        with source.path.open("rb") as file:
            start = file.read(4)
        return source.size * (_UNPACKED if start.startswith(_PACKED) else 1)
    except OSError:
        return 0  # gone, or not to be read: whoever reads it says so
