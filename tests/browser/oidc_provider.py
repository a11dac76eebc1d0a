"""A real OpenID provider on this machine: npm's `oidc-provider`, a certified one, kept in tests/out."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import npm
from tests.browser.server import free_port, status

SECRET = "a-secret-of-the-tests"

_PACKAGE = ("oidc-provider", "~9.13")
_SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
_START_SECONDS = 30


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


@contextmanager
def providing(folder: Path) -> Iterator[Provider]:
    """Run a provider until the block ends; its accounts are a file in `folder`."""
    port = free_port()
    running = Provider(f"http://127.0.0.1:{port}", folder / "accounts.json")
    running.write()
    command = ["node", str(_SCRIPT), str(port), str(running.accounts), str(npm.package(*_PACKAGE))]
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
