"""The Release gates page."""
