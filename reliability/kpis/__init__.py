"""Figures of windows: read many at a time, with what they are based on, what they leave out and how sure they are."""

from reliability.kpis.as_known import AsKnown
from reliability.kpis.kpi import Kpi, from_row
from reliability.kpis.parameters import Asked, parameters, standing, windows
from reliability.kpis.readings import Readings

__all__ = ["AsKnown", "Asked", "Kpi", "Readings", "from_row", "parameters", "standing", "windows"]
