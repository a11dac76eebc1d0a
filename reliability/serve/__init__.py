"""The server around the pages: who comes in (the gate), sign-in, tokens, uploads."""

from typing import Any


def gate_arguments() -> dict[str, Any]:
    """Return what the gate of this process is made of, from Streamlit's options and the data folder's settings.

    Ends the program with one line when others could come in without a sign-in.
    """
    import streamlit as st

    from reliability.serve import presence
    from reliability.serve.local import LocalDoor
    from reliability.serve.start import policy_or_exit
    from reliability.workspace import default_data_dir

    presence.guard()
    policy = policy_or_exit(default_data_dir(), st.get_option("server.address"))
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return {
        "policy": policy,
        "door": LocalDoor(),
        "base": f"/{base}" if base else "",
        "largest_upload": int(st.get_option("server.maxUploadSize")) * 1024 * 1024,
    }
