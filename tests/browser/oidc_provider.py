"""A real OpenID provider on this machine: npm's `oidc-provider`, a certified one, kept in tests/out."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.server import ROOT, free_port, status
from tests.debian import leave_out

SECRET = "a-secret-of-the-tests"

_PACKAGE = "oidc-provider@~9.13"
_FOLDER = ROOT / "tests" / "out" / "oidc-provider"
_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
_INSTALL_SECONDS, _START_SECONDS = 300, 30


@dataclass(frozen=True)
class Provider:
    """A running provider. accounts: the file with everybody it knows."""

    issuer: str
    accounts: Path

    def write(self, **people: dict[str, Any]) -> None:
        """Say who there is, from now on."""
        draft = self.accounts.with_suffix(".new")
        draft.write_text(json.dumps(people), encoding="utf-8")
        draft.replace(self.accounts)


def installed() -> Path:
    """Return the folder with the provider; leave the test out where npm cannot bring it, in CI fail."""
    if (_FOLDER / "node_modules" / "oidc-provider").is_dir():
        return _FOLDER
    if not (shutil.which("npm") and shutil.which("node")):
        leave_out("there is no npm: sign-in with a real OpenID provider was not tested")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    (_FOLDER / "package.json").write_text('{"private": true}\n')
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", _PACKAGE]
    made = subprocess.run(command, cwd=_FOLDER, capture_output=True, text=True, timeout=_INSTALL_SECONDS)
    if made.returncode:
        leave_out(
            f"npm cannot install {_PACKAGE}: sign-in with a real provider was not tested\n{made.stderr}"
        )
    return _FOLDER


@contextmanager
def providing(folder: Path) -> Iterator[Provider]:
    """Run a provider until the block ends; its accounts are a file in `folder`."""
    port = free_port()
    running = Provider(f"http://127.0.0.1:{port}", folder / "accounts.json")
    running.write()
    command = ["node", str(_SCRIPT), str(port), str(running.accounts), str(installed())]
    with (folder / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        until = time.monotonic() + _START_SECONDS
        while status(f"{running.issuer}/.well-known/openid-configuration") != 200:
            assert process.poll() is None, (folder / "provider.log").read_text()
            assert time.monotonic() < until, "the provider does not answer"
            time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.wait(10)
