"""The app starts, answers and draws its first page in a real browser."""

import json
import urllib.request

import pytest

from tests.browser.server import ROOT

_MISSING = [
    name
    for name in ("app.py", "reliability/serve/shell.py", "data/review.toml")
    if not (ROOT / name).exists()
]
pytestmark = pytest.mark.skipif(bool(_MISSING), reason=f"not there yet: {', '.join(_MISSING)}")


def test_the_server_says_that_it_is_healthy_and_which_data_it_shows(server):
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=5) as answer:
        assert json.load(answer)["status"] == "ok"


def test_the_first_page_opens_without_an_error(visitor):
    visitor.open("/")
    assert visitor.text.strip()
    assert visitor.overflow() == 0
