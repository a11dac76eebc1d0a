"""The Commitments page."""
