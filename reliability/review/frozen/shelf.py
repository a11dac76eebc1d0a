"""Where frozen reviews stand: in the journal, found by id or by quarter."""

from reliability.errors import ReliabilityError
from reliability.journal import Journal, standing
from reliability.review.frozen.record import KIND, FrozenReview, from_entry

_FREEZE = "Freeze one on the Quarterly review, or with `python -m reliability freeze`."


def frozen_reviews(journal: Journal) -> list[FrozenReview]:
    """Return every frozen review, oldest first. Raises JournalError."""
    return [from_entry(entry) for entry in standing(journal.entries(KIND))]


def find(journal: Journal, review_id: str) -> FrozenReview:
    """Return one frozen review. Raises ReliabilityError when there is none of that id."""
    for entry in standing(journal.entries(KIND)):
        if entry.subject == review_id:
            return from_entry(entry)
    known = [entry.subject for entry in standing(journal.entries(KIND))]
    remedy = f"There are: {', '.join(known[-5:])}." if known else _FREEZE
    raise ReliabilityError(f"there is no frozen review '{review_id[:80]}'", "review", remedy)


def newest(journal: Journal, quarter: str) -> FrozenReview:
    """Return the last review frozen of a quarter ("2025-Q3"). Raises ReliabilityError when there is none."""
    found = [entry for entry in standing(journal.entries(KIND)) if entry.body.get("quarter") == quarter]
    if not found:
        raise ReliabilityError(f"no review of {quarter} is frozen", "quarter", _FREEZE)
    return from_entry(found[-1])
