"""A gate around a small app, for tests: the app says what it saw."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from reliability.serve import presence
from reliability.serve.gate import Gate
from reliability.serve.policy import Policy


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


def gated(
    folder: Path,
    door: Any,
    peer: str = "127.0.0.1",
    host: str = "localhost:8501",
    base: str = "",
    **more: Any,
) -> Client:
    """Return a client of a gate on a data folder. door: made with the folder's policy. peer: the client's address."""
    policy = Policy(folder)
    app = Gate(Starlette(routes=ROUTES), policy, door(policy), base, **more)
    return Client(app, base_url=f"http://{host}", client=(peer, 50000), follow_redirects=False)
