"""The routes beside the pages: health, the JSON of the command line, errors as JSON."""

import gc
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from threading import Event, Thread

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from reliability.access import refusals
from reliability.cli.main import main
from reliability.data_dir import ROOT
from reliability.journal import Journal
from reliability.review import compose, standing
from reliability.serve import server, warm
from reliability.serve.prefetch import Prefetch
from reliability.serve.server import lifespan, routes
from tests.test_ui import said

DOCUMENTS = ("/api/review", "/api/kpis", "/api/commitments", "/api/gates")


@pytest.fixture
def client(sample_dir: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """A client of the routes on the sample; who may ask is the gate's business."""
    monkeypatch.setenv("RELIABILITY_DATA", str(sample_dir))
    return TestClient(Starlette(routes=routes()))


def said_by(capsys, *arguments: str) -> dict:
    """Return the document that the command line prints."""
    capsys.readouterr()
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def test_healthz_names_the_version_that_is_served(client, store):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "data_version": store.data_version}


def test_healthz_says_why_there_is_nothing_to_serve(client, tmp_path, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(tmp_path))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "no warehouse"
    assert "build" in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("/api/review", ["review"]),
        ("/api/review?quarter=2025-Q3", ["review", "--quarter", "2025-Q3"]),
        ("/api/kpis?quarter=2025-Q3", ["kpis", "--quarter", "2025-Q3"]),
        ("/api/kpis?start=2025-07-01&end=2025-08-01", ["kpis", "--start", "2025-07-01", "--end", "2025-08-01"]),
        (
            "/api/kpis?quarter=2025-Q3&service=search&service=identity&team=Identity",
            ["kpis", "--quarter", "2025-Q3", "--service", "search", "--service", "identity", "--team", "Identity"],
        ),
        ("/api/commitments", ["commitments"]),
        ("/api/gates", ["gates"]),
        ("/api/gates?change=CHG-3301,CHG-3302", ["gates", "--change", "CHG-3301", "--change", "CHG-3302"]),
        # The first of them is held: an answer about the last one alone would say "ship".
        ("/api/gates?change=CHG-3302&change=CHG-3301", ["gates", "--change", "CHG-3302", "--change", "CHG-3301"]),
    ],
)  # fmt: skip
def test_a_route_answers_with_the_document_of_the_command_line(client, capsys, path, command):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == said_by(capsys, *command)


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/api/review?quarter=2025-Q9", "'2025-Q9' is not a quarter"),
        ("/api/kpis?start=2025-13-01&end=2025-12-01", "'2025-13-01' is not a day"),
        ("/api/kpis?start=2025-01-01", "end: is missing"),
        ("/api/kpis?start=2025-04-01&end=2025-01-01", "end: 2025-01-01 is not after 2025-04-01"),
        ("/api/kpis?quarter=2025-Q3&start=2025-01-01&end=2025-02-01", "both"),
        ("/api/kpis?service=chekout-api", "Did you mean 'checkout-api'?"),
        ("/api/kpis?team=%3Cscript%3E", "no export names a team '<script>'"),
        ("/api/gates?change=nothing", "there is no change 'nothing'. Leave out change"),
        ("/api/gates?change=,,,", "change: names no change. Leave it out"),
        ("/api/gates?change=", "change: names no change."),
        ("/api/gates?change=CHG-3301&change=", "change: names no change."),
        ("/api/gates?chnage=CHG-3302", "chnage: is no parameter here. Did you mean 'change'?"),
        (
            "/api/review?quarter=2025-Q3&quarter=2025-Q2",
            "quarter: is given more than once. Ask once for each.",
        ),
        ("/api/commitments?as_of=2025-01-01", "as_of: is no parameter here. There is none."),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(client, path, part):
    answer = client.get(path)
    assert answer.status_code == 400
    assert list(answer.json()) == ["error"]
    assert part in answer.json()["error"]
    assert "--" not in answer.json()["error"]
    assert answer.headers["content-type"] == "application/json"


