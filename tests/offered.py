"""What download buttons offer, in place of Streamlit's own: a test without a browser cannot take a file."""

from typing import Any

import pytest


class Offered:
    """The files offered since it was made: name -> what gives its content."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: dict[str, Any] = {}

        def button(label: str, data: Any, file_name: str, **_: Any) -> bool:
            self.files[file_name] = data
            return False

        monkeypatch.setattr("streamlit.download_button", button)
