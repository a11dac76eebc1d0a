"""`kpis`, `commitments` and `review`: the figures of a window, as a table or JSON."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from reliability import formatting
from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened
from reliability.errors import ReliabilityError
from reliability.formatting import plain
from reliability.model import Filters
from reliability.queries.figures import figure
from reliability.review.documents import commitments_document, kpis_document, review_document

_quarter = click.option("--quarter", help="A quarter, for example 2025-Q3.")
_as_of = click.option(
    "--as-of", "as_of", help="Look from this instant (ISO 8601) instead of the newest data."
)


def instant(text: str | None, option: str) -> datetime | None:
    """Read an ISO 8601 option; no zone means UTC. Raises ReliabilityError with an example."""
    if text is None:
        return None
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ReliabilityError(
            f"'{text}' is not an instant", option, "Write it as 2025-08-18 or 2025-08-18T09:00:00Z."
        ) from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


@cli.command("kpis")
@_quarter
@click.option("--start", help="First day of the window (with --end).")
@click.option("--end", help="The day after the last (with --start).")
@_as_of
@click.option("--service", "services", multiple=True, help="Only this service (repeatable).")
@click.option("--team", "teams", multiple=True, help="Only this team (repeatable).")
@common
def kpis(
    data_dir: Path,
    as_json: bool,
    quarter: str | None,
    start: str | None,
    end: str | None,
    as_of: str | None,
    services: tuple[str, ...],
    teams: tuple[str, ...],
) -> int:
    """Every KPI of a quarter, or of any window."""
    workspace = opened(data_dir, instant(as_of, "--as-of"))
    document = kpis_document(workspace, quarter, start, end, Filters(services=services, teams=teams))
    if as_json:
        emit_json(document)
        return 0
    emit_table(
        ("KPI", "value", "n", "open", "status"),
        [
            (
                k["id"],
                _shown(k),
                k["n"],
                k["open"],
                k["status"],
            )
            for k in document["kpis"]
        ],
    )
    return 0


def _shown(kpi: dict[str, Any]) -> str:
    """Return a figure of the document as a table shows it."""
    unit = figure(kpi["id"]).shown_unit
    if kpi["value"] is None and kpi["above"] is not None:
        return formatting.more_than(kpi["above"], unit)
    return formatting.figure(kpi["value"], unit)


@cli.command("commitments")
@_as_of
@common
def commitments(data_dir: Path, as_json: bool, as_of: str | None) -> int:
    """Every promise: where it stands and how sure that is."""
    workspace = opened(data_dir, instant(as_of, "--as-of"))
    document = commitments_document(workspace)
    if as_json:
        emit_json(document)
        return 0
    rows = [
        (c["id"], c["verdict_text"] or c["verdict"], plain(c["sentence"])) for c in document["commitments"]
    ]
    emit_table(("promise", "verdict", "in words"), rows)
    changed = [one["signing"]["words"] for one in document["commitments"]]
    named = [
        f"{one['id']}: {said}" for one, said in zip(document["commitments"], changed, strict=True) if said
    ]
    for said in (*named, *(one["words"] for one in document["withdrawn"])):
        click.echo(plain(said))
    return 0


def _card_row(card: dict[str, Any]) -> tuple[str, ...]:
    """Say a card as its page does: the figure that its verdict speaks of, and the quarter's without one."""
    if not card["judged"]:
        return (card["title"], card["text"], card["goal"], "", card["was"])
    said = (card["judged_title"], card["judged"], card["beside"], card["verdict"]["word"], card["in_period"])
    return tuple(map(plain, said))


@cli.command("review")
@_quarter
@_as_of
@common
def review(data_dir: Path, as_json: bool, quarter: str | None, as_of: str | None) -> int:
    """The whole review of a quarter."""
    workspace = opened(data_dir, instant(as_of, "--as-of"))
    document = review_document(workspace, quarter)
    if as_json:
        emit_json(document)
        return 0
    click.echo(f"{document['period']['label']}\n{document['headline']}\n{document['reason']}\n")
    emit_table(
        ("", "figure", "goal", "verdict", "the quarter's own"),
        [_card_row(card) for card in document["cards"]],
    )
    return 0
