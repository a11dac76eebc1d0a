"""One open page: its WebSocket, which ends when the sign-in behind it does."""

from contextlib import suppress
from typing import Any

import anyio

from reliability.access import refusals
from reliability.access.identity import Identity, reader
from reliability.access.policy import Policy
from reliability.serve.door import Door

POLICY_VIOLATION = 1008

_USING, _ENDED = "using an open page", "the sign-in has ended, or its role was taken away"
_LOOK_SECONDS = 5.0
# How long the page has to say that the sign-in has ended, before it is cut off.
_FAREWELL_SECONDS = 15.0


class Connection:
    """Passes messages on while its person is signed in.

    Then the page runs once more, which shows that the sign-in has ended, and the connection is closed: what the
    browser still sends, a press of a button among it, reaches nobody.
    """

    def __init__(self, policy: Policy, door: Door, scope: Any, who: Identity) -> None:
        self.policy = policy
        self.door = door
        self.scope = scope
        self.who = who
        self._last_run: Any = None
        self._ended = anyio.Event()
        self._farewell = False

    async def run(self, app: Any, scope: Any, receive: Any, send: Any) -> None:
        """Serve the connection until either side closes it."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)

            async def receive_while_signed_in() -> Any:
                return await self._receive(receive)

            await app(scope, receive_while_signed_in, send)
            tasks.cancel_scope.cancel()
        if self._farewell:
            with suppress(RuntimeError):  # the app has closed it
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})

    async def _watch(self) -> None:
        while await self._may_stay(used=False):
            await anyio.sleep(_LOOK_SECONDS)
        self._ended.set()

    async def _may_stay(self, used: bool) -> bool:
        now = await self.door.still(self.scope, self.who, used)
        return reader(now, self.policy.access) is not None

    async def _receive(self, receive: Any) -> Any:
        if self._farewell:
            await anyio.sleep(_FAREWELL_SECONDS)
            return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
        message = await self._next(receive)
        if message is None or (
            message["type"] == "websocket.receive" and not await self._may_stay(used=True)
        ):
            if message is not None:
                await refusals.write(self.policy.data_dir, refusals.named(self.who), _USING, _ENDED)
            self._farewell = True
            return {"type": "websocket.receive", "bytes": self._run_again()}
        self._remember(message)
        return message

    async def _next(self, receive: Any) -> Any:
        """Return the next message, None when the sign-in ends before one comes."""
        found: Any = None
        async with anyio.create_task_group() as tasks:

            async def wait_for_the_end() -> None:
                await self._ended.wait()
                tasks.cancel_scope.cancel()

            tasks.start_soon(wait_for_the_end)
            found = await receive()
            tasks.cancel_scope.cancel()
        return found

    def _remember(self, message: Any) -> None:
        """Keep which page is open."""
        data = message.get("bytes")
        if not data:
            return
        from google.protobuf.message import DecodeError
        from streamlit.proto.BackMsg_pb2 import BackMsg

        said = BackMsg()
        try:
            said.ParseFromString(data)
        except DecodeError:
            return  # Streamlit closes the connection itself
        if said.WhichOneof("type") == "rerun_script":
            self._last_run = said.rerun_script

    def _run_again(self) -> bytes:
        """Return the message that runs the open page again, with nothing pressed."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        asked = BackMsg()
        asked.rerun_script.query_string = self._last_run.query_string if self._last_run else ""
        asked.rerun_script.page_script_hash = self._last_run.page_script_hash if self._last_run else ""
        return asked.SerializeToString()
