"""What stands behind a promise's figure, by name: the services, segments or incidents that weigh most in it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reliability import formatting
from reliability.commitments import CommitmentStatus
from reliability.kpis.parameters import parameters
from reliability.queries.figures import Family, figure
from reliability.review.scope import Scope
from reliability.settings import Commitment

_MOST = 3
_LONGEST_TITLE = 60
# What a record is put down to: the first of these that its row has.
_GROUPS = ("service", "segment", "team")
_UNNAMED = "not named"


def cause(commitment: Commitment, status: CommitmentStatus, scope: Scope) -> str:
    """Return one line about the records that weigh most against a promise in its window; "" where none does."""
    of = figure(commitment.kpi)
    window = status.window
    asked = parameters(scope.settings, window.start, window.end, scope.seen_at, commitment.filters)
    if of.family is Family.AVAILABILITY:
        return _spent(scope.store.run("lists/budget_spent", asked).rows)
    against = _against(of.family, of.unit, status)
    if not of.rows or against is None:
        return ""
    rows = scope.store.run(of.rows, {**asked, "limit": None}).rows
    counted = [row for row in rows if row.get("left_out") is None and row.get("contributes") is not None]
    return _grouped([row for row in counted if against(row["contributes"])], of.family)


def _against(family: Family | None, unit: str, status: CommitmentStatus) -> Callable[[float], bool] | None:
    """Return which records weigh against a promise, by what each contributes; None where that is not known."""
    match family:
        case Family.COUNT:
            return lambda contributes: contributes > 0
        case Family.SHARE:
            return lambda contributes: contributes == 0
        case Family.CENSUS if unit == "share" and figure(status.kpi).adds_up == "share":
            return lambda contributes: contributes == 0
        case Family.SCORE:
            return lambda contributes: contributes < 0
        case Family.MEDIAN | Family.MEAN if status.goal_value is not None:
            goal = status.goal_value
            return lambda contributes: contributes > goal
        case _:
            return None


_WORDS = {
    Family.SCORE: "detractors",
    Family.MEDIAN: "beyond the goal",
    Family.MEAN: "beyond the goal",
    Family.SHARE: "not as promised",
    Family.CENSUS: "not as promised",
}


def _grouped(rows: Sequence[dict[str, Any]], family: Family | None) -> str:
    """Say who has most of these records, and name the problem that comes up most: "checkout-api 7, search 4 of 22"."""
    by = next((name for name in _GROUPS if rows and name in rows[0]), "")
    if not by:
        return ""
    held = Counter(row[by] or _UNNAMED for row in rows)
    most = _leading(held)
    word = _WORDS.get(family, "") if family else ""
    if len(rows) == 1:
        return " ".join(filter(None, ("The only one", word))) + f": {next(iter(held))}"
    total = f"the {formatting.count(len(rows))} {word}" if word else formatting.count(len(rows))
    said = f"Of {total}: {formatting.listed([f'{name} {formatting.count(number)}' for name, number in most])}"
    if not most:
        said = f"Of {total}: spread evenly over {formatting.plural(len(held), by)}"
    named = Counter(row["title"] for row in rows if row.get("title"))
    often = formatting.leaders(sorted(named), lambda title: named[title])
    if often and named[often[0]] > 1:
        titles = formatting.listed([f"“{formatting.shortened(title, _LONGEST_TITLE)}”" for title in often])
        each = " each" if len(often) > 1 else ""
        said += f"; most often {titles} ({formatting.count(named[often[0]])}{each})"
    return said


def _leading(held: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return those who hold most, at most _MOST: where equals would be cut apart, those before them only."""
    ranked = sorted(held.items(), key=lambda item: (-item[1], item[0]))
    if len(ranked) <= _MOST:
        return ranked
    return [item for item in ranked[:_MOST] if item[1] > ranked[_MOST][1]]


def _spent(rows: Sequence[dict[str, Any]]) -> str:
    """Name the incidents that spent most of an endpoint's error budget."""
    found = sorted(
        (row for row in rows if row["incident_id"] and row["budget_share"]),
        key=lambda row: (-row["budget_share"], row["endpoint"], row["incident_id"]),
    )
    return "; ".join(
        f"{row['incident_id']} {formatting.shortened(row['title'], _LONGEST_TITLE)}: "
        f"{formatting.share(row['budget_share'])} of the error budget of {row['endpoint']}"
        for row in found[:_MOST]
    )
