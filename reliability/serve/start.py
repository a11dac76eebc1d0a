"""Before the server starts: may it listen where it was told to?"""

import os
import sys
from pathlib import Path

from reliability.errors import ReliabilityError, SettingsError
from reliability.serve import peer
from reliability.serve.policy import Policy, policy_of
from reliability.settings.access import Access

_FORMER_TOKEN = "RELIABILITY_API_TOKEN"


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
