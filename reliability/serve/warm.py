"""Warm start: what the first visitor would otherwise wait for."""

import logging
from collections.abc import Callable
from threading import Event
from typing import TYPE_CHECKING

from reliability.errors import ReliabilityError

if TYPE_CHECKING:
    from reliability.ui.view import View

# Streamlit says of every cached call outside a visit that nobody is there to see its spinner.
_SPINNERS = "streamlit.runtime.scriptrunner_utils.script_run_context"

# Longer than any start takes; whoever waited so long is let in cold.
_LONGEST_SECONDS = 120
_ended = Event()
_ended.set()


def begin() -> None:
    """Let visitors wait from now on."""
    _ended.clear()


def end() -> None:
    """Let them in."""
    _ended.set()


def wait() -> None:
    """Wait for a start that is under way: what it does would be done twice, and two threads would import the same."""
    _ended.wait(_LONGEST_SECONDS)


def up() -> None:
    """Import the heavy libraries and compose the current review: all that the first page waits for.

    A missing warehouse is not an error here.
    """
    _make(lambda view: view.review)  # composed when it is first asked for


def further() -> None:
    """Judge all promises, as the page of commitments asks for them; otherwise like `up`."""
    from reliability.ui.promises import page as promises

    _make(promises.standings)


def _make(what: Callable[["View"], object]) -> None:
    """Make something of the first view, which the store remembers."""
    from reliability.model import Filters
    from reliability.settings.periods import quarter_of
    from reliability.ui.filters import COMPARISONS
    from reliability.ui.view import View
    from reliability.warehouse.workspace import open_current

    quiet = logging.getLogger(_SPINNERS)
    was_disabled, quiet.disabled = quiet.disabled, True
    try:
        opened = open_current()
        period = quarter_of(opened.as_of, opened.settings, opened.as_of)
        what(View(opened, period, next(iter(COMPARISONS)), Filters()))
    except ReliabilityError as error:
        # The page says the same with what to do; the server must still come up to show it.
        logging.getLogger(__name__).warning("Not warm: %s", error)
    except Exception:
        # A fault in composing must not keep the other pages from being served.
        logging.getLogger(__name__).exception("Not warm")
    finally:
        quiet.disabled = was_disabled
