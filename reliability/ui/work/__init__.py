"""The Reliability work page."""
