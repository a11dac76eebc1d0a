"""A gate around a small app, for tests: the app says what it saw."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from reliability.access import presence
from reliability.access.policy import Policy
from reliability.serve.gate import Gate
from tests.browser.server import free_port


async def _seen(request: Request) -> JSONResponse:
    body = await request.body()
    seen = {"path": request.url.path, "headers": dict(request.headers), "body": len(body)}
    return JSONResponse(seen, headers={"access-control-allow-origin": "*"})


async def _stream(websocket: WebSocket) -> None:
    await websocket.accept()
    who = presence.behind(websocket.headers.get(presence.HEADER))
    await websocket.send_json({"who": who and who.name, "headers": dict(websocket.headers)})
    while (message := await websocket.receive())["type"] == "websocket.receive":
        who = presence.behind(websocket.headers.get(presence.HEADER))
        said = message.get("text") or message["bytes"].decode("latin-1")
        await websocket.send_json({"who": who and who.name, "said": said})


ROUTES = [
    WebSocketRoute("/_stcore/stream", _stream),
    Route("/{path:path}", _seen, methods=["GET", "POST", "PUT", "DELETE"]),
]


class Client(TestClient):
    """A test client whose WebSockets name the same host as its requests."""

    def stream(self, **headers: str) -> Any:
        """Connect to the stream of the pages."""
        address = str(self.base_url.copy_with(scheme="ws")).rstrip("/")
        return self.websocket_connect(f"{address}/_stcore/stream", headers=headers)


def settings(folder: Path, text: str = "") -> Path:
    """Write a review.toml into a data folder."""
    folder.mkdir(exist_ok=True)
    (folder / "review.toml").write_text(text, encoding="utf-8")
    return folder


def gate(folder: Path, door: Any, base: str = "", **more: Any) -> Gate:
    """Return a gate on a data folder, around the app that says what it saw."""
    policy = Policy(folder)
    return Gate(Starlette(routes=ROUTES), policy, door(policy), base, **more)


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[int]:
    """Serve an app in this process on a port of this machine until the block ends."""
    port = port or free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert thread.is_alive() and time.monotonic() < until, "it does not start"
            time.sleep(0.02)
        yield port
    finally:
        server.should_exit = True
        thread.join(10)


def gated(
    folder: Path,
    door: Any,
    peer: str = "127.0.0.1",
    host: str = "localhost:8501",
    base: str = "",
    **more: Any,
) -> Client:
    """Return a client of a gate on a data folder. door: made with the folder's policy. peer: the client's address."""
    app = gate(folder, door, base, **more)
    return Client(app, base_url=f"http://{host}", client=(peer, 50000), follow_redirects=False)
