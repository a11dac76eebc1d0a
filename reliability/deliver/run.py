"""One run: what stands now against what was sent last, by each channel; a frozen review and a message where it differs.

One run at a time: two would send the same twice.
"""

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import make_msgid, parseaddr
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from reliability.decisions import Decision, decisions
from reliability.deliver import chat, smtp
from reliability.deliver.message import Attachment, Message, mail, message
from reliability.deliver.standing import Standing, reasons, standing
from reliability.deliver.state import FAILED, SEEN, SENT, TO_SEND, Channel, channel, note
from reliability.errors import ReliabilityError, SettingsError, nearest
from reliability.formatting import day, month
from reliability.journal import Journal
from reliability.publish.any_file import KINDS, files_for
from reliability.review.frozen import Frozen, freeze, frozen_review
from reliability.settings import FILE, Settings
from reliability.warehouse.workspace import Workspace

MAIL, CHAT, FILES = "mail", "chat", "files"
_LOCK = ".delivery.lock"
_NOTE = "sent by publish --if-changed"

Write = Callable[[Frozen], None]
"""Writes a frozen review's files, for the channel "files"."""


@dataclass
class Outcome:
    """What a run did.

    sent: channel -> why. refused: addresses that the mail server refused, with its words. since: channel -> the day
    something was sent last, where nothing was sent now. twice: whether a message may arrive a second time, because the
    run before ended between sending it and writing that down.
    """

    review_id: str = ""
    sent: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    since: dict[str, str] = field(default_factory=dict)
    twice: bool = False


def deliver(
    workspace: Workspace,
    who: str,
    now: datetime,
    period_id: str | None,
    by_mail: bool,
    write: Write | None,
    audience: str = "",
) -> Outcome:
    """Freeze the review and send it where something changed since it was sent last; do nothing where nothing did.

    who: writes it into the journal. now: the machine's clock (UTC). by_mail: by mail, and to chats where any are
    named. write: writes files, None for none. audience: whose files are attached, "" for the whole review; each is
    told of what changed since it was told last. Raises ReliabilityError when something could not be sent; what could is
    not sent again, and what could not is sent with the next run.
    """
    settings = workspace.settings
    channels = ([FILES] if write else []) + (_channels(settings) if by_mail else [])
    done = Outcome()
    with _alone(workspace.data_dir):
        journal = Journal(workspace.data_dir)
        found = decisions(journal)
        stands = standing(workspace, found, now, period_id)
        frozen: Frozen | None = None
        failed: list[ReliabilityError] = []
        for name in channels:
            kept_as = f"{name}, {audience}" if audience else name
            known = channel(journal, kept_as)
            why = _why(known, stands, found, workspace, now)
            if not why:
                _see(journal, kept_as, known, stands, who)
                done.since[name] = day(known.sent.at, settings.organisation.time_zone) if known.sent else ""
                continue
            if known.pending is not None and known.pending.stands == stands:
                message_id, frozen = known.pending.message_id, frozen_review(journal, known.pending.review_id)
            else:
                message_id = _message_id(settings)
                frozen = frozen or freeze(workspace, period_id, who, _NOTE)
            note(journal, kept_as, TO_SEND, who, stands, frozen.id, message_id, tuple(why))
            done.review_id = frozen.id
            done.twice |= known.pending is not None and known.pending.state == TO_SEND
            try:
                said = message(frozen, why, stands, found, settings.deliver)
                _send(name, frozen, said, message_id, workspace, now, write, done, audience)
            except ReliabilityError as error:
                failed.append(error)
                note(journal, kept_as, FAILED, who, stands, frozen.id, message_id, tuple(why))
                continue
            note(journal, kept_as, SENT, who, stands, frozen.id, message_id, tuple(why))
            done.sent[name] = tuple(why)
    if failed:
        raise failed[0]
    return done


