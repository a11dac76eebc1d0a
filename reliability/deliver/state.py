"""What was sent, in the journal: by channel, what is to be sent first, that it was sent after.

Killed between the two, a message is sent once more, with the same Message-ID: at least once, never lost.
"""

from dataclasses import dataclass
from datetime import datetime

from reliability.deliver.standing import Standing, kept_standing
from reliability.journal import Journal, standing

KIND = "delivery"
TO_SEND, SENT, FAILED, SEEN = "to send", "sent", "not sent", "seen"


@dataclass(frozen=True)
class Sent:
    """One step of a channel.

    state: "to send", "sent", "not sent" after an error, or "seen" where what stands needed no message, which has no
    review_id and no message_id. at: when (UTC).
    """

    state: str
    review_id: str
    message_id: str
    reasons: tuple[str, ...]
    stands: Standing
    at: datetime


@dataclass(frozen=True)
class Channel:
    """What is known of one channel. last: sent or seen last; sent: sent last; pending: to send, and not known sent."""

    last: Sent | None = None
    sent: Sent | None = None
    pending: Sent | None = None


def channel(journal: Journal, name: str) -> Channel:
    """Return what the journal says of a channel: "mail", "chat" or "files"."""
    last = sent = pending = None
    for entry in standing(journal.entries(KIND, name)):
        body = entry.body
        step = Sent(
            str(body.get("state", "")),
            str(body.get("review", "")),
            str(body.get("message_id", "")),
            tuple(map(str, body.get("reasons") or ())),
            kept_standing(body.get("stands")),
            entry.at,
        )
        if step.state in (TO_SEND, FAILED):
            pending = step
        elif step.state == SENT:
            last, sent, pending = step, step, None
        elif step.state == SEEN:
            last = step
    return Channel(last, sent, pending)


def note(
    journal: Journal,
    name: str,
    state: str,
    who: str,
    stands: Standing,
    review_id: str = "",
    message_id: str = "",
    reasons: tuple[str, ...] = (),
) -> None:
    """Write one step down. Raises JournalError when it cannot be written: then nothing may be sent."""
    body = {
        "state": state,
        "review": review_id,
        "message_id": message_id,
        "reasons": list(reasons),
        "stands": stands.kept(),
    }
    journal.append(KIND, name, body, who)
