"""Every request has an id, is counted and timed, and is a line in JSON logs. Outermost: refusals count too."""

import logging
import re
import time
import uuid
from typing import Any

from reliability.serve import logs, metrics
from reliability.serve.peer import header

HEADER = "x-request-id"

_log = logging.getLogger(__name__)
_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
# What an address is called in logs and counters. Addresses as they were asked for may name incidents or people.
_API = ("review", "kpis", "commitments", "gates")
_ROUTES = ("healthz", "metrics", "session", "media", "static", "_stcore", "plotly")


class RequestLog:
    """Wraps the whole app, the gate included. pages: their addresses, "" for the first. base: as that of the gate."""

    def __init__(self, app: Any, pages: frozenset[str], base: str = "") -> None:
        self.app = app
        self.pages = pages
        self.base = base.rstrip("/")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass it on, then count it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        given = header(scope, HEADER)
        name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
        token = logs.request_id.set(name)
        try:
            if scope["type"] == "http":
                await self._http(scope, receive, send, name)
            else:
                await self._websocket(scope, receive, send)
        finally:
            logs.request_id.reset(token)

    async def _http(self, scope: Any, receive: Any, send: Any, name: str) -> None:
        begun, status = time.perf_counter(), 500

        async def send_with_id(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (HEADER.encode(), name.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            seconds, route = time.perf_counter() - begun, self.route(scope["path"])
            metrics.answered(route, status, seconds)
            self._tell("request", scope["method"], route, status, seconds)

    async def _websocket(self, scope: Any, receive: Any, send: Any) -> None:
        begun, status = time.perf_counter(), 403

        async def send_and_look(message: Any) -> None:
            nonlocal status
            if message["type"] == "websocket.accept":
                status = 101
            await send(message)

        try:
            with metrics.open_page():
                await self.app(scope, receive, send_and_look)
        finally:
            self._tell(
                "page closed", "WEBSOCKET", self.route(scope["path"]), status, time.perf_counter() - begun
            )

    def route(self, path: str) -> str:
        """Return what an address is called: a route or a page of the program, `other` for anything else."""
        if self.base and (path == self.base or path.startswith(f"{self.base}/")):
            path = path.removeprefix(self.base)
        first, _, rest = path.strip("/").partition("/")
        if first == "api":
            return f"/api/{rest}" if rest in _API else "/api"
        if first in _ROUTES:
            return f"/{first}"
        return f"/{first}" if first in self.pages and not rest else "other"

    @staticmethod
    def _tell(event: str, method: str, route: str, status: int, seconds: float) -> None:
        if logs.is_json():
            told = {"event": event, "method": method, "route": route, "status": status}
            _log.info(event, extra={**told, "milliseconds": round(seconds * 1000, 1)})
