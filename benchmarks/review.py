"""The quarterly review: all its queries, composed, and a page run again, beside the same SQL bare and beside pandas.

    python -m benchmarks.review [--sizes 10000 1000000 10000000] [--repeats 11]

"compose" makes the whole review, verdicts included, with nothing remembered. "its queries" is the time in which at
least one of them runs; "bare" runs the same texts and parameters straight in DuckDB, one after the other. "four
figures" (P1s, median time to recover, repeats, NPS, each for three quarters) are also computed by pandas on frames
that are already in memory. "page again" is a rerun of the real page without anything changed, through Streamlit's
own test runner.
"""

import argparse
import os
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.made_up import write_organisation
from benchmarks.measure import print_table, scratch, seconds, size_text, time_text
from reliability.kpis import parameters
from reliability.queries import Query, Result, Store, query
from reliability.queries.memory import Memory
from reliability.review.compose import compose
from reliability.settings import load_settings
from reliability.settings.periods import previous, quarter_of, same_length, year_before
from reliability.warehouse import build
from reliability.warehouse.workspace import Workspace, open_workspace

SIZES = (10_000, 1_000_000)
ROOT = Path(__file__).resolve().parent.parent
_REMEMBERED_BYTES = 64 * 1024 * 1024
FIGURES = ("p1_incidents", "time_to_recover_median", "repeat_incidents", "nps")


class Recorder(Store):
    """A store that keeps what it ran, and when (seconds, from and to)."""

    def __init__(self, path: Path, data_version: str) -> None:
        super().__init__(path, data_version)
        self.ran: list[Result] = []
        self.spans: list[tuple[float, float]] = []

    def _answer(self, asked: Query, values: dict[str, Any]) -> Result:
        begun = time.perf_counter()
        result = super()._answer(asked, values)
        self.spans.append((begun, time.perf_counter()))
        self.ran.append(result)
        return result

    def forget(self) -> None:
        """Begin again, with nothing remembered."""
        self.memory = Memory(_REMEMBERED_BYTES)
        self.ran.clear()
        self.spans.clear()


def covered_seconds(spans: list[tuple[float, float]]) -> float:
    """Return how long at least one of the spans lasted: queries run beside each other count once."""
    total, reached = 0.0, float("-inf")
    for begun, ended in sorted(spans):
        total += max(0.0, ended - max(begun, reached))
        reached = max(reached, ended)
    return total


def bare_seconds(path: Path, asked: list[tuple[str, dict[str, Any]]], repeats: int) -> float:
    """Return the median time of running these texts one after the other on one connection."""
    with duckdb.connect(str(path), read_only=True) as con:
        return seconds(lambda: [con.execute(sql, params).fetchall() for sql, params in asked], repeats)


def windows(found: Workspace) -> list[tuple[datetime, datetime]]:
    """Return the quarter of the newest instant and the two it is compared with."""
    period = quarter_of(found.as_of, found.settings, found.as_of)
    earlier = (previous(period, found.settings), year_before(period, found.settings))
    cut = [same_length(p, period, found.settings) for p in earlier]
    return [(p.start, p.end) for p in (period, *cut)]


def pandas_seconds(path: Path, of: list[tuple[datetime, datetime]], repeats: int) -> float:
    """Return the median time in which pandas computes the four figures; reading the frames is not counted."""
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set TimeZone = 'UTC'")
        incidents = con.sql(
            "select opened_at, severity_counted, recover_minutes, is_repeat, service, team from fact_incidents"
        ).df()
        answers = con.sql("select responded_at, score from nps_responses").df()

    def figures() -> list[tuple[float, ...]]:
        found = []
        for start, end in of:
            chosen = incidents[(incidents.opened_at >= start) & (incidents.opened_at < end)]
            worst = chosen[chosen.severity_counted == 1]
            scores = answers[(answers.responded_at >= start) & (answers.responded_at < end)].score
            nps = 100 * ((scores >= 9).mean() - (scores <= 6).mean())
            found.append((len(worst), worst.recover_minutes.median(), chosen.is_repeat.sum(), nps))
        return found

    return seconds(figures, repeats)


def page_seconds(data_dir: Path, repeats: int) -> float:
    """Return the median time of running the review page again with everything cached."""
    from streamlit.testing.v1 import AppTest

    os.environ["RELIABILITY_DATA"] = str(data_dir)
    app = AppTest.from_file(str(ROOT / "reliability" / "serve" / "shell.py"), default_timeout=120)
    for _ in range(2):
        app.run()
    assert app.main.children and not app.exception
    return seconds(app.run, repeats)


def measure(incidents: int, repeats: int) -> dict[str, str]:
    """Build an organisation of this size and return its row of the table."""
    with scratch() as folder:
        data = folder / "data"
        write_organisation(data, incidents)
        build(data, load_settings(data))
        return measure_built(data, incidents, repeats)


def measure_built(data: Path, incidents: int, repeats: int) -> dict[str, str]:
    """Return the row of the table for a data folder that is built."""
    found = open_workspace(data)
    store = Recorder(found.store.path, found.store.data_version)
    composed, in_queries = [], []
    for _ in range(repeats + 1):
        store.forget()
        begun = time.perf_counter()
        compose(store, found.settings, as_of=found.as_of)
        composed.append(time.perf_counter() - begun)
        in_queries.append(covered_seconds(store.spans))
    asked = [(r.sql, r.params) for r in store.ran]
    of = windows(found)
    four = [
        (query(f"kpis/{name}"), parameters(found.settings, start, end, found.as_of))
        for name in FIGURES
        for start, end in of
    ]
    own_four = seconds(lambda: [store.ask(*one) for one in four], repeats)
    store.close()
    # Whoever opens the file next opens it again: connections to one file share their settings.
    found.store.close()
    row = {
        "incidents": size_text(incidents),
        "compose": time_text(statistics.median(composed[1:])),
        f"its {len(asked)} queries": time_text(statistics.median(in_queries[1:])),
        "bare": time_text(bare_seconds(found.store.path, asked, repeats)),
        "four figures": time_text(own_four),
        "by pandas": time_text(pandas_seconds(found.store.path, of, repeats)),
    }
    row["page again"] = time_text(page_seconds(data, repeats))
    return row


def main(sizes: tuple[int, ...] = SIZES, repeats: int = 11) -> None:
    """Print the table."""
    print_table("Review", [measure(size, repeats) for size in sizes])


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    options.add_argument("--repeats", type=int, default=11)
    chosen = options.parse_args()
    main(tuple(chosen.sizes), chosen.repeats)
