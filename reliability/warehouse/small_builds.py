"""Small builds: what a connection leaves out where planning takes longer than reading."""

import duckdb

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


def hurry(con: duckdb.DuckDBPyConnection, read: int) -> None:
    """Let a connection that reads so few bytes plan less, use one thread and store columns as they are.

    Every statement reads a few thousand rows: handing them to a second thread costs more than it gives, and so does
    trying which compression suits each column of a file of a few megabytes.
    """
    if read > SMALL:
        return
    con.execute(
        f"set threads = 1; set disabled_optimizers = '{','.join(_WITHOUT)}'; set force_compression = 'uncompressed'"
    )
