"""What a change's service has used of the error budget of a promise, whose days are not those of the gate's quarter."""

from reliability import formatting as fmt
from reliability.queries.figures import Family, figure
from reliability.settings import Commitment
from reliability.settings.periods import local_date, midnight
from reliability.ui.view import View


def used(service: str, view: View) -> str:
    """Say which endpoint of a service used most of a promise's own budget; "" where none of them is promised."""
    promise = _newest(view)
    if promise is None or not service:
        return ""
    zone = view.settings.organisation.zone
    rows = view.scope.run(
        "lists/budget_spent",
        start=midnight(promise.start, zone),
        end=midnight(promise.end, zone),
        availability=promise.goal.at_least,
        services=list(promise.filters.services) or None,
        teams=list(promise.filters.teams) or None,
    ).rows
    # The endpoint that used most comes first.
    worst = next((row for row in rows if row["service"] == service and row["used"] is not None), None)
    if worst is None:
        return ""
    last = fmt.short_last_day(midnight(promise.end, zone), view.zone)
    return f"Of the promise's {promise.days} days to {last} {worst['endpoint']} has used {fmt.share(worst['used'])}."


def _newest(view: View) -> Commitment | None:
    """The promise on availability that began last."""
    today = local_date(view.period.as_of, view.settings.organisation.zone)
    begun = [
        promise
        for promise in view.settings.commitments
        if figure(promise.kpi).family is Family.AVAILABILITY
        and promise.goal.at_least is not None
        and promise.start <= today
    ]
    return max(begun, key=lambda promise: promise.start, default=None)
