"""All promises judged: cold (queries and statistics) and from the cache, on the sample and on many incidents.

    python -m benchmarks.verdicts [--sizes 1000000] [--repeats 5]

"first" is the first time on a freshly opened warehouse, "cold" every further time without a cache; "cached" asks the
page's cache of reviews, which holds them.
"""

import argparse
import os
import statistics
import time
from pathlib import Path

from benchmarks.made_up import write_organisation
from benchmarks.measure import print_table, scratch, seconds, size_text, time_text
from reliability.commitments import commitment_statuses
from reliability.sample import write_sample
from reliability.settings import load_settings
from reliability.warehouse import build
from reliability.warehouse.workspace import open_workspace

SIZES = (1_000_000,)


def measure(data: Path, name: str, repeats: int) -> dict[str, str]:
    """Return the row of the table for a data folder that is built."""
    found = open_workspace(data)

    def judge() -> object:
        return commitment_statuses(found.store, found.settings, found.as_of)

    begun = time.perf_counter()
    statuses = commitment_statuses(found.store, found.settings, found.as_of)
    first = time.perf_counter() - begun
    cold = seconds(judge, repeats)
    found.store.close()
    return {
        "data": name,
        "promises": str(len(statuses)),
        "first": time_text(first),
        "cold": time_text(cold),
        "cached": time_text(cached_seconds(data, repeats)),
    }


def cached_seconds(data: Path, repeats: int) -> float:
    """Return the median time of getting a review with its verdicts from the cache of the pages."""
    from streamlit.testing.v1 import AppTest

    os.environ["RELIABILITY_DATA"] = str(data)

    def page() -> None:
        import time

        import streamlit as st

        from reliability.ui.view import open_view

        found = open_view()
        begun = time.perf_counter()
        promises = found.review.cards
        st.session_state["taken"] = time.perf_counter() - begun
        assert promises

    app = AppTest.from_function(page, default_timeout=120).run()
    assert not app.exception
    return statistics.median(app.run().session_state["taken"] for _ in range(repeats))


def main(sizes: tuple[int, ...] = SIZES, repeats: int = 5) -> None:
    """Print the table."""
    rows = []
    with scratch() as folder:
        write_sample(folder / "data")
        build(folder / "data", load_settings(folder / "data"))
        rows.append(measure(folder / "data", "the sample", repeats))
    for size in sizes:
        with scratch() as folder:
            write_organisation(folder / "data", size)
            build(folder / "data", load_settings(folder / "data"))
            rows.append(measure(folder / "data", f"{size_text(size)} incidents", repeats))
    print_table("Verdicts", rows)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    options.add_argument("--repeats", type=int, default=5)
    chosen = options.parse_args()
    main(tuple(chosen.sizes), chosen.repeats)
