"""How large and how slow a request may be: nobody fills the memory or waits for ever at the cost of others."""

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from reliability.serve import peer

LARGEST_BODY = 64 * 1024
SLOWEST_SECONDS = 20.0


def too_large(scope: Any) -> Response | None:
    """Return the answer to a request that announces too large a body, None for any other."""
    announced = peer.header(scope, "content-length")
    if not announced:
        return None
    if not announced.isdecimal():
        return JSONResponse({"error": "Content-Length is not a number"}, 400)
    if int(announced) > LARGEST_BODY:
        return JSONResponse({"error": f"the request is larger than {LARGEST_BODY // 1024} KB"}, 413)
    return None


def limited(receive: Any, refused: Callable[[], Awaitable[None]]) -> Any:
    """Return `receive` with an end to what it reads and to how long it waits for the body.

    refused: told of a body that is too large. Once the body is complete, waiting is what an answer does until its
    reader goes away: that has no limit.
    """
    read = 0
    complete = False

    async def reading() -> Any:
        nonlocal read, complete
        if complete:
            return await receive()
        try:
            with anyio.fail_after(SLOWEST_SECONDS):
                message = await receive()
        except TimeoutError as error:
            raise HTTPException(408, "the request took too long") from error
        read += len(message.get("body", b""))
        complete = not message.get("more_body", False)
        if read > LARGEST_BODY:
            await refused()
            raise HTTPException(413, f"the request is larger than {LARGEST_BODY // 1024} KB")
        return message

    return reading