def test_a_held_change_is_an_answer_and_not_an_error(client):
    answer = client.get("/api/gates?change=CHG-3302")
    assert answer.status_code == 200
    assert [change["decision"] for change in answer.json()["changes"]] == ["hold"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_without_a_warehouse_the_routes_say_so(client, tmp_path, monkeypatch, path):
    monkeypatch.setenv("RELIABILITY_DATA", str(tmp_path))
    answer = client.get(path)
    assert answer.status_code == 503
    assert "build" in answer.json()["error"]


def test_broken_settings_are_named(client, own_sample, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    (own_sample / "review.toml").write_text("[organisation]\nnaem = 'x'\n", encoding="utf-8")
    answer = client.get("/api/kpis")
    assert answer.status_code == 400
    assert answer.json()["error"].endswith("Did you mean 'name'?")


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/gate", "/api/gates/CHG-3301", "/api/v2/kpis"])
def test_an_address_that_does_not_exist_is_named_with_those_that_do(client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["error"].startswith(f"{path}: there is no such address.")
    assert "/api/gates" in answer.json()["error"]


def test_the_script_that_draws_charts_is_the_installed_packages_and_is_asked_for_once(client):
    installed = importlib.metadata.distribution("plotly")
    file = installed.locate_file("plotly/package_data/plotly.min.js")
    address = f"/plotly/{installed.version}.js"
    plain = client.get(address, headers={"accept-encoding": "identity"})
    assert plain.status_code == 200 and "content-encoding" not in plain.headers
    assert plain.content == Path(str(file)).read_bytes()
    packed = client.get(address, headers={"accept-encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 3
    for answer in (plain, packed):
        assert answer.headers["content-type"].startswith("text/javascript")
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["vary"] == "accept-encoding"
    gone = client.get("/plotly/0.0.1.js")
    assert gone.status_code == 404 and "Load the page again." in gone.json()["error"]


def test_a_page_names_that_script_and_nothing_else_does():
    def page(_request: object) -> HTMLResponse:
        return HTMLResponse("<p>A page.</p>")

    def missing(_request: object) -> HTMLResponse:
        return HTMLResponse("<p>No page.</p>", 404)

    paths = [Route("/customers", page), Route("/missing", missing), *routes()]
    app = TestClient(Starlette(routes=paths, middleware=[Middleware(Prefetch)]))
    version = importlib.metadata.version("plotly")
    assert app.get("/customers").headers["link"] == f"<./plotly/{version}.js>; rel=prefetch; as=script"
    for path in ("/missing", "/api/nothing", f"/plotly/{version}.js"):
        assert "link" not in app.get(path).headers, path


@pytest.mark.parametrize("path", ("/healthz", *DOCUMENTS))
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_the_routes_are_read_only(client, path, method):
    assert client.request(method, path).status_code == 405


def test_a_new_warehouse_is_served_without_a_restart(client, own_sample, monkeypatch):
    from reliability.settings import load_settings
    from reliability.warehouse import build

    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    first = client.get("/healthz").json()["data_version"]
    extra = own_sample / "exports" / "incidents" / "extra.csv"
    extra.write_text(
        "incident_id,title,service,severity,opened_at\nX-1,Late,search,P1,2025-11-16T08:00:00Z\n",
        encoding="utf-8",
    )
    before = {k["id"]: k["value"] for k in client.get("/api/kpis").json()["kpis"]}
    build(own_sample, load_settings(own_sample))
    after = {k["id"]: k["value"] for k in client.get("/api/kpis").json()["kpis"]}
    assert client.get("/healthz").json()["data_version"] != first
    assert after["p1_incidents"] == before["p1_incidents"] + 1


def test_the_server_starts_warm_and_also_without_a_warehouse(sample_dir, tmp_path, monkeypatch):
    for folder in (sample_dir, tmp_path):
        monkeypatch.setenv("RELIABILITY_DATA", str(folder))
        with TestClient(Starlette(routes=routes(), lifespan=lifespan)) as client:
            assert client.get("/healthz").status_code == (200 if folder == sample_dir else 503)


def test_it_listens_while_it_warms_and_pages_wait_for_the_end(sample_dir, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(sample_dir))
    may_end, visitor = Event(), Thread(target=warm.wait)
    answers: list[int] = []
    monkeypatch.setattr(warm, "up", lambda: may_end.wait(30))
    with TestClient(Starlette(routes=routes(), lifespan=lifespan)) as client:
        assert client.get("/healthz").status_code == 200
        asking = Thread(target=lambda: answers.append(client.get("/api/kpis").status_code))
        for waiting in (visitor, asking):
            waiting.start()
            waiting.join(0.2)
            assert waiting.is_alive()
        may_end.set()
        for waiting in (visitor, asking):
            waiting.join(30)
            assert not waiting.is_alive()
        assert answers == [200]


def test_other_pages_than_the_first_are_made_ready_once_the_first_is_shown(sample_dir, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(sample_dir))
    did, both = [], Event()

    def further() -> None:
        visitor = Thread(target=warm.wait)
        visitor.start()
        visitor.join(30)
        did.append("let in" if not visitor.is_alive() else "waits")
        both.set()

    monkeypatch.setattr(warm, "up", lambda: did.append("first"))
    monkeypatch.setattr(warm, "further", further)
    monkeypatch.setattr(server, "_FIRST_PAGE_SECONDS", 0.2)
    with TestClient(Starlette(routes=routes(), lifespan=lifespan)):
        assert both.wait(30)
    assert did == ["first", "let in"]
    # One that ends at once does not wait for that.
    monkeypatch.setattr(server, "_FIRST_PAGE_SECONDS", 3600.0)
    with TestClient(Starlette(routes=routes(), lifespan=lifespan)):
        pass
    assert did == ["first", "let in", "first"]


def test_everybody_is_let_in_when_warming_fails(sample_dir, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(sample_dir))
    monkeypatch.setattr(threading, "excepthook", lambda _args: None)

    def fail() -> None:
        raise MemoryError

    monkeypatch.setattr(warm, "up", fail)
    with TestClient(Starlette(routes=routes(), lifespan=lifespan)):
        visitor = Thread(target=warm.wait)
        visitor.start()
        visitor.join(30)
        assert not visitor.is_alive()
        assert gc.isenabled()
        assert [thread for thread in threading.enumerate() if thread.name == "watch"]


def test_what_listens_first_does_not_import_what_pages_and_sign_ins_need():
    listed = "import sys, app; print(*sorted(sys.modules))"
    command = [sys.executable, "-c", listed]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(
        {"numpy", "scipy", "pandas", "authlib", "joserfc", "openpyxl", "pyarrow", "sqlglot", "duckdb"}
    )
    # Who may come in is a table of the settings: neither promises nor queries nor what people wrote are needed for it.
    assert loaded.isdisjoint({"reliability.settings.loading", "reliability.queries", "reliability.journal"})
    assert not [name for name in loaded if name.startswith(("reliability.warehouse", "reliability.exports"))]
    assert "starlette" in loaded and "reliability.access.policy" in loaded


def test_numbers_begin_no_threads_of_their_own():
    counted = "import psutil, reliability, numpy, scipy.special; print(psutil.Process().num_threads())"
    done = subprocess.run(
        [sys.executable, "-c", counted], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        env={name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"},
    )  # fmt: skip
    assert int(done.stdout) == 1


def test_a_server_that_shows_a_review_loads_neither_tables_nor_what_builds(sample_dir):
    """pandas and pyarrow alone take half a second of the first visitor's; charts come without (test_chosen)."""
    warmed = "import sys; from reliability.serve import warm; warm.up(); print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", warmed], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
        env={**os.environ, "RELIABILITY_DATA": str(sample_dir)},
    )  # fmt: skip
    loaded = set(done.stdout.split())
    assert "reliability.review.compose" in loaded and "scipy" in loaded
    assert loaded.isdisjoint({"pandas", "pyarrow", "sqlglot"})
    assert loaded.isdisjoint(
        {"reliability.warehouse.building", "reliability.guesses", "reliability.restatements"}
    )


def test_the_first_visitor_of_a_warm_server_waits_for_no_figure(open_page, sample_dir, monkeypatch):
    monkeypatch.setenv("RELIABILITY_DATA", str(sample_dir))
    st.cache_resource.clear()
    warm.up()
    warm.further()
    asked = []
    monkeypatch.setattr(compose, "compose", lambda *_a, **_k: asked.append("review"))
    monkeypatch.setattr(standing, "standings", lambda *_a, **_k: asked.append("promises"))
    assert "promises: 1 kept" in said(open_page())
    assert "promises: 1 kept" in said(open_page("commitments"))
    assert not asked


def test_a_start_clears_away_what_a_killed_build_left_and_an_end_writes_down_what_was_counted(
    own_sample, monkeypatch
):
    monkeypatch.setenv("RELIABILITY_DATA", str(own_sample))
    monkeypatch.setattr(warm, "up", lambda: None)
    monkeypatch.setattr(refusals, "_seen", {})
    live = {path.name for path in (own_sample / "warehouse").iterdir()}
    left = own_sample / "warehouse" / "building-1234.duckdb"
    left.write_bytes(b"half of it")
    (own_sample / "warehouse" / "building-1234.duckdb.tmp").mkdir()
    with TestClient(Starlette(routes=routes(), lifespan=lifespan)):
        warm.wait()
        assert {path.name for path in (own_sample / "warehouse").iterdir()} - {"build.lock"} == live - {
            "build.lock"
        }
        for _ in range(3):
            refusals.write_now(own_sample, "zoe@example.com", "read", "has no role")
    assert [e.body.get("times", 1) for e in Journal(own_sample).entries()] == [1, 2]
