"""Find a Chromium for the browser tests; run as a script, also install one and say what happens without."""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests import debian

ADVICE = "Set CHROMIUM to the path of a Chromium or Chrome, or install one."

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
_IN_PLAYWRIGHTS_CACHE = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium_headless_shell-*/*/*headless*shell",
)


def find() -> str | None:
    """Return the path of a Chromium: CHROMIUM, one on the PATH, Playwright's own, or a macOS application."""
    if named := os.environ.get("CHROMIUM"):
        return named if shutil.which(named) else None
    for command in _COMMANDS:
        if path := shutil.which(command):
            return path
    caches = [
        os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        "~/.cache/ms-playwright",
        "~/Library/Caches/ms-playwright",
    ]
    for cache in filter(None, caches):
        for pattern in _IN_PLAYWRIGHTS_CACHE:
            found = sorted(glob.glob(str(Path(cache).expanduser() / pattern)))
            if found:
                return found[-1]
    applications = [*_APPLICATIONS, *(str(Path.home()) + path for path in _APPLICATIONS)]
    return next((path for path in applications if Path(path).exists()), None)


def install() -> str | None:
    """Try the distribution's package (as root on Debian), else Playwright's download; then look again."""
    debian.install("chromium")
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find()


def main() -> int:
    """Say which Chromium the browser tests use, or that they are left out; in CI that is a failure."""
    if os.environ.get("CHROMIUM") and not find():
        print(f"CHROMIUM is set to {os.environ['CHROMIUM']}, which is not there.", file=sys.stderr)
        return 2
    path = find() or install()
    if path:
        print(f"Browser tests use {path}")
        return 0
    in_ci = bool(os.environ.get("CI"))
    print(
        f"No Chromium: the tests in tests/browser are {'missing' if in_ci else 'left out'}. {ADVICE}",
        file=sys.stderr,
    )
    return 1 if in_ci else 0


if __name__ == "__main__":
    raise SystemExit(main())
