"""Headers that every answer carries: what the browser may load, frame, guess and give away."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import streamlit

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_OWN_SCRIPTS = Path(__file__).resolve().parent.parent / "ui"


def _inline_scripts() -> str:
    """Return the digests of the scripts that stand inside a page, as a policy names them; no others may run.

    They are Streamlit's own short one and this project's, reliability/ui/*.js.
    """
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    own = [path.read_text(encoding="utf-8") for path in sorted(_OWN_SCRIPTS.glob("*.js"))]
    digests = (hashlib.sha256(script.encode()).digest() for script in [*_INLINE_SCRIPT.findall(page), *own])
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


# Streamlit styles its components inline, and starts workers and what draws a chart from blobs, which only a script that
# runs already can make. Nothing is loaded from, or sent to,
# anywhere else; text that got into a page cannot run.
CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        f"script-src 'self' blob: {_inline_scripts()}",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' data: blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_ALWAYS = (
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000")
# What carries figures or customers' words is kept by no cache on the way.
_PRIVATE = ("/api", "/media/", "/healthz", "/metrics", "/session/", "/_stcore/")
_FOREIGN = (b"access-control-allow-origin", b"access-control-allow-credentials")


def secured(message: Any, path: str, is_https: bool) -> Any:
    """Return the start of an answer with the headers; what allows other origins is taken out."""
    ours = [*_ALWAYS, *([_HSTS] if is_https else [])]
    if path.startswith(_PRIVATE):
        ours.append((b"cache-control", b"no-store"))
    names = {name for name, _ in ours} | set(_FOREIGN)
    kept = [(name, value) for name, value in message.get("headers", []) if name.lower() not in names]
    return {**message, "headers": [*kept, *ours]}
