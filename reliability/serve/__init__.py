"""The server around the pages: who comes in (the gate), sign-in, tokens, uploads."""

from collections.abc import Callable
from typing import Any


def gate_arguments() -> dict[str, Any]:
    """Return what the gate of this process is made of, from Streamlit's options and the data folder's settings.

    Ends the program with one line when others could come in without a sign-in.
    """
    import streamlit as st

    from reliability.serve import presence
    from reliability.serve.door import Door
    from reliability.serve.local import LocalDoor
    from reliability.serve.oidc import OidcDoor
    from reliability.serve.proxy import ProxyDoor
    from reliability.serve.start import policy_or_exit
    from reliability.settings.access import LOCAL, OIDC, PROXY
    from reliability.workspace import default_data_dir

    presence.guard()
    policy = policy_or_exit(default_data_dir(), st.get_option("server.address"))
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    base = f"/{path}" if path else ""
    doors: dict[str, Callable[[], Door]] = {
        LOCAL: LocalDoor,
        PROXY: lambda: ProxyDoor(policy),
        OIDC: lambda: OidcDoor(policy, base),
    }
    return {
        "policy": policy,
        "door": doors[policy.mode](),
        "base": base,
        "largest_upload": int(st.get_option("server.maxUploadSize")) * 1024 * 1024,
    }
