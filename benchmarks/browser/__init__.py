"""What a visitor waits for, in a real Chromium: the product beside a Dash page and a plainly written Streamlit page.

    python -m benchmarks browser [--sizes 0 1000000] [--starts 3] [--times 10] [--minutes 20]

Size 0 is the sample. All contenders show the same incidents and take turns, action by action: ratios hold better than
times. Times are from the click, or the start of the process, to the last drawing before the page stands still.
"new" is another quarter, with all services and with each of a few, which nobody has chosen before; "remembered" goes to
and fro between two quarters.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.browser import tables
from benchmarks.browser.sitting import Plan, Sitting, sit, take_turns
from benchmarks.contenders import dash, plain_streamlit, product
from benchmarks.folders import built_folder
from benchmarks.measure import machine, size_text
from benchmarks.peers import environment
from reliability.warehouse import current
from tests.browser import chromium

_SERVICES = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    options = argparse.ArgumentParser("python -m benchmarks browser", description=__doc__.splitlines()[0])
    options.add_argument(
        "--sizes", type=int, nargs="+", default=(0, 1_000_000), help="incidents; 0: the sample"
    )
    options.add_argument("--starts", type=int, default=3, help="of each process")
    options.add_argument("--visitors", type=int, default=5, help="after the first")
    options.add_argument("--times", type=int, default=10, help="to and fro between two quarters")
    options.add_argument("--minutes", type=float, default=20.0, help="at most, for everything")
    chosen = options.parse_args(arguments)
    path = chromium.find()
    if path is None:
        raise SystemExit(f"no Chromium. {chromium.ADVICE}")
    environment.PEERS.install()
    environment.PRODUCT.install()
    from playwright.sync_api import sync_playwright

    end = time.perf_counter() + 60 * chosen.minutes
    sittings: list[Sitting] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        print(f"{machine()}, Chromium {browser.version}", flush=True)
        for number, size in enumerate(chosen.sizes):
            with built_folder(size) as folder:
                now = time.perf_counter()
                until = now + (end - now) / (len(chosen.sizes) - number)
                sittings += _at(browser, folder, size, chosen, until)
        browser.close()
    tables.show(sittings)


def _at(browser: Any, folder: Path, size: int, chosen: argparse.Namespace, until: float) -> list[Sitting]:
    """Measure all contenders at one size."""
    published = current(folder)
    assert published
    database = folder.parent / "peer.duckdb"
    environment.write_database(published.path, database)
    with duckdb.connect(str(database), read_only=True) as con:
        services = con.execute(
            # Those with P1s: without any, a page has fewer charts to draw.
            "select service from incidents where service is not null and severity = 1 "
            "group by all order by count(*) desc limit $most",
            {"most": _SERVICES},
        ).fetchall()
    plan = Plan(chosen.starts, chosen.visitors, chosen.times, tuple(name for (name,) in services), until)
    found, turns = [], {}
    for contender in (
        dash(database),
        plain_streamlit(database),
        product(folder, str(environment.PRODUCT.python)),
    ):
        sitting = Sitting(contender.name, size_text(size) if size else "sample")
        log = folder.parent / f"{contender.name}.log"
        turns[f"{sitting.contender}, {sitting.size}"] = sit(browser, contender, plan, log, sitting)
        found.append(sitting)
    take_turns(turns, plan)
    return found
