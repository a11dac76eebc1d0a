"""Plotly's script as the browser fetches it: the file that the package of that name brings along."""

import gzip
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

VERSION = version("plotly")
ADDRESS = f"plotly/{VERSION}.js"
"""Its address below the app's own. Another version has another one, so that browsers may keep it for good."""


def content() -> bytes:
    """Return the script, 5 MB. Raises FileNotFoundError where the package or its file is missing."""
    found = find_spec("plotly")  # not imported: nothing here draws with it
    if found is None or found.origin is None:
        raise FileNotFoundError("plotly is not installed")
    return (Path(found.origin).parent / "package_data" / "plotly.min.js").read_bytes()


@cache
def compressed() -> bytes:
    """Return it as gzip, 1.5 MB; made once, while the first visitor waits: level 6 takes twice as long for 4 % less."""
    return gzip.compress(content(), 4)
