"""`decide` and `decisions`: what was decided on the promises, and what became of it."""

from datetime import date
from pathlib import Path

import click

from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened, user_name
from reliability.decisions import STATES, Decision, decide, decisions, follow
from reliability.decisions.leaving import to_csv, to_ics
from reliability.errors import ReliabilityError
from reliability.formatting import day, plain
from reliability.journal import Journal
from reliability.review.documents import decisions_document
from reliability.review.frozen import frozen_review


@cli.command("decisions")
@click.option("--review", "review_id", metavar="ID", help="Only those of the quarter of this frozen review.")
@click.option("--csv", "as_csv", is_flag=True, help="Print them as CSV.")
@click.option("--ics", "as_ics", is_flag=True, help="Print them as a calendar, each on the day it is due.")
@common
def list_decisions(data_dir: Path, as_json: bool, review_id: str | None, as_csv: bool, as_ics: bool) -> int:
    """What was decided, by whom, due when, done or carried over, and did it work."""
    if as_json + as_csv + as_ics > 1:
        raise click.UsageError("Choose one of --json, --csv and --ics.")
    journal = Journal(data_dir)
    found = decisions(journal)
    if review_id:
        quarter = frozen_review(journal, review_id).quarter
        found = tuple(d for d in found if d.quarter == quarter)
    if as_csv:
        click.echo(to_csv(found), nl=False)
        return 0
    workspace = opened(data_dir)
    if as_ics:
        click.echo(to_ics(found, workspace.settings.organisation.name), nl=False)
        return 0
    document = decisions_document(workspace, found)
    if as_json:
        emit_json(document)
    elif not found:
        click.echo("nothing has been decided yet")
    else:
        worked = [one["effect"]["words"] if one["effect"] else "" for one in document["decisions"]]
        rows = [
            (d.id, d.state, day(d.due), d.owner, d.chosen, plain(words))
            for d, words in zip(found, worked, strict=True)
        ]
        emit_table(("id", "state", "due", "owner", "decided", "did it work?"), rows)
    return 0


@cli.command("decide")
@click.argument("decision_id", metavar="[ID]", required=False)
@click.option("--question", default="", help="What had to be decided.")
@click.option("--chosen", default="", help="What was chosen.")
@click.option("--owner", default="", help="Who is responsible: a role.")
@click.option("--due", help="The last day, for example 2025-11-24.")
@click.option("--promise", default="", metavar="ID", help="The promise it is about, by which it is judged.")
@click.option("--on", "decided_on", help="The day it was decided [default: the last day of the data].")
@click.option("--state", type=click.Choice(STATES), help="With ID: what became of that decision.")
@click.option("--note", default="", help="A note; for a dropped decision, the reason.")
@click.option("--who", help="Who writes it down [default: your user name].")
@common
def write_decision(
    data_dir: Path,
    as_json: bool,
    decision_id: str | None,
    question: str,
    chosen: str,
    owner: str,
    due: str | None,
    promise: str,
    decided_on: str | None,
    state: str | None,
    note: str,
    who: str | None,
) -> int:
    """Write down what was decided; with ID and --state, what became of it."""
    if bool(decision_id) != bool(state):
        raise click.UsageError("To record what became of a decision, give its ID and --state.")
    journal, name = Journal(data_dir), who or user_name()
    if not name:
        raise ReliabilityError("your name is not known", "--who", "Give it.")
    workspace = opened(data_dir)
    settings, as_of = workspace.settings, workspace.as_of
    if decision_id:
        made = follow(
            journal,
            settings,
            as_of,
            decision_id,
            state=state or "",
            who=name,
            due=_day(due, "--due"),
            note=note,
        )
    else:
        last = _day(due, "--due")
        if last is None:
            raise ReliabilityError("is missing", "--due", "Write the last day, for example 2025-11-24.")
        made = decide(
            journal,
            settings,
            as_of,
            question=question,
            chosen=chosen,
            owner=owner,
            due=last,
            who=name,
            decided_on=_day(decided_on, "--on"),
            about=promise,
            note=note,
        )
    if as_json:
        emit_json(decisions_document(workspace, [made])["decisions"][0])
    else:
        click.echo(_said(made))
    return 0


def _said(made: Decision) -> str:
    return f"decision {made.id}: {made.chosen}, {made.owner}, {made.state}, due {day(made.due)}"


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ReliabilityError(f"'{text}' is not a day", option, "Write it as 2025-11-24.") from None
