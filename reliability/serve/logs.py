"""Logs of the server: plain lines, or one JSON object per line when RELIABILITY_LOG is `json`.

What customers wrote never gets there: of an error that is not the program's own, only its kind and its places are kept,
since its message may quote a cell.
"""

import json
import logging
import os
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

import streamlit.logger

from reliability.errors import ReliabilityError

FORMAT_VARIABLE = "RELIABILITY_LOG"

# The request that is being answered; "" outside of one.
request_id: ContextVar[str] = ContextVar("request_id", default="")

# Fields of a record that callers add with `extra`; anything else they add stays out.
_FIELDS = ("event", "method", "route", "status", "milliseconds")


def is_json() -> bool:
    """Whether logs are JSON."""
    return os.environ.get(FORMAT_VARIABLE, "").lower() == "json"


def configure() -> None:
    """Send every log of this process, Streamlit's and the server's too, to standard error as JSON, if asked to."""
    if not is_json():
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(_is_wanted)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Streamlit gives every logger a handler of its own, also to those it makes later.
    streamlit.logger.setup_formatter = _hand_on
    for name in list(logging.root.manager.loggerDict):
        _hand_on(logging.getLogger(name))


def _is_wanted(record: logging.LogRecord) -> bool:
    """Uvicorn writes addresses as they were asked for; the request log says the same without their words."""
    is_about_a_socket = record.name == "uvicorn.error" and '"WebSocket' in str(record.msg)
    return record.name != "uvicorn.access" and not is_about_a_socket


def _hand_on(logger: logging.Logger) -> None:
    logger.handlers[:] = []
    logger.propagate = True


class JsonFormatter(logging.Formatter):
    """One object per record: time (UTC), level, logger, message; the request's id; an error's kind and places."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if current := request_id.get():
            told["request_id"] = current
        told |= {field: vars(record)[field] for field in _FIELDS if field in vars(record)}
        if record.exc_info and record.exc_info[1] is not None:
            told["error"] = _told(record.exc_info[1])
            places = traceback.extract_tb(record.exc_info[1].__traceback__)
            told["places"] = [f"{place.filename}:{place.lineno} {place.name}" for place in places]
        return json.dumps(told, ensure_ascii=False)


def _message(record: logging.LogRecord) -> str:
    given = record.args
    if isinstance(given, tuple):
        given = tuple(_told(value) if isinstance(value, BaseException) else value for value in given)
    return str(record.msg) % given if given else str(record.msg)


def _told(error: BaseException) -> str:
    kind = type(error).__name__
    return f"{kind}: {error}" if isinstance(error, ReliabilityError) else kind
