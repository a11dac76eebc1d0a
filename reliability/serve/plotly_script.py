"""Plotly's script, as the browser fetches it: the file that the package of that name brings along."""

import gzip
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import anyio
from starlette.requests import Request
from starlette.responses import Response

ADDRESS = f"plotly/{version('plotly')}.js"
"""Its address below the app's own. Another version has another one, so that browsers keep it for good."""

_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}


async def answer(request: Request) -> Response:
    """Answer with the script, compressed for whoever reads that."""
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    content = await anyio.to_thread.run_sync(_compressed if takes_gzip else _plain)
    headers = _HEADERS | ({"content-encoding": "gzip"} if takes_gzip else {})
    return Response(content, media_type="text/javascript", headers=headers)


@cache
def _compressed() -> bytes:
    return gzip.compress(_plain(), 6)


def _plain() -> bytes:
    # Looked up without importing it: nothing here draws with it.
    found = find_spec("plotly")
    if found is None or found.origin is None:
        raise FileNotFoundError("plotly is not installed")
    return (Path(found.origin).parent / "package_data" / "plotly.min.js").read_bytes()
