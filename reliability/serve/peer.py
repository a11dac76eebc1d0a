"""Where a request comes from: the address of its sender, the host it names, the page that sent it."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from reliability.settings.access import LOOPBACK_NAMES

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def headers_named(scope: Any, name: str) -> list[str]:
    """Return every value of a header, in order."""
    wanted = name.lower().encode("latin-1")
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == wanted]


def header(scope: Any, name: str) -> str:
    """Return the first value of a header, "" when it is not given."""
    found = headers_named(scope, name)
    return found[0] if found else ""


def without(scope: Any, *names: str) -> list[tuple[bytes, bytes]]:
    """Return the headers that have none of these names."""
    unwanted = {name.lower().encode("latin-1") for name in names}
    return [(key, value) for key, value in scope["headers"] if key.lower() not in unwanted]


def address(scope: Any) -> str:
    """Return the IP address of the sender, "" when the server does not know it."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def is_proxied(scope: Any) -> bool:
    """Whether a reverse proxy passed a request on: its sender only looks like this machine."""
    return any(headers_named(scope, name) for name in _PROXIED)


def is_loopback(peer: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        found = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


@dataclass(frozen=True)
class Host:
    """The host that a request names: lower case, without a dot at the end. port: None where it names none."""

    name: str
    port: int | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether it names this machine by a name that no DNS server can point elsewhere."""
        return self.name in LOOPBACK_NAMES or is_loopback(self.name)

    def is_among(self, names: Iterable[str]) -> bool:
        """Whether it is one of the names, whatever the port."""
        return self.name in names


def host_of(scope: Any) -> Host | None:
    """Return the host a request names; None when it names none, several, or something that is no host."""
    given = headers_named(scope, "host")
    return parse_host(given[0]) if len(given) == 1 else None


def parse_host(text: str) -> Host | None:
    """Return "name", "name:port", "[::1]:port" as a Host; None for anything else."""
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.netloc != text or "@" in text:
        return None
    return Host(parts.hostname.rstrip("."), port)


def is_foreign(scope: Any) -> bool:
    """Whether a page of another origin sent this request.

    Browsers say so in Origin, and newer ones in Sec-Fetch-Site. Following a link from elsewhere is fine; what
    the other page could read or do is not.
    """
    host = host_of(scope)
    origins = headers_named(scope, "origin")
    if len(origins) > 1 or (origins and not _same_origin(origins[0], host)):
        return True
    site = header(scope, "sec-fetch-site")
    if site in ("", "same-origin", "none"):
        return False
    follows_a_link = (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and header(scope, "sec-fetch-mode") == "navigate"
        and header(scope, "sec-fetch-dest") in ("", "document")
    )
    return not follows_a_link


def _same_origin(origin: str, host: Host | None) -> bool:
    """Whether an Origin is this host; the scheme may differ, since a reverse proxy may end TLS."""
    try:
        parts = urlsplit(origin)
        default = _DEFAULT_PORTS[parts.scheme]
        port = parts.port or default
    except (ValueError, KeyError):
        return False
    if host is None or not parts.hostname:
        return False
    return parts.hostname.rstrip(".") == host.name and port == (host.port or default)
