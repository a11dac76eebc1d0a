"""`access`: who may come in. Tokens for programs are added, listed and revoked here."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from reliability.access import tokens
from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, writer_name
from reliability.errors import JournalError
from reliability.journal import Journal
from reliability.settings.access import ROLES, VIEWER

KIND = "access"
_LONGEST_DAYS = 3660


@cli.group("access")
def access() -> None:
    """Tokens with which programs read /api."""


@access.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default=VIEWER, show_default=True)
@click.option(
    "--days", type=click.IntRange(1, _LONGEST_DAYS), help="How long it is valid [default: until revoked]."
)
@common
def add(data_dir: Path, as_json: bool, name: str, role: str, days: int | None) -> int:
    """Make a token and print it. It is shown this once; only its digest is kept."""
    ends_on = datetime.now(UTC).date() + timedelta(days=days) if days else None
    body = {"action": "token added", "role": role, "ends_on": ends_on.isoformat() if ends_on else None}
    secret = tokens.add(
        data_dir,
        name,
        role,
        ends_on,
        write_down=lambda: Journal(data_dir).append(KIND, name, body, writer_name()),
    )
    if as_json:
        emit_json({"name": name, "role": role, "token": secret, "ends_on": ends_on})
    else:
        click.echo(secret)
    return 0


@access.command("list")
@common
def list_tokens(data_dir: Path, as_json: bool) -> int:
    """List the tokens: names, roles, and until when they count."""
    today = datetime.now(UTC).date()
    found = tokens.read(data_dir).tokens
    if as_json:
        fields = [
            {
                "name": t.name,
                "role": t.role,
                "made_on": t.made_on,
                "ends_on": t.ends_on,
                "counts": t.holds(today),
            }
            for t in found
        ]
        emit_json({"tokens": fields})
        return 0
    rows = [
        (t.name, t.role, str(t.made_on), str(t.ends_on or ""), "yes" if t.holds(today) else "ended")
        for t in found
    ]
    emit_table(("name", "role", "made on", "ends on", "counts"), rows)
    return 0


@access.command("revoke")
@click.argument("name")
@common
def revoke(data_dir: Path, as_json: bool, name: str) -> int:
    """Take a token away; a running server refuses it from the next request on."""
    unwritten: list[JournalError] = []

    def write_down() -> None:
        try:
            Journal(data_dir).append(KIND, name, {"action": "token revoked"}, writer_name())
        except JournalError as error:
            unwritten.append(error)  # a token that was lost must not count on because a disk is full

    tokens.revoke(data_dir, name, write_down=write_down)
    if unwritten:
        (error,) = unwritten
        raise JournalError(
            f"'{name}' is revoked, but not in the journal: {error.what}", error.where, error.remedy
        )
    if as_json:
        emit_json({"revoked": name})
    else:
        click.echo(f"revoked {name}")
    return 0
