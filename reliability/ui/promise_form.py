"""stub"""
from reliability.ui.view import View


def button(view: View) -> None:
    """Stub."""
