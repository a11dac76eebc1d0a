"""Counters of this process and the state of its data, for Prometheus (text format 0.0.4).

No label holds a word of a customer: pages and routes are those of the program, tables those of the schema.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError
from reliability.schema import TABLES

if TYPE_CHECKING:
    from reliability.warehouse.workspace import Workspace

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# From a remembered answer to the longest anybody waits for.
_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)

_registry = CollectorRegistry()
_requests = Counter("reliability_requests", "Requests answered.", ["route", "status"], registry=_registry)
_answers = Histogram(
    "reliability_answer_seconds", "Time to the last byte of an answer.", ["route"],
    buckets=_SECONDS, registry=_registry,
)  # fmt: skip
_pages = Histogram(
    "reliability_page_seconds",
    "Time that a page's script took.",
    ["page"],
    buckets=_SECONDS,
    registry=_registry,
)
_open_pages = Gauge("reliability_open_pages", "Pages that are open in a browser.", registry=_registry)


def answered(route: str, status: int, seconds: float) -> None:
    """Count an answer. route: one of the program's, never an address as it was asked for."""
    _requests.labels(route, str(status)).inc()
    _answers.labels(route).observe(seconds)


@contextmanager
def page_run(page: str) -> Iterator[None]:
    """Measure a run of a page's script, one that ends in an error or in a stop as well."""
    begun = time.perf_counter()
    try:
        yield
    finally:
        _pages.labels(page).observe(time.perf_counter() - begun)


@contextmanager
def open_page() -> Iterator[None]:
    """Count a page as open."""
    with _open_pages.track_inprogress():
        yield


def exposition() -> bytes:
    """Everything as Prometheus reads it."""
    return generate_latest(_registry)


class DataCollector(Collector):
    """What the live version of the warehouse says, asked when somebody asks for it."""

    def collect(self) -> Iterable[Metric]:
        """Whether a version serves, whether it is outdated, how fresh each table is, what became of the rows."""
        # A server counts requests before it imports what knows of data.
        from reliability.warehouse.versions import last_failure
        from reliability.warehouse.workspace import open_current

        failure = last_failure(default_data_dir())
        text = "1 when the last build, or copy of a shared version, failed."
        yield _gauge("reliability_last_build_failed", text, float(failure is not None))
        try:
            workspace = open_current()
        except ReliabilityError:
            yield _gauge("reliability_serving", "1 when a version of the warehouse serves.", 0.0)
            return
        yield _gauge("reliability_serving", "1 when a version of the warehouse serves.", 1.0)
        yield from _version(workspace)
        yield from _tables(workspace)


def _version(workspace: "Workspace") -> Iterator[Metric]:
    from reliability.warehouse.versions import current
    from reliability.warehouse.workspace import outdated

    live = current(workspace.data_dir)
    if live is not None and live.modified_ns is not None:
        text = "When the version that serves was published."
        yield _gauge("reliability_build_timestamp_seconds", text, live.modified_ns / 1e9)
    text = "1 when settings or exports changed after the build."
    yield _gauge("reliability_outdated", text, float(bool(outdated(workspace))))
    text = "The newest instant in the exports."
    yield _gauge("reliability_as_of_timestamp_seconds", text, workspace.as_of.timestamp())


def _tables(workspace: "Workspace") -> Iterator[Metric]:
    newest = GaugeMetricFamily(
        "reliability_newest_record_timestamp_seconds", "The newest thing that happened.", labels=["table"]
    )
    rows = GaugeMetricFamily(
        "reliability_rows", "Rows of the exports, by what became of them.", labels=["table", "outcome"]
    )
    latest: dict[str, datetime] = {}
    counted: dict[tuple[str, str], int] = {}
    for file in workspace.store.run("lists/file_accounting"):
        table = file["table_name"] if file["table_name"] in TABLES else "none"
        for outcome in ("kept", "superseded", "excluded", "set_aside"):
            counted[table, outcome] = counted.get((table, outcome), 0) + (file[outcome] or 0)
        if file["newest_at"] is not None:
            latest[table] = max(latest.get(table, file["newest_at"]), file["newest_at"])
    for table, instant in sorted(latest.items()):
        newest.add_metric([table], instant.timestamp())
    for (table, outcome), count in sorted(counted.items()):
        rows.add_metric([table, outcome], count)
    yield from (newest, rows)


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


_registry.register(DataCollector())
