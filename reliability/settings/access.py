"""[access] of review.toml: who may reach the app, how they sign in, and which role they have.

Secrets are not here: review.toml is read by many and kept with reviews. They are in access.toml (docs/access.md).
"""

import ipaddress
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from reliability.errors import SettingsError
from reliability.settings.file import FILE, read_values
from reliability.settings.reader import Table

LOCAL, PROXY, OIDC = MODES = ("local", "proxy", "oidc")
VIEWER, CONTRIBUTOR, APPROVER, ADMINISTRATOR = ROLES = ("viewer", "contributor", "approver", "administrator")
EVERYBODY = "*"
GROUP = "group:"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_HEADER = re.compile(r"[A-Za-z0-9-]+")
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Oidc:
    """The OpenID provider that people sign in with.

    user_claim: the claim that names a person. groups_claim: the one that lists their groups, in the ID token or in
    userinfo. domains: the e-mail domains that may sign in, empty: any. end_session: whether signing out here also
    signs out at the provider.
    """

    issuer: str = ""
    client_id: str = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    user_claim: str = "email"
    groups_claim: str = "groups"
    domains: tuple[str, ...] = ()
    end_session: bool = False


@dataclass(frozen=True)
class Uploads:
    """How much people may upload before it is added or let go, in bytes, files and minutes."""

    person_files: int = 20
    person_bytes: int = 1000 * _MEBIBYTE
    total_bytes: int = 4000 * _MEBIBYTE
    keep_minutes: int = 30


@dataclass(frozen=True)
class Access:
    """Who may reach the app.

    hosts: the names it is reached by. proxies: addresses whose word is taken, of the reverse proxy. groups_header: ""
    where the proxy names no groups; one that it does not set would be the client's own word. idle_minutes,
    session_hours: after how long without use, and after how long at all, one signs in again. refresh_minutes: how
    old what the provider said of somebody may be. roles: role -> people and groups; everybody who may sign in is a
    viewer where `viewer` is not given. waivable: the gates that approvers may waive, empty: all.
    """

    mode: str = LOCAL
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    user_header: str = "X-Forwarded-Email"
    groups_header: str = ""
    idle_minutes: int = 60
    session_hours: int = 12
    refresh_minutes: int = 5
    oidc: Oidc = Oidc()
    uploads: Uploads = Uploads()
    roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    waivable: tuple[str, ...] = ()

    @property
    def signs_in(self) -> bool:
        """Whether people are known by a sign-in, not only by sitting at this machine."""
        return self.mode != LOCAL

    def trusts(self, address: str) -> bool:
        """Whether an address is one of the reverse proxy's."""
        try:
            peer = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(peer, "ipv4_mapped", None) or peer
        return any(mapped in ipaddress.ip_network(proxy, strict=False) for proxy in self.proxies)


def load_access(data_dir: Path) -> Access:
    """Read [access] alone: what else is wrong in review.toml is for the pages to say, and keeps nobody out or in.

    Raises SettingsError when the file cannot be read as TOML, or [access] says something that is not allowed.
    """
    problems: list[SettingsError] = []
    root = Table(read_values(data_dir), FILE, problems)
    access = read_access(root.table("access"))
    root.finish()
    for problem in problems:
        # "[accesss]" as well: a slip of the pen must not open the door.
        if problem.where.startswith((f"{FILE}, [access]", f"{FILE}, access")):
            raise problem
    return access


def read_access(table: Table) -> Access:
    """Read the [access] table; what a mode cannot do without must be there."""
    mode = table.choice("mode", LOCAL, MODES)
    found = Access(
        mode=mode,
        hosts=tuple(name.lower().rstrip(".") for name in table.names("hosts")),
        proxies=table.names("trusted_proxies"),
        user_header=table.text("user_header", Access.user_header),
        groups_header=table.text("groups_header", Access.groups_header),
        idle_minutes=table.integer("idle_minutes", Access.idle_minutes, 1, 24 * 60),
        session_hours=table.integer("session_hours", Access.session_hours, 1, 24 * 7),
        refresh_minutes=table.integer("refresh_minutes", Access.refresh_minutes, 1, 24 * 60),
        oidc=_oidc(table.table("oidc"), mode == OIDC),
        uploads=_uploads(table.table("uploads")),
        roles=_roles(table.table("roles")),
        waivable=table.names("waivable_gates"),
    )
    _check(table, found)
    table.finish()
    return found


def _check(table: Table, found: Access) -> None:
    for host in found.hosts:
        if not _HOST.fullmatch(host):
            table.problem("hosts", f"'{host}' is no host name", 'Write it without "https://" and port.')
    for proxy in found.proxies:
        try:
            ipaddress.ip_network(proxy, strict=False)
        except ValueError:
            table.problem("trusted_proxies", f"'{proxy}' is no address", 'Write "10.0.0.5" or "10.0.0.0/24".')
    for key in ("user_header", "groups_header"):
        if table.given(key) and not _HEADER.fullmatch(getattr(found, key)):
            table.problem(
                key,
                "cannot be the name of a header",
                "Letters, digits and '-', for example X-Forwarded-Email.",
            )
    if found.signs_in and not table.given("hosts"):
        table.problem("hosts", "is missing", 'Name the hosts people use, for example ["review.example.com"].')
    if found.mode == PROXY and not table.given("trusted_proxies"):
        remedy = 'Name the proxy\'s addresses, for example ["127.0.0.1"].'
        table.problem("trusted_proxies", "is missing", remedy)
    names_groups = any(entry.startswith(GROUP) for people in found.roles.values() for entry in people)
    if found.mode == PROXY and names_groups and not found.groups_header:
        remedy = 'Name the header in which the proxy lists groups, for example "X-Forwarded-Groups".'
        table.problem("groups_header", "is missing, and roles name groups", remedy)


def _oidc(table: Table, needed: bool) -> Oidc:
    found = Oidc(
        issuer=table.text("issuer"),
        client_id=table.text("client_id"),
        scopes=table.names("scopes", Oidc.scopes),
        user_claim=table.text("user_claim", Oidc.user_claim),
        groups_claim=table.text("groups_claim", Oidc.groups_claim),
        domains=tuple(domain.lower().removeprefix("@") for domain in table.names("domains")),
        end_session=table.flag("end_session"),
    )
    for key in ("issuer", "client_id"):
        if needed and not table.given(key):
            table.problem(key, "is missing", "Mode oidc needs issuer and client_id.")
    issuer = urlsplit(found.issuer)
    if found.issuer and not (
        issuer.scheme == "https" or (issuer.scheme == "http" and issuer.hostname in LOOPBACK_NAMES)
    ):
        table.problem("issuer", f"found '{found.issuer}'", "It must begin with https://.")
    if "openid" not in found.scopes:
        table.problem("scopes", "'openid' is missing", 'For example ["openid", "profile", "email"].')
    table.finish()
    return found


def _uploads(table: Table) -> Uploads:
    usual = Uploads()
    found = Uploads(
        person_files=table.integer("person_files", usual.person_files, 1, 1000),
        person_bytes=table.integer("person_mb", usual.person_bytes // _MEBIBYTE, 1, 1_000_000) * _MEBIBYTE,
        total_bytes=table.integer("total_mb", usual.total_bytes // _MEBIBYTE, 1, 10_000_000) * _MEBIBYTE,
        keep_minutes=table.integer("keep_minutes", usual.keep_minutes, 1, 24 * 60),
    )
    table.finish()
    return found


def _roles(table: Table) -> dict[str, tuple[str, ...]]:
    found = {role: table.names(role) for role in ROLES}
    table.finish()
    return {role: people for role, people in found.items() if table.given(role)}
