"""Warm start: what the first visitor would otherwise wait for."""

import logging

from reliability.errors import ReliabilityError


def up() -> None:
    """Import the heavy libraries and compose the current review once. A missing warehouse is not an error here."""
    import plotly.graph_objects  # noqa: F401

    from reliability.review.compose import compose
    from reliability.workspace import open_current

    try:
        workspace = open_current()
        compose(workspace.store, workspace.settings, as_of=workspace.as_of)
    except ReliabilityError as error:
        # The page says the same with what to do; the server must still come up to show it.
        logging.getLogger(__name__).warning("Not warm: %s", error)
    except Exception:
        # A fault in composing must not keep the other pages from being served.
        logging.getLogger(__name__).exception("Not warm")
