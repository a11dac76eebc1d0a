"""The Quarterly review page."""
