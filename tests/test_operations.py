"""What operators see of a running server: counters behind the gate, and logs without a customer's word."""

import asyncio
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.load.session import Session
from reliability.errors import SettingsError
from reliability.serve.logs import JsonFormatter
from reliability.serve.request_log import RequestLog
from reliability.warehouse.workspace import open_workspace
from tests.browser.server import Server, serving
from tests.sample import sample_copy

CUSTOMER = "Acme-GmbH"


@pytest.fixture(scope="module")
def server(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("operations")
    data_dir = sample_copy(sample_dir, folder / "data")
    more = {"RELIABILITY_LOG": "json", "STREAMLIT_LOGGER_HIDE_WELCOME_MESSAGE": "true"}
    with serving(data_dir, folder / "log", ready="/healthz", **more) as running:
        yield running


def lines_of(server: Server, request_id: str) -> list[dict[str, Any]]:
    """The lines of one request, which are written after its answer went out."""
    until = time.monotonic() + 10
    while True:
        lines = [json.loads(line) for line in server.log.splitlines() if line.strip()]
        found = [line for line in lines if line.get("request_id") == request_id]
        if found or time.monotonic() > until:
            return found
        time.sleep(0.05)


def metrics(server: Server) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = httpx2.get(f"{server.url}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_requests_and_pages_are_counted_and_timed(server: Server) -> None:
    for address in ("/api/gates", f"/api/gates?change={CUSTOMER}", f"/api/{CUSTOMER}", f"/{CUSTOMER}/x"):
        httpx2.get(server.url + address)

    async def visit() -> None:
        session = Session(urlsplit(server.url).port or 0, seed=1)
        assert not (await session.open()).error
        await session.close()

    before = metrics(server)
    asyncio.run(visit())
    found = metrics(server)
    assert before["reliability_requests_total", (("route", "/api/gates"), ("status", "200"))] == 1
    assert before["reliability_requests_total", (("route", "/api/gates"), ("status", "400"))] == 1
    assert before["reliability_requests_total", (("route", "/api"), ("status", "404"))] == 1
    assert before["reliability_answer_seconds_count", (("route", "/api/gates"),)] == 2
    runs = "reliability_page_seconds_count", (("page", "quarterly_review"),)
    assert found[runs] == before.get(runs, 0) + 1
    assert found["reliability_open_pages", ()] == 0
    assert not any(CUSTOMER in str(key) for key in found)


def test_the_data_are_told_as_the_accounting_has_them(server: Server) -> None:
    found = metrics(server)
    workspace = open_workspace(server.data_dir)
    files = list(workspace.store.run("lists/file_accounting"))
    for outcome in ("kept", "superseded", "excluded", "set_aside"):
        told = sum(
            value
            for (name, labels), value in found.items()
            if name == "reliability_rows" and ("outcome", outcome) in labels
        )
        assert told == sum(file[outcome] or 0 for file in files)
    newest = max(file["newest_at"] for file in files if file["table_name"] == "incidents")
    told = found["reliability_newest_record_timestamp_seconds", (("table", "incidents"),)]
    assert told == newest.timestamp()
    assert found["reliability_serving", ()] == 1
    assert found["reliability_outdated", ()] == 0
    assert found["reliability_last_build_failed", ()] == 0
    assert found["reliability_as_of_timestamp_seconds", ()] == workspace.as_of.timestamp()


def test_counters_are_behind_the_gate(server: Server) -> None:
    assert httpx2.get(f"{server.url}/metrics", headers={"host": "evil.example"}).status_code == 403


def test_every_request_is_a_line_with_its_id_and_without_a_word_of_its_own(server: Server) -> None:
    given = httpx2.get(
        f"{server.url}/api/gates?change={CUSTOMER}", headers={"x-request-id": "trace-0123456789"}
    )
    assert given.headers["x-request-id"] == "trace-0123456789"
    made = httpx2.get(f"{server.url}/healthz", headers={"x-request-id": f"{CUSTOMER} \t<b>"})
    assert CUSTOMER not in made.headers["x-request-id"]
    with suppress(InvalidStatus), connect(f"ws{server.url[4:]}/_stcore/stream?{CUSTOMER}", proxy=None):
        pass
    (line,) = lines_of(server, "trace-0123456789")
    assert {key: line[key] for key in ("event", "method", "route", "status", "level")} == {
        "event": "request",
        "method": "GET",
        "route": "/api/gates",
        "status": 400,
        "level": "info",
    }
    assert line["milliseconds"] > 0
    assert len(lines_of(server, made.headers["x-request-id"])) == 1
    assert CUSTOMER not in server.log


def test_an_error_is_told_by_kind_and_place_only() -> None:
    def line(error: Exception) -> dict[str, Any]:
        try:
            raise error
        except Exception:
            record = logging.LogRecord(
                "x", logging.ERROR, __file__, 1, "Not done: %s", (error,), sys.exc_info()
            )
            told = JsonFormatter().format(record)
        assert "\n" not in told
        return dict(json.loads(told))

    foreign = line(ValueError(f"cannot read '{CUSTOMER}'"))
    assert (foreign["message"], foreign["error"]) == ("Not done: ValueError", "ValueError")
    assert foreign["places"][0].startswith(__file__)
    own = line(SettingsError("is no number", "review.toml, goal", "Write one."))
    assert "review.toml, goal" in own["message"]


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/", "/"),
        ("/gates", "/gates"),
        ("/gates/CHG-1", "other"),
        ("/review/gates", "/gates"),
        ("/review", "/"),
        ("/reviewers", "other"),
        ("/api/kpis", "/api/kpis"),
        ("/api/Zoe", "/api"),
        ("/_stcore/upload_file/a/b", "/_stcore"),
        ("/session/callback", "/session"),
    ],
)
def test_addresses_are_called_what_the_program_calls_them(path: str, route: str) -> None:
    assert RequestLog(None, frozenset({"", "gates"}), "/review").route(path) == route
