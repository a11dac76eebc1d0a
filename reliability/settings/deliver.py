"""[deliver] of review.toml: who is sent the review, by which server, and when it is worth a mail.

Secrets are not here: review.toml is read by many and kept with reviews. The password and the addresses of chats come
from the environment or a file (docs/deliver.md).
"""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from reliability.settings.reader import Table

STARTTLS, TLS, PLAIN = SECURITIES = ("starttls", "tls", "none")
_PORTS = {STARTTLS: 587, TLS: 465, PLAIN: 25}
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_SECRETS = {
    "smtp_password": "Put it into a file that RELIABILITY_SMTP_PASSWORD_FILE names, or into RELIABILITY_SMTP_PASSWORD.",
    "chats": "Put them into a file that RELIABILITY_CHATS_FILE names, or into RELIABILITY_CHATS.",
}


@dataclass(frozen=True)
class Deliver:
    """Who is sent what.

    link: the address of the app, for the link in the mail, "" for none. attachments: suffixes without the dot, empty:
    every form that can be made. due_days: how many days before its day a decision is reminded of. stale_days: after
    how many days without anything new in any export that is said. monthly: whether a month without a change is said.
    """

    mail_to: tuple[str, ...] = ()
    mail_from: str = ""
    link: str = ""
    smtp_host: str = ""
    smtp_port: int = _PORTS[STARTTLS]
    smtp_security: str = STARTTLS
    smtp_user: str = ""
    attachments: tuple[str, ...] = ()
    due_days: int = 7
    stale_days: int = 14
    monthly: bool = True


def read_deliver(table: Table) -> Deliver:
    """Read the [deliver] table; what a mail cannot do without must be there."""
    security = table.choice("smtp_security", STARTTLS, SECURITIES)
    found = Deliver(
        mail_to=table.names("mail_to"),
        mail_from=table.text("mail_from"),
        link=table.text("link"),
        smtp_host=table.text("smtp_host"),
        smtp_port=table.integer("smtp_port", _PORTS[security], 1, 65535),
        smtp_security=security,
        smtp_user=table.text("smtp_user"),
        attachments=tuple(name.lower().removeprefix(".") for name in table.names("attachments")),
        due_days=table.integer("due_days", Deliver.due_days, 0, 92),
        stale_days=table.integer("stale_days", Deliver.stale_days, 1, 366),
        monthly=table.flag("monthly", Deliver.monthly),
    )
    _check(table, found)
    table.finish()
    return found


def _check(table: Table, found: Deliver) -> None:
    for key, remedy in _SECRETS.items():
        if table.given(key):
            table.asked.add(key)
            table.problem(key, "is a secret, and this file is not", remedy)
    for key, addresses in (("mail_to", found.mail_to), ("mail_from", (found.mail_from,))):
        for address in filter(None, addresses):
            if not _ADDRESS.fullmatch(parseaddr(address)[1]):
                table.problem(key, f"'{address}' is no mail address", 'Write "board@example.com".')
    if found.mail_to:
        for key in ("mail_from", "smtp_host"):
            if not table.given(key):
                table.problem(key, "is missing", "mail_to needs mail_from and smtp_host.")
    if found.smtp_user and found.smtp_security == PLAIN:
        remedy = 'Set smtp_security = "starttls" or "tls".'
        table.problem("smtp_user", "would send a password that anybody along the way can read", remedy)
    if found.link and urlsplit(found.link).scheme not in ("http", "https"):
        table.problem("link", f"found '{found.link}'", 'Write "https://review.example.com/".')
