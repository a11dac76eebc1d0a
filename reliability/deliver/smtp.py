"""Sending a mail by SMTP, with every way it can fail in one clear line."""

import smtplib
import socket
import ssl
from email.message import EmailMessage

from reliability.deliver.secret import secret
from reliability.errors import ReliabilityError
from reliability.settings.deliver import PLAIN, STARTTLS, TLS, Deliver

_SECONDS = 30.0
_AGAIN = "It is sent with the next run."
PASSWORD = "RELIABILITY_SMTP_PASSWORD"


def send(mail: EmailMessage, settings: Deliver) -> dict[str, str]:
    """Send a mail. Returns the addresses that the server refused with its words, when it took others.

    The certificate must be one that this machine trusts (SSL_CERT_FILE names others). Raises ReliabilityError when
    nobody was sent it.
    """
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    password = secret(PASSWORD) if settings.smtp_user else ""
    if settings.smtp_user and not password:
        remedy = f"Put it into a file that {PASSWORD}_FILE names, or into {PASSWORD}."
        raise ReliabilityError(f"the password of '{settings.smtp_user}' is missing", where, remedy)
    try:
        with _connected(settings) as server:
            if settings.smtp_security == STARTTLS:
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, password)
            refused = server.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        what, remedy = _why(error, settings)
        raise ReliabilityError(what, where, remedy) from error
    return {address: _said(code, text) for address, (code, text) in refused.items()}


def _connected(settings: Deliver) -> smtplib.SMTP:
    if settings.smtp_security == TLS:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(settings.smtp_host, settings.smtp_port, timeout=_SECONDS, context=context)
    return smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_SECONDS)


def _why(error: Exception, settings: Deliver) -> tuple[str, str]:
    """Say what went wrong, and what to do about it."""
    match error:
        case smtplib.SMTPAuthenticationError():
            what = f"the server refused the login of '{settings.smtp_user}': {_code(error)}"
            return what, f"Check smtp_user in [deliver] and the password. {_AGAIN}"
        case smtplib.SMTPNotSupportedError() if settings.smtp_security == STARTTLS and "STARTTLS" in str(
            error
        ):
            remedy = f'Set smtp_security to "tls", or to "{PLAIN}" inside a network of your own.'
            return "the server does not offer STARTTLS", remedy
        case smtplib.SMTPNotSupportedError():
            return f"the server cannot do what is asked: {error}", f"Check [deliver]. {_AGAIN}"
        case smtplib.SMTPRecipientsRefused():
            said = "; ".join(f"{name}: {_said(*answer)}" for name, answer in error.recipients.items())
            return f"the server refused every address: {said}", f"Check mail_to in [deliver]. {_AGAIN}"
        case smtplib.SMTPSenderRefused():
            what = f"the server refused the sender or the size: {_code(error)}"
            return what, f"Check mail_from, or name fewer attachments in [deliver]. {_AGAIN}"
        case smtplib.SMTPResponseException():
            return f"the server refused the mail: {_code(error)}", _AGAIN
        case ssl.SSLCertVerificationError():
            what = f"the server's certificate is not trusted: {error.verify_message}"
            return (
                what,
                f"Use the host name in the certificate, or name its authority in SSL_CERT_FILE. {_AGAIN}",
            )
        case ssl.SSLError():
            remedy = (
                f'Check smtp_port and smtp_security in [deliver]: 465 is "tls", 587 is "starttls". {_AGAIN}'
            )
            return "the server does not speak TLS here", remedy
        case socket.gaierror():
            return "there is no such host", f"Check smtp_host in [deliver]. {_AGAIN}"
        case TimeoutError():
            return f"the server did not answer within {_SECONDS:g} s", _AGAIN
        case OSError() if error.strerror:
            return f"the server cannot be reached: {error.strerror}", _AGAIN
    return f"the server ended the connection: {' '.join(str(error).split())}", _AGAIN


def _code(error: smtplib.SMTPResponseException) -> str:
    return _said(error.smtp_code, error.smtp_error)


def _said(code: int, text: bytes | str) -> str:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(words.split())}"[:200]
