"""`repeats`: which incidents look like the return of an earlier one."""

from pathlib import Path
from typing import Any

import click

from reliability.cli.figures import instant
from reliability.cli.main import cli, common
from reliability.cli.output import emit_json, emit_table, opened
from reliability.formatting import day
from reliability.repeats import Key, prepare, suggested
from reliability.review.documents import period_for
from reliability.warehouse.workspace import Workspace

_LONGEST_TITLE = 48


@cli.command("repeats")
@click.option(
    "--quarter", help="Only incidents of a quarter, for example 2025-Q3. Their partners may be older."
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    help="Show at most this many suggestions, the newest incidents first.",
)
@click.option("--every", is_flag=True, help="Also show weak matches.")
@click.option("--prepare", "only_prepare", is_flag=True, help="Only prepare them, for pages to read.")
@click.option("--as-of", "as_of", help="Look from this instant (ISO 8601) instead of the newest data.")
@common
def repeats(
    data_dir: Path,
    as_json: bool,
    quarter: str | None,
    limit: int | None,
    every: bool,
    only_prepare: bool,
    as_of: str | None,
) -> int:
    """Suggest repeats of earlier incidents. None is counted before a person confirms it."""
    workspace = opened(data_dir, instant(as_of, "--as-of"))
    if only_prepare:
        prepare(workspace)
        return 0
    found = _suggestions(workspace, quarter, limit, only_close=not every)
    if as_json:
        emit_json({"as_of": workspace.as_of, "suggestions": found})
        return 0
    if not found:
        click.echo("no suggestions")
        return 0
    zone = workspace.settings.organisation.time_zone
    emit_table(
        ("incident", "opened", "title", "may repeat", "opened", "rule", "score", "words"),
        [
            (
                s["incident_id"],
                day(s["opened_at"], zone),
                _short(s["title"]),
                s["partner_id"],
                day(s["partner_opened_at"], zone),
                s["rule"],
                f"{s['score']:.2f}",
                ", ".join(s["words"]),
            )
            for s in found
        ],
    )
    return 0


def _suggestions(
    workspace: Workspace, quarter: str | None, limit: int | None, only_close: bool
) -> list[dict[str, Any]]:
    period = period_for(workspace, quarter) if quarter else None
    found = suggested(
        workspace,
        limit=limit,
        only_close=only_close,
        start=period.start if period else None,
        end=period.end if period else None,
    )
    rows = workspace.store.run("repeats/texts", {"opened_from": None, "opened_before": None})
    known: dict[Key, dict[str, Any]] = {(row["source"], row["incident_id"]): row for row in rows}
    return [
        {
            "source": s.source,
            "incident_id": s.incident_id,
            "title": known[s.key]["title"],
            "service": known[s.key]["service"],
            "opened_at": known[s.key]["opened_at"],
            "partner_source": s.partner_source,
            "partner_id": s.partner_id,
            "partner_title": known[s.partner_key]["title"],
            "partner_opened_at": known[s.partner_key]["opened_at"],
            "days_apart": s.days_apart,
            "rule": s.rule,
            "score": s.score,
            "close": s.is_close,
            "words": list(s.words),
        }
        for s in found
    ]


def _short(title: str | None) -> str:
    text = " ".join((title or "").split())
    return text if len(text) <= _LONGEST_TITLE else f"{text[: _LONGEST_TITLE - 1].rstrip()}…"
