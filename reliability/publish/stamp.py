"""What stands on every page of a published file: filters, as of, data version and review id."""

import re

from reliability import formatting
from reliability.review.frozen import Frozen

_REVIEW = re.compile(r"· review (\S+)")


def stamp(frozen: Frozen) -> str:
    """Return the line that says what a file was made from."""
    narrowed = ", ".join(frozen.filters) or "the whole company"
    seen = formatting.instant(frozen.as_of, frozen.zone)
    sample = " · sample data" if frozen.review.sample else ""
    return f"For {narrowed} · as of {seen} · data {frozen.data_version} · review {frozen.id}{sample}"


def review_in(text: str) -> str:
    """Return the review id that a stamp names, "" for a text that is none."""
    found = _REVIEW.search(text)
    return found[1] if found else ""
