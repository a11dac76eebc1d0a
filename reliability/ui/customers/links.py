"""Ways between incidents, accounts, issues and alerts that keep the chosen quarter and filters."""

from urllib.parse import urlencode

from reliability.ui import navigation, text
from reliability.ui.filters import COMPARISONS
from reliability.ui.view import View

# A link is underlined, not coloured: colour is the verdict's alone.
_QUIET = "color:inherit;text-decoration-color:var(--faint);text-underline-offset:2px"
_WHOLE = ";white-space:nowrap"


def address(view: View, script: str, **query: str) -> str:
    """Return the address of a page with the chosen quarter and filters, and `query`; "" when there is no such page.

    They are written as the pages write them themselves, without what is the default: an address that has to be put
    right costs a step of Back.
    """
    if not (navigation.FOLDER / f"{script}.py").exists():
        return ""
    held: list[tuple[str, str]] = []
    if not view.period.start <= view.as_of < view.period.end:
        held.append(("quarter", view.period.label))
    if view.comparison != next(iter(COMPARISONS)):
        held.append(("compare", COMPARISONS[view.comparison]))
    held += [("service", value) for value in view.filters.services]
    held += [("team", value) for value in view.filters.teams]
    held += [("severity", f"P{value}") for value in view.filters.severities]
    asked = urlencode([*held, *query.items()])
    return f"{navigation.address(script)}?{asked}" if asked else navigation.address(script)


def link(view: View, label: object, script: str, **query: str) -> str:
    """Return a link within the app as HTML; the bare label when there is no such page."""
    to = address(view, script, **query)
    shown = text.html(label)
    style = _QUIET + (_WHOLE if text.is_id(label) else "")
    return f'<a href="{text.html(to)}" target="_self" style="{style}">{shown}</a>' if to else shown


def account(view: View, account_id: object, name: object = None) -> str:
    """Return a link to an account's story as HTML, by its name or else its id; a dash without one."""
    if not account_id:
        return "—"
    return link(view, text.title(name or account_id, 60), "customers", account=str(account_id))


def incident(view: View, incident_id: object) -> str:
    """Return a link that opens an incident, as HTML."""
    return link(view, incident_id, "incidents", incident=str(incident_id))
