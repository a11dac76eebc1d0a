"""Restatements: what differs today from what was presented, each difference split by its causes."""

from reliability.restatements.ledger import restatements
from reliability.restatements.model import ORDER, Cause, Ledger, Part, Record, Restated, Row

__all__ = ["ORDER", "Cause", "Ledger", "Part", "Record", "Restated", "Row", "restatements"]
