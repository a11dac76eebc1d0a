"""One browser tab without the browser: Streamlit's own protocol, spoken as its front end does.

The session opens the WebSocket `/_stcore/stream`, sends `BackMsg(rerun_script)` with the state of every widget it has
been shown, and reads `ForwardMsg` until the script has finished. It keeps the front end's cache of messages, so that
big elements that did not change are not sent again. It draws nothing: the browser's time comes on top.
"""

import asyncio
import contextlib
import random
import time
from dataclasses import dataclass
from typing import Any

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

_FINISHED = {
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
}
_CHANGEABLE = ("selectbox", "multiselect", "button_group", "checkbox")
# As `global.maxCachedMessageAge` of the server: a message that was not used for so many runs is forgotten by both.
_CACHED_RUNS = 2


@dataclass
class Answer:
    """What came back for one action.

    seconds: from sending to the end of the script. first_seconds: to its first element. error: "" when all went well.
    """

    seconds: float = 0.0
    first_seconds: float | None = None
    received: int = 0
    messages: int = 0
    error: str = ""


class Session:
    """One visitor. seed: what it chooses. timeout: seconds for one answer."""

    def __init__(self, port: int, seed: int, timeout: float = 60, page: str = "") -> None:
        self.chance = random.Random(seed)
        self.pages: dict[str, str] = {}
        self._url = f"//127.0.0.1:{port}/"
        self._timeout = timeout
        self._page_name = page
        self._page = ""
        self._socket: Any = None
        self._shown: dict[str, tuple[str, Any]] = {}
        self._values: dict[str, WidgetState] = {}
        self._cache: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs = 0

    async def open(self) -> Answer:
        """Connect and show the first page."""
        self._socket = await websockets.connect(
            f"ws:{self._url}_stcore/stream",
            subprotocols=[websockets.Subprotocol("streamlit")],
            max_size=None,
            compression=None,
            open_timeout=self._timeout,
            ping_interval=None,
        )
        return await self.rerun()

    async def close(self) -> None:
        """Leave."""
        with contextlib.suppress(websockets.WebSocketException, OSError):
            await self._socket.close()

    async def act(self, action: str) -> Answer:
        """Change a filter or the page ("filter", "page"; else nothing) and show the page again."""
        if action == "page":
            self._another_page()
        elif action == "filter":
            self._another_filter()
        return await self.rerun()

    async def rerun(self) -> Answer:
        """Ask for the page as it is chosen and read the answer to its end."""
        answer = Answer()
        begun = time.perf_counter()
        await self._socket.send(self._request())
        try:
            async with asyncio.timeout(self._timeout):
                while not self.read(await self._socket.recv(), answer, begun):
                    pass
        except TimeoutError:
            answer.error = "timeout"
        except websockets.ConnectionClosed as error:
            answer.error = f"closed: {error}"
        answer.seconds = time.perf_counter() - begun
        self._runs += 1
        kept = self._cache.items()
        self._cache = {h: held for h, held in kept if self._runs - held[1] <= _CACHED_RUNS}
        self._values = {
            key: self._values.get(key) or _state(key, kind, widget, None)
            for key, (kind, widget) in self._shown.items()
        }
        return answer

    def read(self, raw: bytes, answer: Answer, begun: float) -> bool:
        """Take in one message; True when it was the last of the answer."""
        answer.received += len(raw)
        answer.messages += 1
        message = ForwardMsg.FromString(raw)
        if message.WhichOneof("type") == "ref_hash":
            held = self._cache.get(message.ref_hash)
            if held is None:
                answer.error = "a message was referred to that is not held"
                return False
            self._cache[message.ref_hash] = (held[0], self._runs)
            message = held[0]
        elif message.metadata.cacheable and message.hash:
            self._cache[message.hash] = (message, self._runs)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
            self._shown = {}
        elif kind == "navigation":
            self.pages = {p.page_script_hash: p.url_pathname for p in message.navigation.app_pages}
            self._page = message.navigation.page_script_hash or self._page
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            if answer.first_seconds is None:
                answer.first_seconds = time.perf_counter() - begun
            self._element(message.delta.new_element, answer)
        elif kind == "script_finished":
            # A run that was merged into a newer one: that one's end follows.
            if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return False
            if message.script_finished not in _FINISHED:
                answer.error = answer.error or f"the script ended with {message.script_finished}"
            return True
        return False

    def _request(self) -> bytes:
        message = BackMsg()
        asked = message.rerun_script
        asked.page_script_hash = self._page
        asked.page_name = self._page_name
        asked.cached_message_hashes.extend(self._cache)
        asked.widget_states.CopyFrom(WidgetStates(widgets=list(self._values.values())))
        asked.context_info.timezone = "Etc/UTC"
        asked.context_info.url = f"http:{self._url}"
        return message.SerializeToString()

    def _element(self, element: Any, answer: Answer) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            answer.error = f"{element.exception.type}: {element.exception.message}"
        elif kind in _CHANGEABLE:
            widget = getattr(element, kind)
            if not getattr(widget, "ignore_rerun", False):
                self._shown[widget.id] = (kind, widget)

    def _another_filter(self) -> None:
        """Choose another option of one widget that has several."""
        usable = [
            (key, kind, widget)
            for key, (kind, widget) in self._shown.items()
            if kind == "checkbox" or len(widget.options) > 1
        ]
        if not usable:
            return
        key, kind, widget = self.chance.choice(usable)
        if kind == "checkbox":
            value: Any = not self._values[key].bool_value
        elif kind in ("multiselect", "button_group"):
            value = [self.chance.randrange(len(widget.options))]
        else:
            now = self._values[key].string_value
            value = self.chance.choice([i for i, option in enumerate(widget.options) if option != now])
        self._values[key] = _state(key, kind, widget, value)

    def _another_page(self) -> None:
        """Go to another page. The values of bound filters go along, as they do in a browser's URL."""
        others = sorted(key for key in self.pages if key != self._page)
        if others:
            self._page = self.chance.choice(others)
            self._page_name = ""


def _state(key: str, kind: str, widget: Any, value: Any) -> WidgetState:
    """Return a widget's state: an option's index, a list of them, or a truth; None is its default."""
    state = WidgetState(id=key)
    if kind == "checkbox":
        state.bool_value = widget.default if value is None else value
    elif kind in ("multiselect", "button_group"):
        chosen = list(widget.default) if value is None else value
        names = [_label(widget.options[i]) for i in chosen]
        state.string_array_value.data.extend(names)
    elif value is not None or widget.HasField("default"):
        state.string_value = widget.options[widget.default if value is None else value]
    return state


def _label(option: Any) -> str:
    return option if isinstance(option, str) else option.content
