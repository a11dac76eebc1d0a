"""The JSON documents of the command line and of the HTTP routes: one function each, so both say the same."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reliability.commitments import commitment_statuses
from reliability.decisions import Decision
from reliability.errors import ReliabilityError, nearest
from reliability.gates import reports
from reliability.gates.evaluation import evaluate
from reliability.gates.model import Evaluation
from reliability.gates.waivers import Waiver, waivers
from reliability.journal import Journal
from reliability.kpis import Asked, Readings
from reliability.kpis.intervals import interval_of, whole_weeks
from reliability.model import Filters, Period
from reliability.queries.figures import Family, figure, figures
from reliability.review.buckets import bucket_of
from reliability.review.compose import compose_whole
from reliability.review.effects import Unnamed, effects
from reliability.review.promises import ended_before
from reliability.scrutiny.changes import Signing, State
from reliability.scrutiny.definitions import survivals
from reliability.scrutiny.forecasts import scored
from reliability.scrutiny.signing import held_to
from reliability.serialise import plain
from reliability.settings.periods import quarter as quarter_period
from reliability.settings.periods import quarter_of, window_of_dates
from reliability.warehouse import BuildReport
from reliability.warehouse.workspace import Workspace, outdated


def build_document(report: BuildReport) -> dict[str, Any]:
    """What a build read, kept and left out, per file."""
    return plain(report.document())


def period_for(
    workspace: Workspace, quarter: str | None, start: str | None = None, end: str | None = None
) -> Period:
    """Return the period asked for: a quarter, a window of dates, else the quarter that holds `as_of`.

    Raises ReliabilityError for what is neither, and for both at once.
    """
    if quarter and (start or end):
        raise ReliabilityError(
            "both a quarter and a window of days are given",
            "quarter",
            "Leave out the quarter, or start and end.",
        )
    if start or end:
        return window_of_dates(start, end, workspace.settings, workspace.as_of)
    if quarter:
        return quarter_period(quarter, workspace.settings, workspace.as_of)
    return quarter_of(workspace.as_of, workspace.settings, workspace.as_of)


def kpis_document(
    workspace: Workspace,
    quarter: str | None = None,
    start: str | None = None,
    end: str | None = None,
    filters: Filters | None = None,
) -> dict[str, Any]:
    """Every KPI of a window."""
    period = period_for(workspace, quarter, start, end)
    check_filters(workspace, filters or Filters())
    chosen = filters or Filters()
    readings = Readings(workspace.store, workspace.settings)
    asked = Asked(period.start, period.end, workspace.as_of)
    found = []
    for name in figures():
        weeks = whole_weeks(asked, workspace.settings) if figure(name).family is Family.COUNT else []
        readings.expect(name, weeks, chosen)
        kpi = readings.kpi(name, asked, chosen)
        found.append(replace(kpi, interval=interval_of(readings, kpi, asked, chosen)))
    return plain(
        {
            "as_of": workspace.as_of,
            "outdated": outdated(workspace),
            "window": {"start": period.start, "end": period.end},
            "kpis": [
                {
                    "id": f.id,
                    "value": f.value,
                    "above": f.above,
                    "unit": f.unit,
                    "n": f.n,
                    "interval": f.interval,
                    "open": f.open,
                    "left_out": f.left_out,
                    "status": f.status,
                }
                for f in found
            ],
        }
    )


def check_filters(workspace: Workspace, filters: Filters) -> None:
    """Raise ReliabilityError for a service or team that no export names: "no data" would hide a slip of the pen."""
    known: dict[str, list[str]] = {"service": [], "team": []}
    for row in workspace.store.run("lists/options"):
        known.setdefault(row["filter"], []).append(row["value"])
    for name, asked in (("service", filters.services), ("team", filters.teams)):
        for value in asked:
            if value not in known[name]:
                raise ReliabilityError(
                    f"no export names a {name} '{value}'", name, nearest(value, known[name])
                )


def commitments_document(workspace: Workspace) -> dict[str, Any]:
    """Every commitment, judged as of the workspace's instant; in_force: whether the current review shows it."""
    found = commitment_statuses(workspace.store, workspace.settings, workspace.as_of)
    zone = workspace.settings.organisation.time_zone
    signed = held_to(workspace, found, closely=True)
    by_id = {one.id: one for one in signed}
    chances = scored(workspace.store, workspace.settings, found)
    survived = survivals(workspace.store, workspace.settings, workspace.as_of, found)
    since = ended_before(period_for(workspace, None), workspace.settings)
    listed = [
        {
            **plain(one),
            "bucket": str(bucket_of(one.verdict)),
            "in_force": one.window.end > since,
            "signing": _signing(by_id[one.id], zone),
            "definitions": survived.get(one.id),
        }
        for one in found
    ]
    gone = [_signing(one, zone) for one in signed if one.state is State.WITHDRAWN]
    return plain(
        {
            "as_of": workspace.as_of,
            "outdated": outdated(workspace),
            "commitments": listed,
            "withdrawn": gone,
            "chances": {"words": chances.words, "brier": chances.brier, "ended": chances.ended},
        }
    )


def _signing(one: Signing, zone: str) -> dict[str, Any]:
    return {**plain(one), "words": one.words(zone)}


def review_document(workspace: Workspace, quarter: str | None = None) -> dict[str, Any]:
    """The serialised Review of a quarter."""
    period = period_for(workspace, quarter)
    review = compose_whole(workspace, period.id)
    return {**plain(review), "outdated": outdated(workspace)}


def gates_evaluation(workspace: Workspace, change_ids: Sequence[str] | None = None) -> Evaluation:
    """Ask the gates about the planned changes, or about the named ones, with the waivers of the journal."""
    given = waivers(Journal(workspace.data_dir), workspace.settings)
    found = evaluate(workspace.store, workspace.settings, workspace.as_of, given, change_ids)
    return found._replace(outdated=outdated(workspace))


def gates_document(evaluation: Evaluation) -> dict[str, Any]:
    """Ship or hold for each change, and what every gate says of it."""
    return plain(reports.document(evaluation))


def waivers_document(found: Iterable[Waiver], as_of: datetime) -> dict[str, Any]:
    """Waivers with their state at an instant."""
    return plain(reports.waivers_document(found, as_of))


def decisions_document(workspace: Workspace, found: Sequence[Decision]) -> dict[str, Any]:
    """Decisions as they stand, each with what it did to the promise it is about."""
    did = effects(found, Unnamed(workspace.store, workspace.settings, workspace.as_of))
    listed = []
    for one in found:
        effect = did.get(one.id)
        said = None if effect is None else {**plain(effect), "words": effect.words}
        listed.append({**plain(one), "effect": said})
    return {"as_of": plain(workspace.as_of), "outdated": outdated(workspace), "decisions": listed}
