"""The message: why it comes, the sentence, the buckets, what is to decide, what is due, a link; as text and HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from urllib.parse import urlencode

from reliability import formatting
from reliability.decisions import Decision
from reliability.deliver.standing import Standing
from reliability.formatting import plain
from reliability.publish.any_file import KINDS
from reliability.publish.stamp import stamp
from reliability.review.frozen import Frozen
from reliability.settings.deliver import Deliver

_LONGEST_SUBJECT = 150


@dataclass(frozen=True)
class Attachment:
    """A published file. name: with its suffix, by which its type is known."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """What is said, whichever way it goes. parts: heading and lines, those without lines left out."""

    subject: str
    headline: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    link: str
    foot: str

    @property
    def text(self) -> str:
        """The message as plain text."""
        listed = ("\n".join((heading, *(f"- {line}" for line in lines))) for heading, lines in self.parts)
        return plain("\n\n".join(filter(None, (self.headline, *listed, self.link, self.foot)))) + "\n"

    @property
    def html(self) -> str:
        """The message as HTML for mail programs, without a style that one of them would drop."""
        listed = "".join(
            f"<h3>{escape(heading)}</h3><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
            for heading, lines in self.parts
        )
        link = f'<p><a href="{escape(self.link)}">Open the review</a></p>' if self.link else ""
        return (
            f'<html lang="en"><body><h2>{escape(self.headline)}</h2>{listed}{link}'
            f"<p><small>{escape(self.foot)}</small></p></body></html>"
        )


def message(
    frozen: Frozen, why: Sequence[str], stands: Standing, found: Sequence[Decision], settings: Deliver
) -> Message:
    """Return what is said of a frozen review. why: what makes it worth a message. found: every decision."""
    review = frozen.review
    first = why[0].rstrip(".") if why else review.headline
    more = f", and {formatting.count(len(why) - 1)} more" if len(why) > 1 else ""
    room = _LONGEST_SUBJECT - len(more)
    start = f"{review.organisation}: " if review.organisation else ""
    subject = plain(f"{start}{review.period.label}: {first}")
    subject = subject if len(subject) <= room else f"{subject[: room - 1].rstrip()}…"
    due = [
        f"{one.chosen}: {one.owner}, {one.state}, due {formatting.day(one.due)}"
        for one in found
        if one.id in stands.due
    ]
    buckets = [f"{bucket.number} {bucket.name}" for bucket in review.buckets if bucket.number]
    parts = (
        ("Why this message", tuple(why)),
        ("Promises", tuple(buckets)),
        ("To decide", tuple(review.decisions)),
        ("Decisions due", tuple(due)),
        ("Before you rely on it", tuple(review.warnings)),
    )
    return Message(
        subject=" ".join((subject + more).split()),
        headline=review.headline,
        parts=tuple((heading, lines) for heading, lines in parts if lines),
        link=_link(settings.link, frozen.id),
        foot=stamp(frozen),
    )


def _link(base: str, review_id: str) -> str:
    return f"{base.rstrip('/')}/?{urlencode({'review': review_id})}" if base else ""


def mail(
    said: Message, attached: Sequence[Attachment], settings: Deliver, message_id: str, now: datetime
) -> EmailMessage:
    """Return the message as a mail. message_id: the same when it is sent again. now: its date."""
    made = EmailMessage()
    made["From"] = settings.mail_from
    made["To"] = ", ".join(settings.mail_to)
    made["Subject"] = said.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = message_id
    # No absence note answers it.
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(said.text)
    made.add_alternative(said.html, subtype="html")
    for file in attached:
        kind, _, subtype = KINDS[f".{file.name.rpartition('.')[2]}"].mime.partition("/")
        params = {"charset": "utf-8"} if kind == "text" else None
        made.add_attachment(file.content, maintype=kind, subtype=subtype, filename=file.name, params=params)
    return made
