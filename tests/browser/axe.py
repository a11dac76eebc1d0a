"""axe-core in the page: what people with a screen reader, a keyboard or weak eyes would stumble over."""

from functools import cache
from typing import Any

from tests import npm

_PACKAGE = ("axe-core", "~4.11")

STREAMLITS_OWN = {
    "list": "[data-testid=stSidebarNavItems]",
    "listitem": "[data-testid=stSidebarNavItems]",
    "presentation-role-conflict": "[data-testid=stFileUploaderDropzone]",
}
"""Rules that parts of Streamlit itself break, and where: no setting changes what they are made of."""

_RUN = """async own => {
  const found = await axe.run(document, {resultTypes: ['violations']});
  return found.violations.flatMap(rule => rule.nodes
    .filter(node => !(own[rule.id] && document.querySelector(node.target[0])?.closest(own[rule.id])))
    .map(node => `${rule.id}: ${node.html.slice(0, 200)} (${node.target}): ${node.failureSummary}`));
}"""


@cache
def _source() -> str:
    path = npm.package(*_PACKAGE) / "node_modules" / "axe-core" / "axe.min.js"
    return path.read_text(encoding="utf-8")


def violations(page: Any) -> list[str]:
    """Return what axe-core finds on the page as it is now, without what is Streamlit's own; nothing when all is well.

    page: Playwright's. Each line names the rule, the element and what is wrong with it.
    """
    page.evaluate(_source())
    return page.evaluate(_RUN, STREAMLITS_OWN)
