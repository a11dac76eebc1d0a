"""The Decisions page, and the questions of the review."""
