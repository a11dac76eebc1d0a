"""Every page names the script that draws charts: a browser fetches it beside what Streamlit's own part needs."""

from typing import Any

from reliability.ui import plotly_script

# Prefetched, not preloaded: words and figures come first, and a page without a chart is no reason for a warning.
_LINK = (b"link", f"<./{plotly_script.ADDRESS}>; rel=prefetch; as=script".encode())


class Prefetch:
    """Wraps Streamlit's app, inside the gate: who may not come in is not sent for a script."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass it on; an answer that is a page gets the header."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_named(message: Any) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                message = {**message, "headers": [*message["headers"], _LINK]}
            await send(message)

        await self.app(scope, receive, send_named)


def _is_page(message: Any) -> bool:
    return message["status"] == 200 and any(
        name.lower() == b"content-type" and value.startswith(b"text/html")
        for name, value in message.get("headers", ())
    )
