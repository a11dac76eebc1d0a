"""Fixtures that all tests share: real exports, the sample, its store, and pages without a browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from filelock import FileLock

from tests.sample import sample_copy

ROOT = Path(__file__).resolve().parent.parent

# Pages whose address is not the name of their script.
OWN_ADDRESS = ("chronic_issues",)

# Times on a shared machine say nothing, and the same commit must give the same answer twice. What is new is looked for
# by `make fuzz`, which states how many examples a test tries there.
hypothesis.settings.register_profile("project", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, derandomize=False, print_blob=True)
hypothesis.settings.load_profile("fuzz" if os.environ.get("RELIABILITY_FUZZ") else "project")


@pytest.fixture(scope="session")
def real_exports() -> Path:
    """The folder with real exports: RELIABILITY_REAL_EXPORTS, else shared/exports beside the repository."""
    named = os.environ.get("RELIABILITY_REAL_EXPORTS")
    folder = Path(named) if named else ROOT.parent / "shared" / "exports"
    if not folder.is_dir():
        pytest.skip(f"real exports not found at {folder}")
    return folder


@pytest.fixture(scope="session")
def sample_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample with its warehouse, built once for all test processes. Do not write to it."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder, built = shared / "sample", shared / "sample.built"
    with FileLock(shared / "sample.lock"):
        if not built.exists():
            from reliability.settings import load_settings
            from reliability.warehouse import build

            shutil.rmtree(folder, ignore_errors=True)
            sample_copy(ROOT / "data", folder, "warehouse", "journal.*")
            build(folder, load_settings(folder))
            built.touch()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server (tests/postgres.py), one for a session."""
    from tests.postgres import started

    with started() as running:
        yield running


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """An S3 server (tests/s3.py), one for a session."""
    from tests.s3 import started

    with started() as running:
        yield running


@pytest.fixture(params=["file", "database"])
def journal_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A data folder whose journal is in its file, then one whose journal is in a database: the test holds for both."""
    folder = tmp_path / "data"
    folder.mkdir()
    if request.param == "database":
        request.getfixturevalue("postgres").journal_in(folder)
    return folder


SHIPPED_GATES = (
    "slo_impact_statement",
    "reliability_signoff",
    "error_budget",
    "engagement_sla",
    "postmortem_overdue",
    "launch_freeze",
    "runbook_missing",
)


@pytest.fixture
def shipped_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test see the project's own gates alone: what it says of the sample holds whatever gate is added."""
    from reliability.queries import FOLDER, catalogue, gates

    def without_added(folder: Path = FOLDER) -> dict[str, Any]:
        own = {f"gates/{name}" for name in SHIPPED_GATES}
        return {
            name: query
            for name, query in catalogue(folder).items()
            if folder != FOLDER or not name.startswith("gates/") or name in own
        }

    monkeypatch.setattr(gates, "catalogue", without_added)


@pytest.fixture
def own_sample(sample_dir: Path, tmp_path: Path) -> Path:
    """A copy of the built sample for one test, to write to."""
    return sample_copy(sample_dir, tmp_path / "data")


@pytest.fixture(scope="session")
def frozen_sample(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """A copy of the built sample with one frozen review, and that review (`Frozen`). Do not write to it."""
    from reliability.review.frozen import freeze
    from reliability.warehouse.workspace import open_workspace

    folder = sample_copy(sample_dir, tmp_path_factory.mktemp("frozen") / "data")
    return folder, freeze(open_workspace(folder), "2025-Q3", "Ann", "board <b>")


@pytest.fixture(scope="session")
def frozen(frozen_sample: tuple[Path, Any]) -> Any:
    """The one frozen review (`Frozen`) of `frozen_sample`."""
    return frozen_sample[1]


@pytest.fixture(scope="session")
def data_dir(frozen_sample: tuple[Path, Any]) -> Path:
    """The folder of `frozen_sample`. Do not write to it."""
    return frozen_sample[0]


@pytest.fixture(scope="session")
def store(sample_dir: Path) -> Iterator[Any]:
    """The sample's warehouse, opened read-only."""
    from reliability.warehouse import open_store

    opened = open_store(sample_dir)
    yield opened
    opened.close()


@pytest.fixture
def open_page(sample_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a page through the shell without a browser: `open_page("incidents", quarter="2025-Q3")`.

    Returns the `AppTest` after its first run; fails when the page raised. data_dir: another data folder.
    """
    from streamlit.testing.v1 import AppTest

    def opened(page: str = "", data_dir: Path = sample_dir, **query: str | list[str]) -> Any:
        monkeypatch.setenv("RELIABILITY_DATA", str(data_dir))
        app = AppTest.from_file(str(ROOT / "reliability" / "serve" / "shell.py"), default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        if page in OWN_ADDRESS:
            app.run()  # before its first run the harness knows pages by their file name only
        if page:
            app.switch_page(f"../../pages/{page}.py")
        app.run()
        assert not app.exception, [error.value for error in app.exception]
        return app

    return opened
