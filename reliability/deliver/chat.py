"""Slack, Teams and other chats, by Apprise, which is installed only where they are wanted."""

import logging

from reliability.deliver.message import Message
from reliability.deliver.secret import secret
from reliability.errors import ReliabilityError

CHATS = "RELIABILITY_CHATS"
_WHERE = "chat"


def is_wanted() -> bool:
    """Whether any chat is named. Raises ReliabilityError when the file that names them cannot be read."""
    return bool(secret(CHATS))


def send(said: Message) -> None:
    """Say it in every chat that is named, text and link. Raises ReliabilityError when not all of them took it.

    The addresses hold tokens, so no message names them.
    """
    try:
        from apprise import Apprise, NotifyFormat
    except ImportError as error:
        remedy = "Install it (`uv pip install apprise`), or unset RELIABILITY_CHATS."
        raise ReliabilityError("Apprise is not installed", _WHERE, remedy) from error
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    refused = 0
    for number, address in enumerate(secret(CHATS).split(), 1):
        chats = Apprise()
        if not chats.add(address):
            remedy = f"Check {CHATS}: one address of Apprise's a line, such as slack://..."
            raise ReliabilityError(f"address no. {number} is not one that Apprise knows", _WHERE, remedy)
        refused += not chats.notify(body=said.text, title=said.subject, body_format=NotifyFormat.TEXT)
    if refused:
        remedy = f"Check {CHATS}. The next run sends it again, to all of them."
        raise ReliabilityError(f"{refused} of the chats did not take the message", _WHERE, remedy)
