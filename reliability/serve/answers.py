"""Answers that the gate gives itself: one line for a program, a small page for a person."""

import html
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response

from reliability.serve import peer

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font-family: system-ui, sans-serif; color: #102A43; background: #F5F7FA; margin: 0; }}
main {{ max-width: 36rem; margin: 15vh auto; padding: 1.5rem 2rem; background: #fff; border: 1px solid #E1E7EC;
border-radius: 8px; }}
h1 {{ font-size: 1.3rem; }}
a {{ color: #1F6FB2; }}
@media (prefers-color-scheme: dark) {{
body {{ color: #E6EDF3; background: #0F1720; }}
main {{ background: #17212B; border-color: #2A3642; }}
a {{ color: #6CB4F0; }} }}
</style></head><body><main><h1>{title}</h1><p>{text}</p>{link}</main></body></html>"""


def wants_page(scope: Any) -> bool:
    """Whether a person opened this in a browser, rather than a script asking for data."""
    return (
        scope["method"] in ("GET", "HEAD")
        and "text/html" in peer.header(scope, "accept")
        and peer.header(scope, "sec-fetch-mode") in ("", "navigate")
    )


def refusal(scope: Any, status: int, title: str, text: str, link: tuple[str, str] | None = None) -> Response:
    """Return a refusal that says why. link: an address and its words, for what a person can do about it."""
    if not wants_page(scope):
        return JSONResponse({"error": f"{title}: {text}"}, status_code=status)
    return page(status, title, text, link)


def page(status: int, title: str, text: str, link: tuple[str, str] | None = None) -> Response:
    """Return a small page for a person."""
    anchor = f'<p><a href="{html.escape(link[0])}">{html.escape(link[1])}</a></p>' if link else ""
    body = _PAGE.format(title=html.escape(title), text=html.escape(text), link=anchor)
    return HTMLResponse(body, status_code=status)
