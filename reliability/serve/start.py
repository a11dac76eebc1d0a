"""Before the server starts: may it listen where it was told to?"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
import uvicorn.config

from reliability.access import presence
from reliability.access.policy import Policy, policy_of
from reliability.data_dir import default_data_dir
from reliability.errors import ReliabilityError, SettingsError
from reliability.serve import logs, peer
from reliability.serve.door import Door
from reliability.serve.local import LocalDoor
from reliability.serve.proxy import ProxyDoor
from reliability.settings.access import LOCAL, OIDC, PROXY, Access
from reliability.ui.navigation import page_urls

_FORMER_TOKEN = "RELIABILITY_API_TOKEN"


def gate_arguments() -> dict[str, Any]:
    """Return what the gate of this process is made of, from Streamlit's options and the data folder's settings.

    Ends the program with one line when others could come in without a sign-in.
    """
    presence.guard()
    keep_senders()
    policy = policy_or_exit(default_data_dir(), st.get_option("server.address"))
    base = _base()
    doors: dict[str, Callable[[], Door]] = {
        LOCAL: LocalDoor,
        PROXY: lambda: ProxyDoor(policy),
        OIDC: lambda: _oidc(policy, base),
    }
    return {
        "policy": policy,
        "door": doors[policy.mode](),
        "base": base,
        "largest_upload": int(st.get_option("server.maxUploadSize")) * 1024 * 1024,
    }


def _oidc(policy: Policy, base: str) -> Door:
    # What speaks OpenID takes a tenth of a second to import; most installations have no use for it.
    from reliability.serve.oidc import OidcDoor

    return OidcDoor(policy, base)


def log_arguments() -> dict[str, Any]:
    """Begin to log as RELIABILITY_LOG says; return what the log of this process's requests is made of."""
    logs.configure()
    return {"pages": frozenset(page_urls()), "base": _base()}


def _base() -> str:
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def keep_senders() -> None:
    """Let the gate see who opened a connection, whatever X-Forwarded-For says.

    Uvicorn would put the address that this header names in the sender's place before the gate compares it with
    [access] trusted_proxies. Streamlit passes no option on to it, and what FORWARDED_ALLOW_IPS says was read before
    this app was. Uvicorn looks the class up after it has imported the app. Raises RuntimeError where it would not: a
    server that believes whatever a client sends must not start.
    """
    if "ProxyHeadersMiddleware" not in vars(uvicorn.config):
        raise RuntimeError(
            "this version of uvicorn is not known: install the one that requirements.txt names"
        )
    vars(uvicorn.config)["ProxyHeadersMiddleware"] = lambda app, **_options: app


def policy_or_exit(data_dir: Path, address: str | None) -> Policy:
    """Return who may come in; end the program with one line when that is unsafe or cannot be known.

    address: where the server will listen, None for every address.
    """
    try:
        _check_environment()
        policy = policy_of(data_dir)
        check_address(policy.access, address)
    except ReliabilityError as error:
        print(f"error: {error}", file=sys.stderr, flush=True)
        raise SystemExit(2) from None
    return policy


def check_address(access: Access, address: str | None) -> None:
    """Raise SettingsError when others would reach a server that asks nobody to sign in."""
    host = peer.parse_host(f"[{address}]" if address and ":" in address else address or "")
    if access.signs_in or (host and host.is_loopback):
        return
    raise SettingsError(
        f"nobody signs in, and the server was told to listen on {address or 'every address'}, "
        "where others reach it",
        "review.toml, [access] mode",
        "Leave --server.address at localhost, or set a mode with a sign-in (docs/access.md).",
    )


def _check_environment() -> None:
    """Raise SettingsError for the token of earlier versions: who set it believes that `/api` is closed."""
    if _FORMER_TOKEN in os.environ:
        raise SettingsError(
            "no longer closes /api",
            _FORMER_TOKEN,
            "Make tokens with `python -m reliability access add NAME`, and start without it.",
        )
