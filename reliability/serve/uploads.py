"""One upload as it passes the gate: its file goes to the disk while it arrives, a reference goes on to the pages."""

import time
from typing import Any

import anyio
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.responses import JSONResponse, Response

from reliability.access import spool
from reliability.access.spool import Spool, TakenBack, TooMuch
from reliability.serve import peer
from reliability.serve.limits import SLOWEST_SECONDS

PREFIX = "/_stcore/upload_file/"

_FRAMING = 64 * 1024  # what a form says around its file
_WRITTEN_AT_ONCE = 1024 * 1024
# Slower than this for longer than the first minute is nobody's line, it only keeps the place of others.
_SLOWEST_BYTES_PER_SECOND = 16 * 1024
_FIRST_SECONDS = 60.0


class OverLimit(JSONResponse):
    """The answer to an upload that goes over a limit. why: over which."""

    def __init__(self, why: str) -> None:
        super().__init__(_words(why), 413)
        self.why = why


class Form:
    """A form with one file, read piece by piece. parts: what has come of the file and was not written yet."""

    def __init__(self, content_type: str) -> None:
        kind, options = parse_options_header(content_type)
        if kind != b"multipart/form-data" or not options.get(b"boundary"):
            raise FormParserError("it is not a form with a file")
        self.boundary = options[b"boundary"]
        self.head = b""
        self.parts: list[bytes] = []
        self.waiting = 0
        self.ended = False
        self._files = 0
        self._field = b""
        self._value = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._parser = MultipartParser(
            self.boundary,
            {
                "on_part_begin": self._part_begins,
                "on_part_data": self._part_data,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._header_ends,
                "on_headers_finished": self._headers_end,
                "on_end": self._ends,
            },
        )

    def read(self, data: bytes) -> None:
        """Read the next piece. Raises FormParserError when it is no form."""
        self._parser.write(data)

    def taken(self) -> list[bytes]:
        """Return what has come of the file since the last time."""
        parts, self.parts, self.waiting = self.parts, [], 0
        return parts

    def with_content(self, content: bytes) -> bytes:
        """Return the same form with other content in the file's place."""
        return b"".join(
            (b"--", self.boundary, b"\r\n", self.head, b"\r\n", content, b"\r\n--", self.boundary, b"--\r\n")
        )

    def _part_begins(self) -> None:
        self._files += 1
        if self._files > 1:
            raise FormParserError("it has more than one file")

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._field += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_ends(self) -> None:
        self._headers.append((self._field, self._value))
        self._field = self._value = b""

    def _headers_end(self) -> None:
        self.head = b"".join(name + b": " + value + b"\r\n" for name, value in self._headers)

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts.append(data[start:end])
        self.waiting += end - start

    def _ends(self) -> None:
        self.ended = True


async def take(store: Spool, who: str, scope: Any, receive: Any) -> tuple[str, bytes] | Response:
    """Take an upload to the disk; return its name there and the form to pass on, or the answer that refuses it."""
    announced = peer.header(scope, "content-length") or "0"
    if not announced.isdecimal():
        return JSONResponse({"error": "Content-Length is not a number"}, 400)
    if int(announced) > store.largest + _FRAMING:
        return OverLimit(f"larger than one file may have: {store.largest // (1024 * 1024)} MB")
    name = ""
    refused: Response
    try:
        form = Form(peer.header(scope, "content-type"))
        name, held = store.begin(who, scope["path"])
        await _read(store, held, form, receive)
        if not form.ended:
            raise FormParserError("it ended early")
        return name, form.with_content(store.reference(name))
    except TooMuch as error:
        refused = OverLimit(str(error))
    except FormParserError as error:
        refused = _refused(400, str(error))
    except TakenBack:
        held.path.unlink(missing_ok=True)  # a piece of it may have been written since
        refused = _refused(400, "it was taken back")
    except TimeoutError:
        refused = _refused(408, "it took too long")
    except OSError as error:
        refused = _refused(507, f"it could not be kept ({error.strerror})")
    except BaseException:
        store.drop(name)
        raise
    store.drop(name)
    return refused


async def _read(store: Spool, held: spool.Held, form: Form, receive: Any) -> None:
    started = time.monotonic()
    read = 0
    more = True
    while more:
        with anyio.fail_after(SLOWEST_SECONDS):
            message = await receive()
        if message["type"] == "http.disconnect":
            raise FormParserError("it ended early")
        data = message.get("body", b"")
        more = message.get("more_body", False)
        read += len(data)
        passed = time.monotonic() - started
        if passed > _FIRST_SECONDS and read / passed < _SLOWEST_BYTES_PER_SECOND:
            raise TimeoutError
        before = form.waiting
        form.read(data)
        store.grow(held, form.waiting - before)
        if read > store.largest + _FRAMING:
            raise TooMuch("larger than one file may have")
        if form.waiting >= _WRITTEN_AT_ONCE or not more:
            await anyio.to_thread.run_sync(spool.write, held.path, form.taken())


def _refused(status: int, why: str) -> Response:
    return JSONResponse(_words(why), status)


def _words(why: str) -> dict[str, str]:
    return {"error": f"the upload was refused: {why}."}


def replayed(body: bytes, receive: Any) -> Any:
    """Return a `receive` that gives the form in the upload's place, and then what the connection has to say."""
    given = False

    async def reading() -> Any:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return reading
