"""Checks of one query file: header, columns, empty tables, missing values, one row a window, rows that add up.

with on_trial(store, settings, as_of) as check:
    for problem in check(query("kpis/p1_incidents")):
        print(problem)
"""

from reliability.checks.one import FOLDERS, answering, check_query, on_trial, path_of

__all__ = ["FOLDERS", "answering", "check_query", "on_trial", "path_of"]
