"""How it is run for others: the container's files are enough and stay as they are, units and settings are sound."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.browser.server import free_port, status, stop
from tests.conftest import ROOT
from tests.sample import sample_copy

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "docs" / "deploy"


def test_the_dockerfile_is_clean_by_hadolint() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([str(linter), str(ROOT / "Dockerfile")], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "")


def copied() -> list[str]:
    """What the image's last stage takes from the context."""
    last = (ROOT / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    return [
        line.split()[1] for line in last.splitlines() if line.startswith("COPY ") and "--from" not in line
    ]


def test_the_context_holds_what_is_copied_and_nothing_else() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == {*copied(), "requirements.lock"}


def test_the_files_of_the_image_build_and_serve_without_a_write_beside_the_data(
    sample_dir: Path, tmp_path: Path
) -> None:
    image, data, home = tmp_path / "image", tmp_path / "data", tmp_path / "home"
    for name in copied():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, image / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, image / name)
    sample_copy(sample_dir, data, "warehouse", "journal.*")
    home.mkdir()
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(tmp_path)}
    environment |= dict(re.findall(r"^\s+(?:ENV )?(\w+)=(\S+?)(?: \\)?$", text, re.MULTILINE))
    environment |= {"RELIABILITY_DATA": str(data), "PATH": os.environ["PATH"]}
    assert environment["PYTHONDONTWRITEBYTECODE"] == "1" and environment["RELIABILITY_LOG"] == "json"
    # What the memory in benchmarks/README.md was measured with; the systemd unit says it, too.
    assert environment["MALLOC_ARENA_MAX"] == "2"
    assert "Environment=MALLOC_ARENA_MAX=2" in (ROOT / "docs/deploy/reliability.service").read_text()
    before = sorted(path for place in (image, home) for path in place.rglob("*"))

    build = [sys.executable, "-m", "reliability", "build"]
    subprocess.run(build, cwd=image, env=environment, check=True, capture_output=True, timeout=120)
    port = free_port()
    command = re.search(r'^CMD \["python", (.*)\]$', text, re.MULTILINE)
    assert command
    options = [option.strip(' "') for option in command[1].split(",")]
    # The sample has no sign-in: it may only listen to this machine.
    options = [option.replace("0.0.0.0", "127.0.0.1").replace("8501", str(port)) for option in options]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *options],
            cwd=image,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until = time.monotonic() + 60
        while status(f"http://127.0.0.1:{port}/healthz") != 200:
            assert process.poll() is None and time.monotonic() < until, (tmp_path / "log").read_text()
            time.sleep(0.1)
        assert httpx2.get(f"http://127.0.0.1:{port}/api/gates", timeout=30).status_code == 200
        assert httpx2.get(f"http://127.0.0.1:{port}/gates", timeout=30).status_code == 200
    finally:
        stop(process)
    after = sorted(path for place in (image, home) for path in place.rglob("*"))
    assert after == before


def test_the_image_has_stages_runs_as_nobody_and_asks_for_its_health() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    stages = re.findall(r"^FROM ", text, re.MULTILINE)
    assert len(stages) == 2, "what installs is not in what runs"
    last = text[text.rindex("FROM ") :]
    user = re.search(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    assert user is not None and int(user[1]) >= 1000 and int(user[2]) >= 1000
    health = re.search(r"^HEALTHCHECK .*CMD (\[.*?\])$", last.replace("\\\n", ""), re.MULTILINE)
    assert health is not None and "/healthz" in health[1]


def test_an_image_without_a_sign_in_says_so_and_does_not_start(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address=0.0.0.0"]
    options = [f"--server.port={free_port()}", "--server.headless=true"]
    done = subprocess.run(
        [*command, *options],
        cwd=ROOT,
        env={**os.environ, "RELIABILITY_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert "nobody signs in" in done.stderr


def test_units_are_sound(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("there is no systemd-analyze: the units were not verified")
    place = tmp_path / "python"
    place.symlink_to(sys.executable)
    for unit in DEPLOY.glob("reliability*"):
        text = unit.read_text(encoding="utf-8").replace("/opt/reliability/.venv/bin/python", str(place))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", *map(str, sorted(tmp_path.glob("reliability*")))],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_every_metric_is_documented_and_no_other() -> None:
    source = (ROOT / "reliability" / "serve" / "metrics.py").read_text(encoding="utf-8")
    made = set(re.findall(r'"(reliability_\w+)"', source))
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    named = {name.removesuffix("_total") for name in re.findall(r"`(reliability_\w+)`", text)}
    assert named == made


def test_every_link_leads_somewhere() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
