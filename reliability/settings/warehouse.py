"""[warehouse] of review.toml: where builders share versions with servers that only copy them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from reliability.settings.reader import Table

_EXAMPLE = 'For example "s3://bucket/reliability" or "file:///shared/reliability".'


@dataclass(frozen=True)
class SharedWarehouse:
    """store: the address of a folder or of a prefix in S3, "": the warehouse stays in the data folder."""

    store: str = ""


def read_warehouse(table: Table) -> SharedWarehouse:
    """Read the [warehouse] table."""
    store = (table.text("store") or "").rstrip("/")
    if store and (why := _wrong(store)):
        table.problem("store", *why)
        store = ""
    table.finish()
    return SharedWarehouse(store)


def _wrong(store: str) -> tuple[str, str] | None:
    """What is wrong with an address and what to do; the address may contain a secret and is not repeated."""
    try:
        parts = urlsplit(store)
    except ValueError:
        return "is no address", _EXAMPLE
    if "@" in parts.netloc or parts.query or parts.fragment:
        what = "contains more than a place, perhaps a secret, and review.toml is read by many"
        return what, "Leave it out: credentials are taken from the environment (AWS_ACCESS_KEY_ID ...)."
    is_place = (parts.scheme == "s3" and parts.netloc) or (
        parts.scheme == "file" and not parts.netloc and parts.path.startswith("/") and parts.path != "/"
    )
    return None if is_place else ("is neither an S3 address nor that of a folder", _EXAMPLE)
