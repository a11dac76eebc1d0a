"""The Incidents page."""
