"""`gates`, `waive`, `waivers`: may a change ship, and the written exceptions."""

from datetime import date
from pathlib import Path

import click

from reliability.cli.figures import instant
from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened, user_name
from reliability.errors import ReliabilityError
from reliability.formatting import day, plain
from reliability.gates import reports, waivers, words
from reliability.gates.evaluation import known_service, resolve
from reliability.gates.model import Evaluation
from reliability.journal import Journal
from reliability.queries.gates import all_gates
from reliability.review.documents import gates_document, gates_evaluation, waivers_document
from reliability.settings import load_settings
from reliability.warehouse.workspace import Workspace

_HELD = 1


@cli.command("gates")
@click.option("--change", "changes", multiple=True, metavar="ID", help="Only this change (repeatable).")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "junit", "markdown"]),
    default="table",
    show_default=True,
    help="JUnit for a pipeline's test report, Markdown for a comment on a pull request.",
)
@click.option("--as-of", "as_of", help="Look from this instant (ISO 8601) instead of the newest data.")
@common
def gates(data_dir: Path, as_json: bool, changes: tuple[str, ...], form: str, as_of: str | None) -> int:
    """May the planned changes ship? Exit code 1 when one is held."""
    workspace = opened(data_dir, instant(as_of, "--as-of"))
    evaluation = gates_evaluation(workspace, changes or None)
    if as_json or form == "json":
        emit_json(gates_document(evaluation))
    elif form == "junit":
        click.echo(reports.junit(evaluation), nl=False)
    elif form == "markdown":
        click.echo(reports.markdown(evaluation, planned=not changes), nl=False)
    else:
        _table(evaluation, planned=not changes, zone=workspace.settings.organisation.time_zone)
    return _HELD if evaluation.held else 0


def _table(evaluation: Evaluation, planned: bool, zone: str) -> None:
    click.echo(f"{plain(words.headline(evaluation, planned))}.")
    for caveat in words.caveats(evaluation):
        click.echo(f"{plain(caveat)}.")
    if not evaluation.decisions:
        return
    rows = []
    for decision in evaluation.decisions:
        change = decision.change
        said = [
            f"{words.outcome(p)}: {p.title}. {plain(words.why(p))} ({p.resolver})" for p in decision.problems
        ]
        rows.append(
            (change.change_id, words.decided(decision), day(change.planned_for, zone), change.title or "")
        )
        rows += [("", "", "", f"- {line}") for line in said]
    click.echo()
    emit_table(("change", "decision", "planned", "title and what is missing"), rows)


@cli.command("waive")
@click.option("--gate", help="The gate that is waived; `gates --json` names them.")
@click.option("--change", help="For one change.")
@click.option("--service", help="For every change of one service.")
@click.option("--all", "everything", is_flag=True, help="For every change.")
@click.option("--reason", default="", help="Why this is safe enough.")
@click.option("--approver", default="", help="Who decided it.")
@click.option("--until", help="The last day it holds, for example 2025-11-30.")
@click.option("--who", help="Who writes it down [default: your user name].")
@click.option("--undo", type=int, metavar="ID", help="Take back the waiver with this number instead.")
@common
def waive(
    data_dir: Path,
    as_json: bool,
    gate: str | None,
    change: str | None,
    service: str | None,
    everything: bool,
    reason: str,
    approver: str,
    until: str | None,
    who: str | None,
    undo: int | None,
) -> int:
    """Write down an exception to one gate, with an end, or take one back."""
    journal, name = Journal(data_dir), who or user_name()
    if not name:
        raise ReliabilityError("your name is not known", "--who", "Give it.")
    if undo is not None:
        known = waivers.waivers(journal, load_settings(data_dir))
        taken = next((one for one in known if one.id == undo), None)
        waivers.withdraw(journal, undo, name, reason)
        said = {"gate": taken.gate, "for": taken.subject} if taken else {}
        if as_json:
            emit_json({"undone": undo, **said})
        else:
            click.echo(
                f"waiver {undo} is taken back" + (f": {said['gate']} for {said['for']}" if said else "")
            )
        return 0
    workspace = opened(data_dir)
    scope, target = _scope(workspace, change, service, everything)
    given = waivers.grant(
        journal,
        workspace.settings,
        workspace.as_of,
        all_gates().values(),
        gate=gate or "",
        scope=scope,
        target=target,
        reason=reason,
        approver=approver,
        until=_day(until),
        who=name,
    )
    if as_json:
        emit_json(waivers_document([given], workspace.as_of)["waivers"][0])
    else:
        click.echo(f"waiver {given.id}: {given.gate} for {given.subject} until {day(given.until)}")
    return 0


def _scope(
    workspace: Workspace, change: str | None, service: str | None, everything: bool
) -> tuple[str, str]:
    named = [part for part in (change, service, everything) if part]
    if len(named) != 1:
        raise ReliabilityError(
            "it is not clear what to waive", "waive", "Name one of --change, --service, --all."
        )
    if change:
        return waivers.CHANGE, resolve(workspace.store, change)
    if service:
        return waivers.SERVICE, known_service(workspace.store, service)
    return waivers.ALL, ""


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError:
        what = f"'{text}' is not a day" if text else "is missing"
        raise ReliabilityError(
            what, "--until", "Write the last day it holds, for example 2025-11-30."
        ) from None


@cli.command("waivers")
@common
def list_waivers(data_dir: Path, as_json: bool) -> int:
    """List the waivers: active, expiring within 7 days, expired."""
    workspace = opened(data_dir)
    found = waivers.waivers(Journal(data_dir), workspace.settings)
    if as_json:
        emit_json(waivers_document(found, workspace.as_of))
        return 0
    if not found:
        click.echo("no waivers")
        return 0
    emit_table(
        ("id", "gate", "for", "state", "approver", "reason"),
        [
            (f"{w.id}", w.gate, w.subject, words.waiver_state(w, workspace.as_of), w.approver, w.reason)
            for w in found
        ],
    )
    return 0
