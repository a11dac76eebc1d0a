"""An S3 server of the tests' own on loopback (moto's), with a bucket for each who asks.

It stands in a Python of its own below tests/out: what it needs does not go together with what the app needs.
"""

import itertools
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import obstore
from filelock import FileLock
from obstore.store import S3Store

from tests.browser.server import ROOT, free_port, status, stop
from tests.debian import leave_out

_PACKAGES = ("moto[s3]~=5.2", "flask~=3.1", "flask-cors~=6.0")
_PYTHON = ROOT / "tests" / "out" / "moto-5.2"
_INSTALL_SECONDS = 300
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class S3:
    """url: of the server."""

    url: str

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "tests",
            "AWS_SECRET_ACCESS_KEY": "loopback only",
        }

    def new_store(self) -> str:
        """The address of a prefix in a new bucket."""
        import httpx2

        name = f"shared-{next(_NUMBERS)}"
        assert httpx2.put(f"{self.url}/{name}").status_code == 200
        return f"s3://{name}/reviews"

    def objects(self, store: str) -> dict[str, int]:
        """What lies below an address, with sizes."""
        bucket, _, prefix = store.removeprefix("s3://").partition("/")
        opened = S3Store(
            bucket,
            prefix=prefix,
            endpoint=self.url,
            region="us-east-1",
            access_key_id="tests",
            secret_access_key="loopback only",
            client_options={"allow_http": True},
        )
        return {item["path"]: item["size"] for batch in obstore.list(opened) for item in batch}


@contextmanager
def started() -> Iterator[S3]:
    """Run a server until the block ends."""
    port = free_port()
    command = [str(_installed()), "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while status(f"{url}/moto-api/") != 200:
            assert process.poll() is None and time.monotonic() < until, "moto's server does not answer"
            time.sleep(0.1)
        yield S3(url)
    finally:
        stop(process)


def _installed() -> Path:
    """The server's program, installing it the first time; the test is left out where that cannot be."""
    program = _PYTHON / "bin" / "moto_server"
    _PYTHON.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{_PYTHON}.lock"):
        if program.is_file():
            return program
        uv = shutil.which("uv")
        make = [uv, "venv", "--quiet", "--clear", _PYTHON] if uv else [sys.executable, "-m", "venv", _PYTHON]
        python = _PYTHON / "bin" / "python"
        install = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]
        for command in (make, [*install, "--quiet", *_PACKAGES]):
            try:
                made = subprocess.run(
                    command, capture_output=True, text=True, timeout=_INSTALL_SECONDS, env=dict(os.environ)
                )
            except subprocess.TimeoutExpired:
                leave_out("moto's server cannot be installed in time: what needs S3 was not tested")
            if made.returncode:
                leave_out(f"moto's server cannot be installed: what needs S3 was not tested\n{made.stderr}")
        return program