def send_again(workspace: Workspace, review_id: str, who: str, now: datetime, audience: str = "") -> Outcome:
    """Send one frozen review now, whatever was sent before. audience: whose files are attached, "" for the whole.

    Raises ReliabilityError when it could not be sent.
    """
    done = Outcome(review_id)
    with _alone(workspace.data_dir):
        journal = Journal(workspace.data_dir)
        found = decisions(journal)
        frozen = frozen_review(journal, review_id)
        why = (f"{who} sent the review of {frozen.review.period.label}.",)
        stands = standing(workspace, found, now, None)
        said = message(frozen, why, stands, found, workspace.settings.deliver)
        for name in _channels(workspace.settings):
            message_id = _message_id(workspace.settings)
            _send(name, frozen, said, message_id, workspace, now, None, done, audience)
            done.sent[name] = why
    return done


def _channels(settings: Settings) -> list[str]:
    found = [MAIL] if settings.deliver.mail_to else []
    found += [CHAT] if chat.is_wanted() else []
    if not found:
        remedy = f"Name people in mail_to, or chats in {chat.CHATS}."
        raise SettingsError("names nobody to send it to", f"{FILE}, [deliver]", remedy)
    return found


def _why(
    known: Channel, stands: Standing, found: Sequence[Decision], workspace: Workspace, now: datetime
) -> list[str]:
    """Return why something is to be sent; none when it is not."""
    why = reasons(known.last.stands if known.last else None, stands, found, workspace.as_of)
    if why:
        return why
    if known.pending is not None:
        return list(known.pending.reasons)
    zone = workspace.settings.organisation.time_zone
    if known.sent and workspace.settings.deliver.monthly and month(known.sent.at, zone) != month(now, zone):
        return [f"Nothing changed since {day(known.sent.at, zone)}: no verdict, no decision due, no source."]
    return []


def _see(journal: Journal, name: str, known: Channel, stands: Standing, who: str) -> None:
    """Note what stands where it is other than noted, so that what comes back later is new again."""
    if known.last is not None and known.last.stands != stands:
        note(journal, name, SEEN, who, stands)


def _send(
    name: str,
    frozen: Frozen,
    said: Message,
    message_id: str,
    workspace: Workspace,
    now: datetime,
    write: Write | None,
    done: Outcome,
    audience: str,
) -> None:
    settings = workspace.settings.deliver
    if name == CHAT:
        chat.send(said)
    elif name == MAIL:
        attached = (
            attachments_for(audience, frozen, workspace.data_dir)
            if audience
            else attachments(frozen, workspace.data_dir, settings.attachments)
        )
        done.refused |= smtp.send(mail(said, attached, settings, message_id, now), settings)
    elif write is not None:
        write(frozen)


def attachments(frozen: Frozen, data_dir: Path, wanted: Sequence[str]) -> list[Attachment]:
    """Return a frozen review as files. wanted: suffixes without the dot, empty: every kind there is."""
    for name in wanted:
        if f".{name}" not in KINDS:
            remedy = nearest(name, [suffix[1:] for suffix in KINDS])
            raise SettingsError(f"nothing is published as '{name}'", f"{FILE}, [deliver] attachments", remedy)
    made = []
    for suffix, kind in KINDS.items():
        if wanted and suffix[1:] not in wanted:
            continue
        made.append(Attachment(f"review-{frozen.id}{suffix}", _bytes(kind.make(frozen, data_dir))))
    return made


def attachments_for(audience: str, frozen: Frozen, data_dir: Path) -> list[Attachment]:
    """Return the files that an audience is sent, and nothing else of the review."""
    return [
        Attachment(f"review-{frozen.id}-{audience}{suffix}", _bytes(make(frozen)))
        for suffix, make in files_for(audience, data_dir)
    ]


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _message_id(settings: Settings) -> str:
    address = parseaddr(settings.deliver.mail_from)[1]
    return make_msgid(domain=address.rpartition("@")[2] or "localhost")


@contextmanager
def _alone(data_dir: Path) -> Any:
    try:
        with FileLock(data_dir / _LOCK, timeout=0):
            yield
    except Timeout as error:
        raise ReliabilityError(
            "another run is sending now", str(data_dir / _LOCK), "Let it finish: it sends what there is."
        ) from error
