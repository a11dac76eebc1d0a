"""The Chronic issues page."""
