"""Warm start: what the first visitor would otherwise wait for."""

from reliability.errors import ReliabilityError


def up() -> None:
    """Import the heavy libraries and compose the current review once. A missing warehouse is not an error here."""
    import plotly.graph_objects  # noqa: F401

    from reliability.review.compose import compose
    from reliability.workspace import open_current

    try:
        workspace = open_current()
        compose(workspace.store, workspace.settings, as_of=workspace.as_of)
    except ReliabilityError:
        # The page says the same with what to do; the server must still come up to show it.
        return
